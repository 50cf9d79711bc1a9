"""Tables inside tables → what is set on the drawing board, in reading order.

A table inside a cell is one of two things. Where it holds most of what the table around it holds, or takes a row of it
by itself, the outer one only lays the page out: the inner table is a table of the page, the rest of the outer one stays
what it looks like, a table where it has lines, else lines of text. Otherwise it is something pasted into a cell of a
form, and its text belongs to that cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipeline.ingest.office.board import BoardCell
from pipeline.ingest.office.pictures import Picture


@dataclass(frozen=True, slots=True)
class Lines:
    """Text lines below each other: a paragraph."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Texts beside each other as one line."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellNode:
    """A cell with its spans and all that is in it; rows and columns from 0."""

    row: int
    col: int
    rowspan: int
    colspan: int
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class TableNode:
    """A table as its file has it. `ruled` tells that lines are drawn between its cells."""

    cells: tuple[CellNode, ...]
    ruled: bool = True


@dataclass(frozen=True, slots=True)
class Drawing:
    """A table whose cells hold nothing but text."""

    cells: tuple[BoardCell, ...] = field(default=())


Block = Lines | Picture | TableNode
"""What a document, a text box or a cell consists of."""

Setting = Lines | Row | Drawing | Picture
"""What is set on a drawing board, or read as a page of its own."""


def lay_out(blocks: Iterable[Block]) -> Iterator[Setting]:
    """Yield what the blocks set, from top to bottom; pictures in cells come after their table."""
    for block in blocks:
        if isinstance(block, TableNode):
            yield from _lay_out_table(block)
        else:
            yield block


def _lay_out_table(table: TableNode) -> Iterator[Setting]:
    hosts = [cell for cell in table.cells if any(isinstance(block, TableNode) for block in cell.blocks)]
    if not hosts or not _is_layout(table, hosts):
        yield from _draw(table.cells)
        return
    opened = _rows_of(hosts, table.cells)
    for cells in _cut(table.cells, opened):
        if cells[0].row in opened:
            for cell in cells:
                yield from lay_out(cell.blocks)
        elif table.ruled and any(_is_written_row(row) for row in _by_row(cells)):
            yield from _draw(cells)
        else:
            yield from _set_rows(cells)


def _is_layout(table: TableNode, hosts: Sequence[CellNode]) -> bool:
    inner = [block for cell in hosts for block in cell.blocks if isinstance(block, TableNode)]
    held = sum(_count_written(block) for block in inner)
    own = sum(any(cell_lines(_without_tables(cell))) for cell in table.cells)
    return held > own or any(_stands_alone(cell, table) for cell in hosts)


def _without_tables(cell: CellNode) -> CellNode:
    return replace(cell, blocks=tuple(block for block in cell.blocks if not isinstance(block, TableNode)))


def _count_written(table: TableNode) -> int:
    """Return how many cells hold text, those of the tables inside them instead of the cells around them."""
    count = 0
    for cell in table.cells:
        inner = [block for block in cell.blocks if isinstance(block, TableNode)]
        count += sum(map(_count_written, inner)) if inner else any(cell_lines(cell))
    return count


def _stands_alone(host: CellNode, table: TableNode) -> bool:
    """Tell whether a cell takes its rows by itself and holds a table of several rows and columns."""
    inner = [block for block in host.blocks if isinstance(block, TableNode)]
    rows, cols = (max(getattr(cell, name) for cell in inner[0].cells) for name in ("row", "col"))
    alone = all(
        cell is host or cell.row + cell.rowspan <= host.row or cell.row >= host.row + host.rowspan
        for cell in table.cells
    )
    return alone and rows > 0 and cols > 0


def _rows_of(hosts: Iterable[CellNode], cells: Sequence[CellNode]) -> set[int]:
    """Return the rows that cells with tables take, and those that other cells bind to them."""
    bound: list[list[int]] = []
    for cell in sorted(cells, key=lambda cell: cell.row):
        last = cell.row + cell.rowspan - 1
        if bound and cell.row <= bound[-1][1]:
            bound[-1][1] = max(bound[-1][1], last)
        else:
            bound.append([cell.row, last])
    begun = {cell.row for cell in hosts}
    stretches = (range(first, last + 1) for first, last in bound)
    return {row for stretch in stretches if any(row in begun for row in stretch) for row in stretch}


def _cut(cells: Iterable[CellNode], opened: set[int]) -> list[list[CellNode]]:
    """Part cells, row by row, into those of the rows that are opened and those of the stretches between."""
    parts: list[list[CellNode]] = []
    for cell in sorted(cells, key=lambda cell: (cell.row, cell.col)):
        if parts and (parts[-1][-1].row in opened) == (cell.row in opened):
            parts[-1].append(cell)
        else:
            parts.append([cell])
    return parts


def _by_row(cells: Iterable[CellNode]) -> list[list[CellNode]]:
    rows: dict[int, list[CellNode]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    return list(rows.values())


def _is_written_row(row: Iterable[CellNode]) -> bool:
    return sum(any(cell_lines(cell)) for cell in row) > 1


def _set_rows(cells: Iterable[CellNode]) -> Iterator[Setting]:
    """Set rows without lines between their cells as a person sees them: texts beside each other."""
    for row in _by_row(cells):
        written = [lines for cell in row if any(lines := cell_lines(cell))]
        if len(written) == 1:
            yield Lines(tuple(written[0]))
        elif written:
            yield Row(tuple("".join(lines) for lines in written))
        yield from (picture for cell in row for picture in pictures_in(cell.blocks))


def _draw(cells: Sequence[CellNode]) -> Iterator[Setting]:
    pictures = [picture for cell in cells for picture in pictures_in(cell.blocks)]
    drawn = tuple(
        BoardCell(cell.row - cells[0].row, cell.col, cell.rowspan, cell.colspan, cell_lines(cell)) for cell in cells
    )
    if not pictures or any(line.strip() for cell in drawn for line in cell.lines):
        yield Drawing(drawn)
    yield from pictures


def pictures_in(blocks: Iterable[Block]) -> Iterator[Picture]:
    """Yield the pictures among blocks and in their tables."""
    for block in blocks:
        if isinstance(block, Picture):
            yield block
        elif isinstance(block, TableNode):
            for cell in block.cells:
                yield from pictures_in(cell.blocks)


def cell_lines(cell: CellNode) -> list[str]:
    """Return all text of a cell as lines, that of tables in it too."""
    return [line for block in cell.blocks for line in block_lines(block)]


def block_lines(block: Block) -> Iterator[str]:
    """Yield all text of a block as lines; a picture has none."""
    if isinstance(block, Lines):
        yield from block.lines
    elif isinstance(block, TableNode):
        for cell in sorted(block.cells, key=lambda cell: (cell.row, cell.col)):
            yield from cell_lines(cell)
