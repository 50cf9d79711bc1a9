"""The parts of a form on a page, from top to bottom, told by their labels.

A form begins with the label of the project's name; its funds, goals and indicators each begin with a row of heads; the
total ends it. What stands above the first form of a page goes on from the page before.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.layout.fit.lines import Lines
from pipeline.layout.fit.texts.runs import Run
from pipeline.layout.fit.texts.stacks import Stack, torn_fields
from pipeline.layout.regions import bounding_box
from pipeline.models import Box

Part = Literal["single", "fund_columns", "goals", "indicators"]

LEAST: dict[Part, int] = {"fund_columns": 3, "goals": 2, "indicators": 4}
"""Different heads that make a row the head of a part."""

NEAR = 2.0
"""How far, in points, the line above or below a row may reach into its text."""

LEAST_SUPPORT = 0.3
"""Share of a table's width that a line must rule to begin or end a part of it."""


@dataclass(frozen=True, slots=True)
class HeadRow:
    """A row of heads: what part it begins, and its cells from left to right, those without a known label included."""

    part: Part
    cells: tuple[Stack, ...]
    box: Box


def find_heads(stacks: Sequence[Stack], runs: Sequence[Run]) -> list[HeadRow]:
    """Return the head rows of a page from top to bottom."""
    rows = [row for part in LEAST for row in _rows_of(part, stacks, runs)]
    kept = [row for row in rows if not any(_beats(other, row) for other in rows if other is not row)]
    return sorted(kept, key=lambda row: row.box.y0)


def _beats(other: HeadRow, row: HeadRow) -> bool:
    """Tell whether another reading of the same labels knows more of them."""
    shared = {id(cell) for cell in other.cells} & {id(cell) for cell in row.cells}
    return bool(shared) and _known(other) > _known(row)


def _known(row: HeadRow) -> int:
    return len({field for cell in row.cells if (field := cell.field(row.part))})


def _rows_of(part: Part, stacks: Sequence[Stack], runs: Sequence[Run]) -> Iterator[HeadRow]:
    """Yield the rows in which enough different labels of a part stand side by side."""
    for stretch in _stretches(stack for stack in stacks if stack.field(part)):
        labels = [label for label in stretch if len(stretch) >= LEAST[part] and not _is_torn(label, runs)]
        while row := _fullest_row(part, labels):
            kept = _without_section(part, row)
            labels = [label for label in labels if all(label is not other for other in kept)]
            cells = _with_unknown(part, kept, stacks, runs)
            yield HeadRow(part, cells, bounding_box(cell.box for cell in cells))


def _stretches(labels: Iterable[Stack]) -> Iterator[list[Stack]]:
    """Yield labels from top to bottom, those together that overlap in height: what stands side by side is among them.

    A page of an office file may hold hundreds of forms.
    """
    stretch: list[Stack] = []
    end = 0.0
    for label in sorted(labels, key=lambda stack: stack.box.y0):
        if stretch and label.box.y0 > end + 1:
            yield stretch
            stretch = []
        end = max(end, label.box.y1) if stretch else label.box.y1
        stretch.append(label)
    if stretch:
        yield stretch


def _fullest_row(part: Part, labels: Sequence[Stack]) -> list[Stack]:
    """Return the labels beside the one of a single line that has most beside it; none where they make no head row.

    A label of another part may stand half a line above a row: it is not to begin one with some of its heads. One of
    several lines has the second line of another beside it; it begins a row where none of a single line does.
    """
    least = min((label.box.height for label in labels), default=0.0)
    for seeds in ([label for label in labels if label.box.height < ONE_LINE * least], labels):
        rows = [[other for other in labels if _level_with(other.box, seed.box)] for seed in seeds]
        row = max(rows, key=lambda found: len({label.field(part) for label in found}), default=[])
        if len({label.field(part) for label in row}) >= LEAST[part]:
            return row
    return []


ONE_LINE = 1.5
"""Heights of the lowest label below which one has a single line."""


