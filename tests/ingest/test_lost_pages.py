"""A page that no library can open is told, and the pages beside it are read."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf

from pipeline.dataset.documents import DocumentRecords
from pipeline.read import read_document
from pipeline.settings import ReadSettings


def read_without(tmp_path: Path, pages: int, lost: set[int]) -> DocumentRecords:
    """Read a PDF of blank pages, some of which (from 0) the page tree names and the file does not have."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(200, 200))
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    data = out.getvalue()
    start = data.index(b"/Kids [")
    end = data.index(b"]", start)
    kids = data[start + 7 : end].split()
    for number in lost:
        kids[3 * number] = b"9" * len(kids[3 * number])
    damaged = data[: start + 7] + b" " + b" ".join(kids) + b" " + data[end:]
    path = tmp_path / "damaged.pdf"
    path.write_bytes(damaged)
    return read_document(path, ReadSettings())


def test_pages_beside_a_lost_one_are_read_and_the_row_names_it(tmp_path: Path) -> None:
    document = read_without(tmp_path, 3, {1}).document
    assert document.pages == 3
    assert document.error_code == "page_unread"
    assert document.error == "page 2: it is damaged and could not be opened"


def test_a_file_whose_pages_are_all_lost_is_damaged(tmp_path: Path) -> None:
    document = read_without(tmp_path, 2, {0, 1}).document
    assert (document.status, document.error_code) == ("failed", "corrupt")
