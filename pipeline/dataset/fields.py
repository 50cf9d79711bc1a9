"""The register of what is printed on a form: which column holds it, what is read from it, in which part it stands.

It is made from the declarations in `pipeline.records` and names nothing a second time. Readers, rows, corrections,
arithmetic, report and desk take their lists of columns from here, so that a column that is added there reaches them
all; vocabulary, desk and workbook are checked against it when they are loaded.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.records import CellTable, FormRow, FundRow, IndicatorRow, Part, Reads

PRINTED_IN: dict[CellTable, str] = {"form": "forms", "fund": "funds", "indicator": "indicators"}
"""The table of the dataset that holds the fields of each table of `cells`."""

_ROWS: dict[CellTable, type[Any]] = {"form": FormRow, "fund": FundRow, "indicator": IndicatorRow}


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """One column that holds printed text; `typed` is the column of what was read from it, empty where there is none.

    `part` is the part of the form's own fields, None for those of funds and indicators; `by_label` tells that the
    column is found by words of `schemas/form.yml`, else by its place.
    """

    table: CellTable
    name: str
    label: str
    reads: Reads
    typed: str
    part: Part | None
    by_label: bool


@cache
def printed_columns(table: CellTable) -> tuple[PrintedColumn, ...]:
    """Return the printed columns of a table in the order of its row type."""
    return tuple(
        PrintedColumn(
            table, item.name, item.metadata["label"], facts["reads"], facts["typed"], facts["part"],
            facts["found_by"] == "label",
        )
        for item in dataclasses.fields(_ROWS[table])
        if (facts := item.metadata.get("printed"))
    )  # fmt: skip


@cache
def printed_names(table: CellTable) -> tuple[str, ...]:
    """Return the names of the printed columns of a table, which are the fields that its cells may have."""
    return tuple(column.name for column in printed_columns(table))


def columns_of_part(part: Part) -> tuple[PrintedColumn, ...]:
    """Return the form's own columns that stand in one part of it."""
    return tuple(column for column in printed_columns("form") if column.part == part)


def names_of_part(part: Part) -> tuple[str, ...]:
    """Return the names of the form's own columns that stand in one part of it."""
    return tuple(column.name for column in columns_of_part(part))


AMOUNTS = tuple(column for column in printed_columns("fund") if column.reads == "amount")
"""The amounts of a line of funds: budgets, what was spent."""

AMOUNT_NAMES = tuple(column.name for column in AMOUNTS)


def typed_column(table: CellTable, name: str) -> PrintedColumn | None:
    """Return the printed column of that name where something is read from it into a column of its own."""
    return next((column for column in printed_columns(table) if column.name == name and column.typed), None)
