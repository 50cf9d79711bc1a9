"""Pictures and text boxes on sheets: what a person sees on a sheet is read, a scan as a page after its sheet."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter
import xlwt

from pipeline.ingest.office.nesting import Lines
from pipeline.ingest.office.pictures import Picture
from pipeline.ingest.office.sheets.spreadsheet import Merge, SheetCell, SheetFacts, draw_sheets
from pipeline.ingest.office.sheets.xls_drawings import read_stream
from pipeline.models import Page
from pipeline.settings import ReadSettings
from tests.ingest.office.word_files import picture_bytes, read

SCAN = picture_bytes(600, 800)


def workbook(build: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    build(book)
    book.close()
    return out.getvalue()


def texts(page: Page) -> list[str]:
    return [glyph.text for glyph in page.glyphs]


def test_large_pictures_are_pages_after_their_sheet_in_the_order_of_their_rows() -> None:
    def build(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("一")
        sheet.write(0, 0, "题")
        sheet.insert_image(40, 0, "b.png", {"image_data": io.BytesIO(picture_bytes(640, 800))})
        sheet.insert_image(1, 0, "a.png", {"image_data": io.BytesIO(SCAN)})
        sheet.insert_image(1, 5, "seal.png", {"image_data": io.BytesIO(picture_bytes(120, 120))})
        book.add_worksheet("二").write(0, 0, "乙")

    pages = read(workbook(build))
    assert [(page.number, page.reader, texts(page)) for page in pages] == [
        (1, "xlsx", ["题"]), (2, "600x800", []), (3, "640x800", []), (4, "xlsx", ["乙"])
    ]  # fmt: skip


def test_a_sheet_with_nothing_but_a_picture_is_that_picture() -> None:
    def build(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet().insert_image(0, 0, "a.png", {"image_data": io.BytesIO(SCAN)})
        book.add_worksheet()

    assert [page.reader for page in read(workbook(build))] == ["600x800", "xlsx"]


def test_a_picture_on_hidden_rows_alone_or_on_a_hidden_sheet_is_not_read_and_is_said() -> None:
    cells = {(0, 0): SheetCell("甲"), (9, 0): SheetCell("乙")}
    floats = tuple((Merge(3, 0, bottom, 4), Lines((f"至{bottom}",))) for bottom in (5, 6))
    first = SheetFacts("一", cells, hidden_rows=frozenset({3, 4, 5}), floats=floats)
    second = SheetFacts("草稿", {}, hidden=True, floats=floats)
    (page,) = draw_sheets([first, second], "xlsx", ReadSettings(), read_image=lambda *_: pytest.fail("no picture"))
    assert isinstance(page, Page)
    assert texts(page) == ["甲", "乙", "至6"]
    assert [issue.code for issue in page.issues] == ["hidden_unread", "hidden_unread"]


def test_the_text_of_a_text_box_is_on_the_page_and_margins_are_notes() -> None:
    def build(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "甲")
        sheet.insert_textbox(2, 0, "说明：\n乙")
        sheet.set_header('&C&"宋体,Regular"&10某区财政局 &P')

    (page,) = read(workbook(build))
    assert texts(page) == ["甲", "说明：", "乙"]
    assert [glyph.text for glyph in page.overlays] == ["某区财政局"]


def test_what_a_chart_on_a_sheet_says_is_a_note() -> None:
    def build(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "甲")
        chart = book.add_chart({"type": "column"})
        chart.set_title({"name": "资金构成"})
        chart.add_series({"values": "=Sheet1!$A$1:$A$2"})
        sheet.insert_chart("D2", chart)

    (page,) = read(workbook(build))
    assert texts(page) == ["甲"]
    assert [glyph.text for glyph in page.overlays] == ["资金构成"]


def test_a_picture_that_wps_sets_into_a_cell_is_a_page() -> None:
    def build(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_formula(0, 0, '=_xlfn.DISPIMG("ID_1",1)', None, '=DISPIMG("ID_1",1)')
        sheet.write(0, 1, "甲")

    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    drawn = "http://schemas.openxmlformats.org/drawingml/2006"
    out = io.BytesIO(workbook(build))
    with zipfile.ZipFile(out, "a") as opened:
        opened.writestr(
            "xl/cellimages.xml",
            f'<c:cellImages xmlns:c="http://www.wps.cn/officeDocument/2017/etCustomData" xmlns:r="{relations}" '
            f'xmlns:xdr="{drawn}/spreadsheetDrawing" xmlns:a="{drawn}/main"><c:cellImage><xdr:pic><xdr:nvPicPr>'
            '<xdr:cNvPr id="1" name="ID_1"/></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="r1"/></xdr:blipFill></xdr:pic>'
            "</c:cellImage></c:cellImages>",
        )
        opened.writestr(
            "xl/_rels/cellimages.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relations}/image" Target="media/a.png"/>'
            "</Relationships>",
        )
        opened.writestr("xl/media/a.png", SCAN)
    reference = '<Relationship Id="r99" Type="http://www.wps.cn/cellImage" Target="cellimages.xml"/>'
    data = add_relation(out.getvalue(), reference)
    assert [(page.reader, texts(page)) for page in read(data)] == [("xlsx", ["甲"]), ("600x800", [])]


def add_relation(data: bytes, relation: str) -> bytes:
    """Return a workbook that refers to one part more."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "xl/_rels/workbook.xml.rels":
                content = content.replace(b"</Relationships>", relation.encode() + b"</Relationships>")
            new.writestr(info.filename, content)
    return out.getvalue()


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def node(kind: int, body: bytes, instance: int = 0, *, holds: bool = False) -> bytes:
    return struct.pack("<HHL", instance << 4 | (0xF if holds else 0), kind, len(body)) + body


