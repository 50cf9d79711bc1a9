"""Decisions on the rows of a document: raw texts exchanged, then typed and scored again as if they had been read so.

A decision fits where the cell is there and says what the reviewer saw (`old`), or already what the reviewer says it
should (`new`). Where it does not fit, or reviewers contradict each other, the cell stays as it was read, under review
with the reason `correction_misfit`, and the document's row says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline.assess import score_records
from pipeline.corrections.book import MISFIT, CellState
from pipeline.corrections.decision import Address, Decision
from pipeline.dataset.documents import DocumentRecords
from pipeline.dataset.fields import printed_names
from pipeline.labels.levels import level_codes
from pipeline.labels.titles import read_year
from pipeline.normalise import read_numbers, type_indicator
from pipeline.records import CellRow, CellTable, Coded, DocumentStatus, FormRow, FundRow, IndicatorRow
from pipeline.scoring import choose_profile

FULL = 1.0
"""Confidence of a reading that a person has compared with the page."""

NAMED = 5
"""Misfits that a document's error names."""

States = Mapping[Address, CellState]


@dataclass(frozen=True)
class Corrected:
    """The corrected rows of a document and what could not be applied, in words."""

    records: DocumentRecords
    applied: int
    misfits: tuple[str, ...]


def correct_records(read: DocumentRecords, states: States, outdated: int = 0) -> Corrected:
    """Return a document's rows as its reviewers decided, scored under the profile that the rows were scored under.

    `outdated` counts decisions about the bytes that the file held before: they fit no cell of this document.
    """
    corrected = apply_decisions(read, states)
    records = score_records(corrected.records, requested_profile(read))
    before = (f"{outdated} were made when the file had other bytes",) if outdated else ()
    misfits = (*before, *corrected.misfits)
    return Corrected(_record_misfits(records, misfits, len(corrected.misfits) + outdated), corrected.applied, misfits)


def apply_decisions(read: DocumentRecords, states: States) -> Corrected:
    """Return the rows with the decisions put on them and typed again, not yet scored."""
    desk = _Rows(read)
    misfits = []
    applied = 0
    for address, state in sorted(states.items(), key=lambda item: str(item[0])):
        if not state.standing:
            continue
        problem = find_misfit(desk.text(address), state)
        if problem:
            misfits.append(f"{address}: {problem}")
            desk.doubt(address)
        elif state.decision is not None:
            applied += 1
            desk.decide(address, state.decision)
    return Corrected(desk.records(), applied, tuple(misfits))


def find_misfit(text: str | None, state: CellState) -> str:
    """Say why what stands for a cell cannot be applied; empty where it can. `text` None: there is no such cell."""
    decision = state.decision
    if decision is None:
        names = " and ".join(sorted({one.reviewer for one in state.standing}))
        return f"{names} decided differently and neither replaced the other"
    if text is None:
        return f"the document has no such cell any more ({decision.reviewer} decided it)"
    if text not in {decision.old, decision.new}:
        return f"reads otherwise than when {decision.reviewer} decided it"
    return ""


_Key = tuple[str, CellTable, int | None, str]
"""form_id, table, row_no, field: the key of `cells`."""


