"""Pictures that are no pages of forms: each is recorded, none brings the reader down, and no form is invented."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

from pipeline.dataset.documents import DocumentRecords
from pipeline.errors import TooLarge
from pipeline.read import read_document
from pipeline.settings import ReadSettings
from tests.ingest.scan.support import HEIGHT, WIDTH, FakeRecognizer, Picture, blank_page, rule_table, write


@pytest.fixture(autouse=True)
def fake_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read every line as the same word; what is no form stays none, whatever a recogniser sees in it."""
    fake = FakeRecognizer(text="项目名称")
    monkeypatch.setattr("pipeline.ingest.ocr.load_recognizer", lambda *_: fake)


def jpeg(picture: Picture) -> bytes:
    return cv2.imencode(".jpg", picture)[1].tobytes()


def pdf_of(path: Path, data: bytes, width: int, height: int) -> Path:
    """Write a PDF whose only page shows JPEG data said to be `width` x `height` pixels large."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        image = pdf.make_stream(
            data,
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=width,
            Height=height,
            ColorSpace=pikepdf.Name.DeviceGray,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
        page.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")
        pdf.save(path)
    return path


def picture_file(path: Path, picture: Picture) -> Path:
    Image.fromarray(picture).save(path)
    return path


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that says it is `width` x `height` pixels of black and white, and holds hardly any of them."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\x00" * 4000)),
        (b"IEND", b""),
    )
    framed = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


def without_forms(records: DocumentRecords) -> bool:
    tables = (records.forms, records.funds, records.indicators, records.cells, records.findings)
    return not any(tables)


def test_a_corrupt_jpeg_in_a_good_pdf_is_a_page_without_a_form(tmp_path: Path) -> None:
    data = jpeg(rule_table())
    torn = data[: len(data) // 5] + b"\x00" * 200
    records = read_document(pdf_of(tmp_path / "torn.pdf", torn, WIDTH, HEIGHT), ReadSettings())
    assert (records.document.status, records.document.pages) == ("no_form", 1)
    assert without_forms(records)


@pytest.mark.parametrize("size", [(0, 0), (30_000, 30_000)])
def test_a_pdf_whose_picture_says_a_wrong_size_is_recorded(tmp_path: Path, size: tuple[int, int]) -> None:
    records = read_document(pdf_of(tmp_path / "size.pdf", jpeg(rule_table()), *size), ReadSettings())
    assert records.document.status in ("no_form", "failed")
    assert without_forms(records)


def test_a_picture_of_30000_pixels_a_side_fails_without_being_decoded(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(png_of(30_000, 30_000))
    records = read_document(path, ReadSettings())
    assert (records.document.status, records.document.error_code) == ("failed", TooLarge.code)


@pytest.mark.parametrize("name", ["empty.png", "empty.jpg", "empty.tiff"])
def test_a_picture_file_without_pixels_fails(tmp_path: Path, name: str) -> None:
    buffer = io.BytesIO()
    Image.new("L", (40, 40)).save(buffer, {"png": "PNG", "jpg": "JPEG", "tiff": "TIFF"}[name.split(".")[1]])
    path = tmp_path / name
    path.write_bytes(buffer.getvalue()[:30])
    records = read_document(path, ReadSettings())
    assert records.document.status == "failed"
    assert records.document.error


@pytest.mark.parametrize("size", [(30000, 16), (16, 30000), (6000, 16)])
def test_a_strip_is_recorded_and_holds_no_form(tmp_path: Path, size: tuple[int, int]) -> None:
    strip = np.random.default_rng(1).integers(0, 255, size, dtype=np.uint8)
    records = read_document(picture_file(tmp_path / "strip.png", strip), ReadSettings())
    assert records.document.pages == 1
    assert not records.forms


def test_a_page_of_words_without_rulings_holds_no_form(tmp_path: Path) -> None:
    page = blank_page()
    for row in range(8):
        write(page, "words and figures 123", row, 1)
    records = read_document(picture_file(tmp_path / "words.png", page), ReadSettings())
    assert (records.document.status, records.document.ocr_pages) == ("no_form", 1)
    assert without_forms(records)


def test_a_ruled_table_of_something_else_is_no_form(tmp_path: Path) -> None:
    page = rule_table()
    for row in range(8):
        write(page, "123", row, 1)
    records = read_document(picture_file(tmp_path / "table.png", page), ReadSettings())
    assert records.document.status == "no_form"
    assert without_forms(records)


def test_a_picture_of_something_else_is_no_form(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    scene = cv2.resize(rng.integers(0, 255, (24, 17), dtype=np.uint8), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    for x in range(0, WIDTH, 190):
        cv2.line(scene, (x, 0), (x + 300, HEIGHT), (0,), 9)
    records = read_document(picture_file(tmp_path / "scene.png", scene), ReadSettings())
    assert records.document.status == "no_form"
    assert without_forms(records)


def test_a_broken_picture_of_a_tiff_costs_the_file_not_the_run(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(rule_table()).save(
        buffer, "TIFF", save_all=True, append_images=[Image.fromarray(blank_page())], compression="tiff_lzw"
    )
    path = tmp_path / "torn.tiff"
    path.write_bytes(buffer.getvalue()[: len(buffer.getvalue()) // 2])
    records = read_document(path, ReadSettings())
    assert records.document.status in ("failed", "no_form")
    assert without_forms(records)
