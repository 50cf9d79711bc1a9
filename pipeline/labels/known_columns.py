"""Whether the vocabulary and the columns of the dataset know each other: no field without a column, and the reverse.

A field of `schemas/form.yml` that has no column would be read and lost; a column without words would stay empty; and a
field among the further ones that has a column would go past it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from pipeline.dataset.fields import PrintedColumn, columns_of_part, printed_columns

SECTIONS: dict[str, tuple[PrintedColumn, ...]] = {
    "single": columns_of_part("head"),
    "goals.columns": columns_of_part("goals"),
    "after": columns_of_part("below"),
    "funds.columns": printed_columns("fund"),
    "indicators.columns": printed_columns("indicator"),
}
"""Parts of the vocabulary, and the columns that their fields are written to."""


def list_strangers(named: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Yield, for the fields that each of SECTIONS names, what has no column and which column has no words."""
    for section, columns in SECTIONS.items():
        by_label = {column.name for column in columns if column.by_label}
        yield from (f"{section}: {name} has no column in records.py" for name in sorted(set(named[section]) - by_label))
        yield from (f"{section}: no words for the column {name}" for name in sorted(by_label - set(named[section])))


def list_swallowed(further: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Yield the fields whose texts go to `further_raw` though they have a column of their own."""
    columns = {"funds.further": printed_columns("fund"), "indicators.further": printed_columns("indicator")}
    for section, fields in further.items():
        own = sorted({column.name for column in columns[section]} & set(fields))
        yield from (f"{section}: {name} has a column, and its texts would go past it" for name in own)
