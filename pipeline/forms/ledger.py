"""Which cells of a form's table have been read: what is left over in the end belongs to no field and is reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipeline.labels.levels import is_level_label
from pipeline.labels.titles import is_title
from pipeline.labels.words import find_counted_goal, find_label, is_label
from pipeline.models import Cell, PageIssue, Reading, Table


@dataclass(slots=True)
class Ledger:
    """The cells of one table that are a field's value or its label, by their first row and column."""

    taken: set[tuple[int, int]] = field(default_factory=set)

    def mark(self, *cells: Cell) -> None:
        """Note cells as read."""
        self.taken |= {(cell.row, cell.col) for cell in cells}

    def read(self, cell: Cell) -> Reading:
        """Return a cell as a field's reading, noted as read. A doubt of the reader becomes a request for review."""
        self.mark(cell)
        return read_cell(cell)

    def join(self, cells: Sequence[Cell]) -> Reading:
        """Return several cells as one reading, their texts one after the other."""
        first = self.read(cells[0])
        if len(cells) == 1:
            return first
        self.mark(*cells)
        return replace(
            first,
            text="".join(cell.text for cell in cells),
            places=tuple(place for cell in cells for place in cell.places),
            confidence=min(cell.confidence for cell in cells),
            needs_review=any(cell.doubt for cell in cells),
        )

    def mark_texts(self, table: Table, texts: Iterable[str], rows: range) -> None:
        """Note the cells of some rows that say one of the texts: heads that were reported or kept with their column."""
        said = set(texts)
        self.mark(*(cell for cell in table.cells if cell.row in rows and cell.text in said))

    def left_over(self, table: Table) -> Iterator[Cell]:
        """Yield the written cells that are neither read nor labels, in print order."""
        for cell in sorted(table.cells, key=lambda one: (one.row, one.col)):
            if (cell.row, cell.col) not in self.taken and is_unexplained(cell.text):
                yield cell


TICKS = frozenset("√✓✔☑×✗")
"""Signs that say something where they stand alone."""


def is_unexplained(text: str) -> bool:
    """Tell whether a text says something and is no label of a form."""
    if not any(char.isalnum() or char in TICKS for char in text):
        return False
    if is_label(text) or is_level_label(text) or is_title(text) or find_counted_goal(text):
        return False
    return not find_label("sections", text)


def read_cell(cell: Cell) -> Reading:
    """Return a cell as a field's reading. A doubt of the reader becomes a request for review."""
    return Reading(
        text=cell.text,
        places=cell.places,
        source=cell.source,
        confidence=cell.confidence,
        needs_review=bool(cell.doubt),
        review_reason=cell.doubt,
        alternatives=cell.alternatives,
    )


def unassigned_issues(cells: Iterable[Cell]) -> Iterator[PageIssue]:
    """Yield one issue per cell whose text belongs to no field, with the whole text and its place."""
    for cell in cells:
        place = cell.places[0]
        yield PageIssue("unassigned_text", f"“{cell.text}”不属于任何栏目", place.page, place)
