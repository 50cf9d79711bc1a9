"""Ink is print only where it is as dark as the print around it."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.ingest.scan.ink.strength import Print, tell_print, tell_weak
from pipeline.ingest.scan.ink.textlines import find_ink
from pipeline.ingest.scan.sheetlines import find_sheet_ink
from pipeline.ingest.scan.straight_page import StraightPage
from tests.ingest.scan.support import A4, FakeRecognizer, Picture, blank_page, read_scanned_page, rule_table, write

UNIT, EM = 200 / 72, 25.0


def print_of(page: Picture) -> Print:
    return tell_print(page, find_ink(page, UNIT), UNIT, EM)


def weak_in(told: Print, window: tuple[slice, slice]) -> str:
    assert told.weak is not None
    pale, paler = (mask[window] for mask in told.weak)
    return tell_weak(told.ink[window], (pale, paler), EM)


def letters(page: Picture, ink: int = 20) -> Picture:
    for y in range(300, 1500, 100):
        cv2.putText(page, "8B5G 6S9R 2H8K", (200, y), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (ink,), 2, cv2.LINE_AA)
    return page


def dust(page: Picture) -> Picture:
    random = np.random.default_rng(3)
    for x, y in zip(random.integers(850, 1500, 60), random.integers(250, 1500, 60), strict=True):
        cv2.circle(page, (int(x), int(y)), int(random.integers(3, 9)), (205,), -1, cv2.LINE_AA)
    return page


def test_dust_is_no_print_and_is_gone_from_the_picture() -> None:
    told = print_of(dust(letters(blank_page())))
    assert not told.ink[:, 840:].any()
    assert int(told.gray[:, 840:].min()) > 225
    assert cv2.countNonZero(told.ink) == cv2.countNonZero(print_of(letters(blank_page())).ink)


def test_sound_print_is_left_as_it_is() -> None:
    page = letters(blank_page())
    told = print_of(page)
    assert told.gray is page
    assert told.weak is None


def test_a_page_of_faint_print_keeps_it() -> None:
    page = letters(blank_page(), ink=190)
    assert print_of(page).gray is page


def test_a_pale_stroke_between_dark_ones_is_print() -> None:
    page = letters(blank_page())
    for y in (1800, 1815):
        cv2.circle(page, (300 + (y - 1800), y), 5, (20,), 2, cv2.LINE_AA)
    cv2.line(page, (304, 1822), (311, 1793), (170,), 2, cv2.LINE_AA)
    slash = print_of(page).ink[1793:1797, 306:314]
    assert slash.any()


def test_a_row_of_pale_characters_may_be_print_and_is_weak() -> None:
    page = letters(blank_page())
    cv2.putText(page, "8B5G6S9R", (200, 1800), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (185,), 2, cv2.LINE_AA)
    told = print_of(page)
    assert weak_in(told, np.s_[1770:1810, 190:400]) == "pale"


def test_a_pale_stroke_at_the_end_of_a_number_is_doubted() -> None:
    page = letters(blank_page())
    cv2.putText(page, "88", (200, 1800), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (20,), 2, cv2.LINE_AA)
    cv2.line(page, (246, 1780), (246, 1800), (148,), 3)
    told = print_of(page)
    assert weak_in(told, np.s_[1770:1810, 190:250]) == "end"


def pale_ring(x: int, y: int) -> Picture:
    """Draw print, and one more character with a pale ring of a full stop's size about a place."""
    page = letters(blank_page())
    cv2.putText(page, "8", (200, 1800), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (20,), 2, cv2.LINE_AA)
    cv2.circle(page, (x, y), 3, (173,), 2, cv2.LINE_AA)
    return page


def test_a_pale_full_stop_on_the_line_behind_a_character_is_print_and_doubted() -> None:
    told = print_of(pale_ring(229, 1795))
    assert told.ink[1786:1803, 225:240].any()
    assert weak_in(told, np.s_[1770:1810, 190:240]) == "end"


def test_a_pale_ring_above_the_line_or_before_a_character_is_dust() -> None:
    assert not print_of(pale_ring(229, 1784)).ink[1774:1790, 225:240].any()
    assert not print_of(pale_ring(190, 1795)).ink[1786:1803, 182:198].any()


def pale_number(x: int, y: int) -> Picture:
    """Draw print, and beside one more character a pale one of its size at a place."""
    page = letters(blank_page())
    cv2.putText(page, "9", (200, 1800), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (20,), 2, cv2.LINE_AA)
    cv2.putText(page, "0", (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (165,), 2, cv2.LINE_AA)
    return page


def test_a_pale_character_as_high_as_the_one_beside_it_is_print_and_doubted() -> None:
    told = print_of(pale_number(218, 1800))
    assert told.ink[1780:1800, 224:236].any()
    assert weak_in(told, np.s_[1770:1810, 190:240]) == "end"


def test_a_pale_ring_that_stands_apart_or_off_the_line_is_dust() -> None:
    assert not print_of(pale_number(260, 1800)).ink[1780:1800, 262:280].any()
    assert not print_of(pale_number(218, 1808)).ink[1780:1815, 220:236].any()


def pale_stroke(upper: int, lower: int) -> Picture:
    """Draw print, and a pale thin stroke by itself between two columns."""
    page = letters(blank_page())
    cv2.line(page, (upper, 1780), (lower, 1802), (160,), 1, cv2.LINE_AA)
    return page


def test_a_pale_slash_by_itself_is_print() -> None:
    assert print_of(pale_stroke(262, 253)).ink[1778:1804, 250:266].any()


def test_a_pale_stroke_that_leans_to_the_left_is_no_slash() -> None:
    assert not print_of(pale_stroke(253, 262)).ink[1778:1804, 250:266].any()


def test_what_was_on_the_paper_is_kept_beside_the_print() -> None:
    page = dust(letters(blank_page()))
    sheet = StraightPage(page, None, (), (), UNIT, np.eye(3))
    inked = find_sheet_ink(sheet)
    assert inked.whole.gray is page
    assert int(inked.sheet.gray[:, 840:].min()) > 225


def test_a_cell_with_nothing_but_dust_is_blank() -> None:
    page = rule_table()
    for row in range(8):
        for col in range(4):
            write(page, "8B5G", row, col)
        cv2.circle(page, (1300, 290 + 120 * row), 8, (205,), -1, cv2.LINE_AA)
    read = read_scanned_page(page, 1, *A4, FakeRecognizer())
    assert len(read.glyphs) == 32
