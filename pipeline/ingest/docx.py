"""Word document → one page: its paragraphs and tables laid out on a drawing board of our own.

A .docx has no pages and no boxes until some program sets it, but its merged cells are explicit (gridSpan, vMerge).
Macros, links, embedded objects and settings are not looked at: only the body of the main part is parsed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.errors import CorruptDocument
from pipeline.ingest.board import Board, BoardCell
from pipeline.ingest.ooxml import find_main_part
from pipeline.ingest.packages import Package, parse_xml
from pipeline.models import Page
from pipeline.settings import ReadSettings

READER = "docx"

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def qn(name: str) -> str:
    """Return the full name of an element or attribute of WordprocessingML, given without its `w:`."""
    return f"{{{_W}}}{name}"


def read_docx(data: bytes, settings: ReadSettings) -> Page:
    """Return the document's body as one page.

    Raises:
        CorruptDocument: the file is no readable .docx.
        EncryptedDocument, TooLarge, UnsupportedDocument: as `pipeline.ingest.packages` says.
    """
    package = Package(data, settings.max_unpacked)
    body = _parse_document(package.read(find_main_part(package))).find(qn("body"))
    if body is None:
        raise CorruptDocument("the Word file has no text body; open and save it in Word, then try again")
    board = Board()
    _write_blocks(board, body)
    return board.page(1, "docx", READER)


def _parse_document(content: bytes) -> Any:
    """Parse the main part; what repeats a drawing for old programs (mc:Fallback) is taken out, its text is there."""
    root = parse_xml(content.replace(_STRICT, _W.encode()))
    for node in list(root.iter(_FALLBACK)):
        node.getparent().remove(node)
    return root


def _write_blocks(board: Board, parent: Any) -> None:
    """Set paragraphs and tables in their order, those inside content controls included."""
    for element in parent.iterchildren(*map(qn, ("p", "tbl", "sdt", "sdtContent", "customXml"))):
        if element.tag == qn("p"):
            board.write_lines(_paragraph_text(element).split("\n"))
        elif element.tag == qn("tbl"):
            board.draw_table(_table_cells(element))
        else:
            _write_blocks(board, element)


def _paragraph_text(paragraph: Any) -> str:
    """Return the text that a paragraph shows; deleted text is not shown, line breaks and tabs are."""
    parts = []
    for node in paragraph.iter(qn("t"), qn("br"), qn("cr"), qn("tab")):
        if node.tag == qn("t"):
            parts.append(node.text or "")
        elif node.getparent().tag == qn("r"):
            parts.append(" " if node.tag == qn("tab") else "\n")
    return "".join(parts)


def _cell_lines(cell: Any) -> Iterator[str]:
    for paragraph in cell.iter(qn("p")):
        if next(paragraph.iterancestors(qn("p")), None) is None:  # else it stands in a text box, with its paragraph
            yield from _paragraph_text(paragraph).split("\n")


def _table_cells(table: Any) -> list[BoardCell]:
    """Return the cells of a w:tbl with their spans (ECMA-376 part 1, 17.4.17 gridSpan, 17.4.84 vMerge)."""
    spans: list[BoardCell] = []
    open_above: dict[int, BoardCell] = {}
    for row_no, row in enumerate(table.findall(qn("tr"))):
        col = _grid_skip(row, "gridBefore")
        for cell in _row_cells(row):
            properties = cell.find(qn("tcPr"))
            colspan = _int_property(properties, "gridSpan", 1)
            merge = properties.find(qn("vMerge")) if properties is not None else None
            above = open_above.get(col)
            if merge is not None and merge.get(qn("val")) != "restart" and above and above.colspan == colspan:
                above.rowspan += 1
                above.lines += list(_cell_lines(cell))
            else:
                span = BoardCell(row_no, col, rowspan=1, colspan=colspan, lines=list(_cell_lines(cell)))
                spans.append(span)
                open_above[col] = span
            col += colspan
    return spans


def _row_cells(row: Any) -> Iterator[Any]:
    """Yield the w:tc of a row, those inside content controls included."""
    for child in row.iterchildren():
        if child.tag == qn("tc"):
            yield child
        elif child.tag == qn("sdt"):
            yield from child.iter(qn("tc"))


def _grid_skip(row: Any, name: str) -> int:
    return _int_property(row.find(qn("trPr")), name, 0)


def _int_property(properties: Any, name: str, default: int) -> int:
    node = properties.find(qn(name)) if properties is not None else None
    value = node.get(qn("val")) if node is not None else None
    return int(value) if value and value.isdigit() else default
