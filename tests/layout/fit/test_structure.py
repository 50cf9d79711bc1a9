"""One form, whatever is drawn around its words, has the same cells: a ruling is evidence, not law."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from pipeline.forms.form import read_forms
from pipeline.layout.assemble import assemble_document
from pipeline.layout.fit.document import fit_pages
from pipeline.layout.regions import find_regions
from pipeline.models import Box, Form, Glyph, Page, Ruling
from tests.layout.fit.form_page import SIZE, XS, Placed, form_cells, page, sides, write_cells

Draw = Callable[[Sequence[Placed]], Page]


def read(*pages: Page) -> list[Form]:
    fitted = [found.page for found in fit_pages(pages, lambda page: None)]
    forms, _ = read_forms(assemble_document(map(find_regions, fitted)), len(fitted))
    return forms


def texts(form: Form) -> dict[str, object]:
    """Everything that the form says, without where and how surely it was read."""
    return {
        "fields": {name: reading.text for name, reading in form.readings.items()},
        "funds": {kind: {name: r.text for name, r in row.items()} for kind, row in form.funds.items()},
        "indicators": [{name: r.text for name, r in line.readings.items()} for line in form.indicators],
    }


def ruled(cells: Sequence[Placed]) -> Page:
    lying, standing = sides(cells)
    return page(cells, [*lying, *standing])


def without_verticals(cells: Sequence[Placed]) -> Page:
    return page(cells, sides(cells)[0])


def without_anything(cells: Sequence[Placed]) -> Page:
    return page(cells, [])


def with_fills_only(cells: Sequence[Placed]) -> Page:
    lying, standing = sides(cells)
    return page(cells, [], [replace(r, strength=0.1, origin="fill") for r in (*lying, *standing)])


def with_outer_frame_only(cells: Sequence[Placed]) -> Page:
    top, bottom = min(c[1] for c in cells), max(c[3] for c in cells)
    lying = [Ruling(XS[0], y, XS[-1], y) for y in (top, bottom)]
    return page(cells, [*lying, *(Ruling(x, top, x, bottom) for x in (XS[0], XS[-1]))])


def without_outer_frame(cells: Sequence[Placed]) -> Page:
    top, bottom = min(c[1] for c in cells), max(c[3] for c in cells)
    lying, standing = sides(cells)
    inner = [r for r in lying if r.y0 not in (top, bottom)] + [r for r in standing if r.x0 not in (XS[0], XS[-1])]
    return page(cells, inner)


def with_verticals_in_the_heads_only(cells: Sequence[Placed]) -> Page:
    lying, standing = sides(cells)
    heads = [
        c
        for c in cells
        if c[4].replace("\n", "") in {"一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值"}
    ]
    return page(cells, [*lying, *(r for r in standing if any(r.y0 == c[1] for c in heads))])


def with_boxes_apart(cells: Sequence[Placed]) -> Page:
    """Each cell a box of its own with round corners, three points from its neighbours."""
    inset = [(x0 + 1.5, y0 + 1.5, x1 - 1.5, y1 - 1.5) for x0, y0, x1, y1, _ in cells]
    lying = [Ruling(x0 + 2, y, x1 - 2, y) for x0, y0, x1, y1 in inset for y in (y0, y1)]
    standing = [Ruling(x, y0 + 2, x, y1 - 2) for x0, y0, x1, y1 in inset for x in (x0, x1)]
    return page(cells, [*lying, *standing])


WAYS: list[Draw] = [
    with_boxes_apart,
    without_verticals,
    without_anything,
    with_fills_only,
    with_outer_frame_only,
    without_outer_frame,
    with_verticals_in_the_heads_only,
]


def test_a_whole_grid_that_explains_the_words_is_not_touched() -> None:
    drawn = ruled(form_cells())
    (found,) = fit_pages([drawn], lambda page: None)
    assert found.page is drawn


@pytest.mark.parametrize("draw", WAYS)
def test_a_form_reads_the_same_whatever_is_drawn(draw: Draw) -> None:
    (expected,) = read(ruled(form_cells()))
    assert [line.readings["level1"].text for line in expected.indicators] == ["产出指标"] * 3 + ["满意度指标"]
    (form,) = read(draw(form_cells()))
    assert form.complete
    assert texts(form) == texts(expected)


@pytest.mark.parametrize("draw", WAYS)
def test_two_forms_on_a_page_stay_two(draw: Draw) -> None:
    cells = [*form_cells(60.0), *shifted(form_cells(60.0), 470.0)]
    tall = replace(draw(cells), height=1100.0)
    assert (
        [texts(form) for form in read(tall)]
        == [texts(form) for form in read(replace(ruled(cells), height=1100.0))]
        != []
    )


def shifted(cells: Sequence[Placed], by: float) -> list[Placed]:
    return [(x0, y0 + by, x1, y1 + by, text) for x0, y0, x1, y1, text in cells]


@pytest.mark.parametrize("draw", [without_verticals, without_anything, with_fills_only])
def test_a_table_goes_on_with_the_columns_of_the_page_before(draw: Draw) -> None:
    cells = form_cells()
    cut = next(c[1] for c in cells if c[4] == "完工时间")
    upper = [c if c[3] <= cut else (*c[:3], cut, c[4]) for c in cells if c[1] < cut]
    lower = shifted([c for c in cells if c[1] >= cut], 60.0 - cut)
    (form,) = read(draw(upper), replace(draw(lower), number=2))
    assert [line.readings["level3"].text for line in form.indicators] == [
        "改造公园数量",
        "苗木成活率",
        "完工时间",
        "居民满意度调查覆盖街道数量",
    ]
    assert form.readings["total_score_raw"].text == "98.5"


def test_a_stroke_between_two_words_does_not_part_a_run() -> None:
    cells = form_cells()
    lying, standing = sides(cells)
    name = next(c for c in cells if c[4] == "公园改造项目")
    middle = (name[0] + name[2]) / 2 + 2.0
    stroke = Ruling(middle, name[1], middle, name[3], strength=0.4, origin="trace")
    (form,) = read(page(cells, lying, [stroke, *(r for r in standing if r.y0 != name[1])]))
    assert form.readings["project_name"].text == "公园改造项目"


def test_numbers_of_the_total_that_wrap_with_wide_leading_stay_in_the_row_that_is_drawn() -> None:
    cells = form_cells()
    end = max(c[3] for c in cells)
    last = [c for c in cells if c[3] == end]
    high = [c for c in cells if c[3] != end] + [(c[0], c[1], c[2], end + 22, c[4]) for c in last]
    top = last[0][1]
    halves = [
        (x0, y, x1, y + 21, text)
        for x0, x1 in ((XS[6], XS[7]), (XS[7], XS[8]))
        for y, text in ((top, "10"), (top + 16, "0"))
    ]
    lying, standing = sides(high)
    (form,) = read(page([c for c in high if c[1] != top or c[4] == "总分"] + halves, [*lying, *standing]))
    assert (form.readings["total_weight_raw"].text, form.readings["total_score_raw"].text) == ("100", "100")


def test_a_piece_of_a_dashed_ruling_is_no_character_of_the_form() -> None:
    cells = form_cells()
    lying, standing = sides(cells)
    weight = next(c for c in cells if c[4] == "20")
    dash = Glyph("1", Box(weight[0] - 1.0, weight[1] + 8, weight[0] + 1.5, weight[1] + 18), 0.99)
    dashed = [replace(r, strength=0.4, origin="trace") for r in standing]
    scanned = replace(page(cells, lying, dashed), source="ocr")
    runs = [as_read(cell) for cell in cells if cell[4]]
    (form,) = read(replace(scanned, glyphs=(*runs, dash)))
    assert form.indicators[1].readings["weight_raw"].text == "20"
    assert form.indicators[0].readings["actual_raw"].text == "3处"


def as_read(cell: Placed) -> Glyph:
    """The text of a cell as a recogniser gives it: one piece, where the characters stand."""
    glyphs = write_cells([cell])
    box = glyphs[0].box
    for glyph in glyphs[1:]:
        box = box.union(glyph.box)
    return Glyph(cell[4].replace("\n", ""), box, 0.99)


def spread(cell: Placed) -> list[Glyph]:
    """The glyphs of a cell's text, spread over its whole width (分散对齐)."""
    x0, y0, x1, y1, text = cell
    step = (x1 - x0 - 4 - SIZE) / (len(text) - 1)
    top = (y0 + y1 - SIZE) / 2
    return [
        Glyph(char, Box(x0 + 2 + step * n, top, x0 + 2 + step * n + SIZE, top + SIZE)) for n, char in enumerate(text)
    ]


