"""A target against its actual: met or missed, and by how much.

A is the target (年度指标值), B the actual (全年实际值), both in the base unit. Nothing is compared that is not the same
thing: counters are never converted into each other, 365 天 is not 12 月, a text is no number. Where no comparison is
possible `reason` has the code that `scores` gives as the rule of `not_scorable`.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipeline.scoring.direction import name_direction
from pipeline.scoring.facts import scoring_facts
from pipeline.units import Value

Direction = Literal["positive", "reverse", "equal", "exact"]

_INHERITED = frozenset({"unit_inherited_from_target"})
MEASURED = ("quantitative", "duration")
_REDUCED_BY = re.compile(r"(?:节约|节省|压减|下降|降低|减少)了?\Z")
"""What a target calls its number where that is itself the improvement: 能耗下降 5% is beaten by 6%."""
_YEAR_LABEL = re.compile(r"(?:19|20)\d{2}年?|当年|本年|今年")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What target and actual say together.

    `ratio` is B/A, `over` (B-A)/A, `days_late` counts days after a deadline. `bounded` tells that B is a bound
    (200余家, ≥95%), so that ratio and over are bounds as well. `target` and `actual` are the two numbers compared.
    """

    met: bool | None = None
    target: Decimal | None = None
    actual: Decimal | None = None
    bounded: bool = False
    days_late: int | None = None
    reason: str = ""

    @property
    def ratio(self) -> Decimal | None:
        """B/A, null where A is 0 or nothing was compared."""
        return self.actual / self.target if self.target and self.actual is not None else None

    @property
    def over(self) -> Decimal | None:
        """(B-A)/A, null where A is 0 or nothing was compared."""
        return None if self.ratio is None else self.ratio - 1


def tell_direction(target: Value, *, is_cost: bool, name: str) -> Direction | None:
    """Tell whether more is better, less is better, or only the same will do.

    The comparator decides. An `=` is read as a positive target from below, but a cost below its `=` is not missed:
    it is `exact`, and no rule knows a deviation. A bare target takes its direction from the head of the name
    (`pipeline.scoring.direction`), else from the class: a cost is reverse, anything else positive. A bare duration has
    none: a service period and a delay look alike; nor has a bare amount of spending outside the cost class.
    """
    if target.comparator == "=":
        return "exact" if is_cost else "equal"
    if target.comparator:
        return "positive" if target.comparator in (">=", ">") else "reverse"
    return None if target.kind == "duration" else _guess_direction(target, is_cost=is_cost, name=name)


def _guess_direction(target: Value, *, is_cost: bool, name: str) -> Direction | None:
    """Tell the direction of a bare target by what it calls its number, the indicator's name, and the class."""
    named = "positive" if _REDUCED_BY.search(target.label or "") else name_direction(name)
    if named:
        return None if named == "open" else named
    spending = target.base_unit == "元" and any(word in name for word in scoring_facts().spending_names)
    return "reverse" if is_cost else None if spending else "positive"


def _same_counter(target: Value, actual: Value) -> bool:
    """Tell whether two counters stand for each other: 台（套） and 台, 场次 and 场."""
    return any({target.base_unit, actual.base_unit} <= set(line) for line in scoring_facts().same_counters)


def same_measure(target: Value, actual: Value) -> bool:
    """Tell whether two readings can be compared: the same base unit, or one without any unit beside a count."""
    if target.base_unit == actual.base_unit or _same_counter(target, actual):
        return True
    loose = target.base_unit is None or actual.base_unit is None
    return loose and {target.dimension, actual.dimension} <= {"count", "unspecified", None}


def choose_part(target: Value, actual: Value) -> Value | None:
    """Return the part of a compound actual that answers a simple target.

    The part that is labelled with a year belongs to the year's payment and not to the target; of the others exactly
    one must be of the target's measure.
    """
    fitting = [part for part in actual.parts if part.base_value is not None and same_measure(target, part)]
    general = [part for part in fitting if not _YEAR_LABEL.search(part.label or "")]
    chosen = general or fitting
    return chosen[0] if len(chosen) == 1 else None


