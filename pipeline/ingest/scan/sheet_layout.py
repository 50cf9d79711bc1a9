"""A straight sheet → the pictures of all its text lines: cell by cell inside tables, by the detector outside.

The detector sees no lone dashes. Where rulings are too few to make a grid of all cells, dashes stand outside the
tables, and are told there by their shape as they are in a cell.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from pipeline.geometry.blots import Mask, label_blots
from pipeline.geometry.grid import find_grids
from pipeline.ingest.ocr.reading import GrayImage, PixelBox, Recognizer
from pipeline.ingest.scan.ink.marks import read_strokes
from pipeline.ingest.scan.ink.textlines import cut_crop
from pipeline.ingest.scan.sheetlines import (
    InkedSheet,
    SheetLine,
    cell_lines,
    ink_bands,
    keep_written,
    pixel_box,
    settle_mark,
    shift_box,
)
from pipeline.ingest.scan.straight_page import StraightPage

DETECT_EM = 20.0
"""Pixels of character height at which the detector works."""


def lay_out_lines(inked: InkedSheet, recognizer: Recognizer) -> list[SheetLine]:
    """Return the text lines of a sheet, those in table cells first; what stands between rulings in no cell is kept."""
    sheet, em = inked.sheet, inked.em
    grids = find_grids(sheet.rulings)
    lines = [line for grid in grids for cell in grid.cells for line in cell_lines(inked, cell)]
    outside = inked.ink.copy()
    for grid in grids:
        x0, y0, x1, y1 = pixel_box(grid.box, sheet.unit)
        outside[max(0, y0 - 3) : y1 + 4, max(0, x0 - 3) : x1 + 4] = 0
        for hole in grid.holes:
            x0, y0, x1, y1 = pixel_box(hole, sheet.unit)
            outside[y0:y1, x0:x1] = inked.ink[y0:y1, x0:x1]
    return lines + outside_lines(sheet, outside, em, recognizer)


def outside_lines(sheet: StraightPage, ink: Mask, em: float, recognizer: Recognizer) -> list[SheetLine]:
    """Return the lines outside the tables, found by the detector where there is ink at all."""
    ink = keep_written(ink, em)
    factor = min(1.0, DETECT_EM / em)
    lines: list[SheetLine] = []
    for x0, y0, x1, y1 in ink_bands(ink, em):
        patch = _on_clean_paper(sheet.gray[y0:y1, x0:x1], _grown(ink[y0:y1, x0:x1], em))
        small = cv2.resize(patch, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else patch
        rest = ink[y0:y1, x0:x1].copy()
        for found in recognizer.find_lines(np.asarray(small, dtype=np.uint8)):
            box = _scaled(found, 1 / factor)
            rest[max(0, box[1]) : box[3], max(0, box[0]) : box[2]] = 0
            line = _outside_line(sheet, ink, shift_box(box, x0, y0), em)
            if line:
                lines.append(line)
        lines += _lone_dashes(sheet, ink, rest, (x0, y0), em)
    return lines


def _lone_dashes(sheet: StraightPage, ink: Mask, rest: Mask, corner: tuple[int, int], em: float) -> Iterator[SheetLine]:
    """Yield the dashes in ink that the detector found no text in, away from all other ink: it does not see them."""
    reach = round(em)
    for stats in label_blots(rest)[0][1:]:
        if not read_strokes(stats[None], em):
            continue
        left, top, width, height = (int(v) for v in stats[:4])
        x0, y0 = left + corner[0], top + corner[1]
        around = ink[max(0, y0 - reach // 2) : y0 + height + reach // 2, max(0, x0 - reach) : x0 + width + reach]
        if cv2.countNonZero(around) == cv2.countNonZero(ink[y0 : y0 + height, x0 : x0 + width]):
            line = _outside_line(sheet, ink, (x0, y0, x0 + width, y0 + height), em)
            yield from (line,) if line else ()


def _on_clean_paper(gray: GrayImage, kept: Mask) -> GrayImage:
    """Return the picture with everything but the kept pixels set to the level of the paper around them."""
    paper = np.percentile(gray[kept > 0], 70)
    return np.where(kept > 0, gray, paper).astype(np.uint8)


def _grown(ink: Mask, em: float) -> Mask:
    side = round(em) | 1
    return np.asarray(cv2.dilate(ink, np.ones((side, side), np.uint8)), dtype=np.uint8)


def _scaled(box: PixelBox, factor: float) -> PixelBox:
    return round(box[0] * factor), round(box[1] * factor), round(box[2] * factor), round(box[3] * factor)


def _outside_line(sheet: StraightPage, ink: Mask, box: PixelBox, em: float) -> SheetLine | None:
    x0, y0, x1, y1 = max(0, box[0]), max(0, box[1]), min(ink.shape[1], box[2]), min(ink.shape[0], box[3])
    window = ink[y0:y1, x0:x1]
    if not window.any():
        return None
    rows = np.flatnonzero(window.any(axis=1))
    line = cut_crop(sheet.gray[y0:y1, x0:x1], window, (int(rows[0]), int(rows[-1]) + 1), em)
    if line is None:
        return None
    dash = read_strokes(label_blots(window)[0][1:], em)
    return SheetLine(shift_box(line.box, x0, y0), line.crop, settle_mark(dash) if dash else None, in_cell=False)
