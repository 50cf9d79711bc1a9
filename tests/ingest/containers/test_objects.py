"""Documents that were pasted into Word and Excel files as objects are read; data behind charts are none."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from pipeline.ingest.containers import objects
from pipeline.ingest.containers.archive import list_attachments, list_members, read_source
from pipeline.run import run
from pipeline.settings import ReadSettings, RunOptions
from tests.ingest.office.word_files import p, word_file
from tests.running.support import rows
from tests.typeset import Layout, draw_xlsx, random_form

SETTINGS = ReadSettings()


def names_in(data: bytes) -> list[str]:
    return [member.name for member in list_attachments(data, Path("a.docx"), SETTINGS)]


def test_a_form_that_was_pasted_as_a_workbook_is_read(tmp_path: Path) -> None:
    draw_xlsx([random_form(1)], Layout(), tmp_path / "form.xlsx")
    (tmp_path / "in").mkdir()
    held = {"embeddings/Sheet1.xlsx": (tmp_path / "form.xlsx").read_bytes()}
    (tmp_path / "in" / "表.docx").write_bytes(word_file(p("见下表"), held))
    assert run([tmp_path / "in"], RunOptions(tmp_path / "out", SETTINGS, jobs=1)).exit_status == 0
    found = rows(tmp_path / "out", "documents", "file_name", "status", "form_count")
    assert sorted(found) == [("Sheet1.xlsx", "ok", 1), ("表.docx", "no_form", 0)]


def test_data_behind_a_chart_and_pictures_are_no_objects() -> None:
    chart = '<Relationships><Relationship Target="../embeddings/Chart.xlsx"/></Relationships>'
    held: dict[str, str | bytes] = {
        "embeddings/Chart.xlsx": b"PK", "embeddings/a.emf": b"x", "embeddings/b.xlsx": b"PK",
        "charts/_rels/chart1.xml.rels": chart,
    }  # fmt: skip
    assert names_in(word_file(p("甲"), held)) == ["word/embeddings/b.xlsx"]
    assert names_in(word_file(p("甲"))) == []


def test_an_archive_of_word_files_is_an_archive() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        package.writestr("甲.docx", word_file(p("甲"), {"embeddings/b.xlsx": b"PK"}))
    assert [member.name for member in list_members(out.getvalue(), Path("a.zip"), SETTINGS)] == ["甲.docx"]


def test_what_a_compound_file_holds_is_the_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Compound:
        def __init__(self, file: io.BytesIO) -> None:
            self.file = file

        def __enter__(self) -> Compound:
            return self

        def __exit__(self, *error: object) -> None:
            pass

        def exists(self, name: str) -> bool:
            return name == "Package"

        def openstream(self, name: str) -> io.BytesIO:
            return io.BytesIO(b"PK inner")

    held = {"embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0 outer"}
    (tmp_path / "a.docx").write_bytes(word_file(p("甲"), held))
    inner = tmp_path / "a.docx!/word/embeddings/oleObject1.bin"
    assert read_source(inner, SETTINGS) == b"\xd0\xcf\x11\xe0 outer"
    monkeypatch.setattr("olefile.OleFileIO", Compound)
    assert read_source(inner, SETTINGS) == b"PK inner"


def test_a_damaged_package_has_no_objects() -> None:
    whole = word_file(p("甲"), {"embeddings/b.xlsx": b"PK" * 50})
    assert objects.is_package(whole)
    assert not objects.is_package(whole[: len(whole) // 2])
    assert objects.list_objects(whole[: len(whole) // 2]) == []
