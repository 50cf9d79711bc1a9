"""Heads, lines and rows as forms of provinces print them that no template file tells of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.dataset.documents import DocumentRecords
from pipeline.read import read_document
from pipeline.settings import ReadSettings
from tests.whole.drawn_templates import Item, lay_table, write_html

HEAD: list[list[Item]] = [[("项目名称", 3), ("乡村道路养护项目", 13)], [("主管部门", 3), ("渭源县交通运输局", 13)]]
FUNDS: list[list[Item]] = [
    [("资金（万元）", 4), ("全年预算数", 3), ("全年执行数", 3), ("分值", 2), ("执行率", 2), ("得分", 2)],
    [("年度资金总额", 4), ("120", 3), ("114", 3), ("10", 2), ("95%", 2), ("9.5", 2)],
]
HEADS: list[Item] = [
    ("一级指标", 2),
    ("二级指标", 2),
    ("三级指标", 4),
    ("年度指标值", 2),
    ("实际完成值", 2),
    ("分值", 2),
    ("得分", 2),
]
ROW: list[Item] = [
    ("产出指标", 2),
    ("数量指标", 2),
    ("养护里程", 4),
    ("≥60公里", 2),
    ("60公里", 2),
    ("90", 2),
    ("90", 2),
]
TOTAL: list[Item] = [("总分", 12), ("100", 2), ("99.5", 2)]
TITLE = ("某省项目支出绩效自评表", "（2023年度）")


def read(rows: Sequence[Sequence[Item]], folder: Path, lines: Sequence[str] = TITLE) -> DocumentRecords:
    write_html(lines, lay_table(rows), folder / "form.html")
    return read_document(folder / "form.html", ReadSettings())


def reported(records: DocumentRecords) -> set[str]:
    return {f.message for f in records.findings if f.code in {"unknown_label", "unassigned_text"}}


def violations(records: DocumentRecords) -> set[str]:
    return {str(f.code) for f in records.findings if f.status == "violation"}


def test_a_total_whose_words_stand_right_of_its_points(tmp_path: Path) -> None:
    rows = [list(reversed(row)) for row in (HEADS, ROW)]
    records = read([*HEAD, *FUNDS, *rows, [("99.5", 2), ("100", 2), ("综合得分", 12)]], tmp_path)
    (form,) = records.forms
    assert (form.total_weight_raw, form.total_score_raw, form.complete) == ("100", "99.5", True)
    assert [row.level3 for row in records.indicators] == ["养护里程"]


def test_one_head_above_two_levels(tmp_path: Path) -> None:
    heads: list[Item] = [("指标类型", 4), ("指标名称", 4), *HEADS[3:]]
    second: list[Item] = ["产出指标（50分）", ("", 1), ("质量指标", 2), ("合格率", 4), *ROW[3:]]
    rows: list[list[Item]] = [heads, ROW, [("产出指标（50分）", 2), *second[2:]]]
    records = read([*HEAD, *FUNDS, *rows, TOTAL], tmp_path)
    assert [(row.level1, row.level2, row.level3) for row in records.indicators] == [
        ("产出指标", "数量指标", "养护里程"),
        ("产出指标（50分）", "质量指标", "合格率"),
    ]
    assert not reported(records)


def test_one_head_above_all_three_levels(tmp_path: Path) -> None:
    records = read([*HEAD, *FUNDS, [("绩效指标", 8), *HEADS[3:]], ROW, TOTAL], tmp_path)
    (row,) = records.indicators
    assert (row.level1, row.level2, row.level3) == ("产出指标", "数量指标", "养护里程")


def test_several_goals_each_above_its_own_indicators(tmp_path: Path) -> None:
    first: list[Item] = [("年度目标1：（40分）", 4), ("养护道路", 12)]
    second: list[Item] = [("年度目标2：（50分）", 4), ("安装护栏", 12)]
    records = read([*HEAD, *FUNDS, first, HEADS, ROW, second, HEADS, ROW, TOTAL], tmp_path)
    assert records.forms[0].expected_goal == "养护道路安装护栏"
    assert [row.level3 for row in records.indicators] == ["养护里程", "养护里程"]
    assert not reported(records)


def test_explanation_and_standard_are_both_kept(tmp_path: Path) -> None:
    heads: list[Item] = ["一级指标", ("三级指标", 3), ("指标解释", 2), ("评分标准", 2), *HEADS[3:]]
    row: list[Item] = ["产出指标", ("养护里程", 3), ("养护公里数", 2), ("按比例得分", 2), *ROW[3:]]
    records = read([*HEAD, *FUNDS, heads, row, TOTAL], tmp_path)
    assert records.indicators[0].further_raw == "指标解释：养护公里数；评分标准：按比例得分"
    assert not reported(records)


def test_reasons_that_are_ticked_and_measures_in_a_column_of_their_own(tmp_path: Path) -> None:
    heads: list[Item] = [*HEADS[:-1], "得分", ("未完成原因分析", 3), ("改进措施", 1, 2)]
    below: list[Item] = ["经费保障", "人员保障", "原因说明"]
    row: list[Item] = [*ROW[:-1], "80", "", "√", "雨季", "加强监管"]
    top = [(*(item if isinstance(item, tuple) else (item, 1))[:2], 2) for item in heads[:-2]]
    records = read([*HEAD, *FUNDS, [*top, *heads[-2:]], below, row, TOTAL], tmp_path)
    (line,) = records.indicators
    assert (line.score_raw, line.deviation_raw) == ("80", "雨季")
    assert line.further_raw == "改进措施：加强监管；人员保障：√"


@pytest.mark.parametrize("label", ["省级预算部门名称", "县级主管部门"])
def test_the_rank_before_a_label(label: str, tmp_path: Path) -> None:
    head: list[list[Item]] = [HEAD[0], [(label, 3), ("渭源县交通运输局", 13)]]
    records = read([*head, *FUNDS, HEADS, ROW, TOTAL], tmp_path)
    assert records.forms[0].department == "渭源县交通运输局"


def test_the_year_beside_its_label(tmp_path: Path) -> None:
    head: list[list[Item]] = [*HEAD, [("预算年度", 3), ("2022", 13)]]
    records = read([*head, *FUNDS, HEADS, ROW, TOTAL], tmp_path, ("项目支出绩效自评表",))
    assert records.forms[0].year == 2022
    assert not reported(records)


def test_amounts_below_heads_without_a_label_are_the_total(tmp_path: Path) -> None:
    funds: list[list[Item]] = [
        [("预算执行情况（万元）", 4, 2), ("年度预算金额", 4), ("调整后预算数", 4), ("全年执行数", 2), ("执行率", 2)],
        [("150", 4), ("120", 4), ("114", 2), ("95%", 2)],
    ]
    records = read([*HEAD, *funds, HEADS, ROW, TOTAL], tmp_path)
    total = records.funds[0]
    assert (total.initial_budget_raw, total.annual_budget_raw, total.executed_raw) == ("150", "120", "114")
    assert total.label_raw is None
    assert not reported(records)


def test_the_kind_of_a_line_is_told_by_a_word_and_no_sum_is_disputed_over_it(tmp_path: Path) -> None:
    lines: list[list[Item]] = [
        [(label, 4), (amount, 3), (amount, 3), ("", 2), ("", 2), ("", 2)]
        for label, amount in (("县级财政专项配套", "20"), ("中央和省级财政补助款", "90"), ("彩票公益金", "5"))
    ]
    records = read([*HEAD, *FUNDS, *lines, HEADS, ROW, TOTAL], tmp_path)
    kinds = {fund.label_raw: fund.fund_type for fund in records.funds if fund.label_raw}
    assert kinds["县级财政专项配套"] == "local"
    assert kinds["中央和省级财政补助款"] == "higher_level"
    assert kinds["彩票公益金"] == "unlisted"
    assert reported(records) == {"资金表中有未收录的行“彩票公益金”"}
    assert not violations(records)


def test_lines_that_say_label_and_amount_in_one_cell(tmp_path: Path) -> None:
    lines: list[list[Item]] = [
        [("按收入性质分：", 8), ("按支出性质分：", 8)],
        [("其中：一般公共预算：100", 8), ("其中：基本支出：70", 8)],
        [("其他资金：20", 8), ("项目支出：50万元", 8)],
    ]
    records = read([*HEAD, *FUNDS, *lines, HEADS, ROW, TOTAL], tmp_path)
    said = {fund.label_raw: (fund.fund_type, fund.further_raw) for fund in records.funds if fund.further_raw}
    assert said == {
        "其中：一般公共预算": ("unlisted", "100"),
        "其中：基本支出": ("basic", "70"),
        "其他资金": ("other", "20"),
        "项目支出": ("project_spending", "50万元"),
    }
    assert not reported(records)
    assert not violations(records)


def test_a_rate_of_the_money_that_arrived_is_no_wrong_rate(tmp_path: Path) -> None:
    funds: list[list[Item]] = [
        [("资金来源", 4), ("计划数（万元）", 3), ("到位数（万元）", 3), ("支出数（万元）", 3), ("支出进度", 3)],
        [("总投资", 4), ("200", 3), ("120", 3), ("108", 3), ("90%", 3)],
    ]
    records = read([*HEAD, *funds, HEADS, ROW, TOTAL], tmp_path)
    assert (records.funds[0].annual_budget_raw, records.funds[0].further_raw) == ("200", "到位数（万元）：120")
    assert "execution_rate_wrong" not in violations(records)
    funds[1][-1] = ("75%", 3)
    assert "execution_rate_wrong" in violations(read([*HEAD, *funds, HEADS, ROW, TOTAL], tmp_path))


def test_the_execution_rate_as_an_indicator_needs_no_reason(tmp_path: Path) -> None:
    heads = [*HEADS[:-1], "得分", "偏差原因"]
    row: list[Item] = [*ROW[:5], ("80", 2), "80", ""]
    names: list[Item] = [("预算执行", 2), ("预算执行", 2), ("预算执行率", 4)]
    rate: list[Item] = [*names, ("100%", 2), ("95%", 2), ("10", 2), "9.5", ""]
    funds = [[item for item in line if item[0] not in {"分值", "得分", "10", "9.5"}] for line in FUNDS]
    total: list[Item] = [("总分", 12), ("90", 2), "89.5", ""]
    records = read([*HEAD, *funds, heads, row, rate, total], tmp_path)
    codes = {str(f.code) for f in records.findings}
    assert not codes & {"score_below_weight_without_reason", "unmet_full_score", "score_not_by_formula"}
    row[5:] = [("80", 2), "70", ""]
    assert "score_below_weight_without_reason" in {
        str(f.code) for f in read([*HEAD, *funds, heads, row, rate, total], tmp_path).findings
    }


def test_what_a_form_of_targets_applies_for_is_kept_line_by_line(tmp_path: Path) -> None:
    funds: list[list[Item]] = [
        [("项目资金（万元）", 2, 2), ("中期资金总额：", 4), ("900", 3), ("年度资金总额：", 4), ("300", 3)],
        [("其中：财政拨款", 4), ("900", 3), ("其中：财政拨款", 4), ("250", 3)],
    ]
    targets = [HEADS[:4], ROW[:4]]
    records = read([*HEAD, *funds, *targets], tmp_path, ("项目支出绩效目标申报表", "（2023年度）"))
    assert records.forms[0].form_kind == "target"
    said = [(fund.fund_type, fund.label_raw, fund.further_raw) for fund in records.funds if fund.label_raw]
    assert said == [
        ("total", "年度资金总额：", "金额：300"),
        ("fiscal", "其中：财政拨款", "金额：250"),
        ("unlisted", "中期资金总额：", "金额：900"),
        ("unlisted", "其中：财政拨款", "金额（中期资金总额）：900"),
    ]
    assert not any(fund.initial_budget_raw or fund.annual_budget_raw for fund in records.funds)
    assert not reported(records)


def test_points_by_standards_without_targets_and_actuals(tmp_path: Path) -> None:
    heads: list[Item] = [*HEADS[:3], ("评价标准", 4), ("分值", 2), ("自评得分", 2)]
    row: list[Item] = [*ROW[:3], ("每少1公里扣1分", 4), ("90", 2), ("88", 2)]
    total: list[Item] = [("总分", 12), ("100", 2), ("97.5", 2)]
    records = read([*HEAD, *FUNDS, heads, row, total], tmp_path)
    (line,) = records.indicators
    assert (line.target_raw, line.actual_raw, line.weight_raw, line.score_raw) == (None, None, "90", "88")
    assert line.further_raw == "评价标准：每少1公里扣1分"
    assert not violations(records)
    assert not {str(f.code) for f in records.findings} & {"target_missing", "form_head_missing", "form_blank"}


def test_a_form_whose_head_of_the_targets_nobody_knows_is_read_without_them(tmp_path: Path) -> None:
    heads = [("甲方要求", 2) if item[0] == "年度指标值" else item for item in HEADS]
    records = read([*HEAD, *FUNDS, heads, ROW, TOTAL], tmp_path)
    (line,) = records.indicators
    assert (line.target_raw, line.actual_raw, line.further_raw) == (None, "60公里", "甲方要求：≥60公里")
    assert {str(f.code) for f in records.findings} >= {"form_head_missing", "unknown_label"}


def test_budget_arrived_spent_and_left_are_the_head_of_the_funds(tmp_path: Path) -> None:
    funds: list[list[Item]] = [
        [("资金来源", 4), ("预算安排", 3), ("实际到位", 3), ("实际使用", 3), ("结余", 3)],
        [("中央", 4), ("150万元", 3), ("150万元", 3), ("140万元", 3), ("10万元", 3)],
        [("合计", 4), ("150万元", 3), ("150万元", 3), ("140万元", 3), ("10万元", 3)],
    ]
    records = read([*HEAD, *funds, HEADS, ROW, TOTAL], tmp_path)
    lines = {fund.fund_type: fund for fund in records.funds if fund.label_raw}
    assert (lines["total"].annual_budget_yuan, lines["total"].executed_yuan) == (1_500_000, 1_400_000)
    assert lines["central"].further_raw == "实际到位：150万元；结余：10万元"


def test_rows_of_decisions_and_management_have_no_targets(tmp_path: Path) -> None:
    row: list[Item] = [("决策", 2), ("立项", 2), ("立项规范", 4), ("—", 2), ("规范", 2), ("10", 2), ("10", 2)]
    records = read([*HEAD, *FUNDS, HEADS, row, [*ROW[:5], ("80", 2), ("80", 2)], TOTAL], tmp_path)
    assert "target_missing" not in {str(f.code) for f in records.findings}
    without = [*ROW[:3], ("—", 2), *ROW[4:]]
    assert "target_missing" in {str(f.code) for f in read([*HEAD, *FUNDS, HEADS, without, TOTAL], tmp_path).findings}


def test_the_per_cent_sign_in_the_head_of_the_rate(tmp_path: Path) -> None:
    funds = [[("执行率（%）", 2) if item[0] == "执行率" else item for item in FUNDS[0]], FUNDS[1]]
    funds[1] = [("95", 2) if item[0] == "95%" else item for item in FUNDS[1]]
    records = read([*HEAD, *funds, HEADS, ROW, TOTAL], tmp_path)
    assert records.forms[0].rate_in_percent
    assert "rate_percent_missing" not in {str(f.code) for f in records.findings}
    plain = read([*HEAD, FUNDS[0], funds[1], HEADS, ROW, TOTAL], tmp_path)
    assert "rate_percent_missing" in {str(f.code) for f in plain.findings}


@pytest.mark.parametrize("score", ["19", "9.5"])
def test_the_points_of_the_execution_rate_in_its_head(score: str, tmp_path: Path) -> None:
    funds: list[list[Item]] = [
        [("资金（万元）", 4), ("预算数（A）", 3), ("执行数（B）", 3), ("执行率（B/A）", 3), ("得分（20分*执行率）", 3)],
        [("年度资金总额", 4), ("120", 3), ("114", 3), ("95%", 3), (score, 3)],
    ]
    records = read([*HEAD, *funds, HEADS, ROW, TOTAL], tmp_path)
    assert records.forms[0].execution_points == 20
    assert ("execution_score_wrong" in {str(f.code) for f in records.findings}) == (score == "9.5")


@pytest.mark.parametrize(
    ("actual", "reason", "asked"), [("50公里", "", True), ("50公里", "征地受阻", False), ("61公里", "", False)]
)
def test_a_missed_target_without_points_is_explained(actual: str, reason: str, asked: bool, tmp_path: Path) -> None:
    heads: list[Item] = [*HEADS[:5], ("未完成原因和改进措施", 4)]
    row: list[Item] = [*ROW[:4], (actual, 2), (reason, 4)]
    records = read([*HEAD, *FUNDS, heads, row], tmp_path, ("专项资金绩效自评表", "（2023年度）"))
    found = [f for f in records.findings if f.code == "target_missed_without_reason"]
    assert [(f.status, f.row_no) for f in found] == [("potential", 1)] * asked
