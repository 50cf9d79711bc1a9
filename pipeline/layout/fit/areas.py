"""Where the forms of a page stand: from the label of the project's name, or a head, down to the total.

What stands above the first form belongs to the one that goes on from the page before. Running titles, page numbers and
notes stay outside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.labels.titles import is_title
from pipeline.layout.fit.bands import HeadRow, line_above, line_below
from pipeline.layout.fit.page import Evidence
from pipeline.layout.fit.texts.runs import Run, is_item
from pipeline.layout.fit.texts.specks import is_read
from pipeline.layout.fit.texts.stacks import Stack
from pipeline.layout.regions import bounding_box
from pipeline.models import Box

MARGIN = 3.0
"""Points between the outermost text and an outer edge that is not drawn."""

FOOT = 3.0
"""Heights of a line from which a gap below a table ends it, where neither a total nor a line does."""

LONG = 15.0
"""Heights of a line from which a drawn horizontal is one of the table's."""

ROWS_DRAWN = 3
"""Drawn horizontals from which the first of a page is the upper side of its table, or of its second row."""

PAPER = 3.0
"""Heights of a line by which a line reaches beyond a table at both ends that is the edge of the paper, or a streak."""

OUTSIDE = 8.0
"""Heights of a line, at most, between the outermost text of a table and its side."""

WRAPPED = 0.7
"""Heights of the total's label within which the numbers of its row stand."""

BESIDE = 0.25
"""Heights of a line above the top of the first label within which the middle of a text beside it stands: of a leaning
line, or the first of two."""

TITLE_ABOVE = 12.0
"""Heights of a line within which the title stands above the form that it names."""


@dataclass(frozen=True, slots=True)
class Area:
    """A form, or the part of one that stands on a page: its rectangle, heads, runs and labels.

    `framed` tells that its left and right sides are those of drawn lines; `section` is where the column ends that names
    its parts, as most of them show it.
    """

    box: Box
    heads: Sequence[HeadRow]
    runs: Sequence[Run]
    stacks: Sequence[Stack]
    framed: bool
    section: float | None = None

    def total_below(self, y: float) -> Stack | None:
        """Return the label of the total below a height: the last one, for a fund line may be called so too."""
        totals = [stack for stack in self.stacks if stack.field("total") and stack.box.y0 > y]
        return totals[-1] if totals else None

    @property
    def ended(self) -> bool:
        """Whether the form's total stands on this page."""
        return self.total_below(self.heads[-1].box.y1 if self.heads else self.box.y0 - 1) is not None


def find_areas(evidence: Evidence, goes_on: bool) -> list[Area]:
    """Return the forms of a page from top to bottom; `goes_on` tells that one goes on from the page before."""
    heads = evidence.heads
    starts = sorted(s.box.y0 for s in evidence.stacks if s.field("single") == "project_name")
    if not starts and heads and not goes_on:
        fields = [s.box for s in evidence.stacks if s.field("single") and s.box.y1 < heads[0].box.y0]
        starts = [_first_row(fields[0], evidence) if fields else heads[0].box.y0]
    limits = [*(_title_above(start, evidence) for start in starts), _next_title(evidence, max(starts, default=0.0))]
    areas = [_find_area(evidence, (start, end)) for start, end in zip(starts, limits[1:], strict=True)]
    if goes_on or (heads and heads[0].box.y0 < min(starts, default=0.0)):
        areas.insert(0, _find_area(evidence, (-1.0, limits[0]), begun_before=True))
    return [area for area in areas if area is not None]


def _first_row(label: Box, evidence: Evidence) -> float:
    """Return where the first row of a form begins that has a label which was read as none, above the first that is one.

    Below the title, what stands in the column of the labels and has a text beside it is a label: 项目名积.
    """
    title = max((run.box.y1 for run in evidence.runs if is_title(run.text) and run.box.y1 < label.y0), default=label.y0)
    above = [run for run in evidence.runs if title < run.box.y0 and run.box.y1 <= label.y0]
    names = [run for run in above if run.box.x0 < label.x1 and label.x0 < run.box.x1 and not _COLON.search(run.text)]
    rows = [
        name.box.y0
        for name in names
        if any(run.box.x0 > name.box.x1 and abs(run.middle - name.middle) < evidence.em for run in above)
    ]
    return min([*rows, label.y0])


_COLON = re.compile("[:：]")
"""What stands behind a label of the lines above a table (填报单位：), which are no rows."""


