"""A straight sheet → its ink, and the pictures of the text lines of single cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import Mask, Stats, find_blots
from pipeline.geometry.grid import GridCell
from pipeline.ingest.ocr.reading import CharReading, GrayImage, LineReading, PixelBox
from pipeline.ingest.scan.ink.bars import without_bars
from pipeline.ingest.scan.ink.dirt import wipe_dirt
from pipeline.ingest.scan.ink.marks import read_marks
from pipeline.ingest.scan.ink.strength import Weak, tell_print, tell_weak
from pipeline.ingest.scan.ink.textlines import (
    character_height,
    cut_crop,
    erase_rulings,
    find_ink,
    split_lines,
    tell_characters,
    tell_written,
)
from pipeline.ingest.scan.straight_page import StraightPage
from pipeline.models import Box, Ruling

INSET = 1.0
"""Points from the middle of a ruling within which ink belongs to the ruling."""

HIGHEST_BAND = 12.0
"""Character heights of text outside the tables that the detector is shown at once at most; bounds its memory."""

LINE_GAP = 0.2
"""Character heights without ink at which text may be parted; the strokes of 三 stand closer in a line of text."""

PLAIN_STRENGTH = 0.4
"""Strength of a broken line from which its dashes and dots are no print."""

ON_LINE = 0.7
"""Share of a blot that lies on a faint ruling from which it is a piece of it."""

DIGIT, LEVEL, IN_WORD = (0.45, 1.2), 0.1, 0.35
"""Height of digits, difference of the edges of two that stand on one line, and space between them, in character
heights."""

SCRAWLED = 0.05
"""Ink of a scrawl, in squares of the character height, from which a cell is not blank."""

BESIDE_SCRAWL = 0.5
"""Character heights from a line within which a scrawl may have taken ink from it."""

BESIDE_DIRT = 1.0
"""The same for dirt, which may have hidden a whole character beside what is left of a line."""

SURE = 0.99
"""Confidence of a mark that is told by its shape."""

UNSURE = {"…": 0.6}
"""Marks of which that is less: three specks of dust may lie in a row on a speckled page."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A text line of a sheet in pixels, with its picture; `settled` where its shape alone says what it is.

    `in_cell` is false for lines outside the tables. `weak` tells where the ink is paler than the print around: all of
    it, or that at the first or the last place of the line; or that a scrawl goes through it.
    """

    box: PixelBox
    crop: GrayImage
    settled: LineReading | None = None
    in_cell: bool = True
    weak: Weak = ""


@dataclass(frozen=True, slots=True)
class InkedSheet:
    """A sheet, its print without the rulings (0 / 255), and the height of its characters in pixels.

    `sheet` shows nothing weaker than print, `whole` shows all that is on the paper. `weak` is what of the print is
    paler than the rest, `scrawl` the strokes of a pen, as in `Print`; `dirt` was taken out of bands of it.
    """

    sheet: StraightPage
    ink: Mask
    em: float
    weak: tuple[Mask, Mask] | None
    whole: StraightPage
    scrawl: Mask | None = None
    dirt: Mask | None = None


def find_sheet_ink(sheet: StraightPage) -> InkedSheet:
    """Tell ink from paper, print from rulings, and print from what is weaker: dust, texture, stains."""
    ink = find_ink(sheet.gray, sheet.unit)
    bare = erase_rulings(ink, [ruling_box(r, s, sheet.unit) for r, s in zip(sheet.rulings, sheet.spreads, strict=True)])
    broken = (line for line in sheet.candidates if line.origin == "trace" and line.strength >= PLAIN_STRENGTH)
    pieces = [ruling_box(line, 0.0, sheet.unit) for line in broken]
    bare = without_pieces(bare, pieces, character_height(bare, sheet.unit)) if pieces else bare
    em = character_height(bare, sheet.unit)
    clean = wipe_dirt(sheet.gray, bare, sheet.unit, em)
    if clean is None:
        return _with_print(sheet, sheet, ink, bare, em)
    em = character_height(clean.ink, sheet.unit)
    inked = _with_print(replace(sheet, gray=clean.gray), sheet, clean.without(ink), clean.ink, em)
    return replace(inked, dirt=clean.dirt)


def _with_print(sheet: StraightPage, whole: StraightPage, ink: Mask, bare: Mask, em: float) -> InkedSheet:
    """Tell print from weaker ink on a sheet; `bare` is its ink without rulings."""
    told = tell_print(sheet.gray, bare, sheet.unit, em, ink)
    if told.ink is not bare:
        em = character_height(told.ink, sheet.unit)
    return InkedSheet(replace(sheet, gray=told.gray), told.ink, em, told.weak, whole, told.scrawl)


def without_pieces(ink: Mask, lines: Sequence[PixelBox], em: float) -> Mask:
    """Return the ink without the blots that lie on lines for the most part: dashes and dots of faint rulings.

    What crosses a line stays: it may be print, and the line none. So does what stands beside other ink as high as it
    and on its line: where digits stand below each other, 1 looks like a dash of a broken line.
    """
    blots = find_blots(ink)
    if not len(blots.stats) or not lines:
        return ink
    on_line = cv2.subtract(ink, erase_rulings(ink, lines))
    at = np.flatnonzero(on_line)
    share = np.bincount(blots.labels.ravel()[at], minlength=len(blots.stats) + 1)[1:]
    pieces = np.asarray(share >= ON_LINE * blots.stats[:, 4], dtype=np.bool_)
    return blots.keep(~pieces | _in_words(blots.stats, pieces, em))


def _in_words(stats: Stats, pieces: NDArray[np.bool_], em: float) -> NDArray[np.bool_]:
    """Tell of pieces of lines whether they stand close beside other ink of the height of digits, on its line."""
    in_words = np.zeros(len(stats), dtype=np.bool_)
    others = stats[~pieces & (stats[:, 3] >= DIGIT[0] * em) & (stats[:, 3] <= DIGIT[1] * em)]
    left, top, wide, high = (others[:, at] for at in range(4))
    for i in np.flatnonzero(pieces & (stats[:, 3] >= DIGIT[0] * em) & (stats[:, 3] <= DIGIT[1] * em)):
        x, y, w, h, _ = (int(v) for v in stats[i])
        apart = np.maximum(x - left - wide, left - x - w)
        level = (np.abs(y - top) <= LEVEL * em) & (np.abs(y + h - top - high) <= LEVEL * em)
        in_words[i] = bool((level & (apart >= 0) & (apart <= IN_WORD * em)).any())
    return in_words


def ruling_box(ruling: Ruling, spread: float, unit: float) -> PixelBox:
    """Return the pixels that a ruling may cover, its lines lying up to `spread` points from it."""
    reach = INSET + spread
    return _pixel_box(ruling.x0 - reach, ruling.y0 - reach, ruling.x1 + reach, ruling.y1 + reach, unit)


def pixel_box(box: Box, unit: float) -> PixelBox:
    """Return a box in working points as pixels of its sheet."""
    return _pixel_box(box.x0, box.y0, box.x1, box.y1, unit)


def _pixel_box(x0: float, y0: float, x1: float, y1: float, unit: float) -> PixelBox:
    return max(0, round(x0 * unit)), max(0, round(y0 * unit)), round(x1 * unit) + 1, round(y1 * unit) + 1


def cell_lines(inked: InkedSheet, cell: GridCell) -> list[SheetLine]:
    """Return the lines of one cell; none where it is blank, an unread one where nothing but a scrawl is in it."""
    sheet, bare, em, box = inked.sheet, inked.ink, inked.em, cell.box
    x0, y0, x1, y1 = _pixel_box(box.x0 + INSET, box.y0 + INSET, box.x1 - INSET, box.y1 - INSET, sheet.unit)
    ink, gray = bare[y0:y1, x0:x1], sheet.gray[y0:y1, x0:x1]
    blots = find_blots(ink)
    kept = tell_written(blots.stats, em)
    if not kept.any():
        return _hidden_line(inked, (x0, y0, x1, y1))
    ink = blots.keep(kept)
    mark = read_marks(ink, blots.stats[kept], em)
    if mark:
        return [_mark_line(mark, ink, gray, (x0, y0), em)]
    cut = [line for rows in split_lines(ink, em) if (line := cut_crop(gray, ink, rows, em))]
    boxes = (shift_box(line.box, x0, y0) for line in cut)
    return [SheetLine(box, line.crop, weak=weak_in(inked, box)) for box, line in zip(boxes, cut, strict=True)]


def _hidden_line(inked: InkedSheet, box: PixelBox) -> list[SheetLine]:
    """Return a line without a character where a cell has nothing in it but a scrawl or dirt."""
    x0, y0, x1, y1 = box
    for mask in (inked.scrawl, inked.dirt):
        if mask is None or cv2.countNonZero(mask[y0:y1, x0:x1]) < SCRAWLED * inked.em**2:
            continue
        line = cut_crop(inked.whole.gray[y0:y1, x0:x1], mask[y0:y1, x0:x1], (0, y1 - y0), inked.em)
        return [SheetLine(shift_box(line.box, x0, y0), line.crop, LineReading(), weak="crossed")] if line else []
    return []


def weak_in(inked: InkedSheet, box: PixelBox) -> Weak:
    """Tell whether the ink of a line is weak, or a scrawl or a streak of the scanner goes through it."""
    if any(_goes_through(streak, box, inked.sheet.unit) for streak in inked.sheet.streaks):
        return "crossed"
    if inked.scrawl is not None and _is_crossed(inked.scrawl, box, round(BESIDE_SCRAWL * inked.em)):
        return "crossed"
    if inked.dirt is not None and _is_crossed(inked.dirt, box, round(BESIDE_DIRT * inked.em)):
        return "dirty"
    if inked.weak is None:
        return ""
    window = np.s_[box[1] : box[3], box[0] : box[2]]
    pale, paler = (mask[window] for mask in inked.weak)
    return tell_weak(inked.ink[window], (pale, paler), inked.em)


def _is_crossed(scrawl: Mask, box: PixelBox, reach: int) -> bool:
    x0, y0, x1, y1 = box
    return bool(scrawl[max(0, y0 - reach) : y1 + reach, max(0, x0 - reach) : x1 + reach].any())


def _goes_through(streak: Ruling, box: PixelBox, unit: float) -> bool:
    x0, y0, x1, y1 = ruling_box(streak, 0.0, unit)
    return x0 < box[2] and box[0] < x1 and y0 < box[3] and box[1] < y1


def _mark_line(text: str, ink: Mask, gray: GrayImage, corner: tuple[int, int], em: float) -> SheetLine:
    rows = np.flatnonzero(ink.any(axis=1))
    line = cut_crop(gray, ink, (int(rows[0]), int(rows[-1]) + 1), em)
    assert line is not None  # noqa: S101 - the mark is ink
    return SheetLine(shift_box(line.box, *corner), line.crop, settle_mark(text))


def settle_mark(text: str) -> LineReading:
    """Return the reading of a mark that its shape alone has told."""
    return LineReading(tuple(CharReading(char, UNSURE.get(text, SURE)) for char in text))


def shift_box(box: PixelBox, x: int, y: int) -> PixelBox:
    """Return a box moved by some pixels."""
    return box[0] + x, box[1] + y, box[2] + x, box[3] + y


def keep_written(ink: Mask, em: float) -> Mask:
    """Return the ink of a page without what no character is, and without specks; only bands with ink are looked at."""
    kept, ink = np.zeros_like(ink), without_bars(ink, em)
    for x0, y0, x1, y1 in ink_bands(ink, em):
        blots = find_blots(ink[y0:y1, x0:x1])
        print_like = tell_characters(blots.stats, em, blots.mask.shape)
        print_like[print_like] = tell_written(blots.stats[print_like], em)
        kept[y0:y1, x0:x1] = blots.keep(print_like)
    return kept


def ink_bands(ink: Mask, em: float) -> list[PixelBox]:
    """Return boxes around the ink: of lines that no gap of three lines divides, and of no more than fit together."""
    rows = np.flatnonzero(ink.any(axis=1))
    if not len(rows):
        return []
    groups = _group_rows(_row_runs(rows, LINE_GAP * em), em)
    pad = round(em)
    bands = []
    for i, (top, bottom) in enumerate(groups):
        above = top - groups[i - 1][1] if i else 2 * pad
        below = groups[i + 1][0] - bottom if i + 1 < len(groups) else 2 * pad
        columns = np.flatnonzero(ink[top:bottom].any(axis=0))
        x0, x1 = int(columns[0]) - pad, int(columns[-1]) + pad
        y0, y1 = top - min(pad, above // 2), bottom + min(pad, below // 2)
        bands.append((max(0, x0), max(0, y0), min(ink.shape[1], x1), min(ink.shape[0], y1)))
    return bands


def _row_runs(rows: NDArray[np.intp], gap: float) -> list[tuple[int, int]]:
    """Return the stretches of rows (first, one past the last) that are divided by more than a gap."""
    breaks = np.flatnonzero(np.diff(rows) > gap)
    return [(int(a), int(b) + 1) for a, b in zip(rows[[0, *(breaks + 1)]], rows[[*breaks, -1]], strict=True)]


def _group_rows(runs: Sequence[tuple[int, int]], em: float) -> list[tuple[int, int]]:
    """Join stretches of rows that stand close together, up to `HIGHEST_BAND`."""
    groups = [runs[0]]
    for top, bottom in runs[1:]:
        first, last = groups[-1]
        if top - last <= 3 * em and bottom - first <= HIGHEST_BAND * em:
            groups[-1] = first, bottom
        else:
            groups.append((top, bottom))
    return groups
