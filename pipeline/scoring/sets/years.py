"""A project in a year and in the one before: targets below what was reached, more money for less, nothing new said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.scoring.sets.drafts import SetDraft, form_key, fund_key, indicator_key
from pipeline.scoring.sets.facts import FormFacts, IndicatorFacts
from pipeline.scoring.sets.kinds import Pair, is_lowered, pair_indicators
from pipeline.scoring.sets.rules import set_rules
from pipeline.scoring.sets.wording import show_money, show_share, show_value

_YEAR = re.compile(r"(?:19|20)\d{2}年?度?")
SATISFACTION = "satisfaction"


def compare_years(last: FormFacts, form: FormFacts) -> Iterator[SetDraft]:
    """Yield what is odd about a form beside the same project's form of the year before."""
    pairs = pair_indicators(last.indicators, form.indicators)
    for before, after in pairs:
        yield from _below_actual(last, form, before, after)
        yield from _unmoved(last, form, before, after)
    yield from _more_for_less(last, form, pairs)
    yield from _same_words(last, form)


def _below_actual(
    last: FormFacts, form: FormFacts, before: IndicatorFacts, after: IndicatorFacts
) -> Iterator[SetDraft]:
    """A target asks for less than was reached the year before; shares near the whole can hardly rise."""
    reached, wanted = before.actual, after.target
    if reached is None or wanted is None or not before.actual_exact or before.actual_unit != after.target_unit:
        return
    direction = after.direction
    if direction and after.target_unit != "1" and (wanted - reached) * direction < 0:
        old, new = show_value(reached, before.actual_unit), show_value(wanted, after.target_unit)
        message = f"“{after.name}”上年实际已达 {old}，本年指标值只有 {new}"
        if direction < 0:
            message = f"“{after.name}”上年实际只有 {old}，本年指标值却放宽到 {new}"
        place = indicator_key(after.row_no, "target_raw")
        yield SetDraft(
            form,
            "target_below_last_actual",
            f"{message}（{last.label}）",
            place,
            (),
            after.target_raw,
            before.actual_raw,
        )


def _unmoved(last: FormFacts, form: FormFacts, before: IndicatorFacts, after: IndicatorFacts) -> Iterator[SetDraft]:
    """Measured satisfaction is the same in two years, to its decimals."""
    same = before.actual is not None and before.actual == after.actual and before.actual_exact and after.actual_exact
    measured = same and after.actual_unit == "1" and _has_decimals(after.actual)
    if measured and after.level.split(".")[0] == SATISFACTION:
        message = f"“{after.name}”与上年同为 {show_share(after.actual or 0.0)}，小数也未变（{last.label}）"
        yield SetDraft(form, "satisfaction_unmoved", message, indicator_key(after.row_no, "actual_raw"))


def _has_decimals(share: float | None) -> bool:
    percent = round((share or 0.0) * 100, 6)
    return percent != int(percent)


def _more_for_less(last: FormFacts, form: FormFacts, pairs: list[Pair]) -> Iterator[SetDraft]:
    """The budget rises while targets fall and none rises."""
    old, new = (one.annual if one.annual is not None else one.initial for one in (last, form))
    if not old or new is None or new < old * (1 + set_rules().limits.budget_rise):
        return
    lowered = [(before, after) for before, after in pairs if is_lowered(before, after)]
    raised = [after for before, after in pairs if is_lowered(after, before)]
    if lowered and not raised:
        before, after = lowered[0]
        message = (
            f"预算由上年 {show_money(old)} 增至 {show_money(new)}，"
            f"第 {'、'.join(str(row.row_no) for _, row in lowered)} 行指标值却下降"
            f"（“{after.name}”由 {show_value(before.target, before.target_unit)} 到 "
            f"{show_value(after.target, after.target_unit)}）"
        )
        place = fund_key("annual_budget_raw")
        keys = [place, *(indicator_key(row.row_no, "target_raw") for _, row in lowered)]
        yield SetDraft(form, "more_money_lower_targets", message, place, keys, difference=new - old, amount=new - old)


def _same_words(last: FormFacts, form: FormFacts) -> Iterator[SetDraft]:
    """What was reached is told in the words of the year before, years apart."""
    old, new = (_YEAR.sub("", one.actual_goal) for one in (last, form))
    if old == new and len(new) >= set_rules().limits.text_length:
        message = f"实际完成情况与上年一字不差：“{form.actual_goal[:20]}…”（{last.label}）"
        yield SetDraft(form, "text_unchanged", message, form_key("actual_goal"))
