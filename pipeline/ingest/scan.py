"""The picture of a page → a `Page`, indistinguishable downstream from one with a text layer.

straighten → grid → the ink of each cell → its lines → recognise. Text outside the tables (titles, years, notes) is
found by the recogniser's detector. No grid is invented: a page without rulings has glyphs only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from pipeline.grid import find_grids
from pipeline.ingest.ocr.reading import GrayImage, LineReading, PixelBox, Recognizer
from pipeline.ingest.sheet import Sheet, straighten_page, turn_sheet
from pipeline.ingest.sheetlines import SheetLine, lay_out_lines
from pipeline.models import Box, Glyph, Page

SCAN_SHARE = 0.6
"""Share of the page that a picture covers when it is the scan of the page."""

SCALE_RANGE = (150 / 72, 300 / 72)
"""Pixels per point between which a scan's own resolution is used."""

PROBES = 5
"""Lines that are read first, to see whether the page is upright."""

UPRIGHT = 0.8
"""Mean confidence of the probes from which a page is taken to be upright."""

SEAL_DOUBT = 0.85
"""Factor on the confidence of what lies under a seal."""


def choose_scale(page: Any, default: float) -> float:
    """Return pixels per point at which to render a pypdfium2 page: those of the scan it shows, within 150 to 300 dpi.

    `default` where no single picture covers the page.
    """
    width, height = page.get_size()
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) < SCAN_SHARE * width * height:
            continue
        pixels = max(item.get_px_size())
        return min(SCALE_RANGE[1], max(SCALE_RANGE[0], pixels / max(right - left, top - bottom)))
    return default


def read_scanned_page(
    image: NDArray[np.uint8], number: int, width: float, height: float, recognizer: Recognizer
) -> Page:
    """Read a picture (H x W x 3 RGB or H x W grey) of a page that is shown `width` x `height` points large.

    The page's rulings and glyphs are in working points; `Page.frame` maps them to the page as shown. One glyph is one
    text line of one cell, or of the text outside the tables.
    """
    if min(image.shape[:2]) < 16:
        return Page(number, width, height, (), (), "ocr", recognizer.name)
    sheet, lines, readings = read_upright(straighten_page(image, width, height), recognizer)
    glyphs = tuple(_glyph(line, reading, sheet) for line, reading in zip(lines, readings, strict=True) if reading.text.strip())
    return Page(number, width, height, glyphs, sheet.rulings, "ocr", recognizer.name, sheet.frame)


def read_upright(sheet: Sheet, recognizer: Recognizer) -> tuple[Sheet, list[SheetLine], list[LineReading]]:
    """Read a sheet the right way up.

    A few lines are read first. Sideways they read badly; upside down they may read well, but backwards, so that is
    asked of the recogniser apart.
    """
    best = _probe(sheet, recognizer)
    if best.confidence < UPRIGHT:
        sideways = _probe(turn_sheet(sheet, 1), recognizer)
        best = max(best, sideways, key=lambda attempt: attempt.confidence)
    if recognizer.upside_down([best.lines[i].crop for i in best.read]) > 0.5:
        best = _probe(turn_sheet(best.sheet, 2), recognizer)
    rest = [i for i in range(len(best.lines)) if i not in best.read]
    readings = dict(best.read)
    readings.update(zip(rest, read_lines([best.lines[i] for i in rest], recognizer), strict=True))
    return best.sheet, best.lines, [readings[i] for i in range(len(best.lines))]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A sheet in one position, with what a few of its lines read."""

    sheet: Sheet
    lines: list[SheetLine]
    read: dict[int, LineReading]
    confidence: float


def _probe(sheet: Sheet, recognizer: Recognizer) -> _Attempt:
    lines = lay_out_lines(sheet, recognizer)
    chosen = sorted(range(len(lines)), key=lambda i: _unfitness(lines[i], sheet))[:PROBES]
    read = dict(zip(chosen, read_lines([lines[i] for i in chosen], recognizer), strict=True))
    confidence = sum(reading.mean for reading in read.values()) / max(1, len(read))
    return _Attempt(sheet, lines, read, confidence)


def _unfitness(line: SheetLine, sheet: Sheet) -> float:
    """Rank lines for probing: some five characters long and clear of seals are best."""
    height, width = line.crop.shape
    return abs(width / height - 5.0) + 10.0 * seal_share(sheet, line.box) + 100.0 * (line.settled is not None)


def read_lines(lines: Sequence[SheetLine], recognizer: Recognizer, alphabet: str | None = None) -> list[LineReading]:
    """Read lines that are not settled by their shape alone."""
    open_lines = [line for line in lines if line.settled is None]
    readings = iter(recognizer.read([line.crop for line in open_lines], alphabet))
    return [line.settled if line.settled is not None else next(readings) for line in lines]


def _glyph(line: SheetLine, reading: LineReading, sheet: Sheet) -> Glyph:
    under_seal = seal_share(sheet, line.box) > 0.02
    confidence = reading.confidence * (SEAL_DOUBT if under_seal else 1.0)
    return Glyph(
        reading.text,
        box_in_points(line.box, sheet.unit),
        confidence,
        "seal" if under_seal else line.doubt,
        reading.alternatives(),
    )


def seal_share(sheet: Sheet, box: PixelBox) -> float:
    """Return the share of a box that a seal covers."""
    if sheet.seal is None:
        return 0.0
    x0, y0, x1, y1 = box
    window = sheet.seal[y0:y1, x0:x1]
    return float(window.mean()) if window.size else 0.0


def box_in_points(box: PixelBox, unit: float) -> Box:
    """Return a box of the sheet's pixels in its working points."""
    return Box(box[0] / unit, box[1] / unit, box[2] / unit, box[3] / unit)
