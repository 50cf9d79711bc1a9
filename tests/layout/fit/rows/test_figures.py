"""Numbers that a narrow column wraps are one; those of two rows are two, also where a neighbour was not read."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.layout.fit.areas import wraps_into
from pipeline.layout.fit.rows.figures import whole_figures
from pipeline.layout.fit.texts.runs import Run
from pipeline.models import Box

EM = 10.0


def column(left: float, *lines: tuple[str, float]) -> list[Run]:
    """Texts of one column, each with the height of its middle."""
    return [Run(text, Box(left, y - EM / 2, left + 20, y + EM / 2)) for text, y in lines]


def read(runs: Sequence[Run], *beside: Sequence[Run]) -> list[str]:
    return [run.text for run in whole_figures(runs, beside, EM)]


@pytest.mark.parametrize(("first", "second"), [("27", ".5"), ("27.", "5")])
def test_a_number_that_wraps_at_its_point_is_one_also_in_lines_set_wide(first: str, second: str) -> None:
    assert read(column(0.0, (first, 10.0), (second, 10.0 + 2.2 * EM))) == [first + second]


@pytest.mark.parametrize("middle", [20.0, 13.0, 27.0])
def test_a_number_wraps_where_the_other_columns_have_one_text_beside_both_lines_of_it(middle: float) -> None:
    points = column(0.0, ("30", 13.0), ("5", 27.0), ("8", 60.0))
    weights, targets = column(30.0, ("31", middle), ("8", 60.0)), column(60.0, ("显著改善", middle), ("12月", 60.0))
    name = column(90.0, ("抽检", 13.0), ("覆盖率", 27.0), ("完成时间", 60.0))
    assert read(points, weights, targets, name) == ["305", "8"]


def test_the_points_of_two_rows_are_two_where_one_weight_was_not_read() -> None:
    points, weights = column(0.0, ("30", 13.0), ("5", 27.0)), column(30.0, ("30", 13.0))
    names, targets = (column(left, ("甲", 13.0), ("乙", 27.0)) for left in (60.0, 90.0))
    assert read(points, weights, names, targets) == ["30", "5"]


@pytest.mark.parametrize(("second", "lower", "wraps"), [("0", 16.0, True), ("0", 22.0, False), ("元", 16.0, False)])
def test_a_total_wraps_in_lines_set_wide_for_its_digits_are_lower_than_a_line(
    second: str, lower: float, wraps: bool
) -> None:
    first, below = Run("10", Box(0.0, 0.0, 10.0, 7.0)), Run(second, Box(2.0, lower, 8.0, lower + 7.0))
    assert wraps_into(first, below) is wraps
