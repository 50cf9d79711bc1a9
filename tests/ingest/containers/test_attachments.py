"""Files inside a PDF: they become documents of their own beside its pages, and nothing in them does harm."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pipeline.errors import CorruptDocument, DocumentError, TooLarge, UnsupportedDocument
from pipeline.ingest.containers import archive
from pipeline.ingest.containers.archive import list_attachments, read_source
from pipeline.ingest.containers.attachments import find_attachments, unpack_attachment
from pipeline.read import read_document
from pipeline.run import run
from pipeline.settings import ReadSettings, RunOptions
from tests.running.support import rows
from tests.typeset import Layout, draw_html, random_form

SETTINGS = ReadSettings()


def blank() -> pikepdf.Pdf:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(200, 200))
    return pdf


def save(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def specification(pdf: pikepdf.Pdf, name: bytes, content: bytes, **entries: Any) -> Any:
    stream = pikepdf.Stream(pdf, content)
    for key, value in entries.items():
        stream[f"/{key}"] = value
    held = pikepdf.Dictionary(F=pdf.make_indirect(stream))
    return pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F=pikepdf.String(name), EF=held))


def pdf_with(files: Mapping[str, bytes], **options: Any) -> bytes:
    pdf = blank()
    for name, content in files.items():
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content, filename=name)
    return save(pdf, **options)


def names_in(data: bytes) -> list[str]:
    return [member.name for member in list_attachments(data, Path("a.pdf"), SETTINGS)]


@pytest.mark.parametrize("packed", [pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate])
def test_attachments_are_found_however_the_pdf_is_written(packed: pikepdf.ObjectStreamMode, tmp_path: Path) -> None:
    data = pdf_with({"自评表.html": b"x" * 999, "b.txt": b"y"}, object_stream_mode=packed, compress_streams=True)
    assert sorted(names_in(data)) == ["b.txt", "自评表.html"]
    (tmp_path / "a.pdf").write_bytes(data)
    assert read_source(tmp_path / "a.pdf!" / "自评表.html", SETTINGS) == b"x" * 999


def test_files_of_the_document_its_pages_and_their_notes_are_found_once_each() -> None:
    pdf = blank()
    note, page, whole = (specification(pdf, name, name) for name in (b"note", b"page", b"whole"))
    pdf.Root.AF = pikepdf.Array([whole, whole])
    pdf.pages[0].obj.AF = pikepdf.Array([page])
    mark = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, FS=note, Rect=[0, 0, 9, 9])
    pdf.pages[0].obj.Annots = pikepdf.Array([mark, mark])
    pdf.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=["x", whole, "y", page]))
    assert sorted(names_in(save(pdf))) == ["note", "page", "whole"]


def test_names_are_told_whatever_their_code_and_lead_nowhere() -> None:
    pdf = blank()
    names = ["自评表.pdf".encode("gb18030"), "自评表.pdf".encode(), b"../../etc/passwd", b"a!/b", b"same", b"same"]
    pdf.Root.AF = pikepdf.Array([specification(pdf, name, b"x%d" % at) for at, name in enumerate(names)])
    assert names_in(save(pdf)) == ["自评表.pdf", "自评表.pdf#2", "etc/passwd", "a!_/b", "same", "same#2"]


def test_a_name_tree_that_runs_in_a_circle_ends() -> None:
    pdf = blank()
    node = pdf.make_indirect(pikepdf.Dictionary())
    node.Kids = pikepdf.Array([node, node])
    node.Names = pikepdf.Array(["x", specification(pdf, b"a", b"a")])
    pdf.Root.Names = pikepdf.Dictionary(EmbeddedFiles=node)
    assert names_in(save(pdf)) == ["a"]


def test_what_is_no_file_is_passed_over() -> None:
    pdf = blank()
    odd = [pikepdf.Dictionary(F=pikepdf.String("outside.pdf")), 7, pikepdf.Dictionary(EF=7), pikepdf.Array([])]
    pdf.Root.AF = pikepdf.Array(odd)
    pdf.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Array([1, 2, 3]))
    pdf.pages[0].obj.Annots = pikepdf.Array([7, pikepdf.Dictionary(Subtype=pikepdf.Name.FileAttachment)])
    assert names_in(save(pdf)) == []
    assert find_attachments(b"%PDF-1.7 /EmbeddedFile broken") == []


def test_a_bomb_is_not_unpacked() -> None:
    pdf = blank()
    bomb = zlib.compress(bytes(64 << 20), 9)
    pdf.Root.AF = pikepdf.Array([specification(pdf, b"bomb", bomb, Filter=pikepdf.Name.FlateDecode)])
    (member,) = list_attachments(save(pdf, compress_streams=False), Path("a.pdf"), SETTINGS)
    assert (member.document_id, member.error_code) == (None, "too_large")


@pytest.mark.parametrize(
    ("content", "entries", "error"),
    [
        (b"rubbish", {"Filter": pikepdf.Name.FlateDecode}, CorruptDocument),
        (zlib.compress(b"x" * 99)[:-6], {"Filter": pikepdf.Name.FlateDecode}, CorruptDocument),
        (b"rubbish", {"Filter": pikepdf.Name.LZWDecode}, UnsupportedDocument),
        (b"x" * 99, {}, TooLarge),
    ],
)
def test_a_file_that_cannot_be_had_says_why(
    content: bytes, entries: dict[str, Any], error: type[DocumentError]
) -> None:
    pdf = blank()
    pdf.Root.AF = pikepdf.Array([specification(pdf, b"a", content, **entries)])
    ((_, held),) = find_attachments(
        save(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    )
    with pytest.raises(error):
        unpack_attachment(held, 50)


@pytest.mark.slow
def test_pdfs_inside_each_other_end_at_the_limit(tmp_path: Path) -> None:
    data = save(blank())
    for depth in range(6):
        data = pdf_with({f"{depth}.pdf": data})
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.pdf").write_bytes(data)
    run([tmp_path / "in"], RunOptions(tmp_path / "out", SETTINGS, jobs=1))
    found = rows(tmp_path / "out", "documents", "source_path", "error_code")
    assert [code for _, code in sorted(found, key=lambda row: len(row[0]))] == [None] * 3 + ["attachment_unread"]


def test_too_many_files_leave_the_pages_as_they_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 1)
    (tmp_path / "a.pdf").write_bytes(pdf_with({"a": b"a", "b": b"b"}))
    records = read_document(tmp_path / "a.pdf", SETTINGS)
    assert (records.document.status, records.document.error_code, records.document.pages) == (
        "no_form",
        "attachment_unread",
        1,
    )
    assert records.members == ()


def test_a_portfolio_gives_the_forms_of_its_members(tmp_path: Path) -> None:
    draw_html([random_form(1)], Layout(), tmp_path / "form.html")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "集.pdf").write_bytes(pdf_with({"通州区.html": (tmp_path / "form.html").read_bytes()}))
    summary = run([tmp_path / "in"], RunOptions(tmp_path / "out", SETTINGS, jobs=1))
    assert summary.exit_status == 0
    found = {
        Path(path).name: (status, forms)
        for path, status, forms in rows(tmp_path / "out", "documents", "source_path", "status", "form_count")
    }
    assert found == {"集.pdf": ("no_form", 0), "通州区.html": ("ok", 1)}
    again = run([tmp_path / "in"], RunOptions(tmp_path / "out", SETTINGS, jobs=1))
    assert (again.read, again.unchanged) == (0, 2)
