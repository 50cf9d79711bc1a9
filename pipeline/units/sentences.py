"""Numbers inside sentences: where they stand, what they are called, and what is compared with them.

A number counts where it carries a unit or a comparator. Years, dates, ordinals (第3), numbers of lists (1、)
and numbers inside words (5G专网, 7×24小时) are none.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache
from typing import NamedTuple

from pipeline.units.measures import read_measure, unit_pattern
from pipeline.units.model import Value, ValueContext
from pipeline.units.numerals import ASCII_NUMERAL, CHINESE_NUMERAL, parse_numeral
from pipeline.units.quantities import quantity_value
from pipeline.units.tails import Head, Tail, read_head_before, tail_of, tail_pattern
from pipeline.units.words import alternatives, comparators_before

_CLAUSE_ENDS = "，,。；;！!"
_LIST_ENDS = _CLAUSE_ENDS + "、"
_LABEL_END = re.compile(r"(?:共计|合计|共|计|达到|达|约|为|是|有|[:：（(])+\Z")
_LIST_NUMBER = re.compile(r"^[（(]?[0-9]{1,2}[、.)）]")
_PERIOD_BEFORE = re.compile(r"每(?:个?月|季度?|周|天|日|半年)度?\Z")
_THOUSANDS = re.compile(r"[0-9]{3}(?![0-9])")
_SKIPPED = (
    # Years and dates, a year in two digits before a word (24年支付), ordinals, numbers of lists.
    r"(?<![0-9])(?:19|20)[0-9]{2}(?:年度?(?:[0-9]{1,2}月(?:[0-9]{1,2}[日号])?)?"
    r"|[-./][0-9]{1,2}(?:[-./][0-9]{1,2})?(?![0-9]))"
    r"|(?<![0-9])2[0-9]年(?=[一-鿿]{2})(?!以|之|内)"
    r"|[0-9]{1,2}月[0-9]{1,2}[日号]"
    r"|第[0-9]+"
    r"|(?:^|(?<=[，,。；;：:]))[（(]?[0-9]{1,2}(?:[、)）]|\.(?![0-9]))"
)
_NOT_BEFORE = "0-9A-Za-z.第×*/±~零一二两三四五六七八九十百千万亿-"
_MIXED = rf"{ASCII_NUMERAL}[万亿][0-9]{{1,4}}[百千万]"
_NOT_AFTER = r"(?![0-9]|\.[0-9]|[×*/:：~-][0-9])"


_GOES_ON = frozenset("0123456789百千万亿半%")
"""What follows no complete number: 5万3, 100%%, 2年半."""


class _Numeral(NamedTuple):
    """Where a numeral stands; `percent` is set for 百分之…."""

    text: str
    start: int
    end: int
    percent: bool = False


class Found(NamedTuple):
    """One number of a sentence: its reading, its clause of how many, the words before and after it there."""

    value: Value
    clause: int
    clauses: int
    label: str
    tail: str

    @property
    def compared(self) -> bool:
        """Tell whether the number is a bound."""
        return self.value.comparator is not None


@cache
def _number() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<skip>{_SKIPPED})|(?P<hundredths>百分之)?(?<![{_NOT_BEFORE}])(?P<number>{_MIXED}|{ASCII_NUMERAL}){_NOT_AFTER}"
        rf"|百分之(?P<spelled>{CHINESE_NUMERAL})"
    )


@cache
def _compared_in_words() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives(comparators_before())})(?P<number>{CHINESE_NUMERAL}?)(?={unit_pattern()})")


@cache
def _ending() -> re.Pattern[str]:
    return re.compile(tail_pattern())


@lru_cache(maxsize=256)
def _spelled_with(unit: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!第)(?<!{CHINESE_NUMERAL[:-1]})(?P<number>{CHINESE_NUMERAL}){re.escape(unit)}[。;；]?\Z")


def find_quantities(text: str, context: ValueContext) -> list[Found]:
    """Return the numbers of a sentence in print order; 、 parts them only where clauses alone do not."""
    found = _find_in_clauses(text, context, _CLAUSE_ENDS)
    if "、" in text and len({one.clause for one in found}) < len(found):
        return _find_in_clauses(text, context, _LIST_ENDS)
    return found


def _find_in_clauses(text: str, context: ValueContext, ends: str) -> list[Found]:
    """Return the numbers; none at all where one of them is torn (5万3), for the others cannot be trusted then."""
    bounds = clause_bounds(text, ends)
    found = []
    for numeral in _numerals(text):
        ending = _ending().match(text, numeral.end)
        if ending is None or (not ending["after"] and text[ending.end() : ending.end() + 1] in _GOES_ON):
            return []
        start, head = read_head_before(text, numeral.start)
        value = _value_of(numeral, head, tail_of(ending), context)
        if value is not None:
            found.append(_place(value, start, ending.end(), text, bounds))
    return found


def _numerals(text: str) -> list[_Numeral]:
    """Return the ASCII numerals and 百分之…; where there are none, Chinese numerals after a comparator."""
    found = [_numeral(match) for match in _number().finditer(text) if not match["skip"]]
    if found:
        return found
    return [_Numeral(match["number"], *match.span("number")) for match in _compared_in_words().finditer(text)]


def _numeral(match: re.Match[str]) -> _Numeral:
    spelled = match["spelled"]
    return _Numeral(match["number"] or spelled, *match.span(), bool(spelled or match["hundredths"]))


def _place(value: Value, start: int, end: int, text: str, bounds: list[tuple[int, int]]) -> Found:
    """Return a number with the words of its clause around it."""
    clause = next(index for index, (_, stop) in enumerate(bounds) if start < stop)
    first, stop = bounds[clause]
    label = _LABEL_END.sub("", _LIST_NUMBER.sub("", text[first:start])) if first < start else ""
    tail = text[end:stop].strip("）)")
    if _PERIOD_BEFORE.search(label):
        value = value._replace(flags=(*value.flags, "rate_unit_not_converted"))
    return Found(value._replace(label=label) if label else value, clause, len(bounds), label, tail)


def clause_bounds(text: str, ends: str = _CLAUSE_ENDS) -> list[tuple[int, int]]:
    """Return start and end of every clause that is not empty; a comma inside a number does not end one."""
    stops = [match.start() for match in _stop(ends).finditer(text) if not _inside_number(text, match.start())]
    if not stops:
        return [(0, len(text))]
    starts = [0, *(stop + 1 for stop in stops)]
    return [(start, end) for start, end in zip(starts, [*stops, len(text)], strict=True) if start < end]


@cache
def _stop(ends: str) -> re.Pattern[str]:
    return re.compile(f"[{ends}]")


def _inside_number(text: str, at: int) -> bool:
    digit_before = text[at - 1 : at].isdigit()
    return text[at] == "," and digit_before and bool(_THOUSANDS.match(text, at + 1))


def _value_of(numeral: _Numeral, head: Head, tail: Tail, context: ValueContext) -> Value | None:
    number = parse_numeral(numeral.text)
    if numeral.percent:
        tail = replace(tail, measure=read_measure("%"))
    unclear = tail.measure is None and head.comparator is None
    if number is None or head.conflict or unclear:
        return None
    return quantity_value(number, head, tail, _without_column(tail, context))


def _without_column(tail: Tail, context: ValueContext) -> ValueContext:
    """The unit column completes a number without a unit; it does not judge the other numbers of a sentence."""
    needs_column = tail.measure is None or tail.measure.is_multiplier
    return context if needs_column or context.unit is None else replace(context, unit=None)


def find_spelled_answer(text: str, context: ValueContext) -> Found | None:
    """Return a number in Chinese numerals before the target's own unit at the end (召开会议三次 for ≥3次)."""
    unit = context.target.unit if context.target is not None else None
    match = _spelled_with(unit).search(text) if unit else None
    number = parse_numeral(match["number"]) if match else None
    if match is None or number is None or unit is None:
        return None
    value = quantity_value(number, Head(), Tail(read_measure(unit)), context, flags=("number_in_words",))
    return Found(value, 0, len(clause_bounds(text)), text[: match.start()], "")
