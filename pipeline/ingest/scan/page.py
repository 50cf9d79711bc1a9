"""The picture of a page → a `Page`, indistinguishable downstream from one with a text layer.

straighten → grid → the ink of each cell → its lines → recognise. Text outside the tables (titles, years, notes) is
found by the recogniser's detector. Where the rulings make no grid, the page is read words first: runs of text by their
ink alone, and what rulings there are. No grid is invented here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.grid import find_grids
from pipeline.ingest.ocr.reading import LONE, GrayImage, LineReading, PixelBox, Recognizer
from pipeline.ingest.ocr.simplified import take_simplified
from pipeline.ingest.pending import PendingPage
from pipeline.ingest.scan.ink.dashes import weigh_dashes
from pipeline.ingest.scan.ink.doubles import weigh_doubles
from pipeline.ingest.scan.ink.leftover import doubt_leftover
from pipeline.ingest.scan.ink.passed_over import doubt_beside
from pipeline.ingest.scan.ink.shapes import weigh_shapes
from pipeline.ingest.scan.ink.signs import doubt_points, weigh_sign
from pipeline.ingest.scan.ink.textlines import CARRIER, find_ink, lies_sideways, set_beside_number
from pipeline.ingest.scan.orientation import seal_share, stands_on_head
from pipeline.ingest.scan.rulings.candidates import find_candidates
from pipeline.ingest.scan.runs import lay_out_runs
from pipeline.ingest.scan.sheet_layout import lay_out_lines
from pipeline.ingest.scan.sheetlines import InkedSheet, SheetLine, find_sheet_ink
from pipeline.ingest.scan.straight_page import LARGEST_SIDE, StraightPage, straighten_page, turn_sheet
from pipeline.machine.memory import CROWDED, give_back
from pipeline.models import Box, Glyph, Page, Ruling

SMALLEST = 16
"""Pixels that either side of a picture, as it is worked on, has at least when anything is to be read in it."""

SURE = 0.97
"""Confidence of a lone character that is not looked at again."""

SEALED = 0.02
"""Share of a line that a seal covers, from which it is said to lie under the seal."""

PALE, PALE_ALONE = {"pale": 0.8, "weak": 0.7}, {"pale": 1.1, "weak": 0.95}
"""How sure the characters of a line must be on the whole where all of its ink is paler than the print around; the same
of one character that stands alone."""

WEAK = "weak_ink"
"""The doubt of a line of which some ink is paler than the print around it."""

CROSSED, DIRTY = "crossed", "dirty"
"""The doubt of a line through which a stroke of a pen or a streak of the scanner goes, or dirt of a roller."""

NUMERIC = frozenset("0123456789.-—－+±<>≤≥=%/|lI")
"""Characters that dust is taken for, or that change a number."""

DIRT = 0.5
"""How sure the characters of a line that dirt goes over must be on the whole to be print: of dirt alone a recogniser is
sure to 0.4 at most, of print under it to 0.6 and more."""

SEAL_DOUBT = 0.85
"""Factor on the confidence of what lies under a seal."""


TABLE = 3
"""Cells of the smallest table: the last row of a form, on a page by itself, has its label and two numbers."""

WORDS = "words"
"""What `Page.grid_reader` says of a page that was read words first."""


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A sheet the right way up, with its text lines; `by_words` where they are runs that no grid has cut.

    `candidates` are lines that are not surely rulings, where they were looked for.
    """

    sheet: StraightPage
    lines: Sequence[SheetLine]
    by_words: bool = False
    candidates: tuple[Ruling, ...] = ()


