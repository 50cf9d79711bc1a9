"""One table that holds several forms → the table of each: a second title or a second project name begins another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.labels.sections import list_heads
from pipeline.labels.titles import is_title
from pipeline.labels.words import find_label
from pipeline.models import Cell, Table

INDICATOR_HEADS = 4
"""Fields that make a row the head of the indicators."""

NAMES = frozenset({"project_name", "department_name"})
"""Labels with which a form begins."""


def split_forms(table: Table) -> list[Table]:
    """Return the tables of the forms that a table holds, in print order; the table itself where it holds one."""
    starts = list(_starts(table))
    if not starts:
        return [table]
    ends = [*starts, table.rows]
    return [_rows(table, first, end) for first, end in zip([0, *starts], ends, strict=True)]


def _starts(table: Table) -> Iterator[int]:
    """Yield the rows with which another form begins, below the indicators of the one before."""
    heads = {head.first_value_row - 1 for head in list_heads(table, "indicators", INDICATOR_HEADS)}
    if not heads:
        return
    seen, begun = False, False
    rows = table.beginning()
    for row, cells in enumerate(rows):
        names = any(find_label("single", cell.text) in NAMES for cell in cells)
        title = is_title_row(cells)
        if seen and begun and (title or (names and not _above_title(rows, row))):
            yield row
            seen = begun = False
        seen, begun = seen or row in heads, begun or names


def is_title_row(cells: Sequence[Cell]) -> bool:
    """Tell whether the only text of a row is the title of a form."""
    written = [cell for cell in cells if cell.text]
    return len(written) == 1 and is_title(written[0].text)


def has_title(table: Table) -> bool:
    """Tell whether a title stands in the first rows of a table."""
    return any(is_title_row(row) for row in table.beginning()[:2])


def _above_title(rows: Sequence[Sequence[Cell]], row: int) -> bool:
    return row > 0 and is_title_row(rows[row - 1])


def _rows(table: Table, first: int, end: int) -> Table:
    """Return the rows of a table from `first` up to `end`, cells that reach beyond them cut off."""
    cells = tuple(
        replace(
            cell, row=max(cell.row, first) - first, rowspan=min(cell.row + cell.rowspan, end) - max(cell.row, first)
        )
        for cell in table.cells
        if cell.row < end and cell.row + cell.rowspan > first and (cell.row >= first or cell.rowspan < table.rows)
    )
    pages = {place.page for cell in cells for place in cell.places}
    places = tuple(place for place in table.places if place.page in pages) or table.places
    issues = table.issues if first == 0 else ()
    return replace(table, rows=end - first, cells=cells, places=places, issues=issues)
