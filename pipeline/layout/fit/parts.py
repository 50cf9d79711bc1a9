"""The upper parts of a form divided into cells: its labelled fields, its funds, its goals."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from pipeline.layout.fit.areas import MARGIN, Area
from pipeline.layout.fit.bands import HeadRow
from pipeline.layout.fit.columns import RULED, Carried, Sides, column_edge, head_edges, side_edge
from pipeline.layout.fit.drawing import Band, Drawing, runs_within
from pipeline.layout.fit.edges import Edge
from pipeline.layout.fit.rows.blocks import anchor_rows, lines_of, looseness, pile_blocks
from pipeline.layout.fit.rows.parting import Texts, parted_rows
from pipeline.layout.fit.texts.runs import Run
from pipeline.layout.fit.texts.stacks import Stack
from pipeline.layout.regions import bounding_box
from pipeline.models import Box

LEANING = 1.5
"""Points by which a text beside a column may reach into it where the page leans."""


def section_edge(head: HeadRow, area: Area, drawing: Drawing, band: Band) -> float:
    """Return the right edge of the column that names the section; the area's own edge where there is none.

    The column goes down the whole table: where the name of this part is read in one with the text beside it, the other
    parts tell where it ends.
    """
    own, elsewhere = find_section(head, area, drawing, band), area.section
    if elsewhere is None or abs(own - elsewhere) < drawing.evidence.em:
        return own
    if own == area.box.x0:
        beside = any(run.box.x0 < elsewhere - drawing.evidence.em / 2 for run in runs_within(area.runs, band))
        return elsewhere if beside else own
    return elsewhere if _swallows(area, band, (elsewhere, own), drawing) else own


def _swallows(area: Area, band: Band, sides: Sides, drawing: Drawing) -> bool:
    """Tell whether the column that names a section would take one with it that stands beside it.

    That of fund lines is told by their names, any other text by there being no line at its side.
    """
    if _fund_labels(area, band, sides):
        return True
    names = {id(run) for stack in area.stacks if stack.field("sections") for run in stack.runs}
    texts = [run for run in runs_within(area.runs, band) if id(run) not in names]
    drawn = drawing.evidence.standing.support(sides[1], *band) > RULED
    return not drawn and any(sides[0] < run.box.center[0] < sides[1] for run in texts)


def find_section(head: HeadRow, area: Area, drawing: Drawing, band: Band) -> float:
    """Return what a part by itself shows of the right edge of the column that names it; the area's own edge if nothing.

    A unit in brackets behind the name may have been read in one with what stands beside it.
    """
    names = [
        stack
        for stack in area.stacks
        if stack.field("sections")
        and band[0] <= stack.middle < band[1]
        and stack.box.center[0] < head.box.x0 + drawing.evidence.em
        and all(stack is not cell for cell in head.cells)
    ]
    if not names:
        return _drawn_section(head, area, drawing, band)
    label = min(names, key=lambda stack: stack.box.x0)
    own = {id(run) for run in label.runs}
    beside = [run.box.x0 for run in runs_within(area.runs, band) if id(run) not in own]
    right = min((x for x in beside if x > label.box.x1 - LEANING), default=label.box.x1 + MARGIN)
    return side_edge(label.box, right, band, drawing.evidence.standing)


def _drawn_section(head: HeadRow, area: Area, drawing: Drawing, band: Band) -> float:
    """Return the side of a narrow column with a text in it, of a section whose name is torn: where a line shows it."""
    left, em, standing = area.box.x0, drawing.evidence.em, drawing.evidence.standing
    texts = [run.box.center[0] for run in runs_within(area.runs, band)]
    for line in standing.near(left + em, min(left + NARROW * area.box.width, head.box.x0)):
        if standing.support(line.at, *band) > RULED and any(x < line.at for x in texts):
            return line.at
    return left


NARROW = 0.12
"""Share of a table's width that the column with the name of a section takes at most."""


