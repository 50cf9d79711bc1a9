"""What a row earns: the worked values of the Beijing rules, and what holds for every value."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import ScoreRow
from pipeline.scoring import list_profiles, load_profile, score_form
from tests.examples import examples
from tests.scoring.support import row, small_form

BEIJING = load_profile("beijing-2024")


def score_row(
    target: str, actual: str, weight: str, score: str = "0", profile: str = "beijing-2024", **cells: str
) -> ScoreRow:
    source = small_form(row(target, actual, weight, score, **cells))
    return next(r for r in score_form(source, load_profile(profile), "") if (r.item, r.row_no) == ("indicator", 1))


def execution(fund: dict[str, str], profile: str = "beijing-2024") -> ScoreRow:
    return score_form(small_form(fund=fund), load_profile(profile), "")[0]


def cents(number: Decimal | None) -> Decimal:
    assert number is not None
    return number.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("target", "actual", "weight", "over", "left"),
    [
        ("≥1000家", "7338家", "30", "6.338", "21"),
        ("≥1份", "7份", "10", "6", "7"),
        ("≥15家", "45家", "10", "2", "9"),
        ("≥4份", "16份", "25", "3", "20"),
        ("≥100人", "600余人", "18", "5", "12.6"),
        ("≥100家", "329家", "15", "2.29", "13.5"),
    ],
)
def test_a_target_beaten_by_far_leaves_what_the_band_leaves(
    target: str, actual: str, weight: str, over: str, left: str
) -> None:
    scored = score_row(target, actual, weight)
    assert scored.over_target == Decimal(over)
    assert scored.expected_min == Decimal(left)
    assert scored.expected_max == Decimal(weight)
    assert scored.rule == "over_target_band"


def test_seven_points_for_seven_reports_against_one_are_by_the_band() -> None:
    assert score_row("≥1份", "7份", "10", "7").verdict == "consistent"


@pytest.mark.parametrize(
    ("target", "actual", "weight", "points"),
    [(">85%", "80%", "2", "1.88"), ("9", "8", "20", "17.78"), ("≥90%", "45%", "10", "5.00")],
)
def test_a_missed_target_earns_its_ratio(target: str, actual: str, weight: str, points: str) -> None:
    scored = score_row(target, actual, weight)
    assert cents(scored.expected_min) == cents(scored.expected_max) == Decimal(points)


def test_a_cost_above_its_limit_earns_target_over_actual_and_the_sentence_shows_it() -> None:
    scored = score_row("≤50000元", "175270元", "10", "8", level1="成本指标", level2="经济成本指标", level3="预算金额")
    assert cents(scored.expected_max) == Decimal("2.85")
    assert scored.verdict == "over_scored"
    assert scored.explanation.startswith("得分 8 高于按公式应得 2.85：实际 175270 元 ÷ 目标 50000 元")


def test_the_system_vendor_gives_nothing_for_twice_the_limit() -> None:
    cells = {"level1": "成本指标", "level2": "经济成本指标"}
    assert score_row("≤50000元", "175270元", "10", profile="vendor-pmkpi", **cells).expected_max == 0
    assert score_row("≤10万元", "15万元", "10", profile="vendor-pmkpi", **cells).expected_max == Decimal("5.0")


@pytest.mark.parametrize(
    ("budget", "executed", "rate", "points"),
    [("30", "24", "80%", "8.00"), ("25.86", "1.53", "5.92%", "0.59"), ("59.8914", "59.8914", "100%", "10.00")],
)
def test_the_execution_score_is_the_rate_times_ten(budget: str, executed: str, rate: str, points: str) -> None:
    scored = execution({"initial": budget, "full_year": budget, "executed": executed, "rate": rate})
    assert cents(scored.expected_max) == Decimal(points)


def test_a_blank_adjusted_budget_falls_back_to_the_initial_one() -> None:
    scored = execution({"initial": "25.86", "full_year": "", "executed": "1.53", "rate": "", "score": "10"})
    assert cents(scored.expected_max) == Decimal("0.59")
    assert scored.verdict == "over_scored"


def test_hubei_gives_twenty_points_for_execution() -> None:
    fund = {"initial": "400", "full_year": "400", "executed": "391", "weight": "20", "score": "19.55"}
    scored = execution(fund, "hubei")
    assert scored.expected_max == Decimal("19.55")
    assert scored.verdict == "consistent"


def test_a_target_beaten_by_half_keeps_its_full_weight() -> None:
    scored = score_row("大于2亿元", "5亿元", "10", "10", level1="效益指标", level2="经济效益指标", level3="带动投资")
    assert scored.over_target == Decimal("1.5")
    assert scored.expected_min == scored.expected_max == 10
    assert scored.verdict == "consistent"


@pytest.mark.parametrize(
    ("target", "actual", "reason"),
    [
        ("24场", "26次", "unit_mismatch"),
        ("≥90%", "达标", "text_actual"),
        ("≥90%", "", "no_actual"),
        ("", "12份", "no_target"),
        ("≤4月", "7月", "late_date"),
        ("=3份", "5份", "equal_exceeded"),
        ("≥95%", "≥90%", "actual_is_bound"),
        ("带动行业发展", "行业有所发展", "text_needs_judgement"),
    ],
)
def test_where_no_rule_applies_no_score_is_invented(target: str, actual: str, reason: str) -> None:
    name = "完成时间" if "月" in target else "服务企业数量"
    scored = score_row(target, actual, "10", "10", level3=name)
    assert scored.verdict == "not_scorable"
    assert scored.rule == reason
    assert scored.expected_min is None
    assert scored.explanation


def test_a_row_without_weight_is_not_scored() -> None:
    assert score_row("≥3份", "3份", "", "").rule == "no_weight"


def test_a_row_without_a_score_says_so_and_shows_what_it_would_earn() -> None:
    scored = score_row("≥3份", "3份", "10", "")
    assert scored.verdict == "not_scorable"
    assert scored.rule == "no_score"
    assert scored.expected_max == 10


def test_a_bound_meets_the_target_that_it_implies() -> None:
    assert score_row("≥90%", "≥95%", "10", "10").verdict == "consistent"


def test_the_best_grade_of_a_set_lies_in_the_first_band() -> None:
    cells = {"nature": "定性", "level2": "质量指标", "level3": "服务质量"}
    scored = score_row("高中低", "高", "15", "12", **cells)
    assert (scored.expected_min, scored.expected_max) == (12, 15)
    assert scored.verdict == "consistent"
    assert score_row("优良中低差", "良（基本满足）", "15", "12", **cells).rule == "grade_without_points"


def test_the_part_of_a_compound_that_is_not_this_years_answers_the_target() -> None:
    cells = {"level1": "成本指标", "level2": "经济成本指标", "level3": "首款支付金额", "nature": "=", "unit": "万元"}
    scored = score_row("32", "首款支付金额32万元，2024年支付尾款8万元", "10", "10", **cells)
    assert scored.verdict == "consistent"


def test_measured_satisfaction_is_scored_by_steps_where_the_profile_has_them() -> None:
    cells = {"level1": "满意度指标", "level2": "服务对象满意度指标", "level3": "用户满意度"}
    for rate, points in (("95%", 10), ("85%", 8), ("70%", 5), ("50%", 0)):
        assert score_row("≥90%", rate, "10", profile="mof-2021-101", **cells).expected_max == points


def test_the_total_is_the_sum_and_says_when_execution_was_left_out() -> None:
    whole = score_form(small_form(), BEIJING, "")[-1]
    assert whole.verdict == "consistent"
    short = score_form(small_form(total="90"), BEIJING, "")[-1]
    assert short.verdict == "under_scored"
    assert "与不含预算执行得分的合计一致" in short.explanation


def test_a_total_with_an_unanswered_row_is_also_shown_rescaled() -> None:
    source = small_form(row("≥90%", "-", "10", "0", level1="满意度指标", level2="服务对象满意度指标"))
    assert "折算为 100" in score_form(source, BEIJING, "")[-1].explanation


def test_every_row_names_its_profile_and_why() -> None:
    rows = score_form(small_form(), BEIJING, "按指定采用")
    assert {r.profile for r in rows} == {"beijing-2024"}
    assert {r.profile_reason for r in rows} == {"按指定采用"}


numbers = st.decimals(min_value=1, max_value=100000, places=2, allow_nan=False, allow_infinity=False)
weights = st.integers(1, 50)


comparable = st.decimals(min_value=1, max_value=400, places=2, allow_nan=False, allow_infinity=False)


@settings(max_examples=examples(60))
@given(comparable, comparable, comparable, weights)
def test_more_of_a_positive_indicator_never_earns_less_below_the_bands(
    target: Decimal, one: Decimal, other: Decimal, weight: int
) -> None:
    low, high = sorted((one, other))
    earned = [score_row(f"≥{target}家", f"{actual}家", str(weight)).expected_max for actual in (low, high)]
    assert earned[0] is not None
    assert earned[1] is not None
    assert earned[0] <= earned[1]


@settings(max_examples=examples(60))
@given(numbers, numbers, weights, st.sampled_from(["≥", "≤", "=", ">", "<", ""]), st.sampled_from(list_profiles()))
def test_no_rule_gives_more_than_the_weight_or_less_than_nothing(
    target: Decimal, actual: Decimal, weight: int, sign: str, profile: str
) -> None:
    scored = score_row(f"{sign}{target}家", f"{actual}家", str(weight), profile=profile)
    if scored.expected_max is not None and scored.expected_min is not None:
        assert 0 <= scored.expected_min <= scored.expected_max <= weight


@settings(max_examples=examples(60))
@given(numbers, numbers, weights, st.sampled_from(["≥", "≤"]))
def test_profiles_agree_where_their_rules_agree(target: Decimal, actual: Decimal, weight: int, sign: str) -> None:
    names = ("beijing-2024", "national", "mof-2021-101", "hubei")
    rows = [score_row(f"{sign}{target}家", f"{actual}家", str(weight), profile=name) for name in names]
    assert len({r.expected_max for r in rows}) == 1
    assert len({r.achievement for r in rows}) == 1
    assert {r.deduction for r in rows[1:]} == {None}


@settings(max_examples=examples(60))
@given(numbers, numbers)
def test_the_execution_score_never_passes_its_weight(budget: Decimal, executed: Decimal) -> None:
    scored = execution({"initial": f"{budget}", "full_year": f"{budget}", "executed": f"{executed}"})
    assert scored.expected_max is not None
    assert 0 <= scored.expected_max <= 10


def test_a_cost_below_its_exact_amount_is_neither_missed_nor_scored() -> None:
    cells = {"level1": "成本指标", "level2": "经济成本指标", "level3": "合同金额", "nature": "=", "unit": "万元"}
    scored = score_row("32", "31", "10", "10", **cells)
    assert scored.verdict == "not_scorable"
    assert scored.rule == "equal_cost_below"


def test_a_bare_name_that_speaks_of_complaints_is_better_the_lower_it_is() -> None:
    assert score_row("5次", "2次", "10", "10", level3="投诉次数").verdict == "consistent"
    assert score_row("5次", "10次", "10", "10", level3="投诉次数").expected_max == 5


def test_a_bare_amount_of_spending_outside_the_cost_class_has_no_direction() -> None:
    assert score_row("50万元", "45万元", "10", "10", level3="项目支出金额").rule == "direction_unknown"
