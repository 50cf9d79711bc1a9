from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.labels.levels import level_codes
from pipeline.labels.matching import match_labels, nearest_label
from pipeline.labels.titles import is_title, read_year
from pipeline.labels.words import find_label
from pipeline.layout.cells import reconstruct_cells
from pipeline.layout.regions import find_regions
from tests.layout.drawing import page, rows


@pytest.mark.parametrize(
    ("section", "printed", "field"),
    [
        ("fund_columns", "年初     预算数", "initial_budget_raw"),
        ("fund_columns", "执行率（B/A）", "execution_rate_raw"),
        ("fund_rows", "其中:当年财政拨款", "fiscal"),
        ("indicators", "偏差原因分析及改进 措施", "deviation_raw"),
        ("indicators", "权重", "weight_raw"),
        ("sections", "项目资金（万元）", "funds"),
        ("total", "总 分", "total"),
        ("total", "总分值很高", None),
        ("single", "", None),
    ],
)
def test_labels_are_compared_without_spaces_punctuation_and_brackets(section, printed, field):
    assert find_label(section, printed) == field


@pytest.mark.parametrize(
    ("level1", "level2", "codes"),
    [
        ("产出指标", "数量指标", ("output", "output.quantity")),
        ("产出指标", "成本指标", ("output", "output.cost")),
        ("成本指标", "经济成本指标", ("cost", "cost.economic")),
        ("成本指标", "成本指标", ("cost", "cost.economic")),
        ("产出指标(50分)", "进度指标", ("output", "output.timeliness")),
        ("产出指标", "社会效益指标", ("benefit", "benefit.social")),
        ("", "可持续影响指标", ("benefit", "benefit.sustainable")),
        ("满意度指标", "服务对象满意度指标", ("satisfaction", "satisfaction.served")),
        ("产出指标", "", ("output", None)),
        ("甲", "乙", (None, None)),
        ("产出指标", "质量指标进度指标", ("output", "output.quality")),
    ],
)
def test_canonical_classes(level1, level2, codes):
    assert level_codes(level1, level2) == codes


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("项目支出绩效自评表", True),
        ("2024年度某局财政项目支出绩效自评表", True),
        ("项目支出绩效自评表 （2024年度）", True),
        ("附件2 项目支出绩效自评表（2023年度）", True),
        ("1.自评表应覆盖本单位本年度全部项目，涉密项目也需开展自评表", False),
        ("部门整体支出绩效自评表", True),
        ("项目支出绩效目标申报表", True),
        ("项目支出绩效运行监控表", False),
        ("培训项目支出绩效自评复核表", False),
        ("", False),
    ],
)
def test_titles(line, title):
    assert is_title(line) is title


def test_years():
    assert read_year("（2024 年度）") == 2024
    assert read_year("（2024年）") == 2024
    assert read_year("2024") is None


def test_a_misread_label_is_put_right():
    assert nearest_label("数童指标", ("levels",)) == "数量指标"
    assert nearest_label("偏差原因分析及改迸措施", ("indicators",)) == "偏差原因分析及改进措施"


def unsure(table):
    """Return the table as a recogniser reads a poor page: nothing surely."""
    return replace(table, cells=tuple(replace(cell, confidence=0.8) for cell in table.cells))


def test_what_was_read_surely_is_not_put_right():
    head = ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完戍值", "分值", "得分"]
    (region,) = find_regions(
        replace(page(rows(head, ["", "产出指标", "数童指标", "甲", "1", "1", "1", "1"])), source="ocr")
    ).regions
    table = reconstruct_cells(region)

    assert match_labels(table) == table
    assert {"实际完成值", "数量指标"} <= {cell.text for cell in match_labels(unsure(table)).cells}


def test_last_year_is_never_put_right_into_this_year():
    head = ["一级指标", "二级指标", "三级指标", "年度指标值", "上年完戍值", "分值", "得分"]
    (region,) = find_regions(replace(page(rows(head)), source="ocr")).regions
    assert "上年完戍值" in {cell.text for cell in match_labels(unsure(reconstruct_cells(region))).cells}


def test_a_head_under_a_seal_is_told_by_its_place_and_what_was_read_is_kept():
    head = ["一级指标", "二级指标", "三级指标", "城区年度，值", "实际完成值", "分值", "得分"]
    (region,) = find_regions(replace(page(rows(head)), source="ocr")).regions
    table = reconstruct_cells(region)
    (target,) = (cell for cell in match_labels(unsure(table)).cells if cell.text == "年度指标值")

    assert match_labels(table) == table
    assert "城区年度，值" in target.alternatives