def divide_fields(area: Area, drawing: Drawing, band: Band) -> None:
    """Divide the labelled fields: rows by their labels, cells between a label and its value."""
    box, runs = area.box, runs_within(area.runs, band)
    labels = [stack for stack in area.stacks if stack.field("single") and band[0] <= stack.middle < band[1]]
    labels += _unknown_labels(labels, runs, drawing.evidence.em)
    middles = anchor_rows([[Run(label.text, label.box) for label in labels]])
    edges = parted_rows(middles, band, (box.x0, box.x1), Texts(runs), drawing.evidence.lying)
    drawing.doubt_crossed(edges, runs)
    for edge in edges:
        drawing.lie(edge.at, box.x0, box.x1)
    for row in itertools.pairwise([band[0], *(edge.at for edge in edges), band[1]]):
        _divide_row(row, labels, runs, drawing)


def _unknown_labels(labels: Sequence[Stack], runs: Sequence[Run], em: float) -> list[Stack]:
    """Return what stands in the first column of the labels, apart from all of them: one that is not known, or misread.

    Without it the row would be one with that of the label below it.
    """
    left = min((label.box.x0 for label in labels), default=0.0)
    column = [label.box for label in labels if label.box.x0 < left + em]
    known = {id(run) for label in labels for run in label.runs}
    right = max((box.x1 for box in column), default=0.0)
    others = lines_of(run for run in runs if id(run) not in known and left - em < run.box.center[0] < right)
    blocks = [tuple(block) for block in pile_blocks(others, looseness(others, em))]
    found = [
        Stack("".join(run.text for run in block), bounding_box(run.box for run in block), block, ()) for block in blocks
    ]
    return [label for label in found if all(_apart(label.box, box) > em for box in column)]


def _apart(a: Box, b: Box) -> float:
    """Return the points between two boxes, one above the other."""
    return max(a.y0, b.y0) - min(a.y1, b.y1)


def _divide_row(row: Band, labels: Sequence[Stack], runs: Sequence[Run], drawing: Drawing) -> None:
    """Part each label of a row from what stands to its left and to its right."""
    mine = [label for label in labels if row[0] <= label.middle < row[1]]
    standing = drawing.evidence.standing
    own = {id(run) for label in mine for run in label.runs}
    beside = [run.box for run in runs_within(runs, row) if id(run) not in own]
    for label in mine:
        others = [other.box for other in mine if other is not label]
        right = [box.x0 for box in (*beside, *others) if box.x0 >= label.box.x1 - 1]
        if right:
            drawing.stand(side_edge(label.box, min(right), row, standing), row)
        left = [box.x1 for box in beside if box.x1 <= label.box.x0 + 1]
        if left:
            value = Box(max(left), row[0], max(left), row[1])
            drawing.stand(side_edge(value, label.box.x0, row, standing), row)


def divide_funds(head: HeadRow, area: Area, drawing: Drawing, band: Band) -> Carried:
    """Divide the fund table: rows by the names of fund lines, columns by the heads; return them for the next page."""
    runs, right = runs_within(area.runs, band), area.box.x1
    start = section_edge(head, area, drawing, band)
    if start > area.box.x0:
        drawing.stand(start, band)
    values = [run for run in runs if run.box.center[0] > start]
    labels = _fund_labels(area, band, (start, head.cells[0].box.center[0]))
    first = _name_edge(labels, values, head, band, drawing)
    amounts = [run for run in values if run.box.x0 > first.at - 1]
    edges = [first, *head_edges(head, (first.at, right), band, amounts, drawing.evidence.standing)]
    body = [run for run in values if run.middle > head.box.y1]
    drawing.stand_all(edges, band, body)
    _divide_fund_rows(head, (start, first.at, right), area, drawing, band)
    fields = (None, *(cell.field("fund_columns") for cell in head.cells))
    return Carried("fund_columns", fields, (start, *(edge.at for edge in edges), right), area.box.x0, right)


