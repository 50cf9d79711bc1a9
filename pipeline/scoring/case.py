"""One form as the rules see it: the dataset's own rows, and each indicator's target and actual read together.

Scoring needs nothing but the rows of `forms`, `funds` and `indicators`, so a dataset can be scored again without its
documents. The typed columns lack what only scoring needs (dates, parts of compounds, grades): who has just read rows
hands their values on, else targets and actuals are read again from their raw texts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipeline.labels.words import find_label
from pipeline.records import (
    FUND_TYPES,
    CellRow,
    CellTable,
    FieldKey,
    FindingRow,
    FormRow,
    FundRow,
    FundType,
    IndicatorRow,
)
from pipeline.scoring.comparison import Comparison, Direction, compare_values, tell_direction
from pipeline.scoring.facts import is_blank, is_unnamed, scoring_facts
from pipeline.scoring.profiles import Profile
from pipeline.scoring.unsettled import FieldPlace, joined_fields, unsettled_tables
from pipeline.units import RowValues, Value, read_row

NOWHERE: FieldPlace = (None, None, None, None, None)


def show_key(key: FieldKey) -> str:
    """Return a field as the column `evidence` names it: table, row and column with colons between."""
    table, row_no, field = key
    return f"{table}:{'' if row_no is None else row_no}:{field}"


@dataclass(frozen=True, slots=True)
class ScoringInput:
    """The rows of one form.

    `doubted` has the fields that were not read for certain, `recognised` tells that a picture was read, `places` where
    the fields stand. `values` are what rows say, by row_no, as far as that is known; the others are read when needed.
    """

    form: FormRow
    funds: tuple[FundRow, ...]
    indicators: tuple[IndicatorRow, ...]
    doubted: frozenset[FieldKey] = frozenset()
    recognised: bool = False
    places: Mapping[FieldKey, FieldPlace] = field(default_factory=dict)
    unsettled: frozenset[CellTable] = frozenset()
    values: Mapping[int, RowValues] = field(default_factory=dict)


def show_evidence(keys: Iterable[FieldKey], source: ScoringInput) -> tuple[str, ...]:
    """Return fields as the column `evidence` names them, each once, without those that the form does not print."""
    printed = source.places
    return tuple(show_key(key) for key in dict.fromkeys(keys) if not printed or key in printed)


def read_text(source: ScoringInput, key: FieldKey) -> str | None:
    """Return the raw text of a field of the form."""
    table, row_no, field = key
    if table == "form":
        return getattr(source.form, field, None)
    if table == "fund":
        return next((getattr(fund, field) for fund in source.funds if fund.row_no == row_no), None)
    return next((getattr(row, field) for row in source.indicators if row.row_no == row_no), None)


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator row with its readings.

    `named` tells whether the row has an indicator of its own, not only a number of the template.
    """

    row: IndicatorRow
    target: Value
    actual: Value
    direction: Direction | None
    comparison: Comparison
    named: bool

    @property
    def full(self) -> bool:
        """Whether the row has its full, positive weight as score."""
        weight, score = self.row.weight, self.row.score
        return weight is not None and score is not None and score == weight > 0

    def key(self, field: str) -> FieldKey:
        """Name a field of the row as `cells` does."""
        return ("indicator", self.row.row_no, field)

    def keys(self, *fields: str) -> tuple[FieldKey, ...]:
        """Name several fields of the row."""
        return tuple(self.key(field) for field in fields)


@dataclass(frozen=True, slots=True)
class Execution:
    """The year's money: amounts in 元, the rate computed from 全年执行数 and the budget (1.0 is 100 %).

    `budget` is 全年预算数, or 年初预算数 where that is blank; `budget_field` names the column it came from. `points`
    are what full execution is worth, in its own cell or in the heads; None where the form does not say.
    """

    total: FundRow | None
    budget: Decimal | None
    budget_field: str
    executed: Decimal | None
    rate: Decimal | None
    points: Decimal | None = None

    @property
    def number(self) -> int:
        """Return the row_no of the total."""
        return fund_number("total") if self.total is None else self.total.row_no


