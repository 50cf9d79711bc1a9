"""A project's targets against its self-evaluation: lowered, dropped, added, points moved, money changed.

What was set at the beginning of the year is in the form of targets; what was held against it at the end is in the
self-evaluation. Nobody publishes the comparison.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.scoring.sets.drafts import SetDraft, fund_key, indicator_key
from pipeline.scoring.sets.facts import FormFacts, IndicatorFacts
from pipeline.scoring.sets.names import core_name, likeness, tells_apart
from pipeline.scoring.sets.rules import set_rules
from pipeline.scoring.sets.wording import show_money, show_value

Pair = tuple[IndicatorFacts, IndicatorFacts]
"""An indicator of the form of targets, and the same one of the self-evaluation."""

CLASSES_APART = 0.9
"""Likeness from which one indicator is the same although it stands under another class."""


def pair_indicators(first: Sequence[IndicatorFacts], second: Sequence[IndicatorFacts]) -> list[Pair]:
    """Match the indicators of two forms of one project one to one: by name, then by nearly the same name.

    A name that is less alike is the same indicator's where class and target are the same.
    """
    pairs: list[Pair] = []
    left = [row for row in first if row.name]
    right = [row for row in second if row.name]
    rules = set_rules().matching
    for least, same_target in ((1.0, False), (rules.alone, False), (rules.supported, True)):
        for row in list(left):
            other = _best(row, right, least, same_target=same_target)
            if other is not None:
                pairs.append((row, other))
                left.remove(row)
                right.remove(other)
    return pairs


def _best(
    row: IndicatorFacts, others: Sequence[IndicatorFacts], least: float, *, same_target: bool
) -> IndicatorFacts | None:
    """Return the row of the same name; of several, the one of the same class and target."""
    fitting = []
    for other in others:
        alike, same_class = likeness(row.name, other.name), row.level == other.level
        if alike < least or (row.name != other.name and (least == 1.0 or _tell_apart(row, other))):
            continue
        equal = row.target_raw == other.target_raw
        if (same_class and equal) if same_target else (same_class or alike >= CLASSES_APART):
            fitting.append((alike, same_class, equal, -other.row_no, other))
    return max(fitting, key=lambda one: one[:4])[4] if fitting else None


def _tell_apart(one: IndicatorFacts, other: IndicatorFacts) -> bool:
    return tells_apart(core_name(one.name), core_name(other.name))


def is_lowered(before: IndicatorFacts, after: IndicatorFacts) -> bool:
    """Tell whether a target asks for less than one before it: fewer where more is better, more where less is."""
    if before.target is None or after.target is None or before.target_unit != after.target_unit:
        return False
    direction = before.direction or after.direction
    return before.direction * after.direction >= 0 and (after.target - before.target) * direction < 0


def compare_kinds(targets: FormFacts, form: FormFacts) -> Iterator[SetDraft]:
    """Yield what differs between a project's form of targets and its self-evaluation; reported on the latter."""
    pairs = pair_indicators(targets.indicators, form.indicators)
    for before, after in pairs:
        yield from _lowered(targets, form, before, after)
        yield from _moved(targets, form, before, after)
    yield from _dropped(targets, form, pairs)
    yield from _added(targets, form, pairs)
    yield from _budget(targets, form)


def _lowered(targets: FormFacts, form: FormFacts, before: IndicatorFacts, after: IndicatorFacts) -> Iterator[SetDraft]:
    if is_lowered(before, after):
        old, new = show_value(before.target, before.target_unit), show_value(after.target, after.target_unit)
        message = f"“{after.name}”的指标值由绩效目标表的 {old} 放宽到 {new}（{targets.label}第 {before.row_no} 行）"
        place = indicator_key(after.row_no, "target_raw")
        yield SetDraft(form, "target_lowered", message, place, reported=after.target_raw, expected=before.target_raw)


def _moved(targets: FormFacts, form: FormFacts, before: IndicatorFacts, after: IndicatorFacts) -> Iterator[SetDraft]:
    if before.weight is not None and after.weight is not None and before.weight != after.weight:
        message = f"“{after.name}”的分值由绩效目标表的 {before.weight:g} 改为 {after.weight:g}（{targets.label}）"
        place = indicator_key(after.row_no, "weight_raw")
        difference = after.weight - before.weight
        yield SetDraft(form, "points_moved", message, place, difference=difference)


def _dropped(targets: FormFacts, form: FormFacts, pairs: Sequence[Pair]) -> Iterator[SetDraft]:
    kept = {before.row_no for before, _ in pairs}
    dropped = [row for row in targets.indicators if row.name and row.target_raw and row.row_no not in kept]
    if dropped and form.indicators:
        listed = "、".join(f"“{row.name}”" for row in dropped[:5])
        more = f"等 {len(dropped)} 项" if len(dropped) > 5 else ""
        message = f"绩效目标表（{targets.label}）的指标{listed}{more}在自评表中没有"
        keys = [indicator_key(row.row_no, "level3") for row in form.indicators]
        yield SetDraft(form, "indicator_dropped", message, None, keys)


def _added(targets: FormFacts, form: FormFacts, pairs: Sequence[Pair]) -> Iterator[SetDraft]:
    known = {after.row_no for _, after in pairs}
    for row in form.indicators:
        if row.name and row.target_raw and row.row_no not in known and targets.indicators:
            message = f"指标“{row.name}”不在绩效目标表（{targets.label}）中"
            yield SetDraft(form, "indicator_added", message, indicator_key(row.row_no, "level3"))


def _budget(targets: FormFacts, form: FormFacts) -> Iterator[SetDraft]:
    """Compare the money that was asked for with 年初预算数, or 全年预算数 where that is blank."""
    asked = targets.annual if targets.annual is not None else targets.initial
    field = "annual_budget_raw" if form.initial is None else "initial_budget_raw"
    given = form.annual if form.initial is None else form.initial
    if asked is not None and given is not None and asked != given:
        message = f"绩效目标表（{targets.label}）的预算为 {show_money(asked)}，自评表为 {show_money(given)}"
        yield SetDraft(
            form,
            "budget_differs_from_target",
            message,
            fund_key(field),
            reported=show_money(given),
            expected=show_money(asked),
            difference=given - asked,
            amount=abs(given - asked),
        )
