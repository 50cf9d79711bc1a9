"""Page → the ruled tables on it and the text lines between them.

A region is one grid of connected rulings with the glyphs whose centres lie in it; every other glyph of the page ends
in exactly one text line. Nothing is interpreted here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from pipeline.geometry.grid import Grid, find_grids
from pipeline.models import Box, Glyph, Page, PageIssue, Place, Source
from pipeline.text import normalise_text


@dataclass(frozen=True, slots=True)
class Region:
    """A table region: the page's number, the grid, and the glyphs inside it."""

    page: Page
    grid: Grid
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text outside all tables. `y` is its centre in working points, for the order on the page."""

    text: str
    place: Place
    y: float
    source: Source
    confidence: float = 1.0
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class PageLayout:
    """A page taken apart: its regions from top to bottom and the lines between them."""

    page: Page
    regions: tuple[Region, ...]
    lines: tuple[TextLine, ...]


def find_regions(page: Page) -> PageLayout:
    """Take a page apart. Each glyph ends in one region or in one text line."""
    grids = find_grids(page.rulings)
    inside: list[list[Glyph]] = [[] for _ in grids]
    outside: list[Glyph] = []
    around = [(grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1]) for grid in grids]
    for glyph in page.glyphs:
        x, y = glyph.box.center
        for home, (x0, y0, x1, y1) in enumerate(around):
            if x0 <= x < x1 and y0 <= y < y1:
                inside[home].append(glyph)
                break
        else:
            outside.append(glyph)
    regions = tuple(Region(page, grid, tuple(inside[i])) for i, grid in enumerate(grids))
    return PageLayout(page, regions, tuple(_text_line(page, line) for line in group_lines(outside) if _has_ink(line)))


def _has_ink(line: Sequence[Glyph]) -> bool:
    return any(not g.text.isspace() for g in line)


def _text_line(page: Page, glyphs: Sequence[Glyph]) -> TextLine:
    box = bounding_box(glyph.box for glyph in glyphs)
    return TextLine(
        normalise_text(join_glyphs(glyphs)),
        Place(page.number, page.frame.box(box) if page.placed else None),
        box.center[1],
        page.source,
        min(g.confidence for g in glyphs),
        next((g.doubt for g in glyphs if g.doubt), ""),
    )


UNREAD_INK = "unread_ink"
"""Doubt of a cell, and issue of a page, where the page's own picture shows ink that no character was read from."""

FEWEST_TILES = 6
"""Places of unread ink outside all tables from which it is said; fewer are ornaments."""


def find_stray_ink(layouts: Iterable[PageLayout]) -> list[PageIssue]:
    """Return an issue for each page with ink outside all tables from which no character was read."""
    found = []
    for layout in layouts:
        grids = [region.grid for region in layout.regions]
        stray = [ink for ink in layout.page.unread if not any(grid.locate(*ink.center) for grid in grids)]
        if len(stray) >= FEWEST_TILES:
            page = layout.page.number
            message = f"page {page}: ink in {len(stray)} places outside the tables was not read as text"
            found.append(PageIssue(UNREAD_INK, message, page))
    return found


def bounding_box(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around some boxes, of which there is at least one."""
    x0, y0, x1, y1 = zip(*((box.x0, box.y0, box.x1, box.y1) for box in boxes), strict=True)
    return Box(min(x0), min(y0), max(x1), max(y1))


def group_lines(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Group glyphs into lines from top to bottom, each from left to right.

    A glyph belongs to the line whose vertical middle it overlaps, so that characters of several sizes, superscripts
    and the slight slope of a scanned line stay together; so does a mark that a picture shows low in its line.
    """
    lines: list[list[Glyph]] = []
    low, high, foot = inf, -inf, -inf
    for glyph in sorted(glyphs, key=_reading_place):
        box = glyph.box
        middle = (box.y0 + box.y1) / 2
        if low <= middle <= high or (low <= middle and box.y1 <= foot and glyph.text in LOW_MARKS):
            lines[-1].append(glyph)
            continue
        quarter = box.height * 0.3
        lines.append([glyph])
        low, high, foot = box.y0 + quarter, box.y1 - quarter, box.y1 + FOOT * box.height
    for line in lines:
        line.sort(key=_left)
    return lines


LOW_MARKS, FOOT = frozenset(":：,，.。、;；"), 0.15
"""Marks that stand low in their line, and how far below its characters, in their heights, they may reach."""


def _reading_place(glyph: Glyph) -> tuple[float, float]:
    box = glyph.box
    return (box.y0 + box.y1) / 2, box.x0


def _left(glyph: Glyph) -> float:
    return glyph.box.x0


WORD_GAP = 0.25
"""Share of the glyph height from which a gap between two Latin characters is a space that was not written."""


def join_glyphs(line: Sequence[Glyph]) -> str:
    """Join the glyphs of one line; a space that only shows as a gap between Latin letters is put in."""
    parts = [glyph.text for glyph in line]
    joined = "".join(parts)
    if not _LATIN_WORDS.search(joined):
        return joined
    for at in range(len(line) - 1, 0, -1):
        before, glyph = line[at - 1], line[at]
        if _latin(before.text[-1:]) and _latin(glyph.text[:1]) and _word_gap(before, glyph):
            parts.insert(at, " ")
    return "".join(parts)


_LATIN_WORDS = re.compile("[A-Za-z]{2}")
"""Two Latin letters in a row, between which a space may be missing."""


def _word_gap(before: Glyph, glyph: Glyph) -> bool:
    return glyph.box.x0 - before.box.x1 > WORD_GAP * before.box.height


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def join_lines(lines: Iterable[str]) -> str:
    """Join wrapped lines as they read: no space, except between two Latin words."""
    joined = ""
    for line in (piece.strip() for piece in lines):
        if not line:
            continue
        if _latin(joined[-1:]) and _latin(line[:1]):
            joined += " "
        joined += line
    return joined
