"""Shapes of forms that no template file tells of, each read from a web page, a Word file and a PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pipeline.dataset.documents import DocumentRecords
from pipeline.read import read_document, understand_file
from pipeline.settings import ReadSettings
from tests.whole.drawn_templates import Cell, Item, lay_table, write_docx, write_html, write_pdf

KINDS: dict[str, Callable[[Sequence[str], Sequence[Cell], Path], None]] = {
    "html": write_html,
    "docx": write_docx,
    "pdf": write_pdf,
}
TITLE = ("某省项目支出绩效自评表", "（2023年度）")
HEAD: list[list[Item]] = [[("项目名称", 3), ("乡村道路养护项目", 13)], [("主管部门", 3), ("渭源县交通运输局", 13)]]
FUNDS: list[list[Item]] = [
    [("资金（万元）", 4), ("全年预算数", 3), ("全年执行数", 3), ("分值", 2), ("执行率", 2), ("得分", 2)],
    [("年度资金总额", 4), ("120", 3), ("114", 3), ("10", 2), ("95%", 2), ("9.5", 2)],
]
INDICATORS: list[list[Item]] = [
    [("一级指标", 2), ("二级指标", 2), ("三级指标", 4), ("年度指标值", 2), ("实际完成值", 2), ("分值", 2), ("得分", 2)],
    [("产出指标", 2), ("数量指标", 2), ("养护里程", 4), ("≥60公里", 2), ("60公里", 2), ("90", 2), ("90", 2)],
]
TOTAL: list[list[Item]] = [[("总分", 12), ("100", 2), ("99.5", 2)]]


def read(rows: Sequence[Sequence[Item]], kind: str, folder: Path, lines: Sequence[str] = TITLE) -> DocumentRecords:
    KINDS[kind](lines, lay_table(rows), folder / f"form.{kind}")
    return read_document(folder / f"form.{kind}", ReadSettings())


@pytest.fixture(params=["html", "docx", pytest.param("pdf", marks=pytest.mark.slow)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def reported(records: DocumentRecords) -> set[str]:
    codes = {"unknown_label", "unassigned_text", "form_head_missing"}
    return {finding.message for finding in records.findings if finding.code in codes}


def test_funds_whose_lines_are_columns(kind: str, tmp_path: Path) -> None:
    sideways: list[list[Item]] = [
        [("项目资金（万元）", 2, 3), ("资金来源", 2), ("年度资金总额", 4), ("其中：当年财政拨款", 4), ("其他资金", 4)],
        [("全年预算数", 2), ("120", 4), ("100", 4), ("20", 4)],
        [("全年执行数", 2), ("114", 4), ("94", 4), ("20", 4)],
    ]
    records = read([*HEAD, *sideways, *INDICATORS, *TOTAL], kind, tmp_path)
    lines = {fund.fund_type: (fund.label_raw, fund.annual_budget_raw, fund.executed_raw) for fund in records.funds}
    assert lines["total"] == ("年度资金总额", "120", "114")
    assert lines["fiscal"] == ("其中：当年财政拨款", "100", "94")
    assert lines["other"] == ("其他资金", "20", "20")
    assert not reported(records)


def test_funds_side_by_side_in_one_row_and_a_rate_below_its_head(kind: str, tmp_path: Path) -> None:
    row: list[list[Item]] = [
        [("二、预算执行情况（万元）", 16)],
        [("预算安排情况", 6), ("资金到位情况", 4), ("预算执行情况", 4), ("预算执行进度", 2)],
        [("预算数", 3), ("20", 3), ("到位数", 2), ("20", 2), ("执行数", 2), ("18", 2), ("90%", 2)],
    ]
    records = read([*HEAD, *row, *INDICATORS, *TOTAL], kind, tmp_path)
    total = records.funds[0]
    assert (total.annual_budget_raw, total.executed_raw, total.execution_rate_raw) == ("20", "18", "90%")
    assert total.further_raw == "到位数：20"
    assert not reported(records)


def test_labelled_amounts_between_which_nothing_else_stands(kind: str, tmp_path: Path) -> None:
    row: list[list[Item]] = [
        [("预算安排（万元）", 4), ("45", 2), ("实际支出（万元）", 4), ("43.2", 2), ("支出率", 2), ("96%", 2)]
    ]
    records = read([*HEAD, *row, *INDICATORS, *TOTAL], kind, tmp_path)
    total = records.funds[0]
    assert (total.annual_budget_raw, total.executed_raw, total.execution_rate_raw) == ("45", "43.2", "96%")
    assert not reported(records)


def test_a_head_of_three_rows(kind: str, tmp_path: Path) -> None:
    head: list[list[Item]] = [
        [("绩效指标", 5), ("年度目标", 3), ("年度完成", 3), ("评分情况", 4), ("偏差原因", 1, 3)],
        [("指标名称", 5), ("年初目标值", 3), ("实际完成值", 3), ("自评", 4)],
        [
            "一级指标",
            ("二级指标", 2),
            ("三级指标", 2),
            "符号",
            "数值",
            "单位",
            ("数值", 2),
            "单位",
            ("分值", 2),
            ("得分", 2),
        ],
        ["产出指标", ("数量指标", 2), ("新建水窖", 2), "≥", "20", "口", ("18", 2), "口", ("90", 2), ("81", 2), "干旱"],
        [("总分", 11), ("100", 2), ("90.5", 2), ""],
    ]
    records = read([*HEAD, *FUNDS, *head], kind, tmp_path)
    (row,) = records.indicators
    assert (row.level1, row.level3, row.nature_raw) == ("产出指标", "新建水窖", "≥")
    assert (row.target_raw, row.unit_raw, row.actual_raw) == ("20", "口", "18")
    assert (row.weight_raw, row.score_raw, row.deviation_raw) == ("90", "81", "干旱")
    assert not reported(records)


def test_goals_beside_their_labels_in_one_row(kind: str, tmp_path: Path) -> None:
    goals: list[list[Item]] = [[("年度目标", 2), ("养护60公里。", 6), ("年度目标完成情况", 2), ("养护了60公里。", 6)]]
    records = read([*HEAD, *FUNDS, *goals, *INDICATORS, *TOTAL], kind, tmp_path)
    (form,) = records.forms
    assert (form.expected_goal, form.actual_goal) == ("养护60公里。", "养护了60公里。")
    assert not reported(records)


def test_a_goal_of_another_period_is_not_this_years(kind: str, tmp_path: Path) -> None:
    goals: list[list[Item]] = [
        [("总体目标", 2, 2), ("中期目标（2023年—2025年）", 7), ("年度目标", 7)],
        [("建成平台。", 7), ("完成一期。", 7)],
    ]
    records = read([*HEAD, *FUNDS, *goals, *INDICATORS, *TOTAL], kind, tmp_path)
    assert records.forms[0].expected_goal == "完成一期。"
    assert reported(records) == {"“建成平台。”不属于任何栏目"}


def test_the_row_of_the_execution_rate_among_the_indicators_is_no_indicator(kind: str, tmp_path: Path) -> None:
    funds: list[list[Item]] = [
        [("资金（万元）", 4), ("年初预算数", 3), ("全年预算数", 3), ("全年执行数", 3), ("执行率", 3)],
        [("年度资金总额", 4), ("120", 3), ("120", 3), ("114", 3), ("95%", 3)],
    ]
    row: list[list[Item]] = [[("预算执行率（10分）", 12), ("10", 2), ("9.5", 2)]]
    records = read([*HEAD, *funds, *INDICATORS, *row, *TOTAL], kind, tmp_path)
    assert [line.level3 for line in records.indicators] == ["养护里程"]
    assert (records.funds[0].weight_raw, records.funds[0].score_raw) == ("10", "9.5")
    assert not [finding for finding in records.findings if finding.status == "violation"]


def test_a_heading_below_the_total_and_the_text_of_the_next_row(kind: str, tmp_path: Path) -> None:
    below: list[list[Item]] = [[("五、存在问题、原因及下一步整改措施", 16)], [("施工期偏短，下一步提前谋划。", 16)]]
    records = read([*HEAD, *FUNDS, *INDICATORS, *TOTAL, *below], kind, tmp_path)
    assert records.forms[0].problems == "施工期偏短，下一步提前谋划。"
    assert not reported(records)


def test_the_only_line_that_ends_like_a_total_is_the_total(kind: str, tmp_path: Path) -> None:
    funds: list[list[Item]] = [FUNDS[0], [("年度支出合计", 4), *FUNDS[1][1:]]]
    records = read([*HEAD, *funds, *INDICATORS, *TOTAL], kind, tmp_path)
    assert (records.funds[0].label_raw, records.funds[0].executed_raw) == ("年度支出合计", "114")
    assert not reported(records)


def test_what_a_transfer_payment_says_of_its_management_is_no_fund_line(kind: str, tmp_path: Path) -> None:
    block: list[list[Item]] = [
        [("资金管理情况", 2, 2), ("", 4), ("情况说明", 5), ("存在问题和改进措施", 5)],
        [("分配科学性", 4), ("按因素法分配。", 5), ("已改进", 5)],
    ]
    records = read([*HEAD, *FUNDS, *block, *INDICATORS, *TOTAL], kind, tmp_path)
    assert [fund.label_raw for fund in records.funds if fund.label_raw] == ["年度资金总额"]
    assert reported(records) == {"“按因素法分配。”不属于任何栏目", "“已改进”不属于任何栏目"}


def test_labels_and_texts_that_stand_in_one_cell(kind: str, tmp_path: Path) -> None:
    head: list[list[Item]] = [
        [("项目名称：城区绿化养护", 8), ("主管部门：莲花县城市管理局", 8)],
        [("实施单位：莲花县园林所", 8), ("项目负责人及电话：周某 0799-7221234", 4), ("自评得分：99.5", 4)],
    ]
    goals: list[list[Item]] = [[("预期目标：养护60公里。", 8), ("实际完成情况：养护了60公里。", 8)]]
    records = read([*head, *FUNDS, *goals, *INDICATORS], kind, tmp_path)
    (form,) = records.forms
    assert (form.project_name, form.department) == ("城区绿化养护", "莲花县城市管理局")
    assert (form.implementing_unit, form.project_leader, form.phone) == ("莲花县园林所", "周某", "0799-7221234")
    assert (form.expected_goal, form.actual_goal, form.total_score_raw) == ("养护60公里。", "养护了60公里。", "99.5")
    assert (form.complete, reported(records)) == (True, set())


def test_a_head_of_the_funds_in_two_rows(kind: str, tmp_path: Path) -> None:
    funds: list[list[Item]] = [
        [("资金性质（万元）", 4, 2), ("预算数", 4), ("执行数", 3, 2), ("执行率", 3, 2), ("得分", 2, 2)],
        [("年初数", 2), ("调整后", 2)],
        [("总额", 4), ("150", 2), ("160", 2), ("152", 3), ("95%", 3), ("9.5", 2)],
        [("政府性基金", 4), ("50", 2), ("60", 2), ("57", 3), ("95%", 3), ("", 2)],
    ]
    records = read([*HEAD, *funds, *INDICATORS, *TOTAL], kind, tmp_path)
    amounts = [(fund.initial_budget_raw, fund.annual_budget_raw, fund.executed_raw) for fund in records.funds]
    assert (amounts[0], amounts[-1]) == (("150", "160", "152"), ("50", "60", "57"))
    assert not reported(records)


def test_a_head_of_two_fields_above_the_line_of_a_total(kind: str, tmp_path: Path) -> None:
    funds: list[list[Item]] = [
        [("资金（万元）", 4), ("实际到位", 4), ("实际支出", 4), ("执行率", 4)],
        [("年度资金总额", 4), ("900", 4), ("870", 4), ("96.67%", 4)],
    ]
    records = read([*HEAD, *funds, *INDICATORS, *TOTAL], kind, tmp_path)
    total = records.funds[0]
    assert (total.executed_raw, total.execution_rate_raw, total.further_raw) == ("870", "96.67%", "实际到位：900")


def test_subtotals_are_no_indicators(kind: str, tmp_path: Path) -> None:
    more: list[list[Item]] = [[("小计", 12), ("90", 2), ("90", 2)]]
    records = read([*HEAD, *FUNDS, *INDICATORS, *more, *TOTAL], kind, tmp_path)
    assert [line.level3 for line in records.indicators] == ["养护里程"]
    assert not [finding for finding in records.findings if finding.status == "violation"]
    assert not reported(records)
    wrong: list[list[Item]] = [[("小计", 12), ("90", 2), ("85", 2)]]
    assert reported(read([*HEAD, *FUNDS, *INDICATORS, *wrong, *TOTAL], kind, tmp_path)) == {"“85”不属于任何栏目"}


def test_a_total_between_the_head_and_the_first_indicator(kind: str, tmp_path: Path) -> None:
    records = read([*HEAD, *FUNDS, INDICATORS[0], *TOTAL, INDICATORS[1]], kind, tmp_path)
    assert [line.level3 for line in records.indicators] == ["养护里程"]
    assert (records.forms[0].total_score_raw, records.forms[0].complete) == ("99.5", True)
    assert not reported(records)


def test_last_years_columns_are_told_by_their_year(kind: str, tmp_path: Path) -> None:
    funds: list[list[Item]] = [
        [("资金（万元）", 3), ("2022年", 5), ("2023年", 8)],
        [("", 3), ("预算数", 2), ("执行数", 2), "执行率", ("预算数", 2), ("执行数", 2), ("执行率", 2), ("得分", 2)],
        [("总额", 3), ("10", 2), ("10", 2), "100%", ("20", 2), ("19", 2), ("95%", 2), ("9.5", 2)],
    ]
    rows: list[list[Item]] = [
        [
            ("一级指标", 2),
            ("三级指标", 3),
            ("2022年完成值", 3),
            ("2023年目标值", 2),
            ("2023年完成值", 2),
            ("分值", 2),
            ("得分", 2),
        ],
        [("产出指标", 2), ("饮水点", 3), ("5处", 3), ("≥10处", 2), ("10处", 2), ("90", 2), ("90", 2)],
        [("总分", 12), ("100", 2), ("99.5", 2)],
    ]
    records = read([*HEAD, *funds, *rows], kind, tmp_path)
    (row,) = records.indicators
    assert (row.target_raw, row.actual_raw) == ("≥10处", "10处")
    assert "5处" in (row.further_raw or "")
    total = records.funds[0]
    assert (total.annual_budget_raw, total.executed_raw, total.execution_rate_raw) == ("20", "19", "95%")


def test_a_total_beside_a_section_that_reaches_down_to_it(kind: str, tmp_path: Path) -> None:
    rows: list[list[Item]] = [
        [
            ("年度绩效目标1（80分）", 2, 3),
            ("一级指标", 2),
            ("三级指标", 4),
            ("年初目标值", 3),
            ("实际完成值", 3),
            ("得分", 2),
        ],
        [("产出指标", 2), ("试点小区", 4), ("≥30个", 3), ("30个", 3), ("80", 2)],
        [("总分", 12), ("89.5", 2)],
    ]
    (form,) = read([*HEAD, *FUNDS, *rows], kind, tmp_path).forms
    assert (form.total_score_raw, form.complete) == ("89.5", True)


def test_of_two_periods_side_by_side_the_targets_are_those_of_the_year(kind: str, tmp_path: Path) -> None:
    rows: list[list[Item]] = [
        [("总体目标", 2, 2), ("实施期目标", 8), ("年度目标", 6)],
        [("建设林道30公里。", 8), ("建设林道10公里。", 6)],
        [
            *(("一级指标", 2), ("二级指标", 2), ("三级指标", 3), ("指标值", 3)),
            *(("二级指标", 2), ("三级指标", 2), ("指标值", 2)),
        ],
        [
            *(("产出指标", 2), ("数量指标", 2), ("林道里程", 3), ("≥30公里", 3)),
            *(("数量指标", 2), ("林道里程", 2), ("≥10公里", 2)),
        ],
    ]
    records = read([*HEAD, *rows], kind, tmp_path, ("项目支出绩效目标申报表", "（2024年度）"))
    (row,) = records.indicators
    assert (records.forms[0].expected_goal, row.level1, row.target_raw) == ("建设林道10公里。", "产出指标", "≥10公里")
    assert "“≥30公里”不属于任何栏目" in reported(records)


def test_a_goal_below_the_heading_of_its_section(kind: str, tmp_path: Path) -> None:
    goals: list[list[Item]] = [[("二、绩效目标", 16)], [("硬化产业路2公里。", 16)]]
    money: list[list[Item]] = [[("资金总额（万元）", 4), ("68", 4), ("支出金额（万元）", 4), ("66.5", 4)]]
    records = read([*HEAD, *money, *goals, *INDICATORS, *TOTAL], kind, tmp_path)
    assert records.forms[0].expected_goal == "硬化产业路2公里。"
    assert (records.funds[0].annual_budget_raw, records.funds[0].executed_raw) == ("68", "66.5")
    assert not reported(records)


def test_forms_of_one_table_share_the_year_above_it(tmp_path: Path) -> None:
    one: list[list[Item]] = [[("项目支出绩效自评表", 16)], *HEAD, *FUNDS, *INDICATORS, *TOTAL]
    records = read([*one, *one], "html", tmp_path, ("某旗项目支出绩效自评汇编（2022年度）",))
    assert [form.year for form in records.forms] == [2022, 2022]


def test_texts_beside_their_labels_are_no_heads_of_a_template_that_is_missing(tmp_path: Path) -> None:
    rows: list[list[Item]] = [
        [("预算安排（万元）", 4), ("45", 2), ("实际支出（万元）", 4), ("43.2", 2), ("支出率", 2), ("96%", 2)],
        [("年度目标", 2), ("养护60公里。", 6), ("年度目标完成情况", 2), ("养护了60公里。", 6)],
    ]
    write_html(TITLE, lay_table([*HEAD, *rows, *INDICATORS, *TOTAL]), tmp_path / "form.html")
    (found,) = understand_file(tmp_path / "form.html", ReadSettings())
    assert found.whole
    assert {"预算安排（万元）", "年度目标"} <= {label.text for label in found.labels}
