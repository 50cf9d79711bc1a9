"""The blocks of a web page: lines of text, tables and pictures in the order in which a browser shows them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.errors import TooLarge
from pipeline.ingest.office.board import MAX_CELLS
from pipeline.ingest.office.nesting import Block, CellNode, Lines, TableNode
from pipeline.ingest.office.web.pictures import Pictures
from pipeline.ingest.office.web.styles import Styles
from pipeline.ingest.office.word.numbers import write_number

MAX_SPAN = 1_000
"""The span that a cell may state at most (HTML, 4.9.11: columns; rows are cut at the table's end)."""

_LAST_GROUP = 65_534
"""The row span that a browser believes at most."""

_UNSHOWN = frozenset(  # the fallback of an object is shown: what it refers to is not fetched
    {
        "script",
        "style",
        "template",
        "head",
        "title",
        "noscript",
        "iframe",
        "datalist",
        "audio",
        "video",
        "canvas",
        "rt",
        "rp",
    }
)
_BLOCKS = frozenset(
    {"p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "section",
     "article", "header", "footer", "center", "blockquote", "pre", "form", "caption", "hr"}
)  # fmt: skip
_TYPED = frozenset({"text", "number", "tel", "email", "date", "month", "url", "search", "button", "submit", ""})
_CELLS = frozenset({"td", "th"})
_BREAK = "\n"


@dataclass(slots=True)
class Seen:
    """What is known of a page while it is read.

    `hidden` counts rows, cells and pieces of text in cells that are not shown. `numbers` are those that stand before
    entries of lists to come.
    """

    styles: Styles = field(default_factory=Styles)
    pictures: Pictures = field(default_factory=Pictures)
    hidden: int = 0
    numbers: dict[Any, str] = field(default_factory=dict)

    def is_unshown(self, node: Any) -> bool:
        """Tell whether an element is not shown, with all that is in it."""
        if not isinstance(node.tag, str) or node.tag in _UNSHOWN:
            return True
        if node.get("hidden") is None and not self.styles.hides(node):
            return False
        inside = node.tag == "tr" or any(one.tag in _CELLS for one in (node, *node.iterancestors()))
        self.hidden += inside and bool("".join(node.itertext()).strip())
        return True


def read_blocks(root: Any, seen: Seen) -> Iterator[Block]:
    """Yield what an element shows."""
    line: list[str] = []
    for piece in _flow(root, seen):
        if isinstance(piece, str):
            line.append(piece)
            continue
        yield from _end_lines(line)
        yield piece
    yield from _end_lines(line)


def _end_lines(line: list[str]) -> Iterator[Lines]:
    for text in filter(None, _fold_lines(line)):
        yield Lines((text,))
    line.clear()


def _flow(root: Any, seen: Seen) -> Iterator[str | Block]:
    """Yield the texts, line breaks, pictures and tables in an element in reading order, without recursion."""
    stack = list(reversed(_pieces(root)))
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            yield node
        elif seen.is_unshown(node):
            continue
        elif node.tag == "table":
            yield _BREAK
            yield from _read_table(node, seen)
            yield _BREAK
        elif node.tag in {"img", "image"}:
            picture = seen.pictures.find(node)
            yield picture if picture else ""
        elif node.tag in {"input", "select"}:
            yield _entry(node)
        else:
            if node.tag == "ol":
                _number_entries(node, seen)
            ground = seen.pictures.find_ground(node)
            if ground:
                yield ground
            begin, *rest = _pieces(node) or [""]
            stack += reversed([begin, seen.numbers.pop(node, ""), *rest])


def _number_entries(node: Any, seen: Seen) -> None:
    """Note the numbers that a browser sets before the entries of an ordered list (HTML, 4.4.5 and 4.4.8)."""
    entries = [entry for entry in node.iterchildren("li") if not seen.styles.hides(entry)]
    back = node.get("reversed") is not None
    at = _whole(node.get("start"), len(entries) if back else 1)
    for entry in entries:
        at = _whole(entry.get("value"), at)
        numerals = _NUMERALS.get(entry.get("type") or node.get("type") or "1", "decimal")
        if not seen.styles.unmarks(entry, node):
            seen.numbers[entry] = f"{write_number(at, numerals)}. "
        at += -1 if back else 1


_NUMERALS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text.strip()) else otherwise


def _entry(node: Any) -> str:
    """Return what a form's field shows: what was typed, the entry that is chosen."""
    if node.tag == "input":
        kind = (node.get("type") or "").lower()
        if kind in {"checkbox", "radio"}:
            return "☑" if node.get("checked") is not None else "☐"
        return (node.get("value") or "") if kind in _TYPED else ""
    options = list(node.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None] or options
    return "".join(chosen[0].itertext()).strip() if chosen else ""


