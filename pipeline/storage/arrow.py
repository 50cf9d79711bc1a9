"""Records ↔ Arrow tables: the schema with its descriptions, labels and units, and both directions of conversion.

Money becomes decimal128(20, 4) in 元, rounded half to even at the fourth place; other decimals become doubles. Closed
vocabularies are plain strings while a document is stored and dictionaries when they are published, so that the stored
results of many documents can be put together without re-coding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from typing import Any

import pyarrow as pa

from pipeline.dataset.columns import Column, table_columns, table_description
from pipeline.records import PUBLISHED_TABLES

MONEY_STEP = Decimal("0.0001")

_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int32(),
    "boolean": pa.bool_(),
    "float": pa.float64(),
    "number": pa.float64(),
    "money": pa.decimal128(20, 4),
    "category": pa.dictionary(pa.int32(), pa.string()),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "strings": pa.list_(pa.field("item", pa.string(), nullable=False)),
}


@cache
def published_schema(table: str) -> pa.Schema:
    """Return the schema of a published table; fields carry `description` and, where known, `label` and `unit`."""
    description = table_description(table)
    return pa.schema([_field(column) for column in table_columns(table)], metadata={"description": description})


@cache
def stored_schema(table: str) -> pa.Schema:
    """Return the schema of one document's stored rows: as published, with plain strings and without descriptions."""
    return pa.schema([_stored_field(field) for field in published_schema(table)])


@cache
def schema_message(table: str) -> pa.Buffer:
    """Return the bytes with which an Arrow stream of a document's stored rows begins: the message of their schema."""
    return stored_schema(table).serialize()


def _stored_field(field: pa.Field) -> pa.Field:
    kind = pa.string() if pa.types.is_dictionary(field.type) else field.type
    return pa.field(field.name, kind, nullable=field.nullable)


def _field(column: Column) -> pa.Field:
    facts = {"description": column.description, "label": column.label, "unit": column.unit}
    metadata = {key: value for key, value in facts.items() if value}
    return pa.field(column.name, _TYPES[column.kind], nullable=column.nullable, metadata=metadata)


def rows_to_table(table: str, rows: Sequence[Any]) -> pa.Table:
    """Return one document's rows as an Arrow table in the stored schema.

    Raises:
        pyarrow.ArrowInvalid: a value does not fit its column, or a required one is missing.
    """
    columns = table_columns(table)
    arrays = [_array(column, [getattr(row, column.name) for row in rows]) for column in columns]
    made = pa.Table.from_arrays(arrays, schema=stored_schema(table))
    for column, array in zip(columns, arrays, strict=True):
        if array.null_count and not column.nullable:
            raise pa.ArrowInvalid(f"{table}.{column.name} has no value in {array.null_count} rows")
    return made


def _array(column: Column, values: list[Any]) -> pa.Array:
    to_arrow = _TO_ARROW.get(column.kind)
    if to_arrow is not None:
        values = [None if value is None else to_arrow(value) for value in values]
    kind = pa.string() if column.kind == "category" else _TYPES[column.kind]
    return pa.array(values, kind)


_TO_ARROW: dict[str, Callable[[Any], Any]] = {
    "money": lambda amount: amount.quantize(MONEY_STEP, rounding=ROUND_HALF_EVEN),
    "number": float,
    "strings": list,
}


def table_to_rows(table: str, data: pa.Table) -> tuple[Any, ...]:
    """Return the records of an Arrow table; a column that the table lacks takes the record's default.

    A number that was exact when it was stored has passed through a double; its shortest decimal form comes back.
    """
    columns = [column for column in table_columns(table) if column.name in data.column_names]
    values = [_values(column, data.column(column.name).to_pylist()) for column in columns]
    names = [column.name for column in columns]
    record = PUBLISHED_TABLES[table]
    return tuple(record(**dict(zip(names, row, strict=True))) for row in zip(*values, strict=True))


_FROM_ARROW: dict[str, Callable[[Any], Any]] = {
    "number": lambda value: Decimal(repr(value)),
    "strings": tuple,
    "timestamp": lambda value: value.astimezone(UTC) if isinstance(value, datetime) else value,
}


def _values(column: Column, values: Iterable[Any]) -> list[Any]:
    convert = _FROM_ARROW.get(column.kind)
    return list(values) if convert is None else [None if value is None else convert(value) for value in values]


def encode_vocabularies(table: str, data: pa.Table) -> pa.Table:
    """Return a stored table as it is published, its words coded in the order in which they first occur."""
    schema = published_schema(table)
    arrays = []
    for field in schema:
        array = data.column(field.name).combine_chunks()
        array = array.dictionary_encode() if pa.types.is_dictionary(field.type) else array
        arrays.append(array)
    return pa.Table.from_arrays(arrays, schema=schema)
