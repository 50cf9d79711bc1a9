"""Single discrepancies put into a form whose arithmetic is right, each with the findings it must raise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from .generate import plain, total_score
from .records import ExpectedFinding, FormFacts, IndicatorFacts

Plant = Callable[[FormFacts], FormFacts]


def change_row(form: FormFacts, row_no: int, **values: str) -> FormFacts:
    """Return the form with some cells of one row changed (`row_no` from 1) and the total score summed again."""
    rows = list(form.indicators)
    rows[row_no - 1] = replace(rows[row_no - 1], **values)
    changed = replace(form, indicators=tuple(rows))
    return replace(changed, total_score=total_score(changed))


def first_row(form: FormFacts, wanted: Callable[[IndicatorFacts], bool]) -> int:
    """Return the number of the first row that has a weight and is wanted."""
    return next(no for no, row in enumerate(form.indicators, 1) if row.weight and wanted(row))


def expect(form: FormFacts, *found: tuple[str, int | None]) -> FormFacts:
    """Return the form with more expected findings."""
    return replace(form, findings=form.findings + tuple(ExpectedFinding(code, row) for code, row in found))


def misprint_total(form: FormFacts) -> FormFacts:
    """Print a total score two points off the sum."""
    wrong = plain(Decimal(form.total_score) - 2)
    return expect(replace(form, total_score=wrong), ("total_not_sum", None))


def leave_total_out(form: FormFacts) -> FormFacts:
    """Print no total score."""
    return expect(replace(form, total_score=""), ("total_missing", None))


def raise_weight(form: FormFacts) -> FormFacts:
    """Give the last row two points of weight and score more than the total knows."""
    last = first_row(form, lambda row: row is [r for r in form.indicators if r.weight][-1])
    row = form.indicators[last - 1]
    weight, score = plain(Decimal(row.weight) + 2), plain(Decimal(row.score) + 2)
    return expect(change_row(form, last, weight=weight, score=score), ("weights_not_total", None))


def print_total_weight_90(form: FormFacts) -> FormFacts:
    """Print the total weight without the ten points of the execution rate."""
    return expect(replace(form, total_weight="90"), ("total_weight_not_100", None), ("weights_not_total", None))


def score_above_weight(form: FormFacts) -> FormFacts:
    """Give the first row a point more than it can have."""
    no = first_row(form, lambda row: row.score == row.weight)
    score = plain(Decimal(form.indicators[no - 1].weight) + 1)
    return expect(change_row(form, no, score=score), ("score_exceeds_weight", no))


def drop_actual(form: FormFacts) -> FormFacts:
    """Leave the first row's actual blank though it is scored."""
    no = first_row(form, lambda row: True)
    return expect(change_row(form, no, actual=""), ("scored_without_actual", no))


def misprint_rate(form: FormFacts) -> FormFacts:
    """Print an execution rate of 55.5% with a score that fits the true rate."""
    total = replace(form.funds[0], rate="55.5%")
    return expect(replace(form, funds=(total, *form.funds[1:])), ("execution_rate_wrong", None))


def misprint_execution_score(form: FormFacts) -> FormFacts:
    """Score the execution 6 whatever the rate; the total is summed with it."""
    changed = replace(form, funds=(replace(form.funds[0], score="6"), *form.funds[1:]))
    return expect(replace(changed, total_score=total_score(changed)), ("execution_score_wrong", None))


def misprint_part(form: FormFacts) -> FormFacts:
    """Make the parts of the initial budget sum to more than its total."""
    fiscal = replace(form.funds[1], initial=plain(Decimal(form.funds[1].initial) + 7))
    return expect(replace(form, funds=(form.funds[0], fiscal, *form.funds[2:])), ("fund_parts_not_total", None))


PLANTS: dict[str, Plant] = {
    "total_not_sum": misprint_total,
    "total_missing": leave_total_out,
    "weights_not_total": raise_weight,
    "total_weight_not_100": print_total_weight_90,
    "score_exceeds_weight": score_above_weight,
    "scored_without_actual": drop_actual,
    "execution_rate_wrong": misprint_rate,
    "execution_score_wrong": misprint_execution_score,
    "fund_parts_not_total": misprint_part,
}
"""What can be planted, by the code of the finding that it is named after."""

ARITHMETIC_CODES = frozenset(PLANTS)
"""Codes for which a form of `generate` raises nothing unless it was planted."""
