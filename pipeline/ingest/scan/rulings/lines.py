"""Rulings in a straightened picture, traced pixel by pixel.

A ruling is thin, dark against what lies beside it, and longer than a stroke of a character. The picture is smoothed
along the direction looked for, so that a thin grey line stands out of the noise, and what is left of it after the
lines are closed across is its darkness (a black-hat transform); of the smoothed columns every second one is enough.
Vertical rulings are horizontal ones of the transposed picture. Lengths are pixels; `unit` is pixels per point.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import label_blots
from pipeline.ingest.scan.ink.textlines import levels_at
from pipeline.ingest.scan.rulings.stretches import running_sums
from pipeline.ingest.scan.rulings.traces import Flags, RowMinima, Trace, line_profile, value_below

GrayImage = NDArray[np.uint8]
Floats = NDArray[np.float64]

SMOOTH = 1.8
"""Points over which the picture is averaged along the line; less than the gap between two characters."""

FAINT_SMOOTH = 6.0
"""The same for faint and broken lines."""

THICKEST = 4.5
"""Points of thickness that a ruling has at most."""

PLAIN = 1.7
"""Points of thickness, blur included, up to which a piece is one plain line."""

SHORTEST = 14.0
"""Points that a piece of a ruling measures at least; strokes of characters in forms are shorter."""

FAINT_SHORTEST = 45.0
"""Points that a faint piece measures at least: the longer it is, the less it can be noise."""

FAINTEST = 7.0
"""Least contrast of a ruling, in grey levels of 255."""

SOLID = 0.92
"""Share of its length that a whole ruling is printed; measured 0.93 to 0.99 on scans, rows of strokes 0.9 at most."""

CLEAN_SIDE = 0.3
"""Share of a whole ruling's length along which other ink may stand close to its cleaner side. A row of strokes that
belong to characters has ink on both sides; of a doubled line the outer side is clean."""

BROKEN = 0.55
"""Share of its length that a faint or broken ruling is printed at least; both of its sides must be clean then."""

SHORT_BROKEN = 0.7
"""The same for a piece too short to be told from strokes by its length; its sides must be cleaner, too."""

WINDOW = 16.0
"""Points over which a piece is judged at a time."""

THINNED = 2
"""Pixels along the line of which one is looked at for pieces: they are averages over more than that."""

SAMPLE = 8
"""Pixels over which one point of a trace is averaged."""


def trace_rulings(lying: RowMinima, standing: RowMinima, unit: float) -> tuple[list[Trace], list[Trace]]:
    """Return the pieces of the horizontal and of the vertical rulings of a picture that is given both ways."""
    with ThreadPoolExecutor(2, "rulings") as pool:
        horizontal, vertical = pool.map(trace_horizontal, (lying, standing), (unit, unit))
    return horizontal, vertical


def trace_horizontal(picture: RowMinima, unit: float) -> list[Trace]:
    """Return the pieces of the horizontal rulings from left to right, each traced along its course."""
    averaged = np.asarray(cv2.blur(picture.gray, (round(SMOOTH * unit) | 1, 1)), dtype=np.uint8)
    thinned = np.ascontiguousarray(averaged[:, ::THINNED])
    smoother = np.asarray(cv2.blur(thinned, (round((FAINT_SMOOTH - SMOOTH) * unit / THINNED) | 1, 1)), dtype=np.uint8)
    plain, smoothed = line_darkness(thinned, unit), line_darkness(smoother, unit)
    level = contrast_level(smoothed)
    run, faint_run = (round(length * unit / THINNED) | 1 for length in (SHORTEST, FAINT_SHORTEST))
    mask = long_runs(_darker(plain, 2 * level), run) | long_runs(_darker(smoothed, level), faint_run)
    stats, labels = label_blots(mask)
    traces = []
    for i in range(1, len(stats)):
        x, y, w, h, area = (int(v) for v in stats[i])
        if area > w * THICKEST * unit or h > max(THICKEST * unit, 0.12 * w * THINNED):
            continue
        window = np.s_[y : y + h, x : x + w]
        spread = max(0.0, area / w - PLAIN * unit) / 2
        trace = _trace_piece(np.where(labels[window] == i, smoothed[window], 0), x, y, spread)
        if trace.along.size:  # something of the piece is darker than the paper beside it
            traces += ruled_parts(picture, trace, unit)
    return traces


def ruled_parts(picture: RowMinima, trace: Trace, unit: float) -> list[Trace]:
    """Return the parts of a piece that are a ruling: strokes of characters that happen to prolong it are cut off.

    A window is moved along the piece. Most windows of a whole ruling are printed throughout, and only those count. A
    faint or broken ruling has hardly any such window; then nothing else may stand close to it. What is printed without
    a gap for as long as a ruling is one by itself: sides of boxes that stand apart, one below the other.
    """
    printed, above, below = line_profile(picture, trace, unit)
    size = min(len(printed), round(WINDOW * unit))
    share = _moving(printed, size)
    long = trace.length >= FAINT_SHORTEST * unit
    least = BROKEN if long else SHORT_BROKEN
    if share.max() < least:
        return []
    good = share >= SOLID
    if value_below(share, 0.5) < SOLID:
        clean = np.maximum(_moving(above, size), _moving(below, size)) <= (CLEAN_SIDE if long else CLEAN_SIDE / 3)
        good = (share >= least) & clean
    shortest = (SHORTEST - 1) * unit
    whole = [stretch for stretch in _stretches_of(printed) if stretch[1] - stretch[0] >= shortest]
    covered = np.convolve(good, np.ones(size, dtype=int)) > 0
    for start, end in whole:
        covered[start:end] = True
    parts = []
    for start, end in _stretches_of(covered):
        alone = min(float(above[start:end].mean()), float(below[start:end].mean())) <= CLEAN_SIDE
        if end - start >= shortest and alone:
            parts.append(_part(trace, trace.start + start, trace.start + end - 1))
    return parts


def _stretches_of(flags: Flags) -> list[tuple[int, int]]:
    """Return where each stretch of flags that are set begins and ends."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(flags, np.int8), [0]])))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _moving(flags: Flags, size: int) -> Floats:
    """Return the mean of each window of that size, by its first position."""
    sums = running_sums(flags)
    return np.asarray((sums[size:] - sums[:-size]) / size, dtype=np.float64)


