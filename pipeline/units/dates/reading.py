"""Dates: `2024年6月前`, `2024.12.31`, `11月底`, `当年11月底完成`, `2023.08.17-2024.10.17`, `第三季度`, `年底前`.

A date is a span of days: its first (`start`) and its last (`end`), which is the day that counts against a deadline.
Dates without a year are of the form's year; without that they have no days and are flagged.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from pipeline.records import Comparator
from pipeline.units.dates.spelling import names_no_month, spell_dates
from pipeline.units.model import Value, ValueContext
from pipeline.units.roles import read_sign
from pipeline.units.rows import is_timely, month_sense
from pipeline.units.tails import head_pattern, read_head
from pipeline.units.words import alternatives, value_words

_HINT = re.compile(r"[年月日季]|[0-9][./-][0-9]|[0-9]{8}")
_QUARTERS = {character: number for number, character in enumerate("一二三四", 1)} | {str(n): n for n in range(1, 5)}
_MONTH = ("月", "calendar_month")
_DAY = ("date", "date")
_INCLUSIVE = "前_inclusive_or_exclusive_ambiguous"


@dataclass(frozen=True, slots=True)
class Day:
    """A date in a text: the days it spans (None where the year is not known), how exact it is, its month."""

    start: date | None
    end: date | None
    flags: tuple[str, ...]
    month: int | None
    at: tuple[int, int]


def year_value(years: tuple[int, int], comparator: Comparator | None, flags: tuple[str, ...]) -> Value:
    """Return the reading of a calendar year, or of the first and last of several."""
    days = (date(years[0], 1, 1), date(years[1], 12, 31))
    return _date_value(comparator, days, ("年", "calendar_year"), (*flags, "year_precision"))


def month_value(
    year: int | None, months: tuple[int, int], comparator: Comparator | None, flags: tuple[str, ...]
) -> Value:
    """Return the reading of a calendar month, or of the first and last of several; the last day counts."""
    days = _month_days(year, *months) if year else None
    flags = (*flags, "month_precision") if year else (*flags, "month_precision", "year_missing")
    return _date_value(comparator, days, _MONTH, flags, Decimal(months[0]))


def _date_value(
    comparator: Comparator | None,
    days: tuple[date | None, date | None] | None,
    unit: tuple[str, str],
    flags: tuple[str, ...],
    month: Decimal | None = None,
) -> Value:
    """Return a date of first and last day, with unit and dimension; `month` is its number where it is a month."""
    start, end = days or (None, None)
    return Value("date", comparator, month, None, *unit, base_unit="date", flags=flags, start=start, end=end)


def _month_days(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def means_calendar(comparator: Comparator | None, context: ValueContext) -> bool:
    """Tell whether 月 is a month of the calendar: as the target was read, else by the indicator's name."""
    if context.target is not None and context.target.kind in {"duration", "date"}:
        return context.target.kind == "date"
    sense = month_sense(context.indicator)
    if sense != "open":
        return sense == "deadline"
    stated = comparator or (read_sign(context.sign).comparator if context.sign else None)
    return stated not in {">=", ">"}


@cache
def _date() -> re.Pattern[str]:
    words = value_words().dates
    this_year = rf"(?<![0-9一二两三四五六七八九十半近几])(?:{alternatives((*words.this_year, *words.other_years))})"
    year, parts = r"(?<![0-9])(?P<{0}>(?:19|20)[0-9]{{2}})", alternatives((*words.parts, "底", "末", "份"))
    return re.compile(
        rf"{year.format('y1')}年?(?P<q1>第?[一二三四1-4]季度|[上下]半年)"
        rf"|(?:{year.format('y2')}年|(?P<of>{this_year}))?(?<![0-9.])(?P<m2>[0-9]{{1,2}})月"
        rf"(?:(?P<d2>[0-9]{{1,2}})[日号]|份?(?P<part>{parts})?)"
        rf"|{year.format('y3')}(?P<sep>[-./])(?P<m3>[0-9]{{1,2}})(?:(?P=sep)(?P<d3>[0-9]{{1,2}}))?(?![0-9.])"
        rf"|{year.format('y4')}(?P<m4>0[1-9]|1[0-2])(?P<d4>[0-3][0-9])(?![0-9.])"
        rf"|(?:{year.format('y5')}年?|(?P<of5>{this_year}))(?P<end>年?(?:底|末|终|度?内))"
        r"|(?P<q6>第?[一二三四1-4]季度|[上下]半年)"
    )


@cache
def _after() -> re.Pattern[str]:
    words = value_words().dates
    return re.compile(
        rf"(?:底|末)?(?:(?P<before>{alternatives(words.before)})|(?P<since>{alternatives(words.since)})"
        rf"|(?:{alternatives(words.within)}))?"
    )


@cache
def _before() -> re.Pattern[str]:
    return re.compile(rf"(?P<head>{head_pattern()})\Z")


@cache
def _lead() -> re.Pattern[str]:
    return re.compile(rf"[（(]?(?:{alternatives(value_words().dates.lead)}|[:：,，])*\Z")


_TAIL = re.compile(r"[^0-9，,；;]{0,14}[。；;.)）]?\Z")
_RANGE = re.compile(r"(?:日|号)?起?(?:-+|~+|—+|至|到)\Z")