def begin_scanned_page(
    image: NDArray[np.uint8],
    number: int,
    width: float,
    height: float,
    load: Callable[[], Recognizer],
    *,
    keep: Callable[[StraightPage], None] | None = None,
) -> PendingPage:
    """Begin a picture (H x W x 3 RGB or H x W grey) of a page that is shown `width` x `height` points large.

    It is straightened and its lines are laid out in the background; they are recognised when the page is finished.
    `keep` is given the straight sheet before it is turned.

    The page's rulings and glyphs are in working points; `Page.frame` maps them to the page as shown. One glyph is one
    text line of one cell, or of the text outside the tables.
    """
    short, long = sorted(image.shape[:2])
    if short * min(1.0, LARGEST_SIDE / max(1, long)) < SMALLEST:
        return PendingPage(number, lambda: Page(number, width, height, (), (), "ocr", load().name))
    recognizer = load()
    picture = [image]

    def lay_out() -> LaidOut:
        """Straighten the picture, which is let go, and lay out its lines upright."""
        sheet = straighten_page(picture.pop(), width, height)  # it is let go: the sheet is a third of its size
        give_back(CROWDED)
        if keep:
            keep(sheet)
        return set_upright(sheet, recognizer)

    laid_out = _background().submit(lay_out)

    def finish() -> Page:
        """Recognise the lines once they are laid out."""
        blank = Page(number, width, height, (), (), "ocr", recognizer.name)
        read = read_laid_out(blank, laid_out.result(), recognizer)
        give_back()
        return read

    return PendingPage(number, finish)


def read_laid_out(page: Page, laid_out: LaidOut, recognizer: Recognizer) -> Page:
    """Return the page with what its lines say, and the rulings and the frame of its sheet."""
    sheet, lines = laid_out.sheet, laid_out.lines
    glyphs = tuple(_glyphs(sheet, lines, read_lines(lines, recognizer)))
    reader = WORDS if laid_out.by_words else page.grid_reader
    frame, rulings = sheet.frame, sheet.rulings
    known = replace(page, frame=frame, rulings=rulings, candidates=laid_out.candidates, grid_reader=reader)
    return replace(known, glyphs=glyphs)


def lay_out_words(inked: InkedSheet) -> LaidOut:
    """Lay out a sheet words first, whatever grid it has."""
    sheet = inked.whole
    candidates = find_candidates(sheet.gray, find_ink(sheet.gray, sheet.unit), sheet.rulings, sheet.unit)
    return LaidOut(sheet, lay_out_runs(inked, candidates), True, candidates)


@cache
def _background() -> ThreadPoolExecutor:
    """Return the one thread that pages are begun in, so that no two of them are held at once.

    OpenCV is given no threads of its own: the other cores recognise the page before meanwhile.
    """
    cv2.setNumThreads(1)
    return ThreadPoolExecutor(1, "sheets")


def lay_out_sheet(inked: InkedSheet, recognizer: Recognizer) -> LaidOut:
    """Lay out a sheet cell by cell, or words first where its rulings are no table of what is written."""
    if any(len(grid.cells) >= TABLE for grid in find_grids(inked.sheet.rulings)):
        return LaidOut(inked.sheet, lay_out_lines(inked, recognizer), candidates=inked.sheet.candidates)
    return lay_out_words(inked)


def set_upright(sheet: StraightPage, recognizer: Recognizer) -> LaidOut:
    """Return the sheet the right way up, with its text lines.

    Sideways is told from how the characters stand. Upside down is asked of the recogniser: its readings do not tell,
    for it may read a line that stands on its head backwards, and be sure.
    """
    inked = find_sheet_ink(sheet)
    if lies_sideways(inked.ink, inked.em):
        inked = find_sheet_ink(turn_sheet(sheet, 1))
    laid_out = lay_out_sheet(inked, recognizer)
    if stands_on_head(inked.sheet, laid_out.lines, recognizer):
        laid_out = lay_out_sheet(find_sheet_ink(turn_sheet(inked.whole, 2)), recognizer)
    return laid_out


