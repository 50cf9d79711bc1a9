"""The course of a piece of a ruling in a straightened picture, and what is printed along it and close beside it.

Everything is told for horizontal pieces; vertical ones are those of the transposed picture. Lengths are pixels;
`unit` is pixels per point.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, reduce
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.scan.rulings.stretches import Look, Profile, Stretch, running_sums

GrayImage = NDArray[np.uint8]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

STEADY = 5
"""Points of a trace in a row that are believed when they lie beside the others."""

CORE = 1
"""Pixels to either side of a line's middle that belong to it."""

BESIDE = (1.2, 2.6)
"""Points from a line's middle between which other ink stands close to it."""

SHADE_STEP = 48
"""Pixels along a piece over which the paper has one brightness."""

SHADED = 0.8
"""Brightness of the paper in that of its brightest part, below which a shadow lies over a part of a piece."""

ROWS = 2 * CORE + 1
"""Rows of which the darkest pixel is known beforehand; a higher window is put together from several such."""

FARTHEST = 48
"""Pixels from a course at which rows are asked for at most; the lines of doubled rulings do not lie half as far."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The course of one piece of a ruling: `across[i]` is its position at `along[i]`; `start` and `end` along.

    `spread` is how far printed lines lie from that position: nothing for a plain line, half the gap of a doubled one.
    """

    along: Floats
    across: Floats
    start: float
    end: float
    spread: float = 0.0

    @property
    def at(self) -> float:
        """Position across, the median of its course."""
        return float(np.median(self.across))

    @property
    def stray(self) -> float:
        """How far a stretch of the course lies from the rest: two rulings of nearly one position make one piece."""
        if len(self.across) < STEADY:
            return 0.0
        windows = np.lib.stride_tricks.sliding_window_view(self.across, STEADY)
        medians = np.partition(windows, STEADY // 2, axis=1)[:, STEADY // 2]
        off = float(np.abs(medians - self.at).max())
        return off if off > 1.0 else 0.0

    @property
    def length(self) -> float:
        """Extent along the piece."""
        return self.end - self.start


class RowMinima:
    """A picture (`gray`) of which the darkest of a few rows is asked again and again, along courses of any shape."""

    def __init__(self, gray: GrayImage) -> None:
        self.gray = gray
        lowest = cv2.erode(gray, np.ones((ROWS, 1), np.uint8), borderType=cv2.BORDER_REPLICATE)
        framed = cv2.copyMakeBorder(lowest, FARTHEST, FARTHEST, 0, 0, cv2.BORDER_REPLICATE)
        self._lowest = np.asarray(framed, dtype=np.uint8).ravel()

    def follow(self, xs: NDArray[np.intp], middle: Floats) -> NDArray[np.intp]:
        """Return a course for `darkest`: where in the picture `middle` lies at each of the columns `xs`."""
        height, width = self.gray.shape
        rows = np.minimum(np.maximum(np.rint(middle).astype(np.intp), 0), height - 1) + FARTHEST
        return np.asarray(rows * width + xs, dtype=np.intp)

    def darkest(self, course: NDArray[np.intp], first: int, last: int) -> NDArray[np.uint8]:
        """Return for each column the darkest of the rows from `first` to `last`, counted from the course.

        They are `ROWS` at least; those outside the picture are like what lies at its rim.
        """
        middles = [*range(first + CORE, last - CORE, ROWS), last - CORE]
        steps = (max(-FARTHEST, min(middle, FARTHEST)) * self.gray.shape[1] for middle in middles)
        looks = (self._lowest.take(course + step) for step in steps)
        return reduce(np.minimum, looks)


def both_ways(gray: GrayImage) -> tuple[RowMinima, RowMinima]:
    """Return a picture as horizontal and as vertical rulings are looked at in it."""
    return RowMinima(gray), RowMinima(np.asarray(cv2.transpose(gray), dtype=np.uint8))


def line_profile(picture: RowMinima, trace: Trace, unit: float) -> tuple[Flags, Flags, Flags]:
    """Return for each pixel along a piece whether it is printed, and has ink close above and below it."""
    xs = np.arange(int(trace.start), int(trace.end) + 1)
    course = picture.follow(xs, np.interp(xs, trace.along, trace.across))
    inner, outer = (round(trace.spread + reach * unit) for reach in BESIDE)
    core = picture.darkest(course, -CORE - round(trace.spread), CORE + round(trace.spread))
    above, below = picture.darkest(course, -outer, -inner), picture.darkest(course, inner, outer)
    paper = value_below(np.concatenate([above, below]), 0.8)
    half: Floats | float = paper - (paper - value_below(core, 0.5)) / 2
    shade = shade_along(above, below)
    if shade is not None:
        half = half / max(float(paper), 1.0) * shade
    return core < half, above < half, below < half


def shade_along(above: NDArray[np.uint8], below: NDArray[np.uint8]) -> Floats | None:
    """Return how bright the paper is along a piece; None where it is as bright everywhere, as without a shadow."""
    parts = len(above) // SHADE_STEP
    if parts < 2:
        return None
    beside = np.stack([above[: parts * SHADE_STEP], below[: parts * SHADE_STEP]]).reshape(2, parts, SHADE_STEP)
    levels = np.partition(beside, round(0.7 * SHADE_STEP), axis=2)[:, :, round(0.7 * SHADE_STEP)].max(axis=0)
    if levels.min() > SHADED * levels.max():
        return None
    middles = (np.arange(parts) + 0.5) * SHADE_STEP
    return np.asarray(np.interp(np.arange(len(above)), middles, levels.astype(np.float64)), dtype=np.float64)


def value_below(values: NDArray[Any], share: float) -> float:
    """Return the value below which that share of the values lies; numpy's own is slow on short lines."""
    rank = int(share * (len(values) - 1))
    return float(np.partition(values, rank)[rank])


def side_profile(picture: RowMinima, unit: float) -> Profile:
    """Return the function that looks at a horizontal stretch (in points) of a straight picture."""

    @cache
    def look(stretch: Stretch) -> Look:
        """Return what `Profile` says of a stretch; each is asked for many times."""
        along = np.array([stretch.start, stretch.end]) * unit
        ends = along.clip(0, picture.gray.shape[1] - 1)
        straight = Trace(along, np.full(2, stretch.at * unit), float(ends[0]), float(ends[1]), stretch.spread * unit)
        printed, above, below = line_profile(picture, straight, unit)
        printed_sums, crowded, *sides = map(running_sums, (printed, above | below, above, below))
        return Look(printed_sums, crowded, sides[0], sides[1], unit)

    return look
