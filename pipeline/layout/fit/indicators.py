"""The indicator table divided into cells, on the page of its heads and on those on which it goes on."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence

from pipeline.layout.fit.areas import Area, total_row
from pipeline.layout.fit.bands import HeadRow, line_above
from pipeline.layout.fit.columns import Carried, Sides, head_edges
from pipeline.layout.fit.drawing import Band, Drawing, runs_within
from pipeline.layout.fit.edges import Edge
from pipeline.layout.fit.levels import Seen, label_bounds
from pipeline.layout.fit.page import Evidence
from pipeline.layout.fit.parts import LOOSE, section_edge, whole
from pipeline.layout.fit.rows import Texts, anchor_rows, lines_of, parted_rows, pile_blocks, row_edge
from pipeline.layout.fit.runs import Run, is_first_item, is_item
from pipeline.layout.fit.stacks import Stack
from pipeline.layout.regions import bounding_box
from pipeline.models import Box

DRAWN = 0.6
"""Share of a row's width from which its lower edge is printed, and leaves merged cells whole."""

ANCHORS = ("weight_raw", "score_raw")
"""Columns whose numbers never wrap: each is a row."""


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
    _divide_rows(columns, (split.at, end), below, drawing, continued=before is not None)
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
    beyond = min((run.box.x0 for run in body if run.box.center[0] < edge), default=edge)
    return start if left + UNNAMED * head.cells[0].runs[0].box.height < start < beyond - 1 else left


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
    _divide_rows(columns, (band[0], end), body, drawing, continued=True)


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


def _divide_rows(
    columns: Carried, band: Band, body: Sequence[Run], drawing: Drawing, *, continued: bool = False
) -> None:
    """Draw the edges between rows, and those of the merged cells of both levels.

    `continued` tells that the first of these may have begun on the page before.
    """
    evidence, start = drawing.evidence, columns.values_from
    values = [run for run in body if run.box.center[0] > start]
    anchors = _anchors(columns, body, evidence)
    if continued:
        rests = _rests_of_labels(columns, body, evidence, anchors) or _rests_of_texts(columns, body, evidence, anchors)
        anchors = [*rests, *anchors]
    unbroken = _figures_whole(columns, body)
    texts = Texts(_labels_whole(unbroken, evidence), [_in_column(unbroken, sides) for sides in columns.of_values])
    edges = parted_rows(anchors, band, (start, columns.edges[-1]), texts, evidence.lying)
    drawing.doubt_crossed(edges, values)
    for edge in edges:
        _lie_across(edge, columns, values, drawing)
    rows = list(itertools.pairwise([band[0], *(edge.at for edge in edges), band[1]]))
    _divide_levels(columns, rows, body, drawing, continued=continued)


def _figures_whole(columns: Carried, body: Sequence[Run]) -> list[Run]:
    """Return the runs with each number of a row as one, also where it wraps."""
    numbers = {name: _in_column(body, columns.named[name]) for name in ANCHORS if name in columns.named}
    inside = {id(run) for runs in numbers.values() for run in runs}
    whole_numbers = [number for runs in numbers.values() for number in _whole_figures(runs)]
    return [run for run in body if id(run) not in inside] + whole_numbers


def _labels_whole(body: Sequence[Run], evidence: Evidence) -> list[Run]:
    """Return the runs with each label of a level as one: no edge of a row goes through it."""
    mine = {id(run) for run in body}
    labels = [s for s in evidence.stacks if s.field("levels") and all(id(run) in mine for run in s.runs)]
    return whole(labels, body)


def _anchors(columns: Carried, body: Sequence[Run], evidence: Evidence) -> list[float]:
    """Return the middles of the rows: of weights and scores, and of names beside which neither stands."""
    names, em = columns.named, evidence.em
    found = anchor_rows(_whole_figures(_in_column(body, names[name])) for name in ANCHORS if name in names)
    third = lines_of(_in_column(body, names["level3"])) if "level3" in names else []
    rest = _beside_no_row(third, found, em, hang=_hang_from_top(evidence, found))
    for block in _items(pile_blocks(rest, _looseness(third, em))):
        found.append(bounding_box(run.box for run in block).center[1])
    return sorted(found)


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
        for run in _above_whole(_in_column(body, sides), whole_labels)
        if run.box.y1 < first
    ]
    return [bounding_box(run.box for run in rests).center[1]] if rests and middles else []


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
        for run in _beside_no_row(_in_column(body, sides), middles, em, hang=hang)
        if run.box.y1 < middles[0] - CORE * em
    ]
    return [bounding_box(run.box for run in rests).center[1]] if rests else []


