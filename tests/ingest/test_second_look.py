"""A page that is read again: what was surely read and comes out in the same place is not recognised anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.ingest.scan.sheetlines import SheetLine
from pipeline.ingest.second_look import SAME, keep_whole, tell_known
from pipeline.models import Box, Glyph, Page, Ruling

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


def fitted(*rulings: Ruling) -> Page:
    return Page(1, 595.0, 842.0, (GLYPH,), rulings, "ocr", "rapidocr", grid_reader="fitted")


def standing(x: float) -> Ruling:
    return Ruling(x, 50.0, x, 300.0, origin="inferred")


def test_a_fitted_ruling_that_takes_a_sliver_off_a_text_does_not_cut_it():
    rest = replace(LINE, box=(112, 200, 300, 240))
    assert keep_whole([rest], fitted(standing(55.0)), UNIT) == ([GLYPH], [])


def test_a_fitted_ruling_with_characters_on_both_sides_cuts_a_text():
    parts = [replace(LINE, box=(100, 200, 170, 240)), replace(LINE, box=(190, 200, 300, 240))]
    assert keep_whole(parts, fitted(standing(90.0)), UNIT) == ([], parts)
    lying = Ruling(40.0, 110.0, 200.0, 110.0, origin="inferred")
    assert keep_whole(parts, fitted(lying), UNIT) == ([], parts)


def test_a_line_that_reaches_beyond_what_was_read_and_one_on_a_drawn_grid_are_read_again():
    longer = replace(LINE, box=(100, 200, 340, 240))
    assert keep_whole([longer], fitted(), UNIT) == ([], [longer])
    assert keep_whole([LINE], replace(fitted(), grid_reader="rulings"), UNIT) == ([], [LINE])
