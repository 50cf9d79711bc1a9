"""Boxes with room between them are cells of one table; a table whose lines are drawn once is left alone."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.geometry.apart import close_boxes
from pipeline.geometry.grid import find_grids
from pipeline.models import Ruling


def boxes(room: float, corner: float) -> Iterator[Ruling]:
    for row in range(3):
        for col in range(4):
            x0, y0 = 50 + 100 * col + room / 2, 50 + 20 * row + room / 2
            x1, y1 = x0 + 100 - room, y0 + 20 - room
            for y in (y0, y1):
                yield Ruling(x0 + corner, y, x1 - corner, y)
            for x in (x0, x1):
                yield Ruling(x, y0 + corner, x, y1 - corner)


def test_boxes_that_stand_apart_become_cells_of_one_table() -> None:
    drawn = list(boxes(room=4, corner=2))
    assert len(find_grids(drawn)) == 12
    (grid,) = find_grids(close_boxes(drawn))
    assert (len(grid.cells), len(grid.xs), len(grid.ys)) == (12, 5, 4)


def test_lines_that_are_drawn_once_are_left_alone() -> None:
    assert close_boxes(list(boxes(room=0, corner=0))) == ()
    assert close_boxes([]) == ()
