"""Lengths of time in several units, or with a half: `1年6个月`, `2小时30分钟`, `2年半`, `一个半月`."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from pipeline.units.measures import Measure, plain, read_measure
from pipeline.units.model import Value, ValueContext
from pipeline.units.numerals import ASCII_NUMERAL, parse_numeral
from pipeline.units.quantities import DURATIONS, quantity_value
from pipeline.units.tails import Tail, head_pattern, read_head, read_tail

_HALF = Decimal("0.5")
_FIRST_YEAR = 1900
_NUMBER = rf"(?:{ASCII_NUMERAL}|[一二两三四五六七八九十]+)"
_UNIT = r"(?:年|个月|月|周|天|日|个小时|小时|时|分钟|分|秒钟|秒)"
_YEAR_AND_MONTH = re.compile(r"(?<![0-9])2[0-9]年[0-9]{1,2}月")
_TERM = re.compile(rf"({_NUMBER})({_UNIT})")


@cache
def _span() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<head>{head_pattern()})(?:(?P<terms>(?:{_NUMBER}{_UNIT}[零又加]?){{2,4}})"
        rf"|(?P<whole>{_NUMBER})(?P<unit>年半|个半月|个半小时|天半))(?P<tail>[^0-9]{{0,8}})\Z"
    )


def read_span(text: str, context: ValueContext) -> Value | None:
    """Return a length of time that is the sum of several terms, in its base unit; None for any other text."""
    match = _span().match(text)
    if match is None or _YEAR_AND_MONTH.search(text):
        return None
    total = _sum_terms(match["terms"]) if match["terms"] else _with_half(match["whole"], match["unit"])
    head, tail = read_head(match["head"]), read_tail(match["tail"])
    if total is None or tail is None or head.conflict or (tail.measure is not None and not tail.noun):
        return None
    number, measure = total
    ending = Tail(measure, tail.comparator, tail.more, tail.about, flags=tail.flags)
    return quantity_value(number, head, ending, context)


def _with_half(whole: str, unit: str) -> tuple[Decimal, Measure] | None:
    number, measure = parse_numeral(whole), read_measure(unit.replace("半", ""))
    return (number + _HALF, measure) if number is not None and measure is not None else None


def _sum_terms(text: str) -> tuple[Decimal, Measure] | None:
    """Add terms of falling size and one dimension; a date (2024年6月) is none."""
    total, base, limit = Decimal(0), None, None
    for numeral, unit in _TERM.findall(text):
        number, measure = parse_numeral(numeral), read_measure({"分": "分钟"}.get(unit, unit))
        if number is None or number >= _FIRST_YEAR or measure is None or measure.dimension not in DURATIONS:
            return None
        step = measure.to_base(Decimal(1))
        if (base is not None and measure.base != base) or (limit is not None and number * step >= limit):
            return None
        total, base, limit = total + measure.to_base(number), measure.base, step
    measure = read_measure(base or "")
    return (plain(total), measure) if measure is not None else None
