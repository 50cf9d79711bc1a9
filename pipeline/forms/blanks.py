"""Blanks that were read from a picture where a text is to be expected, and goals that ran past their end.

A faint character, a lost ruling or a stroke of a seal leaves an empty cell, and an empty cell carries no mark: that it
is empty is the reading. Where its neighbours in the row are filled and its column is filled in the other rows, a
person looks whether it is; so with the name of the project, and of a row that has values. What a text layer or a Word
file leaves blank is blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.dataset.fields import names_of_part
from pipeline.forms.fields import doubt_fields
from pipeline.forms.inferred import is_inferred
from pipeline.forms.rests import EMPTY
from pipeline.labels.words import labels_inside
from pipeline.models import Form, IndicatorLine, Reading, Readings

BLANK = "blank_beside_filled"
"""Review reason of an empty field of a picture in a filled row and column, or of points unlike their column's."""

OVERRUN = "odd_shape"
"""Review reason of goals in which the heads of the indicators stand."""

EXPECTED = ("nature_raw", "target_raw", "unit_raw", "actual_raw", "weight_raw", "score_raw")
"""Columns in which a row that has a name usually has a text."""

AMOUNTS = ("annual_budget_raw", "executed_raw", "weight_raw", "execution_rate_raw", "score_raw")
"""Columns in which the line of the total usually has a text."""

SIGNED = re.compile(r"\S\s*[≥≤><＞＜]")
"""A sign of comparison within a name, where none is printed."""

SUMS = {"weight_raw": "total_weight_raw", "score_raw": "total_score_raw"}
"""Columns that are filled where their sum is printed."""

FILLED = {"unit_raw": 0.6, "actual_raw": 0.6}
"""Share of the filled rows from which the others are not left blank either; in the other columns one will do: a form
gives a sign, a target and points to all rows or to none."""

FEWEST_VALUES = 2
"""Values of a row that somebody filled in."""

LOST = 0.8
"""Share of the filled rows in which a column is blank that was not read; a stray value may stand in one."""

FEWEST_ROWS = 3
"""Filled rows in which a column is blank that was not read: its values stand in another, or nowhere."""

Drawn = Callable[[Reading], bool]
"""Whether a reading is blank, and may be a text that was not found."""

GOALS = ("expected_goal", "actual_goal")

NAMES = ("project_name", "department", "implementing_unit")
"""Fields of the form's own that nobody leaves blank."""

SHORTEST = 3
"""Characters of the shortest head that is no word of a goal: 单位 and 实际 are."""

PARTS = ("fiscal", "carryover", "other")
PART_POINTS = ("weight_raw", "score_raw")
PART_AMOUNTS = ("initial_budget_raw", "annual_budget_raw", "executed_raw")
"""The fund lines below the total, and the columns in which they all print a dash, or nothing, or their points."""


def doubt_blanks(form: Form) -> Form:
    """Return the form with its unlikely blanks marked; only fields of pictures and of fitted columns are."""
    drawn: Drawn = _is_blank if is_inferred(form.reader) else _is_drawn_blank
    form = _with_whole_lines(_with_parts_alike(form, drawn), drawn)
    filled = {name for name in EXPECTED if _is_filled(form.indicators, name)}
    filled |= {
        name for name, whole in SUMS.items() if whole in form.readings and form.readings[whole].text.strip("—-/ ")
    }
    lost = {name for name in EXPECTED if _is_lost(form.indicators, name)}
    filled |= lost
    swollen = _columns_beside(form.indicators, lost)
    total = form.funds.get("total", {})
    return replace(
        form,
        readings=doubt_fields(
            _without_overrun(form.readings), set(_blank(form.readings, (*NAMES, *TOTALS, *GOALS), drawn)), BLANK
        ),
        funds={**form.funds, "total": doubt_fields(total, _lone_blanks(total, AMOUNTS, drawn), BLANK)}
        if total
        else form.funds,
        indicators=tuple(_doubt_beside(_doubt_line(line, filled, drawn), swollen) for line in form.indicators),
    )


TOTALS = names_of_part("total")


def _with_parts_alike(form: Form, drawn: Drawn) -> Form:
    """Mark the points of a fund line that are blank, or a number, where another line prints a dash."""
    rows = {kind: form.funds[kind] for kind in PARTS if kind in form.funds}
    odd = {
        kind: {name for name in PART_POINTS if name in row and _is_odd(row[name], _column(rows, name), drawn)}
        for kind, row in rows.items()
    }
    marked = {kind: doubt_fields(rows[kind], names, BLANK) for kind, names in odd.items() if names}
    return replace(form, funds={**form.funds, **marked}) if marked else form


def _with_whole_lines(form: Form, drawn: Drawn) -> Form:
    """Mark the points of a fund line beside a dash, and its amount beside others that are nothing.

    Who writes a dash or a zero writes it in all cells of the line; beside real amounts one may well be blank.
    """
    blank = {kind: set(_holes(form.funds[kind], drawn)) for kind in PARTS if kind in form.funds}
    marked = {kind: doubt_fields(form.funds[kind], names, BLANK) for kind, names in blank.items() if names}
    return replace(form, funds={**form.funds, **marked}) if marked else form


