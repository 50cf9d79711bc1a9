"""The rows of the indicators, between their head and the total, levels carried down their merged cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pipeline.forms.fields import doubt_fields
from pipeline.forms.ledger import Ledger, read_cell
from pipeline.forms.parts.after import is_after_row
from pipeline.forms.parts.funds import further_reading
from pipeline.forms.parts.goals import counted_goal
from pipeline.forms.split import INDICATOR_HEADS
from pipeline.labels.levels import level_codes
from pipeline.labels.sections import (
    MERGED_COLUMNS,
    Column,
    Grid,
    Head,
    cell_under,
    crowded_columns,
    is_repeated_head,
    list_heads,
    row_cells,
    with_unknown_columns,
)
from pipeline.labels.words import find_label, fold_label, form_words
from pipeline.models import Cell, IndicatorLine, PageIssue, Reading, Readings, Table

LEVELS = ("level1", "level2", "level3")

_POINTS = re.compile(r"\d{1,3}(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Rows:
    """The indicator rows of a form, and the row below the last of them.

    `execution` has weight and score of the execution rate where a row among the indicators prints them (预算执行率).
    """

    lines: tuple[IndicatorLine, ...]
    end: int
    execution: Readings = field(default_factory=dict)


def of_the_year(table: Table, head: Head) -> Head:
    """Return the head with the columns below the year's goal, where those of another period stand beside them."""
    goals = next((one for one in list_heads(table, "goals", 1) if "other_period" in one.columns), None)
    if goals is None or goals.row >= head.row or "expected_goal" not in goals.columns:
        return head
    first, end = goals.columns["expected_goal"]
    columns = dict(head.columns)
    for cell in table.cells:
        field = find_label("indicators", cell.text) if head.row <= cell.row < head.first_value_row else None
        if field in columns and first <= cell.col < end and not first <= columns[field][0] < end:
            columns[field] = (cell.col, cell.col + cell.colspan)
    return replace(head, columns=columns)


def with_points_column(grid: Grid, head: Head, end: int) -> Head:
    """Return the head with the one column of numbers that has no head of its own as the score's.

    Some templates print the points of each row in a last column below nothing, or below the points of the section.
    """
    if "score_raw" in head.columns or "weight_raw" in head.columns:
        return head
    bare = [column for column in (*head.unknown, *head.blank) if not _words(column)]
    numeric = [column for column in bare if _holds_points(grid, column, head, end)]
    if len(numeric) != 1:
        return head
    column = numeric[0]
    unknown = tuple(one for one in head.unknown if one is not column)
    return replace(head, columns={**head.columns, "score_raw": column.span}, unknown=unknown)


def _words(column: Column) -> bool:
    return any(not _POINTS.fullmatch(text.strip()) for text in column.path if text.strip())


def _holds_points(grid: Grid, column: Column, head: Head, end: int) -> bool:
    cells = {id(cell): cell for row in range(head.first_value_row, end) if (cell := cell_under(grid, row, column.span))}
    written = [cell.text.strip() for cell in cells.values() if cell.text.strip()]
    return len(written) > 1 and all(_POINTS.fullmatch(text) for text in written)


def read_rows(grid: Grid, head: Head, end: int, ledger: Ledger) -> Rows:
    """Return the rows between the head and row `end`, or the first row that speaks of the form as a whole."""
    head = with_unknown_columns(head)
    lines: list[IndicatorLine] = []
    above: dict[str, Cell] = {}
    used: set[tuple[str, int]] = set()
    execution: Readings = {}
    summed = 0
    for row in range(head.first_value_row, end):
        cells = {name: cell for name, columns in head.columns.items() if (cell := cell_under(grid, row, columns))}
        if not cells or is_repeated_head(row_cells(grid, row), "indicators", INDICATOR_HEADS):
            continue
        if counted_goal(row_cells(grid, row), row):
            continue
        if is_after_row(row_cells(grid, row), row, head):
            return Rows(tuple(lines), row, execution)
        if _is_subtotal(row_cells(grid, row), row):
            _mark_subtotal(cells, lines[summed:], ledger)
            summed = len(lines)
            continue
        if _is_execution_row(cells):
            points = ("weight_raw", "score_raw")
            execution = {name: ledger.read(cells[name]) for name in points if name in cells}
            ledger.mark(cells["target_raw"])
            continue
        if all((name, id(cell)) in used for name, cell in cells.items()):
            continue
        cells = _carry_levels(cells, above)
        above = {name: cells[name] for name in LEVELS if name in cells}
        line = _line(len(lines) + 1, cells, used, head, ledger)
        lines.append(replace(line, readings=_doubt_columns(line.readings, grid, row, head)))
        used |= {(name, id(cell)) for name, cell in cells.items()}
    return Rows(tuple(lines), end, execution)


