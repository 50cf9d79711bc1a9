"""The published form of the dataset contract: one JSON Schema per table under `schemas/tables`, from the record types.

`python -m pipeline.storage.schema_files` writes them; a test fails where they are not current. A schema describes one
row as JSON: money and other numbers are numbers, times are RFC 3339, a list is an array.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.dataset.columns import CODE_KEYS, KEYS, SET_KEYS, Column, table_columns, table_description
from pipeline.records import PUBLISHED_TABLES

_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "category": {"type": "string"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "float": {"type": "number"},
    "number": {"type": "number"},
    "money": {"type": "number", "multipleOf": 0.0001},
    "timestamp": {"type": "string", "format": "date-time"},
    "strings": {"type": "array", "items": {"type": "string"}},
}


def table_schema(table: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one row of a table; `key` names the columns that tell rows apart."""
    columns = table_columns(table)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": table,
        "description": table_description(table),
        "type": "object",
        "properties": {column.name: _property(column) for column in columns},
        "required": [column.name for column in columns],
        "additionalProperties": False,
        "key": list((KEYS | SET_KEYS | CODE_KEYS)[table]),
    }


def _property(column: Column) -> dict[str, Any]:
    facts = dict(_TYPES[column.kind])
    if column.nullable:
        facts["type"] = [facts["type"], "null"]
    if column.words:
        facts["enum"] = [*column.words, None] if column.nullable else list(column.words)
    facts["description"] = column.description
    return facts | {name: value for name, value in (("label", column.label), ("unit", column.unit)) if value}


def schema_files() -> dict[str, str]:
    """Return the content of every file by its name."""
    return {
        f"{table}.json": json.dumps(table_schema(table), ensure_ascii=False, indent=2) + "\n"
        for table in PUBLISHED_TABLES
    }


def main() -> None:
    """Write the files below the working directory."""
    folder = Path("schemas/tables")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in schema_files().items():
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
