"""A form under a profile → its rows of `scores`: the execution rate, every indicator that has something, the total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipeline.records import Coded, FieldKey, ScoreItem, ScoreRow, Verdict
from pipeline.scoring.case import NOWHERE, Case, Item, ScoringInput, has_text, open_case, show_evidence
from pipeline.scoring.profiles import Profile
from pipeline.scoring.rules import Outcome, add_scores, judge, share_left_out
from pipeline.scoring.verdicts import judge_execution_score, judge_score, judge_total_score, measure_difference
from pipeline.scoring.wording import (
    NOT_SCORABLE,
    explain_execution,
    explain_indicator,
    explain_total,
    show_points,
)


def is_scored(item: Item) -> bool:
    """Tell whether a row takes part in the scoring; template rows without weight, score and actual do not."""
    row = item.row
    return row.weight is not None or row.score is not None or (item.named and has_text(row.actual_raw))


def score_case(case: Case) -> tuple[ScoreRow, ...]:
    """Score an opened form."""
    return (_score_execution(case), *_score_indicators(case), _score_total(case))


def refuse_form(case: Case) -> tuple[ScoreRow, ...]:
    """Return the one row of a form that is not scored: why not."""
    rule = "form_of_targets" if case.form.form_kind == "target" else "form_without_points"
    sentence = f"{NOT_SCORABLE[rule]}，不作评分"
    key: FieldKey = ("form", None, "total_score_raw")
    return (_score_row(case, "total", None, (Outcome(rule), "not_scorable"), sentence, evidence=(key,)),)


def is_scored_form(case: Case) -> bool:
    """Tell whether a form prints points for what was reached; one of targets does not."""
    return case.form.has_points and case.form.form_kind != "target"


def score_form(source: ScoringInput, profile: Profile, reason: str) -> tuple[ScoreRow, ...]:
    """Score one form from its rows alone: execution first, then the indicators in print order, then the total."""
    return score_case(open_case(source, profile, reason))


def _score_row(
    case: Case,
    item: ScoreItem,
    reported: Decimal | None,
    judged: tuple[Outcome, Verdict],
    sentence: str,
    *,
    evidence: Sequence[FieldKey],
) -> ScoreRow:
    """Make the row of an item; the first field of its evidence is the printed score, where the form prints it."""
    outcome, verdict = judged
    compared = reported is not None and outcome.scorable
    places = case.source.places
    same_line = (key for key in evidence if key[:2] == evidence[0][:2] and (not places or key in places))
    key = next(same_line, None)
    table, row_no, field = key or (None, None, None)
    page, x0, y0, x1, y1 = places.get(key, NOWHERE) if key else NOWHERE
    return ScoreRow(
        form_id=case.form.form_id,
        item=item,
        table=table,
        row_no=row_no,
        profile=Coded(case.profile.name),
        profile_reason=case.reason,
        rule=Coded("no_score" if reported is None and outcome.scorable else outcome.rule),
        achievement=outcome.achievement,
        over_target=outcome.over_target,
        deduction=outcome.deduction,
        reported_score=reported,
        expected_min=outcome.minimum,
        expected_max=outcome.maximum,
        difference=measure_difference(reported, outcome) if compared and reported is not None else None,
        verdict=verdict,
        explanation=sentence,
        field=field,
        evidence=show_evidence(evidence, case.source),
        page=page,
        x0=x0,
        y0=y0,
        x1=x1,
        y1=y1,
    )


def _score_execution(case: Case) -> ScoreRow:
    execution = case.execution
    outcome, verdict = judge_execution_score(case)
    reported = execution.total.score if execution.total else None
    if outcome.scorable and execution.executed is not None and execution.budget is not None:
        sentence = explain_execution(execution.executed, execution.budget, reported, outcome)
    else:
        sentence = f"{NOT_SCORABLE[outcome.rule]}，不作评分"
    names = ("score_raw", "weight_raw", "executed_raw", execution.budget_field)
    keys: list[FieldKey] = [("fund", case.execution.number, name) for name in names]
    return _score_row(case, "execution_rate", reported, (outcome, verdict), sentence, evidence=keys)


def _score_indicators(case: Case) -> Iterator[ScoreRow]:
    for item in filter(is_scored, case.items):
        outcome = judge(case, item)
        sentence = explain_indicator(item, outcome)
        keys = item.keys("score_raw", "weight_raw", "target_raw", "actual_raw", "nature_raw", "unit_raw")
        yield _score_row(case, "indicator", item.row.score, (outcome, judge_score(case, item)), sentence, evidence=keys)


def _score_total(case: Case) -> ScoreRow:
    reported, total = case.form.total_score, add_scores(case)
    execution = (case.execution.total.score if case.execution.total else None) or Decimal(0)
    sentence = explain_total(reported, execution, total - execution) + _rescale_note(case)
    parts = [item.key("score_raw") for item in case.items if item.row.score is not None]
    keys: list[FieldKey] = [("form", None, "total_score_raw"), ("fund", case.execution.number, "score_raw"), *parts]
    return _score_row(case, "total", reported, judge_total_score(case), sentence, evidence=keys)


def _rescale_note(case: Case) -> str:
    """Say what the total is without the rows that were scored 0 for want of an actual (`-`)."""
    full, total, share = case.profile.weights.total, case.form.total_score, share_left_out(case)
    if not share or total is None:
        return ""
    rescaled = total / (1 - share)
    return f"；不计未填实际完成值的 {show_points(full * share)} 分，折算为 {show_points(rescaled)}"
