"""What ink says by its shape alone: dashes, equals signs, slashes, rows of dots.

A recogniser takes a lone dash for 一, a lone slash for 1, and sees nothing in dots. These marks are told by their
strokes (`pipeline.ingest.scan.ink.dashes` looks at dashes in sentences). Everything is in pixels; `em` is the height
of the page's characters.
"""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import Mask, Stats

Floats = NDArray[np.float64]

STROKE = 0.3
"""Height of a flat stroke in character heights at most, blur included."""

BLURRED = 5.0
"""The same in pixels where that is more: a thin stroke that was blurred."""

DOT_EXTENT = 0.3
"""Extent of a dot in character heights at most."""

DOT_AREA = 0.003
"""Area of a dot in squares of the character height at least: two pixels at 200 dpi."""

DOT_PITCH = (0.18, 0.8)
"""Distance of the dots of an ellipsis in character heights: six to the two characters of `……`, or looser."""

LEVEL = 0.05
"""How far a dot of a row may lie above or below the one before it, in character heights, or else a pixel; on scans up
to 0.04 was measured. Three specks that seem a row on a speckled page lie 0.06 to 0.12 off."""

ALIKE = 4.0
"""Ratio of the areas of two dots of one row at most."""

AT_ONCE = 8192
"""Dots that are held against all others at a time."""

ELLIPSES = {3: "…", 6: "……"}
DOTS = 3
"""Dots of one `…`; between the two of `……` the distance is that of the dots, or up to twice as wide."""

HIGHEST = 1.6
"""Height of a mark in character heights at most, a slash's."""

SLANT = (0.2, 1.3)
"""Columns that a slash runs to the left for each row that it runs down."""


def read_marks(ink: Mask, blots: Stats, em: float) -> str | None:
    """Return what the ink of a whole cell, these blots, says where it is one of the marks; None for any other ink."""
    if not len(blots) or (blots[:, 1] + blots[:, 3]).max() - blots[:, 1].min() > HIGHEST * em:
        return None
    return read_strokes(blots, em) or read_dots(blots, em) or read_slash(ink, blots, em)


def read_strokes(stats: Stats, em: float) -> str | None:
    """Return what blots say that are nothing but flat strokes: `—`, `-`, `——` or `=`.

    The numerals 一 and 二, which a recogniser takes them for, do not stand alone in a cell.
    """
    strokes = sorted((int(y), int(x), int(w), int(h)) for x, y, w, h, _ in stats)
    if not strokes or not all(h <= max(BLURRED, STROKE * em) and w >= 3 * h for _, _, w, h in strokes):
        return None
    left = min(x for _, x, _, _ in strokes)
    width = max(x + w for _, x, w, _ in strokes) - left
    height = strokes[-1][0] + strokes[-1][3] - strokes[0][0]
    if height <= max(BLURRED, STROKE * em) and width >= 0.3 * em:
        return _dash(width / em)
    pair = len(strokes) == 2 and abs(strokes[0][2] - strokes[1][2]) <= 0.15 * width
    return "=" if pair and height <= 0.6 * em and width <= 0.85 * em else None


def _dash(width: float) -> str:
    """Name a dash by its width in characters: hyphen, dash, or the double dash of Chinese text."""
    if width < 0.45:
        return "-"
    return "—" if width < 1.5 else "——"


def read_dots(stats: Stats, em: float) -> str | None:
    """Return the ellipsis that blots are where all of them are dots of one row; a dot may have been lost."""
    rows = find_dots(stats, em)
    if len(rows) != 1 or len(rows[0]) != len(stats):
        return None
    if len(rows[0]) == 2 * DOTS:
        return ELLIPSES[2 * DOTS]
    middles = [stats[i][0] + stats[i][2] / 2 for i in rows[0]]
    steps = [b - a for a, b in pairwise(middles)]
    return ELLIPSES.get(round((middles[-1] - middles[0]) / float(np.median(steps))) + 1)


def find_dots(stats: Stats, em: float) -> list[list[int]]:
    """Return the rows of three and more dots, as indices into the blots from left to right.

    Dust does not stand in a line at equal distances, with nothing around it. A page that was dithered to two levels
    has a hundred thousand dots: each is held only against those on its level that are near.
    """
    extent = np.maximum(stats[:, 2], stats[:, 3])
    small = np.flatnonzero((extent <= DOT_EXTENT * em) & (stats[:, 4] >= max(2.0, DOT_AREA * em * em)))
    if len(small) < 3:
        return []
    across, down = _middles(stats[small]).T
    small = small[np.lexsort((small, stats[small, 4], down, across))]
    dots = Dots(_middles(stats[small]), stats[small, 4], em)
    followers, across = _find_followers(dots), dots.middles[:, 0].tolist()
    taken: set[int] = set()
    rows: list[list[int]] = []
    for first in followers.led:
        if first in taken:
            continue
        row = [first]
        while (following := _next_dot(row, across, followers, taken, em)) is not None:
            row.append(following)
        taken.update(row)
        if len(row) >= 3 and not _among_dust(row, dots):
            rows.append([int(small[i]) for i in row])
    return rows