def _part(trace: Trace, start: float, end: float) -> Trace:
    inside = (trace.along >= start) & (trace.along <= end)
    return replace(trace, along=trace.along[inside], across=trace.across[inside], start=start, end=end)


def line_darkness(smooth: GrayImage, unit: float) -> GrayImage:
    """Return how much darker each pixel of a picture averaged along its rows is than what lies above and below it."""
    across = np.ones((round(THICKEST * unit) | 1, 1), np.uint8)
    return np.asarray(cv2.morphologyEx(smooth, cv2.MORPH_BLACKHAT, across), dtype=np.uint8)


def contrast_level(darkness: GrayImage) -> float:
    """Return the least darkness that is not noise of the paper: well above what half of the page shows."""
    median, upper = levels_at(darkness[::4, ::2], 0.5, 0.75)
    return max(FAINTEST, median + 4.0 * (upper - median))


def _darker(darkness: GrayImage, level: float) -> GrayImage:
    return np.asarray(cv2.threshold(darkness, level, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def long_runs(mask: GrayImage, length: int) -> GrayImage:
    """Keep of rows what is at least `length` (odd) pixels long; beyond the edge everything is taken to be in the mask.

    The mask and what is kept of it are 0 / 255.
    """
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, length), np.uint8)), dtype=np.uint8)


def _trace_piece(weights: GrayImage, x: int, y: int, spread: float) -> Trace:
    """Follow the middle of a piece; `weights` is its darkness in its own window of the thinned picture."""
    height, width = weights.shape
    bins = max(1, width * THINNED // SAMPLE)
    edges = np.arange(bins + 1) * width // bins
    mass = np.add.reduceat(weights.astype(np.float64), edges[:-1], axis=1)
    total = mass.sum(axis=0)
    rows = np.arange(height)[:, None]
    kept = total > 0
    across = (mass * rows).sum(axis=0)[kept] / total[kept] + y
    middles = (edges[:-1] + edges[1:] - 1) / 2
    return Trace(THINNED * (middles[kept] + x), across, THINNED * float(x), THINNED * float(x + width - 1), spread)
