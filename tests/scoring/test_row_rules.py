"""Rules that a row prints, rules that a profile may say, and how sure the findings are that rest on them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pipeline.records import ScoreRow
from pipeline.scoring import ScoringInput, find_discrepancies, load_profile, score_form
from pipeline.scoring.profiles import Profile, read_row_rule
from tests.scoring.support import row, small_form

NATIONAL = load_profile("national")


def score_of(source: ScoringInput, profile: Profile = NATIONAL) -> ScoreRow:
    return next(r for r in score_form(source, profile, "") if (r.item, r.row_no) == ("indicator", 1))


def codes(source: ScoringInput, profile: Profile = NATIONAL) -> dict[str, str]:
    return {finding.code: finding.status for finding in find_discrepancies(source, profile)}


def with_rule(source: ScoringInput, text: str) -> ScoringInput:
    first, *rest = source.indicators
    return replace(source, indicators=(replace(first, further_raw=text), *rest))


@pytest.mark.parametrize(
    ("text", "step", "unit", "points"),
    [
        ("评分标准：每少1场扣1分，扣完为止", "1", "场", "1"),
        ("每低于目标值1个百分点扣0.5分", None, None, None),
        ("每降低1个百分点扣0.5分", "1", "百分点", "0.5"),
        ("每低1%扣0.2分", "1", "百分点", "0.2"),
        ("每少5人扣2分", "5", "人", "2"),
        ("每少1元扣1分", "1", "元", "1"),
        ("完成率≥90%得满分，每低1%扣1分", None, None, None),
        ("每少1场扣1分，低于5场不得分", None, None, None),
    ],
)
def test_deductions_per_step_are_read_and_longer_rules_are_left_to_a_person(
    text: str, step: str | None, unit: str | None, points: str | None
) -> None:
    rule = read_row_rule(text)
    assert rule is not None
    assert (rule.step, rule.unit, rule.points) == (step and Decimal(step), unit, points and Decimal(points))


@pytest.mark.parametrize("text", [None, "", "数据来源：台账", "得分=完成值/目标值×分值", "完成得满分"])
def test_a_text_that_takes_no_points_is_no_rule(text: str | None) -> None:
    assert read_row_rule(text) is None


def test_the_rule_of_a_row_beats_the_profile() -> None:
    source = with_rule(small_form(row("≥10场", "7场", "10", "7")), "评分标准：每少1场扣1分")
    other = with_rule(small_form(row("≥10场", "8场", "20", "18")), "评分标准：每少1场扣1分，扣完为止")
    assert (score_of(source).rule, score_of(source).expected_max, score_of(source).verdict) == (
        "rule_of_the_row",
        Decimal(7),
        "consistent",
    )
    assert score_of(other).verdict == "consistent"
    assert not {"score_not_by_formula", "unmet_full_score"} & codes(other).keys()
    behind = small_form(row("≥10场（每少1场扣2分）", "9场", "20", "18"))
    assert (score_of(behind).rule, score_of(behind).verdict) == ("rule_of_the_row", "consistent")


def test_full_points_against_the_rule_of_the_row_are_a_violation() -> None:
    source = with_rule(small_form(row("≥10场", "7场", "10", "10")), "评分标准：每少1场扣1分")
    assert codes(source)["unmet_full_score"] == "violation"
    nothing = with_rule(small_form(row("≥10场", "7场", "10", "7")), "评分标准：未完成不得分")
    assert score_of(nothing).expected_max == 0
    assert codes(nothing)["score_not_by_formula"] == "violation"


def test_a_rule_of_the_row_that_was_not_understood_accuses_nobody() -> None:
    source = with_rule(small_form(row("≥10场", "7场", "10", "10")), "完成80%以上得满分，每低1%扣1分")
    assert score_of(source).rule == "rule_of_the_row_unread"
    assert not {"score_not_by_formula", "unmet_full_score"} & codes(source).keys()


def test_both_reverse_rules_in_use_are_accepted_where_neither_is_printed() -> None:
    half = small_form(row("≤10天", "15天", "15", "7.5", level2="时效指标"))
    third = small_form(row("≤10天", "15天", "15", "10", level2="时效指标"))
    wrong = small_form(row("≤10起", "15起", "15", "12"))
    assert [score_of(source).verdict for source in (half, third, wrong)] == ["consistent", "consistent", "over_scored"]
    counted = small_form(row("≤10起", "15起", "15", "7.5"))
    assert "score_not_by_formula" not in codes(counted)
    assert codes(counted, load_profile("beijing-2024"))["score_not_by_formula"] == "violation"


def changed(profile: Profile, section: str, **updates: Any) -> Profile:
    part = getattr(profile, section)
    return profile.model_copy(update={section: part.model_copy(update=updates)})


@pytest.mark.parametrize(
    ("says", "target", "actual", "points"),
    [
        ({}, "=10场", "12场", None),
        ({"exceeded": "full"}, "=10场", "12场", "20"),
        ({"exceeded": "target_over_actual"}, "=10场", "25场", "8"),
        ({"exceeded": "linear_overrun"}, "=10场", "25场", "0"),
        ({}, "=0起", "2起", None),
        ({"zero": Decimal(0)}, "=0起", "2起", "0"),
        ({"met": Decimal("0.9")}, "=10场", "10场", "18"),
    ],
)
def test_a_profile_says_what_an_equal_target_earns(
    says: dict[str, Any], target: str, actual: str, points: str | None
) -> None:
    equal = NATIONAL.quantitative.equal.model_copy(update=says)
    profile = changed(NATIONAL, "quantitative", equal=equal)
    scored = score_of(small_form(row(target, actual, "20", "0")), profile)
    assert scored.expected_max == (points and Decimal(points))


def test_a_total_that_leaves_rows_without_actuals_out_is_disputed_only_where_they_count_0() -> None:
    rows = [row("≥3份", "-", "10", "0"), row("≥3场", "3场", "10", "10")]
    rescaled, summed = small_form(*rows, total="100"), small_form(*rows, total="90")
    zero = changed(NATIONAL, "total", left_out="zero")
    only = changed(NATIONAL, "total", left_out="rescaled")
    assert "total_not_sum" not in codes(rescaled) | codes(summed) | codes(summed, zero) | codes(rescaled, only)
    assert codes(rescaled, zero)["total_not_sum"] == "violation"
    assert codes(summed, only)["total_not_sum"] == "violation"
    assert "total_not_sum" in codes(small_form(*rows, total="95"))


def test_a_finding_is_as_sure_as_the_rule_that_it_rests_on() -> None:
    fund = {"executed": "15", "rate": "50%", "score": "10"}
    source = small_form(row("=10场", "8场", "10", "3"), fund=fund)
    beijing = codes(source, load_profile("beijing-2024"))
    assert beijing["execution_score_wrong"] == "potential"
    assert beijing["score_not_by_formula"] == "potential"
    assert (
        codes(small_form(row("≥10场", "8场", "10", "3")), load_profile("beijing-2024"))["score_not_by_formula"]
        == "violation"
    )
    assert codes(source)["execution_score_wrong"] == "violation"
    assert codes(source, load_profile("hunan"))["execution_score_wrong"] == "potential"


@pytest.mark.parametrize(
    ("profile", "fund", "changes", "asked"),
    [
        ("sichuan", {"executed": "15", "rate": "50%", "score": "5"}, {}, True),
        ("sichuan", {"executed": "27", "rate": "90%", "score": "9"}, {}, False),
        ("sichuan", {"executed": "15", "rate": "50%", "score": "5"}, {"problems": "预算执行率低，因尾款未付"}, False),
        ("national", {"executed": "15", "rate": "50%", "score": "5"}, {}, False),
    ],
)
def test_sichuan_asks_why_less_than_nine_tenths_were_spent(
    profile: str, fund: dict[str, str], changes: dict[str, str], asked: bool
) -> None:
    source = small_form(row("≥3场", "3场"), fund=fund, **changes)
    found = codes(source, load_profile(profile))
    assert ("low_execution_without_reason" in found) == asked
    assert found.get("low_execution_without_reason", "potential") == "potential"
