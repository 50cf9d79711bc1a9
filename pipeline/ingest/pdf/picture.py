"""A text page held against its own picture: characters without ink, and ink without characters.

The page is drawn once, small and grey, by pdfium, which shows what a person sees. No characters are recognised and no
rule of visibility is applied: whatever hides or adds text, now or in a file that nobody has thought of, leaves
characters where the picture is blank, or ink where no character was read. Boxes are points of the page as shown;
pictures have one row per pixel, `scale` pixels per point.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.pdf.rendering import SMALL
from pipeline.models import Box, Glyph, Ruling

EDGE = 14
"""Grey levels between neighbouring pixels that make an edge; print of any colour on any ground has edges."""

DARK = 70
"""Grey levels below the paper around it from which a pixel is ink."""

AROUND = 8
"""Pixels to either side of one among which the lightest is its paper; wider areas are shaded, and no strokes."""

SPECK = 5
"""Pixels of ink in a tile below which it is a speck."""

TILE = 6
"""Pixels of a tile's side."""

REACH = 1.5
"""Points around characters and lines in which ink is theirs."""

THICK = 2.5
"""Points on either side of a ruling in which ink is its own."""

FEW = 20
"""Characters below which a page is not judged as a whole."""

Grey = NDArray[np.uint8]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Testimony:
    """What the picture says: the glyphs (by position) that it does not show, and where ink stands that is none of them.

    `contradicts` tells that most of the characters have no ink. `covered` are those among the invisible ones where the
    page is all dark: something lies over them.
    """

    invisible: frozenset[int]
    covered: frozenset[int]
    unread: tuple[Box, ...]
    contradicts: bool


def question_picture(
    picture: Grey, glyphs: Sequence[Glyph], lines: Iterable[Ruling], known: Iterable[Box]
) -> Testimony:
    """Hold the glyphs of a page against its picture (H x W grey); `known` are places of pictures and other shapes."""
    written = [i for i, glyph in enumerate(glyphs) if _must_show(glyph.text)]
    blank = _without_edges(picture, (_bounds(glyphs[i].box) for i in written))
    ink = _find_ink(picture)
    own = ink.copy()
    _erase(own, (_bounds(glyph.box) for glyph in glyphs), REACH)
    _erase(own, (_bounds_of_line(line) for line in lines), THICK)
    _erase(own, map(_bounds, known), REACH)
    unread = _tiles(own)
    invisible = frozenset(i for i, nothing in zip(written, blank, strict=True) if nothing)
    covered = frozenset(i for i in invisible if _is_dark(picture, glyphs[i].box))
    return Testimony(invisible, covered, unread, len(written) >= FEW and len(invisible) > len(written) / 2)


def _must_show(text: str) -> bool:
    """Tell whether a character leaves ink enough to be seen at this size: letters and digits, no points and dashes."""
    return bool(text) and text[0].isalnum()


def _is_dark(picture: Grey, box: Box) -> bool:
    x, y = box.center
    return bool(picture[int(y * SMALL), int(x * SMALL)] < 255 - DARK)


def _bounds(box: Box) -> tuple[float, float, float, float]:
    return box.x0, box.y0, box.x1, box.y1


def _bounds_of_line(line: Ruling) -> tuple[float, float, float, float]:
    return min(line.x0, line.x1), min(line.y0, line.y1), max(line.x0, line.x1), max(line.y0, line.y1)


def _without_edges(picture: Grey, boxes: Iterable[tuple[float, float, float, float]]) -> list[bool]:
    """Tell of each box whether the picture is all one grey in it; a box that is not all on the page is not judged."""
    edges = np.zeros(picture.shape, np.bool_)
    edges[:, 1:] |= _differ(picture[:, 1:], picture[:, :-1])
    edges[1:, :] |= _differ(picture[1:, :], picture[:-1, :])
    height, width = picture.shape
    found = []
    for x0, y0, x1, y1 in boxes:
        left, top, right, bottom = int(x0 * SMALL), int(y0 * SMALL), int(x1 * SMALL) + 1, int(y1 * SMALL) + 1
        inside = left >= 0 and top >= 0 and right <= width and bottom <= height
        found.append(inside and not edges[top:bottom, left:right].any())
    return found


def _differ(one: Grey, other: Grey) -> Flags:
    return np.asarray(np.maximum(one, other) - np.minimum(one, other) > EDGE, dtype=np.bool_)


def _find_ink(picture: Grey) -> Flags:
    """Return what is much darker than the paper around it and thinner than `AROUND`: no shaded area (black-hat)."""
    ink = np.zeros(picture.shape, np.bool_)
    dark = picture < 255 - DARK
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if len(rows):
        printed = (_with_margin(rows), _with_margin(columns))  # the margins of the page have none
        part = picture[printed]
        paper = _lightest(_lightest(part, 0), 1)
        ground = 255 - _lightest(_lightest(255 - paper, 0), 1)
        ink[printed] = ground - part > DARK
    return ink


def _with_margin(places: NDArray[np.int64]) -> slice:
    """Return the stretch from the first place to the last, with what around it may be its paper."""
    return slice(max(0, int(places[0]) - 2 * AROUND), int(places[-1]) + 2 * AROUND + 1)


def _lightest(picture: Grey, axis: int) -> Grey:
    """Return for each pixel the lightest within `AROUND` pixels of it along an axis, by doubling steps."""
    found = picture.copy()
    step = 1
    while step < AROUND:
        ahead, behind = ((slice(step, None), slice(None)), (slice(None, -step), slice(None)))
        one, other = (ahead, behind) if axis == 0 else (ahead[::-1], behind[::-1])
        forth = found.copy()
        np.maximum(found[one], forth[other], out=found[one])
        np.maximum(found[other], forth[one], out=found[other])
        step *= 2
    return found


def _erase(ink: Flags, boxes: Iterable[tuple[float, float, float, float]], reach: float) -> None:
    """Take away the ink within `reach` points of each box."""
    for x0, y0, x1, y1 in boxes:
        left, top = max(0, int((x0 - reach) * SMALL)), max(0, int((y0 - reach) * SMALL))
        ink[top : max(0, int((y1 + reach) * SMALL) + 1), left : max(0, int((x1 + reach) * SMALL) + 1)] = False


def _tiles(ink: Flags) -> tuple[Box, ...]:
    """Return where ink is left, as tiles in points."""
    across = ink.shape[1] // TILE + 1
    rows, columns = np.divmod(np.flatnonzero(ink), ink.shape[1])
    counts = np.bincount(rows // TILE * across + columns // TILE)
    side = TILE / SMALL
    return tuple(
        Box(column * side, row * side, (column + 1) * side, (row + 1) * side)
        for row, column in (divmod(tile, across) for tile in np.flatnonzero(counts >= SPECK).tolist())
    )
