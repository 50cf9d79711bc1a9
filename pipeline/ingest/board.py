"""A drawing board for documents that have cells but no geometry of their own: Word files, spreadsheets, web pages.

Their tables are drawn with rulings that enclose exactly the cells of the file, each text inside its cell, and
everything after ingest reads them as it reads any ruled page. The page says that its boxes mean nothing (`placed`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
        for cell in cells:
            x0, y0 = cell.col * COLUMN, top + cell.row * ROW
            x1, y1 = x0 + cell.colspan * COLUMN, y0 + cell.rowspan * ROW
            self.rulings += [
                Ruling(x0, y0, x1, y0),
                Ruling(x0, y1, x1, y1),
                Ruling(x0, y0, x0, y1),
                Ruling(x1, y0, x1, y1),
            ]
            step = min(LINE, (y1 - y0 - 2 * LINE) / max(1, len(cell.lines)))
            self._write(cell.lines, x0 + LINE, y0 + LINE, step, cell.doubt)
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
            number, width, self.y, tuple(self.glyphs), tuple(self.rulings), source, reader, placed=False, issues=issues
        )
