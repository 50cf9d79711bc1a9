"""A form as printed → the typed rows of the dataset: amounts in 元, numbers, values with units, each with its place.

Nothing is corrected here: the raw text stands beside every reading, and a text that a number was expected of and that
holds none asks for review.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline.dataset.fields import printed_columns, printed_names, typed_column
from pipeline.forms.departments import department_key
from pipeline.forms.lost_fields import NOT_FOUND
from pipeline.models import Form, FundLine, IndicatorLine, Reading, Readings
from pipeline.records import FUND_TYPES, CellRow, CellTable, Coded, FormRow, FundRow, IndicatorRow
from pipeline.units import RowValues, Value, read_row
from pipeline.units.amounts import STORED, read_number


@dataclass(frozen=True, slots=True)
class FormRows:
    """The rows of one form, scores and findings apart; `values` are what its indicators say, by row_no."""

    form: FormRow
    funds: tuple[FundRow, ...]
    indicators: tuple[IndicatorRow, ...]
    cells: tuple[CellRow, ...]
    values: Mapping[int, RowValues]


def normalise_form(form: Form, document_id: str, file_name: str) -> FormRows:
    """Return the typed rows of a form."""
    form_id = f"{document_id}-{form.form_no:03d}"
    indicators = [_indicator_row(form_id, form, line) for line in form.indicators]
    return FormRows(
        form=_form_row(form_id, form, document_id, file_name),
        funds=tuple(_fund_row(form_id, form, line) for line in _fund_lines(form)),
        indicators=tuple(row for row, _ in indicators),
        cells=tuple(_cells(form_id, form)),
        values={row.row_no: values for row, values in indicators},
    )


def _text(readings: Readings, name: str) -> str | None:
    reading = readings.get(name)
    return reading.text if reading and reading.review_reason != NOT_FOUND else None


def _form_row(form_id: str, form: Form, document_id: str, file_name: str) -> FormRow:
    texts: dict[str, Any] = {name: _text(form.readings, name) for name in printed_names("form")}
    own = [*form.readings.values(), *(reading for fund in _fund_lines(form) for reading in fund.readings.values())]
    kind: Any = form.form_kind
    return FormRow(
        form_id=form_id,
        document_id=document_id,
        file_name=file_name,
        form_no=form.form_no,
        page_first=form.page_first,
        page_last=form.page_last,
        form_kind=kind,
        department_key=department_key(texts["department"]),
        template=Coded(form.template) if form.template else None,
        has_points=form.has_points,
        year=form.year,
        district_code=form.district_code,
        district=form.district,
        complete=form.complete,
        money_unit=form.money_unit,
        unlisted_funds="、".join(form.unlisted_funds) or None,
        rate_in_percent=form.rate_in_percent,
        execution_points=form.execution_points,
        has_deviation_column=any("deviation_raw" in line.readings for line in form.indicators),
        notes=form.notes or None,
        reader=_reader(form, own),
        **texts,
        **read_numbers("form", texts, form.money_unit),
    )


def _reader(form: Form, readings: Iterable[Reading]) -> str:
    """Name the readers of a row; `repaired` where a reading has been exchanged for another one."""
    return f"{form.reader}+repaired" if any(reading.first_text is not None for reading in readings) else form.reader


def _fund_lines(form: Form) -> Iterable[FundLine]:
    """Yield the four usual lines, printed or not, and those beyond them."""
    for number, kind in enumerate(FUND_TYPES, 1):
        yield FundLine(number, kind, form.funds.get(kind, {}))
    yield from form.further_funds


def _fund_row(form_id: str, form: Form, line: FundLine) -> FundRow:
    raw: dict[str, Any] = {name: _text(line.readings, name) for name in printed_names("fund")}
    kind: Any = line.fund_type
    return FundRow(
        form_id=form_id,
        row_no=line.row_no,
        fund_type=kind,
        adds_to_total=form.fund_parts.get(line.row_no),
        **raw,
        **read_numbers("fund", raw, form.money_unit),
    )


def read_numbers(table: CellTable, raw: Mapping[str, str | None], money_unit: str) -> dict[str, Any]:
    """Return the typed columns of a row from its raw texts: amounts in 元, points, the rate as a fraction of 1."""
    columns = [column for column in printed_columns(table) if column.typed]
    return {column.typed: read_number(column.reads, raw[column.name], money_unit) for column in columns}


def _indicator_row(form_id: str, form: Form, line: IndicatorLine) -> tuple[IndicatorRow, RowValues]:
    raw: dict[str, Any] = {name: _text(line.readings, name) for name in printed_names("indicator")}
    row = IndicatorRow(
        form_id=form_id,
        row_no=line.row_no,
        level1_code=Coded(line.level1_code) if line.level1_code else None,
        level2_code=Coded(line.level2_code) if line.level2_code else None,
        reader=_reader(form, line.readings.values()),
        **raw,
    )
    return type_indicator(row, form.year, form.money_unit)


def type_indicator(row: IndicatorRow, year: int | None, money_unit: str) -> tuple[IndicatorRow, RowValues]:
    """Return an indicator row with its typed columns as its raw texts say, and the values that they were taken from."""
    values = read_row(row, year, money_unit)
    raw = {name: getattr(row, name) for name in printed_names("indicator")}
    numbers = read_numbers("indicator", raw, money_unit)
    columns = _value_columns("target", values.target) | _value_columns("actual", values.actual)
    return replace(row, **numbers, **columns), values


VALUE_COLUMNS = ("kind", "comparator", "value", "value_max", "unit", "dimension", "base_value", "base_unit", "flags")


def _value_columns(role: str, value: Value) -> dict[str, Any]:
    return {f"{role}_{name}": getattr(value, name) for name in VALUE_COLUMNS}


def _cells(form_id: str, form: Form) -> Iterable[CellRow]:
    """Yield one row per field, with its place and its doubts."""
    for name, reading in form.readings.items():
        yield _cell_row(form_id, "form", None, name, reading)
    title = form.readings.get("title")
    year = _year_reading(form, title)
    if year:
        yield _cell_row(form_id, "form", None, "year", year)
    for fund in _fund_lines(form):
        for name, reading in fund.readings.items():
            yield _cell_row(form_id, "fund", fund.row_no, name, reading)
    for line in form.indicators:
        for name, reading in line.readings.items():
            yield _cell_row(form_id, "indicator", line.row_no, name, reading)


def _year_reading(form: Form, title: Reading | None) -> Reading | None:
    """Return where the year stands, the title; a picture whose year was not found is to be looked at."""
    scanned = any(reading.source == "ocr" for reading in form.readings.values())
    if form.year is not None or not scanned:
        return title
    found = title or Reading("", (), "ocr")
    return replace(found, confidence=0.0, needs_review=True, review_reason=NOT_FOUND)


def _cell_row(form_id: str, table: Any, row_no: int | None, name: str, reading: Reading) -> CellRow:
    reading = _doubt_number(table, name, reading)
    place = reading.places[0] if reading.places else None
    box = place.box if place else None
    return CellRow(
        form_id=form_id,
        table=table,
        row_no=row_no,
        field=name,
        text=reading.text if reading.first_text is None else reading.first_text,
        page=place.page if place else None,
        x0=round(box.x0, 2) if box else None,
        y0=round(box.y0, 2) if box else None,
        x1=round(box.x1, 2) if box else None,
        y1=round(box.y1, 2) if box else None,
        source=reading.source,
        confidence=round(reading.confidence, 4),
        needs_review=reading.needs_review,
        review_reason=reading.review_reason or None,
        alternatives=reading.alternatives,
        second_readings=reading.second_readings,
    )


USUAL_UNIT = "万元"
"""The unit in which an amount is tried whose form's unit does not matter."""

NO_NUMBER = frozenset({"", "—", "-", "/", "——", "－", "无"})


def _doubt_number(table: CellTable, name: str, reading: Reading) -> Reading:
    """Ask for review where a number was expected and none can be read, or more decimals than are stored."""
    column = typed_column(table, name)
    if column is None or reading.needs_review or reading.text.strip() in NO_NUMBER:
        return reading
    number = read_number(column.reads, reading.text, USUAL_UNIT, rounded=False)
    unread = number is None or (column.reads == "amount" and number != number.quantize(STORED))
    return replace(reading, needs_review=True, review_reason="not_a_number") if unread else reading
