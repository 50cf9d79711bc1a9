"""Whether a sheet stands on its head, asked of its text lines.

A fold or a stain gives lines that hold no characters, and a classifier of line directions is as sure of them as of any
other. So lines are asked that are written from end to end, in ink as dark as that of the page's other lines; where the
first ones do not agree, many more; and where those do not either, what is read in both positions decides.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from pipeline.ingest.ocr.reading import GrayImage, PixelBox, Recognizer
from pipeline.ingest.scan.ink.textlines import levels_at
from pipeline.ingest.scan.sheetlines import SheetLine
from pipeline.ingest.scan.straight_page import StraightPage

PROBES, MORE = 6, 24
"""Lines that are asked first, and where they do not agree."""

AGREED = 0.2
"""How far from certainty the mean of the answers may lie where the lines agree."""

READ = 8
"""Lines that are read in both positions where the answers leave it open."""

WRITTEN = 0.45
"""Share of the columns of a line that ink covers at least, between its ends."""

DARK = 0.6
"""Contrast of a line in that of the page's lines at least."""

LOOKED_AT = 60
"""Lines whose ink is looked at, the best by their shape."""


def stands_on_head(sheet: StraightPage, lines: Sequence[SheetLine], recognizer: Recognizer) -> bool:
    """Tell whether the lines of a sheet stand on their heads; False where no line tells."""
    probes = choose_probes(sheet, lines)
    if not probes:
        return False
    belief = recognizer.upside_down(probes[:PROBES])
    if AGREED < belief < 1.0 - AGREED and len(probes) > PROBES:
        belief = recognizer.upside_down(probes[PROBES:MORE])
    if AGREED < belief < 1.0 - AGREED:
        return _reads_better_turned(probes[:READ], recognizer)
    return belief > 0.5


def choose_probes(sheet: StraightPage, lines: Sequence[SheetLine]) -> list[GrayImage]:
    """Return the pictures of the lines that tell best how they stand: some five characters long, written and dark."""
    told = [line for line in lines if line.settled is None and not line.weak] or list(lines)
    ranked = sorted(told, key=lambda line: _unfitness(line, sheet))[:LOOKED_AT]
    crops = [line.crop for line in ranked]
    looks = [_contrast_and_cover(crop) for crop in crops]
    if not looks:
        return []
    usual = float(np.median([contrast for contrast, _ in looks]))
    fit = [contrast >= DARK * usual and cover >= WRITTEN for contrast, cover in looks]
    return [crop for crop, good in zip(crops, fit, strict=True) if good] or crops


def _unfitness(line: SheetLine, sheet: StraightPage) -> float:
    height, width = line.crop.shape
    return float(abs(width / height - 5.0) + 10.0 * seal_share(sheet, line.box) + 100.0 * (line.settled is not None))


def _contrast_and_cover(crop: GrayImage) -> tuple[float, float]:
    """Return how much darker than its paper the ink of a line is, and the share of its columns that hold ink."""
    dark, paper = levels_at(crop, 0.02, 0.9)
    inked = np.flatnonzero((crop < (dark + paper) / 2).any(axis=0))
    cover = len(inked) / (int(inked[-1]) - int(inked[0]) + 1) if len(inked) else 0.0
    return float(paper - dark), cover


def _reads_better_turned(crops: Sequence[GrayImage], recognizer: Recognizer) -> bool:
    """Tell whether a recogniser is surer of most lines when they are turned."""
    turned = [np.asarray(cv2.rotate(crop, cv2.ROTATE_180), dtype=np.uint8) for crop in crops]
    readings = zip(recognizer.read(crops), recognizer.read(turned), strict=True)
    votes = [after.mean > before.mean for before, after in readings]
    return sum(votes) > len(votes) / 2


def seal_share(sheet: StraightPage, box: PixelBox) -> float:
    """Return the share of a box that a seal covers."""
    if sheet.seal is None:
        return 0.0
    x0, y0, x1, y1 = box
    window = sheet.seal[y0:y1, x0:x1]
    return float(window.mean()) if window.size else 0.0
