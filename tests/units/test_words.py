"""The words of units: none is two units, and columns of units are read by them."""

from __future__ import annotations

from pipeline.units.measures import read_measure, read_unit_column
from pipeline.units.words import unit_words


def test_no_name_means_two_units() -> None:
    names = [name for unit in unit_words().units for name in (unit.name, *unit.also)] + list(unit_words().counters)
    assert len(names) == len(set(names))


def test_the_unit_column_says_nothing_where_it_is_blank_or_a_mark() -> None:
    assert [read_unit_column(text) for text in (None, "", "/", "—", "其他", "（）")] == [None] * 6


def test_a_rate_is_read_by_what_is_counted() -> None:
    measure = read_measure("人/年")
    assert measure is not None
    assert (measure.base, measure.flags) == ("人", ("rate_unit_not_converted",))
