"""A drawing board for documents that have cells but no geometry of their own: Word files, spreadsheets, web pages.

Their tables are drawn with rulings that enclose exactly the cells of the file, each text inside its cell, and
everything after ingest reads them as it reads any ruled page. The page says that its boxes mean nothing (`placed`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.errors import TooLarge
from pipeline.models import Box, Glyph, Page, PageIssue, Ruling, Source

ROW, COLUMN, LINE = 1000.0, 1000.0, 1.0
"""Sizes on the drawing board: the height of a row, the width of a column, the height of a text line."""

GAP = 100.0
"""Distance between two tables, or between a line of text and a table."""

MAX_CELLS = 300_000
"""Cells of one drawn table; the largest form has a thousand."""


@dataclass(slots=True)
class BoardCell:
    """A cell with its spans; rows and columns from 0. `doubt` says in a word why its text is uncertain."""

    row: int
    col: int
    rowspan: int
    colspan: int
    lines: list[str]
    doubt: str = ""


@dataclass(slots=True)
class Board:
    """The drawing board while it is filled from top to bottom."""

    y: float = 0.0
    glyphs: list[Glyph] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    notes: list[Glyph] = field(default_factory=list)

    @property
    def holds_something(self) -> bool:
        """Whether text or a table is on the board."""
        return bool(self.glyphs or self.rulings)

    def write_notes(self, lines: Iterable[str]) -> None:
        """Set texts that are seen on the page and belong to no form: headers, footers, footnotes, watermarks."""
        for line in lines:
            self.notes.append(Glyph(line, Box(0.0, self.y, LINE, self.y + 0.9 * LINE)))
            self.y += GAP

    def write_lines(self, lines: Iterable[str], doubt: str = "") -> None:
        """Set a paragraph below what is there."""
        count = self._write(list(lines), 0.0, self.y, LINE, doubt)
        self.y += GAP + count * LINE

    def write_row(self, texts: Sequence[tuple[str, str]]) -> None:
        """Set texts, each with its doubt, beside each other as one line."""
        for col, (text, doubt) in enumerate(texts):
            self._write([text], col * COLUMN, self.y, LINE, doubt)
        self.y += GAP

    def draw_table(self, cells: Sequence[BoardCell]) -> None:
        """Draw a table below what is there.

        Raises:
            TooLarge: it has more than `MAX_CELLS` cells.
        """
        if len(cells) > MAX_CELLS:
            raise TooLarge(f"a table has more than {MAX_CELLS} cells; split the file")
        top = self.y
        self.rulings += _draw_sides(cells, top)
        for cell in cells:
            x, y = cell.col * COLUMN + LINE, top + cell.row * ROW + LINE
            step = min(LINE, (cell.rowspan * ROW - 2 * LINE) / max(1, len(cell.lines)))
            self._write(cell.lines, x, y, step, cell.doubt)
        self.y = top + ROW * max((cell.row + cell.rowspan for cell in cells), default=0) + GAP

    def _write(self, lines: list[str], x: float, y: float, step: float, doubt: str) -> int:
        """Set text lines one below the other and return their number."""
        for i, line in enumerate(lines):
            if line.strip():
                box = Box(x, y + i * step, x + LINE, y + (i + 0.9) * step)
                self.glyphs.append(Glyph(line, box, doubt=doubt))
        return len(lines)

    def page(self, number: int, source: Source, reader: str, issues: tuple[PageIssue, ...] = ()) -> Page:
        """Return what is on the board as a page (from 1) without geometry."""
        width = max((r.x1 for r in self.rulings), default=COLUMN)
        return Page(
            number,
            width,
            self.y,
            tuple(self.glyphs),
            tuple(self.rulings),
            source,
            reader,
            placed=False,
            issues=issues,
            overlays=tuple(self.notes),
        )


Stretch = tuple[int, int]
"""From and to, in rows or columns."""


def _draw_sides(cells: Sequence[BoardCell], top: float) -> Iterator[Ruling]:
    """Yield the sides of all cells, those that continue each other as one ruling: fewer are found faster."""
    across: dict[int, list[Stretch]] = defaultdict(list)
    down: dict[int, list[Stretch]] = defaultdict(list)
    for cell in cells:
        right, bottom = cell.col + cell.colspan, cell.row + cell.rowspan
        for row in (cell.row, bottom):
            across[row].append((cell.col, right))
        for col in (cell.col, right):
            down[col].append((cell.row, bottom))
    for row in sorted(across):
        y = top + row * ROW
        yield from (Ruling(a * COLUMN, y, b * COLUMN, y) for a, b in _join_stretches(across[row]))
    for col in sorted(down):
        x = col * COLUMN
        yield from (Ruling(x, top + a * ROW, x, top + b * ROW) for a, b in _join_stretches(down[col]))


def _join_stretches(stretches: list[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
