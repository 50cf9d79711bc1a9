"""The tables of a snapshot in DuckDB, for reading only.

DuckDB sees the tables as Arrow data sets that this module has opened, and has no access to files, network, extensions
or variables of Python; a query can neither read nor write anything but the dataset.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as arrow_dataset

from pipeline.errors import ConfigurationError
from pipeline.query.answers import QueryResult
from pipeline.records import PUBLISHED_TABLES
from pipeline.storage.load import published_root

CLOSED = ("enable_external_access = false", "python_enable_replacements = false", "lock_configuration = true")
"""What is set once the tables are open; nothing can be set back."""

PROGRESS_OFF = "enable_progress_bar = false"


@contextmanager
def open_tables(root: Path, prefix: str = "") -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a closed database with the tables of a snapshot, each under its name after `prefix`."""
    with open_snapshots({prefix: root}) as database:
        yield database


@contextmanager
def open_snapshots(roots: dict[str, Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a closed database with the tables of several snapshots, by the prefix of their names."""
    with duckdb.connect(":memory:") as database:
        database.execute(f"SET {PROGRESS_OFF}")
        database.execute("SET timezone = 'UTC'")
        for prefix, root in roots.items():
            for table in PUBLISHED_TABLES:
                if (root / table).is_dir():
                    database.register(prefix + table, open_dataset(root / table))
        for setting in CLOSED:
            database.execute(f"SET {setting}")
        yield database


def open_dataset(folder: Path) -> Any:
    """Return the part files of a table as one Arrow data set; words of vocabularies are plain strings in it."""
    found = arrow_dataset.dataset(folder, format="parquet")
    fields = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in found.schema
    ]
    return arrow_dataset.dataset(folder, schema=pa.schema(fields), format="parquet")


def run_query(out: Path, query: str) -> QueryResult:
    """Return what one SELECT over the published tables of `out` gives.

    Raises:
        ConfigurationError: it is not one SELECT, or DuckDB does not accept it; the message is DuckDB's.
        AccessError: nothing is published in `out`.
    """
    with open_tables(published_root(out)) as database:
        try:
            return fetch(database.execute(_check(query)))
        except duckdb.Error as error:
            raise ConfigurationError(f"the query cannot be answered: {_reason(error)}") from error


def fetch(result: duckdb.DuckDBPyConnection) -> QueryResult:
    """Return the rows of an executed query."""
    columns = tuple(str(column[0]) for column in result.description or ())
    kinds = tuple(str(column[1]) for column in result.description or ())
    return QueryResult(columns, tuple(result.fetchall()), kinds)


def _check(query: str) -> duckdb.Statement:
    """Return the one SELECT that a text holds; everything else is refused, whatever it would do."""
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise ConfigurationError(f"the query cannot be read: {_reason(error)}") from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise ConfigurationError("give one SELECT; the dataset can be read and not changed")
    return statements[0]


def _reason(error: duckdb.Error) -> str:
    """Return what DuckDB says without the copy of the query."""
    return "; ".join(line for line in str(error).partition("\n\nLINE ")[0].splitlines() if line.strip())
