"""Scoring profiles: what they say, when they are refused, and which one a form is scored by."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.scoring import choose_profile, grade, list_profiles, load_profile
from pipeline.scoring.profiles import Sourced, read_profile
from pipeline.vocabulary import schema_path

BANDS_NOTE = "（B-A）/A×100% 在 200%－300%（含200%）扣该指标分值的10%；300％-500%扣20%；高于500%扣30%"


def test_the_four_published_rule_sets_are_there() -> None:
    assert {"beijing-2024", "national", "mof-2021-101", "hubei"} <= set(list_profiles())


@pytest.mark.parametrize("name", list_profiles())
def test_every_profile_names_the_source_of_each_rule(name: str) -> None:
    profile = load_profile(name)
    sources = [
        profile.weights.source,
        profile.execution.source,
        profile.quantitative.positive.source,
        profile.quantitative.reverse.source,
        profile.quantitative.equal.source,
        profile.qualitative.source,
        profile.grades.source,
        profile.total.source,
    ]
    assert all(sources)
    assert profile.note


def test_what_could_not_be_verified_is_marked_so() -> None:
    unverified = {name for name in list_profiles() if not load_profile(name).verified}
    assert {"mof-2021-101", "hunan", "transfer"} <= unverified
    assert not {"national", "beijing-2024"} & unverified


@pytest.mark.parametrize("name", list_profiles())
def test_a_rule_whose_source_does_not_state_it_is_not_verified(name: str) -> None:
    profile = load_profile(name)
    rules = (profile.execution, *dict(profile.quantitative).values())
    unsure = [rule for rule in rules if isinstance(rule, Sourced) and "not stated" in rule.source]
    assert all(not rule.verified for rule in unsure)
    assert "not stated" not in profile.execution.source or not profile.execution.verified


def test_a_profile_that_does_not_exist_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError):
        load_profile("nowhere-1999")


def edited_profile(tmp_path: Path, old: str, new: str) -> Path:
    copy = tmp_path / "beijing-2024.yml"
    shutil.copy(schema_path("profiles/beijing-2024.yml"), copy)
    text = copy.read_text(encoding="utf-8")
    assert old in text
    copy.write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("{from: 3, to: 5, deduct: 0.2}", "{from: 2.5, to: 5, deduct: 0.2}", "overlaps"),
        ("{from: 3, to: 5, deduct: 0.2}", "{from: 3.5, to: 5, deduct: 0.2}", "no band covers 3 to 3.5"),
        ("{name: 良, from: 80, to: 90}", "{name: 良, from: 80, to: 85}", "no band covers 85 to 90"),
        ("{name: 差, from: 0, to: 60}", "{name: 差, from: 10, to: 60}", "no band covers 0 to 10"),
        ("{name: 优, from: 90}", "{name: 优, from: 90, to: 100}", "no band is open"),
        ("{from: 2, to: 3, deduct: 0.1}", "{from: 3, to: 2, deduct: 0.1}", "empty"),
        ("  tolerance: 0.01", "  tolerance: 0.01\n  tolerence: 1", "tolerence"),
        ("unmet: target_over_actual", "unmet: guess", "unmet"),
        ("  verified: false\n  source: not stated in", "  source: not stated in", "no such source"),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused_with_the_line(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    path = edited_profile(tmp_path, old, new)
    with pytest.raises(ConfigurationError) as refusal:
        read_profile(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    message = str(refusal.value)
    assert fault in message
    number = int(message.split("line ")[1].split(":", maxsplit=1)[0])
    assert "from" in lines[number - 1] or fault in lines[number - 1] or lines[number - 1] == "execution:"


def test_the_notes_printed_with_the_form_decide() -> None:
    profile, reason = choose_profile(BANDS_NOTE, "420200", None)
    assert profile.name == "beijing-2024"
    assert "填报说明" in reason


def test_notes_of_hubei_are_known_by_the_twenty_points_of_execution() -> None:
    assert choose_profile("得分(20分*执行率)", None, None)[0].name == "hubei"


@pytest.mark.parametrize(
    ("code", "name"),
    [("420200", "hubei"), ("110112", "beijing-2024"), ("110105", "beijing-2024"), ("220104", "national")],
)
def test_without_notes_the_division_decides_and_not_its_name(code: str, name: str) -> None:
    """朝阳区 of Beijing is 110105, that of 长春 220104."""
    assert choose_profile(None, code, None)[0].name == name


def test_a_sentence_that_several_provinces_print_decides_nothing() -> None:
    shared = "注：定性指标分别按照该指标对应分值区间100%-80%(含80%)、80%-50%(含50%)、50%-0%合理确定分值。"
    assert choose_profile(shared, "370112", None)[0].name == "national"
    assert choose_profile(shared.replace("50%", "60%"), "110112", None)[0].name == "beijing-2024"


@pytest.mark.parametrize(
    "note",
    [
        "完成值超过指标值200%、300%、500%的，均不扣分。",
        "偏离度200%-300%、300%-500%、500%以上的不扣分，说明原因即可。",
        "预算执行率低于80%扣分；新增企业200%、300%、500%三档奖励。",
    ],
)
def test_numbers_of_beijings_bands_in_a_sentence_that_takes_no_points_are_no_rule(note: str) -> None:
    assert choose_profile(note, "420100")[0].name == "hubei"


@pytest.mark.parametrize(
    "note",
    [
        BANDS_NOTE,
        BANDS_NOTE.replace("－", "～").replace("-5", "至5"),
        "200％~300％（含200％）的，按该指标分值的10％扣分；300—500%的按20%扣分；高于500%的按30%扣分",
    ],
)
def test_the_bands_are_known_however_their_ranges_are_set(note: str) -> None:
    assert choose_profile(note, "420100")[0].name == "beijing-2024"


@pytest.mark.parametrize(
    ("note", "first", "second"),
    [
        ("定性指标分三档，按100-80%（含80%）、80-50%（含50%）、50-0%合理确定分值。", "0.8", "0.5"),
        ("分别按100%～80%(含80%)、80%～60%(含60%)、60%～0%确定", "0.8", "0.6"),
        ("达成的得100%至90%（含90%），部分达成的得90%至60%（含），其余60%至0%", "0.9", "0.6"),
    ],
)
def test_printed_classes_of_qualitative_indicators_hold_under_the_rules_of_the_division(
    note: str, first: str, second: str
) -> None:
    profile, reason = choose_profile(note, "420100")
    assert profile.name == "hubei"
    assert [band.lower for band in profile.qualitative.bands] == [Decimal(first), Decimal(second), 0]
    assert "定性指标分档按表后所印" in reason


def test_classes_that_leave_a_gap_are_no_classes() -> None:
    profile, reason = choose_profile("分别按100%-80%、70%-60%、60%-0%确定", "420100")
    assert profile.qualitative == load_profile("hubei").qualitative
    assert "定性" not in reason


def test_the_notes_of_anhui_are_known_by_several_of_their_sentences() -> None:
    notes = (
        "注：1.一级指标分值统一设置为：产出指标50分。2.定性指标分为达成预期指标、部分达成。"
        "3.若为正向指标，则得分计算方法应用全年实际值/年度指标值*该指标分值。"
    )
    assert choose_profile(notes, None, None)[0].name == "anhui"


def test_a_transfer_payment_is_not_scored_by_the_rules_of_its_province() -> None:
    assert choose_profile(None, "110112", None, "transfer")[0].name == "transfer"
    assert choose_profile(BANDS_NOTE, "110112", None, "transfer")[0].name == "beijing-2024"


@pytest.mark.parametrize("name", list_profiles())
def test_only_beijing_has_bands_for_targets_set_too_low(name: str) -> None:
    assert (load_profile(name).over_target is not None) == (name == "beijing-2024")


def test_without_both_the_default_is_taken_and_said_so() -> None:
    profile, reason = choose_profile(None, None, None)
    assert profile.name == "national"
    assert "默认" in reason


def test_a_requested_profile_wins_over_notes_and_district() -> None:
    assert choose_profile(BANDS_NOTE, "110105", "hubei")[0].name == "hubei"


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        ("100", "优"),
        ("90", "优"),
        ("89.99", "良"),
        ("80", "良"),
        ("79.9", "中"),
        ("60", "中"),
        ("59.99", "差"),
        ("0", "差"),
    ],
)
def test_grades_begin_at_their_lower_limit(total: str, expected: str) -> None:
    assert grade(Decimal(total), load_profile("beijing-2024")) == expected


@pytest.mark.parametrize("total", [None, Decimal("100.5"), Decimal(-1)])
def test_a_total_that_cannot_be_has_no_grade(total: Decimal | None) -> None:
    assert grade(total, load_profile("beijing-2024")) is None


@given(st.decimals(0, 100, places=2))
def test_every_total_from_0_to_100_has_one_grade_in_every_profile(total: Decimal) -> None:
    assert all(grade(total, load_profile(name)) is not None for name in list_profiles())
