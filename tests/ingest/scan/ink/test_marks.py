"""Dots, slashes and dashes are told by their strokes; dust and numerals are not taken for them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ingest.ocr.reading import CharReading, LineReading
from pipeline.ingest.scan.ink.dashes import Stroke, find_stroke, shape_odds, weigh_dashes
from pipeline.ingest.scan.ink.marks import find_dots
from tests.ingest.scan.support import Picture, mark_in, without_specks

EM = 28.0


def cell(height: int = 60, width: int = 200) -> Picture:
    return np.zeros((height, width), np.uint8)


def dots(count: int, pitch: float = 9.5, lost: int | None = None) -> Picture:
    ink = cell()
    for i in range(count):
        if i != lost:
            x = 40 + round(i * pitch)
            ink[30:33, x : x + 3] = 255
    return ink


@pytest.mark.parametrize(("count", "text"), [(3, "…"), (6, "……")])
def test_dots_in_a_row_are_an_ellipsis(count: int, text: str) -> None:
    assert mark_in(without_specks(dots(count), EM), EM) == text


def test_a_lost_dot_leaves_the_ellipsis_whole() -> None:
    assert mark_in(without_specks(dots(6, lost=3), EM), EM) == "……"


@pytest.mark.parametrize("between", [12, 15, 19])
def test_two_ellipses_that_stand_apart_are_six_dots(between: int) -> None:
    ink = dots(3)
    ink[:, 59 + between : 82 + between] = ink[:, 40:63]
    assert mark_in(without_specks(ink, EM), EM) == "……"


def test_two_dots_and_dust_are_no_ellipsis() -> None:
    assert not without_specks(dots(2), EM).any()
    dust, rng = cell(), np.random.default_rng(1)
    for x, y in zip(rng.integers(5, 190, 30), rng.integers(5, 55, 30), strict=True):
        dust[y : y + 3, x : x + 3] = 255
    assert mark_in(without_specks(dust, EM), EM) is None


def test_three_specks_at_even_distances_are_no_row_of_dots() -> None:
    specks = cell()
    for x, y in ((40, 30), (58, 33), (76, 31)):
        specks[y : y + 2, x : x + 2] = 255
    assert not without_specks(specks, EM).any()


def test_an_ellipsis_is_found_beside_the_dots_of_a_dithered_shade() -> None:
    shade = [(x, y, 3, 3, 9) for y in range(0, 1200, 8) for x in range(0, 1200, 8)]
    ellipsis = [(1500 + round(9.5 * i), 600, 3, 3, 9) for i in range(6)]
    rows = find_dots(np.array(shade + ellipsis, np.int32), EM)
    assert rows == [list(range(len(shade), len(shade) + 6))]


def test_a_dot_on_another_level_or_of_another_size_does_not_continue_a_row() -> None:
    row = [(40 + 10 * i, 30, 3, 3, 9) for i in range(4)]
    assert find_dots(np.array(row, np.int32), EM) == [[0, 1, 2, 3]]
    assert find_dots(np.array([*row[:3], (70, 36, 3, 3, 9)], np.int32), EM) == [[0, 1, 2]]
    assert find_dots(np.array([*row[:3], (68, 26, 7, 7, 49)], np.int32), EM) == [[0, 1, 2]]


def test_dots_behind_words_are_kept() -> None:
    ink = dots(6)
    ink[16:44, 4:30] = 255
    assert (without_specks(ink, EM) == ink).all()


def test_a_leaning_stroke_is_a_slash_and_an_upright_one_is_not() -> None:
    slash, one = cell(), cell()
    cv2.line(slash, (60, 16), (48, 44), (255,), 2)
    cv2.line(one, (60, 16), (60, 44), (255,), 2)
    assert mark_in(slash, EM) == "/"
    assert mark_in(one, EM) is None


def test_a_bent_stroke_is_no_slash() -> None:
    seven = cell()
    cv2.polylines(seven, [np.array([(44, 16), (60, 16), (50, 44)], np.int32)], False, (255,), 2)
    assert mark_in(seven, EM) is None


def sentence(stroke_at: float, thickness: int = 2, swollen: bool = False) -> Picture:
    """Draw three characters with a flat stroke between the first two, `stroke_at` between their edges."""
    gray = np.full((40, 160), 240, np.uint8)
    for x in (4, 72, 106):
        cv2.rectangle(gray, (x, 6), (x + 28, 34), (20,), 2)
    y = round(6 + 28 * stroke_at)
    gray[y - thickness // 2 : y - thickness // 2 + thickness, 40:66] = 20
    if swollen:
        gray[y - 3 : y + 1, 58:64] = 20
    return gray


def read_as(text: str, probability: float) -> LineReading:
    steps = [2.5, 7.5, 12.5, 17.5]
    return LineReading(
        tuple(
            CharReading(char, probability if char == "一" else 0.999, step=at)
            for char, at in zip(text, steps, strict=True)
        )
    )


def test_an_even_stroke_in_the_middle_is_a_dash_though_the_recogniser_says_one() -> None:
    assert weigh_dashes(sentence(0.52), read_as("田一田田", 0.97)).text == "田—田田"


@pytest.mark.parametrize("gray", [sentence(0.50, 1, swollen=True), sentence(0.42, 3)])
def test_a_swollen_or_a_high_stroke_stays_the_numeral(gray: Picture) -> None:
    reading = weigh_dashes(gray, read_as("田一田田", 0.97))
    assert reading.text == "田一田田"
    assert reading.confidence > 0.95


def test_what_no_stroke_is_found_for_is_not_sure() -> None:
    blank = np.full((40, 160), 240, np.uint8)
    assert weigh_dashes(blank, read_as("田一田田", 0.999)).confidence <= 0.9


def test_a_reader_that_tells_no_places_is_believed() -> None:
    reading = LineReading((CharReading("田", 0.9), CharReading("一", 0.9)))
    assert weigh_dashes(sentence(0.52), reading) == reading


def test_a_stroke_between_the_two_stays_open() -> None:
    assert 0.05 < shape_odds(Stroke(1.0, 0.0, 0.481, 0.09)) < 20
    assert find_stroke(np.zeros((40, 160)), 50.0) is None
