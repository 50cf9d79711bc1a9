"""The angle of a page is that of its rulings, not of its text."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ingest.scan.rulings.segments import common_angle, find_segments
from pipeline.ingest.scan.straighten import page_angle
from tests.ingest.scan.support import COLUMNS, HEIGHT, ROWS, WIDTH, blank_page, rotate, rule_table, write


@pytest.mark.parametrize("degrees", [0.0, -0.7, 2.0, 11.0, -30.0])
def test_the_rulings_of_a_turned_page_are_found_at_their_angle(degrees: float) -> None:
    segments = find_segments(rotate(rule_table(thickness=2), degrees))
    assert len(segments) >= (ROWS + 1) + (COLUMNS + 1)
    assert page_angle(segments) == pytest.approx(-degrees, abs=0.03)


def test_a_long_line_is_found_from_end_to_end() -> None:
    page = blank_page()
    cv2.line(page, (200, 300), (1400, 330), (30,), 3)
    (segment,) = find_segments(page)
    assert segment == pytest.approx([200, 300, 1400, 330], abs=4)


def test_text_says_nothing_of_the_angle() -> None:
    page = rule_table()
    for row in range(ROWS):
        write(page, "HEUNMKW 12345", row, 1)
    lean = np.abs((np.degrees(np.arctan2(*(find_segments(page)[:, [3, 2]] - find_segments(page)[:, [1, 0]]).T))) % 90)
    assert np.minimum(lean, 90 - lean).max() < 0.2
    words = blank_page()
    for line in range(20):
        cv2.putText(words, "no ruling at all", (200, 200 + 90 * line), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (20,), 3)
    assert len(find_segments(words)) == 0


@pytest.mark.parametrize("shape", [(16, 16), (HEIGHT, 20), (3, WIDTH), (3, 6000), (6000, 1)])
def test_a_picture_without_a_line_has_no_segment(shape: tuple[int, int]) -> None:
    assert find_segments(np.full(shape, 250, np.uint8)).shape == (0, 4)


def test_directions_at_right_angles_are_one() -> None:
    angles = np.array([3.2, 93.4, -86.9, 40.0])
    assert common_angle(angles, np.ones(4)) == pytest.approx(3.2, abs=1.01)
    assert common_angle(angles, np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(40.0, abs=1.01)
