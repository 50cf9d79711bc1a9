"""What ink says by its shape alone: dashes, equals signs, slashes, rows of dots.

A recogniser takes a lone dash for 一, a lone slash for 1, and sees nothing in dots. These marks are told by their
strokes (`pipeline.ingest.scan.ink.dashes` looks at dashes in sentences). Everything is in pixels; `em` is the height
of the page's characters.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Sequence
from itertools import pairwise

import numpy as np

from pipeline.geometry.blots import Mask, Stats

Dot = tuple[tuple[float, float], int, int]
"""The middle of a small blot, its area, and its index."""

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

    Dust does not stand in a line at equal distances, with nothing around it.
    """
    extent = np.maximum(stats[:, 2], stats[:, 3])
    small = np.flatnonzero((extent <= DOT_EXTENT * em) & (stats[:, 4] >= max(2.0, DOT_AREA * em * em)))
    dots = sorted((_middle(stats[i].tolist()), int(stats[i][4]), int(i)) for i in small)
    across = [middle[0] for middle, _, _ in dots]
    taken: set[int] = set()
    rows: list[list[int]] = []
    for first in range(len(dots)):
        if first in taken:
            continue
        row = [first]
        while (following := _next_dot(row, dots, across, taken, em)) is not None:
            row.append(following)
        taken.update(row)
        if len(row) >= 3 and not _among_dust(row, dots, across, em):
            rows.append([dots[i][2] for i in row])
    return rows


def _next_dot(
    row: Sequence[int], dots: Sequence[Dot], across: Sequence[float], taken: Container[int], em: float
) -> int | None:
    """Return the first dot to the right that continues a row."""
    x = across[row[-1]]
    near = range(bisect_right(across, x), bisect_right(across, x + 2.5 * DOT_PITCH[1] * em + 2))
    known = [dots[i] for i in row]
    return next((i for i in near if i not in taken and _continues(known, dots[i], em)), None)


def _among_dust(row: Sequence[int], dots: Sequence[Dot], across: Sequence[float], em: float) -> bool:
    """Tell whether as many small blots lie around a row of dots as in it."""
    (left, top), (right, bottom) = dots[row[0]][0], dots[row[-1]][0]
    low, high = min(top, bottom) - em, max(top, bottom) + em
    near = range(bisect_right(across, left - em), bisect_left(across, right + em))
    return sum(low < dots[i][0][1] < high for i in near if i not in row) >= len(row)


def _continues(row: Sequence[Dot], dot: Dot, em: float) -> bool:
    """Tell whether a dot is the next one of a row: as large, on one level, and at the row's distance (or twice it).

    Behind three dots, which are one character, it may stand anywhere between.
    """
    (x, y), area, _ = dot
    (last_x, last_y), last_area, _ = row[-1]
    if abs(y - last_y) > max(1.0, LEVEL * em) or max(area, last_area) > ALIKE * min(area, last_area):
        return False
    step = x - last_x
    if len(row) == 1:
        return DOT_PITCH[0] * em <= step <= DOT_PITCH[1] * em
    pitch = (last_x - row[0][0][0]) / (len(row) - 1)
    if len(row) == DOTS and pitch <= step <= 2 * pitch:
        return True
    return min(abs(step - pitch), abs(step - 2 * pitch)) <= max(1.5, 0.25 * pitch)


def _middle(blot: Sequence[int]) -> tuple[float, float]:
    return blot[0] + blot[2] / 2, blot[1] + blot[3] / 2


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
