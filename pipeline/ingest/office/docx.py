"""Word document → one page: its paragraphs and tables laid out on a drawing board of our own.

A .docx has no pages and no boxes until some program sets it, but its merged cells are explicit (gridSpan, vMerge).
python-docx gives the elements their meaning; it does not open the file itself, because it would parse every part.
Macros, links, embedded objects and settings are not looked at: only the main part is parsed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import oxml_parser
from docx.oxml.simpletypes import ST_Merge

from pipeline.errors import CorruptDocument
from pipeline.ingest.containers.packages import Package, parse_xml
from pipeline.ingest.office.board import Board, BoardCell
from pipeline.ingest.office.ooxml import find_main_part
from pipeline.models import Page
from pipeline.settings import ReadSettings

READER = "docx"

_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_WRAPPERS = tuple(map(qn, ("w:sdt", "w:sdtContent", "w:customXml")))
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read_docx(data: bytes, settings: ReadSettings) -> Page:
    """Return the document's body as one page.

    Raises:
        CorruptDocument: the file is no readable .docx.
        EncryptedDocument, TooLarge, UnsupportedDocument: as `pipeline.ingest.containers.packages` says.
    """
    package = Package(data, settings.max_unpacked)
    body = _parse_document(package.read(find_main_part(package))).find(qn("w:body"))
    if body is None:
        raise CorruptDocument("the Word file has no text body; open and save it in Word, then try again")
    board = Board()
    try:
        _write_blocks(board, body)
    except ValueError as error:  # of python-docx, for a number or a word that the standard does not have
        raise CorruptDocument(f"the Word file's table is damaged ({error}); open and save it in Word") from error
    return board.page(1, "docx", READER)


def _parse_document(content: bytes) -> Any:
    """Parse the main part; what repeats a drawing for old programs (mc:Fallback) is taken out, its text is there."""
    root = parse_xml(content.replace(_STRICT, nsmap["w"].encode()), oxml_parser)
    for node in list(root.iter(_FALLBACK)):
        node.getparent().remove(node)
    return root


def _write_blocks(board: Board, parent: Any) -> None:
    """Set paragraphs and tables in their order, those inside content controls included."""
    for element in parent.iterchildren(qn("w:p"), qn("w:tbl"), *_WRAPPERS):
        if element.tag == qn("w:p"):
            board.write_lines(_paragraph_text(element).split("\n"))
        elif element.tag == qn("w:tbl"):
            board.draw_table(_table_cells(element))
        else:
            _write_blocks(board, element)


def _paragraph_text(paragraph: Any) -> str:
    """Return the text that a paragraph shows; deleted text is not shown, line breaks and tabs are."""
    parts = []
    for node in paragraph.iter(qn("w:t"), qn("w:br"), qn("w:cr"), qn("w:tab")):
        if node.tag == qn("w:t"):
            parts.append(node.text or "")
        elif node.getparent().tag == qn("w:r"):
            parts.append(" " if node.tag == qn("w:tab") else "\n")
    return "".join(parts)


def _cell_lines(cell: Any) -> Iterator[str]:
    for paragraph in cell.iter(qn("w:p")):
        if next(paragraph.iterancestors(qn("w:p")), None) is None:  # else it stands in a text box, with its paragraph
            yield from _paragraph_text(paragraph).split("\n")


def _table_cells(table: Any) -> list[BoardCell]:
    """Return the cells of a w:tbl with their spans (ECMA-376 part 1, 17.4.17 gridSpan, 17.4.84 vMerge)."""
    spans: list[BoardCell] = []
    open_above: dict[int, BoardCell] = {}
    for row_no, row in enumerate(_children(table, "w:tr")):
        col = row.grid_before
        for cell in _children(row, "w:tc"):
            colspan = cell.grid_span
            above = open_above.get(col)
            if cell.vMerge == ST_Merge.CONTINUE and above and above.colspan == colspan:
                above.rowspan += 1
                above.lines += list(_cell_lines(cell))
            else:
                span = BoardCell(row_no, col, rowspan=1, colspan=colspan, lines=list(_cell_lines(cell)))
                spans.append(span)
                open_above[col] = span
            col += colspan
    return spans


def _children(parent: Any, name: str) -> Iterator[Any]:
    """Yield the children of that name, those inside content controls and custom XML included."""
    for child in parent.iterchildren():
        if child.tag == qn(name):
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, name)