@dataclass(frozen=True, slots=True)
class Case:
    """A form opened for scoring; `reason` says in Chinese why the profile was chosen.

    `outcomes` keeps what the rules gave for a row (`pipeline.scoring.rules.judge`), by row_no.
    """

    source: ScoringInput
    profile: Profile
    items: tuple[Item, ...]
    funds: Mapping[FundType, FundRow]
    execution: Execution
    reason: str = ""
    outcomes: dict[int, Any] = field(default_factory=dict)

    @property
    def form(self) -> FormRow:
        """The form's own row."""
        return self.source.form


def belongs_to(row: IndicatorRow, classes: Container[str], label: str) -> bool:
    """Tell whether a row is of one of the classes, by its codes or, where fused labels hide them, by the label."""
    if row.level1_code in classes or row.level2_code in classes:
        return True
    return label in (row.level1 or "") or label in (row.level2 or "")


def is_cost(row: IndicatorRow) -> bool:
    """Tell whether the canonical class of a row is cost, under 产出 or beside it."""
    classes = scoring_facts().cost_classes
    return row.level1_code in classes or row.level2_code in classes or (row.level2_code or "").startswith("cost.")


def is_satisfaction(row: IndicatorRow) -> bool:
    """Tell whether a row is a 满意度 row."""
    return belongs_to(row, scoring_facts().satisfaction_classes, scoring_facts().satisfaction_label)


def is_benefit(row: IndicatorRow) -> bool:
    """Tell whether a row is a 效益 row."""
    return belongs_to(row, scoring_facts().benefit_classes, scoring_facts().benefit_label)


def is_execution(row: IndicatorRow) -> bool:
    """Tell whether a row's indicator is the execution rate, which most forms print beside the funds instead."""
    return find_label("fund_columns", row.level3 or "") == "execution_rate_raw"


def read_item(row: IndicatorRow, form: FormRow, values: RowValues | None = None) -> Item:
    """Compare a row's target and actual; they are read where their `values` are not known yet."""
    target, actual = values or read_row(row, form.year, form.money_unit)
    direction = tell_direction(target, is_cost=is_cost(row), name=row.level3 or "")
    comparison = compare_values(target, actual, direction)
    if comparison.met is False and _same_text(row.target_raw, row.actual_raw):
        comparison = Comparison(reason="same_text")
    elif comparison.reason == "text_actual" and _states_nothing(row.actual_raw, target, direction):
        comparison = Comparison(met=True, target=target.base_value, actual=Decimal(0))
    return Item(row, target, actual, direction, comparison, named=not is_unnamed(row.level3))


def _states_nothing(text: str | None, target: Value, direction: Direction | None) -> bool:
    """Tell whether a text says that there was nothing of what is wanted low (0次: 未发生)."""
    low = direction == "reverse" or target.base_value == 0
    return low and target.base_value is not None and bool(scoring_facts().nothing.match("".join((text or "").split())))


def _same_text(target: str | None, actual: str | None) -> bool:
    """Tell whether an actual repeats its target; whatever both mean, the one does not miss the other."""
    return "".join((target or "").split()) == "".join((actual or "").split())


def read_execution(funds: Mapping[FundType, FundRow], in_head: Decimal | None = None) -> Execution:
    """Return budget, execution and rate of the form's total; a blank or zero budget gives no rate."""
    total = funds.get("total")
    if total is None:
        return Execution(None, None, "annual_budget_raw", None, None)
    budget, executed = total.budget_yuan, total.executed_yuan
    rate = executed / budget if executed is not None and budget else None
    points = in_head if total.weight is None else total.weight
    return Execution(total, budget, total.budget_field, executed, rate, points)


def open_case(source: ScoringInput, profile: Profile, reason: str = "") -> Case:
    """Open a form: read every indicator once, for scores and findings alike."""
    funds = usual_funds(source)
    items = tuple(read_item(row, source.form, source.values.get(row.row_no)) for row in source.indicators)
    return Case(source, profile, items, funds, read_execution(funds, source.form.execution_points), reason)


