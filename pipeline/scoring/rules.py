"""What a profile gives for an item: the lowest and highest score it allows, and by which rule.

Points are exact decimals and nothing is rounded. Where no rule applies the bounds are null and `rule` is the reason;
no score is invented. The over-target band is conditional on a target that was clearly set low, hence it opens a range
from what the band leaves to the full weight.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from pipeline.scoring.case import Case, Execution, Item, is_satisfaction
from pipeline.scoring.comparison import MEASURED, Direction
from pipeline.scoring.profiles import EqualRule, Profile, RatioRule, RowRule, UnmetRule, read_row_rule


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule allows. `achievement` is 1.0 where the target is just met; `deduction` is in points.

    `others` are points that another rule in use gives; they are allowed as well.
    """

    rule: str
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    achievement: Decimal | None = None
    over_target: Decimal | None = None
    deduction: Decimal | None = None
    others: tuple[Decimal, ...] = ()

    @property
    def scorable(self) -> bool:
        """Whether any rule applies."""
        return self.maximum is not None


def _actual_over_target(ratio: Decimal) -> Decimal:
    """B/A (财预〔2020〕10号, Beijing district notes)."""
    return ratio


def _target_over_actual(ratio: Decimal) -> Decimal:
    """A/B (Beijing district notes, Hubei)."""
    return 1 / ratio if ratio > 0 else Decimal(1)


def _linear_overrun(ratio: Decimal) -> Decimal:
    """1 - (B-A)/A, nothing from B = 2A on (public configuration of a budget system)."""
    return 2 - ratio


RATIO_RULES: dict[RatioRule, Callable[[Decimal], Decimal]] = {
    "actual_over_target": _actual_over_target,
    "target_over_actual": _target_over_actual,
    "linear_overrun": _linear_overrun,
}


def direction_rule(profile: Profile, direction: Direction) -> UnmetRule | EqualRule:
    """Return what the profile says of a direction."""
    quantitative = profile.quantitative
    rules: dict[Direction, UnmetRule | EqualRule] = {
        "positive": quantitative.positive,
        "reverse": quantitative.reverse,
        "equal": quantitative.equal,
        "exact": quantitative.equal,
    }
    return rules[direction]


def ratio_rules(profile: Profile, direction: Direction) -> tuple[RatioRule, tuple[RatioRule, ...]]:
    """Return the profile's rule for a missed target of a direction, and others that are in use under it."""
    rule = direction_rule(profile, direction)
    return (rule.unmet, rule.also) if isinstance(rule, UnmetRule) else (rule.below, ())


def share_of_weight(rule: RatioRule, ratio: Decimal) -> Decimal:
    """Return the share of the weight that B/A earns, between 0 and 1."""
    return min(Decimal(1), max(Decimal(0), RATIO_RULES[rule](ratio)))


def over_target_deduction(over: Decimal | None, profile: Profile) -> Decimal:
    """Return the share of the weight that the over-target band takes for d = (B-A)/A; 0 below the bands."""
    if over is None or profile.over_target is None:
        return Decimal(0)
    bands = [band for band in profile.over_target.bands if over >= band.lower and (not band.upper or over < band.upper)]
    return bands[0].deduct if bands else Decimal(0)


def measure_achievement(item: Item) -> Decimal | None:
    """Return actual against target so that 1.0 is met: A/B where less is better, else B/A."""
    ratio = item.comparison.ratio
    if ratio is None or item.direction != "reverse":
        return ratio
    return 1 / ratio if ratio else None


def judge(case: Case, item: Item) -> Outcome:
    """Judge one indicator row of an opened form, once."""
    known: Outcome | None = case.outcomes.get(item.row.row_no)
    if known is None:
        known = case.outcomes[item.row.row_no] = judge_indicator(item, case.profile)
    return known


def judge_indicator(item: Item, profile: Profile) -> Outcome:
    """Judge one indicator row."""
    weight = item.row.weight
    if weight is None or weight < 0:
        return Outcome("no_weight" if weight is None else "negative_weight")
    if item.comparison.reason in ("no_actual", "no_target"):
        return Outcome(item.comparison.reason)
    steps = _satisfaction_step(item, profile, weight)
    if steps is not None:
        return steps
    if item.comparison.reason == "qualitative":
        return _judge_qualitative(item, profile, weight)
    if item.comparison.met:
        return _judge_met(item, profile, weight)
    own = row_rule(item)
    return (
        _judge_by_row(item, own, weight)
        if own and item.comparison.met is False
        else _judge_missed(item, profile, weight)
    )


