"""Numerals: ASCII with thousands separators, Chinese, and the two mixed, as exact decimals.

`3,200` is 3200, `一点五万` 15000, `1亿2000万` 120000000. Colloquial shortenings whose value depends on the ear (一百五,
2万5) and anything malformed (1.2.3) are None: no numeral is guessed.
"""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
DIGITS |= {character: value for value, character in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
PLACES = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
MYRIADS = {"亿": 10**8, "万": 10**4}
CHINESE_NUMERAL = "[零〇一二两三四五六七八九十百千万亿点半壹贰叁肆伍陆柒捌玖拾佰仟]+"
ASCII_NUMERAL = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
ROUND_NUMBERS = {"百": Decimal(100), "千": Decimal(1000), "万": Decimal(10**4), "百万": Decimal(10**6)}
"""Words of number without a digit; they state a number only in 百余家 and 百分之百."""
MAX_DIGITS = 18
"""Longer numerals are no quantity of this field, and decimal arithmetic would round them in silence."""

_ASCII = re.compile(rf"(?:{ASCII_NUMERAL})\Z")
_SCALED_TERM = re.compile(rf"({ASCII_NUMERAL})([百千万亿]+)")
_SCALES = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


def parse_numeral(text: str) -> Decimal | None:
    """Return the number that a numeral states, None where it states none; signs and units are not part of it."""
    if _ASCII.match(text):
        return parse_ascii(text)
    if text[:1].isdigit():
        return _parse_scaled_terms(text)
    return _parse_chinese(text)


def parse_ascii(text: str) -> Decimal | None:
    """Return the number of well-formed ASCII digits, None where there are more than MAX_DIGITS of them."""
    return Decimal(text.replace(",", "")) if len(text) <= MAX_DIGITS else None


def _parse_scaled_terms(text: str) -> Decimal | None:
    """Read `1万2千`, `1亿2000万`, `1万2000` and `3万零500`: falling scales, each term below the scale before it."""
    total, limit, position, gap = Decimal(0), None, 0, False
    while match := _SCALED_TERM.match(text, position):
        number, scale = parse_ascii(match[1]), _scale_of(match[2])
        if number is None or scale is None or (limit is not None and number * scale >= limit):
            return None
        total, limit, position = total + number * scale, scale, match.end()
        gap = text[position : position + 1] == "零"
        position += gap
    rest = text[position:]
    if limit is None or (gap and not rest):
        return None
    whole = len(rest) < len(str(limit)) - 1 if gap else len(rest) == len(str(limit)) - 1
    if rest and not (rest.isascii() and rest.isdigit() and whole):
        return None
    return total + Decimal(rest or 0)


def _scale_of(text: str) -> int | None:
    """Return the product of scale words: 百万 is a million; 万百 is nothing."""
    scale = 1
    for character in text:
        if _SCALES[character] < scale:
            return None
        scale *= _SCALES[character]
    return scale


def _parse_chinese(text: str) -> Decimal | None:
    if text == "半":
        return Decimal("0.5")
    body, scale = split_myriad(text)
    whole, point, fraction = body.partition("点")
    number = _parse_digits(whole) or _parse_integer(whole)
    if number is None or (point and not (fraction and all(character in DIGITS for character in fraction))):
        return None
    decimals = "".join(str(DIGITS[character]) for character in fraction)
    if len(decimals) + len(str(number)) > MAX_DIGITS:
        return None
    return Decimal(f"{number}.{decimals}" if decimals else number) * MYRIADS.get(scale, 1)


def _parse_digits(text: str) -> int:
    """Read digits spoken one by one (二〇二四); 0 where the text is anything else."""
    spoken = len(text) > 1 and all(character in DIGITS for character in text)
    return int("".join(str(DIGITS[character]) for character in text)) if spoken else 0


def split_myriad(text: str) -> tuple[str, str]:
    """Split the last 万 or 亿 off where it scales the whole numeral: 一点五万 → 一点五, 万; not 一亿二千万."""
    body, scale = text[:-1], text[-1:]
    if scale in MYRIADS and body and not any(character in MYRIADS for character in body):
        return body, scale
    return text, ""


def _parse_integer(text: str) -> int | None:
    for myriad, scale in MYRIADS.items():
        if myriad in text:
            high, _, low = text.rpartition(myriad)
            return _join_myriads(_parse_integer(high), scale, low)
    return _parse_section(text)


def _join_myriads(high: int | None, scale: int, low: str) -> int | None:
    """Add what stands after 万 or 亿; a gap in the places must be spoken as 零."""
    if high is None or not low:
        return None if high is None else high * scale
    rest = _parse_integer(low[1:] if low[0] in "零〇" else low)
    if rest is None or rest >= scale or (low[0] not in "零〇") != (rest >= scale // 10):
        return None
    return high * scale + rest


def _parse_section(text: str) -> int | None:
    """Read a number below ten thousand. 十二 and 一百零五 are read, 一百五 is not: it may be 105 or 150."""
    if text == "零":
        return 0
    total, place, gap, position = 0, 10**4, False, 0
    while position < len(text):
        if text[position] in "零〇":
            if gap or not total:
                return None
            gap, position = True, position + 1
            continue
        digit, unit, position = _read_place(text, position, first=not total)
        if not digit or unit >= place or (total and (unit == place // 10) == gap):
            return None
        total, place, gap = total + digit * unit, unit, False
    return None if gap or not total else total


def _read_place(text: str, position: int, *, first: bool) -> tuple[int, int, int]:
    """Return digit, place and next position; the digit is 0 where the text is no numeral."""
    character = text[position]
    if character in "十拾" and first:
        return 1, 10, position + 1
    digit = DIGITS.get(character, 0)
    unit = PLACES.get(text[position + 1 : position + 2])
    return (digit, unit, position + 2) if unit else (digit, 1, position + 1)