def _next_title(evidence: Evidence, start: float) -> float:
    """Return where the title stands of a form of which the page has no more: below the last total; else nowhere."""
    totals = [stack.box.y1 for stack in evidence.stacks if stack.field("total") and stack.box.y0 > start]
    below = min(totals, default=float("inf"))
    return min((run.box.y0 for run in evidence.runs if is_title(run.text) and run.box.y0 > below), default=float("inf"))


def _title_above(start: float, evidence: Evidence) -> float:
    """Return where the lines above a form begin that belong to it: at its title, if there is one."""
    nearest = start - TITLE_ABOVE * evidence.em
    titles = [run.box.y0 for run in evidence.runs if is_title(run.text) and nearest < run.box.y0 < start]
    return min(titles, default=start - 0.5 * evidence.em)


def _find_area(evidence: Evidence, limits: tuple[float, float], begun_before: bool = False) -> Area | None:
    top, end = limits
    first_line = top - BESIDE * evidence.em
    runs = [run for run in evidence.runs if first_line <= run.middle < end - 0.5]
    stacks = [stack for stack in evidence.stacks if first_line <= stack.middle < end - 0.5]
    heads = [head for head in evidence.heads if top - 1 <= head.box.y0 and head.box.center[1] < end - 0.5]
    if begun_before:
        runs = _without_running_lines(runs, evidence)
    if not runs:
        return None
    bottom = _bottom(runs, stacks, heads, evidence)
    runs = [run for run in runs if run.middle < bottom]
    if not runs:
        return None
    first = min(run.box.y0 for run in runs)
    left, right, framed = _sides(runs, (first, bottom), evidence)
    row = Box(left, first, right, first + evidence.em)
    upper = max(line_above(row, evidence.runs, evidence.lying), first - evidence.em)
    return Area(Box(left, upper, right, bottom), heads, runs, [s for s in stacks if s.middle < bottom], framed)


def _without_running_lines(runs: Sequence[Run], evidence: Evidence) -> list[Run]:
    """Leave out the running titles above the first drawn line of a page.

    A row that goes on has several texts, or the name of another item (……).
    """
    titles = [run.box.y1 for run in runs if is_title(run.text)]
    runs = [run for run in runs if run.middle > max(titles, default=0.0)]
    lines = [line for line in evidence.lying.all if line.end - line.start > LONG * evidence.em]
    if len(lines) < ROWS_DRAWN:
        return list(runs)
    above = [run for run in runs if run.middle < lines[0].at]
    beside = any(a.box.x1 < b.box.x0 and abs(a.middle - b.middle) < evidence.em for a in above for b in above)
    near = lines[0].at - max((run.box.y1 for run in above), default=0.0) < evidence.em
    item = bool(above) and all(is_item(run.text) for run in above)
    return list(runs) if (beside or item) and near else [run for run in runs if run.middle > lines[0].at]


def _bottom(runs: Sequence[Run], stacks: Sequence[Stack], heads: Sequence[HeadRow], evidence: Evidence) -> float:
    """Return where the table ends: below its total, else below the last line or run that belongs to it."""
    begun = max((head.box.y1 for head in heads), default=min(run.box.y0 for run in runs) - 1)
    totals = [stack for stack in stacks if stack.field("total") and stack.box.y0 > begun]
    left, right = min(run.box.x0 for run in runs), max(run.box.x1 for run in runs)
    if totals:
        label = totals[-1].box
        drawn = _drawn_below(Box(left, label.y0, right, label.y1), evidence)
        if drawn is not None:
            return drawn
        about = WRAPPED * label.height  # a wrapped number has its first line above the middle of the label
        beside = [run for run in runs if label.y0 - about <= run.middle <= label.y1 + about]
        row = bounding_box([total_row(label, runs), *(run.box for run in beside), *_wrapped(beside, runs)])
        return line_below(Box(left, row.y0, right, row.y1), runs, evidence.lying)
    end = _last_row(runs, stacks, begun, evidence)
    lines = evidence.lying.near(end - 2, end + FOOT * evidence.em)
    closing = [line.at for line in lines if evidence.lying.covered(line.at, left, right) > 0.5]
    return closing[0] if closing else end + 0.5 * evidence.em


def _last_row(runs: Sequence[Run], stacks: Sequence[Stack], begun: float, evidence: Evidence) -> float:
    """Return where the last row of a table without a total ends: above a gap behind which nothing says a row's words.

    Where most cells of tall rows are empty, the gaps between their texts are wide.
    """
    levels = {id(run) for stack in stacks if stack.field("levels") for run in stack.runs}
    rows = [run.box.y1 for run in runs if id(run) in levels or is_item(run.text)]
    known, end = max(rows, default=0.0), begun
    for run in sorted(runs, key=lambda r: r.box.y0):
        if run.box.y0 > max(known, end + FOOT * evidence.em) and end > begun:
            break
        end = max(end, run.box.y1)
    return end


