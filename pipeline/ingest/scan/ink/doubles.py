"""Two strokes that ran into one: a ═ of small print is a dash of twice the ink.

Some templates print ═ where others print =. Its strokes stand a tenth of a character apart, and blur joins them. How
thick a dash is depends on the font; on one page the others tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipeline.ingest.ocr.reading import GrayImage, LineReading
from pipeline.ingest.scan.ink.dashes import DASHES, ink_share

DOUBLE = "═"

OTHERS = 3
"""Lone dashes that a page must have to say how thick they are."""

THICKER = 1.35
"""Ink of a double stroke over that of the page's dashes, column by column: measured 1.5 for ═; other dashes of one page
vary by a tenth."""

POSSIBLE = 0.3
"""What the second reading of such a dash is worth: where a dash makes sense it stays one."""


def weigh_doubles(crops: Sequence[GrayImage], readings: Sequence[LineReading]) -> list[LineReading]:
    """Return the readings, with ═ as the second one of each lone dash that is much thicker than the page's others."""
    dashes = [at for at, reading in enumerate(readings) if len(reading.text) == 1 and reading.text in DASHES]
    if len(dashes) <= OTHERS:
        return list(readings)
    thickness = {at: _thickness(crops[at]) for at in dashes}
    usual = float(np.median(list(thickness.values())))
    thick = {at for at, value in thickness.items() if value >= THICKER * usual}
    return [_doubled(reading) if at in thick else reading for at, reading in enumerate(readings)]


def _thickness(crop: GrayImage) -> float:
    """Return the ink of a dash in its usual column, in pixels of the darkest ink."""
    columns = ink_share(crop).sum(axis=0)
    written = columns[columns > 0.5 * columns.max()]
    return float(np.median(written)) if len(written) else 0.0


def _doubled(reading: LineReading) -> LineReading:
    return replace(reading, chars=(replace(reading.chars[0], second=DOUBLE, second_probability=POSSIBLE),))