class _Rows:
    """The rows of one document by address, while decisions are put on them."""

    def __init__(self, read: DocumentRecords) -> None:
        self.read = read
        self.forms: dict[str, FormRow] = {row.form_id: row for row in read.forms}
        self.ids = {row.form_no: row.form_id for row in read.forms}
        self.funds = {(row.form_id, row.row_no): row for row in read.funds}
        self.indicators = {(row.form_id, row.row_no): row for row in read.indicators}
        self.cells = {(row.form_id, row.table, row.row_no, row.field): row for row in read.cells}
        self.renamed: set[str] = set()

    def _key(self, address: Address) -> _Key:
        return (self.ids.get(address.form_no, ""), address.table, address.row_no, address.field)

    def text(self, address: Address) -> str | None:
        """Return what the row says in a cell, "" where it was not found; None where the document has no such cell."""
        key = self._key(address)
        if key not in self.cells:
            return None
        text: str | None = getattr(self._row(key), address.field)
        return text or ""

    def _row(self, key: _Key) -> FormRow | FundRow | IndicatorRow:
        form_id, table, row_no, _ = key
        if table == "form":
            return self.forms[form_id]
        return (self.funds if table == "fund" else self.indicators)[form_id, row_no or 0]

    def decide(self, address: Address, decision: Decision) -> None:
        """Put a decision on a cell and its row."""
        form_id, table, row_no, field = self._key(address)
        self._write(form_id, table, row_no or 0, field, decision.new)
        for name in (field, "year") if field == "title" else (field,):
            cell = self.cells.get((form_id, table, row_no, name))
            if cell is not None:
                self.cells[form_id, table, row_no, name] = settle_cell(cell, decision)

    def _write(self, form_id: str, table: str, row_no: int, field: str, text: str | None) -> None:
        change: dict[str, Any] = {field: text}
        form = self.forms[form_id]
        if table == "form":
            self.forms[form_id] = _type_form(replace(form, **change), field)
            if self.forms[form_id].year != form.year:
                self.renamed.add(form_id)
        elif table == "fund":
            self.funds[form_id, row_no] = _type_fund(replace(self.funds[form_id, row_no], **change), form)
        else:
            row = replace(self.indicators[form_id, row_no], **change)
            self.indicators[form_id, row_no] = _type_indicator(_classify(row, field), form)

    def doubt(self, address: Address) -> None:
        """Mark a cell, where it is there, as one whose decision cannot be applied."""
        key = self._key(address)
        if key in self.cells:
            self.cells[key] = replace(self.cells[key], needs_review=True, review_reason=MISFIT)

    def records(self) -> DocumentRecords:
        """Return all rows; a form whose year has changed has its values read in the light of the new one."""
        indicators = (
            _type_indicator(row, self.forms[row.form_id]) if row.form_id in self.renamed else row
            for row in self.indicators.values()
        )
        return replace(
            self.read,
            forms=tuple(self.forms.values()),
            funds=tuple(self.funds.values()),
            indicators=tuple(indicators),
            cells=tuple(self.cells.values()),
        )


def settle_cell(cell: CellRow, decision: Decision) -> CellRow:
    """Return a cell as it stands after a decision; what was read first is kept beside the new reading."""
    cell = replace(cell, reviewer=decision.reviewer, reviewed_at=decision.time)
    if decision.action == "unreadable":
        return replace(cell, needs_review=True, review_reason=f"unreadable, says {decision.reviewer}")
    if decision.action == "absent":
        return replace(cell, needs_review=False, review_reason=f"absent, says {decision.reviewer}")
    word = "accepted" if decision.action == "accept" or decision.new == decision.old else "corrected"
    return replace(
        cell,
        text=decision.new or "",
        first_reading=cell.text if cell.text != decision.new else None,
        needs_review=False,
        review_reason=f"{word} by {decision.reviewer}",
        confidence=FULL,
    )


def _type_form(form: FormRow, field: str) -> FormRow:
    year = read_year(form.title or "") if field == "title" else None
    numbers = read_numbers("form", _raw(form, printed_names("form")), form.money_unit)
    return replace(form, **numbers, year=year or form.year)


def _raw(row: Any, fields: Iterable[str]) -> dict[str, str | None]:
    return {name: getattr(row, name) for name in fields}


def _type_fund(row: FundRow, form: FormRow) -> FundRow:
    numbers = read_numbers("fund", _raw(row, printed_names("fund")), form.money_unit)
    return replace(row, **numbers)


def _classify(row: IndicatorRow, field: str) -> IndicatorRow:
    """Return the row with its canonical classes told anew where one of its labels was decided."""
    if field not in {"level1", "level2"}:
        return row
    first, second = level_codes(row.level1 or "", row.level2 or "")
    return replace(row, level1_code=Coded(first) if first else None, level2_code=Coded(second) if second else None)


def _type_indicator(row: IndicatorRow, form: FormRow) -> IndicatorRow:
    return type_indicator(row, form.year, form.money_unit)[0]


def requested_profile(read: DocumentRecords) -> str | None:
    """Return the profile that was asked for when the rows were scored; None where each form chose its own."""
    used = {row.form_id: str(row.profile) for row in read.scores}
    own = {
        form.form_id: choose_profile(form.notes, form.district_code, None, form.form_kind)[0].name
        for form in read.forms
    }
    return next((used[form_id] for form_id in used if used[form_id] != own[form_id]), None)


def _record_misfits(records: DocumentRecords, misfits: tuple[str, ...], count: int) -> DocumentRecords:
    """Return the records with a document row that says which decisions could not be applied."""
    if not misfits:
        return records
    more = f" and {len(misfits) - NAMED} more" if len(misfits) > NAMED else ""
    said = f"{count} corrections do not fit: {'; '.join(misfits[:NAMED])}{more}; look at them in `jixiao review`"
    error = f"{said}; {records.document.error}" if records.document.error else said
    status: DocumentStatus = "partial" if records.document.status == "ok" else records.document.status
    return replace(records, document=replace(records.document, status=status, error_code=MISFIT, error=error))
