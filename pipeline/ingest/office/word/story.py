"""The blocks of a Word document's body: paragraphs, tables and pictures in the order in which a person sees them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn
from docx.oxml.simpletypes import ST_Merge

from pipeline.ingest.office.nesting import Block, CellNode, Lines, TableNode, block_lines
from pipeline.ingest.office.ooxml import attribute, choose_alternate
from pipeline.ingest.office.pictures import Picture
from pipeline.ingest.office.word.grids import find_spans
from pipeline.ingest.office.word.text import Story, read_paragraph

_UNSHOWN = frozenset(
    map(qn, ("w:del", "w:moveFrom", "w:sdtPr", "w:sdtEndPr", "w:sectPr", "w:tblPr", "w:tblGrid", "w:trPr", "w:tcPr",
             "w:tblPrEx", "w:customXmlPr"))
)  # fmt: skip
_INSIDE = qn("w:insideV"), qn("w:insideH"), qn("w:left"), qn("w:start")
_NO_LINE = frozenset({"nil", "none"})


def read_blocks(parent: Any, story: Story, table_style: str | None = None) -> Iterator[Block]:
    """Yield the blocks of a body, a text box or a cell; what wraps blocks (content controls) is looked into."""
    stack = list(reversed(choose_alternate(parent)))
    while stack:
        node = stack.pop()
        if node.tag == qn("w:p"):
            yield from _read_paragraph_blocks(node, story, table_style)
        elif node.tag == qn("w:tbl"):
            yield read_table(node, story)
        elif node.tag == qn("w:altChunk"):
            yield from story.read_chunk(story.artwork.find(attribute(node, "id")) or b"")
        elif isinstance(node.tag, str) and node.tag not in _UNSHOWN:
            stack += reversed(choose_alternate(node))


def _read_paragraph_blocks(node: Any, story: Story, table_style: str | None) -> Iterator[Block]:
    """Yield a paragraph's own text, then what stands in its text boxes, and its pictures."""
    paragraph = read_paragraph(node, story, table_style)
    yield Lines(paragraph.lines)
    for item in paragraph.floats:
        if isinstance(item, Picture):
            yield item
        else:
            yield from read_blocks(item, story)


def read_table(table: Any, story: Story) -> TableNode:
    """Return a w:tbl with the spans of its cells (ECMA-376 part 1, 17.4.17, 17.4.22, 17.4.84).

    What stands in a cell that continues the one above it is not seen, and not read.
    """
    style = _style_of(table)
    rows = [(row, list(_children(row, "w:tc"))) for row in _children(table, "w:tr") if not _is_deleted_row(row)]
    begun: list[_Cell] = []
    open_above: dict[int, _Cell] = {}
    for row_no, ((_, nodes), spans) in enumerate(zip(rows, find_spans(rows), strict=True)):
        before: _Cell | None = None
        for node, (col, colspan) in zip(nodes, spans, strict=True):
            blocks, above = tuple(read_blocks(node, story, style)), open_above.get(col)
            if before is not None and _continues_left(node):
                before.widen(colspan, row_no)
                before.blocks += blocks
            elif node.vMerge == ST_Merge.CONTINUE and above and above.goes_on(row_no, colspan):
                above.rowspan += 1
                story.hidden += any(line.strip() for block in blocks for line in block_lines(block))
                before = above
            else:
                before = _Cell(row_no, col, colspan, blocks)
                begun.append(before)
                open_above[col] = before
    cells = (CellNode(cell.row, cell.col, cell.rowspan, cell.colspan, cell.blocks) for cell in begun)
    return TableNode(tuple(cells), ruled=style is not None or _has_lines(table))


class _Cell:
    """A cell while the cells that continue it are found. `first` is the span of the first of them."""

    def __init__(self, row: int, col: int, colspan: int, blocks: tuple[Block, ...]) -> None:
        self.row, self.col, self.first, self.colspan, self.blocks = row, col, colspan, colspan, blocks
        self.rowspan = 1

    def widen(self, colspan: int, row: int) -> None:
        """Take in a cell at the right; those of a lower row are there already."""
        self.colspan += colspan if row == self.row else 0

    def goes_on(self, row: int, colspan: int) -> bool:
        """Tell whether a cell of that row and span lies right under this one."""
        return self.row + self.rowspan == row and self.first == colspan


def _style_of(table: Any) -> str | None:
    node = table.find(f"{qn('w:tblPr')}/{qn('w:tblStyle')}")
    return node.get(qn("w:val")) if node is not None else None


def _has_lines(table: Any) -> bool:
    """Tell whether lines are drawn between the cells of a table that has no style."""
    borders = [table.find(f"{qn('w:tblPr')}/{qn('w:tblBorders')}")]
    borders += [
        cell.find(f"{qn('w:tcPr')}/{qn('w:tcBorders')}")
        for row in _children(table, "w:tr")
        for cell in _children(row, "w:tc")
    ]
    sides = (side for border in borders if border is not None for side in border)
    return any(side.tag in _INSIDE and side.get(qn("w:val"), "nil") not in _NO_LINE for side in sides)


def _is_deleted_row(row: Any) -> bool:
    return row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None


def _continues_left(cell: Any) -> bool:
    """Tell whether a cell is merged into the one before it by w:hMerge, as converters of old files write."""
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:hMerge')}")
    return merge is not None and merge.get(qn("w:val"), "continue") == "continue"


def _children(parent: Any, name: str) -> Iterator[Any]:
    """Yield the children of that name, those inside content controls, insertions and other wrappers included."""
    for child in choose_alternate(parent):
        if child.tag == qn(name):
            yield child
        elif isinstance(child.tag, str) and child.tag not in _UNSHOWN and child.tag not in _BLOCKS:
            yield from _children(child, name)


_BLOCKS = frozenset(map(qn, ("w:p", "w:tbl", "w:tr", "w:tc")))
