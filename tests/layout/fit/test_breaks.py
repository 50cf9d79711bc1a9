"""What wraps, hangs and is torn by a page break in tables whose lines do not tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline.layout.fit.document import fit_pages
from pipeline.models import Form
from tests.layout.fit.form_page import LEADING, XS, Placed, form_cells, page, sides
from tests.layout.fit.test_structure import (
    Draw,
    read,
    ruled,
    shifted,
    texts,
    with_fills_only,
    without_anything,
    without_verticals,
)

LOOSE: list[Draw] = [without_anything, with_fills_only, without_verticals]


def with_text(cells: Sequence[Placed], old: str, new: str) -> list[Placed]:
    return [(*cell[:4], new if cell[4] == old else cell[4]) for cell in cells]


def broken(cells: Sequence[Placed], at: float, draw: Draw) -> list[Form]:
    """Read the cells on two pages; a cell that the break cuts stands on the first one."""
    upper = [c if c[3] <= at else (*c[:3], at, c[4]) for c in cells if c[1] < at]
    lower = shifted([c for c in cells if c[1] >= at], 60.0 - at)
    return read(draw(upper), replace(draw(lower), number=2))


def top_of(cells: Sequence[Placed], text: str) -> float:
    return next(cell[1] for cell in cells if cell[4] == text)


@pytest.mark.parametrize("draw", LOOSE)
@pytest.mark.parametrize(("old", "new"), [("98.5", "98.\n5"), ("100", "10\n0")])
def test_a_total_whose_number_wraps_is_whole(draw: Draw, old: str, new: str) -> None:
    cells = form_cells()
    total = top_of(cells, "总分")
    taller = [(x0, y0, x1, y1 + 6 * (y0 == total), text) for x0, y0, x1, y1, text in cells]
    wrapped = [(*c[:4], new if c[4] == old and c[1] == total else c[4]) for c in taller]
    (form,) = read(draw(wrapped))
    assert form.readings["total_weight_raw"].text == "100"
    assert form.readings["total_score_raw"].text == "98.5"
    assert len(form.indicators) == 4


@pytest.mark.parametrize("draw", LOOSE)
def test_funds_go_on_with_the_columns_of_the_page_before(draw: Draw) -> None:
    cells = form_cells()
    (expected,) = read(ruled(cells))
    (form,) = broken(cells, top_of(cells, "上年结转资金"), draw)
    assert texts(form)["funds"] == texts(expected)["funds"]


@pytest.mark.parametrize("draw", LOOSE)
def test_a_row_of_heads_that_the_page_break_cuts_is_whole(draw: Draw) -> None:
    cells = form_cells()
    (expected,) = read(ruled(cells))
    top = top_of(cells, "二级指标")
    firsts = {"一级指\n标": "一级", "二级指标": "二级", "三级指标": "三级"}
    upper, lower = [], []
    for x0, y0, x1, y1, text in cells:
        if y0 == top and x0 > XS[0]:
            upper.append((x0, y0, x1, y0 + 15, firsts.get(text, text)))
            lower.append((x0, y0 + 15, x1, y1, "指标" if text in firsts else ""))
        elif y0 >= top:
            lower.append((x0, max(y0, top + 15), x1, y1, text))
        else:
            upper.append((x0, y0, x1, y1, text))
    (form,) = read(draw(upper), replace(draw(shifted(lower, 60.0 - top - 15)), number=2))
    assert texts(form)["indicators"] == texts(expected)["indicators"]


def test_names_that_hang_from_the_top_of_their_rows_are_of_one_row() -> None:
    cells = form_cells()
    (expected,) = read(ruled(cells))
    body = top_of(cells, "改造公园数量")
    total = top_of(cells, "总分")
    tall = {y: body + 2 * (y - body) for y in {c[1] for c in cells} | {c[3] for c in cells} if body <= y <= total}
    hung = []
    for x0, y0, x1, y1, text in cells:
        top = tall.get(y0, y0 + (total - body if y0 > total else 0.0))
        low = tall.get(y1, y1 + (total - body if y1 > total else 0.0))
        hangs = body <= y0 < total and x0 > XS[0]
        hung.append((x0, top, x1, top + LEADING * (text.count("\n") + 1) + 4 if hangs else low, text))
    (form,) = read(without_anything(hung))
    assert texts(form)["indicators"] == texts(expected)["indicators"]


def test_a_total_below_a_drawn_grid_leaves_the_grid_as_it_is() -> None:
    cells = form_cells()
    total = top_of(cells, "总分")
    lying, standing = sides([cell for cell in cells if cell[1] < total])
    outside = page(cells, [*lying, *standing])
    (found,) = fit_pages([outside], lambda page: None)
    assert set(outside.rulings) <= set(found.page.rulings)
    assert texts(read(outside)[0]) == texts(read(ruled(cells))[0])


def test_the_title_of_the_next_form_is_no_part_of_the_total() -> None:
    cells = form_cells(60.0)
    total = top_of(cells, "总分")
    lying, standing = sides([cell for cell in cells if cell[1] < total])
    following = shifted(form_cells(60.0), 500.0)
    more_lying, more_standing = sides(following)
    title = (50.0, 530.0, 515.0, 550.0, "项目支出绩效自评表")
    both = page([*cells, title, *following], [*lying, *standing, *more_lying, *more_standing])
    forms = read(replace(both, height=1200.0))
    assert [form.readings["total_score_raw"].text for form in forms] == ["98.5", "98.5"]


@pytest.mark.parametrize("draw", [without_anything, without_verticals])
def test_items_that_nobody_filled_in_are_rows_of_their_own(draw: Draw) -> None:
    cells = form_cells()
    row = next(c for c in cells if c[4] == "苗木成活率")
    added, high = [], row[3] - row[1]
    for x0, y0, x1, y1, text in cells:
        shift = 2 * 15.0 if y0 >= row[3] else 0.0
        grows = 2 * 15.0 if y0 < row[3] < y1 or (y1 == row[3] and x1 <= XS[3]) else 0.0
        added.append((x0, y0 + shift, x1, y1 + shift + grows, text))
    for n, text in enumerate(("指标2：", "……")):
        y = row[1] + high + 15.0 * n
        added += [(XS[c], y, XS[c + 1], y + 15.0, text if c == 3 else "") for c in range(3, 8)]
    (form,) = read(draw(added))
    names = [line.readings["level3"].text for line in form.indicators]
    assert names == ["改造公园数量", "苗木成活率", "指标2：", "……", "完工时间", "居民满意度调查覆盖街道数量"]
