"""Rulings → grids: which cells the straight lines of a page enclose, and what they span.

A chain of small pure functions, each of whose results can be looked at: `snap_rulings → join_rulings →
connect_rulings → close_open_ends → trace_cells`. Nothing here knows about text, forms or files. Lengths are points.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.models import Box, Ruling

SNAP = 2.5
"""Rulings nearer than this are one ruling: doubled lines, and the two edges of a line drawn as a box."""

JOIN = 4.0
"""Gaps up to this in a ruling are closed: dashes, and cell borders that are drawn cell by cell."""

REACH = 4.0
"""How far a ruling may miss the line that it ends at."""

OVERHANG = 6.0
"""Rulings that stick out of the outermost crossing line by more than this belong to a cell that is open there."""

OUTLYING = 150.0
"""How far from a table a ruling of an outer column may stand that nothing else touches."""

SHORTFALL = 0.15
"""Share of a cell's side by which a ruling may fall short at either end, at most `REACH`."""

COVERED = 0.6
"""Share of a cell's side that must be ruled for the side to separate it from its neighbour."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a grid; rows and columns from 0, spans from 1.

    `open_above` and `open_below` tell that the cell lies at the rim and no ruling is drawn on that side of it.
    """

    row: int
    col: int
    rowspan: int
    colspan: int
    box: Box
    open_above: bool = False
    open_below: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Connected rulings and the cells they enclose.

    `xs` and `ys` are the column and row lines. `open_top` and `open_bottom` tell that the outermost row line was
    not drawn and had to be put at the ends of the vertical rulings: a page break has cut the table there.
    `irregular` counts cells that were not rectangles (a ruling is missing) and were cut into rectangles.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[GridCell, ...]
    open_top: bool = False
    open_bottom: bool = False
    irregular: int = 0

    @property
    def box(self) -> Box:
        """The rectangle that the outermost lines enclose."""
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    @property
    def holes(self) -> list[Box]:
        """The places between its lines that lie in no cell: a ruling that would close one is missing."""
        filled = {
            (row, col)
            for cell in self.cells
            for row in range(cell.row, cell.row + cell.rowspan)
            for col in range(cell.col, cell.col + cell.colspan)
        }
        rows, cols = len(self.ys) - 1, len(self.xs) - 1
        if len(filled) == rows * cols:
            return []
        open_places = ((row, col) for row in range(rows) for col in range(cols) if (row, col) not in filled)
        return [Box(self.xs[col], self.ys[row], self.xs[col + 1], self.ys[row + 1]) for row, col in open_places]

    def locate(self, x: float, y: float) -> tuple[int, int] | None:
        """Return the row and column of the grid position that holds the point, or None outside the grid."""
        xs, ys = self.xs, self.ys
        if not (xs[0] <= x < xs[-1] and ys[0] <= y < ys[-1]):
            return None
        return bisect_right(ys, y) - 1, bisect_right(xs, x) - 1


@dataclass(frozen=True, slots=True)
class _Line:
    """A ruling reduced to its position across and its extent along."""

    at: float
    start: float
    end: float


def snap_rulings(lines: Iterable[_Line], tolerance: float = SNAP) -> list[_Line]:
    """Give rulings that nearly coincide one common position, the mean weighted by length."""
    ordered = sorted(lines, key=lambda line: line.at)
    snapped: list[_Line] = []
    group: list[_Line] = []
    for line in ordered:
        if group and line.at - group[-1].at > tolerance:
            snapped += _common_position(group)
            group = []
        group.append(line)
    return snapped + _common_position(group)


def _common_position(group: list[_Line]) -> list[_Line]:
    weight = sum(line.end - line.start for line in group)
    if not weight:
        return group
    at = sum(line.at * (line.end - line.start) for line in group) / weight
    return [_Line(at, line.start, line.end) for line in group]


def join_rulings(lines: Iterable[_Line], tolerance: float = JOIN) -> list[_Line]:
    """Join pieces of a ruling that overlap or nearly meet."""
    by_position: dict[float, list[_Line]] = defaultdict(list)
    for line in lines:
        by_position[line.at].append(line)
    joined: list[_Line] = []
    for at, pieces in sorted(by_position.items()):
        pieces.sort(key=lambda line: line.start)
        start, end = pieces[0].start, pieces[0].end
        for piece in pieces[1:]:
            if piece.start - end > tolerance:
                joined.append(_Line(at, start, end))
                start, end = piece.start, piece.end
            end = max(end, piece.end)
        joined.append(_Line(at, start, end))
    return joined


