"""Two datasets compared row by row, by the keys of their tables: rows that are new or gone, and values that changed.

When and how long a document was read and by which version is no difference. `findings` have no key; those of one
form, row, code and column are taken in the order of their messages. A column that only one dataset has is named and not
compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import duckdb

from pipeline.dataset.columns import CODE_KEYS, KEYS, SET_KEYS
from pipeline.errors import ConfigurationError
from pipeline.query.answers import QueryResult
from pipeline.query.database import open_snapshots
from pipeline.records import CODE_TABLES, PUBLISHED_TABLES
from pipeline.storage.load import published_root

PASSING = frozenset({"extracted_at", "seconds", "pipeline_version"})
"""Columns that differ between any two runs."""

FINDING_KEY = ("form_id", "row_no", "code", "field", "occurrence")
BATCH = 1_000

_HASH = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: a row that only one dataset has (`column` is empty), or a value that is another one."""

    table: str
    key: str
    kind: Literal["added", "removed", "changed"]
    column: str = ""
    old: Any = None
    new: Any = None


@dataclass(frozen=True, slots=True)
class TableDifference:
    """How a table differs: rows of both, the rows of each kind, and columns that only one of them has."""

    table: str
    old_rows: int
    new_rows: int
    added: int
    removed: int
    changed: int
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All differences of two datasets."""

    tables: tuple[TableDifference, ...]
    changes: tuple[Change, ...]

    def summary(self) -> QueryResult:
        """Return one row per table."""
        columns = ("table", "old_rows", "new_rows", "added", "removed", "changed", "columns_added", "columns_removed")
        rows = tuple(tuple(getattr(table, name) for name in columns) for table in self.tables)
        return QueryResult(columns, rows)

    def listing(self, short: bool = False) -> QueryResult:
        """Return one row per change; `short` cuts the hashes in the keys."""
        columns = ("table", "kind", "key", "column", "old", "new")
        changes = (replace(one, key=_HASH.sub(r"\1…", one.key)) for one in self.changes) if short else self.changes
        return QueryResult(columns, tuple(tuple(getattr(one, name) for name in columns) for one in changes))


def compare_datasets(old: Path, new: Path, tables: Sequence[str] = ()) -> Difference:
    """Return how the dataset in `new` differs from the one in `old`, in some tables or in all but the code tables.

    Raises:
        ConfigurationError: no such table.
        AccessError: one of the folders holds no dataset.
    """
    unknown = [table for table in tables if table not in PUBLISHED_TABLES]
    if unknown:
        raise ConfigurationError(f"no table {', '.join(unknown)}; there are {', '.join(PUBLISHED_TABLES)}")
    wanted = tables or [table for table in PUBLISHED_TABLES if table not in CODE_TABLES]
    with open_snapshots({"old_": published_root(old), "new_": published_root(new)}) as database:
        compared = [_compare_table(database, table) for table in wanted]
    return Difference(
        tuple(difference for difference, _ in compared), tuple(change for _, found in compared for change in found)
    )


def _compare_table(database: duckdb.DuckDBPyConnection, table: str) -> tuple[TableDifference, list[Change]]:
    old, new = _columns(database, f"old_{table}"), _columns(database, f"new_{table}")
    key = FINDING_KEY if table == "findings" else (KEYS | SET_KEYS | CODE_KEYS)[table]
    values = [name for name in old if name in new and name not in PASSING and name not in key]
    if old and new:
        found = list(_changes(database, table, key, values))
    else:
        found = list(_whole_table(database, table, key, "old" if old else "new")) if old or new else []
    rows = {(change.kind, change.key) for change in found}
    counts = {kind: sum(one == kind for one, _ in rows) for kind in ("added", "removed", "changed")}
    difference = TableDifference(
        table=table,
        old_rows=_count(database, f"old_{table}", old),
        new_rows=_count(database, f"new_{table}", new),
        columns_added=tuple(name for name in new if name not in old),
        columns_removed=tuple(name for name in old if name not in new),
        **counts,
    )
    return difference, found


def _columns(database: duckdb.DuckDBPyConnection, view: str) -> list[str]:
    query = "select column_name from duckdb_columns() where table_name = ? order by column_index"
    return [str(name) for (name,) in database.execute(query, [view]).fetchall()]


def _count(database: duckdb.DuckDBPyConnection, view: str, columns: Sequence[str]) -> int:
    row = database.execute(f"select count(*) from {view}").fetchone() if columns else None  # noqa: S608 - known names
    return int(row[0]) if row else 0


def _changes(
    database: duckdb.DuckDBPyConnection, table: str, key: Sequence[str], values: Sequence[str]
) -> Iterator[Change]:
    """Yield the differences of one table by key."""
    result = database.execute(_query(table, key, values))
    width = len(key)
    while rows := result.fetchmany(BATCH):
        for in_old, in_new, *cells in rows:
            name = _show_key(cells[:width])
            if not in_old or not in_new:
                yield Change(table, name, "added" if in_new else "removed")
                continue
            before, after = cells[width : width + len(values)], cells[width + len(values) :]
            for column, old, new in zip(values, before, after, strict=True):
                if old != new:
                    yield Change(table, name, "changed", column, old, new)


def _whole_table(
    database: duckdb.DuckDBPyConnection, table: str, key: Sequence[str], side: Literal["old", "new"]
) -> Iterator[Change]:
    """Yield all rows of a table that only one dataset has, as those of an older version may."""
    names = ", ".join(f'"{name}"' for name in key)
    rows = database.execute(f"select {names} from ({_source(side, table)}) order by all").fetchall()  # noqa: S608
    for row in rows:
        yield Change(table, _show_key(row), "removed" if side == "old" else "added")


def _show_key(parts: Sequence[Any]) -> str:
    return " ".join("-" if part is None else str(part) for part in parts)


def _query(table: str, key: Sequence[str], values: Sequence[str]) -> str:
    same = " and ".join(f'o."{name}" is not distinct from n."{name}"' for name in key)
    differ = " or ".join(f'o."{name}" is distinct from n."{name}"' for name in values) or "false"
    shown = [f'coalesce(o."{name}", n."{name}")' for name in key]
    shown += [f'{side}."{name}"' for side in "on" for name in values]
    return f"""
        select o.there is not null, n.there is not null, {", ".join(shown)}
        from ({_source("old", table)}) o full outer join ({_source("new", table)}) n on {same}
        where o.there is null or n.there is null or {differ}
        order by {", ".join(str(position + 3) for position in range(len(key)))}
    """  # noqa: S608 - tables and columns are those of the record types


def _source(side: str, table: str) -> str:
    if table != "findings":
        return f"select *, true as there from {side}_{table}"  # noqa: S608 - likewise
    order = "row_number() over (partition by form_id, row_no, code, field order by message)"
    return f"select *, {order} as occurrence, true as there from {side}_{table}"  # noqa: S608 - likewise
