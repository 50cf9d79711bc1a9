"""Small drawn pages: tables given as cells with spans become rulings and glyphs, one glyph per character."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.models import Box, Glyph, Page, Ruling

LEFT, TOP, COL, ROW, SIZE = 50.0, 60.0, 80.0, 24.0, 6.0

Drawn = tuple[int, int, int, int, str]
"""(row, col, rowspan, colspan, text); a line feed in the text is a wrap."""


def write(text: str, x: float, y: float) -> list[Glyph]:
    """One glyph per character, lines 8 points apart."""
    return [
        Glyph(char, Box(x + i * SIZE, y + n * 8, x + (i + 1) * SIZE, y + n * 8 + SIZE))
        for n, line in enumerate(text.split("\n"))
        for i, char in enumerate(line)
    ]


def draw_cells(cells: Iterable[Drawn], left: float = LEFT, top: float = TOP) -> tuple[list[Ruling], list[Glyph]]:
    """Rule every side of every cell and write its text into it."""
    rulings: list[Ruling] = []
    glyphs: list[Glyph] = []
    for row, col, rowspan, colspan, text in cells:
        x0, y0 = left + col * COL, top + row * ROW
        x1, y1 = x0 + colspan * COL, y0 + rowspan * ROW
        rulings += [Ruling(x0, y0, x1, y0), Ruling(x0, y1, x1, y1), Ruling(x0, y0, x0, y1), Ruling(x1, y0, x1, y1)]
        glyphs += write(text, x0 + 2, y0 + 2)
    return rulings, glyphs


def page(
    cells: Iterable[Drawn] = (), lines: Iterable[tuple[str, float]] = (), number: int = 1, top: float = TOP
) -> Page:
    """A page with one table and text lines given as (text, y)."""
    rulings, glyphs = draw_cells(cells, top=top)
    for text, y in lines:
        glyphs += write(text, LEFT, y)
    return Page(number, 595.0, 842.0, tuple(glyphs), tuple(rulings), "text", "drawn")


def rows(*texts: Sequence[str], start: int = 0) -> list[Drawn]:
    """Plain rows without spans."""
    return [(start + r, c, 1, 1, text) for r, row in enumerate(texts) for c, text in enumerate(row)]
