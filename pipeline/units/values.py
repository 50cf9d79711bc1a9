"""Text of a target or an actual → its value, in the light of its row.

The order: nothing (placeholder), a number with its surroundings, a date, a number in words or a range, numbers inside
a sentence, and last words. The first that reads the text wins; what remains unread is a qualitative value.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache, lru_cache

from pipeline.records import IndicatorRow
from pipeline.units.compounds import read_sentence
from pipeline.units.dates import read_date, year_value
from pipeline.units.fold import MAX_LENGTH, Folded, fold_value
from pipeline.units.grades import quality_value
from pipeline.units.measures import read_measure
from pipeline.units.model import RowValues, Value, ValueContext
from pipeline.units.numerals import (
    ASCII_NUMERAL,
    CHINESE_NUMERAL,
    ROUND_NUMBERS,
    parse_ascii,
    parse_numeral,
    split_myriad,
)
from pipeline.units.products import read_product
from pipeline.units.quantities import quantity_value
from pipeline.units.roles import answers_words, note_role, read_sign
from pipeline.units.rows import is_timely
from pipeline.units.spans import read_span
from pipeline.units.tails import Tail, contradict, head_pattern, read_head, read_tail
from pipeline.units.words import alternatives, comparators_before, value_words

_DATE_AS_NUMBER = re.compile(r"(?:19|20)[0-9]{2}(?:\.(?:0?[1-9]|1[0-2])|(?:0[1-9]|1[0-2])[0-3][0-9])\Z")
_ANY_NUMERAL = re.compile(
    r"[0-9二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟]|一[个年次份家月场套项天点周人小台座条户名所处辆门]"
    r"|半[年个天小月]|季度|年[底末终内]|年度内"
)
_YEAR_AS_NUMBER = re.compile(r"20[0-9]{2}\Z")
_NUMBER_LIKE = re.compile(r"[^0-9]{0,6}[0-9.]+[.,%:/×*+±≥≤<>=-][0-9.,%:/×*+±≥≤<>=-]*[^0-9]{0,6}\Z")
_DAY_AS_NUMBER = re.compile(r"(1[0-2]|0?[1-9])\.(3[01]|[12][0-9]|0?[1-9])\Z")
_DAY_BEFORE = re.compile(
    r"(?<![0-9.])(1[0-2]|0?[1-9])\.(3[01]|[12][0-9]|0?[1-9])(?=(?:之前|以前|前|起|止)(?:完成|完工|竣工|支付)?\Z)"
)
_YEARS = range(1990, 2101)
_RANGE_YEARS = frozenset(map(Decimal, _YEARS))
_NO_UNIT = Tail()


@cache
def _plain() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<head>{head_pattern()})(?P<number>-?{ASCII_NUMERAL})(?![0-9]|[.,][0-9])(?P<tail>.*)\Z", re.DOTALL
    )


@cache
def _range() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<head>{head_pattern()})(?P<low>{ASCII_NUMERAL})(?P<unit>[^0-9,，;；。]{{0,4}}?)(?:-+|~+|—+|至|到)"
        rf"(?P<high>{ASCII_NUMERAL})(?![0-9.,-])(?P<tail>.*)\Z",
        re.DOTALL,
    )


@cache
def _between() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<head>)(?P<low>{ASCII_NUMERAL})(?P<unit>[^0-9,，;；。]{{0,4}}?)[≤<]=?[A-Za-z一-鿿]{{1,8}}[≤<]=?"
        rf"(?P<high>{ASCII_NUMERAL})(?![0-9.,-])(?P<tail>.*)\Z",
        re.DOTALL,
    )


@cache
def _spelled() -> re.Pattern[str]:
    """Return the expression for a value in Chinese or mixed numerals (二十人, 1万2千人, 百分之五十)."""
    return re.compile(
        rf"(?P<head>{head_pattern()})(?:百分之(?P<percent>{ASCII_NUMERAL}|{CHINESE_NUMERAL})"
        rf"|(?P<number>{CHINESE_NUMERAL}|(?:{ASCII_NUMERAL}[百千万亿]+零?)+{ASCII_NUMERAL}[百千万亿]*))(?P<tail>.*)\Z",
        re.DOTALL,
    )


@cache
def _vague() -> re.Pattern[str]:
    return re.compile(alternatives(value_words().chinese_numerals.vague))


@cache
def _skeleton() -> re.Pattern[str]:
    words = value_words().placeholders
    return re.compile(
        rf"(?P<skeleton>(?:{alternatives(words.skeletons)})[0-9一二三四五六七八九十]*[:：]?)\Z"
        rf"|[{re.escape(words.marks)}]*\Z|(?P<word>{alternatives(words.words)})\Z"
    )


def read_row(row: IndicatorRow, year: int | None, money_unit: str) -> RowValues:
    """Read a row's target, and its actual in the light of the target; the year and the unit of money are the form's."""
    context = ValueContext(
        role="target",
        sign=row.nature_raw,
        unit=row.unit_raw,
        indicator=row.level3 or "",
        level1_code=row.level1_code,
        level2_code=row.level2_code,
        year=year,
        money_unit=money_unit,
        labels=f"{row.level1 or ''}{row.level2 or ''}",
    )
    target = parse_value(row.target_raw, context)
    answering = replace(context, role="actual", target=target, target_raw=row.target_raw)
    return RowValues(target, parse_value(row.actual_raw, answering))


def parse_value(text: str | None, context: ValueContext) -> Value:
    """Return the reading of a cell; never raises, and never a number that the text does not state without a flag."""
    if not text:
        return _PLACEHOLDER
    folded = fold_value(text)
    value = _read_folded(folded, context)
    if folded.flags and value.kind != "placeholder":
        value = value._replace(flags=folded.flags + value.flags)
    return note_role(value, folded.text, context)


_PLACEHOLDER = Value("placeholder", flags=("missing",))


_TEMPLATE_NUMBER = re.compile(r"指标[0-9一二三四五六七八九十]*[:：、.]?")
_NAME_END = re.compile(r"(?:[:：,，]|达到|达|为|是|共计|共)*")


@lru_cache(maxsize=1024)
def _bare_name(indicator: str) -> str:
    """Return an indicator's name as a cell repeats it, without the number of the template (指标1：)."""
    name = fold_value(indicator).text
    match = _TEMPLATE_NUMBER.match(name)
    return name[match.end() :] if match else name