def _is_subtotal(cells: Sequence[Cell], row: int) -> bool:
    """Tell whether the first text that begins in a row says that it adds up rows above (小计)."""
    first = next((cell for cell in cells if cell.text and cell.row == row), None)
    return first is not None and fold_label(first.text) in form_words().subtotal


def _mark_subtotal(cells: Mapping[str, Cell], lines: Sequence[IndicatorLine], ledger: Ledger) -> None:
    """Note a subtotal as read where it is the sum of the rows above; another one is left over, and reported."""
    for name in ("weight_raw", "score_raw"):
        cell = cells.get(name)
        points = [parse_plain(line.readings[name].text) for line in lines if name in line.readings]
        if cell is not None and parse_plain(cell.text) == sum((p for p in points if p is not None), Decimal(0)):
            ledger.mark(cell)
    ledger.mark(*(cell for cell in cells.values() if fold_label(cell.text) in form_words().subtotal))


def parse_plain(text: str) -> Decimal | None:
    """Return the number that is all a cell of points says."""
    return Decimal(text.strip()) if _POINTS.fullmatch(text.strip()) else None


def _is_execution_row(cells: Mapping[str, Cell]) -> bool:
    """Tell whether a row names the execution rate across the columns of names and targets: no indicator has one."""
    name, target, points = cells.get("level3"), cells.get("target_raw"), cells.get("score_raw")
    if name is None or name is not target or points is None or points is name:
        return False
    return find_label("fund_columns", name.text) == "execution_rate_raw" or find_label("sections", name.text) == "funds"


def _carry_levels(cells: Mapping[str, Cell], above: Mapping[str, Cell]) -> dict[str, Cell]:
    """Carry first- and second-level labels into blank cells that a page break made of one merged cell."""
    carried = dict(cells)
    for name in ("level1", "level2"):
        cell, before = cells.get(name), above.get(name)
        if cell and before and not cell.text and before.text and cell.places[0].page != before.places[0].page:
            carried[name] = before
    return carried


def _line(
    row_no: int, cells: Mapping[str, Cell], used: set[tuple[str, int]], head: Head, ledger: Ledger
) -> IndicatorLine:
    """Make one line. A value cell merged over several rows is the value of the first of them only."""
    readings: dict[str, Reading] = {}
    known = form_words().indicators.columns
    for name, cell in cells.items():
        if name not in known:
            continue
        if name in LEVELS or (name, id(cell)) not in used:
            readings[name] = ledger.read(cell)
        else:
            readings[name] = replace(read_cell(cell), text="", needs_review=True, review_reason="merged_value")
    beside = {name: cell for name, cell in cells.items() if name not in known and (name, id(cell)) not in used}
    if said := further_reading(beside, head, ledger):
        readings["further_raw"] = said
    readings = _doubt_dash(readings)
    blank = Reading("")
    code1, code2 = level_codes(readings.get("level1", blank).text, readings.get("level2", blank).text)
    return IndicatorLine(row_no, readings, code1, code2)


def _doubt_dash(readings: dict[str, Reading]) -> dict[str, Reading]:
    """Mark a dash read from a picture where a number has its sign: `=` and `═` easily lose a stroke.

    A dash says nothing of a number: where the ink may as well be ═ it is that, and a person looks at it all the same.
    """
    sign, target = readings.get("nature_raw"), readings.get("target_raw")
    if sign is None or target is None or sign.source != "ocr":
        return readings
    dash = bool(sign.text.strip()) and not sign.text.strip().strip("-—－–")
    if not dash or not any(char.isdigit() for char in target.text):
        return readings
    if DOUBLE in sign.alternatives:
        readings = {**readings, "nature_raw": replace(sign, text=DOUBLE, alternatives=(sign.text,))}
    return doubt_fields(readings, {"nature_raw"}, SIGN_DOUBT)


DOUBLE = "═"
"""The sign of equality that some templates print."""

SIGN_DOUBT = "odd_shape"
"""Review reason of a sign that is a dash beside a number."""


def _doubt_columns(readings: Readings, grid: Grid, row: int, head: Head) -> dict[str, Reading]:
    """Mark what was read from a picture in columns whose head covers two of them."""
    crowded = crowded_columns(grid, row, head.columns)
    drawn = {name for name, reading in readings.items() if reading.source == "ocr"}
    return doubt_fields(readings, crowded & drawn, MERGED_COLUMNS)


def unknown_heads(columns: Sequence[Column]) -> list[PageIssue]:
    """Return an issue for each head that no wording explains."""
    return [PageIssue("unknown_label", f"indicator table: unknown head {column.path[-1]}") for column in columns]