@dataclass(frozen=True, slots=True)
class Dots:
    """Small blots from left to right: their middles (N x 2), their areas, and the height of the page's characters."""

    middles: Floats
    areas: NDArray[np.int32]
    em: float

    @property
    def level(self) -> float:
        """How far the next dot of a row may lie above or below at most, in pixels."""
        return max(1.0, LEVEL * self.em)

    @property
    def reach(self) -> float:
        """How far to the right it may lie: twice the loosest pitch, and a bit."""
        return 2.5 * DOT_PITCH[1] * self.em + 2


def _middles(stats: Stats) -> Floats:
    return np.asarray(stats[:, :2] + stats[:, 2:4] / 2, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Followers:
    """Which dots may follow which in a row: those after `ends[i]` and up to `ends[i + 1]` of `found` follow dot i."""

    found: list[int]
    ends: list[int]

    @property
    def led(self) -> list[int]:
        """The dots that are followed by any."""
        return [dot for dot, (start, end) in enumerate(pairwise(self.ends)) if start < end]

    def of(self, dot: int) -> list[int]:
        """Return the dots that may follow a dot, the nearest first."""
        return self.found[self.ends[dot] : self.ends[dot + 1]]


def _find_followers(dots: Dots) -> Followers:
    """Find for each dot those to its right that are as large and on its level, in strips as high as a level.

    Some thousand dots at a time are held against others, which bounds the memory.
    """
    x, y = dots.middles.T
    strips = np.floor(y / (1.001 * dots.level)).astype(np.int64)
    wide = math.ceil(float(np.ptp(x)) + dots.reach + 2)
    strip_order = np.lexsort((x, strips))
    places = strips * wide + (x - x.min())
    pairs = [
        _pair_up(dots, places, strip_order, slice(start, start + AT_ONCE), wide) for start in range(0, len(x), AT_ONCE)
    ]
    left, right = np.concatenate(pairs, axis=1)
    return Followers(right.tolist(), np.searchsorted(left, np.arange(len(x) + 1)).tolist())


def _pair_up(dots: Dots, places: Floats, order: NDArray[np.intp], chosen: slice, wide: int) -> NDArray[np.intp]:
    """Return the pairs (2 x N, sorted) of chosen dots and those that may follow them.

    `places` go along all strips, each of which is `wide`; `order` sorts them.
    """
    starts = np.concatenate([places[chosen] + strip * wide for strip in (-1, 0, 1)])
    low = np.searchsorted(places[order], starts, "right")
    many = np.searchsorted(places[order], starts + dots.reach + 1, "right") - low
    left = np.repeat(np.tile(np.arange(len(places))[chosen], 3), many)
    right = order[np.repeat(low - np.cumsum(many) + many, many) + np.arange(len(left))]
    (x, y), areas = dots.middles.T, dots.areas
    larger, smaller = np.maximum(areas[left], areas[right]), np.minimum(areas[left], areas[right])
    alike = (np.abs(y[right] - y[left]) <= dots.level) & (larger <= ALIKE * smaller)
    fitting = alike & (x[right] <= x[left] + dots.reach)
    left, right = left[fitting], right[fitting]
    return np.stack([left, right])[:, np.lexsort((right, left))]


def _next_dot(
    row: Sequence[int], across: Sequence[float], followers: Followers, taken: Container[int], em: float
) -> int | None:
    """Return the first dot to the right that continues a row."""
    first, last = across[row[0]], across[row[-1]]
    for i in followers.of(row[-1]):
        if i not in taken and _continues(len(row), last - first, across[i] - last, em):
            return i
    return None


def _continues(count: int, length: float, step: float, em: float) -> bool:
    """Tell whether a step leads from a row of some dots to its next one: at the row's distance, or twice it.

    Behind three dots, which are one character, it may stand anywhere between.
    """
    if count == 1:
        return DOT_PITCH[0] * em <= step <= DOT_PITCH[1] * em
    pitch = length / (count - 1)
    if count == DOTS and pitch <= step <= 2 * pitch:
        return True
    return min(abs(step - pitch), abs(step - 2 * pitch)) <= max(1.5, 0.25 * pitch)


def _among_dust(row: Sequence[int], dots: Dots) -> bool:
    """Tell whether as many small blots lie around a row of dots as in it."""
    x, y = dots.middles.T
    (left, top), (right, bottom) = dots.middles[row[0]], dots.middles[row[-1]]
    low, high = min(top, bottom) - dots.em, max(top, bottom) + dots.em
    near = slice(np.searchsorted(x, left - dots.em, "right"), np.searchsorted(x, right + dots.em, "left"))
    around = np.count_nonzero((low < y[near]) & (y[near] < high))
    return bool(around - np.count_nonzero((low < y[row]) & (y[row] < high)) >= len(row))


def read_slash(ink: Mask, stats: Stats, em: float) -> str | None:
    """Return `/` where the ink is one thin straight stroke that leans to the right; a 1 stands upright."""
    if len(stats) != 1 or stats[0][3] < 0.5 * em or stats[0][3] > HIGHEST * em:
        return None
    rows = np.flatnonzero(ink.any(axis=1))
    counts = np.count_nonzero(ink[rows], axis=1)
    middles = ((ink[rows] > 0) * np.arange(ink.shape[1])).sum(axis=1) / counts
    slope, start = np.polyfit(rows, middles, 1)
    straight = float(np.abs(middles - (slope * rows + start)).max()) <= max(1.2, 0.06 * em)
    thin = float(np.percentile(counts, 90)) <= 0.28 * em
    return "/" if straight and thin and SLANT[0] <= -slope <= SLANT[1] else None
