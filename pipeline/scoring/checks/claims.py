"""Checks of what a form claims as a whole: the goal against what was reached, money against outputs, rounding.

Nothing here breaks a rule by itself; every finding asks a person to look.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

from pipeline.records import FieldKey
from pipeline.scoring.case import Case, Item, has_text, is_cost
from pipeline.scoring.checks.setting import fold
from pipeline.scoring.drafts import Draft, draft_row
from pipeline.scoring.facts import scoring_facts
from pipeline.scoring.rules import judge, judge_execution
from pipeline.scoring.wording import show_amount, show_pair, show_percent, show_points
from pipeline.units.grades import worst_grades
from pipeline.units.sums.cutting import cut_number, decimals_of

_GOALS: tuple[FieldKey, ...] = (("form", None, "actual_goal"), ("form", None, "expected_goal"))


def check_goal_copied(case: Case) -> Iterator[Draft]:
    """What was reached is told in words of its own, not in those of the goal."""
    facts = scoring_facts()
    wanted, reached = (
        facts.copied_goal_words.sub("", text or "") for text in (case.form.expected_goal, case.form.actual_goal)
    )
    if wanted == reached and len(wanted) >= facts.limits.goal_length:
        message = f"实际完成情况照抄预期目标：“{fold(case.form.actual_goal)[:20]}…”"
        yield Draft("goal_copied", message, "actual_goal", evidence=_GOALS)


def _outputs(case: Case) -> list[Item]:
    return [item for item in case.items if item.row.level1_code == "output" and item.row.weight]


def check_idle_money(case: Case) -> Iterator[Draft]:
    """Where hardly any money was spent, not every output is done with full points."""
    rate, outputs = case.execution.rate, _outputs(case)
    if rate is None or rate > scoring_facts().limits.idle_rate or not outputs:
        return
    if all(item.full and item.comparison.met is not False and has_text(item.row.actual_raw) for item in outputs):
        executed, budget = (show_amount(n or Decimal(0)) for n in (case.execution.executed, case.execution.budget))
        message = (
            f"预算 {budget} 只执行 {executed}（{show_percent(rate)}），{len(outputs)} 项产出指标却全部完成并得满分"
        )
        keys: tuple[FieldKey, ...] = (
            ("fund", 1, "executed_raw"),
            ("fund", 1, case.execution.budget_field),
            *(key for item in outputs for key in item.keys("score_raw", "weight_raw", "actual_raw")),
        )
        left = (case.execution.budget or Decimal(0)) - (case.execution.executed or Decimal(0))
        yield Draft("outputs_without_money", message, "executed_raw", evidence=keys, amount=left)


def check_beaten_outputs(case: Case) -> Iterator[Draft]:
    """A budget that was cut to what was spent does not go with outputs far above their targets."""
    total = case.execution.total
    initial, annual = (total.initial_budget_yuan, total.annual_budget_yuan) if total else (None, None)
    if initial is None or annual is None or annual != case.execution.executed or annual >= initial:
        return
    least = scoring_facts().limits.far_above
    beaten = [
        item
        for item in _outputs(case)
        if item.direction == "positive" and item.comparison.over is not None and item.comparison.over >= least
    ]
    if beaten:
        actual, target = show_pair(beaten[0])
        message = (
            f"预算由 {show_amount(initial)} 调减至与执行数相同的 {show_amount(annual)}，"
            f"而第 {'、'.join(str(item.row.row_no) for item in beaten)} 行产出远超指标值（{actual}，目标 {target}）"
        )
        amounts: tuple[FieldKey, ...] = tuple(
            ("fund", 1, name) for name in ("annual_budget_raw", "initial_budget_raw", "executed_raw")
        )
        keys = (*amounts, *(key for item in beaten for key in item.keys("target_raw", "actual_raw")))
        yield Draft("outputs_beyond_cut_budget", message, "annual_budget_raw", evidence=keys, amount=initial - annual)


def check_needless_reason(case: Case, item: Item) -> Iterator[Draft]:
    """A reason is given where something is missing, or the target is beaten by far; costs are explained anyhow."""
    if not item.row.deviation_raw:
        return
    facts, text = scoring_facts(), fold(item.row.deviation_raw)
    over = item.comparison.over
    if (
        not item.full
        or is_cost(item.row)
        or item.comparison.met is not True
        or (over and abs(over) >= facts.limits.explained_over)
    ):
        return
    if (
        text
        and text not in facts.no_reason
        and not text.startswith("无")
        and any(w in text for w in facts.reason_words)
    ):
        message = f"指标已完成并得满分，偏差原因却写“{text[:20]}”"
        yield draft_row(
            item, "reason_without_deviation", message, "deviation_raw", "score_raw", "actual_raw", "target_raw"
        )


def check_low_grade(case: Case, item: Item) -> Iterator[Draft]:
    """A grade below the best of its set, or the worst where the target names another, does not go with full points.

    How many points it is worth no rule says.
    """
    grade, options = item.actual.grade, item.target.options
    if not item.full or not grade or item.target.kind != "qualitative":
        return
    below = grade != options[0] if options else grade in worst_grades(item.target.grade or "")
    if below and grade != item.target.grade and item.actual.attained is None:
        message = (
            f"等级“{grade}”低于“{options[0] if options else item.target.grade}”，却得满分 {show_points(item.row.score)}"
        )
        yield draft_row(item, "low_grade_full_score", message, "score_raw", "actual_raw", "target_raw", "weight_raw")


def _rounded(case: Case) -> Iterator[tuple[FieldKey, Decimal, Decimal]]:
    """Yield the scores that a formula gives and that had to be rounded: field, printed score, exact points."""
    total, outcome = case.execution.total, judge_execution(case.execution, case.profile)
    if total is not None and total.score is not None and outcome.maximum is not None:
        yield ("fund", 1, "score_raw"), total.score, outcome.maximum
    for item in case.items:
        if item.comparison.met is not False or item.row.score is None:
            continue
        result = judge(case, item)
        if result.maximum is not None and result.minimum == result.maximum:
            yield item.key("score_raw"), item.row.score, result.maximum


def check_rounding(case: Case) -> Iterator[Draft]:
    """Scores are not always rounded upwards."""
    missed = sum(item.comparison.met is False and item.row.score is not None for item in case.items)
    if missed + 1 < scoring_facts().limits.rounded_rows:
        return
    up: list[FieldKey] = []
    against_rule = 0
    for key, score, exact in _rounded(case):
        if score < exact:
            return
        if score > exact and score == cut_number(exact, decimals_of(score), ROUND_UP):
            up.append(key)
            against_rule += score != cut_number(exact, decimals_of(score), ROUND_HALF_UP)
    if len(up) >= scoring_facts().limits.rounded_rows and against_rule:
        message = f"{len(up)} 项须取整的得分全部向上取整，其中 {against_rule} 项四舍五入应舍去"
        yield Draft("always_rounded_up", message, "score_raw", evidence=tuple(up))


CLAIM_CHECKS = (check_goal_copied, check_idle_money, check_beaten_outputs, check_rounding)
CLAIM_ROW_CHECKS = (check_needless_reason, check_low_grade)
