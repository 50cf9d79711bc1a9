"""Numbers without verticals between them: each stands in the column of its own head, however it is set in its cell."""

from __future__ import annotations

from dataclasses import replace

from pipeline.layout.fit.rows.figures import figures_beside
from pipeline.layout.fit.texts.runs import Run
from pipeline.models import Box
from tests.layout.fit.form_page import Placed, form_cells, page, sides
from tests.layout.fit.test_structure import read

WIDTH = 4.5
"""Points of a digit of the page."""

AMOUNTS = {"100": "5", "90": "4.85"}


def set_right(cell: Placed) -> Placed:
    """A cell of an amount, its text at the right side of it."""
    x0, y0, x1, y1, text = cell
    text = AMOUNTS.get(text, text) if y0 < 300 else text
    if text not in AMOUNTS.values():
        return x0, y0, x1, y1, text
    return x1 - 1 - WIDTH * len(text), y0, x1 - 1, y1, text


def test_numbers_set_to_the_right_stand_below_their_own_heads() -> None:
    cells = form_cells()
    (form,) = read(page([set_right(cell) for cell in cells], sides(cells)[0]))
    for kind in ("total", "fiscal"):
        row = form.funds[kind]
        amounts = [row[name].text for name in ("initial_budget_raw", "annual_budget_raw", "executed_raw")]
        assert amounts == ["5", "5", "4.85"]


def test_numbers_of_a_line_are_beside_each_other_unless_a_text_stands_between_them() -> None:
    line = [Run(text, Box(x, 10, x + 20, 19)) for text, x in (("30", 0), ("29.8", 60), ("完成", 90), ("10", 120))]
    below = [replace(run, box=Box(run.box.x0, 30, run.box.x1, 39)) for run in line[2:]]
    assert [(a.text, b.text) for a, b in figures_beside([*below, *reversed(line)])] == [("30", "29.8")]
