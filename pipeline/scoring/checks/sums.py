"""Checks of the form's own arithmetic in points: weights, totals, execution rate and score.

Sources: the form's own arithmetic and the notes printed with it: 总分 is the execution score plus the indicators',
执行率 is 全年执行数 over 全年预算数.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.labels.words import find_labels
from pipeline.records import FieldKey, FundRow, Verdict
from pipeline.scoring.case import Case, has_text, is_benefit, is_satisfaction
from pipeline.scoring.checks.rounding import adds_up_when_rounded
from pipeline.scoring.drafts import Draft
from pipeline.scoring.facts import scoring_facts
from pipeline.scoring.profiles import Execution
from pipeline.scoring.rules import add_scores
from pipeline.scoring.verdicts import judge_execution_score, judge_total_score
from pipeline.scoring.wording import show_percent, show_points
from pipeline.units import parse_number
from pipeline.units.sums.cutting import decimals_of
from pipeline.units.sums.rates import HUNDRED, RateReading, agrees_when_cut, choose_reading, read_rate

_ZERO = Decimal(0)
_HUNDREDTH, _HALF = Decimal("0.01"), Decimal("0.5")


def _row_fields(case: Case, field: str) -> tuple[FieldKey, ...]:
    """Name the field in the execution row and in every indicator row; a blank counts 0 and is part of the sum."""
    rows = tuple(item.key(field) for item in case.items if getattr(item.row, field) is not None)
    return (("fund", case.execution.number, field), *rows)


def check_weights(case: Case) -> Iterator[Draft]:
    """The weights add up to the printed total, and that is the full marks of the profile."""
    total = case.form.total_weight
    if total is None:
        return
    execution = (case.execution.total.weight if case.execution.total else None) or _ZERO
    indicators = sum((item.row.weight or _ZERO for item in case.items), _ZERO)
    evidence = (("form", None, "total_weight_raw"), *_row_fields(case, "weight_raw"))
    printed = any(has_text(item.row.weight_raw) for item in case.items)
    weights = [execution, *(item.row.weight or _ZERO for item in case.items)]
    if execution + indicators != total and printed and not adds_up_when_rounded(total, weights):
        yield Draft(
            "weights_not_total",
            f"分值合计 {show_points(execution + indicators)}（预算执行 {show_points(execution)} + 指标 "
            f"{show_points(indicators)}）与总分分值 {show_points(total)} 不符",
            "total_weight_raw",
            reported=show_points(total),
            expected=show_points(execution + indicators),
            difference=total - execution - indicators,
            evidence=evidence,
        )
    full = case.profile.weights.total
    if total != full:
        yield Draft(
            "total_weight_not_100",
            f"总分分值为 {show_points(total)}，应为 {show_points(full)}",
            "total_weight_raw",
            reported=show_points(total),
            expected=show_points(full),
            difference=total - full,
            evidence=(("form", None, "total_weight_raw"),),
        )


def check_total(case: Case) -> Iterator[Draft]:
    """A total score is printed and is the sum of the printed scores; a blank or `-` counts 0."""
    total = case.form.total_score
    if not has_text(case.form.total_score_raw):
        yield Draft(
            "total_missing",
            f"总分得分未填，{_said_of_scores(case)}",
            "total_score_raw",
            expected=show_points(add_scores(case)),
            evidence=(("form", None, "total_score_raw"),),
        )
    points, verdict = add_scores(case), judge_total_score(case)[1]
    if total is None or verdict == "consistent":
        yield from _rounded_total(case, points)
        return
    execution = (case.execution.total.score if case.execution.total else None) or _ZERO
    alone = (
        "，与不含预算执行得分的合计一致" if execution and total == points - execution else "，不含预算执行得分也不一致"
    )
    yield Draft(
        "total_not_sum",
        f"总分 {show_points(total)} 与各项得分之和 {show_points(points)}（预算执行 {show_points(execution)} + 指标 "
        f"{show_points(points - execution)}）不符{alone}",
        "total_score_raw",
        reported=show_points(total),
        expected=show_points(points),
        difference=total - points,
        evidence=(("form", None, "total_score_raw"), *_row_fields(case, "score_raw")),
    )


def _said_of_scores(case: Case) -> str:
    execution = case.execution.total.score if case.execution.total else None
    if execution is None and all(item.row.score is None for item in case.items):
        return "各项得分也均未填"
    return f"各项得分合计 {show_points(add_scores(case))}"


def _rounded_total(case: Case, points: Decimal) -> Iterator[Draft]:
    """A total in whole points of a sum that has decimals was rounded."""
    total = case.form.total_score
    if total is None or total != total.to_integral_value() or not _HUNDREDTH < abs(total - points) <= _HALF:
        return
    yield Draft(
        "total_rounded",
        f"总分 {show_points(total)} 由各项得分之和 {show_points(points)} 取整得来",
        "total_score_raw",
        reported=show_points(total),
        expected=show_points(points),
        difference=total - points,
        evidence=(("form", None, "total_score_raw"), *_row_fields(case, "score_raw")),
    )


def _rate_of(fund: FundRow) -> Decimal | None:
    budget = fund.budget_yuan
    return fund.executed_yuan / budget if fund.executed_yuan is not None and budget else None


def check_rates(case: Case) -> Iterator[Draft]:
    """Every printed rate is executed / budget, truncated or rounded at its decimals, as a percentage or a ratio."""
    rates = {fund.row_no: rate for fund in case.source.funds if (rate := _rate_of(fund)) is not None}
    for fund in case.source.funds:
        rate = rates.get(fund.row_no)
        if rate is None:
            continue
        sisters = [
            (other.execution_rate_raw, rates[other.row_no] * HUNDRED)
            for other in case.source.funds
            if other.row_no in rates and other is not fund
        ]
        printed = choose_reading(fund.execution_rate_raw, rate * HUNDRED, sisters)
        code = _rate_code(rate, printed, whole=fund.fund_type == "total") if printed else None
        if printed is None or code is None or _is_rate_of_received(fund, printed):
            continue
        yield Draft(
            code,
            f"执行率填 {(fund.execution_rate_raw or '').strip()}，按执行数 ÷ 预算数应为 {show_percent(rate, 4)}",
            "execution_rate_raw",
            reported=fund.execution_rate_raw,
            expected=show_percent(rate, 4),
            difference=printed.percent / HUNDRED - rate,
            evidence=_rate_evidence(fund),
        )


def _is_rate_of_received(fund: FundRow, printed: RateReading) -> bool:
    """Tell whether a printed rate is what was spent of the money that had arrived (到位数), printed beside it."""
    executed = parse_number(fund.executed_raw)
    texts = (part.partition("：") for part in (fund.further_raw or "").split("；"))
    received = [parse_number(text) for label, _, text in texts if "received" in find_labels("fund_columns", label)]
    return executed is not None and any(
        amount and any(printed.agreement(executed / amount * HUNDRED)) for amount in received
    )


def _rate_evidence(fund: FundRow) -> tuple[FieldKey, ...]:
    """Name the rate and the amounts that it follows from; 年初预算数 only where it stands for a blank 全年预算数."""
    budget = (
        ("annual_budget_raw",) if fund.annual_budget_yuan is not None else ("annual_budget_raw", "initial_budget_raw")
    )
    return tuple(("fund", fund.row_no, field) for field in ("execution_rate_raw", "executed_raw", *budget))


def _rate_code(rate: Decimal, printed: RateReading, *, whole: bool) -> str | None:
    computed = rate * HUNDRED
    truncated, rounded = printed.agreement(computed)
    if not truncated and not rounded:
        wrong = "execution_rate_wrong" if whole else "part_rate_wrong"
        return "rate_beside_rounded" if printed.lies_beside(computed) else wrong
    if not whole:
        return None
    if not rounded:
        return "execution_truncated"
    return "execution_rounded_up" if printed.percent == HUNDRED and rate < 1 else None


def check_execution_score(case: Case) -> Iterator[Draft]:
    """The execution score is min(weight, rate x weight) within the tolerance, or the same cut off or rounded."""
    outcome, verdict = judge_execution_score(case)
    total, rate = case.execution.total, case.execution.rate
    if total is None or total.score is None or outcome.maximum is None or rate is None:
        return
    code = _score_code(total, outcome.maximum, case.profile.execution, verdict)
    keys = _score_evidence(case)
    if code:
        yield Draft(
            code,
            f"预算执行得分 {show_points(total.score)}，"
            f"按执行率 {show_percent(rate)} 应为 {show_points(outcome.maximum, 4)}",
            "score_raw",
            reported=show_points(total.score),
            expected=show_points(outcome.maximum),
            difference=total.score - outcome.maximum,
            evidence=keys,
        )


def _score_evidence(case: Case) -> tuple[FieldKey, ...]:
    """Name the execution score and what it follows from."""
    total = case.execution.total
    amounts = _rate_evidence(total)[1:] if total else ()
    number = case.execution.number
    return (("fund", number, "score_raw"), ("fund", number, "weight_raw"), *amounts)


def _score_code(total: FundRow, expected: Decimal, rule: Execution, verdict: Verdict) -> str | None:
    """Tell a wrong score from one that is rounded up by more than a hair, or cut off where rounding gives more."""
    score = total.score or _ZERO
    difference = score - expected
    if verdict != "consistent":
        return (
            None if score > (total.weight or score) and abs(difference) <= rule.tolerance else "execution_score_wrong"
        )
    rate_says_so = any(reading.percent == HUNDRED for reading in read_rate(total.execution_rate_raw))
    if difference > rule.rounding_note:
        return None if rate_says_so else "execution_rounded_up"
    truncated, rounded = agrees_when_cut(expected, score, decimals_of(score))
    return "execution_truncated" if truncated and not rounded else None


def check_execution_reason(case: Case) -> Iterator[Draft]:
    """A rate below the one from which the profile asks for a reason has one beside it or below the total."""
    limit, rate = case.profile.execution.reason_below, case.execution.rate
    if limit is None or rate is None or rate >= limit or _explains_execution(case):
        return
    message = f"执行率 {show_percent(rate)} 低于 {show_percent(limit)}，未说明原因"
    keys: tuple[FieldKey, ...] = (("fund", case.execution.number, "further_raw"), *_score_evidence(case)[2:])
    yield Draft("low_execution_without_reason", message, "executed_raw", reported=show_percent(rate), evidence=keys)


def _explains_execution(case: Case) -> bool:
    """Tell whether a fund line has a reason beside it, or a text below the total speaks of execution."""
    form = case.form
    texts = (form.conclusion, form.problems, form.measures, form.remarks)
    beside = any(has_text(fund.further_raw) for fund in case.source.funds)
    return beside or any("执行" in (text or "") or "支付" in (text or "") for text in texts)


def check_execution_row(case: Case) -> Iterator[Draft]:
    """The execution row has the profile's weight, a score within it, and a rate with its sign or below one."""
    total = case.execution.total
    if total is None:
        return
    keys: tuple[FieldKey, ...] = (
        ("fund", case.execution.number, "score_raw"),
        ("fund", case.execution.number, "weight_raw"),
    )
    if total.score is not None and total.weight is not None and total.score > total.weight:
        message = f"预算执行得分 {show_points(total.score)} 超过分值 {show_points(total.weight)}"
        over = total.score - total.weight
        yield Draft(
            "score_exceeds_weight", message, "score_raw", None, total.score_raw, total.weight_raw, over, evidence=keys
        )
    if total.weight is not None and total.weight < 0:
        message = f"预算执行分值为负数 {show_points(total.weight)}"
        yield Draft("weight_negative", message, "weight_raw", reported=total.weight_raw, evidence=keys[1:])
    if total.weight and not has_text(total.score_raw):
        yield Draft("score_missing", "预算执行有分值而未填得分", "score_raw", evidence=keys)
    usual = case.profile.weights.execution
    if total.weight is not None and total.weight not in {usual, *case.profile.weights.execution_also}:
        message = f"预算执行分值为 {show_points(total.weight)}，{case.profile.name} 规定为 {show_points(usual)}"
        expected = show_points(usual)
        yield Draft(
            "execution_weight_differs", message, "weight_raw", None, total.weight_raw, expected, evidence=keys[1:]
        )
    if not case.form.rate_in_percent and _lacks_percent(total):
        message = f"执行率“{(total.execution_rate_raw or '').strip()}”缺少百分号"
        rate_key: FieldKey = ("fund", case.execution.number, "execution_rate_raw")
        yield Draft("rate_percent_missing", message, "execution_rate_raw", evidence=(rate_key,))


