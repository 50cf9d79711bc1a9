"""Rulings of the other side of the paper are no rulings; pale rulings of the page itself are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.geometry.grid import find_grids
from pipeline.ingest.scan.straight_page import straighten_page
from tests.ingest.scan.support import A4, COLUMN, COLUMNS, LEFT, PITCH, ROWS, TOP, Picture, rule_table, write


def cells(picture: Picture) -> list[int]:
    return [len(grid.cells) for grid in find_grids(straighten_page(picture, *A4).rulings)]


def filled(picture: Picture) -> Picture:
    for row in range(ROWS):
        for col in range(COLUMNS):
            write(picture, "8B5G6S", row, col)
    return picture


@pytest.mark.parametrize("left", [290, 306])
def test_a_table_that_shines_through_is_not_the_page(left: int) -> None:
    """Also where one of its rulings goes through the print of every row."""
    back = np.full_like(rule_table(), 250)
    for row in range(7):
        cv2.line(back, (110, 278 + 120 * row), (1500, 278 + 120 * row), (212,), 4)
    for x in (left, left + 400, left + 530, left + 920):
        cv2.line(back, (x, 278), (x, 998), (212,), 4)
    page = np.minimum(filled(rule_table()), cv2.GaussianBlur(back, (5, 5), 0)).astype(np.uint8)
    assert cells(page) == [ROWS * COLUMNS]


def test_hardly_visible_rulings_tell_it_by_the_little_that_ends_in_the_open() -> None:
    back = np.full_like(rule_table(), 250)
    for row in range(4):
        cv2.line(back, (LEFT, TOP + 100 + PITCH * row), (LEFT + COLUMNS * COLUMN, TOP + 100 + PITCH * row), (236,), 4)
    for x in (330, 390, 650, 910, 1170, 1430):
        cv2.line(back, (x, TOP + 100), (x, TOP + 100 + 3 * PITCH), (236,), 4)
    page = np.minimum(filled(rule_table()), back).astype(np.uint8)
    assert cells(page) == [ROWS * COLUMNS]


def test_pale_rulings_in_a_dark_frame_are_the_page() -> None:
    page = filled(rule_table(ink=215))
    right, bottom = LEFT + COLUMNS * COLUMN, TOP + ROWS * PITCH
    cv2.rectangle(page, (LEFT, TOP), (right, bottom), (10,), 5)
    for row in range(1, ROWS, 2):
        cv2.line(page, (LEFT, TOP + row * PITCH), (right, TOP + row * PITCH), (10,), 4)
    assert cells(page) == [ROWS * COLUMNS]
