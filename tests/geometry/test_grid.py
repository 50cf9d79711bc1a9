from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.geometry.grid import find_grids
from pipeline.models import Ruling
from tests.layout.drawing import draw_cells, rows


def spans(rulings):
    return [[(c.row, c.col, c.rowspan, c.colspan) for c in grid.cells] for grid in find_grids(rulings)]


MERGED = [(0, 0, 2, 1, ""), (0, 1, 1, 2, ""), (1, 1, 1, 1, ""), (1, 2, 1, 1, "")]


def test_merged_cells_are_one_cell_with_their_spans():
    rulings, _ = draw_cells(MERGED)

    assert spans(rulings) == [[(0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 1, 1), (1, 2, 1, 1)]]


def test_doubled_rulings_are_one_ruling():
    rulings, _ = draw_cells(MERGED)
    doubled = [*rulings, *(Ruling(r.x0 + 1.2, r.y0 + 1.2, r.x1 + 1.2, r.y1 + 1.2) for r in rulings)]

    assert spans(doubled) == spans(rulings)


def test_dashed_rulings_are_whole_rulings():
    rulings, _ = draw_cells(rows(["", ""], ["", ""]))
    dashed = []
    for r in rulings:
        for i in range(10):
            a, b = i / 10, (i + 0.75) / 10
            dashed.append(
                Ruling(
                    r.x0 + a * (r.x1 - r.x0),
                    r.y0 + a * (r.y1 - r.y0),
                    r.x0 + b * (r.x1 - r.x0),
                    r.y0 + b * (r.y1 - r.y0),
                )
            )

    assert spans(dashed) == spans(rulings)


@pytest.mark.parametrize(("edge", "flag"), [("top", "open_top"), ("bottom", "open_bottom")])
def test_a_row_whose_outer_ruling_a_page_break_cut_away_is_kept(edge, flag):
    rulings, _ = draw_cells(rows(["", ""], ["", ""], ["", ""]))
    rim = min(r.y0 for r in rulings) if edge == "top" else max(r.y1 for r in rulings)
    cut = [r for r in rulings if not (r.horizontal and r.y0 == rim)]

    (grid,) = find_grids(cut)

    assert len(grid.cells) == 6
    assert getattr(grid, flag)


def test_a_table_open_at_its_left_and_right_keeps_its_outer_columns():
    rulings, _ = draw_cells(rows(["", "", ""], ["", "", ""]))
    left, right = min(r.x0 for r in rulings), max(r.x1 for r in rulings)
    cut = [r for r in rulings if r.horizontal or r.x0 not in (left, right)]

    (grid,) = find_grids(cut)

    assert len(grid.cells) == 6


def test_two_tables_one_below_the_other_are_two_grids():
    upper, _ = draw_cells(rows(["", ""]))
    lower, _ = draw_cells(rows(["", "", ""]), top=200)

    assert [len(cells) for cells in spans([*upper, *lower])] == [2, 3]


def test_a_table_inside_a_cell_of_another_is_part_of_that_cell():
    outer, _ = draw_cells([(0, 0, 4, 4, "")])
    inner, _ = draw_cells(rows(["", ""]), left=100, top=80)

    assert spans([*outer, *inner]) == [[(0, 0, 1, 1)]]


def test_lone_lines_enclose_nothing():
    assert find_grids([Ruling(0, 10, 100, 10), Ruling(0, 20, 100, 20)]) == ()
    assert find_grids([]) == ()


@st.composite
def tilings(draw):
    """A random table: a grid whose positions are merged into random rectangles."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    free = {(r, c) for r in range(height) for c in range(width)}
    cells = []
    rng = random.Random(draw(st.integers(0, 10_000)))
    while free:
        r, c = min(free)
        rowspan = colspan = 1
        while rng.random() < 0.4 and (r, c + colspan) in free:
            colspan += 1
        while rng.random() < 0.4 and all((r + rowspan, c + k) in free for k in range(colspan)):
            rowspan += 1
        cells.append((r, c, rowspan, colspan, ""))
        free -= {(r + i, c + j) for i in range(rowspan) for j in range(colspan)}
    return cells


@given(tilings())
def test_any_tiling_of_rectangles_comes_back_as_drawn(cells):
    rulings, _ = draw_cells(cells)
    (grid,) = find_grids(rulings)
    boxes = {(c.box.x0, c.box.y0, c.box.x1, c.box.y1) for c in grid.cells}

    assert boxes == {
        (50 + c * 80.0, 60 + r * 24.0, 50 + (c + w) * 80.0, 60 + (r + h) * 24.0) for r, c, h, w, _ in cells
    }
    assert grid.irregular == 0


def test_the_rulings_above_and_below_a_low_row_do_not_divide_it():
    lines = [Ruling(0, y, 100, y) for y in (0, 20, 32, 52)]
    lines += [Ruling(x, 0, x, 52) for x in (0, 100)] + [Ruling(50, 0, 50, 20), Ruling(50, 32, 50, 52)]
    (grid,) = find_grids(lines)

    assert [(c.row, c.col, c.colspan) for c in grid.cells if c.row == 1] == [(1, 0, 2)]
