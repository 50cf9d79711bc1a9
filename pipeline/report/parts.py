"""The published rows, part file by part file, each form with what belongs to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.records import DocumentRow
from pipeline.report.printed import PrintedForm, print_form
from pipeline.storage.arrow import table_to_rows
from pipeline.storage.manifest import part_path, read_manifest

TABLES = ("documents", "forms", "funds", "indicators", "cells", "scores", "findings")


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one part file of every table: documents, and the forms with what belongs to each."""

    documents: Mapping[str, DocumentRow]
    forms: tuple[PrintedForm, ...]


def read_parts(out: Path, root: Path) -> Iterator[Part]:
    """Yield the rows of the dataset in `out`, whose current snapshot is `root`."""
    manifest = read_manifest(out) or {"parts": {}}
    for bucket in manifest["parts"]:
        yield _gather({name: table_to_rows(name, pq.read_table(part_path(root, name, bucket))) for name in TABLES})


def _gather(rows: Mapping[str, Iterable[Any]]) -> Part:
    by_form: dict[str, dict[str, list[Any]]] = {
        name: _by_form(rows[name]) for name in ("funds", "indicators", "cells", "scores", "findings")
    }
    forms = tuple(
        print_form(form, {name: groups.get(form.form_id, []) for name, groups in by_form.items()})
        for form in rows["forms"]
    )
    return Part({document.document_id: document for document in rows["documents"]}, forms)


def _by_form(rows: Iterable[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.form_id].append(row)
    return groups


def snapshot_id(out: Path) -> str:
    """Return the identity of the published dataset; empty where it has none."""
    return str((read_manifest(out) or {}).get("snapshot", ""))


def read_on(root: Path) -> str:
    """Return the day on which the last document of a snapshot was read."""
    column = pq.read_table(root / "documents", columns=["extracted_at"]).column(0)
    moments = [moment for moment in column.to_pylist() if moment is not None]
    return max(moments).date().isoformat() if moments else ""