def connect_rulings(horizontals: Sequence[_Line], verticals: Sequence[_Line]) -> list[tuple[list[_Line], list[_Line]]]:
    """Group the rulings that touch each other, directly or through others."""
    parent = list(range(len(horizontals) + len(verticals)))

    def root(i: int) -> int:
        """The ruling that stands for the group of ruling `i`; the way to it is halved for the next who asks."""
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    offset = len(horizontals)
    for i, h in enumerate(horizontals):
        for j, v in enumerate(verticals):
            if _touch(h, v):
                parent[root(i)] = root(offset + j)
    groups: dict[int, tuple[list[_Line], list[_Line]]] = {}
    for i, h in enumerate(horizontals):
        groups.setdefault(root(i), ([], []))[0].append(h)
    for j, v in enumerate(verticals):
        groups.setdefault(root(offset + j), ([], []))[1].append(v)
    tables = [group for group in groups.values() if group[0] and group[1]]
    return [(hs, [*vs, *_outlying(vs, _lone_verticals(groups.values()))]) for hs, vs in tables]


def _lone_verticals(groups: Iterable[tuple[list[_Line], list[_Line]]]) -> list[_Line]:
    return [v for hs, vs in groups if not hs for v in vs]


def _outlying(verticals: Sequence[_Line], lone: Sequence[_Line]) -> list[_Line]:
    """Return the lone verticals beside a table that run along its whole height.

    They rule an outer column whose one cell goes on over both page breaks, so that nothing horizontal touches them.
    """
    top, bottom = min(v.start for v in verticals), max(v.end for v in verticals)
    left, right = min(v.at for v in verticals), max(v.at for v in verticals)
    return [
        v
        for v in lone
        if v.start <= top + REACH and v.end >= bottom - REACH and left - OUTLYING <= v.at <= right + OUTLYING
    ]


def _touch(h: _Line, v: _Line) -> bool:
    return h.start - REACH <= v.at <= h.end + REACH and v.start - REACH <= h.at <= v.end + REACH


def close_open_ends(across: list[_Line], along: Sequence[_Line]) -> tuple[list[_Line], bool, bool]:
    """Rule the two outer sides that were not drawn, at the ends of the rulings that stick out there.

    Called with the horizontals across the verticals it closes the top and bottom that a page break has cut away;
    called with the verticals across the horizontals, the open left and right of some templates. At least two rulings
    must stick out, or the new side would enclose nothing. Returns `across` with the new sides, and which were open.
    """
    first, last = min(line.at for line in across), max(line.at for line in across)
    before = [line for line in along if first - line.start > OVERHANG]
    behind = [line for line in along if line.end - last > OVERHANG]
    closed = list(across)
    if len(before) > 1:
        closed.append(_side(min(line.start for line in before), before))
    if len(behind) > 1:
        closed.append(_side(max(line.end for line in behind), behind))
    return closed, len(before) > 1, len(behind) > 1


def _side(at: float, ends: Sequence[_Line]) -> _Line:
    return _Line(at, min(line.at for line in ends), max(line.at for line in ends))


def _covers(lines: Sequence[_Line], start: float, end: float) -> bool:
    """Tell whether the lines rule enough of the stretch from start to end.

    Lines may fall a little short, but those of the rows above and below do not rule a low row between them.
    """
    if end <= start:
        return True
    reach = min(REACH, SHORTFALL * (end - start))
    ruled = 0.0
    for line in lines:
        first, last = line.start - reach, line.end + reach
        if first <= start and last >= end:
            return True
        ruled += max(0.0, min(last, end) - max(first, start))
    return ruled >= COVERED * (end - start)


def _components(
    xs: Sequence[float], ys: Sequence[float], hs: list[_Line], vs: list[_Line]
) -> list[set[tuple[int, int]]]:
    """Flood the grid positions (row, col) that no ruling separates."""
    at_y, at_x = defaultdict(list), defaultdict(list)
    for h in hs:
        at_y[h.at].append(h)
    for v in vs:
        at_x[v.at].append(v)
    rows, cols = len(ys) - 1, len(xs) - 1
    wall_below = [[_covers(at_y[ys[r + 1]], xs[c], xs[c + 1]) for c in range(cols)] for r in range(rows)]
    wall_right = [[_covers(at_x[xs[c + 1]], ys[r], ys[r + 1]) for c in range(cols)] for r in range(rows)]
    seen: set[tuple[int, int]] = set()
    found: list[set[tuple[int, int]]] = []
    for r in range(rows):
        for c in range(cols):
            if (r, c) in seen:
                continue
            part, stack = set(), [(r, c)]
            while stack:
                i, j = stack.pop()
                if (i, j) in part:
                    continue
                part.add((i, j))
                if i + 1 < rows and not wall_below[i][j]:
                    stack.append((i + 1, j))
                if i > 0 and not wall_below[i - 1][j]:
                    stack.append((i - 1, j))
                if j + 1 < cols and not wall_right[i][j]:
                    stack.append((i, j + 1))
                if j > 0 and not wall_right[i][j - 1]:
                    stack.append((i, j - 1))
            seen |= part
            found.append(part)
    return found


