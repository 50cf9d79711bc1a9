"""A reader for tests of runs: a file's text says what becomes of it; no PDF and no model is needed.

The first word is what to do, the second a number: `forms 2` makes two forms, `hang` never ends, `eat 500` takes 500 MB.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from pipeline.dataset.documents import DocumentRecords
from pipeline.errors import EncryptedDocument, MissingDependency
from pipeline.records import (
    FUND_TYPES,
    CellRow,
    DocumentRow,
    FindingRow,
    FormRow,
    FundRow,
    IndicatorRow,
    Money,
    ScoreRow,
)
from pipeline.settings import ReadSettings


def make_records(path: Path, data: bytes, forms: int, rows: int = 3) -> DocumentRecords:
    """Return a document with some forms, all tables filled."""
    document_id = hashlib.sha256(data).hexdigest()
    ids = [f"{document_id}-{number:03d}" for number in range(1, forms + 1)]
    lines = [(form_id, row) for form_id in ids for row in range(1, rows + 1)]
    return DocumentRecords(
        document=DocumentRow(
            document_id=document_id,
            file_name=path.name,
            source_path=str(path),
            media_type="text/plain",
            pages=1,
            form_count=forms,
            status="ok" if forms else "no_form",
            pipeline_version="test",
        ),
        forms=tuple(
            FormRow(
                form_id=form_id,
                document_id=document_id,
                file_name=path.name,
                form_no=number,
                page_first=1,
                page_last=1,
                year=2023 + number,
                district="通州区",
                district_code="110112",
                total_score=Decimal("97.5"),
                grade="优",
                complete=True,
            )
            for number, form_id in enumerate(ids, 1)
        ),
        funds=tuple(
            FundRow(
                form_id=i,
                row_no=FUND_TYPES.index(kind) + 1,
                fund_type=kind,
                annual_budget_yuan=Money(Decimal("3962675.29")),
            )
            for i in ids
            for kind in FUND_TYPES
        ),
        indicators=tuple(
            IndicatorRow(
                form_id=i,
                row_no=row,
                level3=f"指标{row}",
                target_raw="≥90%",
                target_value=Decimal("0.9"),
                target_flags=("a",),
            )
            for i, row in lines
        ),
        scores=tuple(
            ScoreRow(
                form_id=i,
                item="indicator",
                row_no=row,
                profile="beijing-2024",
                verdict="consistent",
                explanation="得分与规则一致",
            )
            for i, row in lines
        ),
        findings=tuple(
            FindingRow(
                form_id=i,
                code="weights_not_100",
                status="violation",
                severity="error",
                profile="beijing-2024",
                message="权重之和不是 100",
            )
            for i in ids
        ),
        cells=tuple(
            CellRow(
                form_id=i,
                table="indicator",
                row_no=row,
                field="target_raw",
                text="≥90%",
                page=1,
                x0=1.5,
                y0=2.5,
                x1=3.5,
                y1=4.5,
                source="text",
                confidence=1.0,
                needs_review=row == 1,
            )
            for i, row in lines
        ),
    )


def read_document(path: Path, settings: ReadSettings, progress: Callable[[int], None]) -> DocumentRecords:
    """Do what the file says."""
    data = path.read_bytes()
    word, number, *_ = (*data.decode().split(), "0", "0")
    if word == "forms":
        progress(1)
        return make_records(path, data, int(number))
    return _MISDEEDS[word](path, data, int(number) if number.isdigit() else 0)


def _hang(path: Path, data: bytes, number: int) -> DocumentRecords:
    time.sleep(3600)
    raise AssertionError


def _slow(path: Path, data: bytes, number: int) -> DocumentRecords:
    time.sleep(number / 1000)
    return make_records(path, data, 1)


def _child(path: Path, data: bytes, number: int) -> DocumentRecords:
    child = subprocess.Popen(["sleep", "3600"], start_new_session=True)
    Path(os.environ["STUB_CHILD"]).write_text(str(child.pid))
    return _hang(path, data, number)


def _die(path: Path, data: bytes, number: int) -> DocumentRecords:
    os.kill(os.getpid(), signal.SIGKILL)
    return _hang(path, data, number)


def _die_once(path: Path, data: bytes, number: int) -> DocumentRecords:
    mark = Path(os.environ["STUB_MARK"])
    if not mark.exists():
        mark.touch()
        _die(path, data, number)
    return make_records(path, data, 1)


def _die_with_parent(path: Path, data: bytes, number: int) -> DocumentRecords:
    os.kill(os.getppid(), signal.SIGKILL)
    return _hang(path, data, number)


def _leave(path: Path, data: bytes, number: int) -> DocumentRecords:
    os._exit(number)


def _segfault(path: Path, data: bytes, number: int) -> DocumentRecords:
    ctypes.string_at(0)
    raise AssertionError


def _eat(path: Path, data: bytes, number: int) -> DocumentRecords:
    food = []
    while sum(map(len, food)) < number << 20:
        food.append(bytearray(os.urandom(1 << 20) * 16))
    return make_records(path, data, 1)


def _recurse(path: Path, data: bytes, number: int) -> DocumentRecords:
    return _recurse(path, data, number)


def _unread(path: Path, data: bytes, number: int) -> DocumentRecords:
    records = make_records(path, data, number)
    unread = {"error_code": "form_not_read", "error": "page 2: it shows a form that was not read; look at the page"}
    return replace(records, document=replace(records.document, status="partial", **unread))


def _encrypted(path: Path, data: bytes, number: int) -> DocumentRecords:
    raise EncryptedDocument("the PDF needs a password; \x1b[31mremove it")


def _missing(path: Path, data: bytes, number: int) -> DocumentRecords:
    raise MissingDependency("tesseract is not installed; run apt-get install tesseract-ocr tesseract-ocr-chi-sim")


def _phone_home(path: Path, data: bytes, number: int) -> DocumentRecords:
    socket.create_connection(("127.0.0.1", 9), timeout=1)
    raise AssertionError


def _litter(path: Path, data: bytes, number: int) -> DocumentRecords:
    (Path(os.environ["TMPDIR"]) / "litter").write_text("left behind")
    return make_records(path, data, 1)


def _repeat_key(path: Path, data: bytes, number: int) -> DocumentRecords:
    records = make_records(path, data, 1)
    return replace(records, indicators=records.indicators * 2)


_MISDEEDS: dict[str, Callable[[Path, bytes, int], DocumentRecords]] = {
    "hang": _hang,
    "slow": _slow,
    "child": _child,
    "die": _die,
    "die-once": _die_once,
    "die-with-parent": _die_with_parent,
    "leave": _leave,
    "segfault": _segfault,
    "eat": _eat,
    "recurse": _recurse,
    "unread": _unread,
    "encrypted": _encrypted,
    "dependency": _missing,
    "phone-home": _phone_home,
    "litter": _litter,
    "repeat-key": _repeat_key,
}