def _holes(row: Readings, drawn: Drawn) -> Iterator[str]:
    for columns in (PART_AMOUNTS, PART_POINTS):
        texts = {name: row[name].text.strip() for name in columns if name in row}
        holes = [name for name, text in texts.items() if not text]
        filled = all(not text.strip("0.-—－–/无") for text in texts.values())
        if len(texts) == len(columns) and len(holes) == 1 and filled and drawn(row[holes[0]]):
            yield holes[0]


def _column(rows: Mapping[str, Readings], name: str) -> list[str]:
    return [row[name].text.strip() for row in rows.values() if name in row]


def _is_odd(reading: Reading, column: Sequence[str], drawn: Drawn) -> bool:
    dashed = any(text and not text.strip("-—－–") for text in column)
    number = reading.source == "ocr" and any(char.isdigit() for char in reading.text) and not reading.needs_review
    return dashed and (number or drawn(reading))


def _doubt_line(line: IndicatorLine, filled: set[str], drawn: Drawn) -> IndicatorLine:
    name = line.readings.get("level3")
    if name is None:
        return line
    if not name.text:
        valued = any(name in line.readings and line.readings[name].text for name in EXPECTED)
        lost = set(_blank(line.readings, ("level3",), drawn)) if valued else set()
        return replace(line, readings=doubt_fields(line.readings, lost, BLANK)) if lost else line
    blanks = set(_blank(line.readings, EXPECTED, drawn)) & filled
    written = {name for name in filled if name in line.readings and line.readings[name].text}
    if not _is_filled_row(line.readings) and (not written or EMPTY.fullmatch(name.text)):
        return line  # nothing but a name: a row that nobody filled in
    return replace(line, readings=doubt_fields(line.readings, blanks, BLANK)) if blanks else line


def _is_filled(lines: Sequence[IndicatorLine], column: str) -> bool:
    filled = [line.readings for line in lines if _is_filled_row(line.readings)]
    written = sum(bool(reading.text) for row in filled if (reading := row.get(column)))
    return bool(written) and written >= FILLED.get(column, 0.0) * len(filled)


def _is_lost(lines: Sequence[IndicatorLine], column: str) -> bool:
    """Tell whether a column whose head is printed is blank in all, or nearly all, rows that somebody filled in."""
    filled = [line.readings for line in lines if _is_filled_row(line.readings)]
    cells = [row[column] for row in filled if column in row]
    blank = sum(cell.source == "ocr" and not cell.text for cell in cells)
    return len(cells) >= FEWEST_ROWS and blank >= LOST * len(cells)


def _columns_beside(lines: Sequence[IndicatorLine], lost: set[str]) -> set[str]:
    """Return the column of names where that of the signs was lost and signs stand within names."""
    names = (line.readings["level3"].text for line in lines if "level3" in line.readings)
    return {"level3"} if "nature_raw" in lost and any(SIGNED.search(name) for name in names) else set()


def _doubt_beside(line: IndicatorLine, names: set[str]) -> IndicatorLine:
    """Mark the texts of a filled row in some columns."""
    if not names or not _is_filled_row(line.readings):
        return line
    written = {name for name in names if name in line.readings and line.readings[name].text}
    return replace(line, readings=doubt_fields(line.readings, written, OVERRUN))


def _is_filled_row(row: Readings) -> bool:
    """Tell whether a row has a name and values: a template's rows that nobody filled in say nothing of a column."""
    name = row.get("level3")
    values = sum(name in row and bool(row[name].text) for name in EXPECTED)
    return name is not None and bool(name.text) and values >= FEWEST_VALUES


def _lone_blanks(row: Readings, columns: Sequence[str], drawn: Drawn) -> set[str]:
    """Return the blank columns of a row whose other columns are written, all or all but two."""
    blank = set(_blank(row, columns, drawn))
    written = sum(name in row and bool(row[name].text) for name in columns)
    return blank if written >= max(2, len(columns) - 2) else set()


def _blank(row: Readings, columns: Sequence[str], drawn: Drawn) -> Iterator[str]:
    return (name for name in columns if (reading := row.get(name)) and drawn(reading))


def _is_blank(reading: Reading) -> bool:
    return not reading.text.strip() and not reading.needs_review


def _is_drawn_blank(reading: Reading) -> bool:
    return reading.source == "ocr" and _is_blank(reading)


def _without_overrun(readings: Readings) -> Readings:
    """Mark goals in which at least two heads of the indicator table stand: they were read past their end."""
    run_past = [name for name in GOALS if name in readings and _holds_heads(readings[name].text)]
    return doubt_fields(readings, run_past, OVERRUN) if run_past else readings


def _holds_heads(text: str) -> bool:
    return len(labels_inside("indicators", text, SHORTEST)) > 1