def compare_values(target: Value, actual: Value, direction: Direction | None) -> Comparison:
    """Compare a target with the actual that answers it."""
    reason = _why_incomparable(target, actual)
    if reason:
        return Comparison(reason=reason)
    if target.kind == "compound":
        return _compare_parts(target, actual, direction)
    if target.kind == "date":
        return _compare_dates(target, actual)
    part = choose_part(target, actual) if actual.kind == "compound" else actual
    return _compare_numbers(target, part, direction) if part else Comparison(reason="compound")


_PERIOD = re.compile(r"(?:/|每个?)(月|季|半年|周|天|日)")


def _period(value: Value) -> str:
    """Return the period that a number is counted in (1次/月, 每月1次); a year is the form's own, an unsaid one none."""
    if has_flag(value, scoring_facts().flags.unit_is_rate):
        match = _PERIOD.search(f"{value.label or ''}|{value.unit or ''}")
        return match[1] if match and not has_flag(value, _INHERITED) else ""
    return ""


def _other_period(target: Value, actual: Value) -> bool:
    """Tell whether two numbers are counted in different periods: 12次 of a year say nothing of 每月1次."""
    return _period(target) != _period(actual) and target.base_value != actual.base_value


def _measured_alike(target: Value, actual: Value) -> bool:
    """Tell whether two readings can be compared, also where the one is the other's number in 元 without its unit."""
    if "compound" in (target.kind, actual.kind) or same_measure(target, actual):
        return True
    return _is_bare_yuan(target, actual)


def _is_bare_yuan(target: Value, actual: Value) -> bool:
    """Tell whether an actual without a unit is exactly a target of money in 元: 300000 for 30万元."""
    return target.base_unit == "元" and actual.unit is None and target.base_value == actual.base_value is not None


def _why_incomparable(target: Value, actual: Value) -> str:
    """Return the reason why two kinds of values cannot be compared, empty where they can."""
    if "placeholder" in (target.kind, actual.kind):
        return "no_target" if target.kind == "placeholder" else "no_actual"
    if "qualitative" in (target.kind, actual.kind):
        return "qualitative" if target.kind == "qualitative" else "text_actual"
    flags = scoring_facts().flags
    if has_flag(actual, flags.unit_mismatch) and not _measured_alike(target, actual):
        return "unit_mismatch"
    if any(has_flag(value, flags.percent_suspected) for value in (target, actual)) or _is_ratio(target, actual):
        return "percent_suspected"
    if has_flag(actual, flags.magnitude_doubted) and not _measured_alike(target, actual):
        return "magnitude_doubted"
    return "other_period" if _other_period(target, actual) else ""


def _is_ratio(target: Value, actual: Value) -> bool:
    """Tell whether one of two shares is a ratio in a column of percentages: 0.98 beside ≥95."""
    if "1" not in (target.base_unit, actual.base_unit) or target.value is None or actual.value is None:
        return False
    if not target.flags and not actual.flags:
        return False
    column = scoring_facts().flags.unit_assumed
    small, large = sorted((target, actual), key=lambda value: value.value or 0)
    return has_flag(small, column) and 0 < (small.value or 0) <= 1 and (large.value or 0) >= _PERCENTS


_PERCENTS = 50
"""A share of so much or more is no ratio, and none that a share of 1 % answers."""


def has_flag(value: Value, words: Container[str]) -> bool:
    """Tell whether a reading carries one of the flags; a flag may go on after a colon."""
    return bool(value.flags) and any(flag.split(":")[0] in words for flag in value.flags)


def _compare_dates(target: Value, actual: Value) -> Comparison:
    """Compare deadlines by their last day; a month counts to its end."""
    if target.comparator in (">=", ">"):
        return Comparison(reason="date_not_deadline")
    due, done = target.end or target.start, actual.end or actual.start
    if actual.kind != "date":
        return Comparison(reason="unit_mismatch")
    if due is None or done is None:
        return Comparison(reason="date_incomplete")
    late = (done - due).days
    return Comparison(met=late <= 0, days_late=max(late, 0), reason="" if late <= 0 else "late_date")


def _part_direction(part: Value, direction: Direction | None) -> Direction | None:
    """Return the direction of a part of a compound: that of its own sign, of what it is called, else of the whole."""
    if part.comparator:
        return tell_direction(part, is_cost=False, name="")
    named = name_direction(part.label or "")
    return direction if named is None else None if named == "open" else named


