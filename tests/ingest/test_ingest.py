"""Bytes to pages: what a file is, whether its text layer can be believed, and that no page is lost."""

from __future__ import annotations

import io
import zipfile

import docx
import numpy as np
import pdfplumber
import pikepdf
import pytest
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from pipeline.errors import CorruptDocument, EmptyFile, EncryptedDocument, NoPages, TooLarge, UnsupportedDocument
from pipeline.ingest import media_type, read_pages
from pipeline.ingest.image import read_images
from pipeline.ingest.office.docx import read_docx
from pipeline.ingest.pdf.document import read_pdf
from pipeline.ingest.pdf.trust import PageFacts, distrust
from pipeline.layout.regions import find_regions
from pipeline.models import Box, Glyph, Page
from pipeline.settings import ReadSettings

SETTINGS = ReadSettings()
TEXT = "项目支出绩效自评表二〇二四年度某区数据局某项目经费执行情况说明"


def pdf(draw, pages=1, **kwargs):
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), **kwargs)
    for number in range(pages):
        canvas.setFont("STSong-Light", 12)
        draw(canvas, number)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def write_text(canvas, number):
    canvas.drawString(72, 700, f"{TEXT}{number}")


def picture(width=200, height=280, mode="RGB"):
    return Image.new(mode, (width, height), "white")


def seen(image, number, width, height):
    """A reader of pictures that only says that it was asked."""
    return Page(number, width, height, (), (), "ocr", f"seen {image.shape[1]}x{image.shape[0]}")


def read(data, settings=SETTINGS):
    return list(read_pdf(data, settings, seen))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"rubbish\n%PDF-1.4\n", "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
        (b"PK\x03\x04broken", "application/zip"),
        (b"<!DOCTYPE html><html>", "text/html"),
        (b"plain words", None),
    ],
)
def test_a_file_is_told_from_its_bytes(data, kind):
    assert media_type(data) == kind


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.presentation", "content.xml": "<a/>"}, "presentation"),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}, "opendocument.text"),
        ({"[Content_Types].xml": "<Types/>", "FixedDocSeq.fdseq": "<a/>"}, "opc-package"),
        ({"表.txt": "1", "content.xml": "<a/>"}, "application/zip"),
    ],
)
def test_a_package_that_is_one_document_is_no_archive(members, kind):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    assert media_type(out.getvalue()).endswith(kind)


def test_empty_and_unknown_files_are_refused_with_what_to_do():
    with pytest.raises(EmptyFile):
        list(read_pages(b"", SETTINGS))
    with pytest.raises(UnsupportedDocument, match="supply a PDF"):
        list(read_pages(b"plain words", SETTINGS))


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (b"Rar!\x1a\x07\x01\x00", "unpack it"),
        (b"7z\xbc\xaf\x27\x1c", "unpack it"),
        (b"\0\0\0\x18ftypheicrest", "save it as JPEG"),
    ],
)
def test_files_that_are_known_and_not_read_say_what_to_do(data, advice):
    with pytest.raises(UnsupportedDocument, match=advice):
        list(read_pages(data, ReadSettings()))


def test_a_text_page_is_read_from_its_text_layer():
    (page,) = read(pdf(write_text))

    assert page.source == "text"
    assert "".join(g.text for g in page.glyphs) == TEXT + "0"
    assert page.glyphs[0].box.x0 == pytest.approx(72, abs=1)
    assert page.glyphs[0].box.center[1] == pytest.approx(842 - 704, abs=4)


def test_pages_in_are_pages_out_in_their_order():
    pages = read(pdf(write_text, pages=5))

    assert [page.number for page in pages] == [1, 2, 3, 4, 5]
    assert ["".join(g.text for g in page.glyphs)[-1] for page in pages] == list("01234")


def test_the_way_a_page_is_turned_is_respected():
    with pikepdf.open(io.BytesIO(pdf(write_text))) as document:
        document.pages[0].Rotate = 90
        out = io.BytesIO()
        document.save(out)
    (page,) = read(out.getvalue())

    assert (page.width, page.height) == (842, 595)
    assert page.frame.box(page.glyphs[0].box).center[0] == pytest.approx(704, abs=4)
    assert page.glyphs[0].box.center[1] == pytest.approx(page.glyphs[-1].box.center[1], abs=0.01)


def test_a_crop_box_is_the_page_that_is_shown():
    with pikepdf.open(io.BytesIO(pdf(write_text))) as document:
        document.pages[0].CropBox = [60, 600, 560, 800]
        out = io.BytesIO()
        document.save(out)
    (page,) = read(out.getvalue())

    assert (page.width, page.height) == (500, 200)
    assert page.glyphs[0].box.x0 == pytest.approx(12, abs=1)


