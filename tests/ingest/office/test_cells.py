"""Word, Excel and web pages: the same form gives the same fields, and a cell says what its program shows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Border, Side

from pipeline.dataset.documents import DocumentRecords
from pipeline.errors import CorruptDocument, TooLarge, UnsupportedDocument
from pipeline.ingest import media_type, read_pages
from pipeline.ingest.office.html import decode_html
from pipeline.ingest.office.sheets.number_formats import show_number
from pipeline.layout.regions import find_regions
from pipeline.models import Page
from pipeline.read import read_document
from pipeline.settings import ReadSettings
from tests.typeset import Layout, draw_docx, draw_html, draw_xls, draw_xlsx, random_document, random_form
from tests.typeset.compare import wrong
from tests.typeset.oddities import dashed_form, nameless_form, pasted_form, unfinished_form
from tests.typeset.phrases import SCHEME_NOTES

SETTINGS = ReadSettings()

DRAW: dict[str, Callable[..., Any]] = {
    "docx": draw_docx,
    "xlsx": draw_xlsx,
    "xlsx without borders": lambda forms, layout, path: draw_xlsx(forms, layout, path, borders=False),
    "xlsx with a sheet for each form": lambda forms, layout, path: draw_xlsx(forms, layout, path, sheet_each=True),
    "xls": draw_xls,
    "html": draw_html,
    "html in GBK": lambda forms, layout, path: draw_html(forms, layout, path, "gb2312"),
}


def read(path: Path) -> DocumentRecords:
    return read_document(path, SETTINGS)


def texts(page: Page) -> list[str]:
    """Return the texts of a page's only table, cell by cell."""
    from pipeline.layout.cells import reconstruct_cells

    (region,) = find_regions(page).regions
    return [cell.text for cell in reconstruct_cells(region).cells]


def read_page(html: str) -> Page:
    """Return the only page of a web page."""
    (page,) = read_pages(html.encode(), SETTINGS)
    return page


def lines(page: Page) -> list[str]:
    return [line.text for line in find_regions(page).lines]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", DRAW)
def test_the_same_form_gives_the_same_fields_in_every_format(kind: str, seed: int, tmp_path: Path) -> None:
    forms = random_document(60 + seed, 2, notes=SCHEME_NOTES[seed % 2])
    path = tmp_path / "form.bin"
    assert wrong(DRAW[kind](forms, Layout(), path), read(path)) == []


@pytest.mark.parametrize("odd", [pasted_form, nameless_form, dashed_form, unfinished_form])
@pytest.mark.parametrize("kind", ["xlsx", "xls", "html"])
def test_odd_forms_are_read_exactly(kind: str, odd: Callable[[int], Any], tmp_path: Path) -> None:
    path = tmp_path / "form.bin"
    assert wrong(DRAW[kind]([odd(71)], Layout(), path), read(path)) == []


def test_fields_without_geometry_have_no_box(tmp_path: Path) -> None:
    draw_xlsx([random_form(3)], Layout(), tmp_path / "form.xlsx")
    records = read(tmp_path / "form.xlsx")
    assert records.cells
    assert {(cell.source, cell.x0, cell.page) for cell in records.cells if cell.field != "year"} == {("text", None, 1)}


SHOWN = [
    ("0.98209999999999997", "0.00%", "98.21%"),
    ("1", "0%", "100%"),
    ("1234567.891", "#,##0.00", "1,234,567.89"),
    ("-5", "0.0;(0.0)", "(5.0)"),
    ("0", "0;-0;–", "–"),
    ("0", '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
    ("45292", 'yyyy"年"m"月"d"日"', "2024年1月1日"),
    ("45292", "yyyy/m/d;@", "2024/1/1"),
    ("45292.5", "yyyy-mm-dd hh:mm", "2024-01-01 12:00"),
    ("0.30000000000000004", "General", "0.3"),
    ("0.3333333333333333", "General", "0.333333333"),
    ("13800138000", "General", "13800138000"),
    ("13812345678", "000-0000-0000", "138-1234-5678"),
    ("3962675.29", "0!.0000,", "0.3963"),
    ("3962675.29", '0"."0,', "396.3"),
    ("5", "0_);[Red]\\(0\\)", "5"),
    ("1.5", "#.##", "1.5"),
    ("1234.5", "[$¥-804]#,##0.00", "¥1,234.50"),
    ("95", '0"分"', "95分"),
    ("2.5", "0", "3"),
    ("1.005", "0.00", "1.01"),
    ("39626.7529", "#,##0.00,", "39.63"),
    ("-0.004", "0.00", "-0.00"),
]


@pytest.mark.parametrize(("number", "code", "shown"), SHOWN)
def test_a_number_is_what_its_format_shows(number: str, code: str, shown: str) -> None:
    found = show_number(number, code)
    assert (found.text.strip(), found.doubt) == (shown, "")


@pytest.mark.parametrize(
    ("number", "code"),
    [("1.5", "# ?/?"), ("7", "[DBNum1]General"), ("7", "[>5]0;0.0"), ("12345", "0.00E+00"), ("1.5", "[h]:mm")],
)
def test_a_format_that_is_not_understood_shows_the_number_with_a_doubt(number: str, code: str) -> None:
    found = show_number(number, code)
    assert (found.text, found.doubt) == (number, "number_format")


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.integers(0, 2))
def test_a_plain_format_never_changes_the_rounded_number(number: Any, places: int) -> None:
    from decimal import ROUND_HALF_UP, Decimal

    code = "#,##0" + (f".{'0' * places}" if places else "")
    shown = show_number(str(number), code).text.replace(",", "")
    assert Decimal(shown) == number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@given(st.text(alphabet='0#?.,%;@"\\![]_*/yYmdhsaEe+- Generalx年', max_size=25), st.floats(allow_nan=False))
