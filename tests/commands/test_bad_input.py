"""Bad input is a row with a status and a reason, read by the true readers; the other files still run."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfgen import canvas

from pipeline.run import run
from pipeline.running.summary import RunSummary
from pipeline.settings import RunOptions
from tests.running.support import documents, rows


def draw_pdf() -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.drawString(72, 720, "A letter, not a form.")
    page.showPage()
    page.save()
    return out.getvalue()


def encrypt(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return out.getvalue()


def without_pages() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.save(out)
    return out.getvalue()


def zip_of(name: str, content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


LETTER = draw_pdf()

FILES = {
    "letter.pdf": (LETTER, ("no_form", None)),
    "no name at all": (LETTER[:-1] + b"\n%", ("no_form", None)),
    "encrypted.pdf": (encrypt(LETTER), ("failed", "encrypted")),
    "truncated.pdf": (LETTER[:200], ("failed", "corrupt")),
    "no pages.pdf": (without_pages(), ("failed", "no_pages")),
    "empty.pdf": (b"", ("failed", "empty_file")),
    "text.pdf": ("项目支出绩效自评表".encode(), ("failed", "unsupported")),
    "page.pdf": (b"<!DOCTYPE html><html><body>404</body></html>", ("failed", "unsupported")),
    "old.docx": (zip_of("word/document.xml", "<not xml"), ("failed", "corrupt")),
    "archive.pdf": (zip_of("a.txt", "a"), ("no_form", None)),
}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunSummary]:
    folder = tmp_path_factory.mktemp("bad")
    (folder / "in").mkdir()
    for name, (data, _) in FILES.items():
        (folder / "in" / name).write_bytes(data)
    return folder / "out", run([folder / "in"], RunOptions(folder / "out", jobs=1))


@pytest.mark.parametrize("name", FILES)
def test_each_file_ends_as_it_must(outcome: tuple[Path, RunSummary], name: str) -> None:
    assert documents(outcome[0])[name] == FILES[name][1]


def test_no_form_is_invented(outcome: tuple[Path, RunSummary]) -> None:
    assert rows(outcome[0], "forms", "form_id") == []
    assert rows(outcome[0], "cells", "form_id") == []


def test_the_run_ends_with_status_3_and_every_reason_says_what_to_do(outcome: tuple[Path, RunSummary]) -> None:
    summary = outcome[1]
    assert summary.exit_status == 3
    in_archives = 1
    assert len(summary.failed) == sum(status == "failed" for _, (status, _) in FILES.values()) + in_archives
    assert all(";" in item.error for item in summary.failed)
