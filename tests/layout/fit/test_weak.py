"""Scans on which little or nothing is drawn: the words alone tell rows, columns and merged cells."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline.forms.form import read_forms
from pipeline.layout.assemble import assemble_document
from pipeline.layout.fit.document import fit_pages
from pipeline.layout.fit.levels import Seen, Span, label_bounds
from pipeline.layout.regions import find_regions, group_lines
from pipeline.models import Box, Form, Glyph, Page, Ruling
from tests.layout.fit.form_page import XS, Placed, form_cells
from tests.layout.fit.test_scanned import fit, form_of, lines_of, named, scan, whole


def torn(glyph: Glyph, *at: int) -> list[Glyph]:
    """What was read as one line, read as pieces that begin at some of its characters, a little apart."""
    box, wide = glyph.box, glyph.box.width / len(glyph.text)
    places = [0, *at, len(glyph.text)]
    return [
        replace(
            glyph, text=glyph.text[a:b], box=replace(box, x0=box.x0 + a * wide + (1 if a else 0), x1=box.x0 + b * wide)
        )
        for a, b in itertools.pairwise(places)
    ]


def with_torn(cells: Sequence[Placed], rulings: Sequence[Ruling], text: str, *at: int) -> Page:
    page = scan(cells, rulings)
    glyphs = [piece for g in page.glyphs for piece in (torn(g, *at) if g.text == text else [g])]
    return replace(page, glyphs=tuple(glyphs))


def instead(cells: Sequence[Placed], old: str, new: str) -> list[Placed]:
    return [(*cell[:4], new) if cell[4].replace("\n", "") == old else cell for cell in cells]


@pytest.mark.parametrize(("head", "at"), [("年度总目标完成情况综述", 4), ("实际完成情况", 4)])
def test_a_head_that_is_read_in_two_long_pieces_is_one(head: str, at: int) -> None:
    cells = instead(form_cells(), "实际完成情况", head)
    form = form_of(fit(with_torn(cells, [], head, at)))
    assert form.readings["actual_goal"].text == "完成三处公园的改造。"


def test_the_rest_of_a_line_belongs_to_its_label_before_the_line_below() -> None:
    cells = instead(form_cells(), "其中：当年财政拨款", "其中：财政拨款")
    form = form_of(fit(with_torn(cells, [], "其中：财政拨款", 3)))
    assert [form.funds[kind]["annual_budget_raw"].text for kind in ("total", "fiscal")] == ["100", "100"]


def test_a_name_of_two_lines_the_first_of_which_is_read_in_pieces_is_one_row() -> None:
    cells = instead(form_cells(), "苗木成活率", "指标1：完成苗木\n成活率")
    form = form_of(fit(with_torn(cells, [], "指标1：完成苗木", 2, 3, 4)))
    names = [line.readings["level3"].text for line in form.indicators]
    assert (len(names), names[1]) == (4, "指标1：完成苗木成活率")


def test_a_second_level_begins_where_names_are_counted_from_one_again() -> None:
    rows = [Span(20.0 * i, 20.0 * i + 20) for i in range(6)]
    labels = [Span(25.0, 35.0), Span(85.0, 95.0)]
    counted = Seen(starts=frozenset({0, 3}), goes_on=True, counted=True)
    assert label_bounds(rows, labels, counted) == {3}
    higher = [Span(10.0, 20.0), Span(58.0, 68.0)]
    assert label_bounds(rows, higher, counted) == {3}


def test_labels_that_hang_from_the_tops_of_their_cells_stand_for_the_rows_from_there_on() -> None:
    tops = [0.0, 15.0, 75.0, 90.0, 105.0, 150.0]  # the second row and the fifth have texts of three lines beside them
    rows = [Span(top, end) for top, end in itertools.pairwise([*tops, 210.0])]
    labels = [Span(tops[i] + 2, tops[i] + 12 * lines) for i, lines in ((0, 1), (1, 1), (2, 1), (4, 2), (5, 3))]
    assert label_bounds(rows, labels, Seen()) == {1, 2, 4, 5}


def test_a_label_stands_for_the_rows_that_belong_to_its_level() -> None:
    kinds = ["output", "output", "output", None, "benefit", "benefit"]
    rows = [Span(20.0 * i, 20.0 * i + 20, kind) for i, kind in enumerate(kinds)]
    torn_off = [Span(35.0, 45.0, "output"), Span(85.0, 95.0, "benefit")]
    assert label_bounds(rows, torn_off, Seen(breaks_off=True)) == {4}
    assert label_bounds(rows[:5], [Span(15.0, 25.0, "output"), Span(70.0, 80.0, "benefit")], Seen()) == {3}


def tall(cells: Sequence[Placed], more: float) -> list[Placed]:
    """The cells with one more row of a mere 指标2： below each of some names, in rows as high as given."""
    first = named(cells, "改造公园数量")[1]
    ys = sorted({y for c in cells for y in (c[1], c[3]) if y >= first and c[0] >= XS[3]})
    moved = {y: y + more * i for i, y in enumerate(ys)}
    return [(c[0], moved.get(c[1], c[1]), c[2], moved.get(c[3], c[3]), c[4]) for c in cells]


def test_a_table_whose_rows_are_far_apart_goes_on_to_the_end_of_its_page() -> None:
    cells = tall(form_cells(), 45.0)
    cut = named(cells, "居民满意度调查覆盖街道数量")[1]
    upper = instead([c for c in cells if c[3] <= cut], "完工时间", "指标1：完工时间")
    lower = [(c[0], c[1] - cut + 60, c[2], c[3] - cut + 60, c[4]) for c in cells if c[1] >= cut]
    section = (XS[0], named(upper, "一级指标")[1], XS[1], cut, "绩效\n指标")
    first = named(upper, "改造公园数量")[1]
    level = (XS[1], first, XS[2], cut, "产出指标")
    pages = [scan([*upper, section, level], []), replace(scan(lower, []), number=2)]
    form = read(pages)
    assert [line.readings["weight_raw"].text for line in form.indicators] == ["30", "20", "10", "30"]


def read(pages: Sequence[Page]) -> Form:
    fitted = [found.page for found in fit_pages(pages, lambda page: None)]
    (form,), _ = read_forms(assemble_document([find_regions(page) for page in fitted]), 1)
    return form


def test_words_outside_the_grid_of_the_heads_are_read_as_words() -> None:
    cells = form_cells()
    heads = [c for c in cells if c[1] == named(cells, "三级指标")[1] and c[4] != "绩效\n指标"]
    found = [g for c in cells for g in lines_of(c) if g.text != "—"]
    page = replace(scan(cells, whole(heads)), glyphs=tuple(found), grid_reader="rulings")
    words = replace(scan(cells, whole(heads)), grid_reader="words")
    form = form_of(fit(page, lambda page: words))
    assert form.funds["fiscal"]["weight_raw"].text == "—"


def test_the_edge_of_the_paper_is_no_side_of_the_table() -> None:
    cells = form_cells()
    top, bottom = min(c[1] for c in cells), max(c[3] for c in cells)
    frame = [Ruling(XS[0], y, XS[-1], y) for y in (top, bottom)]
    frame += [Ruling(x, top, x, bottom) for x in (XS[0], XS[-1])]
    paper = [Ruling(XS[0] - 40, top - 20, XS[0] - 40, top + 300), Ruling(XS[0] - 38, top + 310, XS[0] - 38, bottom)]
    fitted = fit(scan(cells, [*frame, *paper]))
    assert min(ruling.x0 for ruling in fitted.rulings) == XS[0]
    assert form_of(fitted).funds["total"]["executed_raw"].text == "90"


def test_a_name_of_two_lines_set_wide_is_one_row() -> None:
    cells = form_cells()
    name = named(cells, "居民满意度调查覆盖街道数量")
    page = scan([cell for cell in cells if cell is not name], [])
    upper, lower = lines_of((*name[:4], "居民满意度调查")), lines_of((*name[:4], "覆盖街道数量"))
    apart = [moved(glyph, by) for glyph, by in ((upper[0], -8.5), (lower[0], 7.5))]
    form = form_of(fit(replace(page, glyphs=(*page.glyphs, *apart))))
    assert [line.readings["level3"].text for line in form.indicators][3:] == ["居民满意度调查覆盖街道数量"]


def moved(glyph: Glyph, down: float) -> Glyph:
    return replace(glyph, box=replace(glyph.box, y0=glyph.box.y0 + down, y1=glyph.box.y1 + down))


def test_a_fund_line_read_in_one_with_the_section_beside_it_is_a_line() -> None:
    cells = instead(form_cells(), "项目资金（万元）", "项\n目\n资\n金\n（\n万\n元\n）")
    words = scan(cells, [])
    beside = next(g for g in words.glyphs if g.text == "其中：当年")
    letter = min(
        (g for g in words.glyphs if g.box.x1 < XS[1] and len(g.text) == 1), key=lambda g: abs(g.box.y0 - beside.box.y0)
    )
    both = replace(beside, text=letter.text + beside.text, box=letter.box.union(beside.box))
    page = replace(words, glyphs=(*(g for g in words.glyphs if g not in (letter, beside)), both), grid_reader="words")
    form = form_of(fit(page, lambda page: words))
    assert form.funds["fiscal"]["executed_raw"].text == "90"
    assert form.funds["total"]["executed_raw"].text == "90"


@pytest.mark.parametrize(("left", "right"), [("分值", "得分"), ("年度指标值", "实际完成值")])
@pytest.mark.parametrize("space", ["", " "])
def test_two_heads_that_are_read_as_one_are_two(left: str, right: str, space: str) -> None:
    cells = form_cells()
    words = scan(cells, [])
    row = named(cells, "三级指标")
    a, b = (next(g for g in words.glyphs if g.text == t and row[1] < g.box.y0 < row[3]) for t in (left, right))
    both = replace(a, text=a.text + space + b.text, box=a.box.union(b.box))
    page = replace(words, glyphs=(*(g for g in words.glyphs if g not in (a, b)), both), grid_reader="words")
    form = form_of(fit(page, lambda page: words))
    assert [form.indicators[0].readings[f].text for f in ("target_raw", "actual_raw", "weight_raw", "score_raw")] == [
        "3处",
        "3处",
        "30",
        "30",
    ]


def test_dirt_that_runs_down_the_page_makes_no_head_and_no_column() -> None:
    cells = form_cells()
    dirt = [Glyph("è东富é", Box(XS[-1] + 25, 12.0 * i, XS[-1] + 45, 12.0 * i + 9), 0.3) for i in range(65)]
    fitted = fit(scan(cells, [], dirt))
    assert max(ruling.x1 for ruling in fitted.rulings) < XS[-1] + 20
    form = form_of(fitted)
    assert [line.readings["score_raw"].text for line in form.indicators] == ["30", "20", "10", "29.5"]
    assert form.readings["actual_goal"].text == "完成三处公园的改造。"


def test_a_head_with_its_remark_in_brackets_below_is_one_column() -> None:
    cells = instead(instead(form_cells(), "分值", "分值\n（分）"), "年度指标值", "年度指标值\n（A）")
    form = form_of(fit(scan(cells, [])))
    assert [line.readings["weight_raw"].text for line in form.indicators] == ["30", "20", "10", "30"]


def test_a_colon_that_is_read_by_itself_low_in_its_line_stays_where_it_stands() -> None:
    line = [Glyph("指标1", Box(201, 491, 223, 499)), Glyph("开设课程门数", Box(233, 491, 287, 499))]
    colon = Glyph(":", Box(226, 495.5, 228, 499))
    below = Glyph("下一行", Box(201, 502, 223, 510))
    found = [[glyph.text for glyph in one] for one in group_lines([*line, colon, below])]
    assert found == [["指标1", ":", "开设课程门数"], ["下一行"]]
