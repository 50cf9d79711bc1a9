"""The indicator table divided into cells, on the page of its heads and on those on which it goes on."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence

from pipeline.layout.fit.areas import Area, total_row
from pipeline.layout.fit.bands import HeadRow, line_above
from pipeline.layout.fit.columns import Carried, Sides, head_edges, in_column
from pipeline.layout.fit.drawing import Band, Drawing, runs_within
from pipeline.layout.fit.edges import Edge
from pipeline.layout.fit.levels import ANCHORS, Breaks, divide_levels
from pipeline.layout.fit.page import Evidence
from pipeline.layout.fit.parts import section_edge, whole
from pipeline.layout.fit.rows.blocks import (
    CORE,
    anchor_rows,
    beside_no_row,
    divide_items,
    lines_of,
    looseness,
    pile_blocks,
)
from pipeline.layout.fit.rows.figures import whole_figures
from pipeline.layout.fit.rows.parting import Texts, parted_rows, row_edge
from pipeline.layout.fit.texts.runs import Run, is_item
from pipeline.layout.fit.texts.stacks import Stack, torn_fields
from pipeline.layout.regions import bounding_box
from pipeline.models import Box

DRAWN = 0.6
"""Share of a row's width from which its lower edge is printed, and leaves merged cells whole."""


def divide_indicators(head: HeadRow, area: Area, drawing: Drawing, band: Band, before: Carried | None) -> Carried:
    """Divide the indicator table; return its columns for the page on which it goes on.

    Where the head of the page before is printed again, its columns are taken over unless lines say otherwise.
    """
    total = area.total_below(head.box.y1)
    end = _rows_end(total, area, drawing.evidence, band[1])
    start = section_edge(head, area, drawing, (band[0], end))
    body = [run for run in runs_within(area.runs, (band[0], end)) if run.box.center[0] > start]
    box = area.box
    edges = head_edges(head, (start, box.x1), (band[0], end), body, drawing.evidence.standing)
    if start == box.x0:
        start = _unnamed_section(head, edges[0].at, box.x0, body)
    fields = _fields(head)
    if before and not area.framed and before.fields == fields and _fits(before, head):
        start, edges = before.edges[0], [Edge(at, 0.0, 0, 0.0) for at in before.edges[1:-1]]
    columns = Carried("indicators", fields, (start, *(edge.at for edge in edges), box.x1), box.x0, box.x1)
    if start > box.x0:
        drawing.stand(start, (band[0], end))
    below = [run for run in body if run.middle > head.box.y1]
    drawing.stand_all(edges, (band[0], end), below)
    _part_total(columns, total, (end, band[1]), drawing)
    first = min((run.middle for run in below if run.box.center[0] > columns.values_from), default=None)
    if first is None:
        return columns
    split = row_edge(
        head.box.center[1], first, (columns.values_from, box.x1), whole(head.cells, body), drawing.evidence.lying
    )
    drawing.lie(split.at, start, box.x1)
    _divide_rows(columns, (split.at, end), below, drawing, Breaks(before is not None, total is None))
    return columns


def _fields(head: HeadRow) -> tuple[str | None, ...]:
    """Return the field of each head; of the three levels one that was misread is told by the others."""
    fields = [cell.field("indicators") for cell in head.cells]
    for i, levels in ((0, ("level2", "level3")), (1, ("level1", "level3")), (2, ("level1", "level2"))):
        others = [fields.index(level) for level in levels if level in fields]
        if len(others) == 2 and len(fields) > i and fields[i] is None and sorted((i, *others)) == [0, 1, 2]:
            fields[i] = f"level{i + 1}"
    return tuple(fields)


def _fits(columns: Carried, head: HeadRow) -> bool:
    """Tell whether each head of a row stands in its column of the page before."""
    sides = itertools.pairwise(columns.edges)
    return all(low <= cell.box.x0 and cell.box.x1 <= high for cell, (low, high) in zip(head.cells, sides, strict=True))


def _unnamed_section(head: HeadRow, edge: float, left: float, body: Sequence[Run]) -> float:
    """Return the left edge of the first column where the name of the section stands on another page.

    The first head is centred in its column then, and not in what lies between the table's side and the next column.
    """
    first = head.cells[0].box
    start = 2 * first.center[0] - edge
    before = [run for run in body if run.box.x1 < start + 1]
    pieces = [run for run in before if len(run.text) == 1 or torn_fields("sections", run.text)]  # of a name that is cut
    others = [run.box.x0 for run in body if run.box.center[0] < edge and all(run is not piece for piece in pieces)]
    wide = left + UNNAMED * head.cells[0].runs[0].box.height < start
    return start if wide and start < min(others, default=edge) - 1 else left


UNNAMED = 1.2
"""Widths of a character, at least, of a column that names a section."""


