"""Whole forms in the ways in which published Word files and web pages hold them: each gives the same fields."""

from __future__ import annotations

import base64
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.read import read_document
from pipeline.settings import ReadSettings
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
)
from tests.typeset import Layout, Truth, draw_docx, draw_html, random_document
from tests.typeset.compare import wrong

SETTINGS = ReadSettings()
PLAIN = {"media/scan.png": picture_bytes()}

Change = Callable[[str], str]


@pytest.fixture(scope="module")
def word(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Truth]:
    """The body of a Word file with two forms, and what is printed in it."""
    path = tmp_path_factory.mktemp("word") / "form.docx"
    truth = draw_docx(random_document(88, 2), Layout(), path)
    with zipfile.ZipFile(path) as package:
        document = package.read("word/document.xml").decode()
    match = re.search(r"<w:body>(.*)<w:sectPr", document, re.DOTALL)
    assert match
    return match[1], truth


def in_each_run(addition: str) -> Change:
    return lambda body: body.replace("</w:r>", f"</w:r>{addition}")


def numbered(body: str) -> str:
    """Take the numbers out of 指标1：, which a list of its own then counts for each group of rows."""
    lists = 0

    def count(match: re.Match[str]) -> str:
        nonlocal lists
        lists += match[2] == "1"
        place = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{lists}"/></w:numPr>'
        return f"<w:p><w:pPr>{place}</w:pPr>{match[1]}"

    return re.sub(r"<w:p>(<w:r>(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t(?: [^>]*)?>)指标(\d+)：", count, body)


def frame(content: str) -> str:
    """Set everything into a table without lines, between a line above and one below."""
    return tbl(tr(tc("某区财政局")), tr(tc(content)), tr(tc("联系人")), style="")


WORD: dict[str, Change] = {
    "in a text box": lambda body: p(shape(body)),
    "in an old text box": lambda body: p(f"<w:r>{old_shape(f'<w:txbxContent>{body}</w:txbxContent>')}</w:r>"),
    "in a table that lays the page out": frame,
    "in a table in a table in a table": lambda body: frame(frame(body)),
    "beside another cell": lambda body: tbl(tr(tc(p("左")), tc(body)), style=""),
    "in a content control": lambda body: f"<w:sdt><w:sdtPr/><w:sdtContent>{body}</w:sdtContent></w:sdt>",
    "with hidden text in every run": in_each_run(run("95", "<w:vanish/>")),
    "with deleted text in every run": in_each_run("<w:del><w:r><w:delText>7</w:delText></w:r></w:del>"),
    "with text moved away from every run": in_each_run(f"<w:moveFrom>{run('8')}</w:moveFrom>"),
    "with every run inserted": lambda body: re.sub(r"<w:r>(?:(?!</w:r>).)*</w:r>", r"<w:ins>\g<0></w:ins>", body),
    "with a watermark and a seal": lambda body: p(old_shape_mark("草稿"), drawing("scan.png", 900_000, 900_000)) + body,
}


def old_shape_mark(text: str) -> str:
    return f'<w:r><w:pict><v:shape style="width:400pt"><v:textpath string="{text}"/></v:shape></w:pict></w:r>'


@pytest.mark.parametrize("condition", WORD)
def test_a_form_is_read_wherever_a_word_file_holds_it(condition: str, word: tuple[str, Truth], tmp_path: Path) -> None:
    body, truth = word
    path = tmp_path / truth.file
    path.write_bytes(word_file(WORD[condition](body), PLAIN))
    assert wrong(truth, read_document(path, SETTINGS)) == []


def html_file(html: str, folder: Path) -> Path:
    path = folder / "form.html"
    path.write_text(html, encoding="utf-8")
    return path


HIDDEN = "<style>.x .draft{display:none} #y{visibility:hidden} @media print{.z{display:none}}</style>"

BOXES = "<style>.table{display:table} .tr{display:table-row} .td{display:table-cell; border:1px solid black}</style>"

HTML: dict[str, Change] = {
    "in a table that lays the page out": lambda page: page.replace("<div>", "<table><tr><td>导航</td><td>", 1).replace(
        "</div>", "</td></tr></table>", 1
    ),
    "with hidden numbers in every cell": lambda page: page.replace(
        "</td>", "<span class=draft>9</span><i id=y>8</i><b hidden>7</b></td>"
    ).replace("<body>", f"{HIDDEN}<body class=x>"),
    "with a class that is hidden on paper only": lambda page: page.replace("<td", "<td class=z").replace(
        "<body>", f"{HIDDEN}<body>"
    ),
    "with hidden rows": lambda page: page.replace("</tr>", "</tr><tr style='display:none'><td>草稿<td>1</tr>", 3),
    "with a heading for its table": lambda page: page.replace(
        "<table border=1>", "<table border=1><colgroup><col></colgroup>"
    ),
    "in a frame that holds its page itself": lambda page: (
        f"<html><body><iframe srcdoc='{page.replace(chr(39), '&#39;')}'></iframe></body></html>"
    ),
    "in boxes that are laid out as a table": lambda page: re.sub(
        "<(/?)(table|tr|td)(?=[ >])", lambda m: f"<{m[1]}div" + (f" class={m[2]}" if not m[1] else ""), page
    ).replace("<body>", f"{BOXES}<body>"),
    "with a logo": lambda page: page.replace("<div>", f"<div><img src='{data_uri(picture_bytes(90, 90))}'>", 1),
}


