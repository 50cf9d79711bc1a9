"""Word files: what a person sees is read, once and in its place; what is hidden, deleted or moved away is not."""

from __future__ import annotations

import base64
import io
import re
import zipfile

import pytest
from PIL import Image

from pipeline.errors import CorruptDocument, UnsupportedDocument
from pipeline.ingest.office.word.numbers import write_number
from pipeline.layout.cells import reconstruct_cells
from pipeline.layout.regions import find_regions
from pipeline.models import Page
from tests.ingest.office.word_files import (
    SPACES,
    drawing,
    old_shape,
    p,
    picture_bytes,
    read,
    run,
    shape,
    tbl,
    tc,
    tr,
    word_file,
)  # fmt: skip

SCAN = {"media/scan.png": picture_bytes()}


def lines(page: Page) -> list[str]:
    return [line.text for line in find_regions(page).lines]


def tables(page: Page) -> list[list[str]]:
    return [[cell.text for cell in reconstruct_cells(region).cells] for region in find_regions(page).regions]


def only(body: str, parts: dict[str, str | bytes] | None = None) -> Page:
    (page,) = read(word_file(body, parts))
    return page


def styles(*definitions: str) -> dict[str, str | bytes]:
    return {"styles.xml": f"<w:styles {SPACES}>{''.join(definitions)}</w:styles>"}


def numbering(*levels: str, extra: str = "") -> dict[str, str | bytes]:
    return {
        "numbering.xml": f'<w:numbering {SPACES}><w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>{extra}</w:numbering>'
    }


def level(at: int, text: str, numerals: str = "decimal", more: str = "") -> str:
    inner = f'<w:start w:val="1"/><w:numFmt w:val="{numerals}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{at}">{inner}</w:lvl>'


