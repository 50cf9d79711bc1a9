"""What is found on a form, code by code: when it holds, and when it stays quiet."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import FindingRow
from pipeline.scoring import ScoringInput, find_discrepancies, finding_kinds, load_profile
from pipeline.scoring.trust.slips import read_text, slip_variants, with_text
from tests.examples import examples
from tests.scoring.support import fund_row, row, small_form

BEIJING = load_profile("beijing-2024")
COST = {"level1": "成本指标", "level2": "经济成本指标", "level3": "项目支出金额"}
TIMELY = {"level2": "时效指标", "level3": "完成时间"}
SATISFIED = {"level1": "满意度指标", "level2": "服务对象满意度指标", "level3": "群众满意度"}


def found(source: ScoringInput) -> dict[str, FindingRow]:
    return {finding.code: finding for finding in find_discrepancies(source, BEIJING)}


def holds(code: str, source: ScoringInput) -> bool:
    return code in found(source)


def test_a_sound_form_has_no_finding() -> None:
    cost = row("≤30万元", "30万元", "10", "10", level1="成本指标", level2="经济成本指标", level3="项目总成本")
    assert found(small_form(cost)) == {}


def test_a_sum_that_leaves_the_execution_score_out_says_so() -> None:
    finding = found(small_form(total="90"))["total_not_sum"]
    assert finding.status == "violation"
    assert finding.difference == -10
    assert "与不含预算执行得分的合计一致" in finding.message


def test_a_hundredth_is_no_difference_of_totals() -> None:
    fund = {"initial": "695.82", "full_year": "696.02", "executed": "695.82", "rate": "99.97%", "score": "9.99"}
    assert not holds("total_not_sum", small_form(fund=fund, total="100"))
    assert holds("total_not_sum", small_form(fund=fund, total="100.1"))


def test_weights_that_do_not_add_up_to_the_printed_total() -> None:
    finding = found(small_form(total_weight_raw="110"))
    assert finding["weights_not_total"].difference == 10
    assert finding["total_weight_not_100"].severity == "error"


def test_a_total_that_is_blank_or_a_dash_is_missing() -> None:
    assert holds("total_missing", small_form(total_score_raw=""))
    assert holds("total_missing", small_form(total_score_raw="—"))
    assert not holds("total_not_sum", small_form(total_score_raw=""))


@pytest.mark.parametrize("rate", ["99.97%", "99.97", "99.9%", "99.98%", "100%", "100"])
def test_a_rate_may_be_cut_or_rounded_at_its_decimals(rate: str) -> None:
    fund = {"initial": "696.02", "full_year": "696.02", "executed": "695.85", "rate": rate, "score": "9.99"}
    assert not holds("execution_rate_wrong", small_form(fund=fund))


@pytest.mark.parametrize("rate", ["90%", "86%", "87.0%", "8.85%"])
def test_any_other_rate_is_wrong(rate: str) -> None:
    fund = {"initial": "10.2", "full_year": "10.2", "executed": "8.85", "rate": rate, "score": "8.68"}
    assert holds("execution_rate_wrong", small_form(fund=fund)) == (rate != "86%")


def test_an_execution_score_of_ten_for_six_percent() -> None:
    fund = {"initial": "25.86", "full_year": "", "executed": "1.53", "rate": ""}
    finding = found(small_form(fund=fund))["execution_score_wrong"]
    assert (finding.reported, finding.expected) == ("10", "0.59")


def test_a_hundred_percent_for_a_little_less_is_rounding_and_not_an_error() -> None:
    codes = found(small_form(fund={"initial": "50", "full_year": "50", "executed": "49.8"}))
    assert codes["execution_rounded_up"].status == "potential"
    assert "execution_score_wrong" not in codes
    assert "execution_rate_wrong" not in codes


def test_more_spent_than_budgeted() -> None:
    assert holds("executed_exceeds_budget", small_form(fund={"executed": "31", "rate": "103.3%"}))


def test_a_budget_cut_to_what_was_spent() -> None:
    assert holds("budget_cut_to_executed", small_form(fund={"initial": "40"}))
    assert not holds("budget_cut_to_executed", small_form(fund={"initial": "0"}))


def test_a_budget_raised_by_half_and_an_initial_budget_of_nothing() -> None:
    assert holds("budget_raised", small_form(fund={"initial": "10"}))
    assert not holds("budget_raised", small_form(fund={"initial": "0"}))


@pytest.mark.parametrize("actual", ["", "-", "—"])
def test_points_for_nothing_said(actual: str) -> None:
    assert holds("scored_without_actual", small_form(row("≥3份", actual)))
    assert not holds("scored_without_actual", small_form(row("≥3份", actual, "10", "0", deviation="未开展")))


def test_a_form_without_a_column_of_actuals_is_not_asked_for_them() -> None:
    assert not holds("scored_without_actual", small_form(row("≥3份", None)))


HOLDS: list[tuple[str, dict[str, Any]]] = [
    ("unmet_full_score", row("≥90%", "80%")),
    ("unmet_full_score", row("9份", "8份")),
    ("score_not_by_formula", row("≥90%", "45%", "10", "8", deviation="未完成")),
    ("score_not_by_formula", row(">85%", "80%", "2", "0", deviation="未完成")),
    ("late_full_score", row("≤4月", "7月", **TIMELY)),
    ("late_full_score", row("2024年6月前", "2024年7月1日", **TIMELY)),
    ("late_full_score", row("2023.08.17-2024.08.18", "2023.08.17-2024.10.17", level2="时效指标", level3="服务期限")),
    ("late_full_score", row("≤2小时", "3小时", level2="时效指标", level3="响应时间")),
    ("late_partial_score", row("≤4月", "7月", "10", "8", deviation="合并举办", **TIMELY)),
    ("score_exceeds_weight", row("≥3份", "3份", "10", "12")),
    ("score_missing", row("≥3份", "3份", "10", "")),
    ("score_below_weight_without_reason", row("≥3份", "2份", "10", "6.67")),
    ("score_below_weight_without_reason", row("≥3份", "2份", "10", "6.67", deviation="无")),
    ("partial_score_though_met", row("≥95%", "98%", "10", "9", deviation="基本满意")),
    ("low_target", row("≥15家", "45家")),
    ("low_target", row("2个", "8个", level3="课题成果")),
    ("low_target", row("≥5家", "200余家")),
    ("in_progress_full_score", row("完成成果转化", "课题正在推进中")),
    ("actual_copies_target", row("≥95%", "≥95%")),
    ("actual_copies_target", row("≤2小时", "2小时内", level2="时效指标", level3="响应时间")),
    ("actual_is_bound", row("≥90%", "≥95%")),
    ("text_for_number", row("≥90%", "达标")),
    ("text_for_number", row("≤12月", "达标", **TIMELY)),
    ("unit_mismatch", row("24场", "26次")),
    ("percent_missing", row("≥90%", "95", **SATISFIED)),
    ("cost_differs_from_executed", row("≤73.1万元", "730600元", **COST)),
    ("cost_target_above_budget", row("≤40万元", "30万元", **COST)),
    ("cost_row_not_cost", row("≤24小时", "24小时", **COST)),
    ("weight_without_indicator", row("≥3份", "3份", level3="")),
    ("weight_without_indicator", row("≥3份", "3份", level3="指标2：")),
    ("indicator_without_weight", row("≥3份", "3份", "", "")),
    ("target_missing", row("", "3份")),
    ("target_is_marker", row("定性", "完成")),
    ("actual_equals_weight", row("有所增强", "10")),
    ("grade_not_in_set", row("好坏", "已接入互联网", nature="定性", unit="项")),
    ("option_set_typo", row("优良种低差", "优", nature="定性")),
    ("name_quantity_differs", row("1万册", "1万册", level3="印刷宣传材料6千册")),
    ("month_ambiguous", row("≤11个月", "10月", **TIMELY)),
    ("number_unreadable", row("≥3份", "3份", "10", "满分")),
    ("unit_malformed", row("100", "100TB", nature="≥", unit="个(单位:) TB", level3="存储")),
]


@pytest.mark.parametrize(("code", "cells"), HOLDS)
def test_what_a_row_is_reported_for(code: str, cells: dict[str, Any]) -> None:
    findings = found(small_form(cells))
    assert code in findings
    assert findings[code].row_no == 1
    assert findings[code].message


QUIET: list[tuple[str, dict[str, Any]]] = [
    ("unmet_full_score", row("≥90%", "90%")),
    ("unmet_full_score", row("≤30万元", "30万元", **COST)),
    ("score_not_by_formula", row("≥90%", "80%", "10", "8.9", deviation="未完成")),
    ("late_full_score", row("2024年6月前", "2024年6月30日", **TIMELY)),
    ("late_full_score", row("≤12月", "11月", **TIMELY)),
    ("late_full_score", row("≥12月", "12月", level2="时效指标", level3="服务期限")),
    ("score_below_weight_without_reason", row("≥3份", "2份", "10", "6.67", deviation="供应商延期")),
    ("partial_score_though_met", row("≥1份", "7份", "10", "7", deviation="目标偏低")),
    ("low_target", row("≥1份", "7份", "10", "7", deviation="目标偏低")),
    ("low_target", row("≥2家", "5家")),
    ("low_target", row("≤60分钟", "1分钟", level2="时效指标", level3="响应时间")),
    ("low_target", row("24场", "260次")),
    ("actual_copies_target", row("12份", "12份")),
    ("actual_copies_target", row("≥200家", "200余家")),
    ("text_for_number", row("提升服务", "服务提升")),
    ("unit_mismatch", row("≥600家（次）", "666家次")),
    ("percent_missing", row("90", "95", unit="%", nature="≥", **SATISFIED)),
    ("cost_differs_from_executed", row("≤40万元", "40万元", deviation="10万元由园区支付，30万元由本局支付", **COST)),
    ("cost_differs_from_executed", row("≤45万元", "合同45万元，2024年支付尾款30万元", **COST)),
    ("cost_target_above_budget", row("≤30万元", "30万元", **COST)),
    ("weight_without_indicator", row("", "", "", "", level3="……")),
    ("indicator_without_weight", row("", "", "", "", level3="指标2：")),
    ("scored_without_actual", row("≥3份", "0份", "10", "0", deviation="未开展")),
    ("name_quantity_differs", row("≥3场", "3场", level3="指标5：举办3场企业绿色化节能培训")),
    ("name_quantity_differs", row("2套", "2套", level3="2台UPS电池")),
    ("actual_equals_weight", row("10份", "10份")),
]


@pytest.mark.parametrize(("code", "cells"), QUIET)
def test_what_a_row_is_not_reported_for(code: str, cells: dict[str, Any]) -> None:
    assert not holds(code, small_form(cells))


def test_a_form_without_the_reason_column_is_not_asked_for_reasons() -> None:
    cells = row("≥3份", "2份", "10", "6.67", deviation=None)
    assert not holds("score_below_weight_without_reason", small_form(cells, has_deviation_column=False))


def test_what_is_missing_from_a_form_is_reported_for_the_form() -> None:
    findings = found(small_form(complete=False, district=None, year=None, implementing_unit=""))
    assert findings["form_incomplete"].status == "extraction_suspect"
    assert findings["district_unresolved"].status == "extraction_suspect"
    assert "year_unresolved" in findings
    assert "实施单位" in findings["header_blank"].message


def test_on_a_form_that_is_cut_off_what_is_not_there_is_not_held_against_it() -> None:
    findings = found(small_form(complete=False, total_weight_raw=None, total_score_raw=None))
    assert findings["total_missing"].status == "extraction_suspect"


def test_no_satisfaction_means_no_weighted_satisfaction_row() -> None:
    source = small_form()
    kept = tuple(r for r in source.indicators if r.level1 != "满意度指标")
    assert holds("no_satisfaction_indicator", ScoringInput(source.form, source.funds, kept))


def test_a_goal_that_no_indicator_measures() -> None:
    assert holds("goal_quantity_not_measured", small_form(expected_goal="国产软件达到80%"))
    cells = row("≥5家", "5家", level3="培育企业数量")
    assert not holds("goal_quantity_not_measured", small_form(cells, expected_goal="培育企业5家"))


def test_a_sentence_that_counts_otherwise_than_the_indicator() -> None:
    counted = row("≥5家", "14家", level3="参加企业数量")
    told = row("产业壮大", "5家航天企业达成意向", level1="效益指标", level2="经济效益指标", level3="带动作用")
    assert holds("counts_disagree", small_form(counted, told))


def test_a_field_that_awaits_review_makes_the_finding_suspect() -> None:
    cells = row("≥90%", "80%")
    sure = found(small_form(cells))["unmet_full_score"]
    unsure = found(small_form(cells, doubted=frozenset({("indicator", 1, "actual_raw")})))["unmet_full_score"]
    assert sure.status == "violation"
    assert unsure.status == "extraction_suspect"


def test_a_lost_or_added_digit_on_a_scan_is_held_against_the_reading() -> None:
    cells = row("≥95%", "98%", "100", "10", **SATISFIED)
    fund = {"weight": "10"}
    source = small_form(cells, fund=fund, total="60", total_weight_raw="60")
    printed, scanned = found(source), found(ScoringInput(source.form, source.funds, source.indicators, recognised=True))
    assert printed["weights_not_total"].status == "violation"
    assert scanned["weights_not_total"].status == "extraction_suspect"
    assert scanned["score_below_weight_without_reason"].status == "extraction_suspect"


def test_what_no_single_slip_explains_stands_on_a_scan_too() -> None:
    source = small_form(row("≥3份", "—", "10", "10"), recognised=True)
    assert found(source)["scored_without_actual"].status == "violation"


def test_a_blank_on_a_picture_accuses_nobody() -> None:
    blank = row("≥3份", "", "10", "10")
    assert found(small_form(blank))["scored_without_actual"].status == "violation"
    assert found(small_form(blank, recognised=True))["scored_without_actual"].status == "extraction_suspect"


def test_an_amount_misread_on_a_scan_does_not_make_a_budget_cut() -> None:
    fund = {"initial": "58.5", "full_year": "58.5", "executed": "58.5"}
    source = small_form(fund=fund, recognised=True)
    total = fund_row("total", {**fund, "initial": "68.5", "weight": "10", "rate": "100%", "score": "10"})
    misread = found(ScoringInput(source.form, (total, *source.funds[1:]), source.indicators, recognised=True))
    assert misread["budget_cut_to_executed"].status == "extraction_suspect"
    assert misread["fund_parts_not_total"].status == "extraction_suspect"


def test_a_budget_cut_that_the_parts_bear_out_stands_on_a_scan() -> None:
    source = small_form(fund={"initial": "80", "full_year": "58.5", "executed": "58.5"}, recognised=True)
    assert found(source)["budget_cut_to_executed"].status == "potential"


SCANNED = small_form(row("≥90%", "95%", "20", "20"), row("≤30万元", "30万元", "20", "20", **COST), recognised=True)
NUMERIC: list[tuple[Any, int | None, str]] = [
    ("form", None, "total_weight_raw"),
    ("form", None, "total_score_raw"),
    *(("fund", 1, name) for name in ("annual_budget_raw", "executed_raw", "execution_rate_raw", "score_raw")),
    *(("indicator", no, name) for no in (1, 2, 3) for name in ("weight_raw", "score_raw", "actual_raw")),
]


@settings(max_examples=examples(40))
@given(st.sampled_from(NUMERIC), st.randoms(use_true_random=False))
def test_one_slip_on_a_sound_scan_accuses_nobody(key: tuple[Any, int | None, str], rng: Any) -> None:
    text = read_text(SCANNED, key)
    assert text
    slipped = with_text(SCANNED, key, rng.choice(list(slip_variants(text))))
    assert [f for f in find_discrepancies(slipped, BEIJING) if f.status == "violation"] == []


def test_low_targets_are_never_a_violation() -> None:
    finding = found(small_form(row("≥1000家", "7338家", "30", "30")))["low_target"]
    assert finding.status == "potential"
    assert finding.difference == 9


def test_every_finding_uses_a_documented_code_with_its_severity() -> None:
    sources = [small_form(cells) for _, cells in HOLDS]
    kinds = finding_kinds()
    for finding in (f for source in sources for f in find_discrepancies(source, BEIJING)):
        assert finding.severity == kinds[finding.code].severity
        assert finding.profile == "beijing-2024"


@pytest.mark.parametrize(("target", "actual"), [("每月1次", "12次"), ("≥12次", "每月1次"), ("1次/月", "12次")])
def test_counts_of_different_periods_are_not_compared(target: str, actual: str) -> None:
    findings = found(small_form(row(target, actual, level3="巡检次数")))

    assert not {"unmet_full_score", "low_target", "unit_mismatch"} & set(findings)


def test_an_improvement_is_beaten_by_a_larger_one() -> None:
    assert not holds("unmet_full_score", small_form(row("成本降低5%", "成本降低8%", **COST)))
    assert holds("unmet_full_score", small_form(row("下降5%", "下降3%", level3="单位能耗")))


def test_what_repeats_its_target_does_not_miss_it() -> None:
    assert not holds("late_full_score", small_form(row("2024年1月-12月", "2024年1月-12月", level3="服务期限")))


def test_a_percentage_written_as_a_ratio_lacks_its_sign_and_misses_nothing() -> None:
    findings = found(small_form(row("≥95%", "0.96", level3="合格率")))

    assert "percent_missing" in findings
    assert not {"unmet_full_score", "unit_mismatch"} & set(findings)


def test_a_small_weight_kept_in_full_is_at_stake_and_a_rounded_deduction_is_not() -> None:
    assert holds("low_target", small_form(row("≥5家", "18家", "2", "2")))
    assert not holds("low_target", small_form(row("≥5家", "18家", "7", "6", deviation="目标偏低")))


@pytest.mark.parametrize(
    ("below", "asked"), [({}, True), ({"problems": "无"}, True), ({"problems": "因汛期施工滞后，未能按期完成"}, False)]
)
def test_a_reason_for_the_whole_form_below_the_rows_is_one(below: dict[str, str], asked: bool) -> None:
    assert holds("score_below_weight_without_reason", small_form(row("≥5份", "4份", "10", "8"), **below)) == asked