def old_stream(*shapes: bytes, text: str = "", kind: int = 6, blip: bytes = b"") -> bytes:
    """Return the records of a workbook of one sheet with a picture in its store, shapes, and an object with a text."""
    blip = blip or node(0xF01E, bytes(17) + SCAN, 0x6E0)
    store = node(0xF000, node(0xF001, node(0xF007, bytes(36) + blip), holds=True), holds=True)
    name = "表".encode("utf-16-le")
    cuts = [store[at : at + 8000] for at in range(0, len(store), 8000)]
    head = b"".join(record(0x3C if at else 0xEB, cut) for at, cut in enumerate(cuts)) + record(0x0A, b"")
    at = 4 + 8 + len(name) + len(head) + 8
    start = record(0x809, bytes(4)) + record(0x85, struct.pack("<LHBB", at, 0, 1, 1) + name) + head
    tree = node(0xF002, node(0xF003, b"".join(shapes), holds=True), holds=True)
    sheet = record(0x809, bytes(4)) + record(0xEC, tree)
    if text:
        sheet += record(0x5D, struct.pack("<HHHHH", 0x15, 18, kind, 1, 0))
        sheet += record(0x1B6, bytes(10) + struct.pack("<HH", len(text), 0) + bytes(4))
        sheet += record(0x3C, b"\1" + text.encode("utf-16-le"))
    return start + sheet + record(0x0A, b"")


def shape(row: int, col: int, **options: int) -> bytes:
    names = {"blip": 0x104, "left": 0x102, "turn": 0x004, "shown": 0x3BF}
    listed = b"".join(struct.pack("<HL", names[name], value & 0xFFFFFFFF) for name, value in options.items())
    anchor = struct.pack("<9H", 0, col, 0, row, 0, col + 5, 0, row + 9, 0)
    return node(0xF004, node(0xF00B, listed, len(options)) + node(0xF010, anchor), holds=True)


def test_pictures_of_an_old_workbook_are_found_with_their_cells() -> None:
    stream = old_stream(shape(7, 2, blip=1, left=1 << 14, turn=90 << 16), shape(9, 9, blip=5), shape(1, 1))
    assert read_stream(stream) == {"表": [(Merge(7, 2, 16, 7), Picture(SCAN, None, (0.25, 0.0, 0.0, 0.0), 90.0))]}


