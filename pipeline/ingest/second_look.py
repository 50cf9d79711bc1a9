"""A page that was read from its picture, once more: drawn and straightened as before, to cut single cells out of it.

The sheets of the first pages of a document are kept while it is read (`pipeline.ingest.scan.kept`); of the others, only
the few that are looked at twice are drawn twice. A cell is found by its place on the page as it is shown; a page that
does not come out in the position in which it was first read is not looked at.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from pipeline.geometry.grid import GridCell, find_grids
from pipeline.ingest.drawing import redraw_page
from pipeline.ingest.ocr import load_recognizer
from pipeline.ingest.ocr.reading import GrayImage
from pipeline.ingest.scan.kept import KEPT
from pipeline.ingest.scan.page import box_in_points, lay_out_words, read_laid_out
from pipeline.ingest.scan.sheetlines import InkedSheet, SheetLine, cell_lines, find_sheet_ink
from pipeline.ingest.scan.straight_page import StraightPage, straighten_page, turn_sheet
from pipeline.models import Box, Frame, Glyph, Page, Place, Ruling
from pipeline.settings import ReadSettings

FITTED_SPREAD = 0.8
"""Points on either side of a fitted ruling in which ink is the ruling's."""

SURE = 0.95
"""Confidence from which a line is not read again where it comes out in the same place."""

SAME = 0.75
"""Points by which the sides of a line that was read may lie otherwise: less than the narrowest character."""

SLIVER, EDGE = 0.6, 0.25
"""Heights of a text on the lesser side of a vertical, and of a horizontal, up to which it is not cut by it."""

NEAR = 1.0
"""Points between the middle of a cell as published and as found again at most."""


@dataclass(frozen=True, slots=True)
class Look:
    """A page under a second look: its sheet with the ink of it, and its cells."""

    inked: InkedSheet
    cells: tuple[GridCell, ...]

    def lines_at(self, place: Place) -> list[GrayImage]:
        """Return the pictures of the text lines of the cell at a place on the page as shown; none without a cell."""
        if place.box is None or not self.cells:
            return []
        middle = place.box.center
        nearest = min(self.cells, key=lambda cell: self._distance(cell, middle))
        if self._distance(nearest, middle) > NEAR:
            return []
        return [line.crop for line in cell_lines(self.inked, nearest)]

    def _distance(self, cell: GridCell, middle: tuple[float, float]) -> float:
        return math.dist(self.inked.sheet.frame.box(cell.box).center, middle)


def look_again(data: bytes, page: Page, settings: ReadSettings) -> Look | None:
    """Return a second look at a page of a document; None where it cannot be drawn as it was."""
    sheet = _straighten_again(data, page.number, page.frame, settings)
    if sheet is None:
        return None
    cells = tuple(cell for grid in find_grids(page.rulings) for cell in grid.cells)
    return Look(find_sheet_ink(sheet), cells)


def read_words(data: bytes, page: Page, settings: ReadSettings) -> Page | None:
    """Read a page of a document again, words first: runs of text that no grid has cut, in the same frame.

    None where it cannot be drawn as it was. The rulings are those of the picture; where others have been fitted to the
    page, what is printed along them is not read as text, and no run goes across them. What was read surely is not
    recognised again where it comes out in the same place.
    """
    sheet = _straighten_again(data, page.number, page.frame, settings)
    if sheet is None:
        return None
    if page.grid_reader == "fitted":
        widths = (*sheet.spreads, *(FITTED_SPREAD for _ in page.rulings))
        sheet = replace(sheet, rulings=(*sheet.rulings, *page.rulings), spreads=widths)
    laid_out = lay_out_words(find_sheet_ink(sheet))
    whole, lines = keep_whole(laid_out.lines, page, sheet.unit)
    known, unknown = tell_known(lines, page.glyphs, sheet.unit)
    read = read_laid_out(page, replace(laid_out, lines=unknown), load_recognizer(settings.ocr))
    return replace(read, glyphs=tuple(sorted((*whole, *known, *read.glyphs), key=lambda g: (g.box.y0, g.box.x0))))


def keep_whole(lines: Sequence[SheetLine], page: Page, unit: float) -> tuple[list[Glyph], list[SheetLine]]:
    """Return what was read and is not to be cut again, and the lines that are not within it.

    A fitted ruling that touches a text, or takes less than a character off its end, runs beside it: cut there, `≥98.5%`
    would lose its sign. Where a line reaches beyond what was read, or the rulings are drawn, nothing is kept.
    """
    if page.grid_reader != "fitted":
        return [], list(lines)
    boxes = [box_in_points(line.box, unit) for line in lines]
    whole, within = [], set[int]()
    for glyph in page.glyphs:
        if len(glyph.text) < 2 or _is_cut(glyph.box, page.rulings):
            continue
        there = [at for at, box in enumerate(boxes) if _meet(box, glyph.box)]
        if there and all(_lies_in(boxes[at], glyph.box) for at in there):
            whole.append(glyph)
            within.update(there)
    return whole, [line for at, line in enumerate(lines) if at not in within]


def _is_cut(box: Box, rulings: Sequence[Ruling]) -> bool:
    """Tell whether a ruling parts a text: a vertical with a character or more to either side, a horizontal within."""
    least = SLIVER * box.height
    for ruling in rulings:
        if ruling.horizontal:
            cut = min(ruling.y0 - box.y0, box.y1 - ruling.y0) > EDGE * box.height
            if cut and ruling.x0 < box.x1 and box.x0 < ruling.x1:
                return True
        elif min(ruling.x0 - box.x0, box.x1 - ruling.x0) > least and ruling.y0 < box.center[1] < ruling.y1:
            return True
    return False


def _meet(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1


def _lies_in(box: Box, other: Box) -> bool:
    return (
        box.x0 >= other.x0 - SAME
        and box.x1 <= other.x1 + SAME
        and box.y0 >= other.y0 - SAME
        and box.y1 <= other.y1 + SAME
    )


def tell_known(lines: Sequence[SheetLine], glyphs: Sequence[Glyph], unit: float) -> tuple[list[Glyph], list[SheetLine]]:
    """Return what was surely read where lines stand, and the lines that are to be read: the others."""
    sure = [glyph for glyph in glyphs if glyph.text and not glyph.doubt and glyph.confidence >= SURE]
    places = np.array([(g.box.x0, g.box.y0, g.box.x1, g.box.y1) for g in sure]).reshape(-1, 4)
    known, unknown = [], []
    for line in lines:
        apart = np.abs(places - np.array(line.box) / unit).max(axis=1)
        at = int(apart.argmin()) if sure and not line.weak and line.settled is None else -1
        if at >= 0 and apart[at] <= SAME:
            known.append(replace(sure[at], box=box_in_points(line.box, unit)))
        else:
            unknown.append(line)
    return known, unknown


@lru_cache(maxsize=1)
def _straighten_again(data: bytes, number: int, frame: Frame, settings: ReadSettings) -> StraightPage | None:
    """Return the sheet of a page as it was kept; else drawn and straightened once for all looks in a row at it."""
    for kept in KEPT.of(data, number):
        if (turned := match_position(kept, frame)) is not None:
            return turned
    drawn = redraw_page(data, number, settings)
    return match_position(straighten_page(*drawn), frame) if drawn else None


def match_position(sheet: StraightPage, frame: Frame) -> StraightPage | None:
    """Turn a straightened page into the position it was read in; None where its frame comes out in no position."""
    for turns in range(4):
        turned = turn_sheet(sheet, turns)
        if np.allclose(turned.frame.matrix, frame.matrix, atol=1e-6):
            return turned
    return None