def total_row(label: Box, runs: Sequence[Run]) -> Box:
    """Return the box of a total's label with the wrapped numbers whose lines stand above and below its middle."""
    em, middle = label.height, label.center[1]
    near = [run for run in runs if run.box.x0 > label.x1 and ABOUT * em < abs(run.middle - middle) < 2 * em]
    above, below = ([run for run in near if (run.middle > middle) is lower] for lower in (False, True))
    pairs = [first.box.union(second.box) for first in above for second in below if wraps_into(first, second)]
    return bounding_box([label, *(pair for pair in pairs if abs(pair.center[1] - middle) < WRAPPED * em)])


ABOUT = 0.3
"""Heights of a line within which a number stands beside the middle of a label."""


def _drawn_below(row: Box, evidence: Evidence) -> float | None:
    """Return the line that closes the row of a total from side to side, where only its wrapped numbers lie above it."""
    lines = evidence.lying.near(row.y1, row.y1 + ROW * evidence.em)
    closing = next((line.at for line in lines if evidence.lying.support(line.at, row.x0, row.x1) > WHOLE), None)
    if closing is None:
        return None
    between = [run for run in evidence.runs if row.y1 < run.box.y1 and run.middle < closing and run.box.x1 > row.x0]
    return closing if all(run.text.strip(".").isdecimal() for run in between) else None


ROW, WHOLE = 4.0, 0.9
"""Heights of a line that a row of two lines takes at most, and how far a line that closes it is drawn."""


def _wrapped(row: Sequence[Run], runs: Sequence[Run]) -> list[Box]:
    """Return the boxes of what numbers of a row go on with below it: `99.` over `5` in a narrow column."""
    return [run.box for first in row for run in runs if wraps_into(first, run)]


def wraps_into(first: Run, second: Run) -> bool:
    """Tell whether a number goes on with another one just below it: `99.` over `5`, `99` over `.5`, `10` over `0`."""
    if not (first.text.strip(".").isdecimal() and second.text.removeprefix(".").isdecimal()):
        return False
    box, gap = first.box, second.box.y0 - first.box.y1
    beneath = box.x0 - 1 < second.box.center[0] < box.x1 + 1
    return box.center[1] < second.middle and gap < WRAP * box.height and beneath


WRAP = 1.6
"""Heights of a digit, which is lower than a line, between two lines of a number at most."""


def _sides(runs: Sequence[Run], band: tuple[float, float], evidence: Evidence) -> tuple[float, float, bool]:
    """Return the left and right edge, those of drawn lines where they reach beyond the text, and whether they do."""
    texts = [run.box for run in runs if is_read(run)] or [run.box for run in runs]
    left, right = min(box.x0 for box in texts) - MARGIN, max(box.x1 for box in texts) + MARGIN
    top, bottom, exact = *band, evidence.exact
    lying = evidence.lying.near(top - evidence.em, bottom + evidence.em)
    height, beyond = 0.3 * (bottom - top), PAPER * evidence.em
    long = [
        line
        for line in lying
        if line.end - line.start > 0.3 * (right - left)
        and (exact or not (line.start < left - beyond and line.end > right + beyond))
    ]
    outer = [
        line.at
        for line in evidence.standing.all
        if min(line.end, bottom) - max(line.start, top) > height
        and (exact or not (line.start < top - beyond and line.end > bottom + beyond))
    ]
    reach = OUTSIDE * evidence.em
    starts = [x for x in (*(line.start for line in long), *outer) if left - reach < x < left + 2 * MARGIN]
    ends = [x for x in (*(line.end for line in long), *outer) if right - 2 * MARGIN < x < right + reach]
    return _side(starts, left, exact), _side(ends, right, exact), bool(starts and ends)


def _side(lines: Sequence[float], text: float, exact: bool) -> float:
    """Return the outermost place beside the text at which lines stand or end; in a picture several, else the nearest.

    The edge of the paper is one line, farther off. Where no line is drawn, the side lies just beside the text.
    """
    shared = [at for at in lines if exact or sum(abs(at - other) < SAME_SIDE for other in lines) > 1]
    if shared:
        return max(shared, key=lambda at: abs(at - text))
    return min(lines, key=lambda at: abs(at - text), default=text)


SAME_SIDE = 4.0
"""Points within which lines stand at one side."""
