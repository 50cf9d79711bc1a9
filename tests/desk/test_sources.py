"""Pages are drawn wherever a document lies: in a file, in an archive, in a PDF, as a picture in a Word file."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from pipeline.desk.pictures import NoPicture, draw_picture
from pipeline.models import Box
from pipeline.report.pictures import Wanted, draw_document
from tests.ingest.office.word_files import drawing, p, picture_bytes, word_file
from tests.ingest.pdf.support import draw_pdf
from tests.typeset.ofd import scanned_ofd

SCAN = picture_bytes(800, 1000)


def in_zip(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("inner", content)
    return out.getvalue()


def in_pdf(content: bytes) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.attachments["inner"] = pikepdf.AttachedFileSpec(pdf, content, filename="inner")
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


OFD = scanned_ofd(SCAN, 400, 500)
PDF = draw_pdf(lambda canvas: canvas.drawString(72, 700, "正文"))
WORD = word_file(p("前", drawing("scan.png")), {"media/scan.png": SCAN})
HELD = {
    "a picture": ("a", SCAN, SCAN, 1),
    "a picture in an archive": ("a!/inner", in_zip(SCAN), SCAN, 1),
    "a picture in a PDF": ("a!/inner", in_pdf(SCAN), SCAN, 1),
    "a picture in a Word file in an archive": ("a!/inner", in_zip(WORD), WORD, 2),
    "a PDF in an archive": ("a!/inner", in_zip(PDF), PDF, 1),
    "a PDF in a PDF": ("a!/inner", in_pdf(PDF), PDF, 1),
    "a scan in an OFD file": ("a", OFD, OFD, 1),
    "a scan in an OFD file in an archive": ("a!/inner", in_zip(OFD), OFD, 1),
}


@pytest.mark.parametrize("kind", HELD)
def test_a_page_is_drawn_wherever_its_document_lies(kind: str, tmp_path: Path) -> None:
    name, file, document, page = HELD[kind]
    (tmp_path / "a").write_bytes(file)
    digest = hashlib.sha256(document).hexdigest()
    drawn = draw_document(Wanted(digest, tmp_path / name, (page,)), tmp_path / "out")
    assert drawn.problem == ""
    with Image.open(tmp_path / "out" / digest / f"{page}.jpg") as picture:
        assert picture.height > picture.width
    assert draw_picture(tmp_path / name, digest, page, Box(10, 10, 50, 50))
    with pytest.raises(NoPicture, match="改变"):
        draw_picture(tmp_path / name, "0" * 64, page, None)


def test_a_page_that_was_no_picture_is_not_drawn(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(WORD)
    with pytest.raises(NoPicture, match="没有固定的版面"):
        draw_picture(tmp_path / "a", hashlib.sha256(WORD).hexdigest(), 1, None)
    with pytest.raises(NoPicture, match="打不开"):
        draw_picture(tmp_path / "b", "0" * 64, 1, None)
