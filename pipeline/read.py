"""One document from its bytes to the rows of the dataset: the stages in their order, nothing else.

ingest → regions → cells (joined over pages) → forms → districts → typed rows → scores and findings. This module does
no reading of its own and writes nothing; `pipeline.run` calls it in a worker.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.assemble import assemble_document
from pipeline.assess import reading_findings, score_records
from pipeline.cells import reconstruct_cells
from pipeline.dataset import DocumentRecords, Member
from pipeline.districts import resolve_districts
from pipeline.errors import DocumentError
from pipeline.forms import read_forms
from pipeline.ingest import media_type, read_pages
from pipeline.ingest.archive import list_members, read_source
from pipeline.ingest.sniff import ZIP
from pipeline.models import Form, Page, PageIssue, Table
from pipeline.normalise import normalise_form
from pipeline.records import DocumentRow, DocumentStatus
from pipeline.regions import PageLayout, find_regions
from pipeline.second_voice import SecondVoice
from pipeline.settings import ReadSettings
from pipeline.witness import examine_forms

Progress = Callable[[int], None]
"""Called with each page's number when it has been read."""


@dataclass(slots=True)
class _PageCount:
    """What passed through ingest, for the document's row."""

    text: int = 0
    ocr: int = 0

    def add(self, page: Page) -> None:
        """Count one page."""
        if page.source == "ocr":
            self.ocr += 1
        elif page.source == "text":
            self.text += 1


def read_document(path: Path, settings: ReadSettings, progress: Progress | None = None) -> DocumentRecords:
    """Read one file and return all its rows. A file that cannot be read gives a `documents` row that says why.

    Raises:
        OSError: the file's bytes cannot be had at all.
    """
    data = read_source(path, settings)
    if media_type(data) == ZIP:
        return _open_archive(path, data, settings)
    started = time.monotonic()
    counts = _PageCount()
    layouts: list[PageLayout] = []
    issues: list[PageIssue] = []
    try:
        for page in read_pages(data, settings):
            counts.add(page)
            issues += page.issues
            layouts.append(find_regions(page))
            if progress:
                progress(page.number)
        forms, others = read_forms(assemble_document(layouts), len(layouts))
    except DocumentError as error:
        row = _document_row(
            path,
            data,
            started,
            counts,
            layouts,
            settings=settings,
            status="failed",
            error_code=error.code,
            error=str(error),
        )
        return DocumentRecords(document=row)
    forms = resolve_districts(forms, path.name, settings.district_code)
    forms = examine_forms(forms, SecondVoice(data, [layout.page for layout in layouts], settings))
    problems = _problems(forms, issues)
    status: DocumentStatus = "no_form" if not forms else "partial" if problems else "ok"
    row = _document_row(
        path,
        data,
        started,
        counts,
        layouts,
        settings=settings,
        status=status,
        form_count=len(forms),
        other_tables=len(others),
        error_code=problems[0].code if problems else None,
        error="; ".join(issue.message for issue in problems) or None,
    )
    return _records(row, forms, path.name, settings)


def _open_archive(path: Path, data: bytes, settings: ReadSettings) -> DocumentRecords:
    """Return the row of an archive, and what is in it; its members are documents of their own."""
    started = time.monotonic()
    members: tuple[Member, ...] = ()
    facts: dict[str, Any] = {"status": "no_form"}
    try:
        members = list_members(data, path, settings)
    except DocumentError as error:
        facts = {"status": "failed", "error_code": error.code, "error": str(error)}
    row = _document_row(path, data, started, _PageCount(), (), settings=settings, **facts)
    return DocumentRecords(document=row, members=members)


def _document_row(
    path: Path,
    data: bytes,
    started: float,
    counts: _PageCount,
    layouts: Sequence[PageLayout],
    *,
    settings: ReadSettings,
    **facts: Any,
) -> DocumentRow:
    return DocumentRow(
        document_id=hashlib.sha256(data).hexdigest(),
        file_name=path.name,
        source_path=str(path),
        media_type=media_type(data) if data else None,
        pages=len(layouts) or None,
        text_pages=counts.text if layouts else None,
        ocr_pages=counts.ocr if layouts else None,
        ocr_engine=_describe_recognizer(settings) if counts.ocr else None,
        pipeline_version=__version__,
        extracted_at=datetime.now(UTC),
        seconds=round(time.monotonic() - started, 3),
        **facts,
    )


PARTIAL = frozenset(
    {"text_in_no_cell", "irregular_cells", "form_incomplete", "form_head_missing", "page_unread", "hidden_unread"}
)
"""Issues that mean that something of the document was not read, or not surely."""


def _problems(forms: Sequence[Form], issues: Sequence[PageIssue]) -> list[PageIssue]:
    """Return what makes a document `partial`: unread text, forms without an end."""
    found = [issue for form in forms for issue in form.issues] + list(issues)
    found += [
        PageIssue("form_incomplete", f"form {form.form_no} has no total row; its end is missing", form.page_last)
        for form in forms
        if not form.complete
    ]
    return [issue for issue in found if issue.code in PARTIAL]


def _describe_recognizer(settings: ReadSettings) -> str:
    """Return name and version of the recogniser, which has been loaded for the pictures."""
    from pipeline.ingest.ocr import load_recognizer

    recognizer = load_recognizer(settings.ocr)
    return f"{recognizer.name} {recognizer.version}"


def _records(row: DocumentRow, forms: Sequence[Form], file_name: str, settings: ReadSettings) -> DocumentRecords:
    rows = [normalise_form(form, row.document_id, file_name) for form in forms]
    records = DocumentRecords(
        document=row,
        forms=tuple(r.form for r in rows),
        funds=tuple(fund for r in rows for fund in r.funds),
        indicators=tuple(line for r in rows for line in r.indicators),
        findings=tuple(f for form, r in zip(forms, rows, strict=True) for f in reading_findings(form, r.form.form_id)),
        cells=tuple(cell for r in rows for cell in r.cells),
    )
    return score_records(records, settings.profile)


def find_tables(path: Path, settings: ReadSettings) -> list[dict[str, Any]]:
    """Return every ruled table of a document before it is read as a form, page by page (`jixiao tables`)."""
    tables = []
    for page in read_pages(read_source(path, settings), settings):
        for region in find_regions(page).regions:
            tables.append(_table_facts(reconstruct_cells(region)))
    return tables


def _table_facts(table: Table) -> dict[str, Any]:
    place = table.places[0]
    return {
        "page": place.page,
        **_box_facts(place.box),
        "rows": table.rows,
        "cols": table.cols,
        "cells": [
            {
                "row": cell.row,
                "col": cell.col,
                "rowspan": cell.rowspan,
                "colspan": cell.colspan,
                "text": cell.text,
                **_box_facts(cell.places[0].box),
                "confidence": round(cell.confidence, 4),
            }
            for cell in table.cells
        ],
    }


def _box_facts(box: Any) -> dict[str, float | None]:
    return {name: round(getattr(box, name), 2) if box else None for name in ("x0", "y0", "x1", "y1")}
