"""A reader that misreads known cells of a text PDF, as a recogniser might, and doubts them.

`MISREAD` says what it makes of which cell; the environment variable MISREADING names another table of this module,
for a reader that has changed since.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.assess import score_records
from pipeline.corrections.apply import apply_decisions
from pipeline.corrections.book import CellState
from pipeline.corrections.decision import Address, Decision
from pipeline.dataset.documents import DocumentRecords, decode_records, encode_records
from pipeline.read import read_document as read_truly
from pipeline.records import CellRow
from pipeline.settings import ReadSettings
from tests.places import ROOT

SAMPLE = ROOT / "data" / "raw" / "110112-通州区-2024-项目支出绩效自评表.pdf"

SCORE = Address(1, "indicator", 1, "score_raw")
EXECUTED = Address(1, "fund", 1, "executed_raw")
NAME = Address(1, "indicator", 3, "level3")
PROJECT = Address(2, "form", None, "project_name")


@dataclass(frozen=True)
class Misreading:
    """What was made of a cell, by whom, and why it is doubted. `said` is what the document says."""

    text: str
    said: str
    reason: str
    second: tuple[str, ...] = ()


MISREAD: Mapping[Address, Misreading] = {
    SCORE: Misreading("36", "30", "sum_fails", ("30",)),
    EXECUTED: Misreading("1748.3", "174.83", "readers_disagree", ("174.83",)),
    NAME: Misreading("控制在预箅内", "控制在预算内", "low_confidence"),
    PROJECT: Misreading(
        "产业疏解<img src=x onerror=\"document.title='taken'\">提质认定、评审服务（疏解提质）",
        "产业疏解提质认定、评审服务（疏解提质）",
        "low_confidence",
    ),
}
BETTER = {address: one for address, one in MISREAD.items() if address != SCORE}
"""A reader that has learnt to read the score."""
TOTAL = Address(1, "form", None, "total_score_raw")
LOST = MISREAD | {
    TOTAL: Misreading("", "90", "not_found"),
    SCORE._replace(field="deviation_raw"): Misreading("", "", "not_found"),
}
"""A reader that has lost the column of deviations in one row, and a form's total."""
OTHERWISE = MISREAD | {SCORE: replace(MISREAD[SCORE], text="80")}
"""A reader that misreads the score in another way."""


def misread(records: DocumentRecords, readings: Mapping[Address, Misreading]) -> DocumentRecords:
    """Return a document as it would be had some cells been misread; every cell comes from a picture then."""
    changed = apply_decisions(records, {address: _state(address, one, records) for address, one in readings.items()})
    doubts = {(f"{records.document.document_id}-{a.form_no:03d}", *a[1:]): one for a, one in readings.items()}
    cells = tuple(_doubt(cell, doubts) for cell in changed.records.cells)
    document = replace(records.document, ocr_engine="rapidocr", ocr_pages=records.document.pages, text_pages=0)
    return score_records(replace(changed.records, document=document, cells=cells))


def _state(address: Address, one: Misreading, records: DocumentRecords) -> CellState:
    made = {"action": "correct", "new": one.text} if one.reason != "not_found" else {"action": "absent", "new": None}
    decision = Decision.model_validate(
        {**address._asdict(), **made, "id": "0000", "document": records.document.document_id, "file": ""}
        | {"old": one.said, "time": "2026-01-01T00:00:00Z", "reviewer": "misreader"}
    )
    return CellState((decision,), (decision,))


def _doubt(cell: CellRow, doubts: Mapping[tuple[object, ...], Misreading]) -> CellRow:
    one = doubts.get((cell.form_id, cell.table, cell.row_no, cell.field))
    cell = replace(cell, source="ocr", needs_review=False, review_reason=None, confidence=0.98)
    cell = replace(cell, first_reading=None, reviewer=None, reviewed_at=None)
    if one is None:
        return cell
    if one.reason == "not_found":
        cell = replace(cell, text="", page=None, x0=None, y0=None, x1=None, y1=None)
    seen = {"alternatives": one.second, "second_readings": one.second, "confidence": 0.71}
    return replace(cell, needs_review=True, review_reason=one.reason, **seen)


def read_document(path: Path, settings: ReadSettings, progress: Callable[[int], None] | None = None) -> DocumentRecords:
    """Read a text PDF and misread it; where MISREADING_CACHE names a folder, truly only once."""
    return misread(_read_once(path, settings, progress), globals()[os.environ.get("MISREADING", "MISREAD")])


def _read_once(path: Path, settings: ReadSettings, progress: Callable[[int], None] | None) -> DocumentRecords:
    name = hashlib.sha256(path.read_bytes()).hexdigest()
    kept = Path(os.environ.get("MISREADING_CACHE", os.devnull)) / name
    if kept.is_file():
        return decode_records(kept.read_bytes())
    records = read_truly(path, settings, progress)
    if kept.parent.is_dir():
        kept.write_bytes(encode_records(records))
    return records
