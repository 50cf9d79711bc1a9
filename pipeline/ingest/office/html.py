"""Web page, or the HTML that programs save under .xls and .doc → one page: its tables, and the text between them.

Nothing that a page refers to is fetched, no script is run, what is set invisible is not read. A table that holds
other tables only lays the page out: its text is set as lines, the tables inside are tables.
"""

from __future__ import annotations

import codecs
import email
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from typing import Any

from lxml import etree

from pipeline.errors import CorruptDocument, TooLarge, UnsupportedDocument
from pipeline.ingest.office.board import MAX_CELLS, Board, BoardCell
from pipeline.models import Page

READER = "html"

MAX_SPAN = 1_000
"""The span that a cell may state at most (HTML, 4.9.11: columns; rows are cut at the table's end)."""

_LAST_GROUP = 65_534
"""The row span that a browser believes at most."""

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_CHINESE = frozenset({"gb2312", "gbk", "gb_2312-80", "x-gbk", "csgb2312", "cp936", "gb18030"})
_UNSHOWN = frozenset({"script", "style", "template", "head", "title", "noscript", "select", "object", "iframe"})
_BLOCKS = frozenset(
    {"p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "section",
     "article", "header", "footer", "center", "blockquote", "pre", "form", "caption", "hr"}
)  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_BREAK = "\n"


def read_html(data: bytes) -> Page:
    """Return a web page as one page without geometry.

    Raises:
        CorruptDocument: there is no element in it.
        UnsupportedDocument: there is no table in it.
        TooLarge: a table has more cells than a table may have.
    """
    text = decode_html(data)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CorruptDocument("the web page cannot be parsed; download it again") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise TooLarge("the web page nests its elements too deeply; print it to PDF and supply that")
    if root is None:
        raise CorruptDocument("the web page is empty; download it again")
    if next(root.iter("table"), None) is None:
        raise UnsupportedDocument("a web page without a table, such as a site's error page; download the file again")
    board = Board()
    _write_blocks(board, root)
    return board.page(1, "text", READER)


def unwrap_mhtml(data: bytes) -> bytes:
    """Return the page inside a web archive (.mht), as Word and browsers save it.

    Raises:
        CorruptDocument: there is none.
    """
    message: Message = email.message_from_bytes(data)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return content
    raise CorruptDocument("the web archive has no page in it; download it again")


def decode_html(data: bytes) -> str:
    """Return a page's text in the code that its mark or its head names, else UTF-8, else GB 18030.

    GB 2312 and GBK are read as GB 18030, which contains both; a page that is not in the code it names is read in the
    one that fits.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace").replace("\0", "")
    named = _CHARSET.search(data[:4096])
    names = [named[1].decode("ascii").lower()] if named else []
    for name in [*names, "utf-8", "gb18030"]:
        try:
            return data.decode("gb18030" if name in _CHINESE else name).replace("\0", "")
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("gb18030", "replace").replace("\0", "")


def _write_blocks(board: Board, root: Any) -> None:
    """Set a page's text as lines and its innermost tables as tables, in order."""
    line: list[str] = []
    for piece in _flow(root):
        if isinstance(piece, str):
            line.append(piece)
            continue
        _end_lines(board, line)
        board.draw_table(_table_cells(piece))
    _end_lines(board, line)


def _end_lines(board: Board, line: list[str]) -> None:
    for text in filter(None, _fold_lines(line)):
        board.write_lines([text])
    line.clear()


def _flow(root: Any) -> Iterator[Any]:
    """Yield the texts, line breaks and innermost tables of an element in reading order, without recursion."""
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            yield node
            continue
        if not isinstance(node.tag, str) or _is_unshown(node):
            continue
        if node.tag == "table" and not _is_layout(node):
            yield node
            continue
        stack += reversed(_pieces(node))


