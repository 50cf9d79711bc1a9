"""A form's rows put together again as the printed table, each value with its place on the page and what is in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.dataset.columns import heading
from pipeline.dataset.fields import names_of_part, printed_names
from pipeline.records import CellRow, FieldKey, FindingRow, FormRow, FundRow, IndicatorRow, ScoreRow
from pipeline.report.cards import FindingCard, by_row, make_cards
from pipeline.report.fields import PrintedField, make_field
from pipeline.report.readings import describe_amount, describe_value
from pipeline.report.weights import Weight, weigh_form
from pipeline.scoring.explain import VERDICT_NAMES, fund_name
from pipeline.scoring.wording import show_points


@dataclass(frozen=True, slots=True)
class Score:
    """A score recomputed: what the rule allows, the verdict and the sentence that explains it."""

    verdict: str
    verdict_name: str
    expected: str
    reported: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator row: its cells with the number of rows they span (0: part of the cell above)."""

    row_no: int
    cells: tuple[tuple[PrintedField, int], ...]
    score: Score | None
    findings: tuple[FindingCard, ...]


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """A whole form for its page."""

    form: FormRow
    profile: str
    profile_reason: str
    facts: tuple[PrintedField, ...]
    goals: tuple[PrintedField, ...]
    fund_columns: tuple[str, ...]
    funds: tuple[tuple[str, PrintedField, tuple[PrintedField, ...]], ...]
    execution: Score | None
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    totals: tuple[PrintedField, ...]
    total: Score | None
    below: tuple[PrintedField, ...]
    findings: tuple[FindingCard, ...]
    """All of them, the gravest first; those about one row stand in its line too."""
    weight: Weight
    sources: tuple[str, ...]
    doubted: int

    @property
    def fields(self) -> Iterator[PrintedField]:
        """Every printed value, in the order of the page."""
        yield from (*self.facts, *self.goals)
        for _, label, fields in self.funds:
            yield from (label, *fields)
        for line in self.lines:
            yield from (field for field, span in line.cells if span)
        yield from (*self.totals, *self.below)


FACTS = (*names_of_part("title"), *names_of_part("head"))
GOALS, TOTALS, BELOW = names_of_part("goals"), names_of_part("total"), names_of_part("below")
OPTIONAL = frozenset({"initial_goal"})
"""Goals that few templates print."""

NAME = "label_raw"
"""The column of a line of funds that names it, at the head of the line."""

FUNDS = tuple(name for name in printed_names("fund") if name != NAME)
RARE = frozenset({"further_raw"})
"""Columns of the funds that are shown where a line has a text there."""

INDICATORS = printed_names("indicator")
OWN = (*FACTS, *GOALS, *TOTALS, *BELOW)
CARRIED = ("level1", "level2")
"""Columns whose printed cells span rows."""


def print_form(form: FormRow, rows: Mapping[str, Sequence[Any]]) -> PrintedForm:
    """Return one form as it is to be shown, from its rows by the names of the other tables."""
    funds: Sequence[FundRow] = rows["funds"]
    indicators: Sequence[IndicatorRow] = rows["indicators"]
    cells: Sequence[CellRow] = rows["cells"]
    scores: Sequence[ScoreRow] = rows["scores"]
    findings: Sequence[FindingRow] = rows["findings"]
    known: dict[FieldKey, CellRow] = {(cell.table, cell.row_no, cell.field): cell for cell in cells}
    columns = tuple(name for name in INDICATORS if any(getattr(row, name) is not None for row in indicators))
    own = {name: make_field(known, ("form", None, name), getattr(form, name)) for name in OWN}
    shown = tuple(name for name in FUNDS if name not in RARE or any(getattr(fund, name) for fund in funds))
    lines = [_fund(known, fund, shown) for fund in funds]
    table = _lines(known, columns, indicators)
    cards = make_cards(
        findings, _by_key(own, zip(funds, lines, strict=True), zip(indicators, table, strict=True), shown, columns)
    )
    grouped = by_row(cards)
    return PrintedForm(
        form=form,
        profile=scores[0].profile if scores else "",
        profile_reason=(scores[0].profile_reason or "") if scores else "",
        facts=tuple(own[name] for name in FACTS),
        goals=tuple(own[name] for name in GOALS if own[name].text is not None or name not in OPTIONAL),
        fund_columns=tuple(heading("funds", name) for name in shown),
        funds=tuple(lines),
        execution=_score(scores, "execution_rate", None),
        columns=columns,
        lines=tuple(
            Line(row.row_no, row_cells, _score(scores, "indicator", row.row_no), tuple(grouped.get(row.row_no, ())))
            for row, row_cells in zip(indicators, table, strict=True)
        ),
        totals=tuple(own[name] for name in TOTALS),
        total=_score(scores, "total", None),
        below=tuple(own[name] for name in BELOW),
        findings=cards,
        weight=weigh_form(findings, funds, scores),
        sources=tuple(sorted({cell.source for cell in cells})),
        doubted=sum(cell.needs_review for cell in cells),
    )