def _above_whole(column: Sequence[Run], whole_labels: Collection[int]) -> Iterable[Run]:
    """Return the runs above the first whole label of a column that has one."""
    ordered = sorted(column, key=lambda run: run.box.y0)
    above = list(itertools.takewhile(lambda run: id(run) not in whole_labels, ordered))
    return above if len(above) < len(ordered) else ()


def _items(blocks: Iterable[Sequence[Run]]) -> Iterator[list[Run]]:
    """Yield blocks of names divided where another item begins (指标2：, ……)."""
    for block in blocks:
        item: list[Run] = []
        for run in block:
            if item and is_item(run.text):
                yield item
                item = []
            item.append(run)
        yield item


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


def _beside_no_row(runs: Sequence[Run], middles: Sequence[float], em: float, *, hang: bool) -> list[Run]:
    """Return the lines of names that belong to no row whose middle is known.

    A name stands about the middle of its row, with as many lines above it as below, or hangs from its top; lines that
    follow each other closely from there on belong to it too.
    """
    ordered = sorted(runs, key=lambda run: run.middle)
    taken: set[int] = set()
    for middle in middles:
        nearest = sorted(ordered, key=lambda run: abs(run.middle - middle))[:2]
        core = [run for run in nearest if abs(run.middle - middle) < CORE * em]
        block = bounding_box(run.box for run in core) if core else None
        while block is not None:
            taken.update(id(run) for run in ordered if block.y0 <= run.middle <= block.y1)
            below = _next_line(ordered, taken, block.y1, 1, em)
            above = below if hang else _next_line(ordered, taken, block.y0, -1, em)
            block = block.union(above.box).union(below.box) if above and below else None
    return [run for run in ordered if id(run) not in taken]


CORE = 0.9
"""Heights of a line between the middle of a row and that of the nearest line of its name."""


def _next_line(runs: Sequence[Run], taken: set[int], at: float, side: int, em: float) -> Run | None:
    """Return the line that follows closely above (side -1) or below (1) a height."""
    free = [r for r in runs if id(r) not in taken and not (side > 0 and is_item(r.text))]
    ends = [(side * ((run.box.y1 if side < 0 else run.box.y0) - at), run) for run in free]
    near = [(gap, run) for gap, run in ends if -0.3 * em < gap < 0.8 * em]
    return min(near, key=lambda item: item[0])[1] if near else None


def _whole_figures(runs: Sequence[Run]) -> list[Run]:
    """Return the numbers of a column, those that wrap behind their point as one."""
    found: list[Run] = []
    for run in sorted(runs, key=lambda r: r.box.y0):
        last = found[-1] if found else None
        if last and last.text.endswith(".") and run.box.y0 - last.box.y1 < run.box.height:
            found[-1] = Run(last.text + run.text, last.box.union(run.box))
        else:
            found.append(run)
    return found


def _in_column(runs: Iterable[Run], sides: Sides) -> list[Run]:
    return [run for run in runs if sides[0] <= run.box.center[0] < sides[1]]


def _looseness(runs: Sequence[Run], em: float) -> float:
    """Return the gap from which two lines of a column are of different rows: well above that of wrapped lines."""
    ordered = sorted(runs, key=lambda run: run.box.y0)
    gaps = [b.box.y0 - a.box.y1 for a, b in itertools.pairwise(ordered)]
    tight = [gap for gap in gaps if gap < 0.8 * em]
    return max(0.35 * em, 1.6 * min(tight) + 1.0) if tight else LOOSE * em


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
    texts = (run.box for run in _in_column(values, sides) if run.box.height > 0.5 * evidence.em)
    return evidence.exact or any(box.y0 < edge.at < box.y1 for box in texts)


