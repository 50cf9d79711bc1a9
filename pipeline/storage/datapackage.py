"""`datapackage.json`: the published tables as a Data Package v2, with types, meanings, keys and foreign keys.

Derived from the record types like everything else (https://datapackage.org/standard/data-package/). A key with a column
that may be null is a unique key and not the primary one; a text that is printed empty is a value and not missing. A
table of several part files lists all of them as its path.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline import __version__
from pipeline.dataset.columns import (
    CODE_KEYS,
    FOREIGN_KEYS,
    KEYS,
    SET_KEYS,
    Column,
    Kind,
    table_columns,
    table_description,
)
from pipeline.records import CODE_TABLES, SET_TABLES, TABLES

DATA_PACKAGE = "datapackage.json"

CODES_PART = "all"
"""The one part file of a code table."""

DESCRIPTION_VERSION = 1
"""Raised where the description of the same tables changes, so that it is published anew."""

STANDARD = "https://datapackage.org/profiles/2.0"

_TYPES: dict[Kind, str] = {
    "string": "string",
    "category": "string",
    "integer": "integer",
    "boolean": "boolean",
    "float": "number",
    "number": "number",
    "money": "number",
    "timestamp": "datetime",
    "strings": "array",
}


def describe_package(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description of a snapshot, from its manifest; paths are relative to the dataset's folder."""
    return {
        "$schema": f"{STANDARD}/datapackage.json",
        "name": "jixiao",
        "title": "项目支出绩效自评表",
        "description": "Published self-evaluation forms of project spending, as printed, typed and scored again.",
        "version": f"{__version__}+{manifest['snapshot']}",
        "resources": [
            *(_resource(table, _data_parts(manifest, table)) for table in TABLES | SET_TABLES),
            *(_resource(table, {CODES_PART: manifest["codes"][table]}) for table in CODE_TABLES),
        ],
    }


def _data_parts(manifest: Mapping[str, Any], table: str) -> dict[str, Any]:
    return {bucket: part["tables"][table] for bucket, part in manifest["parts"].items()}


def _resource(table: str, parts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    paths = [f"{table}/part-{bucket}.parquet" for bucket in parts]
    found: dict[str, Any] = {
        "$schema": f"{STANDARD}/dataresource.json",
        "name": table,
        "type": "table",
        "path": paths if len(paths) > 1 else paths[0],
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": table_description(table),
        "schema": describe_schema(table),
    }
    if len(parts) == 1:
        (facts,) = parts.values()
        found["hash"] = f"sha256:{facts['sha256']}"
    return found


def describe_schema(table: str) -> dict[str, Any]:
    """Return the Table Schema of a published table."""
    columns = table_columns(table)
    key = (KEYS | SET_KEYS | CODE_KEYS)[table]
    whole = not any(column.nullable for column in columns if column.name in key)
    schema: dict[str, Any] = {
        "$schema": f"{STANDARD}/tableschema.json",
        "fields": [_describe_field(column) for column in columns],
        "missingValues": [],
    }
    if key:
        schema |= {"primaryKey": list(key)} if whole else {"uniqueKeys": [list(key)]}
    foreign = [
        {"fields": [column], "reference": {"resource": "" if other == table else other, "fields": [its]}}
        for column, other, its in FOREIGN_KEYS.get(table, ())
    ]
    return schema | ({"foreignKeys": foreign} if foreign else {})


def _describe_field(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"name": column.name, "type": _TYPES[column.kind], "description": column.description}
    found |= {name: value for name, value in (("title", column.label), ("unit", column.unit)) if value}
    constraints: dict[str, Any] = {} if column.nullable else {"required": True}
    if column.words:
        constraints["enum"] = list(column.words)
    return found | ({"constraints": constraints} if constraints else {})
