"""Where the parts of a form stand in its table: the head rows and the columns they announce, by their words.

Columns are never taken by position: a field's column is the span of the head cell whose wording stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from pipeline.labels.words import find_column, find_label, fold_label
from pipeline.models import Cell, Table

Grid = list[list[Cell | None]]

MERGED_COLUMNS = "merged_columns"
"""Review reason of texts of two columns between which a ruling was not found."""

NAMED_TWICE = frozenset({"goals"})
"""Sections whose own name can head a column: 年度总体目标 beside 预期目标 is the section, alone the column."""


@dataclass(frozen=True, slots=True)
class Head:
    """A head row: the row below it where values begin, and the columns (first, after last) of each field."""

    row: int
    first_value_row: int
    columns: Mapping[str, tuple[int, int]]


def find_head(table: Table, section: str, least: int, after: int = 0) -> Head | None:
    """Return the first row, at or below `after`, that holds at least `least` different labels of the section."""
    for row, cells in islice(enumerate(table.beginning()), after, None):
        heads: dict[str, Cell] = {}
        for cell in cells:
            field = find_label(section, cell.text)
            if field and (field not in heads or section in NAMED_TWICE):
                heads[field] = cell
        if len(heads) >= least:
            heads |= _heads_by_word(table, row, section, heads)
            columns = {field: (cell.col, cell.col + cell.colspan) for field, cell in heads.items()}
            return Head(row, max(cell.row + cell.rowspan for cell in heads.values()), columns)
    return None


def _heads_by_word(table: Table, row: int, section: str, heads: Mapping[str, Cell]) -> dict[str, Cell]:
    """Return the other heads of a head row that a word in them makes the only candidate for a missing field."""
    first = min(cell.col for cell in heads.values())
    found: dict[str, list[Cell]] = {}
    for cell in table.cells:
        if cell.row == row and cell.col >= first and cell.text and not find_label(section, cell.text):
            field = find_column(section, cell.text)
            if field and field not in heads:
                found.setdefault(field, []).append(cell)
    return {field: cells[0] for field, cells in found.items() if len(cells) == 1}


def cell_under(grid: Grid, row: int, columns: tuple[int, int]) -> Cell | None:
    """Return the cell of a row that covers most of the columns, or None where the row has none there."""
    shares: dict[int, tuple[int, Cell]] = {}
    for col in range(*columns):
        cell = grid[row][col] if col < len(grid[row]) else None
        if cell is not None:
            count, _ = shares.get(id(cell), (0, cell))
            shares[id(cell)] = (count + 1, cell)
    if not shares:
        return None
    return max(shares.values(), key=lambda item: item[0])[1]


def crowded_columns(grid: Grid, row: int, columns: Mapping[str, tuple[int, int]]) -> set[str]:
    """Return the fields below whose head several written cells stand side by side: two heads were read as one."""
    crowded = set()
    for field, (first, end) in columns.items():
        inside = [cell for cell in row_cells(grid, row) if cell.col >= first and cell.col + cell.colspan <= end]
        if sum(bool(cell.text) for cell in inside) > 1:
            crowded.add(field)
    return crowded


def row_cells(grid: Grid, row: int) -> list[Cell]:
    """Return the cells that cover a row, from left to right, each once."""
    found: list[Cell] = []
    for cell in grid[row]:
        if cell is not None and (not found or found[-1] is not cell):
            found.append(cell)
    return found


def value_beside(grid: Grid, label: Cell) -> Cell | None:
    """Return the first written cell to the right of a label and before the next label, else the first blank one."""
    beside: list[Cell] = []
    for cell in grid[label.row][label.col + label.colspan :]:
        if cell is not None and find_label("single", cell.text):
            break
        if cell is not None:
            beside.append(cell)
    return next((cell for cell in beside if cell.text), beside[0] if beside else None)


def find_row_label(cells: Sequence[Cell], section: str) -> tuple[str, Cell] | None:
    """Return the first label of the section among the cells of a row."""
    for cell in cells:
        field = find_label(section, cell.text)
        if field:
            return field, cell
    return None


def total_row(table: Table, after: int) -> tuple[int, Cell] | None:
    """Return the row of the total at or below `after` and its label: the first words of a row, sections apart."""
    grid = table.grid()
    for row in range(after, table.rows):
        written = [c for c in row_cells(grid, row) if c.text and not find_label("sections", c.text)]
        if written and written[0].row == row and find_label("total", written[0].text):
            return row, written[0]
    return None


def is_repeated_head(cells: Iterable[Cell], section: str, least: int) -> bool:
    """Tell whether a row below the head is the head printed again."""
    return sum(find_label(section, cell.text) is not None for cell in cells) >= least


def unknown_labels(table: Table, head: Head, section: str) -> list[str]:
    """Return the texts in a head row that no wording of the vocabulary explains."""
    first, known = min(v[0] for v in head.columns.values()), {v[0] for v in head.columns.values()}
    cells = [c for c in table.cells if c.row == head.row and c.text and c.col >= first and c.col not in known]
    unknown = [c for c in cells if not find_label(section, c.text) and fold_label(c.text)]
    return [c.text for c in unknown if not (find_label("ignored_heads", c.text) and _is_blank_below(table, c))]


def _is_blank_below(table: Table, head: Cell) -> bool:
    """Tell whether a column says nothing, down to the next row that is divided otherwise."""
    below = sorted((c for c in table.cells if c.col == head.col and c.row > head.row), key=lambda c: c.row)
    return all(not c.text for c in takewhile(lambda c: c.colspan == head.colspan, below))