def test_what_is_drawn_beyond_the_crop_box_rules_nothing():
    """Two pages of a spread are often one sheet of which each page shows its half."""

    def draw(canvas, _):
        canvas.line(20, 700, 580, 700)
        canvas.line(400, 650, 400, 800)

    with pikepdf.open(io.BytesIO(pdf(draw))) as document:
        document.pages[0].CropBox = [0, 0, 300, 842]
        out = io.BytesIO()
        document.save(out)
    (page,) = read(out.getvalue())

    (ruling,) = page.rulings
    assert (ruling.x0, ruling.x1) == (pytest.approx(20, abs=1), pytest.approx(300, abs=3))


def test_rulings_drawn_as_lines_boxes_and_thin_boxes():
    def draw(canvas, _):
        write_text(canvas, 0)
        canvas.rect(100, 500, 200, 100)
        canvas.line(200, 500, 200, 600)
        canvas.rect(100, 549.6, 200, 0.8, stroke=0, fill=1)
        canvas.setStrokeColorRGB(1, 1, 1)
        canvas.line(150, 500, 150, 600)

    (region,) = find_regions(read(pdf(draw))[0]).regions

    assert len(region.grid.cells) == 4


def test_characters_printed_twice_for_boldness_count_once():
    def draw(canvas, _):
        for shift in (0, 0.3):
            canvas.drawString(72 + shift, 700, TEXT)

    (page,) = read(pdf(draw))

    assert "".join(g.text for g in page.glyphs) == TEXT


def test_a_shadow_of_the_same_ink_counts_once_and_double_digits_count_twice():
    def draw(canvas, _):
        for shift in (0, 1.2):
            canvas.drawString(72 + shift, 700 - shift, TEXT + "1155")

    (page,) = read(pdf(draw))

    assert "".join(g.text for g in page.glyphs) == TEXT + "1155"


def scan_page(canvas, text_mode=None):
    canvas.drawInlineImage(picture(), 0, 0, 595, 842)
    if text_mode is not None:
        text = canvas.beginText(72, 700)
        text.setTextRenderMode(text_mode)
        text.textLine(TEXT)
        canvas.drawText(text)


def test_a_picture_of_a_page_is_read_as_a_picture():
    (page,) = read(pdf(lambda canvas, _: scan_page(canvas)))

    assert page.source == "ocr"
    assert page.issues == ()


@pytest.mark.parametrize(
    ("draw", "opened"),
    [
        (lambda canvas, _: scan_page(canvas), 0),
        (lambda canvas, _: scan_page(canvas, text_mode=3), 1),
        (lambda canvas, _: (scan_page(canvas), canvas.line(100, 500, 300, 500)), 1),
        (lambda canvas, _: canvas.drawInlineImage(picture(), 0, 0, 200, 280), 1),
    ],
    ids=["only a picture", "text", "line", "small picture"],
)
def test_the_text_layer_is_opened_where_there_may_be_one(monkeypatch, draw, opened):
    calls, truly = [], pdfplumber.open
    monkeypatch.setattr(pdfplumber, "open", lambda *given: calls.append(given) or truly(*given))

    read(pdf(draw, pages=2), ReadSettings(text_reader="pdfplumber"))

    assert len(calls) == opened


def test_a_searchable_scan_is_read_from_its_picture():
    (page,) = read(pdf(lambda canvas, _: scan_page(canvas, text_mode=3)))

    assert page.source == "ocr"
    assert [issue.code for issue in page.issues] == ["text_layer_distrusted"]


def test_text_and_picture_pages_of_one_document_are_told_apart():
    pages = read(pdf(lambda canvas, n: scan_page(canvas) if n == 1 else write_text(canvas, n), pages=3))

    assert [page.source for page in pages] == ["text", "ocr", "text"]


def glyphs(text):
    return [Glyph(c, Box(i, 0, i + 1, 1)) for i, c in enumerate(text)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ([*"项目支出绩效", *["(cid:12)"] * 5], "no_unicode_map"),
        ("项目支出绩效\ue001\ue002", "no_unicode_map"),
        ("\ufffd" * 30, "no_unicode_map"),
        ("龘靐齉爩鱻麤龗灪吁龖厵滟爨癵籱饢驫鲡鹂鸾麷鼺龞龝" * 2, "implausible_text"),
        (TEXT, None),
        ("Budget 2024 in plain English words", None),
    ],
)
def test_a_text_layer_without_usable_map_is_not_believed(text, reason):
    assert distrust(glyphs(text), PageFacts(len(text), 0.0, 0.0), ruled=True) == reason


def test_text_that_only_pdfium_sees_sends_the_page_to_the_picture():
    assert distrust([], PageFacts(500, 0.0, 0.0), ruled=False) == "text_unseen"
    assert distrust([], PageFacts(0, 0.0, 0.0), ruled=False) is None


def test_a_stamp_picture_on_a_ruled_text_page_does_not_make_it_a_scan():
    assert distrust(glyphs(TEXT), PageFacts(30, 0.9, 0.0), ruled=True) is None


