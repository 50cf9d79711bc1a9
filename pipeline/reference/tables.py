"""The data dictionary: every table with its key, and every column with its type, unit, heading on the form, meaning."""

from __future__ import annotations

from pipeline.dataset.columns import CODE_KEYS, KEYS, SET_KEYS, Column, Kind, table_columns, table_description
from pipeline.reference.markdown import quote, write_table

TYPES: dict[Kind, str] = {
    "string": "string",
    "category": "category",
    "integer": "int32",
    "boolean": "bool",
    "float": "double",
    "number": "double",
    "money": "decimal(20, 4)",
    "timestamp": "timestamp (UTC)",
    "strings": "list of string",
}
"""How the types are called in the dictionary; `category` is a dictionary-encoded string."""

HEAD = ("column", "type", "null", "unit", "on the form", "meaning")


def describe_table(table: str) -> str:
    """Return one table of the data dictionary, without its heading."""
    key = ", ".join(quote(name) for name in (KEYS | SET_KEYS | CODE_KEYS)[table])
    told = f"Key: {key}." if key else "No key: one form may have the same finding twice."
    summary = table_description(table)
    return f"{summary} {told}\n\n{write_table(HEAD, [_row(column) for column in table_columns(table)])}"


def _row(column: Column) -> tuple[str, ...]:
    return (
        quote(column.name),
        TYPES[column.kind],
        "yes" if column.nullable else "",
        column.unit,
        column.label,
        column.description + _list_words(column),
    )


def _list_words(column: Column) -> str:
    """Return the words of a closed vocabulary where the description does not name them all."""
    if not column.words or all(word in column.description for word in column.words):
        return ""
    return f": {', '.join(quote(word) for word in column.words)}"
