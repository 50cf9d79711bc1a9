"""A sheet of a spreadsheet → a page: its ruled blocks as tables, the cells around them as lines of text.

Merged cells come from the file. What a person does not see, hidden rows, columns and sheets, is left out, and said.
Where cells have borders, rows with upright borders are a table's; where a sheet has none, a row is a table's unless it
holds one text across the whole width, as a title does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from pipeline.errors import TooLarge
from pipeline.ingest.office.board import MAX_CELLS, Board, BoardCell
from pipeline.ingest.office.leaves import Leaves
from pipeline.ingest.office.nesting import Lines
from pipeline.ingest.office.pictures import Picture
from pipeline.ingest.pending import ReadImage, ReadPage
from pipeline.settings import ReadSettings

_ZERO = re.compile(r"[-+]?0*\.?0*(?:[eE][-+]?\d+)?")

Position = tuple[int, int]
"""Row and column of a cell, from 0."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """What a cell shows. `ruled`: it has a border at its left or right. `white`: it is written white on white.
    `unshown`: it has a value, and its format shows nothing of it.
    """

    text: str
    doubt: str = ""
    ruled: bool = False
    white: bool = False
    unshown: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """Merged cells; first and last row and column, from 0 and inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """A sheet as its file describes it. Cells that are empty and not ruled need not be there.

    `floats` are the pictures and the texts of text boxes on it, each with the cells it lies on. `notes` are the
    texts above and below the printed sheet. `unseen` cells have a text that nobody sees; it was left out.
    """

    name: str
    cells: Mapping[Position, SheetCell]
    merges: tuple[Merge, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False
    floats: tuple[tuple[Merge, Lines | Picture], ...] = ()
    notes: tuple[str, ...] = ()
    unseen: int = 0


@dataclass(slots=True)
class _Shown:
    """A sheet without what is hidden, its merged cells by the corner where their text stands."""

    cells: dict[Position, SheetCell] = field(default_factory=dict)
    spans: dict[Position, Merge] = field(default_factory=dict)
    covered: set[Position] = field(default_factory=set)
    left_out: int = 0

    def texts(self) -> dict[int, list[tuple[int, SheetCell]]]:
        """Return the texts that begin in each row, with their columns, from left to right."""
        found: dict[int, list[tuple[int, SheetCell]]] = defaultdict(list)
        for (row, col), cell in sorted(self.cells.items(), key=lambda item: item[0]):
            if cell.text.strip():
                found[row].append((col, cell))
        return found


def is_unshown(value: str, shown: str) -> bool:
    """Tell whether a format shows nothing of a value; a zero that is left blank is what most people want."""
    return not shown.strip() and bool(value.strip()) and not _ZERO.fullmatch(value.strip())


def take_unseen(cells: dict[Position, SheetCell], *, plain: bool) -> int:
    """Empty the cells with a text that nobody sees, and return how many.

    `plain` tells that nothing but their styles colours the cells, so that white text is white on white.
    """
    found = [at for at, cell in cells.items() if cell.unshown or (plain and cell.white and cell.text.strip())]
    for at in found:
        cells[at] = SheetCell("", "", cells[at].ruled)
    return len(found)


def draw_sheets(
    sheets: list[SheetFacts], reader: str, settings: ReadSettings, read_image: ReadImage
) -> Iterator[ReadPage]:
    """Yield a page for each sheet that is shown, and one for each large picture on it, numbered from 1 in order.

    Where no sheet is shown, the hidden ones are read.

    Raises:
        TooLarge: a table has more cells than a table may have, or there are more pages than the settings allow.
    """
    shown = [sheet for sheet in sheets if not sheet.hidden] or sheets
    unread = [sheet.name for sheet in sheets if sheet not in shown and _says_something(sheet)]
    leaves = Leaves(reader, "text", settings, read_image)
    if unread:
        leaves.say("hidden_unread", f"hidden sheets were not read: {', '.join(unread)}")
    for sheet in shown:
        yield from _draw_sheet(sheet, leaves)
    yield from leaves.end()


def _draw_sheet(sheet: SheetFacts, leaves: Leaves) -> Iterator[ReadPage]:
    """Yield a sheet as a page, then its pictures; a sheet without anything on it is an empty page."""
    shown = _take_shown(sheet)
    seen = [item for at, item in sorted(sheet.floats, key=_place) if not _is_hidden(sheet, at)]
    left_out = shown.left_out + len(sheet.floats) - len(seen)
    if left_out:
        message = f"{left_out} cells of hidden rows or columns of sheet {sheet.name} were not read"
        leaves.say("hidden_unread", message)
    if sheet.unseen:
        message = (
            f"{sheet.unseen} cells in white on white, or in a format without signs, of sheet {sheet.name} were not read"
        )
        leaves.say("hidden_unread", message)
    first = leaves.number
    _fill_board(leaves.board, shown)
    for item in sorted(seen, key=lambda item: isinstance(item, Picture)):
        yield from leaves.set(item)
    leaves.board.write_notes(sheet.notes)
    yield from leaves.turn(even_if_empty=leaves.number == first or bool(sheet.notes or leaves.issues))


def _says_something(sheet: SheetFacts) -> bool:
    return bool(sheet.floats) or any(cell.text for cell in sheet.cells.values())


def _place(placed: tuple[Merge, Lines | Picture]) -> Position:
    return placed[0].top, placed[0].left


def _is_hidden(sheet: SheetFacts, at: Merge) -> bool:
    """Tell whether something lies on hidden rows or columns alone."""
    rows, columns = range(at.top, at.bottom + 1), range(at.left, at.right + 1)
    return all(row in sheet.hidden_rows for row in rows) or all(col in sheet.hidden_columns for col in columns)


def _fill_board(board: Board, shown: _Shown) -> None:
    texts = shown.texts()
    for is_table, rows in groupby(sorted(_inked_rows(shown)), key=_table_rows(shown).__contains__):
        if is_table:
            for block in _consecutive(list(rows)):
                board.draw_table(list(_block_cells(shown, block)))
        else:
            for row in rows:
                board.write_row([(cell.text, cell.doubt) for _, cell in texts[row]])


def _take_shown(sheet: SheetFacts) -> _Shown:
    """Leave out hidden rows and columns, and move the rest together."""
    last_row = max((row for row, _ in sheet.cells), default=-1)
    last_col = max((col for _, col in sheet.cells), default=-1)
    rows = _renumber(sheet.hidden_rows, last_row)
    cols = _renumber(sheet.hidden_columns, last_col)
    shown = _Shown()
    for merge in sheet.merges:
        _enter_merge(shown, sheet, merge, rows, cols)
    corners = {(merge.top, merge.left) for merge in sheet.merges}
    for (row, col), cell in sheet.cells.items():
        if row in rows and col in cols:
            at = (rows[row], cols[col])
            if at not in shown.covered:
                shown.cells.setdefault(at, cell)
        elif cell.text and (row, col) not in corners:
            shown.left_out += 1
    return shown


def _renumber(hidden: frozenset[int], last: int) -> dict[int, int]:
    visible = (i for i in range(last + 1) if i not in hidden)
    return {old: new for new, old in enumerate(visible)}


def _enter_merge(shown: _Shown, sheet: SheetFacts, merge: Merge, rows: dict[int, int], cols: dict[int, int]) -> None:
    """Enter what is seen of merged cells; their text stands in the first of them. A range is cut at the last cell."""
    inner_rows = [rows[r] for r in range(merge.top, min(merge.bottom, max(rows, default=-1)) + 1) if r in rows]
    inner_cols = [cols[c] for c in range(merge.left, min(merge.right, max(cols, default=-1)) + 1) if c in cols]
    if not inner_rows or not inner_cols:
        return
    if len(inner_rows) * len(inner_cols) > MAX_CELLS:
        raise TooLarge(f"sheet {sheet.name} merges more than {MAX_CELLS} cells into one; split the file")
    seen = Merge(inner_rows[0], inner_cols[0], inner_rows[-1], inner_cols[-1])
    positions = [(r, c) for r in inner_rows for c in inner_cols]
    if any(at in shown.covered or at in shown.spans for at in positions):
        return
    corner = (seen.top, seen.left)
    first = sheet.cells.get((merge.top, merge.left), SheetCell(""))
    inside = [sheet.cells.get((r, c)) for r in (merge.top, merge.bottom) for c in (merge.left, merge.right)]
    ruled = first.ruled or any(cell.ruled for cell in inside if cell)
    shown.cells[corner] = SheetCell(first.text, first.doubt, ruled)
    shown.spans[corner] = seen
    shown.covered |= set(positions) - {corner}


def _span(shown: _Shown, at: Position) -> Merge:
    return shown.spans.get(at) or Merge(*at, *at)


def _inked_rows(shown: _Shown) -> set[int]:
    """Return the rows that hold text or are reached by a cell with text, and the ruled rows between them."""
    written = [at for at, cell in shown.cells.items() if cell.text.strip()]
    rows = {row for at in written for row in range(at[0], _span(shown, at).bottom + 1)}
    ruled = _ruled_rows(shown)
    return rows | {row for row in ruled if rows and row <= max(rows)}


def _ruled_rows(shown: _Shown) -> set[int]:
    ruled = (at for at, cell in shown.cells.items() if cell.ruled)
    return {row for at in ruled for row in range(at[0], _span(shown, at).bottom + 1)}


def _table_rows(shown: _Shown) -> set[int]:
    """Return the rows that belong to tables."""
    ruled = _ruled_rows(shown)
    if ruled:
        return ruled
    inked, texts = _inked_rows(shown), shown.texts()
    if not inked:
        return set()
    width = _extent(shown, inked)
    reached = {row for at, span in shown.spans.items() for row in range(at[0] + 1, span.bottom + 1)}
    return {row for row in inked if row in reached or not _is_line(shown, row, [col for col, _ in texts[row]], width)}


def _is_line(shown: _Shown, row: int, columns: list[int], width: tuple[int, int]) -> bool:
    """Tell whether a row of a sheet without borders holds one text alone, set across the sheet or not merged at all."""
    if len(columns) != 1:
        return False
    span = _span(shown, (row, columns[0]))
    return span.top == span.bottom and (span.left == span.right or (span.left, span.right) == width)


def _consecutive(rows: list[int]) -> list[list[int]]:
    """Cut rows where one is missing between them."""
    blocks: list[list[int]] = []
    for row in rows:
        if blocks and row == blocks[-1][-1] + 1:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return blocks


def _extent(shown: _Shown, rows: set[int]) -> tuple[int, int]:
    """Return the first and the last column that texts of some rows take."""
    taken = [(at[1], _span(shown, at).right) for at, cell in shown.cells.items() if at[0] in rows and cell.text.strip()]
    return min(left for left, _ in taken), max(right for _, right in taken)


def _block_cells(shown: _Shown, rows: list[int]) -> Iterator[BoardCell]:
    """Yield the cells of a table, the empty ones too; rows and columns from the block's first."""
    left, right = _extent(shown, set(rows))
    if len(rows) * (right - left + 1) > MAX_CELLS:
        raise TooLarge(f"a table has more than {MAX_CELLS} cells; split the file")
    for row in rows:
        for col in range(left, right + 1):
            if (row, col) in shown.covered:
                continue
            cell = shown.cells.get((row, col), SheetCell(""))
            span = _span(shown, (row, col))
            rowspan = min(span.bottom, rows[-1]) - row + 1
            colspan = min(span.right, right) - col + 1
            yield BoardCell(row - rows[0], col - left, rowspan, colspan, cell.text.split("\n"), cell.doubt)
