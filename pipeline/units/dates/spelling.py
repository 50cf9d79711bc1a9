"""One spelling for the dates of a text: numerals in digits, years in full, both ends of a span with year and month.

`二〇二四年十二月` is 2024年12月, `2024.1-12` 2024年1月-2024年12月, `2024.3.1-6.30` 2024.3.1-2024.6.30, and
`2023-2024学年` the span from its first to its last day.
"""

from __future__ import annotations

import re
from calendar import monthrange

from pipeline.units.numerals import parse_numeral

_TO = r"(?:-+|~+|—+|至|到)"
_YEAR = r"(?<![0-9])((?:19|20)[0-9]{2})"
_SPELLED_YEAR = re.compile(r"[二][〇零○][〇零○一二三四五六七八九]{2}(?=年)")
_SPELLED_PLACE = re.compile(r"(?<![一二三四五六七八九十])[一二三四五六七八九十]{1,3}(?=月|[日号](?![历常]))")
_SHORT_YEAR = re.compile(r"(?<![0-9.])(2[0-9])年(?=[0-9]{1,2}月)")
_SHORT_RANGE = re.compile(r"([0-9]{1,2})(-+|~+|—+|至|到)(?=[0-9]{1,2}月)")
_MONTHS = re.compile(rf"{_YEAR}(?:\.|年)([0-9]{{1,2}}){_TO}([0-9]{{1,2}})(?![0-9.月日号年/-])")
_DAY_TO_DAY = re.compile(rf"{_YEAR}([./])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TO}([0-9]{{1,2}})\2([0-9]{{1,2}})(?![0-9./])")
_DOTTED_MONTH = re.compile(rf"{_YEAR}[./]([0-9]{{1,2}})月")
_CLOCK = re.compile(r"(?<=[日号])(?:[01]?[0-9]|2[0-4])(?:时|点)(?:整)?(?=前|之前|以前|止|\Z)")
_SCHOOL_YEAR = re.compile(rf"{_YEAR}(?:(?:{_TO}|/)((?:19|20)[0-9]{{2}}))?学年度?(?!第|[上下]|[春秋])")
MONTHS = range(1, 13)


def spell_dates(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text with its dates in one spelling, and flags of what was assumed."""
    text = _SPELLED_YEAR.sub(_in_digits, text)
    if "月" in text:
        text = _SPELLED_PLACE.sub(_in_digits, text)
    text = _CLOCK.sub("", _DOTTED_MONTH.sub(r"\1年\2月", text))
    text = _SHORT_YEAR.sub(r"20\1年", _SHORT_RANGE.sub(r"\1月\2", text))
    text = _DAY_TO_DAY.sub(r"\1\2\3\2\4-\1\2\5\2\6", _MONTHS.sub(_both_months, text))
    spelled = _SCHOOL_YEAR.sub(_school_year, text)
    return spelled, ("school_year",) if spelled != text else ()


def names_no_month(text: str) -> bool:
    """Tell whether a text writes a span of months whose second the calendar does not have (2024.10-15)."""
    match = _MONTHS.search(text)
    return match is not None and int(match[3]) not in MONTHS


def _in_digits(match: re.Match[str]) -> str:
    number = parse_numeral(match.group())
    return match.group() if number is None else str(number)


def _both_months(match: re.Match[str]) -> str:
    year, first, last = match[1], int(match[2]), int(match[3])
    if first not in MONTHS or last not in MONTHS:
        return match.group()
    return f"{year}年{first}月-{year}年{last}月"


def _school_year(match: re.Match[str]) -> str:
    """Write a school year as its days: from 1 September to 31 August, as schools here count."""
    first = int(match[1])
    if match[2] and int(match[2]) != first + 1:
        return match.group()
    return f"{first}年9月1日-{first + 1}年8月{monthrange(first + 1, 8)[1]}日"
