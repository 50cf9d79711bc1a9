"""Where the parts of a form stand in its table: the head rows and the columns they announce, by their words.

Columns are never taken by position: a field's column is the span of the head whose wording stands for it. A head has
one to three rows, merged sideways and downwards; what stands above a column from top to bottom is its path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.labels.heads import HeadMatch, is_lower_word, match_heads, names_a_year_only
from pipeline.labels.words import field_of_cell, find_label, find_labels, head_words
from pipeline.models import Cell, Table

Grid = list[list[Cell | None]]

MERGED_COLUMNS = "merged_columns"
"""Review reason of texts of two columns between which a ruling was not found."""

DEEPEST = 3
"""Rows that a head may have."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a head: its cells from top to bottom, and the grid columns it spans (first, after last)."""

    cells: tuple[Cell, ...]
    span: tuple[int, int]

    @property
    def path(self) -> tuple[str, ...]:
        """Return the texts of the head from top to bottom."""
        return tuple(cell.text for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Head:
    """A head: its first row, the row below it where values begin, and the columns (first, after last) of each field.

    `texts` are the printed heads of the fields, `unknown` the columns whose head no wording explains, `blank` those
    without one.
    """

    row: int
    first_value_row: int
    columns: Mapping[str, tuple[int, int]]
    texts: Mapping[str, str]
    unknown: tuple[Column, ...] = ()
    blank: tuple[Column, ...] = ()


def find_head(table: Table, section: str, least: int, after: int = 0) -> Head | None:
    """Return the first head, at or below `after`, with at least `least` fields told by their own wordings."""
    return next((head for head in list_heads(table, section, least) if head.row >= after), None)


@lru_cache(maxsize=16)
def list_heads(table: Table, section: str, least: int) -> tuple[Head, ...]:
    """Return the heads of a section from top to bottom; a head printed again is one of its own."""
    rows, grid = table.beginning(), table.grid()
    heads: list[Head] = []
    for row, cells in enumerate(rows):
        if heads and row < heads[-1].first_value_row:
            continue
        if sum(bool(find_labels(section, cell.text)) for cell in cells if cell.text) >= min(least, 2):
            head = _head_at(grid, rows, row, section, least)
            if head:
                heads.append(head)
    return tuple(heads)


def _head_at(grid: Grid, rows: Sequence[Sequence[Cell]], row: int, section: str, least: int) -> Head | None:
    """Return the head that begins in a row, of as many rows as tell most fields, by their wording first."""
    best: tuple[int, list[Column], HeadMatch] | None = None
    for depth in range(1, min(DEEPEST, len(grid) - row) + 1):
        if depth > 1 and not any(is_lower_word(section, cell.text) for cell in rows[row + depth - 1] if cell.text):
            break
        columns = _columns(grid, row, depth)
        match = match_heads(section, [(*_year_above(grid, row, column), *column.path) for column in columns])
        if best is None or (len(match.exact), len(match.fields)) > (len(best[2].exact), len(best[2].fields)):
            best = depth, columns, match
    if best is None or not _is_head(section, best[2], least):
        return None
    return _as_head(section, row, *best)


def _year_above(grid: Grid, row: int, column: Column) -> tuple[str, ...]:
    """Return the year that stands alone above a column of a head that begins below it."""
    above = grid[row - 1][column.span[0]] if row else None
    return (above.text,) if above is not None and names_a_year_only(above.text) else ()


def _is_head(section: str, match: HeadMatch, least: int) -> bool:
    """Tell whether a row tells enough fields by their own wordings, one of them of those that make the section."""
    words = head_words(section)
    told = {match.fields[at] for at in match.exact} & set(words.columns)
    return len(told) >= least and any(field in words.required for field in match.fields.values())


def _columns(grid: Grid, row: int, depth: int) -> list[Column]:
    """Return the columns below the cells that begin in the rows of a head."""
    columns: list[Column] = []
    for at in range(len(grid[row])):
        stack = [cell for step in range(depth) if (cell := grid[row + step][at]) is not None and cell.row >= row]
        cells = tuple({id(cell): cell for cell in stack}.values())
        if columns and columns[-1].cells == cells and columns[-1].span[1] == at:
            columns[-1] = Column(cells, (columns[-1].span[0], at + 1))
        elif cells:
            columns.append(Column(cells, (at, at + 1)))
    return columns


def _as_head(section: str, row: int, depth: int, columns: Sequence[Column], match: HeadMatch) -> Head:
    known = {field: columns[at] for at, field in match.fields.items()}
    known |= _repeated(section, columns, match)
    first = min(column.span[0] for column in known.values())
    end = max(cell.row + cell.rowspan for column in known.values() for cell in column.cells)
    beside = [at for at, column in enumerate(columns) if column.span[0] >= first and at not in match.fields]
    return Head(
        row=row,
        first_value_row=max(end, row + depth),
        columns={field: column.span for field, column in known.items()},
        texts={field: column.path[-1] for field, column in known.items()},
        unknown=tuple(columns[at] for at in beside if at in match.unknown),
        blank=tuple(columns[at] for at in beside if not any(text.strip() for text in columns[at].path)),
    )


def _repeated(section: str, columns: Sequence[Column], match: HeadMatch) -> dict[str, Column]:
    """Return the columns of a further field whose one place another column has, under names of their own.

    What the dataset keeps together in one column may stand in several (指标解释 beside 评分标准).
    """
    further = head_words(section).further
    found: dict[str, Column] = {}
    for at, column in enumerate(columns):
        fields = find_labels(section, column.path[-1]) if at not in match.fields and column.path[-1] else ()
        if fields and fields[0] in further:
            found[f"{fields[0]}_{at}"] = column
    return found


def group_heads(grid: Grid, head: Head) -> list[Cell]:
    """Return the cells of a head of several rows that stand above columns and name none themselves."""
    rows = range(head.row, head.first_value_row)
    stacks = [[cell for row in rows if (cell := grid[row][span[0]]) is not None] for span in head.columns.values()]
    return [cell for stack in stacks for cell in stack[:-1] if cell is not stack[-1]]


def with_unknown_columns(head: Head) -> Head:
    """Return the head with the columns that no wording explains among its columns, under names of no field."""
    unknown = {f"unknown_{at}": column for at, column in enumerate(head.unknown, 1)}
    return replace(
        head,
        columns={**head.columns, **{name: column.span for name, column in unknown.items()}},
        texts={**head.texts, **{name: column.path[-1] for name, column in unknown.items()}},
    )


def cell_under(grid: Grid, row: int, columns: tuple[int, int]) -> Cell | None:
    """Return the cell of a row that covers most of the columns, or None where the row has none there.

    Of two that cover as many it is the one that lies within them: the other one is of the column beside.
    """
    shares: dict[int, tuple[int, Cell]] = {}
    for col in range(*columns):
        cell = grid[row][col] if col < len(grid[row]) else None
        if cell is not None:
            count, _ = shares.get(id(cell), (0, cell))
            shares[id(cell)] = (count + 1, cell)
    if not shares:
        return None
    return max(shares.values(), key=lambda item: (item[0], _lies_within(item[1], columns)))[1]


def _lies_within(cell: Cell, columns: tuple[int, int]) -> bool:
    return columns[0] <= cell.col and cell.col + cell.colspan <= columns[1]


def crowded_columns(grid: Grid, row: int, columns: Mapping[str, tuple[int, int]]) -> set[str]:
    """Return the fields below whose head several written cells stand side by side: two heads were read as one."""
    crowded = set()
    for field, (first, end) in columns.items():
        inside = [cell for cell in row_cells(grid, row) if cell.col >= first and cell.col + cell.colspan <= end]
        if sum(bool(cell.text) for cell in inside) > 1:
            crowded.add(field)
    return crowded


def row_cells(grid: Grid, row: int) -> list[Cell]:
    """Return the cells that cover a row, from left to right, each once."""
    found: list[Cell] = []
    for cell in grid[row]:
        if cell is not None and (not found or found[-1] is not cell):
            found.append(cell)
    return found


def value_beside(grid: Grid, label: Cell) -> Cell | None:
    """Return the first written cell to the right of a label and before the next label, else the first blank one."""
    beside: list[Cell] = []
    for cell in grid[label.row][label.col + label.colspan :]:
        if cell is not None and (field_of_cell("single", cell.text) or field_of_cell("other_labels", cell.text)):
            break
        if cell is not None:
            beside.append(cell)
    return next((cell for cell in beside if cell.text), beside[0] if beside else None)


def find_row_label(cells: Sequence[Cell], section: str) -> tuple[str, Cell] | None:
    """Return the first label of the section among the cells of a row."""
    for cell in cells:
        field = find_label(section, cell.text)
        if field:
            return field, cell
    return None


def total_row(table: Table, after: int) -> tuple[int, Cell] | None:
    """Return the row of the total at or below `after` and its label: the first words of a row, sections apart.

    Numbers may stand before the words, where a form prints its points at the left.
    """
    grid = table.grid()
    for row in range(after, table.rows):
        cells = [cell for cell in row_cells(grid, row) if cell.text and cell.row >= after]
        written = [cell for cell in cells if not (find_label("sections", cell.text) or _is_number(cell.text))]
        if written and written[0].row == row and find_label("total", written[0].text):
            return row, written[0]
    return None


def _is_number(text: str) -> bool:
    return text.strip().replace(".", "", 1).isdecimal()


def is_repeated_head(cells: Iterable[Cell], section: str, least: int) -> bool:
    """Tell whether a row below the head is the head printed again."""
    return sum(find_label(section, cell.text) is not None for cell in cells) >= least
