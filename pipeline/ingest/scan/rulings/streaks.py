"""Streaks that a scanner draws over a page, from edge to edge: dirt on its glass or its rollers.

A ruling ends at the rulings that it meets. A line that goes from edge to edge of the picture, well beyond the outermost
of them on both sides of the table and printed there for the most part, where the table's other lines do not, is a
streak. Where there is one, others may be broken: they go far beyond on one side. A streak makes no column, and the
picture under it is mended from the paper and print to its sides; what it goes through is doubted.

A streak is straight, and leans as the page lay askew. Inside the table a ruling may run so close beside it that both
were traced as one: where it lies there is told by where it lies beyond the table, and no more than it is mended.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.ocr.reading import GrayImage
from pipeline.ingest.scan.rulings.stretches import TOUCH, Stretch
from pipeline.ingest.scan.rulings.traces import Trace
from pipeline.models import Ruling

Floats = NDArray[np.float64]

BEYOND = 24.0
"""Points by which a streak goes on beyond the outermost ruling across, at both ends."""

FAR = 50.0
"""The same at one end, for a further streak of a page that has one."""

EDGE = 12.0
"""Points from the edge of the picture to the ends of a streak at most; straightening moves them apart."""

LONG = 60.0
"""Points from which a piece is a ruling that tells where the table is."""

PRINTED = 0.5
"""Share of what lies beyond the table that a streak is printed on at least; strokes of a title cover little."""

FEW = 0.5
"""Share of the long lines of one direction that may be streaks: a table that goes on over both page breaks has more."""

IN_LINE = 1.5
"""Points that the pieces of one streak lie off each other at most."""

REACH = 1.0
"""Points to either side of the middle of a streak that it may cover."""

INSIDE = 0.1
"""Weight of where a streak was traced inside the table, in that of what lies beyond it."""

OFF_COURSE = 0.5
"""Points from the course of a streak at which a place has half of its weight."""

STEP = 0.3
"""Points across within which a piece of a leaning streak is straight."""


def tell_streaks(
    lying: Sequence[Stretch], standing: Sequence[Stretch], extents: tuple[float, float]
) -> tuple[list[list[int]], list[list[int]]]:
    """Return for each streak among the pieces of either direction which of them are its own.

    `extents` is how wide and how high the picture is, in points. None where no line goes from edge to edge.
    """
    ways = (lying, standing, extents), (standing, lying, (extents[1], extents[0]))
    if not any(_has_streak(*way) for way in ways):
        return [], []
    flat, upright = (_streaks_among(*way) for way in ways)
    return flat, upright


def _has_streak(stretches: Sequence[Stretch], others: Sequence[Stretch], extents: tuple[float, float]) -> bool:
    span = table_span(others, extents[1])
    lines = _in_lines(stretches)
    return span is not None and any(_reaches(line, extents[0]) and _goes_beyond(line, *span) for line in lines)


def _streaks_among(
    stretches: Sequence[Stretch], others: Sequence[Stretch], extents: tuple[float, float]
) -> list[list[int]]:
    """Return the streaks of one direction on a page that has one."""
    span = table_span(others, extents[1])
    if span is None:
        return []
    lines = _in_lines(stretches)
    streaks = [line for line in lines if _goes_beyond(line, *span) or _goes_far(line, *span)]
    if len(streaks) > FEW * sum(_length(line) >= LONG for line in lines):
        return []
    places = {id(piece): i for i, piece in enumerate(stretches)}
    return [[places[id(piece)] for piece in line] for line in streaks]


def table_span(others: Sequence[Stretch], extent: float) -> tuple[float, float] | None:
    """Return where the first and the last long line lies; what goes from edge to edge counts only if all do."""
    long = [other for other in others if other.length >= LONG]
    ending = [piece for line in _in_lines(long) if not _reaches(line, extent) for piece in line]
    across = [piece.at for piece in (ending if len(ending) > 1 else long)]
    return (min(across), max(across)) if len(across) > 1 else None


def follow_streak(traces: Sequence[Trace], span: tuple[float, float], unit: float) -> tuple[Stretch, ...]:
    """Return the course of a streak as straight pieces in points, from the traces (in pixels) of its parts.

    `span` is the table's, in points, beyond which no ruling misleads; `unit` is pixels per point.
    """
    along, across = (np.concatenate([getattr(t, name) for t in traces]) / unit for name in ("along", "across"))
    beyond = (along < span[0] - TOUCH) | (along > span[1] + TOUCH)
    level, lean = _fit_course(along, across, np.where(beyond, 1.0, INSIDE))
    start, end = min(t.start for t in traces) / unit, max(t.end for t in traces) / unit
    steps = max(1, math.ceil(abs(lean) * (end - start) / STEP))
    ends = np.linspace(start, end, steps + 1)
    spread = min(t.spread for t in traces if t.length >= LONG * unit or t is traces[0]) / unit
    return tuple(Stretch(level + lean * (a + b) / 2, a, b, spread) for a, b in pairwise(map(float, ends)))


def _fit_course(along: Floats, across: Floats, trust: Floats) -> tuple[float, float]:
    """Fit across = level + lean * along; places off the line lose their weight."""
    design, weights = np.column_stack([np.ones_like(along), along]), trust
    line: Floats = np.zeros(2)
    for _ in range(6):
        line = np.asarray(np.linalg.lstsq(design * weights[:, None], across * weights, rcond=None)[0], np.float64)
        weights = trust / (1 + np.square((across - design @ line) / OFF_COURSE))
    return float(line[0]), float(line[1])


def _in_lines(stretches: Sequence[Stretch]) -> list[list[Stretch]]:
    """Return the pieces grouped by the line that they lie on."""
    lines: list[list[Stretch]] = []
    for piece in sorted(stretches, key=lambda piece: piece.at):
        if lines and piece.at - lines[-1][-1].at <= IN_LINE:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return lines


def _reaches(line: Sequence[Stretch], extent: float) -> bool:
    """Tell whether a line goes from edge to edge of the picture."""
    return min(piece.start for piece in line) <= EDGE and max(piece.end for piece in line) >= extent - EDGE


def _goes_beyond(line: Sequence[Stretch], first: float, last: float) -> bool:
    """Tell whether a line goes on beyond the table at both ends, and is printed there."""
    return all(_printed(line, *end, BEYOND) for end in _ends(line, first, last))


def _goes_far(line: Sequence[Stretch], first: float, last: float) -> bool:
    """Tell whether a long line goes far beyond the table at one end, and is printed there."""
    return _length(line) >= LONG and any(_printed(line, *end, FAR) for end in _ends(line, first, last))


def _ends(line: Sequence[Stretch], first: float, last: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return what of a line lies before and behind the table, from its beginning to its end."""
    return (min(piece.start for piece in line), first), (last, max(piece.end for piece in line))