def continue_funds(columns: Carried, area: Area, drawing: Drawing, band: Band) -> None:
    """Divide the rows of a fund table that goes on from the page before."""
    runs = runs_within(area.runs, band)
    columns = columns.onto(area).clear_of(runs, drawing.evidence.em, drawing.evidence.standing, band)
    start, first, *_, right = columns.edges
    for x in columns.edges[:-1]:
        if x > area.box.x0 + 2:
            drawing.stand(x, band)
    _divide_fund_rows(None, (start, first, right), area, drawing, band)


def _divide_fund_rows(
    head: HeadRow | None, places: tuple[float, float, float], area: Area, drawing: Drawing, band: Band
) -> None:
    """Draw the edges between fund lines; `places` are where their names begin and end, and where the table ends."""
    start, first, right = places
    values = [run for run in runs_within(area.runs, band) if run.box.center[0] > start]
    below = [run for run in values if head is None or run.middle > head.box.y1]
    labels = _fund_labels(area, band, (start, first if head is None else head.cells[0].box.center[0]))
    names = [run for run in below if run.box.center[0] < first]
    middles = anchor_rows([_fund_lines(labels, names, drawing.evidence.em)])
    texts = whole((*labels, *(head.cells if head else ())), values)
    middles += [head.box.center[1]] if head else []
    rows = parted_rows(middles, band, (start, right), Texts(texts), drawing.evidence.lying)
    drawing.doubt_crossed(rows, below)
    for row in rows:
        drawing.lie(row.at, start, right)


def _fund_labels(area: Area, band: Band, sides: Sides) -> list[Stack]:
    """Return the known names of fund lines in a part, between two sides."""
    return [
        stack
        for stack in area.stacks
        if stack.field("fund_rows") and band[0] <= stack.middle < band[1] and sides[0] < stack.box.center[0] < sides[1]
    ]


def whole(labels: Sequence[Stack], runs: Sequence[Run]) -> list[Run]:
    """Return the runs with each of some labels as one: no edge of a row goes through it."""
    used = {id(run) for label in labels for run in label.runs}
    return [*(run for run in runs if id(run) not in used), *(Run(label.text, label.box) for label in labels)]


def _name_edge(labels: Sequence[Stack], runs: Sequence[Run], head: HeadRow, band: Band, drawing: Drawing) -> Edge:
    """Return the edge between the names of the fund lines and the first column of amounts."""
    first = head.cells[0].box
    names = [label.box for label in labels] or [run.box for run in runs if run.box.x1 < first.x0]
    margin = Box(first.x0 - 2 * MARGIN, band[0], first.x0 - 2 * MARGIN, band[1])
    return column_edge(bounding_box(names or [margin]), first, band, runs, drawing.evidence.standing)


def _fund_lines(labels: Sequence[Stack], names: Sequence[Run], em: float) -> list[Run]:
    """Return one run for each fund line: its known label, or a block of text beside which no known one stands."""
    known = {id(run) for label in labels for run in label.runs}
    unknown = lines_of(run for run in names if id(run) not in known)
    blocks = pile_blocks(unknown, looseness(unknown, em))
    boxes = [*(label.box for label in labels), *(bounding_box(run.box for run in block) for block in blocks)]
    return [Run("", box) for box in boxes]


def divide_goals(head: HeadRow, area: Area, drawing: Drawing, band: Band) -> None:
    """Divide the goals: one column for each head, one row below them; lines that are drawn part more rows."""
    if len(head.cells) > 2 and head.cells[0].field("sections"):
        head = replace(head, cells=head.cells[1:])
    start = section_edge(head, area, drawing, band)
    if start > area.box.x0:
        drawing.stand(start, band)
    values = [run for run in runs_within(area.runs, band) if run.box.center[0] > start]
    sides = (start, area.box.x1)
    drawing.stand_all(head_edges(head, sides, band, values, drawing.evidence.standing), band, values)
    body = [run.middle for run in values if run.middle > head.box.y1]
    middles = [head.box.center[1], min(body, default=band[1])]
    for row in parted_rows(middles, band, sides, Texts(whole(head.cells, values)), drawing.evidence.lying):
        drawing.lie(row.at, start, area.box.x1)
