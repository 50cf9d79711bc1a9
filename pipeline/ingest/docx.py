"""Word document → one page: python-docx's paragraphs and tables laid out on a drawing board of our own.

A .docx has no pages and no boxes until some program sets it, but its merged cells are explicit (gridSpan, vMerge).
The tables are therefore drawn with rulings that enclose exactly the cells of the file, each text inside its cell, and
everything after ingest reads them as it reads any ruled page. The page says that its boxes mean nothing (`placed`).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.oxml.ns import qn

from pipeline.errors import CorruptDocument, TooLarge
from pipeline.models import Box, Glyph, Page, Ruling
from pipeline.settings import ReadSettings

ROW, COLUMN, LINE = 1000.0, 1000.0, 1.0
"""Sizes on the drawing board: the height of a row, the width of a column, the height of a text line."""

GAP = 100.0
"""Distance between two tables, or between a paragraph and a table."""


@dataclass(slots=True)
class _Board:
    """The drawing board while it is filled from top to bottom."""

    y: float = 0.0
    glyphs: list[Glyph] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)

    def write(self, lines: Iterable[str], x: float, y: float) -> None:
        """Set text lines one below the other."""
        for i, line in enumerate(lines):
            if line.strip():
                self.glyphs.append(Glyph(line, Box(x, y + i * LINE, x + LINE, y + (i + 0.9) * LINE)))


def read_docx(data: bytes, settings: ReadSettings) -> Page:
    """Return the document's body as one page.

    Raises:
        CorruptDocument: the file is no readable .docx.
        TooLarge: its unpacked size passes the settings' limit.
    """
    _refuse_oversize(data, settings)
    try:
        document = docx.Document(io.BytesIO(data))
    except Exception as error:
        raise CorruptDocument("the Word file cannot be opened; open and save it in Word, then try again") from error
    board = _Board()
    for element in document.element.body.iterchildren():
        if element.tag == qn("w:p"):
            board.write(_paragraph_text(element).split("\n"), 0.0, board.y)
            board.y += GAP
        elif element.tag == qn("w:tbl"):
            _draw_table(board, element)
    width = max((r.x1 for r in board.rulings), default=COLUMN)
    return Page(1, width, board.y, tuple(board.glyphs), tuple(board.rulings), "docx", "python-docx", placed=False)


def _refuse_oversize(data: bytes, settings: ReadSettings) -> None:
    import zipfile

    try:
        unpacked = sum(info.file_size for info in zipfile.ZipFile(io.BytesIO(data)).infolist())
    except zipfile.BadZipFile as error:
        raise CorruptDocument("the Word file is damaged; download it again") from error
    if unpacked > settings.max_unpacked:
        raise TooLarge(f"the Word file unpacks to {unpacked} bytes, more than {settings.max_unpacked}")


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
        yield from _paragraph_text(paragraph).split("\n")


@dataclass(slots=True)
class _Span:
    row: int
    col: int
    colspan: int
    rowspan: int
    lines: list[str]


def _table_spans(table: Any) -> list[_Span]:
    """Return the cells of a w:tbl with their spans (ECMA-376 part 1, 17.4.17 gridSpan, 17.4.84 vMerge)."""
    spans: list[_Span] = []
    open_above: dict[int, _Span] = {}
    for row_no, row in enumerate(table.findall(qn("w:tr"))):
        col = _grid_skip(row, "w:gridBefore")
        for cell in _row_cells(row):
            properties = cell.find(qn("w:tcPr"))
            colspan = _int_property(properties, "w:gridSpan", 1)
            merge = properties.find(qn("w:vMerge")) if properties is not None else None
            above = open_above.get(col)
            if merge is not None and merge.get(qn("w:val")) != "restart" and above and above.colspan == colspan:
                above.rowspan += 1
                above.lines += list(_cell_lines(cell))
            else:
                span = _Span(row_no, col, colspan, 1, list(_cell_lines(cell)))
                spans.append(span)
                open_above[col] = span
            col += colspan
    return spans


def _row_cells(row: Any) -> Iterator[Any]:
    """Yield the w:tc of a row, those inside content controls included."""
    for child in row.iterchildren():
        if child.tag == qn("w:tc"):
            yield child
        elif child.tag == qn("w:sdt"):
            yield from child.iter(qn("w:tc"))


def _grid_skip(row: Any, name: str) -> int:
    return _int_property(row.find(qn("w:trPr")), name, 0)


def _int_property(properties: Any, name: str, default: int) -> int:
    node = properties.find(qn(name)) if properties is not None else None
    value = node.get(qn("w:val")) if node is not None else None
    return int(value) if value and value.isdigit() else default


def _draw_table(board: _Board, table: Any) -> None:
    top = board.y
    spans = _table_spans(table)
    for span in spans:
        x0, y0 = span.col * COLUMN, top + span.row * ROW
        x1, y1 = x0 + span.colspan * COLUMN, y0 + span.rowspan * ROW
        board.rulings += [
            Ruling(x0, y0, x1, y0),
            Ruling(x0, y1, x1, y1),
            Ruling(x0, y0, x0, y1),
            Ruling(x1, y0, x1, y1),
        ]
        board.write(span.lines, x0 + LINE, y0 + LINE)
    board.y = top + ROW * max((span.row + span.rowspan for span in spans), default=0) + GAP