def row_rule(item: Item) -> RowRule | None:
    """Return the rule of points that a row prints, in a column of its own or behind its target."""
    row = item.row
    behind = _BEHIND.search(row.target_raw or "")
    texts = (row.further_raw, behind[0] if behind else None)
    return next((rule for text in texts if (rule := read_row_rule(text))), None)


_BEHIND = re.compile(r"[（(，,；;。].*", re.DOTALL)
"""What stands behind a target in its cell."""


def _satisfaction_step(item: Item, profile: Profile, weight: Decimal) -> Outcome | None:
    """Apply the profile's steps for measured satisfaction, where it has them (财预〔2021〕101号: 满意度赋分)."""
    rate = item.actual.base_value
    if profile.satisfaction is None or item.actual.base_unit != "1" or rate is None or not is_satisfaction(item.row):
        return None
    bands = [b for b in profile.satisfaction.bands if rate >= b.lower and (b.upper is None or rate < b.upper)]
    if not bands:
        return Outcome("satisfaction_out_of_range")
    points = weight * bands[0].share
    return Outcome("satisfaction_step", points, points, measure_achievement(item))


def _judge_met(item: Item, profile: Profile, weight: Decimal) -> Outcome:
    achievement, over = measure_achievement(item), item.comparison.over
    if item.direction == "equal":
        full = weight * profile.quantitative.equal.met
        return Outcome("met", full, full, achievement)
    if item.direction != "positive" or item.target.kind not in MEASURED:
        return Outcome("met", weight, weight, achievement)
    share = over_target_deduction(over, profile)
    if not share:
        return Outcome("met", weight, weight, achievement, over)
    deduction = weight * share
    return Outcome("over_target_band", weight - deduction, weight, achievement, over, deduction)


def _judge_missed(item: Item, profile: Profile, weight: Decimal) -> Outcome:
    comparison = item.comparison
    if comparison.reason in ("equal_exceeded", "zero_target") and item.direction == "equal":
        return _judge_equal(item, profile, weight)
    if comparison.reason or comparison.met is None or item.direction is None:
        return Outcome(comparison.reason or "direction_unknown")
    if comparison.bounded or comparison.ratio is None:
        return Outcome("actual_is_bound" if comparison.bounded else "zero_target")
    rule, also = ratio_rules(profile, item.direction)
    points = weight * share_of_weight(rule, comparison.ratio)
    others = tuple(weight * share_of_weight(other, comparison.ratio) for other in also)
    return Outcome(rule, points, points, measure_achievement(item), others=others)


def _judge_equal(item: Item, profile: Profile, weight: Decimal) -> Outcome:
    """Apply what the profile says of an `=` target that was exceeded, or that is 0; else nothing is known."""
    rule, comparison = profile.quantitative.equal, item.comparison
    if not comparison.target:
        points = None if rule.zero is None else weight * rule.zero
        return Outcome("zero_target") if points is None else Outcome("equal_zero", points, points)
    if rule.exceeded is None or comparison.ratio is None:
        return Outcome(comparison.reason)
    share = Decimal(1) if rule.exceeded == "full" else share_of_weight(rule.exceeded, comparison.ratio)
    name = "met" if rule.exceeded == "full" else rule.exceeded
    return Outcome(name, weight * share, weight * share, measure_achievement(item))


def _judge_by_row(item: Item, rule: RowRule, weight: Decimal) -> Outcome:
    """Apply the rule of points that a missed row prints itself; what it says cannot always be computed."""
    if rule.nothing:
        return Outcome("rule_of_the_row", Decimal(0), Decimal(0), measure_achievement(item))
    missed_by = _missed_by(item, rule.unit)
    taken = None if missed_by is None else rule.taken(missed_by)
    if taken is None:
        return Outcome("rule_of_the_row_unread")
    least, most = (max(Decimal(0), weight - points) for points in reversed(taken))
    return Outcome("rule_of_the_row", least, most, measure_achievement(item))


