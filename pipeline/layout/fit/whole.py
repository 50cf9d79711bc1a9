"""Whether a grid explains the words on its page: every label in a cell of its own, every number in one too.

A drawn, whole grid has no misfit and is taken as it is. What does not fit is counted, so that a fitted grid takes the
place of a drawn one only where it explains more.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.geometry.grid import Grid, GridCell, find_grids
from pipeline.labels.words import find_label
from pipeline.layout.fit.areas import find_areas
from pipeline.layout.fit.bands import HeadRow
from pipeline.layout.fit.page import Evidence
from pipeline.layout.fit.texts.runs import Run
from pipeline.layout.fit.texts.stacks import Stack
from pipeline.models import Page, Ruling

_FIGURE = re.compile(r"^[≥≤<>=]?\d[\d.,]*%?$")
TWO_LINES = 0.9
"""Heights of a line by which two numbers of one cell stand apart when they are two, not one that is wrapped."""

FIGURES = frozenset({"weight_raw", "score_raw"})
"""Columns in which every cell holds one number at most."""


class Cells:
    """The cells of a page's grids, found by a point."""

    def __init__(self, page: Page) -> None:
        self._at: list[tuple[Grid, dict[tuple[int, int], GridCell]]] = [
            (grid, _positions(grid)) for grid in find_grids(page.rulings)
        ]

    def find(self, x: float, y: float) -> GridCell | None:
        """Return the cell at a point, or None outside all cells."""
        for grid, cells in self._at:
            position = grid.locate(x, y)
            if position:
                return cells.get(position)
        return None

    def surround(self, run: Run) -> bool:
        """Tell whether a run stands between the lines of a grid, though in no cell of it."""
        return any(grid.locate(*run.box.center) for grid, _ in self._at)

    @property
    def merged(self) -> Iterator[tuple[Grid, GridCell]]:
        """The cells of several rows, each with its grid."""
        return ((grid, cell) for grid, _ in self._at for cell in grid.cells if cell.rowspan > 1)

    @property
    def irregular(self) -> int:
        """How many cells were no rectangles."""
        return sum(grid.irregular for grid, _ in self._at)


def _positions(grid: Grid) -> dict[tuple[int, int], GridCell]:
    return {
        (row, col): cell
        for cell in grid.cells
        for row in range(cell.row, cell.row + cell.rowspan)
        for col in range(cell.col, cell.col + cell.colspan)
    }


def count_misfits(page: Page, evidence: Evidence, goes_on: bool = False) -> int:
    """Return how many labels and numbers of a page its rulings leave unexplained.

    A text that stands between the lines of a grid and in no cell counts; where a table goes on from the page before
    (`goes_on`), so does every text of its rows that stands in none. A label that was read in one with the text behind
    it counts too.
    """
    cells = Cells(page)
    homes = {id(run): cells.find(*run.box.center) for run in evidence.runs}
    found = sum(_head_misfits(head, evidence, homes) for head in evidence.heads)
    found += sum(_heads_read_as_one(head, evidence, homes) for head in evidence.heads if not evidence.exact)
    found += sum(_column_misfits(head, evidence, homes) for head in evidence.heads if head.part == "indicators")
    found += _crowded_rows(evidence, homes)
    found += sum(1 for _ in missing_sides(cells, evidence, homes))
    found += sum(_field_misfits(evidence, homes, goes_on)) + _swallowed_labels(evidence)
    found += sum(_reaches_across(run, evidence) for run in evidence.runs if not evidence.exact)
    if goes_on:
        found += sum(homes[id(run)] is None for area in find_areas(evidence, True)[:1] for run in area.runs)
    return found + cells.irregular + sum(homes[id(run)] is None and cells.surround(run) for run in evidence.runs)


Homes = dict[int, "GridCell | None"]


def close_cells(page: Page, evidence: Evidence) -> list[Ruling]:
    """Return the sides that are missing in a picture between texts of two rows, where they are drawn beside."""
    cells = Cells(page)
    return list(missing_sides(cells, evidence, {id(run): cells.find(*run.box.center) for run in evidence.runs}))


def missing_sides(cells: Cells, evidence: Evidence, homes: Homes) -> Iterator[Ruling]:
    """Yield the sides that a picture does not show, of cells that hold the texts of two rows.

    Such a side is drawn in the column beside, as the upper parts of the cells to its right or left; each text stands in
    its own part of the cell as a text does in a cell.
    """
    if evidence.exact:
        return
    tenants: dict[int, list[Run]] = {}
    for run in evidence.runs:
        if (home := homes[id(run)]) is not None and home.rowspan > 1:
            tenants.setdefault(id(home), []).append(run)
    for grid, cell in cells.merged:
        texts = tenants.get(id(cell), [])
        edges = grid.ys[cell.row + 1 : cell.row + cell.rowspan] if len(texts) > 1 else ()
        for y in edges:
            if _parts_texts(y, cell, texts, evidence):
                yield Ruling(cell.box.x0, y, cell.box.x1, y, origin="inferred")