def test_a_picture_that_is_hidden_in_an_old_workbook_is_not_seen() -> None:
    assert read_stream(old_stream(shape(7, 2, blip=1, shown=0x0002_0002))) == {}


def test_text_boxes_of_an_old_workbook_are_seen_and_comments_are_not() -> None:
    assert read_stream(old_stream(shape(3, 1), text="甲\n乙")) == {"表": [(Merge(3, 1, 12, 6), Lines(("甲", "乙")))]}
    assert read_stream(old_stream(shape(3, 1), text="批注", kind=0x19)) == {}


def test_a_stream_that_is_cut_off_anywhere_harms_nothing() -> None:
    stream = old_stream(shape(7, 2, blip=1), text="甲")
    for at in range(0, len(stream), 97):
        try:
            found = read_stream(stream[:at])
        except (struct.error, IndexError):
            continue
        assert len(found) <= 1


@pytest.mark.parametrize("mode", ["1", "P", "RGB"])
def test_a_bitmap_without_the_head_of_a_file_gets_one(mode: str) -> None:
    file = picture_bytes(410, 160, "BMP", mode)
    stream = old_stream(shape(0, 0, blip=1), blip=node(0xF01F, bytes(17) + file[14:], 0x7A8))
    ((_, picture),) = read_stream(stream)["表"]
    assert isinstance(picture, Picture)
    assert picture.data == file


def test_white_text_on_white_and_rows_of_no_height_are_not_read_and_are_said() -> None:
    def build(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        white, banded = (
            book.add_format({"color": "#FFFFFF"}),
            book.add_format({"color": "#FFFFFF", "bg_color": "#1F3864"}),
        )
        for col, (text, style) in enumerate([("甲", None), ("乙", white), ("丙", banded)]):
            sheet.write(0, col, text, style)
        sheet.set_row(1, 0)
        sheet.write(1, 0, "丁")
        sheet.write(2, 0, "戊", book.add_format({"num_format": ";;;"}))

    (page,) = read(workbook(build))
    assert texts(page) == ["甲", "丙"]
    assert [issue.code for issue in page.issues] == ["hidden_unread", "hidden_unread"]


@pytest.mark.parametrize(("value", "said"), [(95.5, True), ("乙", True), (0, False), ("", False)])
def test_a_value_whose_format_shows_nothing_is_said_and_a_blank_zero_is_not(value: float | str, said: bool) -> None:
    def build(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "甲")
        sheet.write(0, 1, value, book.add_format({"num_format": ";;;"}))

    (page,) = read(workbook(build))
    assert texts(page) == ["甲"]
    assert [issue.code for issue in page.issues] == ["hidden_unread"] * said


def old_workbook() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("一")
    ruled = "borders: left thin, right thin"
    for col, style in enumerate(
        (
            ruled,
            f"{ruled}; font: color white",
            f"{ruled}; font: color white; pattern: pattern solid, fore_colour dark_blue",
        )
    ):
        sheet.write(0, col, f"值{col}", xlwt.easyxf(style))
    sheet.write(0, 3, 12345, xlwt.easyxf(ruled, num_format_str=";;;"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_an_old_workbook_writes_so_that_nobody_sees_it_is_not_read_and_is_said() -> None:
    (page,) = read(old_workbook())
    assert texts(page) == ["值0", "值2"]
    (issue,) = page.issues
    assert (issue.code, issue.message.split()[0]) == ("hidden_unread", "2")


def test_white_text_of_an_old_workbook_may_be_seen_where_conditions_colour_the_cells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.ingest.office.sheets.xls.colours_by_condition", lambda data: True)
    assert texts(read(old_workbook())[0]) == ["值0", "值1", "值2"]


def test_white_text_may_be_seen_where_conditions_colour_the_cells() -> None:
    def build(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "甲", book.add_format({"color": "#FFFFFF"}))
        sheet.conditional_format(0, 0, 0, 0, {"type": "no_errors", "format": book.add_format({"bg_color": "#1F3864"})})

    (page,) = read(workbook(build))
    assert texts(page) == ["甲"]
