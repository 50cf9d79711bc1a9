"""A page that is read again: what was surely read and comes out in the same place is not recognised anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.ingest.scan.sheetlines import SheetLine
from pipeline.ingest.second_look import SAME, tell_known
from pipeline.models import Box, Glyph

UNIT = 2.0
CROP = np.zeros((40, 200), np.uint8)
LINE = SheetLine((100, 200, 300, 240), CROP)
GLYPH = Glyph("年度总体目标", Box(50.0, 100.0, 150.0, 120.0), 0.99)


def test_a_line_in_the_same_place_keeps_its_reading_and_has_its_own_box():
    moved = replace(LINE, box=(101, 200, 301, 240))
    known, unknown = tell_known([moved], [GLYPH], UNIT)
    assert unknown == []
    assert known == [replace(GLYPH, box=Box(50.5, 100.0, 150.5, 120.0))]


def test_a_line_that_ends_elsewhere_is_read_again():
    longer = replace(LINE, box=(100, 200, 300 + round(2 * SAME * UNIT) + 1, 240))
    assert tell_known([longer], [GLYPH], UNIT) == ([], [longer])


def test_what_was_doubtful_is_read_again():
    for glyph in (replace(GLYPH, confidence=0.9), replace(GLYPH, doubt="weak_ink"), replace(GLYPH, text="")):
        assert tell_known([LINE], [glyph], UNIT) == ([], [LINE])
    pale = replace(LINE, weak="pale")
    assert tell_known([pale], [GLYPH], UNIT) == ([], [pale])
    assert tell_known([LINE], [], UNIT) == ([], [LINE])
