"""Streaks of the scanner from edge to edge of a page part no columns, and what they go through is doubted."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.geometry.grid import find_grids
from pipeline.ingest.scan.rulings.streaks import follow_streak, mend_streaks, tell_streaks
from pipeline.ingest.scan.rulings.stretches import Stretch
from pipeline.ingest.scan.rulings.traces import Trace
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


SIDES = [(at, 100.0, 300.0) for at in (50.0, 200.0, 350.0, 500.0)]


def streaks_among(*lines: tuple[float, float, float], lying: list[Stretch] = LYING) -> list[set[int]]:
    """Return the places of the pieces of each standing streak of a picture of 550 by 400 points."""
    return [set(own) for own in tell_streaks(lying, [Stretch(*line) for line in lines], (550.0, 400.0))[1]]


def test_a_line_that_goes_on_at_both_ends_is_a_streak_though_it_is_broken() -> None:
    assert streaks_among(*SIDES, (270.0, 0.0, 60.0), (270.5, 80.0, 260.0), (270.0, 290.0, 390.0)) == [{4, 5, 6}]


def test_what_ends_in_the_table_or_on_one_side_of_it_is_none() -> None:
    assert not streaks_among(*SIDES, (270.0, 0.0, 300.0))
    assert not streaks_among(*SIDES, (270.0, 90.0, 310.0))


def test_a_line_that_ends_short_of_the_edges_is_none() -> None:
    assert not streaks_among(*SIDES, (270.0, 40.0, 360.0))


def test_beside_a_streak_from_edge_to_edge_a_shorter_one_is_one() -> None:
    assert streaks_among(*SIDES, (270.0, 40.0, 300.0), (420.0, 0.0, 400.0)) == [{4}, {5}]


def test_a_lying_streak_makes_broken_standing_ones_known_and_is_no_side_of_the_table() -> None:
    streak = Stretch(30.0, 0.0, 550.0)
    assert streaks_among(*SIDES, (270.0, 40.0, 300.0), lying=[*LYING, streak]) == [{4}]
    assert not streaks_among(*SIDES, (270.0, 40.0, 300.0))


def test_strokes_of_a_title_and_of_notes_make_no_ruling_a_streak() -> None:
    assert not streaks_among(*SIDES, (200.0, 20.0, 34.0), (200.0, 380.0, 394.0))


def test_the_sides_of_a_table_that_goes_on_over_both_page_breaks_are_none() -> None:
    assert not streaks_among(*((at, 60.0, 340.0) for at, _, _ in SIDES))


def test_a_streak_goes_straight_on_where_a_ruling_beside_it_was_traced_with_it() -> None:
    along = np.arange(0.0, 400.0, 4.0)
    course = 200.0 + 0.01 * along
    across = np.where((along > 100.0) & (along < 300.0), course + 2.5, course)
    pieces = follow_streak([Trace(along, across, 0.0, 399.0)], (100.0, 300.0), 1.0)
    assert [round(piece.at - 200.0 - 0.01 * (piece.start + piece.end) / 2, 1) for piece in pieces] == [0.0] * 14


@pytest.mark.parametrize("thickness", [1, 2])
def test_a_ruling_beside_a_streak_stays(thickness: int) -> None:
    page = streaked(7, 90, thickness)
    read = read_scanned_page(page, 1, *A4, FakeRecognizer())
    assert [len(grid.cells) for grid in find_grids(read.rulings)] == [ROWS * COLUMNS]


def test_the_picture_under_a_streak_is_like_what_lies_beside_it() -> None:
    page = blank_page(200)
    page[1000:1010] = 20
    page[:, 99:102] = 90
    mended = mend_streaks(page, [Ruling(100.0, 0.0, 100.0, float(HEIGHT))], [0.0], 1.0)
    assert np.array_equal(mended[:, 50:150], np.repeat(page[:, 40:41], 100, axis=1))
