"""Published tables → the rows of sheets: joined with their form, put in order, every value a text or a number.

Forms are ordered by district, year, file and position, and the rows of other tables as their forms; findings by
severity first, fields to review by consequence (amounts and scores before prose). Columns that an older version did not
write are empty. Rows are made in batches, so that a large dataset is never in memory as Python objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.dataset.columns import table_columns
from pipeline.export.layout import WRITTEN, SheetColumn, SheetLayout, workbook_layout
from pipeline.scoring.catalogue import finding_kinds
from pipeline.storage.arrow import published_schema
from pipeline.storage.load import read_published

Value = str | int | float | Decimal | None

BATCH = 5_000
"""Rows that are Python objects at one time."""

CONSEQUENCE = (
    *("executed_raw", "annual_budget_raw", "initial_budget_raw", "total_score_raw", "total_weight_raw"),
    *("score_raw", "weight_raw", "execution_rate_raw", "actual_raw", "target_raw", "nature_raw", "unit_raw"),
)
"""Fields to review by consequence; all others come after them."""

SEVERITIES = ("error", "warning", "info")

STATUSES = ("violation", "potential", "unverifiable", "extraction_suspect")
"""Findings that accuse come before those that doubt the reading."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet, value by value, with the form and indicator that it is of and what its colour depends on."""

    columns: tuple[SheetColumn, ...]
    values: tuple[Value, ...]
    form_id: str
    row_no: int | None = None
    severity: str | None = None
    verdict: str | None = None
    anchor: str = ""
    """Where in the form's page of the report the row is."""


def sheet_rows(root: Path, sheet: SheetLayout) -> Iterator[Row]:
    """Yield the rows of a sheet from a snapshot."""
    data = _sorted(root, sheet, _own_rows(root, sheet))
    for context in sorted({column.context for column in sheet.columns if column.context}):
        names = [column.column for column in sheet.columns if column.context == context]
        data = _join(data, _read_context(root, context), names, context)
    data = data.sort_by("place") if data.num_rows else data
    for start in range(0, data.num_rows, BATCH):
        for row in data.slice(start, BATCH).to_pylist():
            values = tuple(_value(column, row) for column in sheet.columns)
            row_no = row.get("row_no") if row.get("table") in (None, "indicator") else None
            severity, verdict = row.get("severity"), row.get("verdict")
            yield Row(sheet.columns, values, row["form_id"], row_no, severity, verdict, _anchor(row, row_no))


def _value(column: SheetColumn, row: dict[str, Any]) -> Value:
    kind, _, unit = column.kind.partition(":")
    if column.kind in WRITTEN or (kind == "difference" and _unit(row) != unit):
        return None
    return show_value(column, row[_name(column)])


def _unit(finding: dict[str, Any]) -> str:
    """Return what the difference of a finding is measured in."""
    if finding["amount_yuan"] is not None:
        return "money"
    return "percent" if finding["field"] == "execution_rate_raw" else "points"


def _anchor(row: dict[str, Any], row_no: int | None) -> str:
    if "code" in row:
        return f"f-{row_no or 'form'}-{row['code']}"
    return f"row-{row_no}" if row_no is not None else ""


def _read_context(root: Path, context: str) -> pa.Table:
    """Return what rows of another table take columns from: one row per form, or per indicator."""
    if context == "counts":
        return count_by_form(root)
    data = read_complete(root, context)
    return _totals(data) if context == "funds" else data


def _totals(funds: pa.Table) -> pa.Table:
    """Return the total of each form; a form of a whole department has a blank one before the line that it prints."""
    rows = funds.filter(pc.field("fund_type") == "total")
    forms, labels = rows.column("form_id").to_pylist(), rows.column("label_raw").to_pylist()
    blank_last = sorted(range(rows.num_rows), key=lambda place: labels[place] is None)
    first: dict[str, int] = {}
    for place in blank_last:
        first.setdefault(forms[place], place)
    return rows.take(pa.array(sorted(first.values()), pa.int64()))


def count_by_form(root: Path) -> pa.Table:
    """Return the figures of each form that are counted; see `COUNTS`."""
    findings, cells, scores = (read_complete(root, name) for name in ("findings", "cells", "scores"))
    counts = read_complete(root, "forms").select(["form_id"])
    for name, status in (("violations", "violation"), ("potential", "potential")):
        counts = _add_count(counts, findings.filter(pc.field("status") == status), name)
    counts = _add_count(counts, cells.filter(pc.field("needs_review")), "doubted")
    money = findings.group_by("form_id").aggregate([("amount_yuan", "max")]).rename_columns(["form_id", "amount"])
    total = scores.filter(pc.field("item") == "total").select(["form_id", "expected_max"])
    total = total.rename_columns(["form_id", "expected"])
    return counts.join(money, "form_id").join(total, "form_id")


def _add_count(counts: pa.Table, rows: pa.Table, name: str) -> pa.Table:
    number = rows.group_by("form_id").aggregate([([], "count_all")]).rename_columns(["form_id", name])
    joined = counts.join(number, "form_id")
    return joined.set_column(joined.column_names.index(name), name, pc.fill_null(joined.column(name), 0))


