"""Data assertions that stand between a run and its publication (exit status 4 where one fails).

Keys are unique, every row belongs to a form and every form to a document; no table but `findings` and `links` has fewer
rows than before (fewer findings is what a corrected rule looks like); no column is gone or has another type.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pipeline.dataset.columns import KEYS, SET_KEYS
from pipeline.errors import PublicationRefused

if TYPE_CHECKING:
    import pyarrow as pa

MAY_SHRINK = frozenset({"findings", "links"})
"""Tables that may lose rows without being asked."""

ACCEPT = "if that is right, run again with --accept-shrink"


def check_bucket(tables: Mapping[str, pa.Table], bucket: str) -> None:
    """Refuse rows whose key is there twice or whose form or document is not; a document is whole in its bucket.

    Raises:
        PublicationRefused: naming the table, the number of rows and the part of the dataset.
    """
    for name, key in (KEYS | SET_KEYS).items():
        table = tables[name]
        distinct = table.group_by(list(key), use_threads=False).aggregate([]).num_rows if key else table.num_rows
        if distinct != table.num_rows:
            repeated = table.num_rows - distinct
            raise _refuse(f"{name}: {repeated} rows repeat a key ({', '.join(key)}) in part {bucket}")
    _check_parents(tables, "forms", "document_id", "documents", bucket)
    for name in ("funds", "indicators", "scores", "findings", "cells", "links"):
        _check_parents(tables, name, "form_id", "forms", bucket)


def _check_parents(tables: Mapping[str, pa.Table], child: str, key: str, parent: str, bucket: str) -> None:
    import pyarrow.compute as pc

    known = pc.unique(tables[parent].column(key))
    lost = pc.invert(pc.is_in(tables[child].column(key), known))
    count = pc.sum(lost).as_py() or 0
    if count:
        raise _refuse(f"{child}: {count} rows have a {key} that {parent} does not have, in part {bucket}")


def check_against_previous(new: Mapping[str, Any], old: Mapping[str, Any] | None) -> None:
    """Compare the manifests of two snapshots.

    Raises:
        PublicationRefused: a table has lost rows, or a column is gone or has another type.
    """
    if old is None:
        return
    for table, rows in old["rows"].items():
        if table not in MAY_SHRINK and new["rows"].get(table, 0) < rows:
            raise _refuse(f"{table} would shrink from {rows} to {new['rows'].get(table, 0)} rows", ACCEPT)
        changed = [name for name, kind in old["schema"][table].items() if new["schema"][table].get(name) != kind]
        if changed:
            raise _refuse(f"{table} would lose or retype {', '.join(changed)}", ACCEPT)


def _refuse(reason: str, advice: str = "please report this") -> PublicationRefused:
    return PublicationRefused(f"not published: {reason}; {advice}. Readers keep the state before")
