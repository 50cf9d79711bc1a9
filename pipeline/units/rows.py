"""What an indicator's name and class tell about the numbers of its row, where the numbers themselves do not say."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Literal

from pipeline.units.model import ValueContext
from pipeline.units.words import contains_any, value_words

MonthSense = Literal["duration", "deadline", "open"]


@cache
def _names(kind: str) -> re.Pattern[str]:
    """Return the pattern for one list of names under `rows` in values.yml."""
    return contains_any(getattr(value_words().rows, kind))


def is_money_row(context: ValueContext) -> bool:
    """Tell whether 万 without a counter is money in this row: a cost row, or a name that speaks of money."""
    return _is_money(context.indicator, context.level2_code, context.labels)


@lru_cache(maxsize=2048)
def _is_money(indicator: str, level2_code: str | None, labels: str) -> bool:
    rows = value_words().rows
    if level2_code in rows.cost_classes or any(word in labels for word in rows.cost_words):
        return True
    return bool(_names("money").search(indicator) and not _names("not_money").search(indicator))


def is_amount_row(context: ValueContext) -> bool:
    """Tell whether a bare number in this row is an amount of money: a cost row whose name is no ratio or time."""
    return _is_amount(context.indicator, context.level2_code)


@lru_cache(maxsize=2048)
def _is_amount(indicator: str, level2_code: str | None) -> bool:
    known_class = level2_code is None or level2_code in value_words().rows.money_classes
    named = level2_code is not None or _names("money").search(indicator)
    return bool(known_class and named and not _names("not_money").search(indicator))


def is_per_unit(context: ValueContext) -> bool:
    """Tell whether the row's amounts are for one person or thing, so that the fund table's unit is not theirs."""
    return bool(_names("per_unit").search(context.indicator))


def is_satisfaction_row(context: ValueContext) -> bool:
    """Tell whether a bare number in this row is a percentage of satisfaction."""
    return _is_satisfaction(context.indicator, context.level2_code)


@lru_cache(maxsize=2048)
def _is_satisfaction(indicator: str, level2_code: str | None) -> bool:
    if _names("not_satisfaction").search(indicator):
        return False
    named = _names("satisfaction").search(indicator)
    return bool(named) or level2_code in value_words().rows.satisfaction_classes


@lru_cache(maxsize=2048)
def month_sense(indicator: str) -> MonthSense:
    """Tell what 月 means under this name: a length of time (服务期限), a deadline (支出进度), or either."""
    if _names("duration").search(indicator):
        return "duration"
    return "deadline" if _names("deadline").search(indicator) else "open"


@lru_cache(maxsize=2048)
def is_short_time(indicator: str) -> bool:
    """Tell whether 分 means minutes under this name (响应时间) and not points."""
    return bool(_names("short_time").search(indicator))


def is_counting_row(context: ValueContext) -> bool:
    """Tell whether the row asks for a count, so that the one number of a short sentence is its value."""
    return context.level2_code in value_words().rows.counting_classes


def is_timely(context: ValueContext) -> bool:
    """Tell whether the row is about time, so that a date in its text is its value."""
    if context.level2_code in value_words().rows.timeliness_classes:
        return True
    return month_sense(context.indicator) != "open"
