"""Tables that a page break has cut: their last or first ruling is on neither page."""

from __future__ import annotations

import cv2
import pytest

from pipeline.geometry.grid import Grid, find_grids
from pipeline.ingest.scan.rulings.rims import open_rims
from pipeline.ingest.scan.rulings.stretches import Stretch
from pipeline.ingest.scan.straight_page import straighten_page
from tests.ingest.scan.support import COLUMN, COLUMNS, HEIGHT, LEFT, WIDTH, Picture, blank_page

TOP, ROW, LAST = 150, 80, 46
"""Pixels at 200 dpi: the page's margin, the height of a row, and of a row of one line."""

RIGHT = LEFT + COLUMNS * COLUMN
POINT = 72 / 200


def draw_fragment(open_columns: int = COLUMNS) -> Picture:
    """Draw a row that goes on from the page before, in the first columns or in all, and a row of totals."""
    picture = blank_page()
    for col in range(COLUMNS + 1):
        x, bottom = LEFT + col * COLUMN, TOP + ROW + (LAST if col in (0, COLUMNS - 1, COLUMNS) else 0)
        cv2.line(picture, (x, TOP), (x, bottom), (20,), 3)
    for y in (TOP + ROW, TOP + ROW + LAST):
        cv2.line(picture, (LEFT, y), (RIGHT, y), (20,), 3)
    cv2.line(picture, (LEFT + open_columns * COLUMN, TOP), (RIGHT, TOP), (20,), 3)
    return picture


def grid_of(picture: Picture) -> Grid:
    found = find_grids(straighten_page(picture, WIDTH * POINT, HEIGHT * POINT).rulings)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("open_columns", [COLUMNS, 3])
def test_a_row_that_goes_on_from_the_page_before_keeps_its_columns(open_columns: int) -> None:
    cells = grid_of(draw_fragment(open_columns)).cells
    assert [cell.colspan for cell in cells if cell.row == 0] == [1] * COLUMNS
    assert [cell.colspan for cell in cells if cell.row == 1] == [COLUMNS - 1, 1]


def test_a_row_that_goes_on_on_the_next_page_keeps_its_columns() -> None:
    cells = grid_of(cv2.flip(draw_fragment(), 0)).cells  # type: ignore[arg-type] - a picture stays a picture
    assert [cell.colspan for cell in cells if cell.row == 1] == [1] * COLUMNS


def standing(*ends: tuple[float, float]) -> list[Stretch]:
    return [Stretch(100.0 * i, start, end) for i, (start, end) in enumerate(ends)]


BOTTOM = Stretch(140.0, 0.0, 300.0)


def test_ends_in_the_open_at_one_level_are_a_rim() -> None:
    rim = open_rims(standing((100, 140), (101, 140), (100, 140), (100.5, 140)), [BOTTOM])
    assert [(round(r.at), r.start, r.end) for r in rim] == [(100, 0.0, 300.0)]


@pytest.mark.parametrize(
    ("ends", "others"),
    [
        pytest.param([(120, 140), (100, 140), (100, 140), (100, 140)], [BOTTOM], id="the outermost stops short"),
        pytest.param([(136, 140)] * 4, [BOTTOM], id="drawn too long"),
        pytest.param([(100, 140)] * 4, [BOTTOM, Stretch(60.0, 0.0, 300.0)], id="a ruling lies beyond"),
        pytest.param([(100, 140)] * 4, [Stretch(140.0, -80.0, 300.0)], id="the table is wider"),
        pytest.param([(100, 140)] * 4, [BOTTOM, Stretch(100.0, 0.0, 300.0)], id="the rim is ruled"),
    ],
)
def test_other_ends_are_none(ends: list[tuple[float, float]], others: list[Stretch]) -> None:
    assert [rim for rim in open_rims(standing(*ends), others) if rim.at < 140] == []
