"""A number with what stands around it → a reading with unit and base value.

The unit is the text's own, else the unit column's, else the target's, else what the row implies; whichever it was is
in the flags.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from pipeline.records import Comparator
from pipeline.units.dates import means_calendar, month_value, year_value
from pipeline.units.measures import Measure, read_measure, read_unit_column
from pipeline.units.model import Value, ValueContext
from pipeline.units.rows import is_amount_row, is_money_row, is_per_unit, is_satisfaction_row, is_short_time
from pipeline.units.tails import Head, Tail
from pipeline.units.words import value_words

DURATIONS = frozenset({"duration", "calendar_duration", "working_duration"})
_INHERITED = frozenset({"quantitative", "duration", "date"})
_ONE, _HALF = Decimal(1), Decimal("0.5")
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
Resolved = tuple[Measure | None, tuple[str, ...]]
Ends = tuple[Decimal, Decimal | None]


def quantity_value(
    number: Decimal,
    head: Head,
    tail: Tail,
    context: ValueContext,
    *,
    flags: tuple[str, ...] = (),
    number_max: Decimal | None = None,
) -> Value:
    """Return the reading of a number (or of a range, with `number_max`) in its row."""
    measure, assumed = resolve_measure(number, tail.measure, context)
    if tail.measure is None and measure is not None and _is_out_of_scale(measure.to_base(number), measure, context):
        measure, assumed = None, ("unit_missing", "magnitude_doubted")
    ends = (number, number_max)
    flags = flags + head.flags + tail.flags + assumed
    comparator = head.comparator or tail.comparator
    if tail.more:
        comparator, flags = comparator or ">", (*flags, "approximate_余_lower_bound")
    if number < 0:
        flags = (*flags, "negative_number")
    if number_max is not None:
        flags = (*flags, "range")
    if measure is None:
        return Value("quantitative", comparator, *ends, None, "unspecified", *ends, None, flags)
    if measure.unit in {"月", "年", "年度"}:
        if dated := _calendar_value(ends, measure.unit, comparator, flags, context):
            return dated
        if measure.unit == "月" and _is_month(number) and tail.measure is not None:
            flags = (*flags, "month_or_duration_ambiguous")
    return _measured_value(ends, measure, comparator, flags + measure.flags)


OUT_OF_SCALE = Decimal(1000)
"""How many times its target, or what part of it, a bare number may be before its unit is doubted."""


def _is_out_of_scale(base: Decimal, measure: Measure, context: ValueContext) -> bool:
    """Tell whether a bare actual would be far from its target in the unit that it would have: 12000 for ≥1万份."""
    target = context.target
    if target is None or not base or not target.base_value or measure.base != target.base_unit:
        return False
    return measure.dimension != "ratio" and not 1 / OUT_OF_SCALE < abs(base / target.base_value) < OUT_OF_SCALE


def _measured_value(ends: Ends, measure: Measure, comparator: Comparator | None, flags: tuple[str, ...]) -> Value:
    dimension = measure.dimension or "unspecified"
    return Value(
        "duration" if dimension in DURATIONS else "quantitative",
        comparator,
        *ends,
        measure.unit,
        dimension,
        measure.to_base(ends[0]),
        None if ends[1] is None else measure.to_base(ends[1]),
        measure.base,
        flags,
    )


def _calendar_value(
    ends: Ends, unit: str, comparator: Comparator | None, flags: tuple[str, ...], context: ValueContext
) -> Value | None:
    """Return the date that 月 or 年 names, None where it is a length of time."""
    first, last = ends[0], ends[1] or ends[0]
    if unit != "月":
        years = _is_year(first) and _is_year(last)
        return year_value((int(first), int(last)), comparator, flags) if years else None
    if not (_is_month(first) and _is_month(last) and means_calendar(comparator, context)):
        return None
    return month_value(context.year, (int(first), int(last)), comparator, flags)


def _is_month(number: Decimal) -> bool:
    return 1 <= number <= 12 and number == number.to_integral_value()


def _is_year(number: Decimal) -> bool:
    return _FIRST_YEAR <= number <= _LAST_YEAR and number == number.to_integral_value()


def resolve_measure(number: Decimal, printed: Measure | None, context: ValueContext) -> Resolved:
    """Return the unit that a number has in its row, and the flag that says where it comes from."""
    column = read_unit_column(context.unit) if context.unit else None
    if printed is not None and printed.base is not None:
        return _printed_measure(printed, column, context)
    if column is not None:
        minutes = column.unit == "分" and is_short_time(context.indicator)
        return _scaled(printed, _minutes() if minutes else column), ("unit_from_column",)
    named = _named_measure(context.indicator)
    if named is not None and not (printed is None and _is_too_large(number, named)):
        return _scaled(printed, named), ("unit_from_name",)
    if printed is not None:
        return _multiplier_measure(printed, context)
    return _implied_measure(number, context)


_IN_BRACKETS = re.compile(r"[（(]([^（）()]{1,6})[）)]")


@lru_cache(maxsize=4_096)
def _named_measure(name: str) -> Measure | None:
    """Return the unit that stands in brackets in an indicator's name (（万元）, （%）); a place (（区）) is none."""
    for text in _IN_BRACKETS.findall(name):
        measure = read_measure(text) if text not in value_words().rows.not_name_units else None
        if measure is not None and measure.base is not None and measure.dimension != "unknown":
            return measure
    return None


