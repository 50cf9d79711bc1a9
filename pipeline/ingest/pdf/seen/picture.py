"""A text page held against its own picture: characters without ink, and ink without characters.

The page is drawn once, small and grey, by pdfium, which shows what a person sees. No characters are recognised and no
rule of visibility is applied: whatever hides or adds text, now or in a file that nobody has thought of, leaves
characters where the picture is blank, or ink where no character was read. Boxes are points of the page as shown;
pictures have one row per pixel, `scale` pixels per point.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.pdf.rendering import SMALL
from pipeline.ingest.pdf.seen.visibility import must_show
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

BESIDE = 0.5
"""Points to the left and right of characters in which ink is theirs: a digit between two others is no wider than 4."""

THICK = 2.5
"""Points on either side of a ruling in which ink is its own."""

LONG = 12.0
"""Length of a line, in points, from which it is no part of a character."""

MOST_STROKES = 1_000
"""Short lines of a page beyond which they are a drawing, and no digits of a form."""

MEETING = 1.0
"""Points up to which a line's end is at another line."""

FEW = 20
"""Characters below which a page is not judged as a whole."""

MUCH = 100
"""Tiles of ink below which what was not read is no page by itself: half as many characters, or a few lines."""

Grey = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Bounds = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Testimony:
    """What the picture says: the glyphs (by position) that it does not show, and where ink stands that is none of them.

    `contradicts` tells that most of the characters have no ink, or most of the ink no characters. `covered` are those
    among the invisible ones where the page is all dark: something lies over them.
    """

    invisible: frozenset[int]
    covered: frozenset[int]
    unread: tuple[Box, ...]
    contradicts: bool


def question_picture(
    picture: Grey, glyphs: Sequence[Glyph], lines: Iterable[Ruling], known: Iterable[Box]
) -> Testimony:
    """Hold the glyphs of a page against its picture (H x W grey); `known` are places of pictures and other shapes."""
    written = [i for i, glyph in enumerate(glyphs) if must_show(glyph.text)]
    places = _table(_bounds(glyph.box) for glyph in glyphs)
    blank = _without_edges(picture, places[written])
    ink = _find_ink(picture)
    _erase(ink, _ruling_lines(_table(map(_bounds_of_line, lines))), THICK)
    _erase(ink, _table(map(_bounds, known)), REACH)
    written_ink = ink.copy()
    _erase(ink, places[[i for i, glyph in enumerate(glyphs) if not glyph.text.isspace()]], REACH, BESIDE)
    unread = _tiles(ink)
    invisible = frozenset(i for i, nothing in zip(written, blank, strict=True) if nothing)
    covered = frozenset(i for i in invisible if _is_dark(picture, glyphs[i].box))
    blind = len(written) >= FEW and len(invisible) > len(written) / 2
    silent = len(unread) >= MUCH and len(unread) > len(_inked_tiles(written_ink)) / 2
    return Testimony(invisible, covered, unread, blind or silent)


def find_company(invisible: Iterable[int], glyphs: Sequence[Glyph], owners: Sequence[int]) -> frozenset[int]:
    """Return the glyphs that have ink where most of what was written with them has none: it may be that of others.

    `owners` tells of each glyph, in order, what draws it; glyphs beyond it are nobody's.
    """
    gone = frozenset(invisible)
    lost = Counter(owners[i] for i in gone if i < len(owners))
    written = Counter(owner for glyph, owner in zip(glyphs, owners, strict=False) if must_show(glyph.text))
    unsure = {owner for owner, count in lost.items() if 2 * count >= written[owner]}
    return frozenset(i for i, owner in enumerate(owners if unsure else ()) if owner in unsure and i not in gone)


def find_left_over(invisible: Iterable[int], glyphs: Sequence[Glyph]) -> frozenset[int]:
    """Return the doubted points and dashes beside an invisible character: no picture tells whether they are there."""
    gone = [glyphs[i].box for i in invisible]
    points = (i for i, glyph in enumerate(glyphs if gone else ()) if glyph.doubt and not must_show(glyph.text))
    return frozenset(i for i in points if any(_stand_together(glyphs[i].box, box) for box in gone))


def _stand_together(one: Box, other: Box) -> bool:
    level = abs(one.center[1] - other.center[1]) < one.height / 2
    return level and min(abs(one.x1 - other.x0), abs(other.x1 - one.x0)) < REACH


def _is_dark(picture: Grey, box: Box) -> bool:
    x, y = box.center
    return bool(picture[int(y * SMALL), int(x * SMALL)] < 255 - DARK)


def _bounds(box: Box) -> tuple[float, float, float, float]:
    return box.x0, box.y0, box.x1, box.y1


def _bounds_of_line(line: Ruling) -> tuple[float, float, float, float]:
    return min(line.x0, line.x1), min(line.y0, line.y1), max(line.x0, line.x1), max(line.y0, line.y1)


def _ruling_lines(lines: Bounds) -> Bounds:
    """Return the lines that rule: long ones, and short ones that end at a long one; digits are drawn with others."""
    long = (lines[:, 2:] - lines[:, :2]).max(axis=1, initial=0.0) >= LONG
    ruling = long.copy()
    if (~long).sum() > MOST_STROKES:
        return lines
    for i in np.flatnonzero(~long).tolist():
        low, high = lines[i, :2] - MEETING, lines[i, 2:] + MEETING
        ruling[i] = bool((long & (lines[:, :2] <= high).all(axis=1) & (lines[:, 2:] >= low).all(axis=1)).any())
    return np.asarray(lines[ruling])