_FundLine = tuple[str, PrintedField, tuple[PrintedField, ...]]
_RowCells = tuple[tuple[PrintedField, int], ...]


def _by_key(
    own: Mapping[str, PrintedField],
    funds: Iterable[tuple[FundRow, _FundLine]],
    indicators: Iterable[tuple[IndicatorRow, _RowCells]],
    shown: Sequence[str],
    columns: Sequence[str],
) -> dict[FieldKey, PrintedField]:
    """Return the values of a form by their cells; a part of a merged cell is the whole cell.

    `shown` and `columns` are the columns of the funds and of the indicators that the form has.
    """
    found: dict[FieldKey, PrintedField] = {("form", None, name): field for name, field in own.items()}
    for fund, (_, label, fields) in funds:
        found["fund", fund.row_no, NAME] = label
        found |= {("fund", fund.row_no, name): field for name, field in zip(shown, fields, strict=True)}
    above: dict[str, PrintedField] = {}
    for row, cells in indicators:
        for name, (field, span) in zip(columns, cells, strict=True):
            above[name] = field if span else above.get(name, field)
            found["indicator", row.row_no, name] = above[name]
    return found


def _fund(known: Mapping[FieldKey, CellRow], fund: FundRow, shown: Sequence[str]) -> _FundLine:
    name = fund_name(fund)
    fields = tuple(
        make_field(
            known,
            ("fund", fund.row_no, column),
            getattr(fund, column),
            describe_amount(fund, column),
            name,
        )
        for column in shown
    )
    return name, make_field(known, ("fund", fund.row_no, NAME), fund.label_raw, row=name), fields


def _lines(known: Mapping[FieldKey, CellRow], columns: Sequence[str], rows: Sequence[IndicatorRow]) -> list[_RowCells]:
    spans = {name: _spans(known, name, rows) for name in CARRIED}
    lines = []
    for index, row in enumerate(rows):
        cells = []
        for name in columns:
            reading = {"target_raw": "target", "actual_raw": "actual"}.get(name)
            said = describe_value(row, reading) if reading else ""  # type: ignore[arg-type]
            field = make_field(known, ("indicator", row.row_no, name), getattr(row, name), said)
            cells.append((field, spans[name][index] if name in spans else 1))
        lines.append(tuple(cells))
    return lines


def _spans(known: Mapping[FieldKey, CellRow], name: str, rows: Sequence[IndicatorRow]) -> list[int]:
    """Return for each row how many rows its cell spans, 0 where the cell above goes on: both have one box then."""
    spans: list[int] = []
    start = 0
    for index, row in enumerate(rows):
        here, above = (known.get(("indicator", one.row_no, name)) for one in (row, rows[index - 1]))
        same = index > 0 and here is not None and above is not None and _box(here) == _box(above)
        if same and getattr(row, name) == getattr(rows[index - 1], name):
            spans.append(0)
            spans[start] += 1
        else:
            start = index
            spans.append(1)
    return spans


def _box(cell: CellRow) -> tuple[object, ...]:
    return (cell.page, cell.x0, cell.y0, cell.x1, cell.y1)


def _score(scores: Sequence[ScoreRow], item: str, row_no: int | None) -> Score | None:
    found = next((score for score in scores if score.item == item and row_no in (None, score.row_no)), None)
    if found is None:
        return None
    low, high = found.expected_min, found.expected_max
    both = "—" if low is None or high is None else show_points(high)
    expected = both if low == high or low is None or high is None else f"{show_points(low)}—{show_points(high)}"
    reported = "—" if found.reported_score is None else show_points(found.reported_score)
    return Score(found.verdict, VERDICT_NAMES[found.verdict], expected, reported, found.explanation)
