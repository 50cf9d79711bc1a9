"""Streaks of the scanner from edge to edge of a page part no columns, and what they go through is doubted."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.geometry.grid import find_grids
from pipeline.ingest.scan.rulings.streaks import mend_streaks, part_streaks
from pipeline.ingest.scan.rulings.stretches import Stretch
from pipeline.models import Ruling
from tests.ingest.scan.support import (
    A4,
    COLUMN,
    COLUMNS,
    HEIGHT,
    LEFT,
    ROWS,
    FakeRecognizer,
    Picture,
    blank_page,
    read_scanned_page,
    rule_table,
    write,
)

LYING = [Stretch(at, 50.0, 500.0) for at in (100.0, 200.0, 300.0)]


def streaked(aside: int, ink: int, thickness: int) -> Picture:
    """Draw a table full of words, and a streak through its third column."""
    page = rule_table()
    for row in range(ROWS):
        for col in range(COLUMNS):
            write(page, "123 4567", row, col)
    x = LEFT + 2 * COLUMN + aside
    cv2.line(page, (x, 0), (x, HEIGHT), (ink,), thickness)
    return page


@pytest.mark.parametrize(("ink", "thickness"), [(60, 1), (120, 3), (180, 2)])
@pytest.mark.parametrize(("aside", "doubted"), [(90, ROWS), (215, 0)])
def test_a_streak_parts_no_column(aside: int, doubted: int, ink: int, thickness: int) -> None:
    page = read_scanned_page(streaked(aside, ink, thickness), 1, *A4, FakeRecognizer())
    assert [len(grid.cells) for grid in find_grids(page.rulings)] == [ROWS * COLUMNS]
    assert len(page.glyphs) == ROWS * COLUMNS
    assert sum(glyph.doubt == "crossed" for glyph in page.glyphs) == doubted


def standing(*lines: tuple[float, float, float]) -> tuple[list[Stretch], list[Stretch]]:
    return part_streaks([Stretch(*line) for line in lines], LYING, 400.0)


SIDES = [(at, 100.0, 300.0) for at in (50.0, 200.0, 350.0, 500.0)]


def test_a_line_that_goes_on_at_both_ends_is_a_streak_though_it_is_broken() -> None:
    kept, streaks = standing(*SIDES, (270.0, 0.0, 60.0), (270.5, 80.0, 260.0), (270.0, 290.0, 390.0))
    assert len(kept) == len(SIDES)
    assert [(round(s.at), s.start, s.end) for s in streaks] == [(270, 0.0, 390.0)]


def test_what_ends_in_the_table_or_on_one_side_of_it_is_none() -> None:
    assert not standing(*SIDES, (270.0, 0.0, 300.0))[1]
    assert not standing(*SIDES, (270.0, 90.0, 310.0))[1]


def test_a_line_that_ends_short_of_the_edges_is_none() -> None:
    assert not standing(*SIDES, (270.0, 40.0, 360.0))[1]


def test_beside_a_streak_from_edge_to_edge_a_shorter_one_is_one() -> None:
    assert len(standing(*SIDES, (270.0, 40.0, 300.0), (420.0, 0.0, 400.0))[1]) == 2


def test_strokes_of_a_title_and_of_notes_make_no_ruling_a_streak() -> None:
    assert not standing(*SIDES, (200.0, 20.0, 34.0), (200.0, 380.0, 394.0))[1]


def test_the_sides_of_a_table_that_goes_on_over_both_page_breaks_are_none() -> None:
    assert not standing(*((at, 60.0, 340.0) for at, _, _ in SIDES))[1]


def test_the_picture_under_a_streak_is_like_what_lies_beside_it() -> None:
    page = blank_page(200)
    page[1000:1010] = 20
    page[:, 99:102] = 90
    mended = mend_streaks(page, [Ruling(100.0, 0.0, 100.0, float(HEIGHT))], [0.0], 1.0)
    assert np.array_equal(mended[:, 50:150], np.repeat(page[:, 40:41], 100, axis=1))
