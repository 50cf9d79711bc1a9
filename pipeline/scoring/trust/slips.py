"""Would one slip of the recogniser explain a finding? Then the reading is accused, not the department.

A slip is one character misread, lost or added in one number that the finding rests on. It explains the finding when
the form, read so, has strictly fewer findings and none that it did not have: 分值 `100` beside 得分 `10` read as `10`
makes weights and reason agree, while a `10` that becomes `16` only breaks the sum elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from pipeline.dataset.fields import typed_column
from pipeline.records import CellTable, FieldKey, FormRow, FundRow, IndicatorRow
from pipeline.scoring.case import Case, ScoringInput, read_execution, read_item, read_text, usual_funds
from pipeline.scoring.drafts import Draft
from pipeline.scoring.facts import is_blank, scoring_facts
from pipeline.units.amounts import read_number

Drafting = Callable[[Case], tuple[Draft, ...]]
Variants = Callable[[str], Iterator[str]]


def misread_variants(text: str) -> Iterator[str]:
    """Yield what may stand on the page where `text` was read, with one digit exchanged for one that looks like it."""
    misread = scoring_facts().slips.misread
    for i, char in enumerate(text):
        for other in misread.get(char, ""):
            yield text[:i] + other + text[i + 1 :]


def slip_variants(text: str) -> Iterator[str]:
    """Yield what may stand on the page where `text` was read: one character exchanged, dropped or put in."""
    yield from misread_variants(text)
    numeric = [i for i, char in enumerate(text) if char.isdigit() or char in ".%"]
    yield from (text[:i] + text[i + 1 :] for i in numeric)
    for i in sorted({place for found in numeric for place in (found, found + 1)}):
        for lost in scoring_facts().slips.lost:
            yield text[:i] + lost + text[i:]


def _typed(table: CellTable, field: str, text: str, money_unit: str) -> dict[str, Any]:
    """Return the columns that change with a raw text."""
    column = typed_column(table, field)
    return {field: text} | ({column.typed: read_number(column.reads, text, money_unit)} if column else {})


def with_text(source: ScoringInput, key: FieldKey, text: str) -> ScoringInput:
    """Return the form as it would be had the field been read as `text`."""
    table, row_no, field = key
    changes = _typed(table, field, text, source.form.money_unit)
    if table == "form":
        form: FormRow = replace(source.form, **changes)
        return replace(source, form=form)
    if table == "fund":
        funds: tuple[FundRow, ...] = tuple(
            replace(fund, **changes) if fund.row_no == row_no else fund for fund in source.funds
        )
        return replace(source, funds=funds)
    rows: tuple[IndicatorRow, ...] = tuple(
        replace(row, **changes) if row.row_no == row_no else row for row in source.indicators
    )
    values = {number: read for number, read in source.values.items() if number != row_no}
    return replace(source, indicators=rows, values=values)


def reopen(case: Case, key: FieldKey, text: str) -> Case:
    """Return the opened form with one field read as `text`; only what depends on the field is read again."""
    source = with_text(case.source, key, text)
    if key[0] == "indicator":
        pairs = zip(case.items, source.indicators, strict=True)
        items = tuple(item if item.row is row else read_item(row, source.form) for item, row in pairs)
        known = {row_no: outcome for row_no, outcome in case.outcomes.items() if row_no != key[1]}
        return replace(case, source=source, items=items, outcomes=known)
    funds = usual_funds(source)
    return replace(case, source=source, funds=funds, execution=read_execution(funds, case.form.execution_points))


def _name(drafts: tuple[Draft, ...]) -> frozenset[tuple[str, int | None, str]]:
    return frozenset((draft.code, draft.row_no, draft.field) for draft in drafts)


def explains_by_slip(draft: Draft, case: Case, drafting: Drafting, variants: Variants = slip_variants) -> bool:
    """Tell whether one slip in one field of the draft's evidence would explain it.

    `drafting` runs the checks that the form is judged by; `variants` yields what may stand where a text was read.
    """
    before = _name(drafting(case))
    mine = (draft.code, draft.row_no, draft.field)
    for key in dict.fromkeys(draft.evidence):
        text = read_text(case.source, key)
        if text is None or is_blank(text) or len(text) > scoring_facts().slips.longest:
            continue
        for variant in dict.fromkeys(variants(text)):
            after = _name(drafting(reopen(case, key, variant)))
            if mine not in after and after < before:
                return True
    return False
