"""Checks of an indicator's score against its weight, its actual and the profile's rule."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP

from pipeline.records import FormRow, Verdict
from pipeline.scoring.case import Case, Item, has_text, is_execution
from pipeline.scoring.drafts import Draft, draft_row
from pipeline.scoring.facts import scoring_facts
from pipeline.scoring.rules import Outcome, judge
from pipeline.scoring.verdicts import judge_score, measure_difference
from pipeline.scoring.wording import describe_over_target, show_pair, show_points
from pipeline.units.amounts import parse_conversion
from pipeline.units.sums.cutting import cut_number, decimals_of

_VALUES = ("target_raw", "actual_raw", "weight_raw", "nature_raw", "unit_raw")


def check_bounds(case: Case, item: Item) -> Iterator[Draft]:
    """A score is not above its weight, and a row with a weight has one."""
    row = item.row
    if row.weight is not None and row.score is not None and row.score > row.weight:
        message = f"得分 {show_points(row.score)} 超过分值 {show_points(row.weight)}"
        over = row.score - row.weight
        yield draft_row(
            item,
            "score_exceeds_weight",
            message,
            "score_raw",
            "weight_raw",
            reported=row.score_raw,
            expected=row.weight_raw,
            difference=over,
        )
    if row.weight and item.named and row.score_raw is not None and not has_text(row.score_raw):
        yield draft_row(item, "score_missing", f"分值 {show_points(row.weight)}，未填得分", "score_raw", "weight_raw")


def check_sign(case: Case, item: Item) -> Iterator[Draft]:
    """The points that an indicator can have are not below 0."""
    if item.row.weight is not None and item.row.weight < 0:
        message = f"分值为负数 {show_points(item.row.weight)}"
        yield draft_row(item, "weight_negative", message, "weight_raw", reported=item.row.weight_raw)


def check_conversion(case: Case, item: Item) -> Iterator[Draft]:
    """Points converted by a share (25×25%=6.25) come to what is printed."""
    for field in ("weight_raw", "score_raw"):
        text = (getattr(item.row, field) or "").strip()
        converted = parse_conversion(text) if "=" in text or "＝" in text else None
        if converted is None:
            continue
        exact = converted.points * converted.share
        if converted.result != cut_number(exact, decimals_of(converted.result), ROUND_HALF_UP):
            message = f"“{text}”应为 {show_points(exact)}"
            difference = converted.result - exact
            yield draft_row(
                item,
                "points_conversion_wrong",
                message,
                field,
                reported=text,
                expected=show_points(exact),
                difference=difference,
            )


def check_actual_given(case: Case, item: Item) -> Iterator[Draft]:
    """Nothing is scored without an actual, where the form has a column for it."""
    score, printed = item.row.score, item.row.actual_raw is not None
    if score is not None and score > 0 and printed and not has_text(item.row.actual_raw):
        message = f"未填实际完成值，得 {show_points(score)} 分"
        yield draft_row(
            item, "scored_without_actual", message, "actual_raw", "score_raw", reported=item.row.score_raw, expected="0"
        )


def check_verdict(case: Case, item: Item) -> Iterator[Draft]:
    """What the scores say of a row is found: a missed target in full, points that no rule gives, a met target cut."""
    verdict, outcome = judge_score(case, item), judge(case, item)
    code = _code_of(item, outcome, verdict)
    if code is None:
        return
    score = item.row.score
    difference = None if outcome.maximum is None or score is None else measure_difference(score, outcome)
    yield draft_row(
        item,
        code,
        _describe(item, outcome, code),
        "score_raw",
        *_VALUES,
        reported=item.row.score_raw,
        expected=None if outcome.maximum is None else show_points(outcome.maximum),
        difference=difference,
    )


def _code_of(item: Item, outcome: Outcome, verdict: Verdict) -> str | None:
    """Return the code that a verdict has; dates and scores above the weight have checks of their own."""
    met, timed = item.comparison.met, item.target.kind in ("date", "duration")
    if verdict == "not_scorable":
        missed = met is False and item.full and not timed and outcome.rule != "rule_of_the_row_unread"
        return "unmet_full_score" if missed else None
    weight, score = item.row.weight, item.row.score
    beyond = weight is not None and score is not None and score > weight
    if verdict == "consistent" or beyond or (met is False and timed):
        return None
    if outcome.rule == "qualitative_band":
        return "score_outside_band"
    if met is False and item.full:
        return "unmet_full_score"
    return "partial_score_though_met" if outcome.rule in _MET and verdict == "under_scored" else "score_not_by_formula"


_MET = frozenset({"met", "over_target_band"})
"""Rules that give a met target its weight."""


def _describe(item: Item, outcome: Outcome, code: str) -> str:
    """Return the sentence of a finding about the points of a row."""
    actual, target = show_pair(item)
    score, weight = show_points(item.row.score), show_points(item.row.weight)
    if code == "unmet_full_score":
        verb = "超过目标" if item.direction == "reverse" else "未达到目标"
        by_rule = f"，按公式应得 {show_points(outcome.maximum)}" if outcome.maximum is not None else ""
        return f"实际 {actual} {verb} {target}，却得满分 {score}{by_rule}"
    if code == "partial_score_though_met":
        return f"实际 {actual} 满足目标 {target}，得 {score} 分（分值 {weight}）"
    low, high = show_points(outcome.minimum), show_points(outcome.maximum)
    side = "高于" if (item.row.score or 0) > (outcome.maximum or 0) else "低于"
    if code == "score_outside_band":
        return f"定性指标“{target}”实际为“{actual}”，得分 {score} {side}该档的 {low}—{high}（分值 {weight}）"
    return f"得分 {score} {side}按公式应得 {high}：实际 {actual} ÷ 目标 {target}"


def check_late(case: Case, item: Item) -> Iterator[Draft]:
    """A missed date or duration is not scored in full; what it costs no rule says."""
    if item.comparison.met is not False or item.target.kind not in ("date", "duration"):
        return
    row, late = item.row, item.comparison.days_late
    by = f"，晚 {late} 天" if late else ""
    lead = f"实际“{(row.actual_raw or '').strip()}”未满足指标值“{(row.target_raw or '').strip()}”{by}"
    if item.full:
        message = f"{lead}，却得满分 {show_points(row.score)}"
        yield draft_row(item, "late_full_score", message, "score_raw", *_VALUES, reported=row.score_raw)
    elif row.score and row.weight and judge_score(case, item) != "consistent":
        message = f"{lead}，得 {show_points(row.score)} 分（分值 {show_points(row.weight)}），扣分多少须由人判断"
        yield draft_row(item, "late_partial_score", message, "score_raw", *_VALUES, reported=row.score_raw)


def _explains_below(form: FormRow) -> bool:
    """Tell whether what stands below the indicators (存在问题, 改进措施, 其他说明) gives reasons."""
    facts = scoring_facts()
    texts = [text for text in (form.problems, form.measures, form.remarks, form.conclusion) if text]
    return any(word in text for text in texts if text.strip() not in facts.no_reason for word in facts.reason_words)


def check_reason(case: Case, item: Item) -> Iterator[Draft]:
    """A deduction is explained, where the form has the column for it: there, or for the whole form below the rows.

    The execution rate needs no words: what it costs follows from the funds.
    """
    row = item.row
    if is_execution(row) or row.weight is None or row.score is None or row.score >= row.weight:
        return
    if _lacks_reason(case, item):
        message = f"得分 {show_points(row.score)} 低于分值 {show_points(row.weight)}，未填偏差原因"
        yield draft_row(
            item,
            "score_below_weight_without_reason",
            message,
            "deviation_raw",
            "score_raw",
            "weight_raw",
            reported=row.score_raw,
            expected=row.weight_raw,
            difference=row.score - row.weight,
        )


def _lacks_reason(case: Case, item: Item) -> bool:
    """Tell whether the form has a column for reasons, and neither it nor what stands below the rows gives one."""
    text = (item.row.deviation_raw or "").strip()
    blank = not has_text(text) or text in scoring_facts().no_reason
    return case.form.has_deviation_column and blank and not _explains_below(case.form)


def check_missed(case: Case, item: Item) -> Iterator[Draft]:
    """A missed target is explained where no points are printed for it, so that no deduction tells that it was."""
    row = item.row
    if case.form.form_kind == "target" or row.weight_raw is not None or item.comparison.met is not False:
        return
    if item.named and not is_execution(row) and _lacks_reason(case, item):
        actual, target = show_pair(item)
        verb = "超过目标" if item.direction == "reverse" else "未达到目标"
        message = f"实际 {actual} {verb} {target}，未填原因"
        yield draft_row(item, "target_missed_without_reason", message, "deviation_raw", "actual_raw", "target_raw")


def check_low_target(case: Case, item: Item) -> Iterator[Draft]:
    """A target that was beaten by far may have been set low; the band's points are at stake, not lost.

    A deduction that was rounded to whole points is one; the full weight is none, however small.
    """
    over = item.comparison.over
    if over is None or over <= 0 or not item.comparison.met:
        return
    outcome = judge(case, item)
    score, left = item.row.score, outcome.minimum
    if outcome.rule != "over_target_band" or score is None or left is None:
        return
    rounded = not item.full and score == cut_number(left, decimals_of(score), ROUND_HALF_UP)
    if score <= left or rounded:
        return
    message = f"得分 {show_points(score)}，比扣减后的 {show_points(left)} 多 {show_points(score - left)} 分：" + (
        describe_over_target(item, outcome)
    )
    yield draft_row(
        item,
        "low_target",
        message,
        "target_raw",
        *_VALUES,
        "score_raw",
        reported=item.row.score_raw,
        expected=show_points(left),
        difference=score - left,
    )


def check_in_progress(case: Case, item: Item) -> Iterator[Draft]:
    """What is still going on is not done."""
    text = item.row.actual_raw or ""
    words = [word for word in scoring_facts().in_progress_words if word in text]
    if item.full and item.actual.kind == "qualitative" and words:
        message = f"实际完成值写明“{words[0]}”，却得满分 {show_points(item.row.score)}"
        yield draft_row(item, "in_progress_full_score", message, "actual_raw", "score_raw")


POINT_CHECKS = (
    check_bounds,
    check_sign,
    check_actual_given,
    check_conversion,
    check_verdict,
    check_late,
    check_reason,
    check_missed,
    check_low_target,
    check_in_progress,
)
