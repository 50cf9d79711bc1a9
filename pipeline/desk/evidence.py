"""What speaks for and against one reading: who read what, which sums it stands in, and what was decided about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from pipeline.corrections.apply import apply_decisions
from pipeline.corrections.book import CellState, DocumentDecisions
from pipeline.corrections.decision import Address, Decision
from pipeline.dataset.documents import DocumentRecords
from pipeline.dataset.fields import PrintedColumn, typed_column
from pipeline.desk.words import desk_words, field_label
from pipeline.doubt.column_kinds import review_rules
from pipeline.doubt.constraints import Constraint, list_constraints
from pipeline.records import FUND_TYPES, CellRow, CellTable, FieldKey, FormRow, FundRow, IndicatorRow
from pipeline.scoring.explain import FUND_NAMES, fund_name

Row = FormRow | FundRow | IndicatorRow

MERGED = frozenset({"level1", "level2"})
"""Columns whose printed cell may stand for several rows: one look decides them all."""


def find_form(records: DocumentRecords, form_no: int) -> FormRow | None:
    """Return a form of a document by its number."""
    return next((form for form in records.forms if form.form_no == form_no), None)


def find_cell(records: DocumentRecords, address: Address) -> CellRow | None:
    """Return the cell of an address, or None where the document has none."""
    form = find_form(records, address.form_no)
    wanted = (form.form_id if form else "", *address[1:])
    return next((c for c in records.cells if (c.form_id, c.table, c.row_no, c.field) == wanted), None)


def find_row(records: DocumentRecords, address: Address) -> Row | None:
    """Return the row of an address."""
    form = find_form(records, address.form_no)
    if form is None or address.table == "form":
        return form
    if address.table == "fund":
        funds = (row for row in records.funds if (row.form_id, row.row_no) == (form.form_id, address.row_no))
        return next(funds, None)
    rows = (row for row in records.indicators if (row.form_id, row.row_no) == (form.form_id, address.row_no))
    return next(rows, None)


def printed_texts(records: DocumentRecords, form_no: int) -> dict[FieldKey, str]:
    """Return what every printed field of a form says, by table, row and field."""
    return {key: text for key, text in cell_texts(records, form_no).items() if text is not None}


def cell_texts(records: DocumentRecords, form_no: int) -> dict[FieldKey, str | None]:
    """Return what every field of a form that has a cell says; None where it was not found."""
    form = find_form(records, form_no)
    if form is None:
        return {}
    rows: dict[tuple[CellTable, int | None], Row] = {("form", None): form}
    rows |= {("fund", row.row_no): row for row in records.funds if row.form_id == form.form_id}
    rows |= {("indicator", row.row_no): row for row in records.indicators if row.form_id == form.form_id}
    cells = (cell for cell in records.cells if cell.form_id == form.form_id)
    return {(c.table, c.row_no, c.field): getattr(rows[c.table, c.row_no], c.field) for c in cells if c.field != "year"}


def as_decided(read: DocumentRecords, decisions: DocumentDecisions, tried: Iterable[Decision] = ()) -> DocumentRecords:
    """Return a document's rows with what was decided about it, and with what is tried out; not scored."""
    states = dict(decisions.states) | {one.address: CellState((one,), (one,)) for one in tried}
    return apply_decisions(read, states).records


def list_readings(read: DocumentRecords, cell: CellRow, current: str) -> list[dict[str, str]]:
    """Return each reading of a cell with who made it, the one in the dataset first."""
    engine = _reader_name(read.document.ocr_engine or "")
    first = {"ocr": engine, "text": "文件文本层", "docx": "Word 文件"}[cell.source]
    made: dict[str, list[str]] = {current: []}
    made.setdefault(cell.text, []).append(first)
    for text in cell.second_readings:
        made.setdefault(text, []).append("第二识别器")
    for text in cell.alternatives:
        made.setdefault(text, [f"{first} 的其他候选"])
    if not made[current]:
        made[current].append("按表内关系改读")
    return [{"text": text, "who": "、".join(who)} for text, who in made.items()]


def _reader_name(engine: str) -> str:
    """Return what a recogniser is called in Chinese; one that has no name there keeps its own."""
    names = desk_words().readers
    return next((title for name, title in names.items() if engine.startswith(name)), engine or "识别器")


def list_checks(records: DocumentRecords, address: Address) -> list[dict[str, Any]]:
    """Return the form's arithmetic that a field stands in, the broken ones first, each with its numbers."""
    form = find_form(records, address.form_no)
    texts = printed_texts(records, address.form_no)
    key: FieldKey = address[1:]
    if form is None or key not in texts:
        return []
    rules = review_rules().constraints
    found = [c for c in list_constraints(texts, form.money_unit, rules, _summed_rows(records, form)) if key in c.keys]
    checks = [_check(constraint, texts, key) for constraint in found]
    return sorted((check for check in checks if check["holds"] is not None), key=lambda check: bool(check["holds"]))