def _printed(line: Sequence[Stretch], start: float, end: float, least: float) -> bool:
    inside = sum(max(0.0, min(piece.end, end) - max(piece.start, start)) for piece in line)
    return end - start >= least and inside >= PRINTED * (end - start)


def _length(line: Sequence[Stretch]) -> float:
    return sum(piece.length for piece in line)


def mend_streaks(gray: GrayImage, streaks: Sequence[Ruling], spreads: Sequence[float], unit: float) -> GrayImage:
    """Return the picture with each streak replaced by what lies to its sides; `unit` is pixels per point."""
    if not streaks:
        return gray
    mended = gray.copy()
    for streak, spread in zip(streaks, spreads, strict=True):
        view = mended.T if streak.horizontal else mended
        middle = streak.y0 if streak.horizontal else streak.x0
        ends = (streak.x0, streak.x1) if streak.horizontal else (streak.y0, streak.y1)
        _mend(view, middle * unit, (REACH + spread) * unit, round(ends[0] * unit), round(ends[1] * unit))
    return mended


def _mend(view: GrayImage, middle: float, reach: float, top: int, bottom: int) -> None:
    """Fill a standing band of a picture, in place, by going evenly from its left to its right neighbour."""
    left, right = max(0, round(middle - reach) - 1), min(view.shape[1] - 1, round(middle + reach) + 1)
    top, bottom = max(0, top), min(view.shape[0], bottom + 1)
    share = np.linspace(0.0, 1.0, right - left + 1)
    before, after = view[top:bottom, left, None], view[top:bottom, right, None]
    view[top:bottom, left : right + 1] = np.rint(before * (1.0 - share) + after * share).astype(np.uint8)
