"""Tables over a page break. Columns: section, 一级, 二级, 三级, 指标值, 完成值, 分值, 得分."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.layout.assemble import assemble_document
from pipeline.layout.regions import find_regions
from pipeline.models import Page, Ruling, Table
from tests.layout.drawing import draw_cells, page, rows

HEAD = ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
FIRST = ["", "产出指标", "数量指标", "培训场次", "≥3场", "3场", "10", "10"]
SECOND = ["", "", "质量指标", "合格率", "≥95%", "96%", "20", "20"]
TOTAL = ["总分", "", "", "", "", "", "100", "100"]
NAME = ["项目名称", "某项目", "", "", "", "", "", ""]


def join(upper, lower, **kwargs):
    pages = [page(upper, number=1), page(lower, number=2, **kwargs)]
    return [b for b in assemble_document(find_regions(p) for p in pages) if isinstance(b, Table)]


def by_row(table):
    return [[cell.text if cell else None for cell in row] for row in table.grid()]


def test_a_break_between_two_rows_keeps_both():
    (table,) = join(rows(NAME, HEAD, FIRST), rows(SECOND, TOTAL))

    assert by_row(table)[2:] == [FIRST, SECOND, TOTAL]


def test_a_merged_label_open_across_the_break_is_one_cell_with_two_places():
    upper = [*rows(NAME, HEAD), (2, 0, 2, 1, ""), (2, 1, 2, 1, "产出指标")]
    upper += [(2 + r, c, 1, 1, t) for r, line in enumerate((FIRST, SECOND)) for c, t in enumerate(line) if c > 1]
    lower = [(0, 0, 2, 1, ""), (0, 1, 2, 1, "")]
    lower += [(r, c, 1, 1, t) for r, line in enumerate((SECOND, SECOND)) for c, t in enumerate(line) if c > 1]
    (table,) = join(upper, [*lower, *rows(TOTAL, start=2)])
    (label,) = [c for c in table.cells if c.text == "产出指标"]

    assert (label.row, label.rowspan) == (2, 4)
    assert [place.page for place in label.places] == [1, 2]


def test_a_head_torn_by_the_break_is_whole_even_where_its_pieces_are_labels_too():
    upper = ["", "一级指标", "二级指标", "三级指标", "绩效指标", "年度指标值", "实际完成值", "得分"]
    lower = ["绩效指标", "", "", "", "性质", "", "", ""]
    (table,) = join(rows(NAME, upper), rows(lower, SECOND, TOTAL))

    assert by_row(table)[1] == ["绩效指标", *upper[1:4], "绩效指标性质", *upper[5:]]
    assert by_row(table)[2:] == [SECOND, TOTAL]


@pytest.mark.parametrize(("above", "below"), [(("10", "99"), ("0", ".5")), (("100", "9"), ("", "8"))])
def test_a_total_cut_by_the_break_is_whole(above, below):
    upper = [*rows(NAME, HEAD, FIRST), (3, 0, 1, 6, "总分"), (3, 6, 1, 1, above[0]), (3, 7, 1, 1, above[1])]
    (table,) = join(upper, [(0, 0, 1, 6, ""), (0, 6, 1, 1, below[0]), (0, 7, 1, 1, below[1])])

    assert [cell.text for cell in table.cells][-2:] == [above[0] + below[0], above[1] + below[1]]


FUNDS = ["项目资金", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]
SUM = ["", "年度资金总额", "30", "30", "30", "10", "100%", "10"]


@pytest.mark.parametrize("name", ["项目名称•", "项冃名"])
def test_funds_whose_first_label_was_misread_go_on_with_their_indicators(name):
    (table,) = join(rows([name, *NAME[1:]], FUNDS, SUM), rows(HEAD, FIRST, TOTAL))

    assert by_row(table)[1:] == [FUNDS, SUM, HEAD, FIRST, TOTAL]


def test_a_table_of_figures_after_funds_is_no_part_of_them():
    assert len(join(rows(["项冃名", *NAME[1:]], FUNDS, SUM), rows(["1", "2"], ["3", "4"]))) == 2


def test_a_table_of_figures_after_a_form_is_no_part_of_it():
    tables = join(rows(NAME, HEAD, FIRST, TOTAL), rows(["1", "2"], ["3", "4"]))

    assert [table.rows for table in tables] == [4, 2]


def test_a_label_torn_by_the_break_is_whole():
    upper = [*rows(NAME, HEAD), (2, 0, 1, 1, ""), (2, 1, 1, 1, "满意"), *[(2, c, 1, 1, FIRST[c]) for c in range(2, 8)]]
    lower = [(0, 0, 2, 1, ""), (0, 1, 2, 1, "度指标")]
    lower += [(r, c, 1, 1, t) for r, line in enumerate((FIRST, SECOND)) for c, t in enumerate(line) if c > 1]
    (table,) = join(upper, [*lower, *rows(TOTAL, start=2)])

    assert "满意度指标" in [c.text for c in table.cells]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (
            ["", "产出指标", "数量指标", "举办企业绿色", "≥3场", "3场", "10", "10"],
            ["", "", "", "化节能培训", "", "", "", ""],
        ),
        (
            ["", "产出指标", "数量指标", "举办企业绿色", "", "", "", ""],
            ["", "", "", "化节能培训", "≥3场", "3场", "10", "10"],
        ),
    ],
)
def test_a_row_cut_by_the_break_is_one_row(above, below):
    (table,) = join(rows(NAME, HEAD, above), rows(below, SECOND, TOTAL))

    assert by_row(table)[2] == ["", "产出指标", "数量指标", "举办企业绿色化节能培训", "≥3场", "3场", "10", "10"]
    assert len(by_row(table)) == 5


def test_a_placeholder_row_after_the_break_is_a_row_of_its_own():
    blank = ["", "", "", "指标2：", "", "", "", ""]
    (table,) = join(rows(NAME, HEAD, FIRST), rows(blank, TOTAL))

    assert by_row(table)[2:] == [FIRST, blank, TOTAL]


def test_a_row_cut_by_a_break_that_also_took_the_rulings_away():
    upper, upper_glyphs = draw_cells(rows(NAME, HEAD, [*FIRST[:3], "举办企业绿色", *FIRST[4:]]))
    bottom = max(r.y1 for r in upper)
    from pipeline.models import Page

    first = Page(
        1, 595, 842, tuple(upper_glyphs), tuple(r for r in upper if not (r.horizontal and r.y0 == bottom)), "text", "t"
    )
    lower, lower_glyphs = draw_cells(rows(["", "", "", "化节能培训", "", "", "", ""], TOTAL))
    top = min(r.y0 for r in lower)
    second = Page(
        2, 595, 842, tuple(lower_glyphs), tuple(r for r in lower if not (r.horizontal and r.y0 == top)), "text", "t"
    )
    (table,) = assemble_document(find_regions(p) for p in (first, second))

    assert by_row(table)[2][3] == "举办企业绿色化节能培训"


def test_sides_that_go_on_below_the_last_text_of_a_page_make_no_row():
    head, row = NAME, [*FIRST[:2], "服务对象满意度指", *FIRST[3:]]
    upper, glyphs = draw_cells(rows(head, HEAD, row, [""] * 8))
    bottom = max(r.y1 for r in upper)
    first = Page(
        1, 595, 842, tuple(glyphs), tuple(r for r in upper if not (r.horizontal and r.y0 == bottom)), "text", "t"
    )
    second = page(rows(["", "", "标", "", "", "", "", ""], TOTAL), number=2)
    (table,) = assemble_document(find_regions(p) for p in (first, second))

    assert by_row(table)[2][2] == "服务对象满意度指标"
    assert len(by_row(table)) == 4


def test_a_head_printed_again_is_taken_once():
    (table,) = join(rows(NAME, HEAD, FIRST), rows(HEAD, SECOND, TOTAL))

    assert by_row(table)[2:] == [FIRST, SECOND, TOTAL]


def test_fragments_with_other_column_lines_are_laid_on_common_ones():
    wide = [(0, 0, 1, 1, "项目名称"), (0, 1, 1, 7, "某项目")]
    (table,) = join(wide, rows(HEAD, FIRST, TOTAL))

    assert table.cols == 8
    assert by_row(table)[1] == HEAD


def test_a_sliver_of_a_column_at_the_side_of_the_next_page_is_no_column():
    upper, lower = page(rows(NAME, HEAD, FIRST)), page(rows(SECOND, TOTAL), number=2)
    side = max(ruling.x1 for ruling in lower.rulings)
    top, bottom = (edge(r.y0 for r in lower.rulings) for edge in (min, max))
    sliver = [Ruling(side + 3.5, top, side + 3.5, bottom), *(Ruling(side, y, side + 3.5, y) for y in (top, bottom))]
    regions = [find_regions(p) for p in (upper, replace(lower, rulings=(*lower.rulings, *sliver)))]
    (table,) = (block for block in assemble_document(regions) if isinstance(block, Table))

    assert by_row(table)[-2:] == [SECOND, TOTAL]


def test_a_form_that_begins_after_another_is_a_table_of_its_own():
    tables = join(rows(NAME, HEAD, FIRST, TOTAL), rows(NAME, HEAD, SECOND, TOTAL))

    assert len(tables) == 2


def test_a_form_without_an_end_does_not_swallow_the_next():
    tables = join(rows(NAME, HEAD, FIRST), rows(NAME, HEAD, SECOND, TOTAL))

    assert len(tables) == 2


def test_a_running_title_does_not_part_a_form():
    (table,) = join(rows(NAME, HEAD, FIRST), rows(SECOND, TOTAL), lines=[("项目支出绩效自评表", 20.0)])

    assert by_row(table)[2:] == [FIRST, SECOND, TOTAL]


def test_a_scanned_second_page_may_be_shifted_and_scaled():
    upper, glyphs = draw_cells(rows(NAME, HEAD, FIRST))
    from pipeline.models import Box, Glyph, Page, Ruling

    lower, lower_glyphs = draw_cells(rows(SECOND, TOTAL))

    def shift(v):
        return v * 1.02 + 9

    second = Page(
        2,
        595,
        842,
        tuple(Glyph(g.text, Box(shift(g.box.x0), g.box.y0, shift(g.box.x1), g.box.y1)) for g in lower_glyphs),
        tuple(Ruling(shift(r.x0), r.y0, shift(r.x1), r.y1) for r in lower),
        "ocr",
        "t",
    )
    (table,) = assemble_document(
        find_regions(p) for p in (Page(1, 595, 842, tuple(glyphs), tuple(upper), "ocr", "t"), second)
    )

    assert by_row(table)[2:] == [FIRST, SECOND, TOTAL]


def test_a_row_whose_labels_are_torn_takes_the_number_that_ends_its_sentence():
    upper = ["", "成本指标", "经济成", "年度支出金额", "≤3.4684万元", "年度支出金额", "10", "10"]
    lower = ["", "（10分）", "本指标", "", "", "3.4684", "", ""]
    (table,) = join(rows(NAME, HEAD, upper), rows(lower, TOTAL))

    assert by_row(table)[2][1:6] == ["成本指标（10分）", "经济成本指标", *upper[3:5], "年度支出金额3.4684"]
    assert table.rows == 4


def test_a_total_cut_by_the_break_is_whole_where_conclusions_follow():
    upper = [*rows(NAME, HEAD, FIRST), (3, 0, 1, 6, "总分"), (3, 6, 1, 1, "100"), (3, 7, 1, 1, "99.")]
    lower = [(0, 0, 1, 6, ""), (0, 6, 1, 1, ""), (0, 7, 1, 1, "3"), (1, 0, 1, 1, "评价结论"), (1, 1, 1, 7, "完成")]
    (table,) = join(upper, lower)

    assert "99.3" in [cell.text for cell in table.cells]


def test_a_repeated_head_with_an_unknown_word_is_a_head_still():
    head = [*HEAD[:-1], "自评分数"]
    (table,) = join(rows(NAME, head, FIRST), rows(["", *head[1:]], SECOND, TOTAL))

    assert by_row(table)[2:] == [FIRST, SECOND, TOTAL]


def test_a_cut_row_with_a_label_of_its_own_is_not_the_labels_above():
    upper = [*rows(NAME, HEAD), (2, 0, 2, 1, ""), (2, 1, 2, 1, "效益指标")]
    first = ["", "", "社会效益指标", "知晓率", "≥90%", "92%", "20", "20"]
    torn = ["", "", "服务对", "受益群众", "", "", "", ""]
    upper += [(2 + r, c, 1, 1, t) for r, line in enumerate((first, torn)) for c, t in enumerate(line) if c > 1]
    lower = rows(["", "满意度指标", "象满意度指标", "满意度", "≥95%", "96%", "10", "10"], TOTAL)
    (table,) = join(upper, lower)

    assert [row[1] for row in by_row(table)[2:4]] == ["效益指标", "满意度指标"]
    assert by_row(table)[3][2:] == ["服务对象满意度指标", "受益群众满意度", "≥95%", "96%", "10", "10"]


def test_two_rows_with_points_of_their_own_are_two_whatever_their_decimals():
    above = [*FIRST[:6], "24.5", "23.5"]
    below = ["", "", "", "满意度", "≥95%", "98.6%", "10", "10"]
    (table,) = join(rows(NAME, HEAD, above), rows(below, TOTAL))

    assert [row[6] for row in by_row(table)[2:4]] == ["24.5", "10"]


def test_a_total_whose_last_cell_has_no_side_keeps_the_columns_of_the_rows_above():
    upper = [*rows(NAME, HEAD, FIRST)]
    upper = [(row, col, height, width + (col == 7), text) for row, col, height, width, text in upper]
    (table,) = join(upper, [(0, 0, 1, 6, "总分"), (0, 6, 1, 1, "100"), (0, 7, 1, 1, "98")])

    assert [(cell.col, cell.text) for cell in table.cells if cell.row == 3] == [(0, "总分"), (6, "100"), (7, "98")]
