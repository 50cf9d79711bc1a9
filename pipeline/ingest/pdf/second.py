"""A text page that one reader leaves in doubt, read by the other one.

Doubted is a page whose own picture shows ink that no character was read from, characters without ink, or writing
inside a table that lies in none of its cells. The other reader's page is taken where it leaves fewer such places; it
applies no rule of visibility, so what it alone gives is doubted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipeline.geometry.grid import Grid, find_grids
from pipeline.ingest.pdf.annotations import UNCLEAR
from pipeline.ingest.pdf.seen.overwritten import find_overwritten
from pipeline.models import Glyph, Page

UNSHARED = "unread_ink"
"""Doubt of a character that only the second reader gives: for the first one there was ink and no character."""

BESIDE = 3.0
"""Points up to which two readers' places of one character lie apart."""


def count_doubts(page: Page, invisible: int) -> int:
    """Return how many places of a text page are in doubt; `invisible` counts its characters without ink."""
    unclear = sum(glyph.doubt == UNCLEAR for glyph in page.glyphs)
    return (
        len(page.unread)
        + invisible
        + unclear
        + sum(_outside_cells(grid, page.glyphs) for grid in find_grids(page.rulings))
    )


def _outside_cells(grid: Grid, glyphs: Sequence[Glyph]) -> int:
    """Count the written characters within a grid that lie in none of its cells; most grids are all cells."""
    held = {
        (row, col)
        for cell in grid.cells
        for row in range(cell.row, cell.row + cell.rowspan)
        for col in range(cell.col, cell.col + cell.colspan)
    }
    if len(held) == (len(grid.ys) - 1) * (len(grid.xs) - 1):
        return 0
    places = (grid.locate(*glyph.box.center) for glyph in glyphs if not glyph.text.isspace())
    return sum(place is not None and place not in held for place in places)


def doubt_overwritten(page: Page) -> Page:
    """Return a page with those characters in doubt that lie over each other."""
    boxes = np.array([(g.box.x0, g.box.y0, g.box.x1, g.box.y1) for g in page.glyphs]).reshape(-1, 4)
    mixed = find_overwritten([glyph.text for glyph in page.glyphs], boxes)
    doubted = (replace(g, doubt=g.doubt or UNCLEAR) if over else g for g, over in zip(page.glyphs, mixed, strict=True))
    return replace(page, glyphs=tuple(doubted))


def doubt_unshared(second: Page, first: Page) -> Page:
    """Return the second reader's page with those in doubt that the first reader does not surely give there."""
    middles: dict[str, list[tuple[float, float]]] = {}
    for glyph in (glyph for glyph in first.glyphs if not glyph.doubt):
        middles.setdefault(glyph.text, []).append(glyph.box.center)
    known = {text: np.array(places) for text, places in middles.items()}
    return replace(second, glyphs=tuple(_doubted(glyph, known) for glyph in second.glyphs))


def _doubted(glyph: Glyph, known: dict[str, np.ndarray[tuple[int, int], np.dtype[np.float64]]]) -> Glyph:
    places = known.get(glyph.text)
    if glyph.text.isspace() or (places is not None and (np.abs(places - glyph.box.center).max(axis=1) < BESIDE).any()):
        return glyph
    return replace(glyph, doubt=glyph.doubt or UNSHARED)
