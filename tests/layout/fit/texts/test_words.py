"""Which words are one label, one head or one cell where several readings compete."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from pipeline.layout.assemble import assemble_document
from pipeline.layout.fit.areas import Area
from pipeline.layout.fit.columns import Carried
from pipeline.layout.fit.document import fit_pages
from pipeline.layout.fit.page import gather_evidence
from pipeline.layout.fit.structure import as_wide
from pipeline.layout.fit.texts.parted import part_run
from pipeline.layout.fit.texts.runs import Run, second_head
from pipeline.layout.regions import find_regions
from pipeline.models import Box, Ruling, Table
from tests.layout.fit.form_page import LEADING, SIZE, TITLE, XS, form_cells, page, write_cells
from tests.layout.fit.test_breaks import LOOSE, broken, top_of, with_text
from tests.layout.fit.test_scanned import fit, scan
from tests.layout.fit.test_structure import Draw, read, ruled, shifted, texts, with_fills_only, without_anything


@pytest.mark.parametrize("draw", LOOSE)
def test_words_that_two_labels_share_go_to_the_labels_that_leave_none_over(draw: Draw) -> None:
    cells = with_text(form_cells(), "年度指标值", "年度\n指标值")
    cells = with_text(cells, "实际完成值", "实际\n完成值")  # 年度实际完成值 is a label too
    (form,) = read(draw(cells))
    (expected,) = read(ruled(form_cells()))
    assert texts(form)["indicators"] == texts(expected)["indicators"]


@pytest.mark.parametrize(
    ("text", "end"),
    [("分值（A）得分（分）", 5), ("年度指标值实际完成值", 5), ("偏差原因分析及改进措施", 0), ("绩效指标完成率", 0)],
)
def test_two_heads_without_a_space_are_two(text: str, end: int) -> None:
    assert second_head(text) == end


def test_the_name_of_the_section_among_the_heads_is_a_head() -> None:
    cells = with_text(form_cells(), "年度指标值", "绩效指标")
    (head,) = [h for h in gather_evidence(without_anything(cells)).heads if h.part == "indicators"]
    assert [cell.text for cell in head.cells][3:5] == ["绩效指标", "实际完成值"]


def test_columns_closer_than_words_are_parted_where_texts_begin_and_end_below_each_other() -> None:
    lines = [("数量指标", "培训人数"), ("质量指标", "抽检合格"), ("经济", "促进企业"), ("生态效益", "推动低碳发展")]
    width = 4 * SIZE
    cells = [
        cell
        for i, (left, right) in enumerate(lines)
        for cell in (
            (100.0 + width - SIZE * len(left), 100.0 + 20 * i, 100.0 + width, 120.0 + 20 * i, left),
            (100.0 + width + 4.5, 100.0 + 20 * i, 100.0 + width + 4.5 + SIZE * len(right), 120.0 + 20 * i, right),
        )
    ]
    found = {run.text for run in gather_evidence(page(cells, [], number=2)).runs}
    assert found == {text for line in lines for text in line}
    assert len(write_cells(cells)) == sum(len(text) for text in found)


@pytest.mark.parametrize("draw", [without_anything, with_fills_only])
def test_the_last_lines_of_a_row_that_a_page_break_has_cut_are_of_that_row(draw: Draw) -> None:
    cells = form_cells()
    third = top_of(cells, "完工时间")
    gone = {(XS[5], third): "其中二期于十月全部", (XS[5], third + 30): "92%"}
    upper = [(*c[:4], gone.get((c[0], c[1]), c[4])) for c in cells]
    rest = (XS[5], third + 30, XS[6], third + 50, "完工并通过验收。")
    lower = [c if c[1] < third + 30 else (c[0], c[1] + 20, c[2], c[3] + 20, c[4]) for c in upper]
    (form,) = broken([*lower, rest], third + 30, draw)
    assert [line.readings["actual_raw"].text for line in form.indicators][2:] == [
        "其中二期于十月全部完工并通过验收。",
        "92%",
    ]


def test_a_table_that_goes_on_is_as_wide_as_its_longest_line() -> None:
    cells = form_cells()
    last = top_of(cells, "总分")
    upper = page([c if c[3] <= last else (*c[:3], last, c[4]) for c in cells if c[1] < last - 30], [])
    runs = page([c for c in cells if c[1] >= last - 30], [Ruling(20.0, last, 560.0, last)], number=2)
    fitted = [found.page for found in fit_pages([upper, runs], lambda _: None)][1]
    assert min(ruling.x0 for ruling in fitted.rulings) == 20.0


def test_the_lines_below_the_points_of_a_row_that_the_page_end_cuts_are_of_that_row() -> None:
    cells = form_cells()
    last = top_of(cells, "完工时间")
    name = "全部工程完工\n并通过验收的\n时间"
    hang = [c for c in cells if c[1] < last or (c[1] == last and c[0] >= XS[3])]
    torn = [(*c[:3], last + 14, c[4]) if c[1] == last else c for c in hang if c[4] != "完工时间"]
    torn += [(XS[3], last, XS[4], last + 3 * LEADING, name), (XS[2], last, XS[3], last + 14, "时效指标")]
    upper = without_anything([c if c[3] <= last + 40 else (*c[:3], last + 40, c[4]) for c in torn])
    rest = shifted([c for c in cells if c[1] > last], 60.0 - last)
    (form,) = read(upper, replace(without_anything(rest), number=2))
    assert form.indicators[2].readings["level3"].text == name.replace("\n", "")


@pytest.mark.parametrize("draw", LOOSE)
def test_a_label_that_is_printed_beside_each_of_several_numbered_names_is_read_once_a_row(draw: Draw) -> None:
    cells, high = form_cells(), 30.0
    first, second = top_of(cells, "改造公园数量"), top_of(cells, "苗木成活率")
    numbered = {"改造公园数量": "指标1：改造", "苗木成活率": "指标2：成活", "完工时间": "指标1：完工"}
    numbered["居民满意度调查\n覆盖街道数量"] = "指标1：满意"
    changed = [(*c[:4], numbered.get(c[4], "数量指标" if c[4] == "质量指标" else c[4])) for c in cells]
    changed = [c for c in changed if c[4] != "产出指标"]
    changed += [(XS[1], first + high * i, XS[2], first + high * (i + 1), "产出指标") for i in range(3)]
    (form,) = read(draw(changed))
    assert second == first + high
    assert [line.readings["level2"].text for line in form.indicators][:3] == ["数量指标", "数量指标", "时效指标"]
    assert [line.readings["level1"].text for line in form.indicators][:3] == ["产出指标"] * 3


@pytest.mark.parametrize(
    ("read", "parts"),
    [
        ("8.3 8.3635 6.356", ["8.3", "8.3635", "6.356"]),
        ("全年预 全年", ["全年预", "全年"]),
        ("8.3 万元", ["8.3 万元"]),
        ("1 100 1 100 1", ["1 100 1 100 1"]),
        ("全年 开展", ["全年 开展"]),
    ],
)
def test_numbers_and_first_lines_of_heads_that_are_read_as_one_are_parted(read: str, parts: list[str]) -> None:
    found = part_run(Run(read, Box(10.0, 0.0, 100.0, 10.0)))
    assert [run.text for run in found] == parts
    assert (found[0].box.x0, found[-1].box.x1) == pytest.approx((10.0, 100.0))
    assert all(left.box.x1 < right.box.x0 for left, right in itertools.pairwise(found))


@pytest.mark.parametrize("misread", ["项目名积", "贞日各和"])
def test_a_first_row_whose_label_is_misread_is_a_row_of_the_form(misread: str) -> None:
    cells = with_text(form_cells(), "项目名称", misread)
    title = (*cells[0][:1], cells[0][1] - 40, XS[-1], cells[0][1] - 20, TITLE)
    fitted = fit(scan([title, *cells], []))
    (table,) = (item for item in assemble_document([find_regions(fitted)]) if isinstance(item, Table))
    rows = [[cell.text for cell in table.cells if cell.row == row and cell.text] for row in range(2)]
    assert rows == [[misread, "公园改造项目"], ["主管部门", "区园林局", "实施单位", "园林管理处"]]


@pytest.mark.parametrize(("read", "wide", "parts"), [("预算全年执行数", 88.0, 2), ("预算全年执行数", 70.0, 1)])
def test_a_head_read_in_one_with_a_line_of_the_head_beside_it_is_a_head(read: str, wide: float, parts: int) -> None:
    assert len(part_run(Run(read, Box(10.0, 0.0, 10.0 + wide, 10.0)))) == parts


def test_columns_that_go_on_between_doubtful_sides_stand_where_they_cut_no_text() -> None:
    columns = Carried("indicators", (None, "level1", "level3"), (20.0, 100.0, 300.0, 520.0), 20.0, 520.0)
    texts = [Run("居民满意率", Box(105.0, 50.0, 150.0, 60.0)), Run("效益指标", Box(25.0, 50.0, 70.0, 60.0))]
    narrow = Area(Box(60.0, 40.0, 480.0, 80.0), (), texts, (), framed=True)
    assert as_wide(narrow, columns).box == Box(20.0, 40.0, 520.0, 80.0)
    moved = [Run("居民满意率", Box(130.0, 50.0, 175.0, 60.0)), Run("效益指标", Box(65.0, 50.0, 125.0, 60.0))]
    assert as_wide(replace(narrow, runs=moved), columns).box == narrow.box


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("区园林局|实施单位|园林管理处", ["区园林局", "实施单位", "园林管理处"]),
        ("区园林局实施单位| 园林管理处", ["区园林局", "实施单位", "园林管理处"]),
        ("年度指标值|实际完成值", ["年度指标值", "实际完成值"]),
        ("甲类|乙类", ["甲类|乙类"]),
    ],
)
def test_lines_that_were_read_as_characters_part_a_label_from_what_stands_beside_it(
    text: str, parts: list[str]
) -> None:
    found = part_run(Run(text, Box(100, 100, 100 + 9 * len(text), 109)))
    assert [part.text for part in found] == parts
    assert all(a.box.x1 <= b.box.x0 for a, b in itertools.pairwise(found))
