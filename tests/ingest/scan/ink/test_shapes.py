"""Characters that a stroke or their size tells apart; drawn stroke by stroke, as no font need be there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest

from pipeline.ingest.ocr.reading import CharReading, GrayImage, LineReading
from pipeline.ingest.scan.ink.shapes import SEEN, UNCLEAR, find_bars, weigh_shapes

HEIGHT, EM, TOP = 64, 50, 7
"""Pixels of a crop, of its characters, and of the margin above them."""

Draw = Callable[[GrayImage, int], None]


def box(*bars: float) -> Draw:
    """Return what draws a box of a character's size with bars at these places between its upper and lower edge."""

    def draw(paper: GrayImage, x: int) -> None:
        low = TOP + EM - 4
        cv2.rectangle(paper, (x - 14, TOP + 2), (x + 14, low), (0,), 2)
        for place in bars:
            y = round(TOP + 2 + place * (low - TOP - 2))
            cv2.line(paper, (x - 14, y), (x + 14, y), (0,), 2)

    return draw


def mark(*spots: tuple[float, float, float]) -> Draw:
    """Return what draws filled spots: place of the middle from the upper edge, height, width, all in `EM`."""

    def draw(paper: GrayImage, x: int) -> None:
        for place, high, wide in spots:
            y, h, w = TOP + place * EM, high * EM / 2, wide * EM / 2
            cv2.rectangle(paper, (round(x - w), round(y - h)), (round(x + w), round(y + h)), (0,), -1)

    return draw


def ring(size: float, place: float) -> Draw:
    """Return what draws a ring: its diameter, and its middle from the upper edge, in `EM`."""

    def draw(paper: GrayImage, x: int) -> None:
        cv2.circle(paper, (x, round(TOP + place * EM)), round(size * EM / 2), (0,), 2)

    return draw


BLOCK = mark((0.5, 1.0, 0.8))
POINT, COMMA = mark((0.92, 0.14, 0.14)), mark((1.0, 0.28, 0.14))
COLON, SEMICOLON = mark((0.5, 0.14, 0.14), (0.85, 0.14, 0.14)), mark((0.5, 0.14, 0.14), (0.92, 0.28, 0.14))


def read(text: str, draws: Sequence[Draw], probability: float = 0.99) -> LineReading:
    """Draw a line of characters and weigh its reading."""
    paper = np.full((HEIGHT, 60 * len(draws) + 20), 255, np.uint8)
    chars = []
    for i, (char, draw) in enumerate(zip(text, draws, strict=True)):
        x = 40 + 60 * i
        draw(paper, x)
        chars.append(CharReading(char, probability, step=x * 6 / HEIGHT - 0.5))
    return weigh_shapes(np.asarray(cv2.GaussianBlur(paper, (0, 0), 0.8), dtype=np.uint8), LineReading(tuple(chars)))


@pytest.mark.parametrize(
    ("bars", "first", "told"),
    [
        ((0.33, 0.67), "日", "目"),
        ((0.67,), "日", "目"),
        ((0.33,), "日", "目"),
        ((0.5,), "日", "日"),
        ((0.33, 0.67), "目", "目"),
        ((0.5,), "目", "目"),
        ((), "日", "日"),
    ],
)
def test_a_box_with_a_bar_at_a_third_has_two_inner_bars(bars: tuple[float, ...], first: str, told: str) -> None:
    assert read(f"项{first}", [BLOCK, box(*bars)]).text == f"项{told}"


def test_bars_are_peaks_of_ink_with_a_dip_between() -> None:
    assert find_bars(np.array([0.0, 1.0, 0.1, 0.9, 0.8, 0.9, 0.2, 1.0])) == [1, 3, 7]


def test_a_semicolon_without_a_tail_is_a_colon() -> None:
    assert read("标;", [BLOCK, COLON]).text == "标:"
    assert read("标；", [BLOCK, COLON]).text == "标："
    assert read("标；", [BLOCK, SEMICOLON]).text == "标；"


def test_a_comma_that_parts_no_thousands_is_a_point_where_it_has_no_tail() -> None:
    assert read("6,77", [BLOCK, POINT, BLOCK, BLOCK]).text == "6.77"
    assert read("6,777", [BLOCK, POINT, BLOCK, BLOCK, BLOCK]).text == "6,777"


def test_a_comma_with_a_tail_that_parts_no_thousands_is_doubted() -> None:
    doubted = read("6,77", [BLOCK, COMMA, BLOCK, BLOCK])
    assert doubted.text == "6,77"
    assert doubted.confidence <= UNCLEAR


def test_a_small_ring_behind_chinese_is_a_full_stop() -> None:
    assert read("万0", [BLOCK, ring(0.3, 0.85)]).text == "万。"
    assert read("0", [ring(0.3, 0.85)]).text == "。"
    assert read("万0", [BLOCK, ring(0.8, 0.5)]).text == "万0"
    assert read("10", [BLOCK, ring(0.3, 0.85)]).text == "10"


def test_a_letter_by_itself_has_the_case_of_its_height() -> None:
    assert read("S", [mark((0.7, 0.5, 0.4))]).text == "s"
    assert read("S", [mark((0.5, 0.8, 0.5))]).text == "S"
    assert read("S", [mark((0.5, 0.67, 0.5))]).confidence <= UNCLEAR


def test_what_the_ink_tells_is_sure_enough_to_stand_and_keeps_what_was_read() -> None:
    told = read("项日", [BLOCK, box(0.67)]).chars[1]
    assert (told.probability, told.second) == (SEEN, "日")


@pytest.mark.parametrize(("probability", "doubted"), [(0.999, False), (0.97, True)])
def test_a_comma_of_thousands_that_is_not_sure_may_be_a_point(probability: float, doubted: bool) -> None:
    reading = read("1,274", [BLOCK, COMMA, BLOCK, BLOCK, BLOCK], probability)
    assert reading.text == "1,274"
    assert (reading.confidence <= UNCLEAR) == doubted
    assert (reading.alternatives() == ("1.274",)) == doubted


def test_a_date_ends_with_a_day() -> None:
    assert read("月15目", [BLOCK] * 4).text == "月15日"
    assert read("第15目", [BLOCK] * 4).text == "第15目"
