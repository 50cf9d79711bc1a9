"""Datasets whose texts try to be something else: formulas, markup, endless names; published without reading a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from pipeline.dataset.documents import DocumentRecords
from pipeline.records import DocumentRow
from pipeline.storage.publish import PublishedDocument, publish
from pipeline.storage.store import ResultStore
from tests.running.stub_reader import make_records

HOSTILE = (
    '=HYPERLINK("http://127.0.0.1","x")',
    "+1+1",
    "-1+1|cmd",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "  =1+1",
    "<script>alert(1)</script>",
    "长" * 500,
    "🏗️改造",
    "_x003D_1",
    "line\x01break",
    "'=quoted",
)
"""Names of projects, as a hostile or careless form might print them."""


def hostile_records() -> Iterator[DocumentRecords]:
    """Yield one document per name, which stands in every text that an export shows."""
    for number, name in enumerate(HOSTILE):
        records = make_records(Path(f"{number}.pdf"), f"hostile {number}".encode(), 1)
        yield replace(
            records,
            forms=tuple(
                replace(form, project_name=name, department=name, expected_goal=name, year=2000 + number)
                for form in records.forms
            ),
            indicators=tuple(replace(row, level3=name, actual_raw=name) for row in records.indicators),
            findings=tuple(replace(row, message=name, reported=name) for row in records.findings),
            cells=tuple(replace(row, text=name, alternatives=(name,)) for row in records.cells),
        )


def publish_records(out: Path, documents: Iterable[DocumentRecords], failed: str = "") -> None:
    """Publish records as a dataset, and the row of a file that could not be read."""
    store = ResultStore(out / ".store" / "results")
    made = list(documents)
    if failed:
        row = DocumentRow(
            document_id="f" * 64,
            file_name=failed,
            source_path=failed,
            status="failed",
            error_code="corrupt",
            error="=cut off",
            pipeline_version="test",
        )
        made.append(DocumentRecords(row))
    headers = [(store.write(records, "test", 1), records.document.source_path) for records in made]
    listed = [PublishedDocument(header.document_id, header.digest, (path,)) for header, path in headers]
    publish(out, store, sorted(listed, key=lambda one: one.document_id))
