"""What an experienced reader asks about one form; each question beside a form that looks alike and is right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.records import FindingRow
from pipeline.scoring import ScoringInput, find_discrepancies, finding_kinds, load_profile
from tests.scoring.support import fund_row, row, small_form

BEIJING = load_profile("beijing-2024")

QUALITY: dict[str, Any] = {"level2": "质量指标"}
TIME: dict[str, Any] = {"level2": "时效指标", "level3": "完成时间"}
SATISFIED: dict[str, Any] = {"level1": "满意度指标", "level2": "服务对象满意度指标", "level3": "群众满意度"}
COST: dict[str, Any] = {"level1": "成本指标", "level2": "经济成本指标", "level3": "项目总成本"}


def found(source: ScoringInput) -> dict[str, FindingRow]:
    return {finding.code: finding for finding in find_discrepancies(source, BEIJING)}


ROWS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("indicator_without_points", row("≥5家", "5家", "0", "0"), row("≥5家", "5家", "0.5", "0.5")),
    ("date_outside_year", row("2023年12月前", "2024年6月", **TIME), row("2024年12月前", "2024年6月", **TIME)),
    ("date_outside_year", row("2024年6月前", "2025年3月", **TIME), row("2023.12-2024.6", "2024年6月", **TIME)),
    ("share_above_whole", row("≥95%", "103%", **SATISFIED), row("≥95%", "100%", **SATISFIED)),
    ("share_above_whole", row("≥95%", "120%", level3="验收合格率"), row("≥95%", "120%", level3="产量增长率")),
    ("target_vague", row("完成", "完成"), row("完成", "完成", **QUALITY)),
    ("target_vague", row("若干", "12份"), row("≥12份", "12份")),
    (
        "indicator_misclassed",
        row("≥50人", "50人", level3="培训人数", **QUALITY),
        row("≥50人", "50人", level3="培训人数"),
    ),
    (
        "indicator_misclassed",
        row("≥90%", "95%", level3="群众满意度"),
        row("≥90%", "95%", **SATISFIED),
    ),
    (
        "reason_without_deviation",
        row("≥5家", "5家", deviation="由于疫情影响，进度滞后，下一步加强管理"),
        row("≥5家", "4家", "10", "8", deviation="由于疫情影响，进度滞后，下一步加强管理"),
    ),
    (
        "reason_without_deviation",
        row("≥5家", "5家", deviation="因经费不足未能多办"),
        row("≥5家", "9家", deviation="因报名踊跃，数量偏离指标值较多"),
    ),
]


@pytest.mark.parametrize(("code", "faulty", "sound"), ROWS)
def test_a_row_is_asked_about_and_one_that_looks_alike_is_not(
    code: str, faulty: dict[str, Any], sound: dict[str, Any]
) -> None:
    finding = found(small_form(faulty))[code]
    assert (finding.status, finding.row_no) == ("potential", 1)
    assert finding.severity == finding_kinds()[code].severity
    assert code not in found(small_form(sound))


def test_a_cost_indicator_is_asked_for_from_2022_on_where_the_rules_do() -> None:
    assert "no_cost_indicator" in found(small_form())
    assert "no_cost_indicator" not in found(small_form(year=2021))
    assert "no_cost_indicator" not in found(small_form(row("≤30万元", "30万元", **COST)))
    hubei = find_discrepancies(small_form(), load_profile("hubei"))
    assert "no_cost_indicator" not in {finding.code for finding in hubei}


def test_the_same_indicator_twice() -> None:
    twice = row("≥5家", "5家"), row("≥ 5家", "5家")
    assert found(small_form(*twice))["indicator_repeated"].row_no == 2
    assert "indicator_repeated" not in found(small_form(twice[0], row("≥6家", "6家")))
    other_class = row("≥5家", "5家", level1="效益指标", level2="社会效益指标")
    assert "indicator_repeated" not in found(small_form(twice[0], other_class))


def test_points_of_the_classes_beside_those_of_the_rules() -> None:
    benefit = row("≥1次", "1次", "20", "20", level1="效益指标", level2="社会效益指标", level3="活动")
    source = small_form(benefit)
    finding = found(source)["class_points_differ"]
    assert (finding.reported, finding.expected) == ("30/50/10", "50/30/10")
    assert "class_points_differ" not in found(small_form(row("≤30万元", "30万元", "20", "20", **COST)))
    unclassed = replace(source, indicators=tuple(replace(r, level1_code=None) for r in source.indicators))
    assert "class_points_differ" not in found(unclassed)


@pytest.mark.parametrize("text", ["（100字以内）", "请填写年度目标", "×××项目完成×××"])
def test_what_a_blank_template_prompts_for_is_not_to_be_published(text: str) -> None:
    assert found(small_form(expected_goal=text))["template_prompts_left"].field == "expected_goal"
    assert "template_prompts_left" not in found(small_form(expected_goal="印制200字以上的手册X3型"))


def test_a_goal_that_is_copied_as_what_was_reached() -> None:
    goal = "完成老旧小区改造20个，改善居民居住环境"
    copied = small_form(expected_goal=goal, actual_goal="已完成了老旧小区改造20个，改善居民居住环境。")
    assert "goal_copied" in found(copied)
    told = small_form(expected_goal=goal, actual_goal="改造老旧小区20个，惠及居民3100户")
    assert "goal_copied" not in found(told)


def test_outputs_that_are_all_done_with_hardly_any_money() -> None:
    idle = {"executed": "6", "rate": "20%", "score": "2"}
    finding = found(small_form(row("≥5家", "5家"), fund=idle))["outputs_without_money"]
    assert finding.amount_yuan == 240000
    assert "outputs_without_money" not in found(small_form(row("≥5家", "3家", "10", "6"), fund=idle))
    half = {"executed": "15", "rate": "50%", "score": "5"}
    assert "outputs_without_money" not in found(small_form(row("≥5家", "5家"), fund=half))


def test_outputs_far_above_target_beside_a_budget_that_was_cut() -> None:
    cut = {"initial": "40", "full_year": "30", "executed": "30"}
    assert found(small_form(row("≥5家", "11家"), fund=cut))["outputs_beyond_cut_budget"].amount_yuan == 100000
    assert "outputs_beyond_cut_budget" not in found(small_form(row("≥5家", "6家"), fund=cut))
    assert "outputs_beyond_cut_budget" not in found(small_form(row("≥5家", "11家")))


def test_one_sentence_as_the_reason_of_many_rows() -> None:
    said = {"deviation": "受市场环境影响未能按期完成"}
    rows = [row("≥5家", "4家", "10", "8", level3=name, **said) for name in ("走访", "培训", "宣传")]
    assert found(small_form(*rows))["reasons_repeated"].message.startswith("第 1、2、3 行")
    assert "reasons_repeated" not in found(small_form(*rows[:2]))
    short = [replace_cell(one, deviation="略有偏差") for one in rows]
    assert "reasons_repeated" not in found(small_form(*short))


def replace_cell(cells: dict[str, Any], **changes: str) -> dict[str, Any]:
    return cells | changes


def test_scores_that_are_always_rounded_upwards() -> None:
    up = [
        row("≥7家", f"{done}家", "10", score, level3=f"走访{done}")
        for done, score in ((5, "7.2"), (3, "4.3"), (4, "5.8"))
    ]
    assert "always_rounded_up" in found(small_form(*up))
    half_up = [
        row("≥7家", f"{done}家", "10", score, level3=f"走访{done}")
        for done, score in ((5, "7.1"), (3, "4.3"), (4, "5.7"))
    ]
    assert "always_rounded_up" not in found(small_form(*half_up))


def test_yuan_where_ten_thousand_yuan_are_printed() -> None:
    spent_in_yuan = small_form(fund={"executed": "285000", "rate": "95%", "score": "9.5"})
    finding = found(spent_in_yuan)["money_unit_mixed"]
    assert "285000" in finding.message
    assert "executed_exceeds_budget" not in found(spent_in_yuan), "nobody overspent ten thousand times"
    budget_in_yuan = small_form(fund={"initial": "300000", "full_year": "300000", "executed": "28.5", "rate": "95%"})
    assert "money_unit_mixed" in found(budget_in_yuan)


def test_a_sum_ten_thousand_times_a_cost_is_a_doubt_of_the_unit_and_no_difference() -> None:
    cost = row("≤30万元", "28.5万元", level2="成本指标", level3="项目总成本")
    in_yuan = small_form(cost, fund={"initial": "300000", "full_year": "300000", "executed": "285000", "rate": "95%"})
    assert "285000" in found(in_yuan)["money_unit_mixed"].message
    assert "cost_differs_from_executed" not in found(in_yuan)
    other = small_form(cost, fund={"executed": "20", "rate": "66.67%", "score": "6.67"})
    assert "money_unit_mixed" not in found(other)
    assert "cost_differs_from_executed" in found(other)


def test_money_that_was_hardly_spent_is_no_other_unit() -> None:
    hardly = small_form(fund={"initial": "3000", "full_year": "3000", "executed": "0.3", "rate": "0.01%", "score": "0"})
    assert "money_unit_mixed" not in found(hardly)
    small_part = small_form(fund={"executed": "30"})
    part = replace(fund_row("carryover", {"full_year": "0.02"}), row_no=3)
    assert "money_unit_mixed" not in found(
        replace(small_part, funds=(*small_part.funds[:2], part, small_part.funds[3]))
    )


@pytest.mark.parametrize("name", ["人均培训成本", "单位面积造价", "每户补助标准"])
def test_the_cost_of_one_thing_is_not_held_against_the_sum_that_was_spent(name: str) -> None:
    unit_cost = row("≤3万元", "3万元", **COST | {"level3": name})
    assert "cost_differs_from_executed" not in found(small_form(unit_cost))
    assert "cost_differs_from_executed" in found(small_form(row("≤40万元", "31万元", **COST)))


def test_a_line_of_breakdown_needs_no_points_of_its_own() -> None:
    part = row("5人", "5人", "", "", level3="其中：脱贫户人数")
    assert "indicator_without_weight" not in found(small_form(row("≥20人", "20人"), part))
    assert "indicator_without_weight" in found(small_form(row("5人", "5人", "", "", level3="脱贫户人数")))


def test_a_form_of_targets_is_asked_about_its_targets_only() -> None:
    rows = row("≥5家", None, "10", None), row("完成", None, "10", None)
    targets = small_form(*rows, form_kind="target", total="", total_weight_raw="")
    codes = set(found(targets))
    assert "target_vague" in codes
    assert not codes & {"scored_without_actual", "total_missing", "score_missing", "form_incomplete"}


def test_a_form_without_points_is_not_asked_for_points() -> None:
    source = small_form(row("≥5家", "4家", "", ""), total="", total_weight_raw="", has_points=False)
    assert not {f.code for f in find_discrepancies(source, BEIJING) if f.status == "violation"}


@pytest.mark.parametrize(
    "cells",
    [
        {"target": "≥95", "actual": "97%", "unit": "百分比"},
        {"target": "≥95百分比", "actual": "97%"},
        {"target": "≥95%", "actual": "97", "unit": "%"},
        {"target": "≥95%", "actual": "97", "level3": "验收合格率（%）"},
    ],
)
def test_no_percent_sign_is_missing_where_the_row_says_percent(cells: dict[str, Any]) -> None:
    target, actual = cells.pop("target"), cells.pop("actual")
    assert "percent_missing" not in found(small_form(row(target, actual, **cells)))
    assert "percent_missing" in found(small_form(row("≥95%", "97", level3="验收合格率")))


@pytest.mark.parametrize("points", ["25×25%=6.25", "25*25%＝6.25", "25 × 0.25 = 6.3", "25分×25%=6.25分"])
def test_points_converted_by_a_share_are_what_they_come_to(points: str) -> None:
    source = small_form(row("≥5家", "5家", points, points))
    assert float(source.indicators[0].score or 0) in {6.25, 6.3}
    assert not {"points_conversion_wrong", "number_unreadable"} & set(found(source))


def test_a_conversion_that_comes_to_something_else_is_wrong() -> None:
    source = small_form(row("≥5家", "5家", "10", "25×25%=7.25"))
    finding = found(source)["points_conversion_wrong"]
    assert (finding.status, finding.field, finding.expected) == ("violation", "score_raw", "6.25")


def blank_form(**changes: Any) -> ScoringInput:
    """Return a form of the template alone: points and targets, and nothing done."""
    source = small_form(fund={"executed": "", "rate": "", "score": ""}, total_score_raw="", **changes)
    rows = tuple(replace(one, actual_raw="", score_raw="", score=None) for one in source.indicators)
    return replace(source, indicators=rows)


def test_a_form_that_nobody_has_filled_in_is_accused_of_nothing() -> None:
    findings = found(blank_form(project_name=""))
    assert set(findings) == {"form_blank", "header_blank"}
    assert findings["form_blank"].status == "potential"


def test_a_form_that_was_not_scored_at_all_is_asked_about_its_total_and_not_accused() -> None:
    source = blank_form()
    rows = tuple(replace(one, actual_raw=one.target_raw) for one in source.indicators)
    total = found(replace(source, indicators=rows))["total_missing"]
    assert (total.status, total.message) == ("potential", "总分得分未填，各项得分也均未填")
    assert found(small_form(total_score_raw=""))["total_missing"].status == "violation"
