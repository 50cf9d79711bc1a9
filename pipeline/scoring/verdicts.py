"""A printed score against what a rule allows: consistent, too high, too low, or not to be told.

Scores and findings about points both rest on these verdicts, so that the one never says what the other denies.
"""

from __future__ import annotations

from decimal import Decimal

from pipeline.records import Verdict
from pipeline.scoring.case import Case, Item, is_execution
from pipeline.scoring.rules import Outcome, judge, judge_execution, judge_total

_ZERO = Decimal(0)


def measure_difference(reported: Decimal, outcome: Outcome) -> Decimal:
    """Return reported minus the nearest allowed score, 0 inside the range."""
    if outcome.minimum is None or outcome.maximum is None:
        return _ZERO
    if not outcome.others:
        return reported - min(max(reported, outcome.minimum), outcome.maximum)
    nearest = (min(max(reported, outcome.minimum), outcome.maximum), *outcome.others)
    return min((reported - points for points in nearest), key=abs)


def reach_verdict(reported: Decimal | None, outcome: Outcome, tolerance: Decimal) -> Verdict:
    """Compare the reported score with what the rule allows, within a tolerance in points."""
    if reported is None or not outcome.scorable:
        return "not_scorable"
    difference = measure_difference(reported, outcome)
    if abs(difference) <= tolerance:
        return "consistent"
    return "over_scored" if difference > 0 else "under_scored"


def judge_score(case: Case, item: Item) -> Verdict:
    """Return the verdict on the printed score of an indicator row."""
    return reach_verdict(item.row.score, judge(case, item), score_tolerance(case, item))


def score_tolerance(case: Case, item: Item) -> Decimal:
    """Return how far, in points, a row's score may be from what the rule gives.

    Rounding excuses neither the full weight for a target that was missed nor more than the weight; the execution rate
    is rounded as it is beside the funds.
    """
    weight, score, outcome = item.row.weight, item.row.score, judge(case, item)
    above = weight is not None and score is not None and score > weight
    full_for_less = item.full and item.comparison.met is False and outcome.maximum != weight
    if is_execution(item.row) and not above:
        return case.profile.execution.tolerance
    return _ZERO if above or full_for_less else case.profile.quantitative.tolerance


def judge_execution_score(case: Case) -> tuple[Outcome, Verdict]:
    """Return what the rule gives for the execution row, and the verdict on its printed score."""
    total, outcome = case.execution.total, judge_execution(case.execution, case.profile)
    score, weight = (total.score, total.weight) if total else (None, None)
    above = weight is not None and score is not None and score > weight
    return outcome, reach_verdict(score, outcome, _ZERO if above else case.profile.execution.tolerance)


def judge_total_score(case: Case) -> tuple[Outcome, Verdict]:
    """Return the sum that the total should be, and the verdict on the printed one."""
    outcome = judge_total(case)
    return outcome, reach_verdict(case.form.total_score, outcome, case.profile.total.tolerance)
