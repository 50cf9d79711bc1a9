"""A dirty roller leaves bands of specks over print and margins; under them print is still told from dirt."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.geometry.blots import Mask
from pipeline.ingest.scan.ink.dirt import Clean, stroke_width, wipe_dirt
from pipeline.ingest.scan.ink.textlines import find_ink
from pipeline.ingest.scan.page import LaidOut, read_laid_out
from pipeline.ingest.scan.sheetlines import SheetLine, find_sheet_ink, weak_in
from pipeline.ingest.scan.straight_page import StraightPage
from pipeline.models import Page
from tests.ingest.scan.support import HEIGHT, FakeRecognizer, Picture, blank_page

UNIT, EM = 200 / 72, 25.0

BAND = (600, 700)
"""Columns of the band of dirt."""


def letters() -> Picture:
    """Draw lines of large, strong characters from edge to edge of a page but for its margins."""
    page = blank_page()
    for y in range(300, 2000, 100):
        cv2.putText(page, "8B5G 6S9R 2H8K 3A7E 8B5G 6S9R 2H8K", (200, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20,), 4)
    return page


def dirty(page: Picture, top: int = 0, bottom: int = HEIGHT) -> Picture:
    """Strew black specks over a band of columns."""
    spoiled, random = page.copy(), np.random.default_rng(7)
    for x, y in zip(random.integers(*BAND, 2600), random.integers(top, bottom, 2600), strict=True):
        spoiled[y : y + 2, x : x + 2] = 20
    return spoiled


def wiped(page: Picture) -> Clean | None:
    return wipe_dirt(page, find_ink(page, UNIT), UNIT, EM)


def ink_of(page: Picture) -> Mask:
    return find_ink(page, UNIT)


def test_specks_of_a_band_are_gone_and_print_under_it_stays() -> None:
    page = letters()
    clean = wiped(dirty(page))
    assert clean is not None
    true, left = ink_of(page) > 0, clean.ink > 0
    near = cv2.dilate(true.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    before = ink_of(dirty(page)) > 0
    assert (left & ~near).sum() < 0.05 * (before & ~near).sum()
    assert (left & true).sum() > 0.98 * true.sum()
    gone = (clean.dirt > 0) & ~near
    assert int(np.median(clean.gray[gone])) > 235


def test_dust_here_and_there_and_within_the_table_only_is_no_band() -> None:
    assert wiped(letters()) is None
    assert wiped(dirty(letters(), 400, 1200)) is None


def test_a_line_that_a_band_goes_over_is_doubted_and_others_are_not() -> None:
    inked = find_sheet_ink(StraightPage(dirty(letters()), None, (), (), UNIT, np.eye(3)))
    assert weak_in(inked, (560, 370, 760, 405)) == "dirty"
    assert weak_in(inked, (200, 370, 400, 405)) == ""


@pytest.mark.parametrize(("probability", "text"), [(0.3, ""), (0.8, "7")])
def test_what_dirt_is_read_as_is_no_text_unless_the_reader_is_sure(probability: float, text: str) -> None:
    sheet, recognizer = StraightPage(dirty(letters()), None, (), (), UNIT, np.eye(3)), FakeRecognizer("7", probability)
    inked = find_sheet_ink(sheet)
    boxes = (560, 370, 760, 405), (200, 370, 400, 405)
    lines = [SheetLine(box, sheet.gray[box[1] : box[3], box[0] : box[2]], weak=weak_in(inked, box)) for box in boxes]
    page = read_laid_out(Page(1, 595, 842, (), (), "ocr", "fake"), LaidOut(sheet, lines), recognizer)
    under, beside = page.glyphs
    assert (under.text, under.doubt) == (text, "crossed")
    assert (beside.text, beside.doubt) == ("7", "")


def test_a_streak_of_specks_narrower_than_a_character_is_a_band_and_so_are_specks_that_touch() -> None:
    page, random = letters(), np.random.default_rng(5)
    for y in range(0, HEIGHT - 12, 9):
        x = 700 + int(random.integers(0, 9))
        page[y : y + 3, x : x + 3] = 20
    page[350:353, 640:649] = page[356:359, 701:710] = 20
    clean = wiped(page)
    assert clean is not None
    assert not clean.ink[356:359, 701:710].any()
    assert clean.ink[350:353, 640:649].any()


def test_a_point_beside_a_digit_in_a_band_stays() -> None:
    page = dirty(letters())
    page[520:720, 560:740] = 245
    cv2.putText(page, "85.6", (620, 650), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20,), 4)
    clean = wiped(page)
    assert clean is not None
    assert (clean.ink[600:670, 610:740] > 0).sum() > 0.98 * (ink_of(page)[600:670, 610:740] > 0).sum()


def test_the_width_of_strokes_is_that_of_the_pen() -> None:
    page = np.zeros((400, 400), np.uint8)
    page[100:106, 50:350] = 255
    assert 5 <= stroke_width(page) <= 7