def _is_torn(label: Stack, runs: Sequence[Run]) -> bool:
    """Tell whether a label of one character to a line goes on below: the name of a section (项|目|资), no head."""
    if len(label.runs) < 2 or any(len(run.text) > 1 for run in label.runs):
        return False
    box, own = label.box, {id(run) for run in label.runs}
    below = [run for run in runs if id(run) not in own and box.x0 < run.box.center[0] < box.x1]
    return any(0 <= run.box.y0 - box.y1 + 1 < 0.5 * run.box.height + 1 and len(run.text) <= 2 for run in below)


def _without_section(part: Part, row: list[Stack]) -> list[Stack]:
    """Leave out the name of the section before the heads, which some templates use as a head too."""
    first = min((label.box.x0 for label in row if not label.field("sections")), default=0.0)
    rest = [label for label in row if not label.field("sections") or label.box.x0 > first]
    return rest if len({label.field(part) for label in rest}) >= LEAST[part] else row


def _level_with(box: Box, other: Box) -> bool:
    """Tell whether two boxes stand side by side: the middle of the lower one lies within the higher one."""
    low, high = (box, other) if box.height < other.height else (other, box)
    return high.y0 - 1 <= low.center[1] <= high.y1 + 1


def _with_unknown(part: Part, row: Sequence[Stack], stacks: Sequence[Stack], runs: Sequence[Run]) -> tuple[Stack, ...]:
    """Return the cells of a head row, with those between and behind the known ones that bear no known label."""
    box = bounding_box(cell.box for cell in row)
    known = {id(run) for stack in stacks for run in stack.runs}
    others = [run for run in runs if id(run) not in known]
    beside = [run for run in others if box.y0 - 1 <= run.middle <= box.y1 + 1]
    rest = [run for run in beside if run.box.x0 > box.x0 and not _is_scrap(run)]
    if not any(run.box.y0 > box.y1 for run in runs):  # the page ends amid the row
        torn = [head for run in beside if run.box.x1 < box.x0 and (head := _torn_head(part, run))]
        row = [*_without_torn_section(torn), *row]
    em = min(run.box.height for label in row for run in label.runs)
    beyond = BEYOND * em
    near = [run for run in others if run.box.y0 > box.y0 - beyond and run.box.y1 < box.y1 + beyond]
    wholes = [_whole_head(pile, near) for pile in _columns_of(rest)]
    unknown = [head for whole in wholes for head in _over_columns(whole, box.y1, runs, em)]
    return tuple(sorted((*row, *unknown), key=lambda cell: cell.box.x0))


def _is_scrap(run: Run) -> bool:
    """Tell whether a run is no head: too short and unsure, as dust or a character of a seal; a single mark of a pen."""
    if len(run.text) == 1 and not run.text.isalpha():
        return True
    return len(run.text) < SHORTEST and any(glyph.confidence < SURE for glyph in run.glyphs)


SHORTEST, SURE = 3, 0.9
"""Characters, and confidence, from which a text without a known label is believed to be a head."""


def _without_torn_section(torn: Sequence[Stack]) -> list[Stack]:
    """Leave out the first of some torn heads where it is the name of the section (绩效指, of 绩效指标), before them."""
    heads = sorted(torn, key=lambda head: head.box.x0)
    return heads[1:] if heads and torn_fields("sections", heads[0].text) else heads


def _torn_head(part: Part, run: Run) -> Stack | None:
    """Return a run as a head of which the page has the first line alone (一级, of 一级指标), if it can be one."""
    fields = torn_fields(part, run.text)
    return None if fields is None or len(run.text) < 2 else Stack(run.text, run.box, (run,), fields)


def _whole_head(pile: Sequence[Run], near: Sequence[Run]) -> Stack:
    """Return an unknown head of some lines with as many lines more above them as below: heads are centred.

    They are among those that do not reach far beyond the known heads, where texts of other rows stand, or a seal.
    """
    lines = sorted(pile, key=lambda run: run.box.y0)
    while True:
        above, below = _next_to(lines[0], near, -1), _next_to(lines[-1], near, 1)
        if above is None or below is None:
            break
        lines = [above, *lines, below]
    return Stack("".join(run.text for run in lines), bounding_box(run.box for run in lines), tuple(lines), ())


