"""Forms scored per second on one core: values read, rules applied, findings reported, sets compared; prints a table.

The forms are made up with differing numbers, so that no cache of readings can answer for them.

usage: python benchmarks/scoring.py [FORMS]
"""

from __future__ import annotations

import gc
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from pipeline.records import FUND_TYPES, FormRow, FundRow, IndicatorRow, Money
from pipeline.scoring import ScoringInput, assess_form, load_profile, score_form
from pipeline.scoring.sets.compare import compare_department
from pipeline.scoring.sets.facts import decode_facts, encode_facts, gather_facts

CLASSES = (
    ("产出指标", "数量指标", "output", "output.quantity", "服务企业数量", "家"),
    ("产出指标", "质量指标", "output", "output.quality", "验收合格率", "%"),
    ("产出指标", "时效指标", "output", "output.timeliness", "响应时间", "小时"),
    ("成本指标", "经济成本指标", "cost", "cost.economic", "项目支出", "万元"),
    ("效益指标", "社会效益指标", "benefit", "benefit.social", "公开信息数量", "条"),
    ("效益指标", "可持续影响指标", "benefit", "benefit.sustainable", "带动就业人数", "人"),
    ("满意度指标", "服务对象满意度指标", "satisfaction", "satisfaction.served", "群众满意度", "%"),
)


def make_indicator(form_id: str, row_no: int, rng: random.Random) -> IndicatorRow:
    """Make one row with a target and an actual of its class."""
    level1, level2, code1, code2, name, unit = CLASSES[row_no - 1]
    target = rng.randint(1, 9999) / 100
    sign = "≤" if unit in ("小时", "万元") else "≥"
    return IndicatorRow(
        form_id=form_id,
        row_no=row_no,
        level1=level1,
        level2=level2,
        level3=f"{name}{rng.randint(1, 99)}",
        target_raw=f"{sign}{target}{unit}",
        actual_raw=f"{target * rng.choice((0.8, 1, 1, 1.2, 4)):.2f}{unit}",
        weight_raw="10",
        score_raw="10",
        deviation_raw="",
        weight=Decimal(10),
        score=Decimal(10),
        level1_code=code1,  # type: ignore[arg-type]
        level2_code=code2,  # type: ignore[arg-type]
    )


def make_form(number: int, rng: random.Random) -> ScoringInput:
    """Make one form of seven indicators."""
    form_id = f"benchmark-{number}"
    amount = Decimal(rng.randint(10000, 9999999))
    form = FormRow(
        form_id=form_id,
        document_id="benchmark",
        file_name="benchmark.pdf",
        form_no=number,
        page_first=1,
        page_last=2,
        year=2024,
        district="通州区",
        department="某局",
        project_name=f"项目{number}",
        expected_goal=f"完成{number}项工作",
        actual_goal=f"完成了{number}项工作",
        total_weight_raw="80",
        total_score_raw="80",
        total_weight=Decimal(80),
        total_score=Decimal(80),
        complete=True,
    )
    total = FundRow(
        form_id=form_id,
        row_no=1,
        fund_type="total",
        weight_raw="10",
        execution_rate_raw="100%",
        score_raw="10",
        initial_budget_yuan=Money(amount),
        annual_budget_yuan=Money(amount),
        executed_yuan=Money(amount),
        weight=Decimal(10),
        execution_rate=Decimal(1),
        score=Decimal(10),
    )
    parts = tuple(
        FundRow(form_id=form_id, row_no=no, fund_type=kind, adds_to_total=True)
        for no, kind in enumerate(FUND_TYPES[1:], 2)
    )
    rows = tuple(make_indicator(form_id, row_no, rng) for row_no in range(1, len(CLASSES) + 1))
    return ScoringInput(form, (total, *parts), rows)


def measure(inputs: list[ScoringInput], work: Callable[[ScoringInput], object]) -> float:
    """Return the seconds of processor time that the work on all forms takes."""
    gc.collect()
    gc.freeze()
    start = time.process_time()
    for source in inputs:
        work(source)
    return time.process_time() - start


def measure_sets(inputs: list[ScoringInput]) -> float:
    """Return the seconds that comparing the forms takes: facts gathered, kept, and each department gone through."""
    tables = {
        "forms": [{**asdict(source.form), "department": f"某局{n % 100}"} for n, source in enumerate(inputs)],
        "funds": [asdict(fund) for source in inputs for fund in source.funds],
        "indicators": [asdict(row) for source in inputs for row in source.indicators],
        "cells": [],
        "scores": [],
    }
    gc.collect()
    gc.freeze()
    start = time.process_time()
    kept = sorted((form.group, encode_facts(form)) for form in gather_facts(tables))
    for _, members in groupby(kept, key=itemgetter(0)):
        compare_department([decode_facts(facts) for _, facts in members])
    return time.process_time() - start


def report(count: int) -> Iterator[str]:
    """Yield the lines of the table."""
    rng = random.Random(20241231)
    inputs = [make_form(number, rng) for number in range(count)]
    profile = load_profile("beijing-2024")
    score_form(inputs[0], profile, "")
    scored = measure(inputs, lambda source: score_form(source, profile, ""))
    fresh = [make_form(number, rng) for number in range(count)]
    assessed = measure(fresh, lambda source: assess_form(source, profile, ""))
    yield "| work | forms | seconds | forms per second |"
    yield "| --- | --- | --- | --- |"
    yield f"| scores | {count} | {scored:.2f} | {count / scored:.0f} |"
    yield f"| scores and findings | {count} | {assessed:.2f} | {count / assessed:.0f} |"
    compared = measure_sets(fresh)
    yield f"| sets: duplicates, links, findings | {count} | {compared:.2f} | {count / compared:.0f} |"


if __name__ == "__main__":
    print("\n".join(report(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)))
