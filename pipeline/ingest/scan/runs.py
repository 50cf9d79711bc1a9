"""A straight sheet → its text runs, read off the ink alone: words first, whatever rulings there are.

A run is what stands together in one line: ink in which no gap is wider than about a character, and through which no
ruling goes. Blots are joined to blocks where they stand close and no ruling parts them; a block is cut by turns into
lines and at the gaps within them (the recursive XY-cut, Nagy and Seth 1984), until nothing is left to cut. Rulings,
firm and faint, and edges of fills are no ink. Everything is in pixels of the sheet; `em` is the height of its
characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import Mask, find_blots, label_blots
from pipeline.ingest.ocr.reading import GrayImage, PixelBox
from pipeline.ingest.scan.ink.marks import read_marks
from pipeline.ingest.scan.ink.textlines import cut_crop, split_lines
from pipeline.ingest.scan.sheetlines import (
    LINE_GAP,
    InkedSheet,
    SheetLine,
    keep_written,
    ruling_box,
    settle_mark,
    weak_in,
    without_pieces,
)
from pipeline.models import Ruling

Flags = NDArray[np.bool_]

GAP = 1.25
"""Character heights without ink that part two runs of a line; a comma of Chinese text and what follows it stand up to
1.1 apart in a justified line."""

NARROW = 0.3
"""The same where the gap is part of a white lane that runs down the page between two columns of text."""

LANE = 6.0
"""Character heights that such a lane is long at least."""

BESIDE, LINES_BESIDE = 1.2, 3
"""Character heights to either side of a lane in which the ends of lines are counted, and how many there must be."""

POSTS = 3
"""Vertical rulings through a row from which they part it: two are no more than a frame."""

WAIST = 0.4
"""Share of the ink of a line's middle rows that lies in its leanest row at least; between two lines there is less."""

LARGE = 1.4
"""Height of a character in usual heights from which it is one of a title."""

LARGEST = 3.2
"""Height of the largest single line in character heights."""

APART = 0.3
"""The same between lines, above which blots surely belong to different ones; closer ones are cut by their profile."""

THICKEST_STROKE = 5.0
"""Points of thickness of the thickest stroke of a character; a shaded area is wider."""

BESIDE_GAP = 2.5
"""Character heights to either side of a gap in which its neighbours' lines are compared."""

OFF_LINE, HIGH = 0.45, 0.6
"""Character heights by which lines of two cells stand off each other, and which they are high at least."""

BARRIER = 0.5
"""Points to either side of a ruling over which nothing is joined."""


def lay_out_runs(inked: InkedSheet, candidates: Sequence[Ruling] = ()) -> list[SheetLine]:
    """Return the text runs of a sheet from the top down; `candidates` are faint rulings beside the sheet's own."""
    sheet, em = inked.sheet, inked.em
    ink = keep_written(_print_alone(inked, candidates), em)
    gray = _on_own_paper(sheet.gray, ink, em)
    rulings = (*sheet.rulings, *candidates)
    space = find_space(ink, em, rulings, sheet.unit)
    blocks = _blocks(ink, rulings, sheet.unit, em)
    runs = [run for window, own in blocks for run in _block_runs(gray, own, window, space)]
    runs = [replace(run, weak=weak_in(inked, run.box)) for run in runs]
    return sorted(runs, key=lambda run: (run.box[1], run.box[0]))


def _print_alone(inked: InkedSheet, candidates: Sequence[Ruling]) -> Mask:
    """Return the sheet's ink without faint rulings and without the edges of shaded areas, which are wide."""
    sheet = inked.sheet
    side = round(THICKEST_STROKE * sheet.unit) | 1
    strokes = cv2.morphologyEx(sheet.gray, cv2.MORPH_BLACKHAT, np.ones((side, side), np.uint8))
    ink = np.where(np.asarray(strokes) >= _least_depth(strokes, inked.ink), inked.ink, 0).astype(np.uint8)
    return without_pieces(
        ink, [ruling_box(ruling, 0.0, sheet.unit) for ruling in candidates if ruling.origin == "trace"], inked.em
    )


def _least_depth(strokes: NDArray[Any], ink: Mask) -> float:
    """Return how deep below its surroundings ink is at least: a quarter of what most of it is."""
    return float(np.percentile(strokes[ink > 0], 75)) / 4 if cv2.countNonZero(ink) else 0.0


