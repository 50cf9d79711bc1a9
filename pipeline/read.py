"""One document from its bytes to the rows of the dataset: read its pages, then interpret them.

This module does no reading of its own and writes nothing; `pipeline.run` calls it in a worker. What comes after the
pages is imported when the first of them has been begun: a scan's models load meanwhile, which takes as long.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import __version__
from pipeline.dataset.documents import DocumentRecords, Member
from pipeline.errors import DocumentError
from pipeline.ingest import media_type, read_pages
from pipeline.ingest.containers.archive import list_attachments, list_members, read_source
from pipeline.ingest.notes import gather_notes
from pipeline.ingest.repeated import set_repeated_apart
from pipeline.ingest.sniff import ZIP
from pipeline.models import Page, PageIssue, Source, Table
from pipeline.records import DocumentRow
from pipeline.settings import ReadSettings

if TYPE_CHECKING:
    from pipeline.forms.understanding import Understanding

Progress = Callable[[int], None]
"""Called with each page's number when it has been read."""


def read_document(path: Path, settings: ReadSettings, progress: Progress | None = None) -> DocumentRecords:
    """Read one file and return all its rows. A file that cannot be read gives a `documents` row that says why.

    Raises:
        OSError: the file's bytes cannot be had at all.
    """
    data = read_source(path, settings)
    if media_type(data) == ZIP:
        return _open_archive(path, data, settings)
    source = _Source(path, data, time.monotonic(), settings)
    pages: list[Page] = []
    try:
        begun = read_pages(data, settings)
        from pipeline.interpret import interpret_pages

        for page in begun:
            pages.append(page)
            if progress:
                progress(page.number)
        pages = set_repeated_apart(pages)
        found = interpret_pages(pages, data, str(path), settings)
        members, unopened = _open_attachments(data, path, settings)
        found = replace(found, problems=[*found.problems, *unopened])
    except DocumentError as error:
        row = _document_row(source, pages, status="failed", error_code=error.code, error=str(error))
        return DocumentRecords(document=row)
    row = _document_row(
        source,
        pages,
        status=found.status,
        form_count=len(found.forms),
        other_tables=found.other_tables,
        error_code=found.problems[0].code if found.problems else None,
        error="; ".join(issue.message for issue in found.problems) or None,
    )
    return replace(found.records(row, settings), members=members)


def _open_attachments(data: bytes, path: Path, settings: ReadSettings) -> tuple[tuple[Member, ...], list[PageIssue]]:
    """Return the files in a PDF or an office file, which are documents of their own, or why they are not read."""
    try:
        return list_attachments(data, path, settings), []
    except DocumentError as error:
        return (), [PageIssue("attachment_unread", f"the files inside it were not read: {error.message}")]


@dataclass(frozen=True, slots=True)
class _Source:
    """A file in hand, and when its reading began."""

    path: Path
    data: bytes
    started: float
    settings: ReadSettings


def _open_archive(path: Path, data: bytes, settings: ReadSettings) -> DocumentRecords:
    """Return the row of an archive, and what is in it; its members are documents of their own."""
    source = _Source(path, data, time.monotonic(), settings)
    members: tuple[Member, ...] = ()
    facts: dict[str, Any] = {"status": "no_form"}
    try:
        members = list_members(data, path, settings)
    except DocumentError as error:
        facts = {"status": "failed", "error_code": error.code, "error": str(error)}
    return DocumentRecords(document=_document_row(source, (), **facts), members=members)


def _document_row(source: _Source, pages: Sequence[Page], **facts: Any) -> DocumentRow:
    by_ocr = _count_sheets(pages, "ocr")
    return DocumentRow(
        document_id=hashlib.sha256(source.data).hexdigest(),
        file_name=source.path.name,
        source_path=str(source.path),
        media_type=media_type(source.data) if source.data else None,
        pages=len({page.number for page in pages}) or None,
        text_pages=_count_sheets(pages, "text") if pages else None,
        ocr_pages=by_ocr if pages else None,
        notes=gather_notes(pages),
        ocr_engine=_describe_recognizer(source.settings) if by_ocr else None,
        pipeline_version=__version__,
        extracted_at=datetime.now(UTC),
        seconds=round(time.monotonic() - source.started, 3),
        **facts,
    )


def _count_sheets(pages: Sequence[Page], source: Source) -> int:
    """Return how many pages of the file were read from a source; several may stand on one sheet."""
    return len({page.number for page in pages if page.source == source})


def _describe_recognizer(settings: ReadSettings) -> str:
    """Return name and version of the recogniser, which has been loaded for the pictures."""
    from pipeline.ingest.ocr import load_recognizer

    recognizer = load_recognizer(settings.ocr)
    return f"{recognizer.name} {recognizer.version}"


def understand_file(path: Path, settings: ReadSettings) -> list[Understanding]:
    """Return how far the labels of a file's forms were understood (`jixiao templates check`)."""
    from pipeline.interpret import understand_pages

    data = read_source(path, settings)
    pages = set_repeated_apart(list(read_pages(data, settings)))
    return understand_pages(pages, data, str(path), settings)


def find_tables(path: Path, settings: ReadSettings) -> list[dict[str, Any]]:
    """Return every ruled table of a document before it is read as a form, page by page (`jixiao tables`)."""
    from pipeline.layout.cells import reconstruct_cells
    from pipeline.layout.regions import find_regions
    from pipeline.layout.ruleless import infer_columns

    tables = []
    data = read_source(path, settings)
    for page in read_pages(data, settings):
        for region in find_regions(infer_columns(page, data)).regions:
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