def _over_columns(head: Stack, end: float, runs: Sequence[Run], em: float) -> list[Stack]:
    """Return an unknown head as several where it is far wider than its words, and columns of texts stand below it.

    What covers heads, as a seal does, makes one text of them. `end` is where the row of heads ends, `em` the height of
    a line of them.
    """
    box = head.box
    if all(run.box.width < (len(run.text) + STRETCHED) * em for run in head.runs):
        return [head]
    below = [r for r in runs if r.box.y0 > end and box.x0 < r.box.center[0] < box.x1 and r.box.width < box.width]
    columns = [column for column in _columns_of(below) if len(column) >= WRITTEN]
    if len(columns) < 2:
        return [head]
    sides = [bounding_box(run.box for run in column) for column in columns]
    ends = [box.x0, *((a.x1 + b.x0) / 2 for a, b in itertools.pairwise(sides)), box.x1]
    parts = [replace(box, x0=left, x1=right) for left, right in itertools.pairwise(ends)]
    mine = [tuple(run for run in head.runs if part.x0 <= run.box.center[0] < part.x1) for part in parts]
    return [Stack("".join(run.text for run in own), part, own, ()) for part, own in zip(parts, mine, strict=True)]


STRETCHED, WRITTEN = 2.0, 3
"""Heights of a line that a text is wider than its characters where something covers them; texts that make a column."""


def _next_to(line: Run, runs: Sequence[Run], side: int) -> Run | None:
    """Return the line of the same column that follows closely above (side -1) or below (1)."""
    box = line.box
    for run in runs:
        gap = run.box.y0 - box.y1 if side > 0 else box.y0 - run.box.y1
        shared = min(run.box.x1, box.x1) - max(run.box.x0, box.x0)
        beyond = side * (run.middle - line.middle) > 0
        if beyond and -0.3 * box.height < gap < CLOSE * box.height and shared > 0.5 * min(run.box.width, box.width):
            return run
    return None


CLOSE, BEYOND = 0.6, 1.7
"""Heights of a line between two lines of one head at most, and by which it reaches beyond the known ones of its row."""


def _columns_of(runs: Sequence[Run]) -> list[list[Run]]:
    """Return the runs that stand below each other together."""
    piles: list[list[Run]] = []
    for run in sorted(runs, key=lambda r: r.box.x0):
        pile = next((p for p in piles if min(run.box.x1, p[-1].box.x1) - max(run.box.x0, p[-1].box.x0) > 0), None)
        if pile is None:
            piles.append([run])
        else:
            pile.append(run)
    return piles


def line_above(row: Box, runs: Sequence[Run], horizontals: Lines) -> float:
    """Return where a row begins, `row` being as wide as its table: at a line just above it, or in the gap."""
    ends = [run.box.y1 for run in runs if run.middle < row.y0 and run.box.x1 > row.x0 and run.box.x0 < row.x1]
    last = min(max(ends, default=row.y0 - 2 * row.height), row.y0)
    lines = horizontals.near(last - NEAR, row.y0 + NEAR)
    support, at = max(((horizontals.support(line.at, row.x0, row.x1), line.at) for line in lines), default=(0.0, 0.0))
    return at if support > LEAST_SUPPORT else (last + row.y0) / 2


def line_below(row: Box, runs: Sequence[Run], horizontals: Lines) -> float:
    """Return where a row ends, `row` being as wide as its table: at a line just below it, or half a line behind it."""
    begins = [run.box.y0 for run in runs if run.middle > row.y1 and run.box.x1 > row.x0 and run.box.x0 < row.x1]
    nearest = max(min(begins, default=row.y1 + 2 * row.height), row.y1)
    lines = horizontals.near(row.y1 - NEAR, nearest + NEAR)
    support, at = max(((horizontals.support(line.at, row.x0, row.x1), -line.at) for line in lines), default=(0.0, 0.0))
    return -at if support > LEAST_SUPPORT else min((nearest + row.y1) / 2, row.y1 + 0.5 * row.height)