def _table(bounds: Iterable[tuple[float, float, float, float]]) -> Bounds:
    """Return the bounds of n boxes as an array of n x 4."""
    return np.array(list(bounds), np.float64).reshape(-1, 4)


def _without_edges(picture: Grey, boxes: Bounds) -> list[bool]:
    """Tell of each box whether the picture is all one grey in it; a box that is not all on the page is not judged.

    Boxes of one size are looked at together: a page has few sizes of characters.
    """
    height, width = picture.shape
    places = _pixels(boxes)
    places[:, 2:] += 1
    sides = places[:, 2:] - places[:, :2]
    blank: Flags = np.asarray((places[:, :2] >= 0).all(axis=1) & (places[:, 2:] <= (width, height)).all(axis=1))
    size = np.where(blank, sides[:, 1] * (width + 1) + sides[:, 0], -1)
    for one in np.unique(size[blank]).tolist():
        alike, (down, along) = np.flatnonzero(size == one), divmod(one, width + 1)
        at_once = max(1, MOST_PIXELS // max(1, one))
        for start in range(0, len(alike), at_once):
            some = alike[start : start + at_once]
            blank[some] = _all_one_grey(picture, places[some, 1], places[some, 0], (down, along))
    found: list[bool] = blank.tolist()
    return found


MOST_PIXELS = 1 << 24
"""Pixels, counted as if boxes were as wide as the page, that are looked at together."""


def _pixels(points: Bounds) -> Places:
    """Return the pixels in which points lie, cut towards 0; a file may say any number."""
    return np.trunc(np.clip(points * SMALL, -LARGE, LARGE)).astype(np.int64)


LARGE = 1e9
"""Pixels farther away than any page reaches."""


def _all_one_grey(picture: Grey, top: Places, left: Places, size: tuple[int, int]) -> Flags:
    """Tell of n places of one size (rows, columns) whether each is all one grey; most show it by their middle third."""
    down, along = size
    blank = ~_have_edges(picture, top + down // 3, left, (max(1, down // 3), along))
    blank[blank] = ~_have_edges(picture, top[blank], left[blank], size)
    return blank


def _have_edges(picture: Grey, top: Places, left: Places, size: tuple[int, int]) -> Flags:
    """Tell of n places of one size (rows, columns) whether neighbouring pixels differ; those before them count."""
    rows = (top[:, None] + np.arange(-1, size[0])).clip(0)
    columns = (left[:, None] + np.arange(-1, size[1])).clip(0)
    seen = picture[rows[:, :, None], columns[:, None, :]]
    inside = seen[:, 1:, 1:]
    edges = _differ(inside, seen[:, 1:, :-1]) | _differ(inside, seen[:, :-1, 1:])
    return np.asarray(edges.any(axis=(1, 2)), dtype=np.bool_)


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
        paper = _spread(_spread(part, 0, np.maximum, 0), 1, np.maximum, 0)
        ground = _spread(_spread(paper, 0, np.minimum, 255), 1, np.minimum, 255)
        ink[printed] = ground - part > DARK
    return ink


def _with_margin(places: NDArray[np.int64]) -> slice:
    """Return the stretch from the first place to the last, with what around it may be its paper."""
    return slice(max(0, int(places[0]) - 2 * AROUND), int(places[-1]) + 2 * AROUND + 1)


def _spread(picture: Grey, axis: int, better: np.ufunc, beyond: int) -> Grey:
    """Return for each pixel the best within `AROUND` - 1 pixels of it along an axis; `beyond` is what lies outside.

    Stretches of twice the length are made of two that overlap, so that each takes one step (van Herk).
    """
    reach, length = AROUND - 1, picture.shape[axis]
    margin = [(reach, reach) if at == axis else (0, 0) for at in (0, 1)]
    found = np.pad(picture, margin, constant_values=beyond)
    for step in STEPS:
        found = better(_from(found, axis, 0, -step), _from(found, axis, step, None))
    return np.asarray(better(_from(found, axis, 0, length), _from(found, axis, reach, reach + length)))


STEPS = (1, 2, 4)
"""Steps by which a stretch grows to `AROUND` pixels."""


def _from(picture: Grey, axis: int, start: int, stop: int | None) -> Grey:
    return picture[start:stop] if axis == 0 else picture[:, start:stop]


def _erase(ink: Flags, boxes: Bounds, reach: float, beside: float | None = None) -> None:
    """Take away the ink within `reach` points of each box; within `beside` to its left and right, where given."""
    around = np.array((reach if beside is None else beside, reach))
    first, last = _pixels(boxes[:, :2] - around).clip(0), (_pixels(boxes[:, 2:] + around) + 1).clip(0)
    for left, top, right, bottom in np.concatenate((first, last), axis=1).tolist():
        ink[top:bottom, left:right] = False


def _inked_tiles(ink: Flags) -> list[int]:
    """Return the tiles in which ink is left, counted row by row."""
    across = ink.shape[1] // TILE + 1
    rows, columns = np.divmod(np.flatnonzero(ink), ink.shape[1])
    counts = np.bincount(rows // TILE * across + columns // TILE)
    found: list[int] = np.flatnonzero(counts >= SPECK).tolist()
    return found


def _tiles(ink: Flags) -> tuple[Box, ...]:
    """Return where ink is left, as tiles in points."""
    across, side = ink.shape[1] // TILE + 1, TILE / SMALL
    return tuple(
        Box(column * side, row * side, (column + 1) * side, (row + 1) * side)
        for row, column in (divmod(tile, across) for tile in _inked_tiles(ink))
    )
