"""Cells that hold one number: amounts of the fund table, rates, weights and scores.

A blank, a mark (—, -, /) and anything that is not one well-formed number are None: the raw text stands beside it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from pipeline.records import Reads
from pipeline.units.fold import fold_value
from pipeline.units.measures import read_measure
from pipeline.units.numerals import ASCII_NUMERAL, parse_numeral

_NUMBER = re.compile(rf"(?P<sign>-?)(?P<number>{ASCII_NUMERAL})(?P<unit>[^0-9.,]*)\Z")
_WORDS = re.compile(r"(?P<number>[零〇一二两三四五六七八九十百千万亿点]+?)(?P<unit>[万亿]?元)\Z")
_CONVERSION = re.compile(
    rf"(?P<points>{ASCII_NUMERAL})分?[×xX*](?P<share>{ASCII_NUMERAL})(?P<percent>%?)=(?P<result>{ASCII_NUMERAL})分?"
)
STORED = Decimal("0.0001")
"""元 are stored to four decimals, 万元 printed with up to eight; a form that prints more asks for review."""

_SCORE_UNITS = frozenset({"", "分"})
_MAX_YUAN = Decimal(10) ** 15
"""No single project's money reaches it; the column is decimal128(20, 4)."""


def parse_amount(text: str | None, unit: str) -> Decimal | None:
    """Return the exact amount in 元 of a cell of the fund table whose header names `unit` (万元, 元, 亿元).

    A unit printed in the cell itself goes before the header's. None for an unknown unit.
    """
    found = _split(text)
    if found is None:
        return None
    number, printed = found
    measure = read_measure(_yuan(printed) if printed else unit)
    if measure is None or measure.base != "元":
        return None
    amount = measure.to_base(number)
    return amount if abs(amount) < _MAX_YUAN else None


def read_number(reads: Reads, text: str | None, unit: str, *, rounded: bool = True) -> Decimal | None:
    """Return what a printed column's text says, by what is read from it; amounts as they are stored, in 元.

    Raises ValueError for a column from which no single number is read.
    """
    match reads:
        case "amount":
            amount = parse_amount(text, unit)
            return amount if amount is None or not rounded else amount.quantize(STORED)
        case "points":
            return parse_number(text)
        case "rate":
            return parse_rate(text)
    raise ValueError(f"no number is read as {reads}")


def _yuan(printed: str) -> str:
    """Complete a unit that leaves 元 out, as in 35万."""
    return printed if printed.endswith("元") else f"{printed}元"


def parse_number(text: str | None) -> Decimal | None:
    """Return the number of a 分值 or 得分 cell in points (分); of points converted by a share, what they come to."""
    found = _split(text)
    if found is None:
        converted = parse_conversion(text)
        return converted.result if converted else None
    return found[0] if found[1] in _SCORE_UNITS else None


class Conversion(NamedTuple):
    """Points times a share and what is printed as their product: 25×25%=6.25."""

    points: Decimal
    share: Decimal
    result: Decimal


def parse_conversion(text: str | None) -> Conversion | None:
    """Return the parts of a cell that converts points by a share; None for any other cell."""
    match = _CONVERSION.fullmatch(fold_value(text).text) if text and "=" in fold_value(text).text else None
    if match is None:
        return None
    points, share, result = (parse_numeral(match[name]) for name in ("points", "share", "result"))
    if points is None or share is None or result is None:
        return None
    return Conversion(points, share / 100 if match["percent"] else share, result)


def parse_rate(text: str | None) -> Decimal | None:
    """Return an execution rate as a ratio: 100, 100% and 1 are 1, 99.97% is 0.9997.

    Without a per cent sign a number up to 1 is the ratio itself: spreadsheets lose the format, and a rate of 1 % is
    never printed as a bare 1.
    """
    found = _split(text)
    if found is None:
        return None
    number, printed = found
    if printed == "%":
        return number / 100
    if printed:
        return None
    return number if abs(number) <= 1 else number / 100


def _split(text: str | None) -> tuple[Decimal, str] | None:
    """Return number and unit of a cell that holds nothing else."""
    if not text:
        return None
    folded = fold_value(text)
    match = _NUMBER.match(folded.text) or _WORDS.match(folded.text)
    if match is None or folded.foreign:
        return None
    number = parse_numeral(match["number"])
    if number is None:
        return None
    negative = match.re is _NUMBER and match["sign"]
    return (-number if negative else number), match["unit"]