def _divide_levels(
    columns: Carried, rows: Sequence[Band], body: Sequence[Run], drawing: Drawing, *, continued: bool
) -> None:
    """Draw the edges of the merged cells of both levels, the second first: the first rarely cuts it."""
    starts = _numbered_anew(columns, rows, body)
    counted = bool(starts)
    names, evidence = columns.named, drawing.evidence
    numbered = _all_numbered(columns, rows, body)
    remnant = continued and not numbered and len(rows) > 1 and not _has_figure(columns, rows[0], body)
    for name in ("level2", "level1"):
        if name not in names:
            continue
        left, right = names[name]
        drawn = frozenset(
            i for i, (top, _) in enumerate(rows) if i and evidence.lying.support(top, left + 1, right - 1) > 0.5
        )
        labels, others = _labels_in((left, right), body, evidence)
        rests = [band for band in others if remnant and labels and sum(band) / 2 < rows[0][1]]
        drawn |= {1} if rests else frozenset()
        labels = sorted((*labels, *(band for band in others if band not in rests)))
        if name == "level2":
            sure = _are_named(starts, rows, labels, continued=continued)
            numbered, drawn = numbered and sure, drawn | (starts - {0}) if sure else drawn
        if numbered:
            labels = _one_to_a_part(labels, rows, drawn if name == "level2" else starts)
        starts = frozenset(label_bounds(rows, labels, Seen(drawn, starts, continued, counted or numbered)))
        counted = False
        for i in starts:
            drawing.lie(rows[i][0], left, right)


def _all_numbered(columns: Carried, rows: Sequence[Band], body: Sequence[Run]) -> bool:
    """Tell whether the name of every row is numbered (指标1：, 指标2：, ……), and not all from 1."""
    third = _in_column(body, columns.named["level3"]) if "level3" in columns.named else []
    later = any(is_item(run.text) and not is_first_item(run.text) for run in third)
    return later and all(any(is_item(run.text) for run in runs_within(third, row)) for row in rows)


def _one_to_a_part(labels: Sequence[Band], rows: Sequence[Band], starts: Iterable[int]) -> list[Band]:
    """Return the labels of a column with those as one that stand in one part of the rows, which begin at `starts`."""
    found: list[Band] = []
    for part in _parts(rows, starts):
        inside = [label for label in labels if part[0] <= sum(label) / 2 < part[1]]
        if inside:
            found.append((min(top for top, _ in inside), max(bottom for _, bottom in inside)))
    return found


def _are_named(starts: Iterable[int], rows: Sequence[Band], labels: Sequence[Band], *, continued: bool) -> bool:
    """Tell whether each part of the rows has a label; the first may have it on the page before."""
    held = [any(top <= sum(label) / 2 < bottom for label in labels) for top, bottom in _parts(rows, starts)]
    return all(held[1:] if continued else held)


def _parts(rows: Sequence[Band], starts: Iterable[int]) -> list[Band]:
    """Return the top and bottom of each part of the rows; `starts` are the rows at which another begins."""
    bounds = sorted({0, *starts, len(rows)})
    return [(rows[first][0], rows[end - 1][1]) for first, end in itertools.pairwise(bounds)]


def _numbered_anew(columns: Carried, rows: Sequence[Band], body: Sequence[Run]) -> frozenset[int]:
    """Return the rows at which names are counted from one again (指标1：): there a second level begins."""
    third = lines_of(_in_column(body, columns.named["level3"])) if "level3" in columns.named else []
    firsts = [run.middle for run in third if is_first_item(run.text)]
    counted = any(is_item(run.text) and not is_first_item(run.text) for run in third)
    at = (i for i, (top, bottom) in enumerate(rows) if any(top <= y < bottom for y in firsts))
    return frozenset(at) if counted else frozenset()


def _has_figure(columns: Carried, row: Band, body: Sequence[Run]) -> bool:
    """Tell whether a row has points; what the page break has left of one has none."""
    figures = [columns.named[name] for name in ANCHORS if name in columns.named]
    return any(_in_column(runs_within(body, row), sides) for sides in figures)


def _labels_in(sides: Sides, body: Sequence[Run], evidence: Evidence) -> tuple[list[Band], list[Band]]:
    """Return the labels of a level's column as (top, bottom): the known ones, and blocks of other text."""
    mine = {id(run): run for run in _in_column(body, sides)}
    known = [s for s in evidence.stacks if s.field("levels") and all(id(run) in mine for run in s.runs)]
    used = {id(run) for stack in known for run in stack.runs}
    blocks = pile_blocks([run for key, run in mine.items() if key not in used], LOOSE * evidence.em)
    others = [bounding_box(run.box for run in block) for block in blocks]
    return [(stack.box.y0, stack.box.y1) for stack in known], [(box.y0, box.y1) for box in others]