def read_date(text: str, context: ValueContext) -> Value | None:
    """Return the date that a text states; None where it states none, or mentions one in passing.

    A date is the value where it stands alone but for a comparator, a lead word and a short verb, where a comparator or
    前 makes it a deadline, and anywhere in a row about time.
    """
    if not _HINT.search(text):
        return None
    if names_no_month(text):
        return Value("qualitative", dimension="text", flags=("number_malformed",))
    text, flags = spell_dates(text)
    days = _find_days(text, context)
    if not days:
        return None
    if len(days) == 2 and _RANGE.match(text[days[0].at[1] : days[1].at[0]]):
        value = _range_value(days[0], days[1], text, context)
        return value and value._replace(flags=(*value.flags, *flags))
    return _stated_value(days, text, context)


def _find_days(text: str, context: ValueContext) -> list[Day]:
    """Return the dates of a text; one without a year is of the year named before it, else of the form's."""
    days: list[Day] = []
    year = context.year
    for match in _date().finditer(text):
        day = _read_day(match, year)
        ends_range = bool(days) and bool(_RANGE.match(text[days[-1].at[1] : match.start()]))
        if day is None or (_is_bare_month(match) and not ends_range and not means_calendar(None, context)):
            continue
        days.append(day)
        year = day.end.year if day.end else year
    return days


def _is_bare_month(match: re.Match[str]) -> bool:
    return bool(match["m2"]) and not (match["y2"] or match["d2"] or match["part"]) and match.group()[0].isdigit()


def _read_day(match: re.Match[str], form_year: int | None) -> Day | None:
    """Return what one match means; None where the calendar has no such month."""
    printed = match["y1"] or match["y2"] or match["y3"] or match["y4"] or match["y5"]
    year = int(printed) if printed else form_year
    if year and not printed:
        year += value_words().dates.other_years.get(match["of"] or match["of5"] or "", 0)
    flags = () if printed else (("year_from_form",) if year else ("year_missing",))
    quarter, at = match["q1"] or match["q6"], match.span()
    if quarter:
        return _span(year, *_quarter_months(quarter), ("quarter_precision", *flags), at)
    if match["end"]:
        return _span(year, 1, 12, ("year_precision", *flags), at)
    month = int(match["m2"] or match["m3"] or match["m4"])
    day = match["d2"] or match["d3"] or match["d4"]
    if not 1 <= month <= 12:
        return None
    if day:
        return _exact_day(year, month, int(day), flags, at)
    third = value_words().dates.parts.get(match["part"] or "")
    if third and year:
        last = min(third[1], monthrange(year, month)[1])
        exact = (date(year, month, third[0]), date(year, month, last))
        return Day(*exact, ("part_of_month_precision", *flags), month, at)
    found = _span(year, month, month, ("month_precision", *(flag for flag in flags if flag == "year_missing")), at)
    return Day(found.start, found.end, found.flags, month, at)


def _span(year: int | None, first: int, last: int, flags: tuple[str, ...], at: tuple[int, int]) -> Day:
    if year is None:
        return Day(None, None, flags, None, at)
    return Day(*_month_days(year, first, last), flags, None, at)


def _exact_day(year: int | None, month: int, day: int, flags: tuple[str, ...], at: tuple[int, int]) -> Day | None:
    """Return one day; the month's last where the calendar has no such day (2月30日), flagged."""
    if year is None:
        return Day(None, None, flags, None, at)
    last = monthrange(year, month)[1]
    if not 1 <= day <= 31:
        return None
    if day > last:
        return Day(date(year, month, last), date(year, month, last), ("date_not_in_calendar", *flags), None, at)
    return Day(date(year, month, day), date(year, month, day), flags, None, at)


def _quarter_months(text: str) -> tuple[int, int]:
    if text.endswith("半年"):
        return (1, 6) if text.startswith("上") else (7, 12)
    quarter = _QUARTERS[text.removeprefix("第")[0]]
    return 3 * quarter - 2, 3 * quarter


def _range_value(first: Day, last: Day, text: str, context: ValueContext) -> Value | None:
    alone = _lead().match(text[: first.at[0]]) and _TAIL.match(text[last.at[1] :])
    if not (alone or is_timely(context)) or (first.start and last.end and first.start > last.end):
        return None
    flags = tuple(dict.fromkeys(first.flags + last.flags))
    return _date_value(None, (first.start, last.end), ("date", "date_range"), ("range", *flags))


def _stated_value(days: list[Day], text: str, context: ValueContext) -> Value | None:
    day = days[-1]
    head_match = _before().search(text[: day.at[0]])
    head = read_head(head_match["head"] if head_match else "")
    after = _after().match(text, day.at[1])
    before_it, since = bool(after and after["before"]), bool(after and after["since"])
    rest = text[after.end() if after else day.at[1] :]
    lead = text[: head_match.start() if head_match else day.at[0]]
    alone = len(days) == 1 and _lead().match(lead) and _TAIL.match(rest)
    answers = context.target is not None and context.target.kind == "date"
    bound = (head.comparator is not None or before_it) and _TAIL.match(rest)
    if head.conflict or not (alone or answers or bound or is_timely(context)):
        return None
    comparator = head.comparator or ("<=" if before_it else ">=" if since else None)
    flags = (_INCLUSIVE,) * before_it + day.flags + ("several_dates_last_taken",) * (len(days) > 1)
    if day.month is not None:
        return _date_value(comparator, (day.start, day.end), _MONTH, flags, Decimal(day.month))
    return _date_value(comparator, (day.start, day.end), _DAY, flags)