def _on_own_paper(gray: GrayImage, ink: Mask, em: float) -> GrayImage:
    """Return the picture with all that is no kept ink set to the paper of its surroundings."""
    near = cv2.dilate(ink, np.ones((3, 3), np.uint8))
    side = round(em) | 1
    paper = cv2.morphologyEx(gray, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    return np.where(near > 0, gray, paper).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Space:
    """The ink of a page, the height of its characters, and where its columns are parted by white that runs down it.

    `posts` are the top and the bottom of each vertical ruling.
    """

    ink: Mask
    open: Mask
    em: float
    posts: tuple[tuple[float, float], ...] = ()

    def parted(self, x0: int, x1: int, y0: int, y1: int) -> bool:
        """Tell whether the gap between two columns, over some rows, is part of a lane between columns of text.

        On both sides of the lane lines must begin or end that are more than one cell's. Where rulings part the row,
        nothing else does.
        """
        if sum(top <= y0 and y1 <= bottom for top, bottom in self.posts) >= POSTS:
            return False
        window = self.open[y0:y1, x0:x1]
        through = np.flatnonzero(window.all(axis=0))
        if not len(through):
            return False
        lane = self.open[:, x0 + int(through[len(through) // 2])] > 0
        top, bottom = _extent(lane, y0)
        reach = round(BESIDE * self.em)
        sides = self.ink[top:bottom, max(0, x0 - reach) : x0], self.ink[top:bottom, x1 : x1 + reach]
        return all(_count_lines(side, self.em) >= LINES_BESIDE for side in sides)


def find_space(ink: Mask, em: float, rulings: Sequence[Ruling] = (), unit: float = 1.0) -> Space:
    """Find the white lanes of a page: as wide as `NARROW`, as long as `LANE`."""
    slack = em / 2
    posts = tuple((r.y0 * unit - slack, r.y1 * unit + slack) for r in rulings if not r.horizontal)
    white = np.asarray(cv2.bitwise_not(ink), dtype=np.uint8)
    shape = np.ones((round(LANE * em), max(2, round(NARROW * em))), np.uint8)
    return Space(ink, np.asarray(cv2.morphologyEx(white, cv2.MORPH_OPEN, shape), dtype=np.uint8), em, posts)


def _extent(flags: Flags, at: int) -> tuple[int, int]:
    """Return the stretch of set flags (first, one past the last) around a place."""
    before, after = np.flatnonzero(~flags[:at]), np.flatnonzero(~flags[at:])
    return int(before[-1]) + 1 if len(before) else 0, at + int(after[0]) if len(after) else len(flags)


def _count_lines(ink: Mask, em: float) -> int:
    return len(_stretches(np.asarray(ink.any(axis=1)), LINE_GAP * em))


def _blocks(ink: Mask, rulings: Sequence[Ruling], unit: float, em: float) -> Iterator[tuple[PixelBox, Mask]]:
    """Yield the ink that stands together, each block with its place; rulings part blocks."""
    across, down = round(GAP * em) | 1, round(APART * em) | 1
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, across), np.uint8))
    joined = np.asarray(cv2.morphologyEx(joined, cv2.MORPH_CLOSE, np.ones((down, 1), np.uint8)), dtype=np.uint8)
    for ruling in rulings:
        x0, y0, x1, y1 = (round(v * unit) for v in (ruling.x0, ruling.y0, ruling.x1, ruling.y1))
        wide = max(1, round(BARRIER * unit))
        joined[max(0, y0 - wide) : y1 + wide + 1, max(0, x0 - wide) : x1 + wide + 1] = 0
    stats, labels = label_blots(np.asarray(cv2.bitwise_or(joined, ink), dtype=np.uint8))
    for i in range(1, len(stats)):
        x, y, w, h, _ = (int(v) for v in stats[i])
        window = np.s_[y : y + h, x : x + w]
        own = np.where(labels[window] == i, ink[window], 0).astype(np.uint8)
        yield (x, y, x + w, y + h), own


def _block_runs(gray: GrayImage, ink: Mask, window: PixelBox, space: Space) -> Iterator[SheetLine]:
    x0, y0, x1, y1 = window
    paper = gray[y0:y1, x0:x1]
    for left, top, right, bottom in cut_runs(ink, space, (x0, y0)):
        part = ink[top:bottom, left:right]
        line = cut_crop(paper[:, left:right], ink[:, left:right], (top, bottom), space.em)
        if line is None:
            continue
        mark = read_marks(part, find_blots(part).stats, space.em)
        box = (line.box[0] + left + x0, line.box[1] + y0, line.box[2] + left + x0, line.box[3] + y0)
        yield SheetLine(box, line.crop, settle_mark(mark) if mark else None)


def cut_runs(ink: Mask, space: Space, corner: tuple[int, int] = (0, 0)) -> Iterator[PixelBox]:
    """Yield the boxes of the runs in the ink of a block, relative to it: columns first, then lines, then again.

    `corner` is where the block lies on its page.
    """
    for left, right in _columns(ink, space, corner):
        for top, bottom in tell_lines(ink[:, left:right], space.em):
            if (bottom - top, right - left) == ink.shape:
                yield left, top, right, bottom
                continue
            inner = cut_runs(ink[top:bottom, left:right], space, (corner[0] + left, corner[1] + top))
            yield from ((a + left, b + top, c + left, d + top) for a, b, c, d in inner)


def tell_lines(ink: Mask, em: float) -> list[tuple[int, int]]:
    """Return the rows (first, one past the last) of each text line; a line of large characters is not cut in two.

    Between two lines that touch there is far less ink than in them; within characters there is not.
    """
    profile = np.count_nonzero(ink, axis=1)
    least = WAIST * float(np.median(profile[profile > 0])) if profile.any() else 0.0
    lines: list[tuple[int, int]] = []
    for top, bottom in split_lines(ink, em):
        first, last = lines[-1] if lines else (0, -1)
        if last == top and profile[top] > least and bottom - first <= LARGEST * em:
            lines[-1] = first, bottom
        else:
            lines.append((top, bottom))
    return lines


def _columns(ink: Mask, space: Space, corner: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the stretches of filled columns between the gaps that part runs."""
    runs = _stretches(np.asarray(ink.any(axis=0)), NARROW * space.em)
    if not runs:
        return []
    rows = _stretches(np.asarray(ink.any(axis=1)), float(len(ink)))[0]
    size = max(space.em, _size(ink))
    large = size > LARGE * space.em
    columns = [runs[0]]
    for left, right in runs[1:]:
        gap = columns[-1][1], left
        place = gap[0] + corner[0], gap[1] + corner[0], rows[0] + corner[1], rows[1] + corner[1]
        apart = gap[1] - gap[0] > GAP * size or (not large and space.parted(*place))
        if apart or (not large and _offset(ink, gap, space.em)):
            columns.append((left, right))
        else:
            columns[-1] = columns[-1][0], right
    return columns


def _offset(ink: Mask, gap: tuple[int, int], em: float) -> bool:
    """Tell whether the lines on one side of a gap stand between those on the other: texts of two cells."""
    reach = round(BESIDE_GAP * em)
    left = _lines_of(ink[:, max(0, gap[0] - reach) : gap[0]], em)
    right = _lines_of(ink[:, gap[1] : gap[1] + reach], em)
    return bool(left and right) and all(abs(a - b) > OFF_LINE * em for a in left for b in right)


def _lines_of(ink: Mask, em: float) -> list[float]:
    """Return the middles of the lines of some ink that are as high as characters."""
    found = _stretches(np.asarray(ink.any(axis=1)), 1.0)
    return [(top + bottom) / 2 for top, bottom in found if HIGH * em <= bottom - top <= LARGE * em]


def _size(ink: Mask) -> float:
    """Return the height of the third highest blot: no smear or bracket alone makes characters large."""
    heights = np.sort(label_blots(ink)[0][1:, 3])
    return float(heights[-3]) if len(heights) > 2 else 0.0


def _stretches(filled: Flags, gap: float) -> list[tuple[int, int]]:
    """Return the stretches of set flags (first, one past the last) that no more than a gap divides."""
    at = np.flatnonzero(filled)
    if not len(at):
        return []
    breaks = np.flatnonzero(np.diff(at) > gap)
    return [(int(a), int(b) + 1) for a, b in zip(at[[0, *(breaks + 1)]], at[[*breaks, -1]], strict=True)]
