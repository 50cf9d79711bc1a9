"""An OFD page held against its own picture, as a PDF's is: what it draws that no text says, and text that it hides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.ingest.ofd.canvas import sketch_page
from pipeline.ingest.ofd.marks import Path
from pipeline.ingest.ofd.objects import Drawn
from pipeline.ingest.pdf.mixed import COLORED, FEWEST_OUTLINES, OUTLINE_HEIGHT, Regions, find_clear
from pipeline.ingest.pdf.seen.picture import question_picture
from pipeline.models import Box, Glyph, Page, PageIssue

OUTLINE_POINTS = 9
"""Points of a filled figure from which it may be a character's outline; round boxes are coloured or large."""

SHAPE = 24.0
"""Points of a path's side from which it is a ring, a logo or a chart, and no character drawn as an outline."""


def find_regions(drawn: Drawn, glyphs: Sequence[Glyph], page: Box) -> Regions:
    """Return what of a page is to be read as a picture: pictures large enough for a table, text drawn as outlines."""
    outlines = tuple(path.box for path in _paths(drawn) if _is_outline(path))
    pictures = find_clear([picture.box for picture in drawn.pictures], glyphs, page)
    return Regions(pictures, outlines if len(outlines) >= FEWEST_OUTLINES else ())


def _paths(drawn: Drawn) -> list[Path]:
    return [mark for mark in drawn.marks if isinstance(mark, Path)]


def _is_outline(path: Path) -> bool:
    low, high = OUTLINE_HEIGHT
    if path.fill is None or max(path.fill) - min(path.fill) >= COLORED or min(path.fill) >= 250:
        return False
    box = path.box
    return low <= box.height <= high and box.width >= low and sum(map(len, path.figures)) >= OUTLINE_POINTS


def _is_shape(path: Path) -> bool:
    """Tell whether a path is large and neither a ruling nor a box."""
    sides = (pair for figure in path.figures for pair in pairwise(figure))
    slanted = any(min(abs(ax - bx), abs(ay - by)) > 1.0 for (ax, ay), (bx, by) in sides)
    return slanted and min(path.box.width, path.box.height) >= SHAPE


def hold_against_picture(page: Page, drawn: Drawn, regions: Regions) -> Page | None:
    """Return a page without what its picture does not show, and with where it shows more; None where it says otherwise
    altogether.
    """
    shapes = [path.box for path in _paths(drawn) if _is_shape(path)]
    known = (*shapes, *(picture.box for picture in drawn.pictures), *regions.outlines)
    seen = question_picture(sketch_page(drawn.marks, page.width, page.height), page.glyphs, page.rulings, known)
    if seen.contradicts:
        return None
    issues = page.issues
    if seen.invisible:
        message = f"page {page.number}: {len(seen.invisible)} characters without ink on the page were not read"
        issues = (*issues, PageIssue("invisible_text", message, page.number))
    glyphs = tuple(glyph for i, glyph in enumerate(page.glyphs) if i not in seen.invisible)
    return replace(page, glyphs=glyphs, unread=seen.unread, issues=issues)