def _pieces(node: Any) -> list[Any]:
    """Return an element's texts and children in order; blocks and line breaks stand between breaks."""
    ends = [_BREAK] if node.tag in _BLOCKS else []
    if node.tag == "br":
        ends = [_BREAK]
    pieces: list[Any] = [*ends, *_words(node.text)]
    for child in node.iterchildren():
        pieces += [child, *_words(child.tail)]
        if child.tag in {"td", "th"}:
            pieces.append(" ")
    return [*pieces, *(ends if node.tag != "br" else [])]


def _words(text: str | None) -> list[str]:
    """Return a text with its white space as a browser shows it: any run is one space."""
    return [re.sub(r"[ \t\r\n\f]+", " ", text)] if text else []


def _is_unshown(node: Any) -> bool:
    return (
        node.tag in _UNSHOWN
        or node.get("hidden") is not None
        or bool(_HIDDEN.search(node.get("style", "")))
        or (node.tag == "input" and node.get("type") == "hidden")
    )


def _is_layout(table: Any) -> bool:
    return next(table.iterdescendants("table"), None) is not None


def _fold_lines(pieces: list[str]) -> list[str]:
    """Join texts and cut them at the breaks."""
    return [line.strip(" \xa0") for line in "".join(pieces).split(_BREAK)]


def _cell_lines(cell: Any) -> list[str]:
    lines = [line for line in _fold_lines([piece for piece in _flow(cell) if isinstance(piece, str)]) if line]
    return lines or [""]


def _table_cells(table: Any) -> list[BoardCell]:
    """Return the cells of a table with their spans, as browsers place them (HTML, 4.9.12.1)."""
    rows = [row for row in table.iter("tr") if not _is_unshown(row)]
    taken: set[tuple[int, int]] = set()
    cells = [cell for no, row in enumerate(rows) for cell in _row_cells(row, no, len(rows), taken)]
    width = max((cell.col + cell.colspan for cell in cells), default=0)
    if len(rows) * width > MAX_CELLS:
        raise TooLarge(f"a table has more than {MAX_CELLS} cells; split the file")
    gaps = [(row, col) for row in range(len(rows)) for col in range(width) if (row, col) not in taken]
    return _drop_unused_columns([*cells, *(BoardCell(*at, rowspan=1, colspan=1, lines=[""]) for at in gaps)], cells)


def _drop_unused_columns(cells: list[BoardCell], written: list[BoardCell]) -> list[BoardCell]:
    """Take out the columns in which no cell begins: they come from spans that reach past the table."""
    begins = sorted({cell.col for cell in written})
    kept = []
    for cell in cells:
        first, last = bisect_left(begins, cell.col), bisect_left(begins, cell.col + cell.colspan)
        if last > first:
            kept.append(replace(cell, col=first, colspan=last - first))
    return kept


def _row_cells(row: Any, row_no: int, row_count: int, taken: set[tuple[int, int]]) -> Iterator[BoardCell]:
    col = 0
    for node in row.iterchildren("td", "th"):
        if _is_unshown(node):
            continue
        while (row_no, col) in taken:
            col += 1
        colspan = min(_span(node, "colspan"), MAX_SPAN)
        rowspan = min(_span(node, "rowspan") or row_count, _LAST_GROUP, row_count - row_no)
        width = next((i for i in range(1, colspan) if (row_no, col + i) in taken), max(1, colspan))
        if rowspan * width + len(taken) > MAX_CELLS:
            raise TooLarge(f"a table has more than {MAX_CELLS} cells; split the file")
        taken.update((r, c) for r in range(row_no, row_no + rowspan) for c in range(col, col + width))
        yield BoardCell(row_no, col, rowspan=rowspan, colspan=width, lines=_cell_lines(node))
        col += width


def _span(node: Any, name: str) -> int:
    """Return a span as stated; 1 where nothing sensible is, 0 for rows means all that follow."""
    text = node.get(name, "1").strip()
    digits = re.match(r"\d{1,9}", text)
    number = int(digits[0]) if digits else 1
    return number if name == "rowspan" else max(1, number)
