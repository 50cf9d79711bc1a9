"""Streaks that a scanner draws over a page, from edge to edge: dirt on its glass or its rollers.

A ruling ends at the rulings that it meets. A line that goes from edge to edge of the picture, well beyond the outermost
of them on both sides of the table and printed there for the most part, where the table's other lines do not, is a
streak. Where there is one, others may be broken: they go far beyond on one side. A streak makes no column, and the
picture under it is mended from the paper and print to its sides; what it goes through is doubted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.ingest.ocr.reading import GrayImage
from pipeline.ingest.scan.rulings.stretches import Stretch
from pipeline.models import Ruling

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


def part_streaks(
    stretches: Sequence[Stretch], others: Sequence[Stretch], extent: float
) -> tuple[list[Stretch], list[Stretch]]:
    """Return the pieces of one direction without those of streaks, and one whole piece for each streak.

    `extent` is the length of the picture in their direction, in points.
    """
    across = [other.at for other in others if other.length >= LONG]
    lines = _in_lines(stretches)
    if len(across) < 2:
        return list(stretches), []
    span = min(across), max(across)
    if not any(_reaches(line, extent) and _goes_beyond(line, *span) for line in lines):
        return list(stretches), []
    streaks = [line for line in lines if _goes_beyond(line, *span) or _goes_far(line, *span)]
    if len(streaks) > FEW * sum(_length(line) >= LONG for line in lines):
        return list(stretches), []
    taken = {id(piece) for line in streaks for piece in line}
    return [piece for piece in stretches if id(piece) not in taken], list(map(_whole, streaks))


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


def _whole(line: Sequence[Stretch]) -> Stretch:
    start, end = min(piece.start for piece in line), max(piece.end for piece in line)
    at = sum(piece.at * piece.length for piece in line) / sum(piece.length for piece in line)
    return Stretch(at, start, end, max(abs(piece.at - at) + piece.spread for piece in line))


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
