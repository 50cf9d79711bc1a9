"""The bar of a lone comparison sign is told by its strokes; a row of points that is no ellipsis is doubted."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.ingest.ocr.reading import CharReading, LineReading
from pipeline.ingest.scan.ink.signs import doubt_points, weigh_sign
from tests.ingest.scan.support import draw_sign


def read_as(text: str, probability: float = 0.95) -> LineReading:
    return LineReading((CharReading(text, probability),))


@pytest.mark.parametrize("sign", "><≥≤")
@pytest.mark.parametrize("size", [6, 9, 14])
def test_the_bar_is_seen_or_not_whatever_was_read(sign: str, size: int) -> None:
    twin = {">": "≥", "≥": ">", "<": "≤", "≤": "<"}[sign]
    assert weigh_sign(draw_sign(sign, size), read_as(twin)).text == sign
    assert weigh_sign(draw_sign(sign, size), read_as(sign)).text == sign


def test_a_bar_that_stands_off_its_arm_is_seen_though_the_arms_are_alike() -> None:
    sign = np.full((30, 24), 240, np.uint8)
    for i in range(12):
        sign[5 + i // 2, 6 + i] = sign[16 - i // 2, 6 + i] = sign[6 + i // 2, 6 + i] = sign[17 - i // 2, 6 + i] = 20
    sign[22:24, 10:17] = 20
    assert weigh_sign(sign, read_as(">", 0.92)).text == ">"
    sign[22:24, 6:17] = 20
    assert weigh_sign(sign, read_as(">", 0.92)).text == "≥"


def test_a_sign_read_otherwise_than_it_looks_keeps_the_first_reading_beside_it() -> None:
    reading = weigh_sign(draw_sign("≥"), read_as(">"))
    assert reading.alternatives() == (">",)
    assert 0.9 <= reading.confidence < 0.97


def test_what_cannot_be_told_is_doubtful() -> None:
    blot = np.full((20, 20), 240, np.uint8)
    blot[6:14, 6:14] = 20
    reading = weigh_sign(blot, read_as("≥", 0.99))
    assert reading.text == "≥"
    assert reading.confidence < 0.7


def test_other_readings_are_left_alone() -> None:
    for text in ("=", "7", "≥90"):
        reading = LineReading(tuple(CharReading(char, 0.9) for char in text))
        assert weigh_sign(draw_sign("≥"), reading) is reading


@pytest.mark.parametrize("sign", "><≥≤")
def test_within_a_line_the_bar_that_a_reader_lost_is_seen(sign: str) -> None:
    drawn = draw_sign(sign, 9)
    paper = np.full((drawn.shape[0], 4 * drawn.shape[1]), 245, np.uint8)
    paper[:, : drawn.shape[1]] = drawn
    paper[3:15, 24:30] = paper[3:15, 40:46] = 30
    bare = {"≥": ">", "≤": "<"}.get(sign, sign)
    at = drawn.shape[1] / 2 / (drawn.shape[0] / 6) - 0.5
    reading = LineReading((CharReading(bare, 0.95, step=at), CharReading("8", 0.99, step=8.0)))
    assert weigh_sign(paper, reading).text == sign + "8"


def test_a_sign_within_a_line_whose_strokes_run_into_a_digit_is_doubted() -> None:
    smear = np.full((20, 60), 245, np.uint8)
    smear[6:14, 4:50] = 30
    reading = weigh_sign(smear, LineReading((CharReading(">", 0.95, step=2.0), CharReading("8", 0.99, step=9.0))))
    assert reading.text == ">8"
    assert reading.confidence < 0.7


@pytest.mark.parametrize(("text", "doubted"), [("……", False), ("…", True), ("………", True), ("是……", False), ("", False)])
def test_points_that_are_no_ellipsis_are_doubted(text: str, doubted: bool) -> None:
    reading = LineReading(tuple(CharReading(char, 0.97) for char in text))
    assert doubt_points(reading).text == text
    assert (doubt_points(reading).confidence < reading.confidence) == doubted
