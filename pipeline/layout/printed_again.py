"""Rows of a form that are printed again at the top of its next page, as a workbook prints its title rows.

Names, funds and heads stand there as on the page before. Another form of the same department has another name, and
another form of the same name has funds or goals of its own below what the two have in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from pipeline.labels.sections import find_head
from pipeline.labels.words import find_label, is_label
from pipeline.models import Cell, Table

FILLED = 2
"""Rows with what somebody filled in, that of the name among them, which are printed again at least."""

ALIKE = 0.9
"""How like each other two readings of one row are at least."""

SECTIONS = ("fund_columns", "goals", "indicators")


def without_printed_again(table: Table, before: Table) -> Table | None:
    """Return what a table goes on with below the rows that it prints again of the table before it.

    None where it prints none again, or where what stands below them begins another form.
    """
    above, again = _rows(before), _rows(table)
    head = find_head(before, "indicators", 4)
    most = min(len(above), len(again), head.first_value_row if head else len(above))
    count = next((row for row in range(most) if not _same(above[row], again[row])), most)
    filled = [row for row in again[:count] if any(text and not is_label(text) for text in row[1:])]
    if len(filled) < FILLED or not any(find_label("single", text) == "project_name" for row in filled for text in row):
        return None
    rest = drop_rows(table, count)
    return None if _begins_again(rest, before) else rest


def _rows(table: Table) -> list[list[str]]:
    """Return the texts of each row that begin in it, from left to right."""
    texts: list[list[str]] = [[] for _ in range(table.rows)]
    for cell in sorted(table.cells, key=lambda cell: cell.col):
        if cell.text:
            texts[cell.row].append(cell.text)
    return texts


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two rows are readings of one. A section's name is written in the middle of its own rows."""
    first, second = "|".join(one), "|".join(other)
    return first == second or SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def _begins_again(rest: Table, before: Table) -> bool:
    """Tell whether a table has a name, or a part that stands in the one before."""
    if any(find_label("single", cell.text) == "project_name" for cell in rest.cells):
        return True
    return any(find_head(rest, part, 3 if part != "goals" else 2) and find_head(before, part, 2) for part in SECTIONS)


def drop_rows(table: Table, count: int) -> Table:
    """Return a table without its first rows; a cell that reaches below them keeps what is left of it."""
    kept: list[Cell] = []
    for cell in table.cells:
        end = cell.row + cell.rowspan - count
        if end > 0:
            start = max(0, cell.row - count)
            kept.append(replace(cell, row=start, rowspan=end - start))
    return replace(table, rows=table.rows - count, cells=tuple(kept))