def _pieces(node: Any) -> list[Any]:
    """Return an element's texts and children in order; blocks and line breaks stand between breaks."""
    ends = [_BREAK] if node.tag in _BLOCKS else []
    if node.tag == "br":
        ends = [_BREAK]
    pieces: list[Any] = [*ends, *_words(node.text)]
    for child in node.iterchildren():
        pieces += [child, *_words(child.tail)]
    return [*pieces, *(ends if node.tag != "br" else [])]


def _words(text: str | None) -> list[str]:
    """Return a text with its white space as a browser shows it: any run is one space."""
    return [re.sub(r"[ \t\r\n\f]+", " ", text)] if text else []


def _fold_lines(pieces: list[str]) -> list[str]:
    """Join texts and cut them at the breaks."""
    return [line.strip(" \xa0") for line in "".join(pieces).split(_BREAK)]


def _read_table(table: Any, seen: Seen) -> Iterator[Block]:
    """Yield a table; what stands in it and in no cell of it (captions, stray text) comes before it, as browsers do."""
    rows: list[Any] = []
    for part in _table_parts(table, seen):
        if isinstance(part, Lines):
            yield part
        else:
            rows.append(part)
    cells = _table_cells(rows, seen)
    if cells:
        yield TableNode(tuple(cells), _is_ruled(table, rows, seen))


def _table_parts(table: Any, seen: Seen) -> Iterator[Any]:
    """Yield the rows of a table that are shown, and as lines the text that is in no cell; no tables inside it."""
    stack = list(reversed(_pieces(table)))
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            yield from _end_lines([node])
        elif seen.is_unshown(node):
            continue
        elif node.tag == "tr":
            yield node
            stack += reversed([tail for cell in node if cell.tail and cell.tail.strip() for tail in _words(cell.tail)])
        elif node.tag in {"caption", "input", "select"}:
            yield from (block for block in read_blocks(node, seen) if isinstance(block, Lines))
        else:
            stack += reversed(_pieces(node))


def _is_ruled(table: Any, rows: list[Any], seen: Seen) -> bool:
    if (table.get("border") or "0") not in {"0", "none"}:
        return True
    return any(seen.styles.rules_lines(cell) for row in rows for cell in row.iterchildren(*_CELLS))


def _table_cells(rows: list[Any], seen: Seen) -> list[CellNode]:
    """Return the cells of a table with their spans, as browsers place them (HTML, 4.9.12.1)."""
    taken: set[tuple[int, int]] = set()
    cells = [cell for no, row in enumerate(rows) for cell in _row_cells(row, no, len(rows), taken, seen)]
    width = max((cell.col + cell.colspan for cell in cells), default=0)
    if len(rows) * width > MAX_CELLS:
        raise TooLarge(f"a table has more than {MAX_CELLS} cells; split the file")
    gaps = [(row, col) for row in range(len(rows)) for col in range(width) if (row, col) not in taken]
    return _drop_unused_columns([*cells, *(CellNode(*at, rowspan=1, colspan=1) for at in gaps)], cells)


def _drop_unused_columns(cells: list[CellNode], written: list[CellNode]) -> list[CellNode]:
    """Take out the columns in which no cell begins: they come from spans that reach past the table."""
    begins = sorted({cell.col for cell in written})
    kept = []
    for cell in cells:
        first, last = bisect_left(begins, cell.col), bisect_left(begins, cell.col + cell.colspan)
        if last > first:
            kept.append(replace(cell, col=first, colspan=last - first))
    return kept


def _row_cells(row: Any, row_no: int, row_count: int, taken: set[tuple[int, int]], seen: Seen) -> Iterator[CellNode]:
    col = 0
    for node in row.iterchildren(*_CELLS):
        if seen.is_unshown(node):
            continue
        while (row_no, col) in taken:
            col += 1
        colspan = min(_span(node, "colspan"), MAX_SPAN)
        rowspan = min(_span(node, "rowspan") or row_count, _LAST_GROUP, row_count - row_no)
        width = next((i for i in range(1, colspan) if (row_no, col + i) in taken), max(1, colspan))
        if rowspan * width + len(taken) > MAX_CELLS:
            raise TooLarge(f"a table has more than {MAX_CELLS} cells; split the file")
        taken.update((r, c) for r in range(row_no, row_no + rowspan) for c in range(col, col + width))
        yield CellNode(row_no, col, rowspan, width, tuple(read_blocks(node, seen)))
        col += width


def _span(node: Any, name: str) -> int:
    """Return a span as stated; 1 where nothing sensible is, 0 for rows means all that follow."""
    text = node.get(name, "1").strip()
    digits = re.match(r"\d{1,9}", text)
    number = int(digits[0]) if digits else 1
    return number if name == "rowspan" else max(1, number)