def _lacks_percent(total: FundRow) -> bool:
    """Tell whether a rate is a percentage without its sign; a ratio needs none."""
    readings, rate = read_rate(total.execution_rate_raw), _rate_of(total)
    if any(sign in (total.execution_rate_raw or "") for sign in scoring_facts().percent_signs) or not readings:
        return False
    chosen = readings[0] if rate is None else choose_reading(total.execution_rate_raw, rate * HUNDRED, ())
    return chosen is not None and not chosen.ratio


def check_classes(case: Case) -> Iterator[Draft]:
    """Satisfaction and benefit carry a weight, where the form prints weights at all."""
    weighted = [item.row for item in case.items if item.row.weight]
    if not any(item.row.weight_raw is not None for item in case.items):
        weighted = [item.row for item in case.items if item.named]
    labels = tuple(key for item in case.items for key in item.keys("level1", "level2", "weight_raw"))
    if not any(is_satisfaction(row) for row in weighted):
        yield Draft("no_satisfaction_indicator", "没有带分值的满意度指标", "level1", evidence=labels, whole=True)
    if "benefit" in case.profile.weights.classes and not any(is_benefit(row) for row in weighted):
        yield Draft("no_benefit_indicator", "没有带分值的效益指标", "level1", evidence=labels, whole=True)


SUM_CHECKS = (
    check_weights,
    check_total,
    check_rates,
    check_execution_score,
    check_execution_reason,
    check_execution_row,
    check_classes,
)