def _rectangles(part: set[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Cut a set of positions into rectangles (row, col, rowspan, colspan), upper ones as wide as they can be."""
    if len(part) == 1:
        return [(*next(iter(part)), 1, 1)]
    rest, found = set(part), []
    while rest:
        r, c = min(rest)
        width = 1
        while (r, c + width) in rest:
            width += 1
        height = 1
        while all((r + height, c + k) in rest for k in range(width)):
            height += 1
        rest -= {(r + i, c + j) for i in range(height) for j in range(width)}
        found.append((r, c, height, width))
    return found


class _Ruled:
    """Lines of one direction, found by where they stand."""

    def __init__(self, lines: Iterable[_Line]) -> None:
        self._lines = sorted(lines, key=lambda line: line.at)
        self._places = [line.at for line in self._lines]

    @property
    def first(self) -> float:
        """Where the first line stands, in points."""
        return self._places[0]

    @property
    def last(self) -> float:
        """Where the last line stands, in points."""
        return self._places[-1]

    def covers(self, at: float, start: float, end: float) -> bool:
        """Tell whether the lines that stand at `at` rule the stretch from start to end."""
        near = slice(bisect_right(self._places, at - SNAP), bisect_left(self._places, at + SNAP))
        return _covers(self._lines[near], start, end)


def _enclosed(cell: GridCell, across: _Ruled, down: _Ruled) -> bool:
    """Tell whether a cell at the rim of the grid has a drawn outer side; positions outside the table have none.

    A cell that goes on over both page breaks has two: its left and its right, along the whole table.
    """
    box = cell.box
    sides = (
        across.covers(box.y0, box.x0, box.x1),
        across.covers(box.y1, box.x0, box.x1),
        down.covers(box.x0, box.y0, box.y1),
        down.covers(box.x1, box.y0, box.y1),
    )
    whole = box.y0 <= across.first + SNAP and box.y1 >= across.last - SNAP
    return sum(sides) >= 3 or (whole and sides[2] and sides[3])


def build_grid(horizontals: list[_Line], verticals: list[_Line]) -> Grid | None:
    """Trace the cells of one group of connected rulings; None where they enclose nothing."""
    hs, open_top, open_bottom = close_open_ends(horizontals, verticals)
    vs, _, _ = close_open_ends(verticals, hs)
    xs, ys = tuple(sorted({v.at for v in vs})), tuple(sorted({h.at for h in hs}))
    if len(xs) < 2 or len(ys) < 2:
        return None
    drawn, across, down = _Ruled(horizontals), _Ruled(hs), _Ruled(vs)
    cells: list[GridCell] = []
    irregular = 0
    for part in _components(xs, ys, hs, vs):
        rectangles = _rectangles(part)
        irregular += len(rectangles) > 1
        for row, col, rowspan, colspan in rectangles:
            box = Box(xs[col], ys[row], xs[col + colspan], ys[row + rowspan])
            above = row == 0 and not drawn.covers(box.y0, box.x0, box.x1)
            below = row + rowspan == len(ys) - 1 and not drawn.covers(box.y1, box.x0, box.x1)
            cells.append(GridCell(row, col, rowspan, colspan, box, above, below))
    cells = [cell for cell in cells if _enclosed(cell, across, down)]
    if not cells:
        return None
    return Grid(xs, ys, tuple(sorted(cells, key=lambda c: (c.row, c.col))), open_top, open_bottom, irregular)


def find_grids(rulings: Iterable[Ruling]) -> tuple[Grid, ...]:
    """Return the grids of a page from top to bottom; those that lie inside a cell of another are left out.

    A page is asked for its grids by several stages; those of the last `KEPT` pages are kept.
    """
    asked = tuple(rulings)
    for known, grids in tuple(_recent):
        if known == asked:
            return grids
    grids = _grids_of(asked)
    _recent.appendleft((asked, grids))
    return grids


KEPT = 32
"""Pages whose grids are kept: a document's pages are all looked at by one stage before the next begins."""

_recent: deque[tuple[tuple[Ruling, ...], tuple[Grid, ...]]] = deque(maxlen=KEPT)
"""Rulings and their grids, the latest first; to compare them costs less than to hash hundreds of rulings."""


def _grids_of(rulings: tuple[Ruling, ...]) -> tuple[Grid, ...]:
    horizontals = [_Line(r.y0, min(r.x0, r.x1), max(r.x0, r.x1)) for r in rulings if r.horizontal]
    verticals = [_Line(r.x0, min(r.y0, r.y1), max(r.y0, r.y1)) for r in rulings if not r.horizontal]
    groups = connect_rulings(join_rulings(snap_rulings(horizontals)), join_rulings(snap_rulings(verticals)))
    grids = [grid for group in groups if (grid := build_grid(*group))]
    outer = [grid for grid in grids if not any(_inside(grid.box, other.box) for other in grids if other is not grid)]
    return tuple(sorted(outer, key=lambda grid: (grid.ys[0], grid.xs[0])))


def _inside(inner: Box, outer: Box) -> bool:
    return outer.x0 <= inner.x0 and inner.x1 <= outer.x1 and outer.y0 <= inner.y0 and inner.y1 <= outer.y1


def trace_cells(rulings: Iterable[Ruling]) -> tuple[GridCell, ...]:
    """Return the cells of all grids of a page, grid by grid."""
    return tuple(cell for grid in find_grids(rulings) for cell in grid.cells)