def test_a_document_that_pdfplumber_cannot_count_loses_no_page(monkeypatch):
    class Empty:
        pages = ()

    monkeypatch.setattr(pdfplumber, "open", lambda *_: Empty())

    pages = read(pdf(write_text, pages=3), ReadSettings(text_reader="pdfplumber"))

    assert [page.source for page in pages] == ["ocr", "ocr", "ocr"]


def test_a_blank_page_is_a_page():
    (page,) = read(pdf(lambda canvas, _: None))

    assert (page.glyphs, page.rulings) == ((), ())


def test_an_encrypted_pdf_says_so():
    from reportlab.lib.pdfencrypt import StandardEncryption

    with pytest.raises(EncryptedDocument):
        read(pdf(write_text, encrypt=StandardEncryption("secret", canPrint=0)))


def test_a_truncated_pdf_is_repaired_or_refused():
    data = pdf(write_text, pages=3)

    for cut in (0.3, 0.6, 0.95):
        try:
            pages = read(data[: int(len(data) * cut)])
        except (CorruptDocument, NoPages):
            continue
        assert pages


def test_too_many_pages_are_refused():
    with pytest.raises(TooLarge, match="--max-pages"):
        read(pdf(write_text, pages=3), ReadSettings(max_pages=2))


def test_a_picture_file_is_a_page_per_picture():
    out = io.BytesIO()
    picture().save(out, "TIFF", save_all=True, append_images=[picture(), picture()], dpi=(200, 200))
    pages = list(read_images(out.getvalue(), SETTINGS, seen))

    assert [page.number for page in pages] == [1, 2, 3]
    assert pages[0].width == pytest.approx(72.0)
    assert pages[0].reader == "seen 200x280"


def test_broken_and_huge_pictures_are_refused():
    out = io.BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (60, 60, 3), np.uint8)).save(out, "PNG")
    with pytest.raises(CorruptDocument):
        list(read_images(out.getvalue()[:500], SETTINGS, seen))
    with pytest.raises(TooLarge, match="--max-pixels"):
        list(read_images(out.getvalue(), ReadSettings(max_pixels=100), seen))


def word(build):
    document = docx.Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_merged_cells_of_a_word_table_keep_their_spans_and_texts():
    def build(document):
        document.add_paragraph("项目支出绩效自评表")
        table = document.add_table(3, 3)
        table.cell(0, 0).merge(table.cell(2, 0)).text = "绩\n效"
        table.cell(0, 1).merge(table.cell(0, 2)).text = "甲"
        table.cell(2, 2).text = "丙"

    (page,) = read_docx(word(build), SETTINGS, seen)
    layout = find_regions(page)
    (region,) = layout.regions

    assert not page.placed
    assert [line.text for line in layout.lines] == ["项目支出绩效自评表"]
    assert [(c.row, c.col, c.rowspan, c.colspan) for c in region.grid.cells][:2] == [(0, 0, 3, 1), (0, 1, 1, 2)]
    from pipeline.layout.cells import reconstruct_cells

    cells = reconstruct_cells(region).cells
    assert [c.text for c in cells if c.text] == ["绩效", "甲", "丙"]
    assert cells[0].places[0].box is None


def test_a_word_file_that_is_none_is_refused():
    with pytest.raises(CorruptDocument):
        list(read_docx(b"PK\x03\x04nonsense", SETTINGS, seen))
    with pytest.raises(TooLarge):
        list(read_docx(word(lambda d: d.add_paragraph("x")), ReadSettings(max_unpacked=10), seen))


@pytest.mark.slow
def test_a_table_with_horizontal_rulings_only_gets_columns_and_asks_for_review():
    head = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
    lines = [head, *[["产出指标", "数量指标", f"培训{i}", f"≥{i}场", f"{i}场", "10", "9"] for i in range(1, 7)]]

    def draw(canvas, _):
        canvas.setFont("STSong-Light", 9)
        canvas.drawString(230, 790, "项目支出绩效自评表")
        for r, texts in enumerate(lines):
            canvas.line(50, 760 - r * 24, 540, 760 - r * 24)
            for c, text in enumerate(texts):
                canvas.drawString(54 + c * 70, 744 - r * 24, text)
        canvas.line(50, 760 - len(lines) * 24, 540, 760 - len(lines) * 24)

    from pipeline.layout.cells import reconstruct_cells
    from pipeline.layout.ruleless import infer_columns

    data = pdf(draw)
    (page,) = (infer_columns(page, data) for page in read(data))
    table = reconstruct_cells(find_regions(page).regions[0])

    assert page.grid_reader == "camelot-hybrid"
    assert [[cell.text for cell in row] for row in table.grid()] == lines
    assert {cell.doubt for cell in table.cells} == {"inferred_columns"}