KEY = ["form_id", "row_no"]


def _name(column: SheetColumn) -> str:
    return f"{column.context}.{column.column}" if column.context else column.column


def read_complete(root: Path, table: str) -> pa.Table:
    """Return a table of a snapshot with all columns of this version, words of vocabularies as plain strings."""
    data = read_published(root, table)
    for field in published_schema(table):
        if field.name not in data.column_names:
            data = data.append_column(field.name, pa.nulls(data.num_rows, field.type))
    for index, field in enumerate(data.schema):
        if pa.types.is_dictionary(field.type):
            data = data.set_column(index, field.name, data.column(index).cast(field.type.value_type))
    return data


def _own_rows(root: Path, sheet: SheetLayout) -> pa.Table:
    data = read_complete(root, sheet.table)
    if sheet.table in ("scores", "findings"):
        data = _keep_indicator_rows(data)
    if sheet.where is None:
        return data
    boolean = pa.types.is_boolean(data.schema.field(sheet.where).type)
    return data.filter(pc.field(sheet.where) if boolean else pc.field(sheet.where).is_valid())


def _keep_indicator_rows(data: pa.Table) -> pa.Table:
    """Return the rows with the row_no of indicators only: that of a fund line would name another indicator."""
    elsewhere = pc.fill_null(pc.not_equal(data.column("table"), "indicator"), False)
    own = pc.if_else(elsewhere, pa.scalar(None, pa.int32()), data.column("row_no"))
    return data.set_column(data.column_names.index("row_no"), "row_no", own)


def _sorted(root: Path, sheet: SheetLayout, data: pa.Table) -> pa.Table:
    """Return the rows in order, with their position as the column `place`."""
    order = read_complete(root, "forms").sort_by([(name, "ascending") for name in FORM_ORDER]).column("form_id")
    keys = {"form": pc.index_in(data.column("form_id"), pa.array(order.to_pylist(), pa.string()))}
    if sheet.table == "findings":
        status = pc.index_in(data.column("status"), pa.array(STATUSES))
        severity = pc.index_in(data.column("severity"), pa.array(SEVERITIES))
        keys = {"status": status, "severity": severity, "amount": data.column("amount_yuan"), **keys}
    if sheet.table == "cells":
        keys = {"field": pc.index_in(data.column("field"), pa.array(CONSEQUENCE)), **keys}
    keys |= {"row": data.column("row_no")} if "row_no" in data.column_names else {}
    keys["printed"] = pa.array(range(data.num_rows), pa.int64())
    order_by = [(name, "descending" if name == "amount" else "ascending") for name in keys]
    return _number(data.take(pc.sort_indices(pa.table(keys), sort_keys=order_by)))


FORM_ORDER = ("district_code", "year", "file_name", "form_no")


def _number(data: pa.Table) -> pa.Table:
    return data.append_column("place", pa.array(range(data.num_rows), pa.int64()))


def _join(data: pa.Table, other: pa.Table, names: Sequence[str], table: str) -> pa.Table:
    """Return the rows with some columns of another table, named `<table>.<column>`; those without a match are empty.

    Arrow joins only plain columns, so the rows are found by their place and the others stay as they are.
    """
    key = KEY if table == "indicators" else ["form_id"]
    found = data.select([*key, "place"]).join(other.select([*key, *dict.fromkeys(names)]), keys=key).sort_by("place")
    for name in dict.fromkeys(names):
        data = data.append_column(f"{table}.{name}", found.column(name))
    return data


def show_value(column: SheetColumn, value: Any) -> Value:
    """Return a value as its column shows it; what no vocabulary names is shown as it is."""
    if value is None:
        return None
    kind, _, vocabulary = column.kind.partition(":")
    if kind == "word":
        return workbook_layout().words[vocabulary].get(value, str(value))
    return _SHOW.get(kind, _keep)(value)


def _keep(value: Any) -> Value:
    return value if isinstance(value, (str, int, float, Decimal)) else str(value)


def _title(code: str) -> str:
    kinds = finding_kinds()
    return kinds[code].title if code in kinds else code


@cache
def _headings() -> dict[str, str]:
    """Return column → heading on the form, for every column that a cell can name."""
    tables = ("forms", "funds", "indicators")
    return {column.name: column.label for table in tables for column in table_columns(table) if column.label}


_DECISIONS = {"accepted": "核对无误", "corrected": "更正", "unreadable": "无法辨认", "absent": "未印此栏"}


def _decision(reason: str) -> str:
    return _DECISIONS.get(reason.replace(",", " ").partition(" ")[0], reason)


_SHOW: dict[str, Callable[[Any], Value]] = {
    "yes_no": lambda value: "是" if value else "否",
    "list": "；".join,
    "day": lambda moment: moment.date().isoformat(),
    "decision": _decision,
    "title": _title,
    "heading": lambda field: _headings().get(field, field),
    "link": partial(str),
}