def _missed_by(item: Item, unit: str | None) -> Decimal | None:
    """Return by how much a target was missed, in the unit of the row's rule; null where that is another measure."""
    target, comparison = item.target, item.comparison
    if comparison.target is None or comparison.actual is None or comparison.bounded:
        return None
    gap = abs(comparison.target - comparison.actual)
    if unit == "百分点":
        return gap * 100 if target.base_unit == "1" else None
    if unit in (target.base_unit, f"个{target.base_unit}"):
        return gap
    if unit == target.unit and target.value and target.base_value:
        return gap * target.value / target.base_value
    return None


def states_attainment(item: Item) -> bool | None:
    """Tell whether a qualitative actual says that the target is reached; null where a person must judge.

    It does by claiming it (达标), by the best grade of the target's set, or by repeating the target's words; it denies
    it with the same words (不合格 for 合格). The marker 定性 is nothing that could be reached.
    """
    if item.actual.attained is not None:
        return item.actual.attained
    options = item.target.options
    if options and item.actual.grade:
        return True if item.actual.grade == options[0] else None
    wanted, said = ((text or "").strip() for text in (item.row.target_raw, item.row.actual_raw))
    if wanted and said in (f"不{wanted}", f"未{wanted}", f"没有{wanted}"):
        return False
    return True if said == wanted and not options else None


def _judge_qualitative(item: Item, profile: Profile, weight: Decimal) -> Outcome:
    """Apply the first qualitative band, or exclude it; between grades no rule gives points."""
    attained = states_attainment(item)
    first = max(band.lower for band in profile.qualitative.bands) * weight
    if item.actual.kind != "qualitative":
        return Outcome("number_for_text")
    if attained is None:
        return Outcome("grade_without_points" if item.target.options else "text_needs_judgement")
    return Outcome("qualitative_band", first, weight) if attained else Outcome("qualitative_band", Decimal(0), first)


def judge_execution(execution: Execution, profile: Profile) -> Outcome:
    """Judge the execution row: min(weight, rate x weight), the rate computed, not as printed."""
    if execution.rate is None or execution.total is None:
        return Outcome("no_rate")
    weight = profile.weights.execution if execution.points is None else execution.points
    if weight < 0:
        return Outcome("negative_weight")
    points = min(weight, execution.rate * weight)
    return Outcome(profile.execution.formula, points, points, execution.rate)


def add_scores(case: Case) -> Decimal:
    """Return the execution score plus all indicator scores as printed; blanks count 0."""
    execution = case.execution.total.score if case.execution.total else None
    return sum((item.row.score or Decimal(0) for item in case.items), execution or Decimal(0))


def judge_total(case: Case) -> Outcome:
    """Judge the total: the sum of the printed scores, or the same rescaled to the full marks.

    Rescaled it is where the profile says that indicators without an actual are left out, or does not say that they
    count 0.
    """
    points = add_scores(case)
    rule, share = case.profile.total.left_out, share_left_out(case)
    rounded = _cut_as_printed(points, case.form.total_score)
    if not share or rule == "zero":
        return Outcome("sum_of_scores", points, points, others=rounded)
    rescaled = points / (1 - share)
    if rule == "rescaled":
        return Outcome("sum_rescaled", rescaled, rescaled, others=_cut_as_printed(rescaled, case.form.total_score))
    return Outcome("sum_of_scores", points, points, others=(rescaled, *rounded))


def _cut_as_printed(points: Decimal, printed: Decimal | None) -> tuple[Decimal, ...]:
    """Return a sum rounded to the decimals of a printed total, and cut off where those are decimals at all."""
    if printed is None or (decimals := max(0, -int(printed.as_tuple().exponent))) > _MOST_DECIMALS:
        return ()
    unit = Decimal(1).scaleb(-decimals)
    modes = (ROUND_HALF_UP, ROUND_DOWN) if decimals else (ROUND_HALF_UP,)
    return tuple(points.quantize(unit, mode) for mode in modes)


_MOST_DECIMALS = 4
"""A total printed to more decimals is the sum itself."""


def share_left_out(case: Case) -> Decimal:
    """Return the share of the full marks that rows have which were scored 0 for want of an actual (`-`)."""
    weights = [
        item.row.weight
        for item in case.items
        if item.row.weight and not item.row.score and item.comparison.reason == "no_actual"
    ]
    left_out = sum(weights, Decimal(0)) / case.profile.weights.total
    return left_out if left_out < 1 else Decimal(0)
