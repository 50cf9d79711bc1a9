"""Ink of a line in which no character was read: something is printed there that the recogniser passed over.

Every character that was read stands at a step along the line. Ink that no character is near, between two of them or
beyond the last, is a character lost, or dirt; a person looks.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.ocr.reading import CharReading, GrayImage, LineReading
from pipeline.ingest.scan.ink.textlines import MARGIN, levels_at

DARK = 0.4
"""Share of ink from which a pixel counts."""

STEPS = 6.0
"""Steps of the recogniser in the height of a line: of 8 pixels where it is 48 high."""

WIDE, SLIM = 0.58, 0.38
"""Half the width of a character of Chinese, and of another one, and a little more, in heights of the characters."""

BETWEEN, BEYOND = 0.03, 0.15
"""Ink that is too much between two characters, and beyond the first or the last, in squares of the height. Of 13,700
lines that were read rightly one had more between; a comma has some 0.02."""

UNCLEAR = 0.6
"""Probability at most of the characters beside such ink."""


def doubt_leftover(crop: GrayImage, reading: LineReading) -> LineReading:
    """Return the reading with the characters doubted beside which ink is left over."""
    written = [at for at, char in enumerate(reading.chars) if char.text.strip()]
    if not written or any(reading.chars[at].step < 0 for at in written):
        return reading
    dark, paper = levels_at(crop, 0.02, 0.9)
    darkness = cv2.subtract(np.full_like(crop, paper), crop)
    columns = cv2.threshold(darkness, DARK * (paper - dark), 0, cv2.THRESH_TOZERO)[1].sum(axis=0) / max(1, paper - dark)
    em, step = crop.shape[0] / (1 + 2 * MARGIN), crop.shape[0] / STEPS
    reaches = [_reach(reading.chars[at], em, step) for at in written]
    if reaches[-1][0] > len(columns):
        return reading  # a line too long to be read at its own width
    doubted = set[int]()
    for (one, (_, end)), (other, (start, _)) in pairwise(zip(written, reaches, strict=True)):
        if _ink_in(columns, end, start) > BETWEEN * em * em:
            doubted |= {one, other}
    if _ink_in(columns, 0.0, reaches[0][0]) > BEYOND * em * em:
        doubted.add(written[0])
    if _ink_in(columns, reaches[-1][1], float(len(columns))) > BEYOND * em * em:
        doubted.add(written[-1])
    if not doubted:
        return reading
    chars = enumerate(reading.chars)
    return replace(reading, chars=tuple(_unclear(char) if at in doubted else char for at, char in chars))


def _reach(char: CharReading, em: float, step: float) -> tuple[float, float]:
    """Return the columns from which to which the ink around a character may be its own."""
    half = (SLIM if char.text.isascii() else WIDE) * em
    middle = (char.step + 0.5) * step
    return middle - half, middle + half


def _ink_in(columns: NDArray[np.float64], start: float, end: float) -> float:
    return float(columns[max(0, int(start)) : int(end) + 1].sum()) if end > start else 0.0


def _unclear(char: CharReading) -> CharReading:
    return replace(char, probability=min(char.probability, UNCLEAR))