def usual_funds(source: ScoringInput) -> dict[FundType, FundRow]:
    """Return the lines of the four usual kinds by kind; the total is that of the department where that is printed."""
    usual = {fund.fund_type: fund for fund in source.funds if fund.row_no <= len(FUND_TYPES)}
    total = find_total(source.funds)
    return usual if total is None else {**usual, "total": total}


def find_total(funds: Iterable[FundRow]) -> FundRow | None:
    """Return the line of the total: of those a form has, a department's among them, the first that is printed."""
    totals = [fund for fund in funds if fund.fund_type == "total"]
    return next((fund for fund in totals if fund.label_raw), totals[0] if totals else None)


def fund_number(fund_type: FundType) -> int:
    """Return the row_no that `cells` gives to a kind of funds."""
    return FUND_TYPES.index(fund_type) + 1


def has_text(text: str | None) -> bool:
    """Tell whether a cell says something."""
    return not is_blank(text)


def is_scored(case: Case) -> bool:
    """Tell whether any score is filled in, of the execution rate or of an indicator."""
    funds = (has_text(fund.score_raw) for fund in case.source.funds)
    return any(funds) or any(has_text(item.row.score_raw) for item in case.items)


def is_blank_form(case: Case) -> bool:
    """Tell whether nobody has filled a form in: it has rows and columns for it, and no actual, score or execution."""
    rows = [item.row for item in case.items]
    asked = case.form.form_kind != "target" and any(row.actual_raw is not None for row in rows)
    done = any(has_text(row.actual_raw) for row in rows) or any(has_text(f.executed_raw) for f in case.source.funds)
    return asked and not done and not is_scored(case) and not has_text(case.form.total_score_raw)


def gather_inputs(
    forms: Iterable[FormRow],
    funds: Iterable[FundRow],
    indicators: Iterable[IndicatorRow],
    cells: Iterable[CellRow],
    noticed: Iterable[FindingRow] = (),
    *,
    values: Mapping[str, Mapping[int, RowValues]] | None = None,
) -> tuple[ScoringInput, ...]:
    """Group the rows of a dataset by form, in the order of the forms; doubts and sources come from `cells`.

    `noticed` are the findings in which the reader of the document says what it could not settle; `values` what rows
    were read to say, by form and row_no, where that was just done.
    """
    values = values or {}
    fund_rows: defaultdict[str, list[FundRow]] = defaultdict(list)
    for fund in funds:
        fund_rows[fund.form_id].append(fund)
    indicator_rows: defaultdict[str, list[IndicatorRow]] = defaultdict(list)
    for row in indicators:
        indicator_rows[row.form_id].append(row)
    issues: defaultdict[str, list[FindingRow]] = defaultdict(list)
    for finding in noticed:
        issues[finding.form_id].append(finding)
    doubted: defaultdict[str, set[FieldKey]] = defaultdict(set)
    recognised: set[str] = set()
    places: defaultdict[str, dict[FieldKey, FieldPlace]] = defaultdict(dict)
    for cell in cells:
        key = (cell.table, cell.row_no, cell.field)
        places[cell.form_id][key] = (cell.page, cell.x0, cell.y0, cell.x1, cell.y1)
        if cell.needs_review:
            doubted[cell.form_id].add(key)
        if cell.source == "ocr":
            recognised.add(cell.form_id)
    return tuple(
        ScoringInput(
            form=form,
            funds=tuple(sorted(fund_rows[form.form_id], key=lambda fund: fund.row_no)),
            indicators=tuple(sorted(indicator_rows[form.form_id], key=lambda row: row.row_no)),
            doubted=frozenset(doubted[form.form_id] | joined_fields(issues[form.form_id], places[form.form_id])),
            recognised=form.form_id in recognised,
            places=places[form.form_id],
            unsettled=unsettled_tables(issues[form.form_id], places[form.form_id], form.reader),
            values=values.get(form.form_id, {}),
        )
        for form in forms
    )
