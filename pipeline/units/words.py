"""The closed vocabularies of `schemas/units.yml` and `schemas/values.yml`, validated and compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from pipeline.records import Comparator
from pipeline.vocabulary import StrictData, load_yaml

Factor = Annotated[str, StringConstraints(pattern=r"^[0-9.]+(/[0-9]+)?$")]
WordsOf = dict[Comparator, tuple[str, ...]]


class DimensionData(StrictData):
    """A dimension and the unit its values are compared in."""

    base: str


class UnitData(StrictData, coerce_numbers_to_str=True):
    """A unit of measure; `factor` (a decimal or a fraction) carries it into `base`, else its dimension's base."""

    name: str
    dimension: str
    factor: Factor
    base: str | None = None
    also: tuple[str, ...] = ()


class UnitWords(StrictData):
    """`schemas/units.yml`."""

    dimensions: dict[str, DimensionData]
    units: tuple[UnitData, ...]
    counters: tuple[str, ...]
    multipliers: dict[str, Decimal]
    not_units: tuple[str, ...]

    @model_validator(mode="after")
    def _names_are_unique(self) -> UnitWords:
        names = [name for unit in self.units for name in (unit.name, *unit.also)] + list(self.counters)
        twice = {name for name in names if names.count(name) > 1}
        unknown = {unit.dimension for unit in self.units} - set(self.dimensions)
        if twice or unknown:
            raise ValueError(f"given twice: {sorted(twice)}; dimensions not declared: {sorted(unknown)}")
        return self


class ComparatorWords(StrictData):
    """Words before, after and inside a number, and those of the sign column."""

    before: WordsOf
    after: WordsOf
    more: tuple[str, ...]
    about: tuple[str, ...]
    about_after: tuple[str, ...]
    signs: dict[str, Comparator]
    signs_without_direction: tuple[str, ...]
    signs_of_quality: tuple[str, ...]


class PlaceholderWords(StrictData):
    """What stands in a cell that says nothing."""

    marks: str
    words: tuple[str, ...]
    skeletons: tuple[str, ...]


class GradeWords(StrictData):
    """Sets of grades, best first."""

    sets: tuple[tuple[str, ...], ...]
    typos: dict[str, str]
    separators: str
    lead: tuple[str, ...]
    ordinal_sets: int


class AttainmentWords(StrictData):
    """Claims that a target was met or missed, without a measure."""

    before: tuple[str, ...]
    verbs: tuple[str, ...]
    objects: tuple[str, ...]
    negations: tuple[str, ...]
    attained: tuple[str, ...]
    missed: tuple[str, ...]


class ChineseNumeralWords(StrictData):
    """Words that look like numerals and name no quantity."""

    vague: tuple[str, ...]


class DateWords(StrictData):
    """Words around dates."""

    this_year: tuple[str, ...]
    other_years: dict[str, int]
    before: tuple[str, ...]
    since: tuple[str, ...]
    parts: dict[str, tuple[int, int]]
    within: tuple[str, ...]
    lead: tuple[str, ...]


class RowWords(StrictData):
    """What an indicator's name and class tell about its numbers."""

    money: tuple[str, ...]
    not_money: tuple[str, ...]
    cost_classes: tuple[str, ...]
    cost_words: tuple[str, ...]
    money_classes: tuple[str, ...]
    largest_implied_wan: Decimal
    not_name_units: frozenset[str]
    per_unit: tuple[str, ...]
    complements: tuple[tuple[str, ...], ...]
    planned: tuple[str, ...]
    done: tuple[str, ...]
    satisfaction: tuple[str, ...]
    not_satisfaction: tuple[str, ...]
    satisfaction_classes: tuple[str, ...]
    duration: tuple[str, ...]
    deadline: tuple[str, ...]
    short_time: tuple[str, ...]
    timeliness_classes: tuple[str, ...]
    counting_classes: tuple[str, ...]


class ValueWords(StrictData):
    """`schemas/values.yml`."""

    comparators: ComparatorWords
    placeholders: PlaceholderWords
    grades: GradeWords
    attainment: AttainmentWords
    chinese_numerals: ChineseNumeralWords
    dates: DateWords
    rows: RowWords
    flags: dict[str, str] = Field(min_length=1)


@cache
def unit_words() -> UnitWords:
    """Return the vocabulary of units, loaded once; raise VocabularyError where the file is not sound."""
    return load_yaml("units.yml", UnitWords)


@cache
def value_words() -> ValueWords:
    """Return the vocabulary of values, loaded once; raise VocabularyError where the file is not sound."""
    return load_yaml("values.yml", ValueWords)


def alternatives(words: Iterable[str]) -> str:
    """Return a regular expression that matches the longest of the words."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def invert(words: Mapping[Comparator, Iterable[str]]) -> dict[str, Comparator]:
    """Return word → comparator."""
    return {word: comparator for comparator, spellings in words.items() for word in spellings}


@cache
def comparators_before() -> dict[str, Comparator]:
    """Return the words before a number with what they say."""
    return invert(value_words().comparators.before)


@cache
def comparators_after() -> dict[str, Comparator]:
    """Return the words after a number with what they say."""
    return invert(value_words().comparators.after)


def contains_any(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of the words."""
    return re.compile(alternatives(words))