def test_blank_heads_over_written_columns_are_those_that_all_others_leave():
    head = ["一级指标", "二级指标", "三级指标", "年度指标值", "", "", "", "偏差原因分析"]
    written = [["产出指标", "数量指标", f"项目{n}", "优", "优", "10", "10", ""] for n in "甲乙丙"]
    told = ["实际完成值", "分值", "得分"]
    for known in (told, ["实际完成值", "", ""], ["", "分值", "得分"]):
        drawn = replace(page(rows([*head[:4], *known, head[-1]], *written)), source="ocr")
        (region,) = find_regions(drawn).regions
        assert [cell.text for cell in match_labels(reconstruct_cells(region)).cells if cell.row == 0][4:7] == told
    (region,) = find_regions(
        replace(page(rows([*head[:4], "实际完成值", *head[5:]], written[0])), source="ocr")
    ).regions
    assert [cell.text for cell in match_labels(reconstruct_cells(region)).cells if cell.row == 0][5:7] == ["", ""]


def test_what_could_be_two_labels_or_is_no_misreading_stays():
    assert nearest_label("教量指标", ("levels",)) is None  # 数量 and 质量 are equally near
    assert nearest_label("服务对象满意度", ("levels",)) is None
    assert nearest_label("数量指标", ("levels",)) is None


def test_values_are_never_matched_to_labels():
    head = ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
    row = ["", "产出指标", "数童指标", "项目金额", "年初预算", "数量指际", "10", "10"]
    drawn = replace(page(rows(head, row)), source="ocr")
    (region,) = find_regions(drawn).regions
    table = match_labels(unsure(reconstruct_cells(region)))

    assert [cell.text for cell in table.cells if cell.row == 1] == [*row[:2], "数量指标", *row[3:]]
    assert [cell.alternatives for cell in table.cells if cell.text == "数量指标"] == [("数童指标",)]


def test_a_section_beside_its_rows_is_not_taken_for_a_head():
    head = ["绩效指标1", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
    row = ["", "产出指标", "数量指标", "项目金额", "≥1", "1", "10", "10"]
    (region,) = find_regions(replace(page(rows(head, row)), source="ocr")).regions
    table = unsure(reconstruct_cells(region))
    tall = tuple(replace(cell, rowspan=2) if cell.text == head[0] else cell for cell in table.cells)

    flat, beside = (match_labels(replace(table, cells=cells)).cells[0].text for cells in (table.cells, tall))
    assert flat != "绩效指标"
    assert beside == "绩效指标"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("（2024年度）", 2024),
        ("项目支出绩效自评表(2023)", 2023),
        ("二〇二四年度项目支出绩效自评表", 2024),
        ("年度：2022", 2022),
        ("填报日期：2025年3月12日", None),
        ("2023-2024年", None),
        ("项目支出绩效自评表", None),
    ],
)
def test_a_title_names_its_year_and_a_day_is_none(text, year):
    assert read_year(text) == year


@pytest.mark.parametrize(
    "text", ["附件1：项目支出绩效自评表", "项目支出绩效自评表2", "项目支出绩效自我评价表（2024年度）"]
)
def test_a_title_may_carry_its_number(text):
    assert is_title(text)


def test_a_label_in_older_forms_of_its_characters_is_the_label() -> None:
    assert find_label("single", "項目名称") == "project_name"
    assert find_label("fund_columns", "全年執行數") == "executed_raw"
    assert find_label("indicators", "三級指標") == "level3"
    assert is_title("項目支出績效自評表")


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        (("一级指标", "二级指标", "二级指标"), ["一级指标", "二级指标", "三级指标"]),
        (("一级指标", "一级指标", "三级指标"), ["一级指标", "二级指标", "三级指标"]),
        (("一级指标", "二级指标", "二级指标", "三级指标"), ["一级指标", "二级指标", "二级指标", "三级指标"]),
    ],
)
def test_a_level_that_a_head_says_twice_has_lost_a_stroke(read: tuple[str, ...], meant: list[str]) -> None:
    drawn = page(rows([*read, "年度指标值", "实际完成值", "分值"]))
    table, scanned = (
        reconstruct_cells(find_regions(replace(drawn, source=source)).regions[0]) for source in ("text", "ocr")
    )
    assert [cell.text for cell in match_labels(scanned).beginning()[0]][: len(read)] == meant
    assert match_labels(table) == table
