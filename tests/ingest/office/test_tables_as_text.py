"""Tables that programs without Excel write: XML Spreadsheet of 2003, and text with separators (CSV)."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from pipeline.errors import NoPages, TooLarge, UnsupportedDocument
from pipeline.ingest import media_type, read_pages
from pipeline.ingest.separated import parse_rows
from pipeline.layout.cells import reconstruct_cells
from pipeline.layout.regions import find_regions
from pipeline.models import Page
from pipeline.read import read_document
from pipeline.settings import ReadSettings
from tests.typeset import Layout, draw_xlsx, random_document
from tests.typeset.compare import wrong

SETTINGS = ReadSettings()


def sheet(rows: str, head: str = "", tail: str = "") -> bytes:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        f'<Workbook xmlns="{space}" xmlns:ss="{space}">{head}'
        f'<Worksheet ss:Name="一"><Table>{rows}</Table>{tail}</Worksheet></Workbook>'
    ).encode()


def cell(text: str, kind: str = "String", **attributes: object) -> str:
    said = "".join(f' ss:{name}="{value}"' for name, value in attributes.items())
    return f'<Cell{said}><Data ss:Type="{kind}">{text}</Data></Cell>'


def cells(data: bytes) -> list[tuple[str, int, int, int, int]]:
    (page,) = read_pages(data, SETTINGS)
    return cells_of(page)


def cells_of(page: Page) -> list[tuple[str, int, int, int, int]]:
    (region,) = find_regions(page).regions
    return [(c.text, c.row, c.col, c.rowspan, c.colspan) for c in reconstruct_cells(region).cells]


def test_cells_stand_where_their_index_says_and_take_what_they_merge() -> None:
    rows = f"<Row>{cell('甲', MergeAcross=1)}{cell('乙')}</Row>"
    rows += f"<Row ss:Index='2'>{cell('丙', MergeDown=1)}{cell('丁', Index=3)}</Row><Row>{cell('戊', Index=2)}</Row>"
    assert set(cells(sheet(rows))) == {
        ("甲", 0, 0, 1, 2), ("乙", 0, 2, 1, 1), ("丙", 1, 0, 2, 1), ("", 1, 1, 1, 1), ("丁", 1, 2, 1, 1),
        ("戊", 2, 1, 1, 1), ("", 2, 2, 1, 1),
    }  # fmt: skip


def test_values_show_as_their_formats_say() -> None:
    head = '<Styles><Style ss:ID="p"><NumberFormat ss:Format="0.0%"/></Style><Style ss:ID="q" ss:Parent="p"/>'
    head += '<Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style></Styles>'
    rows = f"<Row>{cell('0.985', 'Number', StyleID='q')}{cell('2024-03-05T00:00:00.000', 'DateTime', StyleID='d')}"
    rows += f"{cell('7', 'Number')}{cell('1', 'Boolean')}</Row>"
    assert [text for text, *_ in cells(sheet(rows, head))] == ["98.5%", "2024/3/5", "7", "TRUE"]


def test_hidden_rows_and_columns_are_not_read_and_are_said() -> None:
    rows = f'<Column ss:Index="2" ss:Hidden="1"/><Row>{cell("甲")}{cell("乙")}{cell("丙")}</Row>'
    rows += f'<Row ss:Hidden="1">{cell("丁")}</Row><Row>{cell("戊")}{cell("己")}{cell("庚")}</Row>'
    (page,) = read_pages(sheet(rows), SETTINGS)
    assert [text for text, *_ in cells_of(page)] == ["甲", "丙", "戊", "庚"]
    assert [issue.code for issue in page.issues] == ["hidden_unread"]


def test_white_on_white_and_values_without_signs_are_not_read_and_are_said() -> None:
    head = '<Styles><Style ss:ID="w"><Font ss:Color="#FFFFFF"/></Style><Style ss:ID="n"><NumberFormat ss:Format=";;;"/>'
    head += '</Style><Style ss:ID="b" ss:Parent="w"><Interior ss:Color="#003366" ss:Pattern="Solid"/></Style></Styles>'
    rows = (
        f"<Row>{cell('甲')}{cell('乙', StyleID='w')}{cell('丙', StyleID='b')}{cell('7', 'Number', StyleID='n')}</Row>"
    )
    (page,) = read_pages(sheet(rows, head), SETTINGS)
    assert [glyph.text for glyph in page.glyphs] == ["甲", "丙"]
    (issue,) = page.issues
    assert (issue.code, issue.message.split()[0]) == ("hidden_unread", "2")


def test_a_hostile_workbook_is_refused_or_read_within_limits() -> None:
    entity = b'<!DOCTYPE Workbook [<!ENTITY x "y">]>'
    with pytest.raises(UnsupportedDocument):
        list(read_pages(sheet("").replace(b"<Workbook", entity + b"<Workbook", 1), SETTINGS))
    with pytest.raises(NoPages):
        list(read_pages(sheet("").replace(b"Worksheet", b"Other"), SETTINGS))
    with pytest.raises(TooLarge):
        list(read_pages(sheet(f"<Row>{cell('甲')}{cell('乙', Index=16000)}</Row>" * 30), SETTINGS))
    huge = f"<Row>{cell('甲', MergeAcross=99999999, MergeDown=99999999)}{cell('乙')}</Row><Row>{cell('丙')}</Row>"
    (page,) = read_pages(sheet(huge + "<Row ss:Index='99999999'/>"), SETTINGS)
    assert "甲" in {glyph.text for glyph in page.glyphs}


def as_csv(path: Path, separator: str) -> str:
    """Return a workbook's first sheet as Excel saves it as text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    for row in openpyxl.load_workbook(path).worksheets[0].iter_rows():
        writer.writerow(["" if c.value is None else show(c.value, c.number_format) for c in row])
    return out.getvalue()


def show(value: object, code: str) -> str:
    from pipeline.ingest.office.sheets.number_formats import show_number

    return value if isinstance(value, str) else show_number(str(value), code).text


@pytest.mark.parametrize(
    ("code", "separator"), [("gb18030", ","), ("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("gbk", "\t")]
)
def test_the_same_form_gives_the_same_fields_as_text_with_separators(code: str, separator: str, tmp_path: Path) -> None:
    truth = draw_xlsx(random_document(61, 1), Layout(), tmp_path / "form.xlsx")
    (tmp_path / "form.csv").write_bytes(as_csv(tmp_path / "form.xlsx", separator).encode(code))
    assert wrong(truth, read_document(tmp_path / "form.csv", SETTINGS)) == []


@pytest.mark.parametrize(
    "text",
    [
        "项目支出绩效自评表的填报说明，分值与得分如下。\n" * 9,
        "a,b,c\n" * 9,
        "项目名称,主管部门,分值\n只有,两行,的表\n",
        '{"项目名称": "某", "分值": 10, "得分": 9}\n' * 9,
        "# 绩效\n\n项目名称\n\n- 一级指标, 二级指标\n- 分值\n\n得分, 其他, 又, 还\n",
        '项目名称,分值,得分\n"没有结束的引号,1,2\n甲,3,4\n乙,5,6\n',
    ],
)
def test_a_text_is_no_table_of_a_form_unless_its_rows_are_steady_and_its_words_are(text: str) -> None:
    assert media_type(text.encode()) is None


def test_the_separator_is_the_one_that_gives_a_table() -> None:
    assert parse_rows("甲;1,5;丙\n" * 4) == [["甲", "1,5", "丙"]] * 4
    assert parse_rows('"甲\n乙",丙,丁\n' * 4)[0] == ["甲\n乙", "丙", "丁"]
