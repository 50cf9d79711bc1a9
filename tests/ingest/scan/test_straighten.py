"""A skewed, tilted or bent page comes out straight, and every place on it can be carried back."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.geometry.grid import find_grids
from pipeline.ingest.scan.straight_page import normalise_resolution, straighten_page, turn_sheet
from pipeline.ingest.scan.straighten import page_angle, weighted_median
from tests.ingest.scan.support import COLUMN, HEIGHT, LEFT, TOP, WIDTH, Picture, bend, blank_page, rotate, rule_table

CORNER = LEFT * 72 / 200, TOP * 72 / 200


def shown_corner(picture: Picture) -> tuple[float, float]:
    """Where the upper left corner of the table is said to be on the page as shown, in points."""
    sheet = straighten_page(picture, WIDTH * 72 / 200, HEIGHT * 72 / 200)
    (grid,) = find_grids(sheet.rulings)
    return sheet.frame.point(grid.box.x0, grid.box.y0)


@pytest.mark.parametrize("degrees", [0.0, 0.4, -1.2, 2.0, 5.0])
def test_a_page_fed_askew_has_all_its_cells(degrees: float) -> None:
    sheet = straighten_page(rotate(rule_table(), degrees), WIDTH * 72 / 200, HEIGHT * 72 / 200)
    (grid,) = find_grids(sheet.rulings)
    assert len(grid.cells) == 5 * 8
    assert grid.irregular == 0


def test_a_corner_is_carried_back_to_where_it_is_shown() -> None:
    turned = rotate(rule_table(), 1.5)
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 1.5, 1.0)
    expected = matrix @ (LEFT, TOP, 1) * 72 / 200
    assert shown_corner(turned) == pytest.approx(tuple(expected), abs=1.0)


def test_keystone_is_taken_out() -> None:
    corners = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], np.float32)
    seen = np.array([[90, 40], [WIDTH - 60, 0], [WIDTH, HEIGHT - 30], [0, HEIGHT]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    tilted = np.asarray(cv2.warpPerspective(rule_table(), matrix, (WIDTH, HEIGHT), borderValue=(255,)), dtype=np.uint8)
    sheet = straighten_page(tilted, WIDTH * 72 / 200, HEIGHT * 72 / 200)
    (grid,) = find_grids(sheet.rulings)
    assert len(grid.cells) == 5 * 8
    x, y, w = matrix @ (LEFT, TOP, 1)
    assert sheet.frame.point(grid.box.x0, grid.box.y0) == pytest.approx((x / w * 0.36, y / w * 0.36), abs=1.5)


def test_the_bend_of_the_paper_is_taken_out() -> None:
    sheet = straighten_page(bend(rule_table(), 8.0), WIDTH * 72 / 200, HEIGHT * 72 / 200)
    (grid,) = find_grids(sheet.rulings)
    assert len(grid.cells) == 5 * 8
    row = round(grid.ys[1] * sheet.unit)
    ruling = sheet.gray[row - 12 : row + 13, LEFT + 20 : LEFT + 5 * COLUMN - 20] < 128
    between = ruling[:, ruling.mean(axis=0) < 0.9]
    assert between.any(axis=1).sum() <= 7, "a ruling of 3 pixels still runs over many rows"


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_sheet_still_leads_back(turns: int) -> None:
    sheet = straighten_page(rule_table(), WIDTH * 72 / 200, HEIGHT * 72 / 200)
    turned = turn_sheet(sheet, turns)
    (before,), (after,) = find_grids(sheet.rulings), find_grids(turned.rulings)
    shown, again = sheet.frame.box(before.box), turned.frame.box(after.box)
    assert (again.x0, again.y0, again.x1, again.y1) == pytest.approx((shown.x0, shown.y0, shown.x1, shown.y1), abs=0.6)
    assert turn_sheet(turned, 4 - turns).frame.point(10, 10) == pytest.approx(sheet.frame.point(10, 10))


def test_a_page_without_lines_has_no_angle_and_no_table() -> None:
    assert page_angle(np.empty((0, 4))) == 0.0
    assert straighten_page(blank_page(), WIDTH * 0.36, HEIGHT * 0.36).rulings == ()


def test_noise_is_no_table() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (900, 700, 3), dtype=np.uint8)
    assert find_grids(straighten_page(noise, 252.0, 324.0).rulings) == ()


@pytest.mark.parametrize(
    ("pixels", "points", "expected"), [(3508, 842.0, 2339), (2339, 842.0, 2339), (700, 842.0, 2339)]
)
def test_pictures_are_worked_on_near_200_dpi(pixels: int, points: float, expected: int) -> None:
    picture = np.full((pixels, pixels * 7 // 10), 255, np.uint8)
    resized, unit = normalise_resolution(picture, points * 0.7, points)
    assert resized.shape[0] == pytest.approx(expected, abs=1)
    assert unit == pytest.approx(expected / points, rel=0.01)


def test_a_photograph_of_unknown_size_is_taken_as_a_page_of_paper() -> None:
    picture = np.full((4000, 3000), 255, np.uint8)
    resized, unit = normalise_resolution(picture, 3000 * 0.36, 4000 * 0.36)
    assert resized.shape[0] == pytest.approx(842 * 200 / 72, abs=2)
    assert unit == pytest.approx(200 / 72)


def test_half_of_the_weight_makes_the_median() -> None:
    assert weighted_median(np.array([1.0, 5.0, 9.0]), np.array([1.0, 1.0, 10.0])) == 9.0
