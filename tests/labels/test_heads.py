"""Heads of columns, assigned together."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.labels.assignment import assign
from pipeline.labels.heads import match_heads, told_by_place
from pipeline.labels.matching import usual_wording
from pipeline.labels.words import find_label, section_fields


def fields(*heads, section="indicators", unsure=()):
    match = match_heads(section, heads, unsure=unsure)
    return [match.fields.get(at) for at in range(len(heads))]


LEVELS = ("一级指标", "二级指标", "三级指标")
LEVEL_FIELDS = ["level1", "level2", "level3"]


@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        (("年初指标值", "全年完成值"), ["target_raw", "actual_raw"]),
        (("年初指标值", "调整指标值", "全年完成值"), ["initial_target_raw", "target_raw", "actual_raw"]),
        (
            ("指标值", "上年完成值", "指标实际完成值", "完成率"),
            ["target_raw", "last_actual", "actual_raw", "completion_rate"],
        ),
        (("指标值", "上年完成值", "得分"), ["target_raw", "last_actual", "score_raw"]),
        (("指标权重（分）", "指标得分（分）", "得分系数（%）"), ["weight_raw", "score_raw", "coefficient"]),
        (("预期指标值(A)", "实际完成指标值(B)", "得分计算方法"), ["target_raw", "actual_raw", "scoring_method"]),
    ],
)
def test_no_column_takes_the_place_of_another(heads, expected):
    assert fields(*LEVELS, *heads) == LEVEL_FIELDS + expected


def test_one_level_and_the_name_of_the_indicator():
    assert fields("一级指标", "指标名称", "指标性质") == ["level1", "level3", "nature_raw"]
    assert fields("绩效指标", "一级指标", "二级指标", "指标内容") == [None, "level1", "level2", "level3"]


def test_the_meaning_of_a_column_is_the_path_of_its_heads():
    heads = [("绩效指标", level) for level in LEVELS]
    heads += [("年度指标值", "指标性质"), ("年度指标值", "指标值"), ("年度指标值", "度量单位"), ("实际完成值",)]
    assert fields(*heads) == [*LEVEL_FIELDS, "nature_raw", "target_raw", "unit_raw", "actual_raw"]

    paired = [("目标值", "符号"), ("目标值", "值"), ("目标值", "单位"), ("实际完成值", "值"), ("实际完成值", "单位")]
    assert fields(*paired) == ["nature_raw", "target_raw", "unit_raw", "actual_raw", "actual_unit"]


def test_a_fund_head_named_like_a_budget_is_the_column_of_labels_where_a_budget_stands_beside_it():
    heads = ("年度预算数（万元）", "年初预算", "调整后预算数", "预算执行数")
    assert fields(*heads, section="fund_columns") == [
        "label_head",
        "initial_budget_raw",
        "annual_budget_raw",
        "executed_raw",
    ]
    assert fields("年度预算数", "执行数", section="fund_columns") == ["annual_budget_raw", "executed_raw"]


def test_the_last_of_three_misread_levels_is_told_by_what_is_left():
    heads = ("—级指标", "二级指标", "三级指标", "年度指标值")
    assert fields(*heads, unsure=[True] * 4)[:3] == LEVEL_FIELDS
    assert fields("二级指标", "—级指标", "三级指标") == ["level2", "level1", "level3"]


@pytest.mark.parametrize("misread", ["上年完成值", "上年执行数", "上年实际宪成值"])
def test_a_misread_word_is_never_put_right_into_one_that_means_something_else(misread):
    assert fields(*LEVELS, misread, unsure=[True] * 4)[3] != "actual_raw"


def test_unknown_heads_are_named_and_sections_are_not():
    match = match_heads("indicators", ("绩效指标", *LEVELS, "年度指标值", "乡镇排名"))
    assert match.unknown == (5,)
    assert match.explained == pytest.approx(4 / 5)


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=n, max_size=n)
    )
)
def test_no_other_assignment_has_a_greater_sum(affinities):
    found = assign(affinities)
    best = 0
    places = [*range(3), None]
    for choice in itertools.product(places, repeat=len(affinities)):
        used = [col for col in choice if col is not None]
        if len(used) == len(set(used)):
            best = max(best, sum(affinities[r][c] for r, c in enumerate(choice) if c is not None))
    assert sum(affinities[r][c] for r, c in found.items()) == best
    assert len(set(found.values())) == len(found)


def placed(*heads, section="indicators"):
    match = match_heads(section, heads)
    return told_by_place(section, match, {at: heads[at] for at in match.unknown})


@pytest.mark.parametrize(
    ("heads", "told"),
    [
        ((*LEVELS, "城区年度，值", "实际完成值", "分值", "得分"), {3: "target_raw"}),
        ((*LEVELS, "指标性质", "—值", "度量单位", "实际完成值", "分值"), {4: "target_raw"}),
        ((*LEVELS, "年度指标值", "卖际兀", "分值", "得分"), {4: "actual_raw"}),
        ((*LEVELS, "年度指标值", "绩敢度量卑1", "务有实元成值", "分值", "得分"), {5: "actual_raw"}),
        (("一级指标", "二级指标", "三及旨示", "年度指标值", "实际完成值", "分值"), {2: "level3"}),
        ((*LEVELS, "年度指标值", "绩效度漫牟位七", "实际完成值", "分值", "得分"), {4: "unit_raw"}),
    ],
)
def test_a_head_that_cannot_be_read_is_the_one_that_all_others_leave(heads, told):
    assert placed(*heads) == told


@pytest.mark.parametrize(
    ("heads", "told"),
    [
        ((*LEVELS, "年度指标值", "实际完成值", "", "」", "偏差原因分析"), {5: "weight_raw", 6: "score_raw"}),
        ((*LEVELS, "年度指标值", "实际完成值", "", "得分", "偏差原因分析"), {5: "weight_raw"}),
        ((*LEVELS, "年度指标值", "实际完成值", "分值", "", "偏差原因分析"), {6: "score_raw"}),
        ((*LEVELS, "年度指标值", "实际完成值", "", "偏差原因分析"), {}),
        ((*LEVELS, "", "", "分值", "得分"), {3: "target_raw", 4: "actual_raw"}),
    ],
)
def test_blank_heads_are_told_by_the_order_of_all_others(heads, told):
    match = match_heads("indicators", heads)
    assert told_by_place("indicators", match, {at: text for at, text in enumerate(heads) if len(text) < 2}) == told


@pytest.mark.parametrize(
    "heads",
    [
        (*LEVELS, "年度指标值", "实际完成值", "丶", "得分"),  # nothing that a form must have is missing
        (*LEVELS, "甲乙", "丙丁", "实际完成值", "分值"),  # either may be the target
        (*LEVELS, "甲乙", "分值", "得分"),  # target and actual are missing
        (*LEVELS, "年度指标值", "分值", "得分", "甲乙"),  # it does not stand where the actual stands
        (*LEVELS, "年度指标值", "分值", "得分", "甲乙", "丙丁"),
        (*LEVELS, "年度指标值", "分值", "得分", "甲乙", "偏差原因"),
        (*LEVELS, "年度指标值", "甲乙"),  # nothing known follows
    ],
)
def test_a_head_that_may_be_several_is_none(heads):
    assert placed(*heads) == {}


@pytest.mark.parametrize("read", [("级指标", "级指标", "级指标"), ("级指标", "二级指标", "级指标")])
def test_heads_of_levels_that_lost_their_numerals_stand_in_their_order(read: tuple[str, ...]) -> None:
    match = match_heads("indicators", [*read, "年度指标值", "实际完成值", "分值", "得分"])
    assert [match.fields[place] for place in range(3)] == ["level1", "level2", "level3"]


@pytest.mark.parametrize("section", ["fund_columns", "goals", "indicators"])
def test_every_field_that_a_head_can_be_has_a_usual_wording(section: str) -> None:
    assert all(find_label(section, usual_wording(section, field)) for field in section_fields(section))