def _summed_rows(records: DocumentRecords, form: FormRow) -> tuple[int, ...]:
    """Return the fund rows that make the total; none where that is not known of every printed line."""
    lines = [fund for fund in records.funds if fund.form_id == form.form_id and fund.label_raw is not None]
    unknown = any(fund.adds_to_total is None for fund in lines)
    return () if unknown else tuple(fund.row_no for fund in lines if fund.adds_to_total)


def _check(constraint: Constraint, texts: Mapping[FieldKey, str], mine: FieldKey) -> dict[str, Any]:
    gap, words = constraint.gap(texts), desk_words().constraints[constraint.name]
    terms = [key for key in constraint.keys if texts.get(key, "").strip()]
    one_row = len({key[:2] for key in constraint.keys}) == 1
    return {
        "title": words.title,
        "sum": words.sum,
        "holds": None if gap is None else gap >= 0,
        "terms": [{"label": _term_label(key, one_row), "text": texts[key], "mine": key == mine} for key in terms],
    }


def _term_label(key: FieldKey, one_row: bool) -> str:
    """Name a number of a constraint: by its column where all stand in one row, else by its row."""
    table, row_no, field = key
    return field_label(table, field) if one_row or row_no is None else row_name(table, row_no)


def row_name(table: CellTable, row_no: int | None) -> str:
    """Return what a row is called; empty for the form's own fields."""
    if row_no is None:
        return ""
    if table == "fund":
        return FUND_NAMES[FUND_TYPES[row_no - 1]] if row_no <= len(FUND_TYPES) else f"资金第 {row_no} 行"
    return f"第 {row_no} 行"


def describe_row(records: DocumentRecords, address: Address) -> str:
    """Say in the form's own words which row a field is in."""
    row = find_row(records, address)
    if isinstance(row, FundRow):
        return fund_name(row)
    if isinstance(row, IndicatorRow):
        return " / ".join(text for text in (row.level1, row.level2, row.level3) if text)
    return ""


UNITS = {"amount": "元", "points": "分"}


def describe_typed(records: DocumentRecords, address: Address) -> dict[str, Any]:
    """Say what number or value is read from a field's text; `sound` is false where one belongs and there is none."""
    row = find_row(records, address)
    text = getattr(row, address.field, None) if row else None
    blank = not (text or "").strip(" —-/无")
    if column := typed_column(address.table, address.field):
        return _number(_show_number(column, getattr(row, column.typed, None)), blank)
    if address.field in {"target_raw", "actual_raw"} and row is not None:
        return {"text": _value(row, address.field.removesuffix("_raw")), "sound": True}
    return {"text": "", "sound": True}


def _show_number(column: PrintedColumn, number: Any) -> str | None:
    if not isinstance(number, Decimal):
        return None
    if column.reads == "rate":
        return f"{(number * 100).normalize():f} %"
    return f"{number.normalize():,f} {UNITS[column.reads]}"


def _number(shown: str | None, blank: bool) -> dict[str, Any]:
    if shown is not None:
        return {"text": f"读作 {shown}", "sound": True}
    return {"text": "空白，不作数" if blank else "读不出数", "sound": blank}


KINDS = {
    "quantitative": "定量",
    "qualitative": "定性",
    "date": "日期",
    "duration": "时长",
    "compound": "多项",
    "placeholder": "空白",
}


def _value(row: Row, role: str) -> str:
    kind = KINDS.get(getattr(row, f"{role}_kind") or "", "")
    value, highest = getattr(row, f"{role}_value"), getattr(row, f"{role}_value_max")
    span = (
        ""
        if value is None
        else f"{value.normalize():f}"
        if highest is None
        else f"{value.normalize():f} 至 {highest.normalize():f}"
    )
    parts = (getattr(row, f"{role}_comparator"), span, getattr(row, f"{role}_unit"))
    return " ".join(str(part) for part in (f"读作 {kind}", *parts) if part)


def list_messages(records: DocumentRecords, address: Address) -> Iterator[str]:
    """Yield what the rules found about the field."""
    form = find_form(records, address.form_no)
    for finding in records.findings:
        place = (finding.form_id, finding.table, finding.row_no, finding.field)
        if form and place == (form.form_id, address.table, address.row_no, address.field):
            yield finding.message


def list_history(decisions: DocumentDecisions, address: Address) -> list[dict[str, Any]]:
    """Return all that was ever decided about a field, the oldest first."""
    standing = {one.id for one in decisions.state(address).standing}
    return [
        {
            "action": one.action,
            "new": one.new,
            "reason": one.reason,
            "reviewer": one.reviewer,
            "time": one.time.isoformat(timespec="seconds"),
            "stands": one.id in standing,
        }
        for one in decisions.lines
        if one.address == address
    ]
