"""On a page of broken rulings, a line that was not traced is a ruling by what stands around it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from pipeline.geometry.grid import find_grids
from pipeline.ingest.scan.rulings.promote import promote
from pipeline.ingest.scan.straight_page import straighten_page
from pipeline.models import Ruling
from tests.ingest.scan.support import (
    A4,
    COLUMN,
    COLUMNS,
    LEFT,
    PITCH,
    ROWS,
    TOP,
    Picture,
    blank_page,
    rule_table,
    write,
)

FRAME = (
    Ruling(50, 100, 500, 100),
    Ruling(50, 300, 500, 300),
    Ruling(50, 100, 50, 300),
    Ruling(500, 100, 500, 300),
)
BLANK = np.zeros((1200, 1654), np.uint8)
UNIT = 200 / 72


def line(strength: float = 0.9, end: float = 496.0) -> Ruling:
    return Ruling(55, 200, end, 200, strength, "trace")


def test_a_strong_line_from_ruling_to_ruling_is_a_ruling() -> None:
    (ruling,) = promote([line()], FRAME, BLANK, UNIT)
    assert (ruling.x0, ruling.x1) == (50, 500)


@pytest.mark.parametrize("candidate", [line(strength=0.3), line(end=470.0), Ruling(50, 200, 500, 200, 1.0, "fill")])
def test_what_is_weak_or_ends_in_the_open_or_is_shaded_stays_a_candidate(candidate: Ruling) -> None:
    assert promote([candidate], FRAME, BLANK, UNIT) == ()


def test_a_line_through_print_is_no_ruling() -> None:
    ink = BLANK.copy()
    ink[540:570, 600:625] = 255
    assert promote([line()], FRAME, ink, UNIT) == ()


def test_two_lines_that_end_at_each_other_are_rulings() -> None:
    upright = Ruling(300, 203, 300, 297, 0.9, "trace")
    assert len(promote([line(), upright], FRAME, BLANK, UNIT)) == 2


def degraded_table() -> Picture:
    """Draw a table that a printer has wiped in places, on every ruling."""
    picture = rule_table()
    random = np.random.default_rng(7)
    for row in range(1, ROWS):
        for x in random.integers(LEFT + 20, LEFT + COLUMNS * COLUMN - 60, 9):
            picture[TOP + row * PITCH - 4 : TOP + row * PITCH + 5, x : x + 40] = 250
    for col in range(1, COLUMNS):
        for y in random.integers(TOP + 20, TOP + ROWS * PITCH - 50, 7):
            picture[y : y + 30, LEFT + col * COLUMN - 4 : LEFT + col * COLUMN + 5] = 250
    return picture


def dashed_table() -> Picture:
    picture = blank_page()
    whole = rule_table() < 128
    across = (np.arange(picture.shape[1]) // 9) % 2 == 0
    down = (np.arange(picture.shape[0]) // 9) % 2 == 0
    rows = [TOP + row * PITCH + step for row in range(ROWS + 1) for step in (-1, 0, 1)]
    lying = whole & np.isin(np.arange(picture.shape[0]), rows)[:, None]
    picture[(lying & across) | (whole & ~lying & down[:, None])] = 40
    return picture


@pytest.mark.parametrize("draw", [degraded_table, dashed_table])
def test_degraded_and_dashed_tables_are_whole(draw: Callable[[], Picture]) -> None:
    picture = draw()
    for row in range(ROWS):
        for col in range(COLUMNS):
            write(picture, "8B5", row, col)
    grids = find_grids(straighten_page(picture, *A4).rulings)
    assert [len(grid.cells) for grid in grids] == [ROWS * COLUMNS]
