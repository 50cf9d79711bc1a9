"""The columns of each table, derived from the record types of `pipeline.records`; nothing is named a second time."""

from __future__ import annotations

import dataclasses
import inspect
import types
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pipeline.records import PUBLISHED_TABLES, Coded, Money

Kind = Literal["string", "integer", "boolean", "float", "number", "money", "category", "timestamp", "strings"]
"""`number` is a Decimal in the records and a double in the dataset; `float` is a float in both."""

_KINDS: dict[Any, Kind] = {
    str: "string",
    int: "integer",
    bool: "boolean",
    float: "float",
    Decimal: "number",
    Money: "money",
    Coded: "category",
    datetime: "timestamp",
    tuple[str, ...]: "strings",
}

KEYS: dict[str, tuple[str, ...]] = {
    "documents": ("document_id", "source_path"),
    "forms": ("form_id",),
    "funds": ("form_id", "row_no"),
    "indicators": ("form_id", "row_no"),
    "scores": ("form_id", "item", "row_no"),
    "findings": (),
    "cells": ("form_id", "table", "row_no", "field"),
}
"""The columns that tell the rows of a table apart; one form may have the same finding twice."""

SET_KEYS: dict[str, tuple[str, ...]] = {"links": ("form_id", "other_form_id", "relation")}
"""The same for tables that follow from all documents together."""

CODE_KEYS: dict[str, tuple[str, ...]] = {
    "indicator_classes": ("code",),
    "unit_codes": ("unit",),
    "finding_codes": ("code",),
    "district_codes": ("code",),
}
"""The same for the code tables."""

FOREIGN_KEYS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "forms": (("document_id", "documents", "document_id"), ("district_code", "district_codes", "code")),
    "funds": (("form_id", "forms", "form_id"),),
    "indicators": (
        ("form_id", "forms", "form_id"),
        ("level1_code", "indicator_classes", "code"),
        ("level2_code", "indicator_classes", "code"),
    ),
    "scores": (("form_id", "forms", "form_id"),),
    "findings": (("form_id", "forms", "form_id"), ("code", "finding_codes", "code")),
    "cells": (("form_id", "forms", "form_id"),),
    "links": (("form_id", "forms", "form_id"), ("other_form_id", "forms", "form_id")),
    "indicator_classes": (("parent_code", "indicator_classes", "code"),),
    "district_codes": (("parent_code", "district_codes", "code"),),
}
"""Columns that hold another table's key, by table: column, the other table, its column."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, kind, whether it may be null, its words in closed vocabularies, and what it means."""

    name: str
    kind: Kind
    nullable: bool
    words: tuple[str, ...]
    description: str
    label: str
    unit: str


def table_description(table: str) -> str:
    """Return what a table holds, without the indent that docstrings have before Python 3.13."""
    return inspect.cleandoc(PUBLISHED_TABLES[table].__doc__ or "")


@cache
def table_columns(table: str) -> tuple[Column, ...]:
    """Return the columns of a table in their order."""
    record = PUBLISHED_TABLES[table]
    hints = get_type_hints(record)
    return tuple(_column(item, hints[item.name]) for item in dataclasses.fields(record))


def heading(table: str, column: str) -> str:
    """Return the printed heading of a column; its name where it has none."""
    return next((one.label or one.name for one in table_columns(table) if one.name == column), column)


def _column(item: dataclasses.Field[Any], hint: Any) -> Column:
    plain, nullable = _without_none(hint)
    words = tuple(str(word) for word in get_args(plain)) if get_origin(plain) is Literal else ()
    kind: Kind = "category" if words else _KINDS[plain]
    return Column(item.name, kind, nullable, words, **{k: item.metadata[k] for k in ("description", "label", "unit")})


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) not in {Union, types.UnionType}:
        return hint, False
    (plain,) = (member for member in get_args(hint) if member is not type(None))
    return plain, True