def _parts_texts(y: float, cell: GridCell, texts: Sequence[Run], evidence: Evidence) -> bool:
    """Tell whether a height parts texts of a cell as a side would: both are labels, or it is drawn on both sides."""
    above = [run for run in texts if run.middle < y]
    below = [run for run in texts if run.middle >= y]
    if not above or not below:
        return False
    upper, lower = max(run.box.y1 for run in above), min(run.box.y0 for run in below)
    if not upper - 1 < y < lower + 1 or lower - upper < APART * evidence.em:
        return False
    box = cell.box
    beside = (box.x0 - REACH, box.x0 - 1), (box.x1 + 1, box.x1 + REACH)
    drawn = sum(evidence.lying.support(y, *side) > DRAWN for side in beside)
    labels = all(_is_level(part, evidence) for part in (above, below))
    standing = _stands_in(above, box.y0, y, evidence.em) and _stands_in(below, y, box.y1, evidence.em)
    return standing and drawn >= (1 if labels else 2)


APART, REACH, DRAWN, PLACED = 0.5, 12.0, 0.8, 0.6
"""Heights of a line between the texts of two rows at least; points beside a cell in which its side is looked for, and
how far it is drawn there; heights of a line by which a text stands beside the middle of its part, or below its top."""


def _stands_in(texts: Sequence[Run], top: float, bottom: float, em: float) -> bool:
    """Tell whether texts stand in the middle of a cell or at its top."""
    first, last = min(run.box.y0 for run in texts), max(run.box.y1 for run in texts)
    return abs((first + last) - (top + bottom)) / 2 < PLACED * em or first - top < PLACED * em


def _is_level(texts: Sequence[Run], evidence: Evidence) -> bool:
    """Tell whether some runs end with one label of a level, which is all that the last of them say."""
    mine = {id(run) for run in texts}
    return any(s.field("levels") and all(id(run) in mine for run in s.runs) for s in evidence.stacks)


def _home(stack: Stack, homes: Homes) -> GridCell | None:
    """Return the one cell that holds all runs of a label."""
    found = [homes[id(run)] for run in stack.runs]
    return found[0] if all(cell is found[0] for cell in found) else None