def test_any_format_gives_a_text(code: str, number: float) -> None:
    assert isinstance(show_number(repr(number), code).text, str)


def workbook(fill: Callable[[Any], None]) -> bytes:
    """Return a workbook with a ruled table of 2 x 2 and what `fill` does to its sheet."""
    book = openpyxl.Workbook()
    thin = Side(style="thin")
    for row in (1, 2):
        for col in (1, 2):
            cell = book.active.cell(row, col, f"{'甲乙'[row - 1]}{col}")
            cell.border = Border(thin, thin, thin, thin)
    fill(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_formula_without_a_stored_value_is_shown_with_a_doubt() -> None:
    (page,) = read_pages(workbook(lambda sheet: sheet.__setitem__("B2", "=SUM(C1:C9)")), SETTINGS)
    assert texts(page) == ["甲1", "甲2", "乙1", "=SUM(C1:C9)"]
    assert {g.doubt for g in page.glyphs if g.text.startswith("=")} == {"formula_without_value"}


def test_what_is_hidden_is_not_read_and_said() -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[1].hidden = True
        other = sheet.parent.create_sheet("旧表")
        other["A1"] = "旧"
        other.sheet_state = "hidden"

    (page,) = read_pages(workbook(hide), SETTINGS)
    assert texts(page) == ["乙1", "乙2"]
    assert [issue.code for issue in page.issues] == ["hidden_unread", "hidden_unread"]
    assert "旧表" in page.issues[0].message


def test_text_around_a_ruled_table_is_lines() -> None:
    def surround(sheet: Any) -> None:
        sheet.insert_rows(1)
        sheet["A1"], sheet["A4"] = "标题", "备注"

    (page,) = read_pages(workbook(surround), SETTINGS)
    assert texts(page) == ["甲1", "甲2", "乙1", "乙2"]
    assert lines(page) == ["标题", "备注"]


def change_member(data: bytes, name: str, old: str, new: str) -> bytes:
    """Return a package with a text exchanged in one member."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            target.writestr(
                info.filename, content.replace(old.encode(), new.encode()) if info.filename == name else content
            )
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_a_merge_over_the_whole_sheet_ends_where_the_cells_end() -> None:
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>'
    (page,) = read_pages(change_member(workbook(lambda sheet: None), SHEET, "</sheetData>", merged), SETTINGS)
    assert texts(page) == ["甲1", "甲2", "乙1"]


def test_a_macro_workbook_is_read_as_one_without() -> None:
    plain = workbook(lambda sheet: None)
    kind = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    data = change_member(plain, "[Content_Types].xml", main, kind)
    assert media_type(data) == "application/vnd.ms-excel.sheet.macroenabled.12"
    (page,) = read_pages(data, SETTINGS)
    assert texts(page) == ["甲1", "甲2", "乙1", "乙2"]


@pytest.mark.parametrize("member", [SHEET, "xl/workbook.xml", "xl/styles.xml", "_rels/.rels"])
def test_office_xml_with_a_document_type_is_refused(member: str) -> None:
    entity = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    with zipfile.ZipFile(io.BytesIO(workbook(lambda sheet: None))) as package:
        start = package.read(member).decode().split("?>", 1)[-1][:20]
    data = change_member(workbook(lambda sheet: None), member, start, entity + start)
    with pytest.raises(UnsupportedDocument, match="declares a document type"):
        list(read_pages(data, SETTINGS))


def test_html_tables_have_the_spans_that_a_browser_shows() -> None:
    table = "<table><tr><td rowspan=2>甲<td colspan=10>乙<tr><td>丙<td>丁<br>戊</table>"
    page = read_page(f"<p>标题<br>（2024年度）</p>{table}尾")
    assert texts(page) == ["甲", "乙", "丙", "丁戊"]
    assert lines(page) == ["标题", "（2024年度）", "尾"]


def test_html_that_nobody_sees_is_not_read() -> None:
    page = read_page("<table><tr><td>甲<script>1</script><td style='display: none'>乙<td>丙<tr hidden><td>丁</table>")
    assert texts(page) == ["甲", "丙"]


def test_readings_above_characters_and_what_stands_for_a_drawing_are_no_text_of_a_cell() -> None:
    page = read_page("<table><tr><td><ruby>95<rp>(</rp><rt>七</rt><rp>)</rp></ruby><td>10<canvas>7</canvas></table>")
    assert texts(page) == ["95", "10"]


@pytest.mark.parametrize(
    "style",
    ["display:none", "visibility:hidden", "opacity:0", "font-size:0", "color:#FFF", "color: white",
     "position:absolute;left:-9999px", "text-indent:-9999px"],
)  # fmt: skip
def test_text_in_a_cell_that_nobody_sees_is_not_read_and_is_said(style: str) -> None:
    for content in (f"<span style='{style}'>9</span>", "<i class=x>9</i>", "<i class=x><b>9</b></i>"):
        page = read_page(f"<style>.x{{{style}}}</style><table><tr><td>甲{content}<td>乙</table>")
        assert texts(page) == ["甲", "乙"]
        assert [issue.code for issue in page.issues] == ["hidden_unread"]


@pytest.mark.parametrize(
    "row",
    ["<tr bgcolor='#336699' style='color:#fff'><td>甲", "<tr style='color:#fff'><td style='background:#369'>甲",
     "<tr style='color:#fff'><td><b style='color:#000'>甲</b>", "<tr style='font-size:0'><td style='font-size:9pt'>甲",
     "<tr style='left:-9999px'><td>甲", "<tr><td><font color='red'>甲</font>"],
)  # fmt: skip
def test_white_on_a_colour_and_what_takes_its_size_back_is_seen(row: str) -> None:
    page = read_page(f"<table>{row}<td style='color:black;background:white'>乙</table>")
    assert texts(page)[0] == "甲"


@pytest.mark.parametrize(
    ("markup", "seen"),
    [
        ("<ol><li>甲<li>乙</ol>", "1. 甲2. 乙"),
        ("<ol start=3><li>甲<li value=7>乙<li>丙</ol>", "3. 甲7. 乙8. 丙"),
        ("<ol type=A><li>甲<li>乙</ol>", "A. 甲B. 乙"),
        ("<ol reversed type=i><li>甲<li>乙</ol>", "ii. 甲i. 乙"),
        ("<ol style='list-style:none'><li>1、甲<li>2、乙</ol>", "1、甲2、乙"),
        ("<ul><li>甲<li>乙</ul>", "甲乙"),
        ("<ol><li>甲<ol><li>子</ol><li>乙</ol>", "1. 甲1. 子2. 乙"),
    ],
)
def test_entries_of_a_list_have_the_numbers_that_a_browser_shows(markup: str, seen: str) -> None:
    assert texts(read_page(f"<table><tr><td>{markup}<td>丁</table>"))[0] == seen


def test_a_table_that_lays_the_page_out_is_no_table() -> None:
    page = read_page("<table><tr><td>导航<td><table><tr><td>甲<td>乙</table></table>")
    assert texts(page) == ["甲", "乙"]
    assert lines(page) == ["导航"]


@pytest.mark.parametrize("code", ["utf-8", "gbk", "gb18030", "utf-16", "utf-8-sig"])
def test_a_page_is_decoded_whether_or_not_it_names_its_code(code: str) -> None:
    assert decode_html("<table><td>绩效自评</table>".encode(code)) == "<table><td>绩效自评</table>"
    assert "绩效" in decode_html('<meta charset="utf-8">绩效'.encode("gbk"))


def test_a_web_page_without_a_table_is_refused() -> None:
    with pytest.raises(UnsupportedDocument, match="error page"):
        list(read_pages(b"<!DOCTYPE html><html><body>404 Not Found</body></html>", SETTINGS))


def test_a_web_archive_is_read_as_its_page() -> None:
    page = "<table><tr><td>甲<td>乙</table>".encode("gbk")
    data = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/html; charset=gbk\r\n\r\n" + page + b"\r\n--x--\r\n"
    )
    (read_page,) = read_pages(data, SETTINGS)
    assert texts(read_page) == ["甲", "乙"]


def test_limits_hold_for_sheets_and_spans() -> None:
    with pytest.raises(TooLarge, match="unpacks"):
        list(read_pages(workbook(lambda sheet: None), ReadSettings(max_unpacked=2000)))
    with pytest.raises(TooLarge, match="cells"):
        read_page("<table>" + "<tr><td rowspan=60000 colspan=900>x" * 400 + "</table>")


def test_damaged_workbooks_are_corrupt() -> None:
    data = workbook(lambda sheet: None)
    with pytest.raises((CorruptDocument, UnsupportedDocument)):
        list(read_pages(data[: len(data) // 2], SETTINGS))