def _read_after_name(text: str, context: ValueContext) -> Value | None:
    """Read a number behind the indicator's own name (培训人数120); None where anything else follows it."""
    name = _bare_name(context.indicator)
    if not name or not text.startswith(name):
        return None
    rest = text[len(name) :]
    lead = _NAME_END.match(rest)
    match = _plain().match(rest[lead.end() if lead else 0 :])
    value = _read_plain(match, context) if match else None
    return value and value._replace(flags=(*value.flags, "number_inside_sentence"))


def _read_folded(folded: Folded, context: ValueContext) -> Value:
    text = _DAY_BEFORE.sub(r"\1月\2日", folded.text)
    if folded.foreign:
        return _unread("digits_of_another_script")
    if len(text) > MAX_LENGTH:
        return _unread("long_text_not_read")
    match = _plain().match(text)
    if match and (value := _read_plain(match, context)):
        return value
    if empty := _skeleton().match(text):
        return _placeholder(empty)
    if not _ANY_NUMERAL.search(text):
        return _words_value(text, context)
    return _read_other_numbers(text, context) or _words_value(text, context)


def _unread(flag: str) -> Value:
    """Return a text whose number could not be read, with the reason."""
    return Value("qualitative", dimension="text", flags=(flag,))


def _placeholder(match: re.Match[str]) -> Value:
    if match["skeleton"]:
        return Value("placeholder", flags=("template_skeleton_row_ignore",))
    return Value("placeholder", flags=("not_applicable",)) if match["word"] else _PLACEHOLDER


def _read_plain(match: re.Match[str], context: ValueContext) -> Value | None:
    """Read a cell that is one number with what stands around it; None where it is more than that."""
    tail = read_tail(match["tail"]) if match["tail"] else _NO_UNIT
    if tail is None:
        return None
    head, printed = read_head(match["head"]), match["number"]
    if head.conflict or (head.comparator and tail.comparator and contradict(head.comparator, tail.comparator)):
        return _unread("comparator_conflict")
    number = parse_ascii(printed)
    if number is None:
        return _unread("number_too_long")
    if (tail.noun or tail.measure is not None) and _is_prose(number, tail, context):
        return None
    if dated := _date_as_number(printed, tail, context):
        return dated
    quality = context.role == "target" and context.sign is not None and read_sign(context.sign).quality
    flags = ("numeric_value_in_qualitative_row",) if quality else ()
    return quantity_value(number, head, tail, context, flags=flags)