def read_lines(lines: Sequence[SheetLine], recognizer: Recognizer, alphabet: str | None = None) -> list[LineReading]:
    """Read lines that are not settled by their shape alone; a doubtful lone character is read beside a number."""
    crops = [line.crop for line in lines if line.settled is None]
    readings = recognizer.read(crops, alphabet)
    lone = [i for i, reading in enumerate(readings) if _doubtful_and_lone(crops[i], reading)]
    if lone and alphabet is None:
        carried = recognizer.read([set_beside_number(crops[i]) for i in lone])
        for i, reading in zip(lone, carried, strict=True):
            readings[i] = _without_carrier(reading, readings[i])
    readings = [doubt_points(take_simplified(reading)) for reading in readings]
    weighed = map(weigh_shapes, crops, map(weigh_dashes, crops, readings))
    found = iter(map(doubt_leftover, crops, map(weigh_sign, crops, weighed)))
    told = [line.settled if line.settled is not None else next(found) for line in lines]
    return weigh_doubles([line.crop for line in lines], told)


def _doubtful_and_lone(crop: GrayImage, reading: LineReading) -> bool:
    return crop.shape[1] < LONE * crop.shape[0] and reading.confidence < SURE


def _without_carrier(carried: LineReading, alone: LineReading) -> LineReading:
    """Take the number off a reading again; the reading without it stands where the number was not read as such."""
    chars = [char for char in carried.chars if char.text.strip()]
    sign = tuple(chars[: -len(CARRIER)])
    if "".join(char.text for char in chars[len(sign) :]) != CARRIER or len(sign) != 1:
        return alone
    return LineReading(sign)


def _glyphs(sheet: StraightPage, lines: Sequence[SheetLine], readings: Sequence[LineReading]) -> Iterator[Glyph]:
    """Yield a glyph for each line. Ink in a cell that no character was read from is kept, empty and doubted.

    What is paler than all print around it is text only if it reads as such; a text right beside it is doubted.
    """
    told = list(zip(lines, readings, strict=True))
    dust = [line for line, reading in told if _is_dust(line, reading)]
    kept = ((line, _unless_dirt(line, reading)) for line, reading in told if not _is_dust(line, reading))
    glyphs = (_glyph(line, reading, sheet) for line, reading in kept if reading.text.strip() or line.in_cell)
    yield from doubt_beside(glyphs, [box_in_points(line.box, sheet.unit) for line in dust])


def _is_dust(line: SheetLine, reading: LineReading) -> bool:
    return line.weak in PALE and line.settled is None and not _reads_as_text(line, reading)


def _unless_dirt(line: SheetLine, reading: LineReading) -> LineReading:
    return LineReading() if line.weak == DIRTY and reading.mean < DIRT else reading


def _glyph(line: SheetLine, reading: LineReading, sheet: StraightPage) -> Glyph:
    under_seal = seal_share(sheet, line.box) > SEALED
    confidence = reading.confidence * (SEAL_DOUBT if under_seal else 1.0)
    doubt = "seal" if under_seal else "" if reading.text.strip() else "unread"
    doubtful = line.weak in PALE or (line.weak == "end" and _ends_in_number(reading.text.strip()))
    if line.weak in {CROSSED, DIRTY}:
        doubt = CROSSED
    elif doubtful and not doubt and line.settled is None:
        doubt = WEAK
    return Glyph(reading.text.strip(), box_in_points(line.box, sheet.unit), confidence, doubt, reading.alternatives())


def _reads_as_text(line: SheetLine, reading: LineReading) -> bool:
    """Tell whether a line of pale ink is text by what a recogniser makes of it: of dust it is not sure."""
    alone = len(reading.text.strip()) < 2
    return reading.mean >= (PALE_ALONE if alone else PALE)[line.weak]


def _ends_in_number(text: str) -> bool:
    """Tell whether the first or the last character changes a number: a digit, a sign, or what is taken for one."""
    return text[:1] in NUMERIC or text[-1:] in NUMERIC


def box_in_points(box: PixelBox, unit: float) -> Box:
    """Return a box of the sheet's pixels in its working points."""
    return Box(box[0] / unit, box[1] / unit, box[2] / unit, box[3] / unit)
