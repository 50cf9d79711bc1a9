"""Funds whose lines are columns: the labels of the lines side by side, below each its amounts, labelled at the left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.forms.ledger import Ledger
from pipeline.labels.sections import Grid, cell_under, row_cells
from pipeline.labels.words import find_label, find_labels, form_words
from pipeline.models import Cell, Reading, Table

LEAST_LINES = 2
"""Labels of lines that make a row their head, a total among them."""


def read_sideways(table: Table, grid: Grid, ledger: Ledger) -> Iterator[tuple[str, dict[str, Reading]]]:
    """Yield kind and fields of each line of the first such block of a table; nothing where there is none."""
    for row, cells in enumerate(table.beginning()):
        lines = [(kind, cell) for cell in cells if cell.text and (kind := find_label("fund_rows", cell.text))]
        kinds = {kind for kind, _ in lines}
        if len(kinds) < LEAST_LINES or not kinds & {"total", "department_total"}:
            continue
        amounts = list(_amount_rows(grid, row + 1, lines[0][1].col))
        if amounts:
            yield from (_line(grid, kind, label, amounts, ledger) for kind, label in lines)
            return


def _amount_rows(grid: Grid, start: int, first: int) -> Iterator[tuple[int, str, Cell]]:
    """Yield row, field and label of the rows below that begin, left of column `first`, with the name of an amount."""
    known = form_words().funds.columns
    for row in range(start, len(grid)):
        left = [cell for cell in row_cells(grid, row) if cell.row == row and cell.text and cell.col < first]
        named = [(field, cell) for cell in left for field in find_labels("fund_columns", cell.text)[:1]]
        fields = [(field, cell) for field, cell in named if field in known]
        if not fields:
            return
        yield row, *fields[0]


def _line(
    grid: Grid, kind: str, label: Cell, amounts: Sequence[tuple[int, str, Cell]], ledger: Ledger
) -> tuple[str, dict[str, Reading]]:
    read = {"label_raw": ledger.read(label)}
    for row, field, name in amounts:
        cell = cell_under(grid, row, (label.col, label.col + label.colspan))
        ledger.mark(name)
        if cell is not None and cell.row == row:
            read[field] = ledger.read(cell)
    return kind, read
