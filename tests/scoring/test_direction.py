"""Whether more is better, by the head of a name: 投诉处理率 is wanted high, 失业率 low; no guess accuses anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.scoring import find_discrepancies, load_profile
from pipeline.scoring.direction import name_direction
from tests.scoring.support import row, small_form

NAMES: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("directions.yml").read_text(encoding="utf-8"))
NATIONAL = load_profile("national")
COST = {"level1": "成本指标", "level2": "经济成本指标"}


def test_two_hundred_names_were_decided_by_hand() -> None:
    names = [name for listed in NAMES.values() for name in listed]
    assert len(names) == len(set(names)) >= 200


@pytest.mark.parametrize("name", NAMES["reverse"])
def test_less_of_a_bad_event_is_better(name: str) -> None:
    assert name_direction(name) == "reverse"


@pytest.mark.parametrize("name", NAMES["positive"])
def test_more_of_what_is_done_about_it_is_better(name: str) -> None:
    assert name_direction(name) in ("positive", None)


@pytest.mark.parametrize("name", NAMES["open"])
def test_some_names_do_not_say(name: str) -> None:
    assert name_direction(name) == "open"


@pytest.mark.parametrize("name", NAMES["silent"])
def test_a_name_without_a_head_that_is_known_says_nothing(name: str) -> None:
    assert name_direction(name) is None


@pytest.mark.parametrize(
    ("target", "actual", "cells"),
    [
        ("95%", "100%", {"level3": "投诉处理率"}),
        ("95%", "98%", {"level3": "预算执行率"} | COST),
        ("95%", "98%", {"level3": "资金使用合规率"} | COST),
        ("500元/人", "550元/人", {"level3": "补助标准"} | COST),
        ("3人", "0人", {"level3": "死亡人数"}),
        ("5%", "3%", {"level3": "失业率"}),
        ("1200吨", "1100吨", {"level3": "用水量"}),
    ],
)
def test_a_bare_target_that_was_bettered_is_not_missed(target: str, actual: str, cells: dict[str, Any]) -> None:
    codes = {finding.code for finding in find_discrepancies(small_form(row(target, actual, **cells)), NATIONAL)}
    assert not codes & {"unmet_full_score", "score_not_by_formula", "low_target"}


@pytest.mark.parametrize(
    ("target", "actual", "name"), [("95%", "90%", "投诉处理率"), ("5%", "7%", "失业率"), ("9份", "8份", "工作报告")]
)
def test_a_bare_target_that_was_missed_asks_and_does_not_accuse(target: str, actual: str, name: str) -> None:
    findings = find_discrepancies(small_form(row(target, actual, level3=name)), NATIONAL)
    assert {f.code: f.status for f in findings}["unmet_full_score"] == "potential"
    stated = find_discrepancies(small_form(row(f"≥{target}", "1%" if "%" in target else "1份", level3=name)), NATIONAL)
    assert {f.code: f.status for f in stated}["unmet_full_score"] == "violation"