def _compare_parts(target: Value, actual: Value, direction: Direction | None) -> Comparison:
    """Compare a compound target part by part: met when all are, and never a ratio."""
    given = actual.parts or (actual,)
    if len(given) != len(target.parts) or not all(map(same_measure, target.parts, given)):
        return Comparison(reason="compound")
    results = [
        _compare_numbers(wanted, done, _part_direction(wanted, direction))
        for wanted, done in zip(target.parts, given, strict=True)
    ]
    if any(result.met is None for result in results):
        return Comparison(reason="compound")
    met = all(result.met for result in results)
    return Comparison(met=met, reason="" if met else "compound")


def _compare_numbers(target: Value, actual: Value, direction: Direction | None) -> Comparison:
    if target.base_value is None or actual.base_value is None:
        return Comparison(reason="no_number")
    if not same_measure(target, actual) and not _is_bare_yuan(target, actual):
        calendar = {target.dimension, actual.dimension} == {"duration", "calendar_duration"}
        return Comparison(reason="calendar_unit" if calendar else "unit_mismatch")
    wanted, done = _compared_ends(target, actual, direction)
    if direction is None:
        met = True if wanted == done and actual.comparator is None else None
        return Comparison(met, wanted, done, reason="" if met else "direction_unknown")
    if _is_apart(wanted, done, direction, target.dimension):
        return Comparison(None, wanted, done, reason="magnitude_doubted")
    if actual.comparator in (None, "="):
        return _judge_measurement(wanted, done, direction, strict=target.comparator in (">", "<"))
    return _judge_bound(wanted, done, direction, actual)


def _is_apart(wanted: Decimal, done: Decimal, direction: Direction, dimension: str | None) -> bool:
    """Tell whether two numbers are so far apart that one may be in another unit; little of what is bad is good."""
    if not wanted or not done or dimension == "ratio":
        return False
    ratio, most = abs(done / wanted), scoring_facts().magnitude
    return ratio >= most or (ratio * most <= 1 and (direction != "reverse" or dimension == "currency"))


def _compared_ends(target: Value, actual: Value, direction: Direction | None) -> tuple[Decimal, Decimal]:
    """Take the end of a range that decides: the lower one where more is better, else the upper one."""
    low_target, low_actual = target.base_value or Decimal(0), actual.base_value or Decimal(0)
    if direction != "reverse":
        return low_target, low_actual
    return target.base_value_max or low_target, actual.base_value_max or low_actual


def _judge_measurement(wanted: Decimal, done: Decimal, direction: Direction, *, strict: bool) -> Comparison:
    if direction in ("equal", "exact") and (done > wanted or (direction == "exact" and done < wanted)):
        return Comparison(None, wanted, done, reason="equal_exceeded" if done > wanted else "equal_cost_below")
    if direction in ("equal", "exact"):
        return Comparison(done == wanted, wanted, done, reason="" if wanted else "zero_target")
    ahead = done > wanted if direction == "positive" else done < wanted
    met = ahead or (done == wanted and not strict)
    return Comparison(met, wanted, done, reason="" if met or wanted else "zero_target")


def _least_above(done: Decimal, actual: Value) -> Decimal:
    """Return the number that 余 cannot reach: 20余 is less than 30, 1200余 less than 1300; infinity without 余."""
    printed = actual.value
    if not has_flag(actual, scoring_facts().flags.approximate) or not printed or printed != printed.to_integral_value():
        return Decimal("Infinity")
    place = int(printed.normalize().as_tuple().exponent)
    return done / printed * (printed + Decimal(1).scaleb(place))


def _judge_bound(wanted: Decimal, done: Decimal, direction: Direction, actual: Value) -> Comparison:
    """A bound meets a target that it implies and misses one that it excludes; otherwise nothing is known."""
    upward = actual.comparator in (">=", ">")
    if direction == "positive" and wanted >= _least_above(done, actual):
        return Comparison(False, wanted, done, bounded=True)
    if direction == "positive":
        met = True if upward and done >= wanted else False if not upward and done < wanted else None
    elif direction == "reverse":
        met = True if not upward and done <= wanted else False if upward and done > wanted else None
    else:
        met = None
    reason = "" if met is not None else "actual_is_bound"
    return Comparison(met, wanted, done, bounded=True, reason=reason)