def continue_indicators(columns: Carried, area: Area, drawing: Drawing, band: Band) -> None:
    """Divide the rows of an indicator table that goes on from the page before."""
    columns = columns.onto(area)
    total = area.total_below(band[0] - 1)
    end = _rows_end(total, area, drawing.evidence, band[1])
    rows = (band[0], end)
    columns = columns.clear_of(runs_within(area.runs, rows), drawing.evidence.em, drawing.evidence.standing, rows)
    for x in columns.edges[:-1]:
        if x > area.box.x0 + 2:
            drawing.stand(x, (band[0], end))
    _part_total(columns, total, (end, band[1]), drawing)
    body = [run for run in runs_within(area.runs, (band[0], end)) if run.box.center[0] > columns.edges[0]]
    _divide_rows(columns, (band[0], end), body, drawing, Breaks(True, total is None))


def _rows_end(total: Stack | None, area: Area, evidence: Evidence, bottom: float) -> float:
    """Return where the rows end: above the total, else at the bottom."""
    if total is None or total.middle >= bottom:
        return bottom
    row = total_row(total.box, area.runs)
    return line_above(Box(area.box.x0, row.y0, area.box.x1, row.y1), area.runs, evidence.lying)


def _part_total(columns: Carried, label: Stack | None, row: Band, drawing: Drawing) -> None:
    """Divide the total: its label goes on as far as the column before the first number."""
    if row[1] - row[0] < 2:
        return
    drawing.lie(row[0], columns.left, columns.right)
    figures = [i for i, name in enumerate(columns.fields) if name in ANCHORS]
    first = min(figures, default=len(columns.fields) - 1)
    for i, x in enumerate(columns.edges[1:-1], 1):
        beyond = label is None or x > label.box.x1 - 1
        if beyond and (i >= first or drawing.evidence.standing.support(x, *row) > DRAWN):
            drawing.stand(x, row)


def _divide_rows(columns: Carried, band: Band, body: Sequence[Run], drawing: Drawing, breaks: Breaks) -> None:
    """Draw the edges between rows, and those of the merged cells of both levels."""
    evidence, start = drawing.evidence, columns.values_from
    values = [run for run in body if run.box.center[0] > start]
    anchors = _anchors(columns, body, evidence, torn=breaks.behind)
    if breaks.before:
        rests = _rests_of_labels(columns, body, evidence, anchors) or _rests_of_texts(columns, body, evidence, anchors)
        anchors = [*rests, *(anchors if not rests else _below_rests(columns, body, anchors))]
    unbroken = _figures_whole(columns, body, evidence.em)
    texts = Texts(_labels_whole(unbroken, evidence), [in_column(unbroken, sides) for sides in columns.of_values])
    edges = parted_rows(anchors, band, (start, columns.edges[-1]), texts, evidence.lying)
    drawing.doubt_crossed(edges, values)
    for edge in edges:
        _lie_across(edge, columns, values, drawing)
    rows = list(itertools.pairwise([band[0], *(edge.at for edge in edges), band[1]]))
    divide_levels(columns, rows, body, drawing, breaks)


def _figures_whole(columns: Carried, body: Sequence[Run], em: float) -> list[Run]:
    """Return the runs with each number of a row as one, also where it wraps."""
    numbers = [in_column(body, columns.named[name]) for name in ANCHORS if name in columns.named]
    inside = {id(run) for runs in numbers for run in runs}
    return [run for run in body if id(run) not in inside] + [
        number for whole_numbers in _figures_of(columns, body, em) for number in whole_numbers
    ]


def _figures_of(columns: Carried, body: Sequence[Run], em: float) -> list[list[Run]]:
    """Return the numbers of each column that has one in every row, those that wrap as one."""
    texts = {sides: in_column(body, sides) for sides in columns.of_values}
    return [
        whole_figures(
            in_column(body, columns.named[name]),
            [column for sides, column in texts.items() if sides != columns.named[name]],
            em,
        )
        for name in ANCHORS
        if name in columns.named
    ]


def _labels_whole(body: Sequence[Run], evidence: Evidence) -> list[Run]:
    """Return the runs with each label of a level as one: no edge of a row goes through it."""
    mine = {id(run) for run in body}
    labels = [s for s in evidence.stacks if s.field("levels") and all(id(run) in mine for run in s.runs)]
    return whole(labels, body)