def data_uri(data: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(data).decode()


@pytest.mark.parametrize("condition", HTML)
def test_a_form_is_read_wherever_a_web_page_holds_it(condition: str, tmp_path: Path) -> None:
    truth = draw_html(random_document(84, 2), Layout(), tmp_path / "form.html")
    page = (tmp_path / "form.html").read_text("utf-8")
    changed = HTML[condition](page)
    assert changed != page
    assert wrong(truth, read_document(html_file(changed, tmp_path), SETTINGS)) == []


def test_numbers_that_word_counts_are_read_as_printed(word: tuple[str, Truth], tmp_path: Path) -> None:
    body, truth = word
    bare = numbered(body)
    assert bare != body
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="指标%1："/></w:lvl>'
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    lists = "".join(
        f'<w:num w:numId="{at}"><w:abstractNumId w:val="0"/>{anew}</w:num>'
        for at in range(1, bare.count("<w:numPr>") + 1)
    )
    definition = f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
    numbering = f"<w:numbering {SPACES}>{definition}{lists}</w:numbering>"
    path = tmp_path / truth.file
    path.write_bytes(word_file(bare, {"numbering.xml": numbering}))
    assert wrong(truth, read_document(path, SETTINGS)) == []


def test_the_head_of_a_form_may_be_a_table_around_its_indicators(word: tuple[str, Truth], tmp_path: Path) -> None:
    body, truth = word
    tables = re.findall(r"<w:tbl>.*?</w:tbl>", body, re.DOTALL)
    assert len(tables) == len(truth.forms)
    for table in tables:
        rows = re.findall(r"<w:tr(?: [^>]*)?>.*?</w:tr>", table, re.DOTALL)
        bare = [re.sub(r"<[^>]+>", "", row) for row in rows]
        at = next(i for i, text in enumerate(bare) if "三级指标" in text)
        last = next(i for i, text in enumerate(bare) if i > at and "总分" in text)
        start = table[: table.index(rows[0])]
        inner = f"{start}{''.join(rows[at:last])}</w:tbl>"
        width = '<w:gridSpan w:val="8"/>'
        outer = f"{start}{''.join(rows[:at])}{tr(tc(inner, '<w:p/>', properties=width))}{''.join(rows[last:])}</w:tbl>"
        body = body.replace(table, outer)
    path = tmp_path / truth.file
    path.write_bytes(word_file(body))
    assert wrong(truth, read_document(path, SETTINGS)) == []


def test_pictures_of_a_web_page_are_pages_and_nothing_is_fetched() -> None:
    table = "<table><tr><td>甲<td>乙</table>"
    pages = read(f"<html><p>题</p><img src='{data_uri(picture_bytes())}'>{table}<img src='http://far/a.png'>".encode())
    assert [page.reader for page in pages] == ["html", "800x1000", "html"]
    far = read(f"{table}<img src='http://far/a.png' width=800 height=1000>".encode())
    assert [[issue.code for issue in page.issues] for page in far] == [[], ["page_unread"]]


@pytest.mark.parametrize(
    "markup",
    [
        "<svg><image xlink:href='@' width=800 height=1000 /></svg>",
        "<div style='width:800px; height:1000px; background-image: url(@)'></div>",
    ],
)
def test_pictures_that_are_grounds_or_stand_in_drawings_are_pages(markup: str) -> None:
    pages = read(f"<table><tr><td>甲</table>{markup.replace('@', data_uri(picture_bytes()))}".encode())
    assert [page.reader for page in pages] == ["html", "800x1000"]


def test_pictures_of_a_web_archive_are_pages() -> None:
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"
    page = b"Content-Type: text/html\r\n\r\n<img src='cid:a@b'><img src='file:///c.png'>\r\n--x\r\n"
    named = b"Content-Type: image/png\r\nContent-ID: <a@b>\r\nContent-Location: file:///c.png\r\n"
    coded = b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(picture_bytes()) + b"\r\n--x--\r\n"
    assert [page.reader for page in read(head + page + named + coded)] == ["800x1000"] * 2
