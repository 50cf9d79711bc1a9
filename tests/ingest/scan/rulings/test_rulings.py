"""Rulings are found however they are printed, and strokes of characters are no rulings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.geometry.grid import find_grids
from pipeline.ingest.scan.rulings.breaks import close_breaks
from pipeline.ingest.scan.rulings.corners import close_corners
from pipeline.ingest.scan.rulings.lines import long_runs
from pipeline.ingest.scan.rulings.settle import drop_strays, settle_rulings
from pipeline.ingest.scan.rulings.sides import MOSTLY, PARTLY, keep_ruled_sides, look_at_sides
from pipeline.ingest.scan.rulings.stretches import Look, Stretch, join_stretches, running_sums
from pipeline.ingest.scan.straight_page import straighten_page
from tests.ingest.scan.support import COLUMN, HEIGHT, LEFT, PITCH, ROWS, TOP, WIDTH, Picture, rule_table, write


def cells(picture: Picture) -> int:
    return sum(len(grid.cells) for grid in find_grids(straighten_page(picture, WIDTH * 0.36, HEIGHT * 0.36).rulings))


def look_of(printed: NDArray[Any]) -> Look:
    clean = running_sums(np.zeros(len(printed)))
    return Look(running_sums(printed), clean, clean, clean, 1.0)


def replace_in(look: Look, beside: NDArray[Any]) -> Look:
    """Return the look with other ink beside it."""
    return look._replace(crowded=running_sums(beside))


def printed(stretch: Stretch) -> Look:
    """Everything is printed and clean."""
    return look_of(np.ones(round(stretch.length) + 1))


def unprinted(stretch: Stretch) -> Look:
    """Nothing is printed, nothing stands near."""
    return look_of(np.zeros(round(stretch.length) + 1))


@pytest.mark.parametrize(("thickness", "ink"), [(1, 150), (2, 190), (3, 20), (6, 0)])
def test_thin_pale_and_thick_rulings_are_found(thickness: int, ink: int) -> None:
    assert cells(rule_table(thickness, ink)) == 40


def test_a_doubled_ruling_is_one() -> None:
    single = rule_table()
    doubled = np.minimum(single, np.roll(np.roll(single, 5, axis=0), 5, axis=1))
    assert cells(doubled) == 40


def test_breaks_in_rulings_are_closed() -> None:
    broken, rng = rule_table(), np.random.default_rng(3)
    for _ in range(150):
        x, y = int(rng.integers(LEFT, LEFT + 5 * COLUMN)), int(rng.integers(TOP, TOP + ROWS * PITCH))
        broken[TOP + (y - TOP) // PITCH * PITCH - 4 :][:9, x : x + 9] = 250
    assert cells(broken) == 40


def test_a_fold_across_the_page_is_closed() -> None:
    folded = rule_table()
    folded[:, LEFT + 600 : LEFT + 615] = 250
    folded[TOP + 400 : TOP + 412] = 250
    assert cells(folded) == 40


def test_a_merged_cell_stays_merged() -> None:
    merged = rule_table()
    merged[TOP + 2 * PITCH + 3 : TOP + 4 * PITCH - 2, LEFT + COLUMN - 4 : LEFT + COLUMN + 5] = 250
    assert cells(merged) == 38


def test_underlines_and_strokes_are_no_rulings() -> None:
    page = rule_table()
    for row in range(ROWS):
        write(page, "ITEM-11=EEE", row, 1)
        cv2.line(
            page,
            (LEFT + 2 * COLUMN + 40, TOP + row * PITCH + 80),
            (LEFT + 2 * COLUMN + 150, TOP + row * PITCH + 80),
            (0,),
            2,
        )
    assert cells(page) == 40


def test_pieces_of_one_line_are_joined() -> None:
    (line,) = join_stretches([Stretch(10, 0, 50), Stretch(10.5, 52, 90), Stretch(12.0, 20, 60)])
    assert (line.start, line.end) == (0, 90)
    assert line.spread > 0


def test_lines_of_two_rows_are_not_joined() -> None:
    assert len(join_stretches([Stretch(10, 0, 50), Stretch(20, 0, 50)])) == 2


def test_a_wiped_stretch_is_closed_only_where_no_ruling_explains_it() -> None:
    lying = [Stretch(100, 0, 70), Stretch(100, 110, 200)]
    at_merged_cell = [Stretch(0, 90, 110), Stretch(70, 90, 110), Stretch(110, 90, 110), Stretch(200, 90, 110)]
    assert len(close_breaks(lying, at_merged_cell, unprinted)) == 2
    in_the_open = [Stretch(0, 90, 110), Stretch(200, 90, 110)]
    assert len(close_breaks(lying, in_the_open, unprinted)) == 1


def test_a_wiped_stretch_at_which_a_ruling_ends_was_printed() -> None:
    left, right = Stretch(100, 0, 100), Stretch(100, 200, 300)
    corners = [Stretch(at, 50, 150) for at in (100, 200)]
    assert len(close_breaks([left, right], corners, unprinted)) == 2
    assert len(close_breaks([left, right], [*corners, Stretch(150, 100.5, 150)], unprinted)) == 1
    assert len(close_breaks([left, right], [*corners, Stretch(150, 120, 150)], unprinted)) == 2


def test_a_side_that_is_partly_wiped_counts_as_what_is_left_of_it() -> None:
    whole = Stretch(0, 0, 100, gaps=((75, 100),))
    profile = look_of(np.arange(101) < 75.0)
    (side,) = look_at_sides(whole, [], lambda s: profile)
    assert side.ruled(MOSTLY)
    (side,) = look_at_sides(replace(whole, gaps=()), [], lambda s: profile)
    assert not replace(side, crowded=0.2).ruled(MOSTLY)


@pytest.mark.parametrize(("ink_beside", "start"), [(0.0, 0.0), (1.0, 15.0)])
def test_an_outermost_side_that_ends_in_the_open_is_kept_where_it_stands_alone(ink_beside: float, start: float) -> None:
    """Ink beside it says that a stroke of a character prolongs the ruling."""
    along = np.arange(61)
    beside = np.where((along > 8) & (along < 11), ink_beside, 0.0)
    profile = replace_in(look_of(along > 7), beside)
    sides = look_at_sides(Stretch(0, 0, 60), [Stretch(15, -9, 9)], lambda s: profile)
    (kept,) = keep_ruled_sides(Stretch(0, 0, 60), sides, PARTLY)
    assert (kept.start, kept.end) == (start, 60)


def test_a_corner_of_which_only_remains_are_printed_is_closed() -> None:
    top, left = Stretch(0, 10, 200), Stretch(0, 15, 300)
    assert close_corners([top], [left], printed, printed) == ([Stretch(0, 0, 200)], [Stretch(0, 0, 300)])
    assert close_corners([top], [left], printed, unprinted) == ([top], [left])
    assert close_corners([top], [replace(left, start=90)], printed, printed)[0] == [top]


def test_a_ruling_is_led_on_to_one_that_is_there() -> None:
    top, right = Stretch(0, 0, 200), Stretch(200, 20, 300)
    assert close_corners([top], [right], printed, printed) == ([top], [Stretch(200, 0, 300)])
    stroke = Stretch(200, 20, 40)
    assert close_corners([top], [stroke], printed, printed) == ([top], [stroke])


def test_a_short_piece_that_reaches_one_ruling_is_a_stroke() -> None:
    assert drop_strays([Stretch(50, 10, 30)], [Stretch(10, 0, 100)]) == []


def test_rulings_end_at_each_other() -> None:
    lying = [Stretch(0, -2, 103), Stretch(50, 1, 98), Stretch(100, -1, 101)]
    standing = [Stretch(0, -3, 102), Stretch(100, 0, 97)]
    rulings, *_ = settle_rulings(lying, standing, printed, printed)
    assert {(r.x0, r.x1) for r in rulings if r.horizontal} == {(0, 100)}
    assert {(r.y0, r.y1) for r in rulings if not r.horizontal} == {(0, 100)}


def test_a_ruling_that_steps_aside_in_one_row_is_found_there() -> None:
    stepped = rule_table()
    x, top = LEFT + 2 * COLUMN, TOP + 3 * PITCH
    stepped[top + 3 : top + PITCH - 2, x - 3 : x + 4] = 250
    stepped[top : top + PITCH, x + 2 : x + 5] = 20
    assert cells(stepped) == 40


def test_long_runs_are_kept_of_rows_and_go_on_beyond_the_edge() -> None:
    mask = np.zeros((4, 40), np.uint8)
    mask[0, 10:19] = mask[1, 10:18] = mask[2, 35:] = mask[3, 36:] = 255
    kept = long_runs(mask, 9)
    assert np.array_equal(kept[[0, 2]], mask[[0, 2]])
    assert not kept[[1, 3]].any()


@pytest.mark.parametrize("ruled_beyond", [False, True])
def test_a_stroke_as_high_as_its_row_prolongs_no_ruling(ruled_beyond: bool) -> None:
    """The ruling of the column below runs into the row of the name, in the midst of a character; or through it."""
    stretch, across = Stretch(100, 0, 80), [Stretch(at, 0, 200) for at in (0, 14, 28, 80)]
    inked = running_sums(np.where((np.arange(81) >= 14) & (np.arange(81) <= 28) | (np.arange(81) < 14), 1.0, 0.0))
    if ruled_beyond:
        inked = running_sums(np.where((np.arange(81) >= 14) & (np.arange(81) <= 28), 1.0, 0.0))
    look = Look(running_sums(np.ones(81)), inked, inked, inked, 1.0)
    kept = keep_ruled_sides(stretch, look_at_sides(stretch, across, lambda s: look), MOSTLY)
    assert [(part.start, part.end) for part in kept] == ([(0, 80)] if ruled_beyond else [(28, 80)])


@pytest.mark.parametrize(("printed", "usual", "hemmed"), [(1.0, 1.0, 0), (0.6, 0.6, 0), (1.0, 1.0, 1)])
def test_several_tight_rows_between_ruled_sides_are_ruled_where_print_stands_by_on_one_side(
    printed: float, usual: float, hemmed: int
) -> None:
    stretch, across = Stretch(0, 0, 100), [Stretch(at, -9, 9) for at in (0, 30, 44, 58, 100)]
    beside = running_sums(np.where((np.arange(101) >= 30) & (np.arange(101) <= 58), 1.0, 0.0))
    clean = running_sums(np.zeros(101))
    look = Look(running_sums(np.full(101, printed)), beside, beside if hemmed else clean, beside, 1.0)
    kept = keep_ruled_sides(stretch, look_at_sides(stretch, across, lambda s: look), 0.35, usual)
    assert [(part.start, part.end) for part in kept] == ([(0, 30), (58, 100)] if hemmed else [(0, 100)])


def test_a_degraded_side_is_ruled_where_nothing_else_stands_near() -> None:
    look = look_of(np.arange(101) % 20 < 9)
    (side,) = look_at_sides(Stretch(0, 0, 100), [], lambda s: look)
    assert side.ruled(MOSTLY)
    assert not replace(side, crowded=0.2).ruled(MOSTLY)
