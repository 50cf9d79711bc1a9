"""What is printed along a ruling and close beside it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ingest.scan.rulings.lines import trace_rulings
from pipeline.ingest.scan.rulings.traces import CORE, FARTHEST, ROWS, RowMinima, Trace, both_ways, line_profile
from tests.ingest.scan.support import blank_page

UNIT = 200 / 72


@pytest.mark.parametrize(("first", "last"), [(-1, 1), (3, 7), (-7, -3), (-3, 3), (4, 9)])
def test_the_darkest_of_some_rows_is_the_darkest_of_all_of_them(first: int, last: int) -> None:
    gray = np.random.default_rng(3).integers(0, 255, (60, 40), dtype=np.uint8)
    picture, xs = RowMinima(gray), np.arange(5, 35)
    course = picture.follow(xs, np.linspace(20.2, 35.9, len(xs)))
    rows = np.rint(np.linspace(20.2, 35.9, len(xs))).astype(int)
    expected = [gray[row + first : row + last + 1, x].min() for row, x in zip(rows, xs, strict=True)]
    assert picture.darkest(course, first, last).tolist() == expected


def test_rows_outside_the_picture_are_like_its_rim() -> None:
    gray = np.repeat(np.arange(10, 40, dtype=np.uint8)[:, None], 8, axis=1)
    picture, xs = RowMinima(gray), np.arange(8)
    above = picture.darkest(picture.follow(xs, np.full(8, -5.0)), -FARTHEST - 9, -FARTHEST - 9 + ROWS)
    below = picture.darkest(picture.follow(xs, np.full(8, 35.0)), CORE + 1, CORE + ROWS)
    assert set(above.tolist()) == {10}
    assert set(below.tolist()) == {39 - CORE}


def test_a_line_with_print_above_it_is_clean_below() -> None:
    page = blank_page()
    page[500:503, 100:400] = 20
    page[494:498, 300:400] = 20
    printed, above, below = line_profile(
        RowMinima(page), Trace(np.array([90.0, 410.0]), np.full(2, 501.0), 90, 410), UNIT
    )
    assert printed.nonzero()[0].tolist() == list(range(10, 310))
    assert above.nonzero()[0].tolist() == list(range(210, 310))
    assert not below.any()


def test_a_line_beside_which_there_is_hardly_anything_but_black_harms_nothing() -> None:
    page = np.zeros((200, 1000), np.uint8)
    page[:, 450:500] = 200
    page[100] = 255
    printed, _, _ = line_profile(RowMinima(page), Trace(np.array([0.0, 999.0]), np.full(2, 100.0), 0, 999), UNIT)
    assert not printed.any()


def test_sides_of_low_boxes_that_stand_apart_are_traced() -> None:
    unit, side, room = 200 / 72, 46, 6
    page = np.full((600, 900), 250, np.uint8)
    for row in range(8):
        for column in range(5):
            x, y = 80 + column * 150, 60 + row * (side + room)
            cv2.rectangle(page, (x, y), (x + 150 - room, y + side), 90, 1)
    _, standing = trace_rulings(*both_ways(page), unit)
    for column in range(5):
        for x in (80 + column * 150, 80 + column * 150 + 150 - room):
            length = sum(trace.length for trace in standing if abs(float(trace.across.mean()) - x) < 2)
            assert length > 7 * side, x