def numbered(text: str, at: int = 0, list_id: str = "1") -> str:
    return p(text, properties=f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{list_id}"/></w:numPr>')


@pytest.mark.parametrize(
    "box", [shape, lambda content: f"<w:r>{old_shape(f'<w:txbxContent>{content}</w:txbxContent>')}</w:r>"]
)
def test_a_text_box_is_read_once_after_its_paragraph_and_a_table_in_it_is_a_table(box) -> None:
    page = only(p("上文", box(p("自评表") + tbl(tr("甲", "乙")))) + p("下文"))
    assert lines(page) == ["上文", "自评表", "下文"]
    assert tables(page) == [["甲", "乙"]]


def test_a_text_box_in_a_cell_belongs_to_the_cell() -> None:
    assert tables(only(tbl(tr(tc(p("得分", shape(p("95")))), "乙")))) == [["得分95", "乙"]]


def test_a_shape_that_is_set_invisible_is_not_read() -> None:
    hidden = old_shape(f"<w:txbxContent>{p('草稿')}</w:txbxContent>", "width:9pt; visibility: hidden")
    assert lines(only(p("甲", f"<w:r>{hidden}</w:r>"))) == ["甲"]


def test_a_form_inside_a_table_that_lays_the_page_out_is_a_table_of_the_page() -> None:
    form = tbl(tr("项目名称", "某项目"), tr("主管部门", "某局"))
    page = only(tbl(tr(tc("自评表")), tr(tc(form, "<w:p/>")), tr(tc("说明")), style=""))
    assert tables(page) == [["项目名称", "某项目", "主管部门", "某局"]]
    assert lines(page) == ["自评表", "说明"]


def test_a_form_three_tables_deep_is_found() -> None:
    form = tbl(tr("甲", "乙"), tr("丙", "丁"))
    page = only(tbl(tr(tc(tbl(tr(tc(form), tc("旁"))))), style=""))
    assert tables(page) == [["甲", "乙", "丙", "丁"]]
    assert lines(page) == ["旁"]


def test_a_table_pasted_into_a_cell_of_a_form_is_text_of_that_cell() -> None:
    pasted = tbl(tr("子", "丑"))
    page = only(tbl(tr("项目名称", "某项目", "主管部门"), tr("目标", tc("见表", pasted), "完成")))
    assert tables(page) == [["项目名称", "某项目", "主管部门", "目标", "见表子丑", "完成"]]


def test_a_form_whose_indicators_are_a_table_of_their_own_in_one_row_keeps_the_rows_around_it() -> None:
    inner = tbl(tr("一级指标", "三级指标"), tr("产出指标", "数量"))
    wide = '<w:gridSpan w:val="2"/>'
    page = only(tbl(tr("项目名称", "某项目"), tr(tc(inner, properties=wide)), tr("总分", "95")))
    assert [cell for table in tables(page) for cell in table] == [
        "项目名称", "某项目", "一级指标", "三级指标", "产出指标", "数量", "总分", "95"
    ]  # fmt: skip


def test_content_controls_at_every_level_are_looked_into() -> None:
    def control(inner: str) -> str:
        return f"<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    table = tbl(control(tr("甲", control(tc("乙")))), tr(tc(control(p("丙"))), tc(p(control(run("丁"))))))
    page = only(control(p("题")) + control(table))
    assert lines(page) == ["题"]
    assert tables(page) == [["甲", "乙", "丙", "丁"]]


def test_hidden_text_is_not_read_and_is_said() -> None:
    page = only(p("得分", run("95", "<w:vanish/>"), run("90", '<w:vanish w:val="0"/>')))
    assert lines(page) == ["得分90"]
    assert [issue.code for issue in page.issues] == ["hidden_unread"]


@pytest.mark.parametrize("look", ['<w:sz w:val="2"/>', '<w:color w:val="FEFEFE"/>', '<w:color w:val="fffffb"/>'])
def test_specks_and_what_is_as_good_as_white_are_hidden(look: str) -> None:
    page = only(p("甲", run("777", look), run("95", '<w:sz w:val="12"/>')))
    assert "".join(glyph.text for glyph in page.glyphs) == "甲95"
    assert [issue.code for issue in page.issues] == ["hidden_unread"]


def test_text_is_hidden_by_its_style_and_by_what_the_style_is_based_on() -> None:
    known = styles(
        '<w:style w:styleId="base" w:type="character"><w:rPr><w:vanish/></w:rPr></w:style>',
        '<w:style w:styleId="child" w:type="character"><w:basedOn w:val="base"/></w:style>',
        '<w:style w:styleId="shown" w:type="character"><w:basedOn w:val="base"/>'
        '<w:rPr><w:vanish w:val="0"/></w:rPr></w:style>',
        '<w:style w:styleId="secret" w:type="paragraph"><w:rPr><w:vanish/></w:rPr></w:style>',
        '<w:style w:styleId="round" w:type="paragraph"><w:basedOn w:val="round"/></w:style>',
    )
    body = p(
        "甲",
        run("乙", '<w:rStyle w:val="child"/>'),
        run("丙", '<w:rStyle w:val="shown"/>'),
        run("丁", '<w:rStyle w:val="child"/><w:vanish w:val="false"/>'),
    )
    body += p("戊", run("己", '<w:rStyle w:val="base"/>'), properties='<w:pStyle w:val="secret"/>')
    body += p("庚", properties='<w:pStyle w:val="round"/>')
    assert lines(only(body, known)) == ["甲丙丁", "己", "庚"]


def test_deleted_and_moved_text_is_not_read_and_inserted_text_is() -> None:
    deleted = "<w:del><w:r><w:delText>10</w:delText></w:r></w:del>"
    body = p("甲", deleted, f"<w:ins>{run('20')}</w:ins>")
    body += p(f"<w:moveFrom>{run('搬走')}</w:moveFrom>", "乙", f"<w:moveTo>{run('搬来')}</w:moveTo>")
    body += tbl(tr("子", "丑"), tr("寅", "卯", properties="<w:del/>"), tr("辰", "巳", properties="<w:ins/>"))
    page = only(body)
    assert lines(page) == ["甲20", "乙搬来"]
    assert tables(page) == [["子", "丑", "辰", "巳"]]


def test_the_instruction_of_a_field_is_not_read_and_its_result_is() -> None:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    body = p(
        mark("begin"), "<w:r><w:instrText>IF</w:instrText></w:r>", "条件", mark("separate"), "95", mark("end"), "分"
    )
    assert lines(only(body)) == ["95分"]


def test_marks_of_symbol_fonts_are_what_a_person_sees() -> None:
    body = p(
        '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>',
        "是",
        '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>',
    )
    body += p("<w:r><w:t>8</w:t><w:noBreakHyphen/><w:t>9</w:t></w:r>", "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>")
    assert lines(only(body)) == ["☑是≥", "8-9x"]


def test_automatic_numbers_are_shown_and_counted_as_word_does() -> None:
    known = numbering(level(0, "指标%1："), level(1, "（%1.%2）"), level(2, "%3)", "chineseCounting"))
    body = (
        numbered("甲") + numbered("子", 1) + numbered("丑", 1) + numbered("乙") + numbered("寅", 1) + numbered("辰", 2)
    )
    assert lines(only(body, known)) == [
        "指标1：甲", "（1.1）子", "（1.2）丑", "指标2：乙", "（2.1）寅", "一)辰"
    ]  # fmt: skip


def test_numbers_go_on_over_cells_and_start_anew_where_a_list_says_so() -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    anew = f'<w:num w:numId="2"><w:abstractNumId w:val="7"/>{override}</w:num>'
    body = tbl(
        tr(tc(numbered("甲")), tc(numbered("乙"))), tr(tc(numbered("丙", list_id="2")), tc(numbered("丁", list_id="2")))
    )
    assert tables(only(body, numbering(level(0, "%1."), extra=anew))) == [["1.甲", "2.乙", "1.丙", "2.丁"]]


def test_a_paragraph_is_numbered_by_its_style_and_not_where_it_refuses() -> None:
    known = numbering(level(0, "%1、", "chineseCounting", '<w:pStyle w:val="item"/>'))
    known |= styles(
        '<w:style w:styleId="item" w:type="paragraph"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    named = '<w:pStyle w:val="item"/>'
    body = p("甲", properties=named) + p("乙", properties=f'{named}<w:numPr><w:numId w:val="0"/></w:numPr>')
    assert lines(only(body + p("丙", properties=named), known)) == ["一、甲", "乙", "二、丙"]


@pytest.mark.parametrize(
    ("number", "numerals", "written"),
    [
        (12, "chineseCounting", "十二"), (105, "chineseCountingThousand", "一百零五"),
        (1010, "chineseCounting", "一千零一十"), (21, "chineseLegalSimplified", "贰拾壹"), (4, "upperRoman", "IV"),
        (28, "lowerLetter", "bb"), (3, "none", ""), (11, "decimalEnclosedCircle", "⑪"), (7, "decimalZero", "07"),
        (5, "ideographTraditional", "戊"), (9, "hebrew1", "9"),
        (123_456, "chineseCounting", "123456"),
    ],
)  # fmt: skip
def test_a_number_is_written_in_the_numerals_of_its_list(number: int, numerals: str, written: str) -> None:
    assert write_number(number, numerals) == written


def test_headers_footers_footnotes_and_watermarks_are_notes_and_no_fields() -> None:
    mark = '<w:r><w:pict><v:shape><v:textpath string="草稿"/></v:shape></w:pict></w:r>'
    parts: dict[str, str | bytes] = {
        "header1.xml": f"<w:hdr {SPACES}>{p('某区财政局')}{p(mark)}</w:hdr>",
        "footnotes.xml": f"<w:footnotes {SPACES}><w:footnote>{p('注一')}</w:footnote></w:footnotes>",
    }
    page = only(p("甲", "<w:r><w:footnoteReference/></w:r>"), parts)
    assert lines(page) == ["甲"]
    assert sorted(glyph.text for glyph in page.overlays) == ["某区财政局", "注一", "草稿"]


def test_a_page_that_stands_in_the_header_alone_is_read() -> None:
    parts: dict[str, str | bytes] = {"header1.xml": f"<w:hdr {SPACES}>{tbl(tr('甲', '95'))}</w:hdr>"}
    assert tables(only(p(""), parts)) == [["甲", "95"]]
    beside = only(tbl(tr("乙", "90")), parts)
    assert tables(beside) == [["乙", "90"]]


def test_what_a_chart_and_a_diagram_say_is_a_note() -> None:
    drawn = "http://schemas.openxmlformats.org/drawingml/2006"
    chart = f'<w:r><w:drawing><c:chart xmlns:c="{drawn}/chart" r:id="chart1.xml"/></w:drawing></w:r>'
    diagram = (
        f'<w:r><w:drawing><d:relIds xmlns:d="{drawn}/diagram" r:dm="data1.xml" r:lo="none.xml"/></w:drawing></w:r>'
    )
    parts: dict[str, str | bytes] = {
        "charts/chart1.xml": f'<c:chart xmlns:c="{drawn}/chart" xmlns:a="{drawn}/main"><a:p><a:r><a:t>资金</a:t></a:r>'
        "<a:r><a:t>构成</a:t></a:r></a:p><c:strCache><c:pt><c:v>财政拨款</c:v></c:pt></c:strCache></c:chart>",
        "diagrams/data1.xml": f'<d:m xmlns:d="{drawn}/diagram" xmlns:a="{drawn}/main"><a:p><a:t>流程</a:t></a:p></d:m>',
    }
    page = only(p("甲", chart, diagram), parts)
    assert lines(page) == ["甲"]
    assert [glyph.text for glyph in page.overlays] == ["资金构成", "财政拨款", "流程"]
    damaged = {"charts/chart1.xml": "<c", "diagrams/data1.xml": ""}
    assert only(p("甲", chart, diagram), damaged).overlays == ()


def test_a_picture_as_large_as_a_page_is_a_page_in_its_place() -> None:
    first, second, third = read(word_file(p("前", drawing("scan.png")) + p("后"), SCAN))
    assert (lines(first), second.reader, lines(third)) == (["前"], "800x1000", ["后"])
    assert [first.number, second.number, third.number] == [1, 2, 3]


def test_a_document_of_pictures_has_a_page_for_each_and_no_other() -> None:
    pages = read(word_file(p(drawing("scan.png")) + p(drawing("scan.png")), SCAN))
    assert [page.reader for page in pages] == ["800x1000"] * 2


def test_pictures_in_cells_are_pages_after_the_table_that_holds_text() -> None:
    pages = read(word_file(tbl(tr("附件", tc(p(drawing("scan.png"))))) + tbl(tr(tc(p(drawing("scan.png"))))), SCAN))
    assert [page.reader for page in pages] == ["docx", "800x1000", "800x1000"]
    assert tables(pages[0])[0][0] == "附件"


@pytest.mark.parametrize(
    "small", [drawing("scan.png", cx=1_500_000, cy=1_500_000), drawing("logo.png", cx=5_000_000, cy=5_000_000)]
)
def test_a_seal_or_a_logo_is_no_page(small: str) -> None:
    (page,) = read(word_file(p("甲", small), SCAN | {"media/logo.png": picture_bytes(90, 90)}))
    assert lines(page) == ["甲"]
    assert not page.issues


def test_only_what_is_shown_of_a_picture_is_read_as_it_is_turned() -> None:
    cut = '<a:srcRect l="25000" b="50000"/>'
    turned = drawing("scan.png", extra=cut).replace("<a:xfrm>", '<a:xfrm rot="5400000">')
    (page,) = read(word_file(p(turned), SCAN))
    assert page.reader == "500x600"


def test_a_picture_of_vml_is_a_page() -> None:
    old = (
        '<w:r><w:pict><v:shape style="width:400pt;height:500pt"><v:imagedata r:id="scan.png"/></v:shape></w:pict></w:r>'
    )
    assert [page.reader for page in read(word_file(p(old), SCAN))] == ["800x1000"]


def test_a_large_picture_that_cannot_be_read_is_said() -> None:
    parts: dict[str, str | bytes] = {"media/drawn.emf": b"\x01\x00\x00\x00 EMF"}
    body = p(drawing("drawn.emf")) + p(drawing("far", link=True))
    pages = read(word_file(body, parts, {"far": "http://example.invalid/scan.png"}))
    assert [[issue.code for issue in page.issues] for page in pages] == [["page_unread"], ["page_unread"]]
    assert "nothing is fetched" in pages[1].issues[0].message


def test_a_picture_with_too_many_pixels_is_said_and_not_decoded() -> None:
    (page,) = read(word_file(p(drawing("scan.png")), SCAN), max_pixels=10_000)
    assert "max-pixels" in page.issues[0].message


def test_cells_merged_as_old_converters_write_it_are_one() -> None:
    def merged(kind: str) -> str:
        return f'<w:hMerge w:val="{kind}"/>'

    page = only(
        tbl(
            tr(tc("甲", properties=merged("restart")), tc("<w:p/>", properties=merged("continue")), "乙"),
            tr("子", "丑", "寅"),
        )
    )
    (region,) = find_regions(page).regions
    assert [(cell.col, cell.colspan) for cell in region.grid.cells] == [(0, 2), (2, 1), (0, 1), (1, 1), (2, 1)]


def wrap(name: str, inner: str) -> str:
    return f"<w:{name}>{inner}</w:{name}>"


def test_every_character_that_is_seen_is_on_a_page() -> None:
    body = p("甲乙", shape(p("丙") + tbl(tr("丁", "戊"), tr("己", "庚"))))
    body += tbl(tr(tc(tbl(tr("辛", tc("壬", tbl(tr("癸")))), tr("子", "丑")))), tr(tc("寅", shape(p("卯")))), style="")
    runs = (wrap("hyperlink", run("巳")), wrap("fldSimple", run("午")), wrap("unknown", run("酉")))
    body += wrap("sdt", wrap("sdtContent", p("辰", *runs)))
    ruby = wrap("r", wrap("ruby", wrap("rt", run("shen")) + wrap("rubyBase", run("申"))))
    body += wrap("customXml", p(wrap("smartTag", run("未")), ruby))
    page = only(body)
    assert sorted("".join(glyph.text for glyph in page.glyphs)) == sorted("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉")


def test_white_text_on_white_is_not_read_and_on_a_colour_it_is() -> None:
    white, dark = '<w:color w:val="FFFFFF"/>', '<w:shd w:val="clear" w:fill="1F3864"/>'
    banded = styles(
        f'<w:style w:styleId="Band" w:type="table"><w:tblStylePr><w:tcPr>{dark}</w:tcPr></w:tblStylePr></w:style>'
    )
    body = p("甲", run("乙", white), run("丙", white + dark)) + p(run("丁", white), properties=dark)
    body += p("己", shape(p(run("庚", white)))) + tbl(
        tr(tc(p(run("子", white)), properties=dark), tc(p(run("丑", white))))
    )
    body += tbl(tr(tc(p(run("寅", white)))), style="Band")
    page = only(body, banded)
    assert "".join(glyph.text for glyph in page.glyphs) == "甲丙丁己庚子寅"
    assert [issue.code for issue in page.issues] == ["hidden_unread"]


def test_a_document_of_the_strict_form_is_read_as_any_other() -> None:
    data = word_file(p("前", drawing("scan.png")), SCAN)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            for usual, strict in (
                ("wordprocessingml/2006", "wordprocessingml"),
                ("drawingml/2006", "drawingml"),
                ("officeDocument/2006", "officeDocument"),
            ):
                content = content.replace(
                    f"http://schemas.openxmlformats.org/{usual}".encode(),
                    f"http://purl.oclc.org/ooxml/{strict}".encode(),
                )
            new.writestr(info.filename, content)
    assert [page.reader for page in read(out.getvalue())] == ["docx", "800x1000"]


def test_a_document_that_is_a_part_of_another_is_read_in_its_place() -> None:
    page = "<html><table border=1><tr><td>甲<td>乙</table><p>丙</p></html>".encode()
    archive = (
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n" + page
    )
    inner = word_file(p("丁") + p(drawing("scan.png")), SCAN)
    parts: dict[str, str | bytes] = {
        "aFChunk1.htm": page,
        "aFChunk2.mht": archive + b"\n--x--\n",
        "aFChunk3.docx": inner,
    }
    body = p("前") + "".join(f'<w:altChunk r:id="{name}"/>' for name in parts) + p("后")
    first, picture, last = read(word_file(body, parts))
    assert (lines(first), tables(first)) == (["前", "丙", "丙", "丁"], [["甲", "乙"]] * 2)
    assert (picture.reader, lines(last)) == ("800x1000", ["后"])


def test_a_part_that_cannot_be_read_is_said() -> None:
    held = word_file(p("甲"))
    for _ in range(4):
        held = word_file('<w:altChunk r:id="aFChunk1.docx"/>', {"aFChunk1.docx": held})
    for data in (held, word_file('<w:altChunk r:id="aFChunk1.x"/>', {"aFChunk1.x": b"rubbish"})):
        assert [issue.code for page in read(data) for issue in page.issues] == ["page_unread"]


def flat(data: bytes) -> bytes:
    """Return a .docx as Word saves it as one XML file."""
    parts = []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            content = package.read(name)
            xml = f"<pkg:xmlData>{content.decode()}</pkg:xmlData>" if name.endswith((".xml", ".rels")) else ""
            coded = f"<pkg:binaryData>{base64.encodebytes(content).decode()}</pkg:binaryData>"
            parts.append(f'<pkg:part pkg:name="/{name}">{xml or coded}</pkg:part>')
    head = '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
    space = 'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"'
    return f"{head}<pkg:package {space}>{''.join(parts)}</pkg:package>".encode()


def test_a_word_file_that_is_one_xml_file_is_read_as_any_other() -> None:
    pages = read(flat(word_file(p("前", drawing("scan.png")) + tbl(tr("甲", "乙")), SCAN)))
    assert [page.reader for page in pages] == ["docx", "800x1000", "docx"]
    assert tables(pages[2]) == [["甲", "乙"]]


def test_a_word_file_that_is_one_damaged_xml_file_says_so() -> None:
    whole = flat(word_file(p("前"), SCAN))
    with pytest.raises(CorruptDocument):
        read(whole[:-300])
    with pytest.raises(CorruptDocument):
        read(re.sub(rb"<pkg:binaryData>.{9}", b"<pkg:binaryData>", whole))
    with pytest.raises(UnsupportedDocument):
        read(whole.replace(b"<pkg:package", b'<!DOCTYPE x [<!ENTITY a "b">]><pkg:package', 1))


def shapes(page: Page) -> list[tuple[str, int, int, int, int]]:
    (region,) = find_regions(page).regions
    return [(c.text, c.row, c.col, c.rowspan, c.colspan) for c in reconstruct_cells(region).cells]


def wide(text: str, width: int) -> str:
    return tc(text, properties=f'<w:tcW w:w="{width}" w:type="dxa"/>')


def test_rows_that_do_not_agree_about_the_grid_go_by_the_widths_of_their_cells() -> None:
    page = only(tbl(tr(wide("甲", 2000), wide("乙", 6000)), tr(*(wide(text, 2020) for text in "丙丁戊己"))))
    assert shapes(page)[:2] == [("甲", 0, 0, 1, 1), ("乙", 0, 1, 1, 3)]
    assert shapes(page)[2:] == [(text, 1, col, 1, 1) for col, text in enumerate("丙丁戊己")]


def test_rows_that_begin_and_end_inside_the_grid_keep_their_columns() -> None:
    rows = [tr("甲", "乙", "丙", "丁"), tr("子", "丑", properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>')]
    (region,) = find_regions(only(tbl(*rows))).regions
    found = {c.text: (c.row, c.col) for c in reconstruct_cells(region).cells if c.text}
    assert (found["子"], found["丑"]) == ((1, 1), (1, 2))


def test_what_stands_in_a_continued_cell_is_not_seen_and_that_is_said() -> None:
    begin, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [
        tr(tc("甲", properties=begin), "乙"),
        tr(tc("旧", properties=on), "丙"),
        tr(tc("<w:p/>", properties=on), "丁"),
    ]
    page = only(tbl(*rows))
    assert shapes(page) == [("甲", 0, 0, 3, 1), ("乙", 0, 1, 1, 1), ("丙", 1, 1, 1, 1), ("丁", 2, 1, 1, 1)]
    assert [issue.code for issue in page.issues] == ["hidden_unread"]


def test_a_cell_that_is_merged_both_ways_is_one() -> None:
    def row(down: str) -> str:
        first, second = (
            f'<w:hMerge w:val="{across}"/><w:vMerge w:val="{down}"/>' for across in ("restart", "continue")
        )
        return tr(tc("甲" if down == "restart" else "<w:p/>", properties=first), tc("<w:p/>", properties=second), "乙")

    page = only(tbl(row("restart"), row("continue"), tr("丙", "丁", "戊")))
    assert shapes(page)[0] == ("甲", 0, 0, 2, 2)


@pytest.mark.parametrize(
    ("ground", "page"), [("white", True), ("#c8b48c", True), ("#6e6e6e", True), ("#274e13", False), ("#8b1a1a", False)]
)
def test_a_photograph_is_read_where_it_shows_paper_in_whatever_light(ground: str, page: bool) -> None:
    picture = Image.new("RGB", (800, 1000), ground)
    picture.paste("black", (100, 100, 700, 140))
    out = io.BytesIO()
    picture.save(out, "PNG")
    (found,) = read(word_file(p(drawing("scan.png")), {"media/scan.png": out.getvalue()}))
    assert (found.reader == "800x1000") == page
    assert [issue.code for issue in found.issues] == ([] if page else ["picture_unread"])


def test_a_dark_photograph_with_a_sheet_in_it_is_read() -> None:
    picture = Image.new("RGB", (800, 1000), "#3b2a1a")
    picture.paste("#b9b4aa", (120, 150, 700, 900))
    out = io.BytesIO()
    picture.save(out, "JPEG")
    (found,) = read(word_file(p(drawing("scan.jpg")), {"media/scan.jpg": out.getvalue()}))
    assert found.reader == "800x1000"
