"""Products that a cell prints instead of a number: `50人×2期` is 100 人, `12个月×3000元` 36000 元.

One factor counts how often (期, 场, 次, 月), the other what. Anything else that is multiplied (60cm×80cm, 7×24小时) is
no number of the row, and flagged.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.units.measures import Measure, read_measure, unit_pattern
from pipeline.units.model import Value, ValueContext
from pipeline.units.numerals import ASCII_NUMERAL, parse_ascii
from pipeline.units.quantities import DURATIONS, quantity_value
from pipeline.units.tails import Tail, head_pattern, read_head, read_tail

_OFTEN = frozenset({"期", "场", "次", "批", "轮", "场次", "届", "班", "回", "季", "期次", "批次"})


@cache
def _product() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<head>{head_pattern()})(?P<first>{ASCII_NUMERAL})(?P<unit>{unit_pattern()})?[×*xX]"
        rf"(?P<second>{ASCII_NUMERAL})(?P<tail>[^0-9×*=]{{0,8}})\Z"
    )


def read_product(text: str, context: ValueContext) -> Value | None:
    """Return the product of two factors; a text without number where they do not make one; None for other texts."""
    match = _product().match(text)
    if match is None:
        return None
    first, second = parse_ascii(match["first"]), parse_ascii(match["second"])
    head, tail = read_head(match["head"]), read_tail(match["tail"])
    before = read_measure(match["unit"]) if match["unit"] else None
    if first is None or second is None or tail is None or tail.noun or head.conflict:
        return _UNREAD
    measure = _counted(before, tail.measure)
    if measure is None:
        return _UNREAD
    ending = Tail(measure, tail.comparator, tail.more, tail.about, flags=tail.flags)
    return quantity_value(first * second, head, ending, context, flags=("product_of_factors",))


_UNREAD = Value("qualitative", dimension="text", flags=("number_malformed",))


def _counted(one: Measure | None, other: Measure | None) -> Measure | None:
    """Return the unit of what is counted; None unless exactly one of the two says how often."""
    if one is None or other is None or _says_how_often(one) == _says_how_often(other):
        return None
    return other if _says_how_often(one) else one


def _says_how_often(measure: Measure) -> bool:
    return measure.unit in _OFTEN or measure.dimension in DURATIONS
