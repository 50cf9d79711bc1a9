"""Hostile files of every format, in one run: each ends in a row that says why, and the form among them comes out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from pipeline.ingest import media_type
from pipeline.run import run
from pipeline.running.summary import RunSummary
from pipeline.settings import MEBIBYTE, ReadSettings, RunOptions, WorkerLimits
from tests.ingest.ofd.test_ofd import one_page, text
from tests.ingest.office.test_cells import SHEET, change_member, workbook
from tests.running.support import documents, rows
from tests.typeset import Layout, draw_docx, draw_html, draw_xls, draw_xlsx, random_form

pytestmark = pytest.mark.slow

BILLION_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]>"
)
FOREIGN_FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def made(draw: Callable[..., object], folder: Path, name: str) -> bytes:
    draw([random_form(5)], Layout(), folder / name)
    return (folder / name).read_bytes()


def with_start(data: bytes, member: str, start: str) -> bytes:
    """Return a package with a document type before the root of one member."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        root = package.read(member).decode().split("?>", 1)[-1].lstrip()[:15]
    return change_member(data, member, root, start + root)


def bomb(name: str, member: str) -> bytes:
    """Return a package with one member of 40 MB of nothing; `name` makes it a kind of office file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("_rels/.rels", f'<R><Relationship Id="1" Type="x/officeDocument" Target="{name}"/></R>')
        package.writestr(member, " " * (40 * MEBIBYTE))
    return out.getvalue()


def locked_ole() -> bytes:
    """Return the beginning of a compound file, cut off."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def hostile(folder: Path) -> dict[str, tuple[bytes, str | None]]:
    """Return the files by name, each with the error code that it must end in; None is no failure."""
    docx, xlsx, xls, html = (
        made(draw, folder, f"form.{kind}")
        for draw, kind in ((draw_docx, "docx"), (draw_xlsx, "xlsx"), (draw_xls, "xls"), (draw_html, "html"))
    )
    plain = workbook(lambda sheet: None)
    deep = "<table>" + "<tr><td>" * 60_000 + "x"
    return {
        "whole.pdf": (html, None),
        "entities.docx": (with_start(docx, "word/document.xml", BILLION_LAUGHS), "unsupported"),
        "foreign.docx": (with_start(docx, "word/document.xml", FOREIGN_FILE), "unsupported"),
        "entities.xlsx": (with_start(plain, SHEET, BILLION_LAUGHS), "unsupported"),
        "half.docx": (docx[: len(docx) // 2], "corrupt"),
        "half.xlsx": (xlsx[: len(xlsx) // 2], "corrupt"),
        "half.xls": (xls[: len(xls) // 2], "unsupported"),
        "half.ofd": (one_page(text("甲"))[:200], "corrupt"),
        "bomb.docx": (bomb("word/document.xml", "word/document.xml"), "too_large"),
        "bomb.xlsx": (bomb("xl/workbook.xml", "xl/workbook.xml"), "too_large"),
        "bomb.ofd": (one_page(f"<x>{' ' * (40 * MEBIBYTE)}</x>"), "too_large"),
        "deep.ofd": (one_page("<x>" * 5000 + "</x>" * 5000), "corrupt"),
        "deep.html": (deep.encode(), None),
        "far cell.xlsx": (change_member(plain, SHEET, 'r="B2"', 'r="XFD1048576"'), None),
        "loop.xlsx": (change_member(plain, "xl/workbook.xml", "rId1", "rId99"), "no_pages"),
        "cut stream.xls": (locked_ole(), "unsupported"),
        "text.xlsx": (b"not a workbook at all", "unsupported"),
        "script.html": (b"<html><script>while(1);</script><table><tr><td>x</table>", None),
        "odd bytes.html": (b"<table><tr><td>" + bytes(range(256)) * 50, None),
    }


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunSummary, dict[str, str | None]]:
    folder = tmp_path_factory.mktemp("hostile")
    files = hostile(tmp_path_factory.mktemp("made"))
    (folder / "in").mkdir()
    for name, (data, _) in files.items():
        (folder / "in" / name).write_bytes(data)
    limits = WorkerLimits(timeout=60.0, memory=1500 * MEBIBYTE)
    summary = run([folder / "in"], RunOptions(folder / "out", ReadSettings(), limits, jobs=1))
    return folder / "out", summary, {name: code for name, (_, code) in files.items()}


def test_every_file_ends_as_it_must(outcome: tuple[Path, RunSummary, dict[str, str | None]]) -> None:
    out, _, wanted = outcome
    assert {name: code for name, (_, code) in documents(out).items()} == wanted


def test_only_the_whole_form_is_a_form(outcome: tuple[Path, RunSummary, dict[str, str | None]]) -> None:
    assert rows(outcome[0], "forms", "file_name") == [("whole.pdf",)]


def test_every_failure_says_what_to_do(outcome: tuple[Path, RunSummary, dict[str, str | None]]) -> None:
    assert outcome[1].exit_status == 3
    assert all(";" in item.error for item in outcome[1].failed), [i.error for i in outcome[1].failed]


def test_nothing_of_a_foreign_file_gets_in(outcome: tuple[Path, RunSummary, dict[str, str | None]]) -> None:
    name = Path("/etc/hostname").read_text().strip() if Path("/etc/hostname").exists() else "?"
    assert all(name not in (text or "") for (text,) in rows(outcome[0], "cells", "text")) or len(name) < 4


def test_a_name_says_nothing_about_what_a_file_is(tmp_path: Path) -> None:
    kinds = {
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xls": "application/vnd.ms-excel",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "html": "text/html",
    }
    for draw, kind in ((draw_xlsx, "xlsx"), (draw_xls, "xls"), (draw_docx, "docx"), (draw_html, "html")):
        assert media_type(made(draw, tmp_path, "form.pdf")) == kinds[kind]
    book = openpyxl.Workbook()
    book.save(tmp_path / "empty.xlsx")
    assert media_type((tmp_path / "empty.xlsx").read_bytes()) == kinds["xlsx"]


def test_every_published_file_that_is_no_pdf_ends_in_a_row(shared: Path, tmp_path: Path) -> None:
    source = shared / "hostile" / "notpdf"
    names = {path.name for path in source.iterdir() if path.suffix not in {".tif", ".zip"} and "PNG" not in path.name}
    (tmp_path / "in").mkdir()
    for name in names:
        (tmp_path / "in" / name).write_bytes((source / name).read_bytes())
    summary = run([tmp_path / "in"], RunOptions(tmp_path / "out", jobs=1))
    found = documents(tmp_path / "out")
    assert found.keys() == names
    assert summary.rows["forms"] == 0
    assert {code for _, code in found.values()} <= {None, "unsupported", "needs_libreoffice"}