def _date_as_number(printed: str, tail: Tail, context: ValueContext) -> Value | None:
    """Read 2024.12 and 20241231 as dates in rows about time, 12.20 where the target is a date, and 2024学年."""
    if tail.measure is not None:
        school = _YEAR_AS_NUMBER.match(printed) and tail.measure.unit.startswith("学年")
        return read_date(printed + tail.measure.unit, context) if school else None
    if _DATE_AS_NUMBER.match(printed) and is_timely(context):
        return read_date(printed, context)
    if _YEAR_AS_NUMBER.match(printed) and is_timely(context):
        return year_value((int(printed), int(printed)), None, ())
    day = _DAY_AS_NUMBER.match(printed)
    if day and context.target is not None and context.target.kind == "date":
        return read_date(f"{day[1]}月{day[2]}日", context)
    return None


def _is_prose(number: Decimal, tail: Tail, context: ValueContext) -> bool:
    """Tell whether the words after a number make it part of a sentence (83个项目立项 where words are asked for)."""
    if tail.measure is not None and tail.measure.unit == "年" and tail.noun and int(number) in _YEARS:
        return True
    unknown = tail.measure is not None and tail.measure.dimension == "unknown"
    return bool(tail.noun or unknown) and answers_words(context)


def _read_other_numbers(text: str, context: ValueContext) -> Value | None:
    """Read a range, a date, a number in words, numbers in a sentence; or say that something like a number is none."""
    for read in (_read_after_name, read_product, _read_range, read_span, read_date, _read_spelled, read_sentence):
        if value := read(text, context):
            return value
    return _unread("number_malformed") if _NUMBER_LIKE.match(text) else None


def _read_range(text: str, context: ValueContext) -> Value | None:
    match = _range().match(text) or _between().match(text)
    tail = read_tail(match["tail"]) if match else None
    if match is None or tail is None or tail.noun:
        return None
    low, high = parse_ascii(match["low"]), parse_ascii(match["high"])
    first = read_tail(match["unit"])
    same_unit = first is not None and (first.measure is None or first.measure == tail.measure)
    head = read_head(match["head"])
    if low is None or high is None or low >= high or not same_unit or head.conflict:
        return None
    if _are_dates(match["low"], match["high"], tail, context):
        return None
    if tail.measure is None and not context.unit and {low, high} <= _RANGE_YEARS:
        return year_value((int(low), int(high)), head.comparator, ())
    return quantity_value(low, head, tail, context, number_max=high)


def _are_dates(low: str, high: str, tail: Tail, context: ValueContext) -> bool:
    """Tell whether two ends are months of years (2023.07-2024.01), or the years of a school year."""
    unknown = tail.measure is not None and tail.measure.dimension == "unknown"
    if _YEAR_AS_NUMBER.match(low) and _YEAR_AS_NUMBER.match(high):
        return unknown
    dotted = bool(_DATE_AS_NUMBER.match(low) and _DATE_AS_NUMBER.match(high) and "." in low and "." in high)
    return dotted and tail.measure is None and not context.unit


def _read_spelled(text: str, context: ValueContext) -> Value | None:
    match = _spelled().match(text)
    if match is None or _vague().match(text, match.end("head")):
        return None
    numeral, scale = split_myriad(match["percent"] or match["number"])
    tail = read_tail(scale + match["tail"])
    number = parse_numeral(numeral)
    if number is None and (match["percent"] or (tail is not None and tail.more)):
        number = ROUND_NUMBERS.get(numeral)
    head = read_head(match["head"])
    if number is None or tail is None or head.conflict or (tail.noun and head.comparator is None):
        return None
    if match["percent"]:
        tail = replace(tail, measure=read_measure("%"))
    known = tail.measure is not None and tail.measure.dimension != "unknown"
    if not known and (match["tail"] or len(numeral) < 2):
        return None
    return quantity_value(number, head, tail, context, flags=("number_in_words",))


def _words_value(text: str, context: ValueContext) -> Value:
    words = value_words().comparators
    signs = (*words.signs_of_quality, *words.signs_without_direction)
    if text in signs or text in comparators_before():
        return Value("qualitative", dimension="ordinal", flags=("type_marker_only_no_statement",))
    return quality_value(text, context)
