"""Units as printed → dimension, base and factor: `万人次`, `家（次）`, `元/年`, `个(单位:) TB`.

Counters are bases of their own and never converted. A word that is not in `schemas/units.yml` is None here; who asks
keeps it as printed and flags it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cache, lru_cache

from pipeline.units.words import alternatives, unit_words

_EXACT = Context(prec=60)
_BACK = Context(prec=28)
_COLUMN_NOTE = re.compile(r".*?单位\s*[:：]?\s*[)）]?\s*")
_BRACKETS = str.maketrans("", "", "()（）[]【】:： \t\n")


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit as printed (`unit`), its dimension and base, and the fraction that carries it into the base.

    `dimension` and `base` are None for a multiplier without a counter (万). `flags` says what was assumed.
    """

    unit: str
    dimension: str | None
    base: str | None
    numerator: Decimal = Decimal(1)
    denominator: Decimal = Decimal(1)
    flags: tuple[str, ...] = ()

    @property
    def is_multiplier(self) -> bool:
        """Tell whether this is a word of number (万) without a unit."""
        return self.base is None

    def to_base(self, value: Decimal) -> Decimal:
        """Carry a value into the base unit; exact but for thirds and the like, which keep 60 digits."""
        if self.denominator != 1:
            return plain(_EXACT.divide(_EXACT.multiply(value, self.numerator), self.denominator))
        return value if self.numerator == 1 else _EXACT.multiply(value, self.numerator)

    def from_base(self, value: Decimal) -> Decimal:
        """Carry a value of the base unit back; the inverse of `to_base` for values of up to 28 digits."""
        if self.numerator == 1 == self.denominator:
            return value
        return plain(_BACK.plus(_EXACT.divide(_EXACT.multiply(value, self.denominator), self.numerator)))


def plain(value: Decimal) -> Decimal:
    """Return the same number without trailing zeros and without an exponent."""
    short = value.normalize(_EXACT)
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1), context=_EXACT) if isinstance(exponent, int) and exponent > 0 else short


@cache
def _known() -> dict[str, Measure]:
    """Return every spelling of the vocabulary."""
    words, known = unit_words(), {}
    for unit in words.units:
        numerator, _, denominator = unit.factor.partition("/")
        base = unit.base or words.dimensions[unit.dimension].base
        for name in (unit.name, *unit.also):
            known[name] = Measure(name, unit.dimension, base, Decimal(numerator), Decimal(denominator or 1))
    return known | {name: Measure(name, "count", name) for name in words.counters}


@cache
def _in_capitals() -> dict[str, Measure]:
    """Return the spellings in Latin letters of at least three, for prints that mix capitals up (mbps, KWH)."""
    return {name.upper(): measure for name, measure in _known().items() if name.isascii() and len(name) > 2}


@cache
def unit_pattern() -> str:
    """Return an expression for any unit, with multipliers, alternatives (家（次）) and rates (元/年)."""
    names = "|".join(map(_whole, sorted(_known(), key=lambda name: (-len(name), name))))
    scales = "".join(unit_words().multipliers)
    suffix = rf"(?:[（(](?:{names})[)）]|/(?:[{scales}]{{0,2}}(?:{names}))?)?"
    return rf"(?:(?:{names}){suffix}|[{scales}]{{1,2}}?(?:{names}){suffix}|[{scales}]{{1,2}})"


def _whole(name: str) -> str:
    """Return an expression for a unit that does not end inside a word of Latin letters: m is none in mSv."""
    return re.escape(name) + ("(?![A-Za-z])" if name[-1].isascii() and name[-1].isalpha() else "")


@cache
def _compound_name() -> re.Pattern[str]:
    names = alternatives(_known())
    return re.compile(rf"(?P<unit>{names})(?:(?P<bracket>[（(])(?P<other>.*?)[)）]|(?P<slash>/)(?P<per>.*))\Z")


@lru_cache(maxsize=4096)
def read_measure(text: str) -> Measure | None:
    """Return what a unit means, None where the vocabulary does not know it."""
    known = _known().get(text) or _in_capitals().get(text.upper() if text.isascii() else "")
    return known or _read_compound_name(text) or _read_multiplied(text)


def _read_compound_name(text: str) -> Measure | None:
    """Read `家（次）` as the counter 家次, and a rate by what is counted (24 人/年 are 24 人), flagged."""
    match = _compound_name().match(text)
    if not match:
        return None
    measure = _known()[match["unit"]]
    other = match["other"] if match["bracket"] else match["per"]
    joined = _known().get(match["unit"] + other)
    per = _known().get(other)
    if joined and joined.dimension == "count" and per and per.dimension == "count":
        return Measure(text, "count", joined.base, flags=("alternative_counter",))
    if match["bracket"]:
        return _renamed(measure, text, "alternative_counter") if other in _known() else None
    return _renamed(measure, text, "rate_unit_not_converted" if other else "unit_truncated")


def _renamed(measure: Measure, text: str, flag: str) -> Measure:
    return Measure(
        text, measure.dimension, measure.base, measure.numerator, measure.denominator, (*measure.flags, flag)
    )


def _read_multiplied(text: str) -> Measure | None:
    """Read 万人次, 千条, 百万元, and a bare 万."""
    scales = unit_words().multipliers
    if text[:1] not in scales:
        return None
    factor, rest = scales[text[0]], text[1:]
    if not rest:
        return Measure(text, None, None, factor)
    measure = read_measure(rest)
    if measure is None:
        return None
    numerator = measure.numerator * factor
    return Measure(text, measure.dimension, measure.base, numerator, measure.denominator, measure.flags)


@lru_cache(maxsize=1024)
def read_unit_column(text: str | None) -> Measure | None:
    """Return the unit that the 度量单位 column prints; None for a blank, a mark, and words that name no unit (其他).

    An unknown word is a measure whose base is itself, flagged `unit_unknown`.
    """
    printed = (text or "").strip()
    stripped = printed.translate(_BRACKETS)
    if not any(character.isalnum() or character in "%‰％℃㎡" for character in stripped):
        return None
    if stripped in unit_words().not_units:
        return None
    noted = _COLUMN_NOTE.sub("", printed, count=1)
    for candidate in (printed, stripped, noted.strip(), noted.translate(_BRACKETS)):
        if candidate and (measure := read_measure(candidate)):
            return measure
    return unknown_measure(printed)


@lru_cache(maxsize=1024)
def unknown_measure(text: str) -> Measure:
    """Return a unit that the vocabulary does not know: kept as printed, compared with itself only."""
    return Measure(text, "unknown", text, flags=("unit_unknown",))