def _is_too_large(number: Decimal, measure: Measure) -> bool:
    """Tell whether a bare amount is rather one of 元 than of the 万元 that is named."""
    return measure.base == "元" and measure.unit != "元" and number >= value_words().rows.largest_implied_wan


def _printed_measure(printed: Measure, column: Measure | None, context: ValueContext) -> Resolved:
    if printed.unit == "分" and _counts_minutes(column, context):
        return _minutes(), ()
    differs = column is not None and column.base != printed.base and "unit_unknown" not in column.flags
    return printed, ("unit_differs_from_column",) if differs else ()


@lru_cache(maxsize=1)
def _ratio() -> Measure:
    """A percentage that is printed as a ratio, as spreadsheets do."""
    return Measure("%", "ratio", "1")


@lru_cache(maxsize=1)
def _minutes() -> Measure:
    return Measure("分", "duration", "分钟")


def _counts_minutes(column: Measure | None, context: ValueContext) -> bool:
    if column is not None:
        return column.dimension == "duration"
    if context.target is not None and context.target.dimension == "duration":
        return True
    return is_short_time(context.indicator)


@lru_cache(maxsize=256)
def _scaled(multiplier: Measure | None, unit: Measure) -> Measure:
    """Return a unit with a multiplier from the text: 3万 under 册 is 3 万册, 288万 under 万元 is 288 万元."""
    if multiplier is None or unit.unit.startswith(multiplier.unit):
        return unit
    numerator = unit.numerator * multiplier.numerator
    return Measure(multiplier.unit + unit.unit, unit.dimension, unit.base, numerator, unit.denominator, unit.flags)


def _multiplier_measure(printed: Measure, context: ValueContext) -> Resolved:
    """Read 万 without a counter: money in a row of money or beside a target in money, else only a number."""
    answers_money = context.target is not None and context.target.base_unit == "元"
    if answers_money or is_money_row(context):
        return _yuan(printed), ("unit_implied_yuan",)
    return printed, ("multiplier_without_counter",)


@lru_cache(maxsize=32)
def _yuan(multiplier: Measure) -> Measure:
    return Measure(multiplier.unit, "currency", "元", multiplier.numerator)


def _implied_measure(number: Decimal, context: ValueContext) -> Resolved:
    target = context.target
    if target is not None and target.kind == "qualitative":
        return None, ("unit_missing",)
    if target is not None and target.kind in _INHERITED and target.unit:
        return _inherited_measure(number, target)
    if is_satisfaction_row(context):
        return read_measure("%"), ("percent_implied_by_satisfaction", *_suspect_ratio(number))
    if is_amount_row(context) and not is_per_unit(context) and 0 <= number < value_words().rows.largest_implied_wan:
        return read_measure(context.money_unit), ("unit_implied_by_fund_table",)
    return None, ("unit_missing",)


def _suspect_ratio(number: Decimal) -> tuple[str, ...]:
    """Flag a number that reads as a ratio, such as 0.95, where a percentage is implied."""
    return ("percent_missing_suspected",) if 0 < number <= 1 else ()


def _suspect_missing_percent(number: Decimal, target: Value) -> tuple[str, ...]:
    """Flag an actual such as 0.95 beside a target of more than 1 %."""
    return _suspect_ratio(number) if target.unit == "%" and (target.value or _ONE) > 1 else ()


def _is_rather_ratio(number: Decimal, target: Value) -> bool:
    """Tell whether a bare number beside a percentage is the ratio itself: 0.97 for ≥95 % is 97 %, not 0.97 %."""
    wanted = target.base_value or Decimal(0)
    return bool(_suspect_missing_percent(number, target)) and wanted >= _HALF and number >= wanted * _HALF


def _is_rather_yuan(number: Decimal, target: Value) -> bool:
    """Tell whether a bare amount is too large for the target's 万元: 498000 beside ≤50万元 is rather one of 元."""
    in_wan = target.base_unit == "元" and target.unit not in {"元", None}
    return in_wan and number >= value_words().rows.largest_implied_wan and number > 100 * (target.value or _ONE)


def _inherited_measure(number: Decimal, target: Value) -> Resolved:
    """Return the target's unit for a bare actual, by the same assumption where the target's was assumed."""
    for flag in ("percent_implied_by_satisfaction", "unit_implied_by_fund_table"):
        if flag in target.flags and not _is_rather_yuan(number, target):
            return read_measure(target.unit or ""), (flag, *_suspect_missing_percent(number, target))
    flags: tuple[str, ...] = ("unit_inherited_from_target", *_suspect_missing_percent(number, target))
    if _is_rather_ratio(number, target):
        return _ratio(), flags
    if _is_rather_yuan(number, target):
        return None, ("unit_missing",)
    if target.base_unit == "元":
        measure = read_measure(target.unit or "")
        return (_yuan(measure) if measure and measure.is_multiplier else measure), flags
    return read_measure(target.unit or "") or read_unit_column(target.unit), flags
