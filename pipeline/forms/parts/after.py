"""What stands below the indicators and the total: conclusions, problems, measures, remarks, the rules of the form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.forms.ledger import Ledger
from pipeline.labels.sections import Grid, Head, row_cells
from pipeline.labels.titles import starts_notes
from pipeline.labels.words import find_after_label, find_label
from pipeline.models import Cell, Reading, Table

_LABELLED = re.compile(r"^\s*(?P<label>[^：:]{2,12})[：:]\s*(?P<text>\S.*)$", re.DOTALL)


def is_after_row(cells: Sequence[Cell], row: int, head: Head) -> bool:
    """Tell whether a row below the indicators is one of the form as a whole: its first text labels another."""
    written = [cell for cell in cells if cell.text and cell.row == row]
    if not written:
        return False
    first, levels = (
        written[0],
        [head.columns[name][0] for name in ("level1", "level2", "level3") if name in head.columns],
    )
    if levels and first.col > min(levels):
        return False
    if find_label("after", first.text):
        return first.col + first.colspan > max(levels, default=0) or len(written) <= 2
    whole = len(written) == 1 and first.colspan > len(head.columns) - 1
    return whole and (starts_notes(first.text) or _split_label(first.text) is not None)


def read_after(table: Table, grid: Grid, start: int, ledger: Ledger) -> tuple[dict[str, Reading], list[str]]:
    """Return the texts below row `start` by field, and the notes that are printed inside the table."""
    readings: dict[str, Reading] = {}
    notes: list[str] = []
    for row in range(start, table.rows):
        cells = [cell for cell in row_cells(grid, row) if cell.row == row and cell.text]
        for name, reading in (*_labelled(cells, ledger), *_below_heading(grid, row, cells, ledger)):
            readings.setdefault(name, reading)
        if len(cells) == 1 and starts_notes_text(cells[0].text) and not find_label("after", cells[0].text):
            ledger.mark(cells[0])
            notes.append(cells[0].text)
    return readings, notes


def starts_notes_text(text: str) -> bool:
    """Tell whether a text of the table is the notes of the form, word and text in one cell."""
    match = _LABELLED.match(text)
    if match is None:
        return False
    return starts_notes(f"{match['label']}：") and not find_label("after", match["label"])


def _labelled(cells: Sequence[Cell], ledger: Ledger) -> Iterator[tuple[str, Reading]]:
    """Yield the fields of a row: the text beside each label, or behind it in the same cell."""
    for at, cell in enumerate(cells):
        name = find_label("after", cell.text)
        if name and at + 1 < len(cells):
            ledger.mark(cell)
            yield name, ledger.read(cells[at + 1])
        elif split := _split_label(cell.text):
            yield split[0], replace(ledger.read(cell), text=split[1])


def _below_heading(grid: Grid, row: int, cells: Sequence[Cell], ledger: Ledger) -> Iterator[tuple[str, Reading]]:
    """Yield the field of a heading that is all its row says, with the text that is all the next row says."""
    if len(cells) != 1 or row + 1 >= len(grid):
        return
    below = [cell for cell in row_cells(grid, row + 1) if cell.text and cell.row == row + 1]
    name = find_after_label(cells[0].text)
    if name and len(below) == 1 and below[0].col == cells[0].col and not find_after_label(below[0].text):
        ledger.mark(cells[0])
        yield name, ledger.read(below[0])


def _split_label(text: str) -> tuple[str, str] | None:
    """Return the field and the text of a cell that begins with the label of its field."""
    match = _LABELLED.match(text)
    if match is None:
        return None
    name = find_label("after", match["label"])
    return (name, match["text"]) if name else None