SPREAD = ("项目名称", "主管部门", "分值", "得分", "预期目标", "实际完成情况", "总分")


def test_labels_that_are_spread_over_the_width_of_their_cells_are_labels() -> None:
    cells = [(2 * x0, y0, 2 * x1, y1, text) for x0, y0, x1, y1, text in form_cells()]
    (expected,) = read(replace(ruled(cells), width=1190.0))
    drawn = ruled([cell for cell in cells if cell[4] not in SPREAD])
    lying, standing = sides(cells)
    wide = [glyph for cell in cells if cell[4] in SPREAD for glyph in spread(cell)]
    (form,) = read(replace(drawn, width=1190.0, rulings=(*lying, *standing), glyphs=(*drawn.glyphs, *wide)))
    assert texts(form) == texts(expected)


def test_a_tick_beside_a_head_is_no_head() -> None:
    drawn = ruled(form_cells())
    place = next(cell for cell in form_cells() if cell[4] == "得分" and cell[1] > 300)
    tick = Glyph("1", Box(place[2] - 9, place[1] + 8, place[2] - 3, place[1] + 22))
    (found,) = fit_pages(
        [replace(drawn, source="ocr", reader="rapidocr", glyphs=(*drawn.glyphs, tick))], lambda _: None
    )
    assert [cell.text for cell in found.evidence.heads[-1].cells][-2:] == ["分值", "得分"]
    assert found.page.rulings == drawn.rulings
