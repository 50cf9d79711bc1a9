"""The goals of a form: below their heads, or beside the name of their section where they have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.forms.ledger import Ledger
from pipeline.labels.sections import Grid, Head, cell_under, find_head, list_heads, row_cells
from pipeline.labels.words import find_counted_goal, find_label, form_words, is_label, split_labelled
from pipeline.models import Cell, Reading, Table

GOAL_HEADS = 2
"""Fields that make a row the head of the goals."""


def read_goals(table: Table, grid: Grid, end: int, ledger: Ledger) -> dict[str, Reading]:
    """Return the goals above row `end`, which is where the indicators begin."""
    if counted := _counted(grid, ledger):
        return counted
    if paired := _paired(table, grid, end, ledger):
        return paired
    head = find_head(table, "goals", GOAL_HEADS) or _single_head(table, grid, end)
    if head is not None and head.row < end:
        return _below(table, grid, head, end, ledger)
    return (
        _beside(table, grid, end, ledger)
        or _labelled_cells(table, end, ledger)
        or _below_heading(table, grid, end, ledger)
    )


def counted_goal(cells: Sequence[Cell], row: int) -> tuple[str, Cell] | None:
    """Return the field and the text of a row that says one of several goals (年度目标2：（40分）), or None."""
    written = [cell for cell in cells if cell.text and cell.row == row]
    for label, text in pairwise(written[-2:]):
        if (name := find_counted_goal(label.text)) and not find_counted_goal(text.text):
            return name, text
    return None


def _counted(grid: Grid, ledger: Ledger) -> dict[str, Reading]:
    """Return goals that stand each in a row of its own, between the indicators that belong to them too."""
    found: dict[str, list[Cell]] = {}
    for row in range(len(grid)):
        if goal := counted_goal(row_cells(grid, row), row):
            found.setdefault(goal[0], []).append(goal[1])
    return {name: ledger.join(cells) for name, cells in found.items()}


def _below_heading(table: Table, grid: Grid, end: int, ledger: Ledger) -> dict[str, Reading]:
    """Return the goal that is all the row below the name of its section says, which is all its own row says."""
    written = [[cell for cell in row_cells(grid, row) if cell.text] for row in range(end)]
    for heading, below in pairwise(written):
        if len(heading) == len(below) == 1 and find_label("sections", heading[0].text) == "goals":
            return {"expected_goal": ledger.read(below[0])}
    return {}


def _labelled_cells(table: Table, end: int, ledger: Ledger) -> dict[str, Reading]:
    """Return the goals that stand in one cell with their label (预期目标：……)."""
    readings: dict[str, Reading] = {}
    for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
        split = split_labelled("goals", cell.text) if cell.row < end and cell.text else None
        if split and split[0] in form_words().goals.columns and split[0] not in readings:
            readings[split[0]] = replace(ledger.read(cell), text=split[1])
    return readings


def _paired(table: Table, grid: Grid, end: int, ledger: Ledger) -> dict[str, Reading]:
    """Return the goals of a row in which each stands right of its label: 年度目标, text, 目标完成情况, text."""
    for row in range(end):
        cells = [cell for cell in row_cells(grid, row) if cell.text and cell.row == row]
        labels = [find_label("goals", cell.text) for cell in cells]
        pairs = {
            name: cells[at + 1]
            for at, name in enumerate(labels[:-1])
            if name in form_words().goals.columns and labels[at + 1] is None and not is_label(cells[at + 1].text)
        }
        if len(pairs) >= GOAL_HEADS and len(pairs) == sum(name is not None for name in labels):
            return {name: ledger.read(cell) for name, cell in pairs.items() if name}
    return {}


def _below(table: Table, grid: Grid, head: Head, end: int, ledger: Ledger) -> dict[str, Reading]:
    readings: dict[str, Reading] = {}
    last = _end(table, grid, head, end)
    for name, columns in head.columns.items():
        cells: list[Cell] = []
        for row in range(head.first_value_row, last):
            cell = cell_under(grid, row, columns)
            if cell and cell not in cells and cell.row >= head.first_value_row:
                cells.append(cell)
        if cells and name in form_words().goals.columns:
            readings[name] = ledger.join(cells)
    return readings


def _end(table: Table, grid: Grid, head: Head, end: int) -> int:
    """Return the row below the goals: the next head, or the first row that has no cell of its own for each goal."""
    funds = find_head(table, "fund_columns", 3)
    if funds and funds.row > head.row:
        end = min(end, funds.row)
    for row in range(head.first_value_row, end):
        cells = [cell for columns in head.columns.values() if (cell := cell_under(grid, row, columns))]
        if len({id(cell) for cell in cells}) < len(cells):
            return row
    return end


def _single_head(table: Table, grid: Grid, end: int) -> Head | None:
    """Return the head of a single goal: its label right of the name of the section, other periods' beside it."""
    known = form_words().goals.columns
    for head in list_heads(table, "goals", 1):
        written = [cell for cell in row_cells(grid, head.row) if cell.text and cell.row == head.row]
        sections = [cell for cell in written if find_label("sections", cell.text) == "goals" and cell.rowspan > 1]
        if head.row >= end or len(sections) != 1 or written[0] is not sections[0]:
            continue
        fields = [(find_label("goals", cell.text), cell) for cell in written[1:]]
        own = [cell for field, cell in fields if field in known]
        if len(own) == 1 and all(field for field, _ in fields):
            return Head(head.row, head.row + own[0].rowspan, {"expected_goal": _span(own[0])}, {})
    return None


def _span(cell: Cell) -> tuple[int, int]:
    return cell.col, cell.col + cell.colspan


def _beside(table: Table, grid: Grid, end: int, ledger: Ledger) -> dict[str, Reading]:
    """Return a goal that stands right of the name of its section, which is all that its row holds."""
    readings: dict[str, Reading] = {}
    for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
        name = find_label("goals", cell.text) if cell.row < end else None
        beside = [c for c in row_cells(grid, cell.row) if c.col > cell.col and c.text]
        if (
            name in form_words().goals.columns
            and name not in readings
            and len(beside) == 1
            and beside[0].row == cell.row
        ):
            readings[name] = ledger.read(beside[0])
    return readings