def _anchors(columns: Carried, body: Sequence[Run], evidence: Evidence, *, torn: bool) -> list[float]:
    """Return the middles of the rows: of weights and scores, and of names beside which neither stands.

    Where a page break may have `torn` the last row, further lines of its name stand below its points.
    """
    names, em = columns.named, evidence.em
    found = anchor_rows(_figures_of(columns, body, em))
    third = lines_of(in_column(body, names["level3"])) if "level3" in names else []
    rest = beside_no_row(third, found, em, hang=_hang_from_top(evidence, found))
    if torn and found:
        rest = [run for run in rest if run.middle < max(found) or _follows_item(run, rest)]
    for block in divide_items(pile_blocks(rest, looseness(third, em))):
        found.append(bounding_box(run.box for run in block).center[1])
    return sorted(found)


def _follows_item(run: Run, lines: Sequence[Run]) -> bool:
    """Tell whether a line is the name of another item (指标2：, ……), or stands below one that is."""
    return any(is_item(line.text) for line in lines if line.middle <= run.middle)


def _rests_of_labels(
    columns: Carried, body: Sequence[Run], evidence: Evidence, middles: Sequence[float]
) -> list[float]:
    """Return the height of a row of which the page break has left the ends of labels alone; none mostly.

    They stand above the first label of their column that is whole, and beside nothing.
    """
    whole_labels = {id(run) for label in evidence.stacks if label.field("levels") for run in label.runs}
    texts = [run for run in body if run.box.center[0] > columns.values_from]
    first = min((run.box.y0 for run in texts), default=float("inf"))
    rests = [
        run
        for name, sides in columns.named.items()
        if name in {"level1", "level2"}
        for run in _above_whole(in_column(body, sides), whole_labels)
        if run.box.y1 < first
    ]
    return [bounding_box(run.box for run in rests).center[1]] if rests and middles else []


def _below_rests(columns: Carried, body: Sequence[Run], middles: Sequence[float]) -> list[float]:
    """Return the middles of rows without those of names above the first number: with the rests they are one row."""
    figures = [run for name in ANCHORS if name in columns.named for run in in_column(body, columns.named[name])]
    third = in_column(body, columns.named["level3"]) if "level3" in columns.named else []
    first = min([run.box.y0 for run in figures] + [run.box.y0 for run in third if is_item(run.text)], default=0.0)
    return [middle for middle in middles if middle > first]


def _rests_of_texts(columns: Carried, body: Sequence[Run], evidence: Evidence, middles: Sequence[float]) -> list[float]:
    """Return the height of a row of which the page break has left the last lines of its texts alone; none mostly.

    They stand above the first row, and belong to none of its texts, which stand about its middle or hang from its top.
    """
    if not middles:
        return []
    hang, em = _hang_from_top(evidence, middles), evidence.em
    rests = [
        run
        for name, sides in columns.named.items()
        if name not in {"level1", "level2", *ANCHORS}
        for run in beside_no_row(in_column(body, sides), middles, em, hang=hang)
        if run.box.y1 < middles[0] - CORE * em
    ]
    return [bounding_box(run.box for run in rests).center[1]] if rests else []


def _above_whole(column: Sequence[Run], whole_labels: Collection[int]) -> Iterable[Run]:
    """Return the runs above the first whole label of a column that has one."""
    ordered = sorted(column, key=lambda run: run.box.y0)
    above = list(itertools.takewhile(lambda run: id(run) not in whole_labels, ordered))
    return above if len(above) < len(ordered) else ()


def _hang_from_top(evidence: Evidence, middles: Sequence[float]) -> bool:
    """Tell whether texts begin at the top of their rows: more labels of two lines do than stand about a middle."""
    labels = [s for s in evidence.stacks if s.field("levels") and s.box.height > 1.5 * s.runs[0].box.height]
    firsts, centers = (
        sum(any(abs(at - middle) < LEVEL * evidence.em for middle in middles) for at in places)
        for places in ([label.runs[0].middle for label in labels], [label.middle for label in labels])
    )
    return firsts > 2 * centers


LEVEL = 0.3
"""Heights of a line by which two texts stand beside each other."""


def _lie_across(edge: Edge, columns: Carried, values: Sequence[Run], drawing: Drawing) -> None:
    """Draw the edge of two rows across the columns; where it is printed, not through cells that it leaves whole."""
    for sides in itertools.pairwise(columns.edges):
        if sides[1] > columns.values_from + 1 and not _leaves_whole(edge, sides, values, drawing.evidence):
            drawing.lie(edge.at, *sides)


def _leaves_whole(edge: Edge, sides: Sides, values: Sequence[Run], evidence: Evidence) -> bool:
    """Tell whether an edge that is printed beside a column leaves the cell in it whole.

    In a picture a line may be broken there: only a text that stands across the edge shows a merged cell, and no dash.
    """
    if edge.support <= DRAWN or evidence.lying.support(edge.at, *sides) > 0.3:
        return False
    texts = (run.box for run in in_column(values, sides) if run.box.height > 0.5 * evidence.em)
    return evidence.exact or any(box.y0 < edge.at < box.y1 for box in texts)