def _head_misfits(head: HeadRow, evidence: Evidence, homes: Homes) -> int:
    """Count the heads without a cell of their own; in a picture also those whose cell takes the row below with it.

    What dust was read as is no head.
    """
    written = [cell for cell in head.cells if cell.runs]
    found = [_home(cell, homes) for cell in written if cell.field(head.part) or evidence.exact or _is_sure(cell)]
    bottoms = sorted(cell.box.y1 for cell in found if cell is not None)
    low = bottoms[len(bottoms) // 2] + evidence.em if bottoms and not evidence.exact else float("inf")
    return sum(cell is None or cell.box.y1 > low or sum(cell is other for other in found) > 1 for cell in found)


def _heads_read_as_one(head: HeadRow, evidence: Evidence, homes: Homes) -> int:
    """Count the cells of a head row that cover two columns which are written below them, and hold no known head.

    Then two heads were read as one, for the line between them was not found.
    """
    known = {id(homes[id(run)]) for cell in head.cells if cell.field(head.part) for run in cell.runs}
    middle = (head.box.y0 + head.box.y1) / 2
    beside = (home for home in homes.values() if home is not None and home.box.y0 < middle < home.box.y1)
    unread = {id(home): home for home in beside if id(home) not in known}
    return sum(_stands_over_two(home, homes) for home in unread.values() if home.colspan > 1)


def _stands_over_two(head: GridCell, homes: Homes) -> bool:
    """Tell whether two columns below a cell are written."""
    below = {(cell.col, cell.row) for cell in homes.values() if cell is not None and _is_below(cell, head)}
    columns = [sum(col == of for of, _ in below) for col in {col for col, _ in below}]
    return sum(count >= WRITTEN for count in columns) > 1


WRITTEN = 2
"""Written cells below a head that make a column of their own."""


def _is_below(cell: GridCell, head: GridCell) -> bool:
    """Tell whether a cell stands below another one and is narrower."""
    box, above = cell.box, head.box
    inside = box.x0 > above.x0 - 1 and box.x1 < above.x1 + 1 and box.width < above.width - 2
    return inside and box.y0 > above.y1 - 1


def _is_sure(head: Stack) -> bool:
    """Tell whether an unknown head was read surely; what dust was taken for was not."""
    return all(glyph.confidence >= SURE for run in head.runs for glyph in run.glyphs)


SURE = 0.9
"""Confidence from which a text without a known label is believed to be a head."""


def _column_misfits(head: HeadRow, evidence: Evidence, homes: Homes) -> int:
    """Count the cells below the heads of weights and scores that hold two numbers below each other."""
    columns = [(cell.box.x0, cell.box.x1) for cell in head.cells if cell.field("indicators") in FIGURES]
    held: dict[int, list[Run]] = {}
    for run in evidence.runs:
        home = homes[id(run)]
        if home and run.middle > head.box.y1 and _FIGURE.match(run.text) and _beneath(run, columns):
            held.setdefault(id(home), []).append(run)
    return sum(_stand_apart(runs, evidence.em) for runs in held.values())


def _beneath(run: Run, columns: Iterable[tuple[float, float]]) -> bool:
    return any(start - 2 <= run.box.center[0] <= end + 2 for start, end in columns)


def _crowded_rows(evidence: Evidence, homes: Homes) -> int:
    """Count the cells in which two numbers stand side by side: a vertical is missing between them."""
    held: dict[int, list[Run]] = {}
    for run in evidence.runs:
        home = homes[id(run)]
        if home and _FIGURE.match(run.text):
            held.setdefault(id(home), []).append(run)
    return sum(any(_side_by_side(a, b) for a, b in itertools.combinations(runs[:MOST], 2)) for runs in held.values())


MOST = 12
"""Numbers of a cell that are looked at; a cell that holds more is a whole table."""


def _side_by_side(a: Run, b: Run) -> bool:
    left, right = sorted((a, b), key=lambda run: run.box.x0)
    apart = right.box.x0 - left.box.x1 > SIDE * left.box.height
    return apart and abs(a.middle - b.middle) < 0.3 * a.box.height


SIDE = 1.5
"""Heights of a line by which two numbers in one line of a cell stand apart when they are of two cells."""


def _stand_apart(runs: Sequence[Run], em: float) -> bool:
    ordered = sorted(runs, key=lambda run: run.middle)
    return any(below.box.y0 - above.box.y1 > TWO_LINES * em for above, below in itertools.pairwise(ordered))


def count_labels(evidence: Evidence) -> int:
    """Return how many labels of a form were found: of fields, of heads and of totals."""
    heads = sum(cell.field(head.part) is not None for head in evidence.heads for cell in head.cells)
    return heads + sum(bool(stack.field("single") or stack.field("total")) for stack in evidence.stacks)


def _swallowed_labels(evidence: Evidence) -> int:
    """Count the fields above all heads whose label a picture's reader took for a part of the text beside it."""
    if evidence.exact or not evidence.heads:
        return 0
    first = evidence.heads[0].box.y0
    return sum(run.box.y1 < first and _holds_label(run.text) for run in evidence.runs)


def _reaches_across(run: Run, evidence: Evidence) -> bool:
    """Tell whether a run has a gap inside, with a line in it: the texts of two cells, read as one."""
    box, em = run.box, evidence.em
    if _TWO_FIGURES.fullmatch(run.text):
        return True
    if box.width < (len(run.text) + STRETCHED) * em - HALF * sum(map(str.isascii, run.text)) * em:
        return False
    lines = evidence.standing.near(box.x0 + HALF * em, box.x1 - HALF * em)
    return any(line.strength > SEEN and line.start < box.y0 + 1 and line.end > box.y1 - 1 for line in lines)


_TWO_FIGURES = re.compile(r"\d[\d.]*%?\s*[|丨¦]\s*\d[\d.]*%?")
"""Two numbers with a ruling between them that was read as a character."""

STRETCHED, HALF, SEEN = 2.0, 0.45, 0.25
"""Heights of a line by which a run is wider than its characters where it has a gap, and what a digit is narrower than
a character of Chinese; how strong a line in such a gap is at least."""


def _holds_label(text: str) -> bool:
    """Tell whether a label of a field is read in one with what stands behind it, or before it."""
    if find_label("single", text):
        return False
    begun = text[LABEL : LABEL + 1].isalnum() and find_label("single", text[:LABEL]) in NAMES
    return begun or (len(text) > LABEL and find_label("single", text[-LABEL:]) in NAMES)


LABEL = 4
"""Characters of the labels of a form's first fields."""

NAMES = frozenset({"project_name", "department", "implementing_unit"})
"""Fields with a label of their own on every form."""


def _field_misfits(evidence: Evidence, homes: Homes, goes_on: bool) -> Iterator[bool]:
    """Yield for each labelled field whether its label, or its label and its value, have no cell of their own."""
    first = min((head.box.y0 for head in evidence.heads), default=float("inf"))
    tenants: dict[int, int] = {}
    for run in evidence.runs:
        home = homes[id(run)]
        if home is not None:
            tenants[id(home)] = tenants.get(id(home), 0) + 1
    for stack in evidence.stacks:
        field = stack.field("single") and stack.middle < first
        total = stack.field("total") and _ends_rows(stack, evidence.heads, goes_on)
        if field or total:
            home = _home(stack, homes)
            yield home is None or tenants[id(home)] > len(stack.runs)
        if total:
            yield from (homes[id(run)] is None for run in evidence.runs if _is_figure_of(stack, run))


def _ends_rows(total: Stack, heads: Sequence[HeadRow], goes_on: bool) -> bool:
    """Tell whether a total stands below indicators, on its page or the one before; a fund line may be called so too."""
    above = [head.part for head in heads if head.box.y1 < total.box.y0]
    return above[-1] == "indicators" if above else goes_on


def _is_figure_of(total: Stack, run: Run) -> bool:
    """Tell whether a run is a number beside the label of the total."""
    beside = run.box.x0 > total.box.x1 and abs(run.middle - total.middle) < 0.5 * total.box.height
    return beside and bool(_FIGURE.match(run.text))
