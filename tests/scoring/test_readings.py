"""A reading that had to assume something supports a question and never an accusation: one rule, whatever the check."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.scoring import find_discrepancies, list_profiles, load_profile
from pipeline.scoring.case import open_case
from pipeline.scoring.facts import scoring_facts
from pipeline.scoring.trust.readings import is_plainly_read
from pipeline.units.words import value_words
from tests.examples import examples
from tests.scoring.support import row, small_form

NATIONAL = load_profile("national")
TIMELY = {"level2": "时效指标", "level3": "服务期限"}
COST = {"level1": "成本指标", "level2": "经济成本指标", "level3": "项目成本"}

ASSUMED: dict[str, dict[str, Any]] = {
    "no sign": row("100人", "90人"),
    "a number inside a sentence": row("≥100人", "全年开展各类培训，共培训90人，反响良好"),
    "a unit that is not known": row("≥30喱", "20喱"),
    "a range without a unit": row("30-50", "20", nature="≥"),
    "a number that is blurred": row("≥100人", "约90人"),
    "the text against the sign column": row("≥100人", "90人", nature="≤"),
    "a compound whose parts have no sign": row("电脑5台、打印机3台", "电脑5台、打印机2台"),
    "a product of factors": row("≥100人", "45人×2期"),
    "a sum of parts": row("≥100人", "线上40人、线下50人"),
    "a period that was moved": row("2024.01-2024.10", "2024.02-2024.11", **TIMELY),
    "a bare cost in the unit of the fund table": row("≤20", "25", **COST),
}


@pytest.mark.parametrize("cells", ASSUMED.values(), ids=ASSUMED.keys())
def test_what_was_assumed_asks_at_most(cells: dict[str, Any]) -> None:
    source = small_form(cells)
    (item, *_) = open_case(source, NATIONAL).items
    assert not is_plainly_read(item)
    findings = [f for f in find_discrepancies(source, NATIONAL) if f.code in scoring_facts().rests_on_reading]
    assert {finding.status for finding in findings} <= {"potential"}


@pytest.mark.parametrize(
    "cells",
    [
        row("≥100人", "90人"),
        row("≥100人", "90", unit="人"),
        row("≥95%", "90"),
        row("≤30万元", "31万元", **COST),
        row("2023.08.17-2024.08.18", "2023.08.17-2024.10.17", **TIMELY),
        row("≤6月", "9月", level2="时效指标", level3="完成时间"),
    ],
)
def test_what_is_plain_accuses(cells: dict[str, Any]) -> None:
    findings = [
        f for f in find_discrepancies(small_form(cells), NATIONAL) if f.code in scoring_facts().rests_on_reading
    ]
    assert {finding.status for finding in findings} == {"violation"}


def test_a_flag_that_nobody_listed_is_not_plain() -> None:
    flags = scoring_facts().flags
    assert flags.plain < set(value_words().flags), "the plain ones are known to the readings"
    assert not flags.plain & (flags.inside_sentence | flags.percent_suspected | flags.magnitude_doubted)


CELLS = st.fixed_dictionaries(
    {
        "target": st.sampled_from(
            ["≥100人", "100人", "≥30喱", "30-50", "≤20", "约100人", "≥95%", "≤6月", "2024.01-2024.10"]
        ),
        "actual": st.sampled_from(
            ["90人", "约90人", "20喱", "25", "90%", "9月", "2024.02-2024.11", "共培训90人，反响良好"]
        ),
        "level2": st.sampled_from(["数量指标", "时效指标", "经济成本指标"]),
        "nature": st.sampled_from(["", "≥", "≤", "="]),
        "unit": st.sampled_from(["", "人", "%", "喱"]),
    }
)


@settings(max_examples=examples(200), deadline=None)
@given(CELLS, st.sampled_from(list_profiles()))
def test_no_violation_by_target_and_actual_stands_on_an_assumption(cells: dict[str, str], profile: str) -> None:
    source = small_form(row(**cells), row(**cells, score="9.5"))
    chosen = load_profile(profile)
    plain = {item.row.row_no for item in open_case(source, chosen).items if is_plainly_read(item)}
    accused = {
        finding.row_no
        for finding in find_discrepancies(source, chosen)
        if finding.status == "violation" and finding.code in scoring_facts().rests_on_reading
    }
    assert accused <= plain
