"""Heads that were not read, or could not be, under a seal: the columns of texts that no head stands over.

Of pictures only: a file that holds its text has all heads. What is found is a head without a text, so that its column
is divided, and the head is read again between the column's sides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from pipeline.layout.fit.bands import HeadRow
from pipeline.layout.fit.texts.runs import Run
from pipeline.layout.fit.texts.stacks import Stack
from pipeline.layout.regions import bounding_box
from pipeline.models import Box

WRITTEN = 3
"""Texts below each other that make a column."""

FAR, NEAR = 8.0, 1.5
"""Heights of a line from a head at which texts are none of its own, and numbers, where a head of points is missing."""

APART = 1.5
"""Heights of a line, at least, between a column whose head was not read and what stands beside it."""

POINTS = frozenset({"weight_raw", "score_raw"})
"""Fields whose columns hold numbers, set below their heads."""

_FIGURE = re.compile(r"\d[\d.,]*|[-—]")


def with_hidden(head: HeadRow, runs: Sequence[Run], end: float, em: float) -> HeadRow:
    """Return a head row with a head, without a text, over each column above `end` that none of its heads stands over.

    `em` is the height of a line in points.
    """
    if head.part != "indicators":
        return head
    first = head.cells[0].box.x0
    body = [run for run in runs if head.box.y1 < run.box.y0 and run.box.y1 < end and run.box.x1 > first]
    columns = [_figures(column, em) or column for column in _columns(body) if len(column) >= WRITTEN]
    sides = [bounding_box(run.box for run in column) for column in columns]
    boxes = [cell.box for cell in head.cells]
    missing = not {cell.field(head.part) for cell in head.cells} >= POINTS
    costs = [em * (NEAR if missing and _figures(column, em) else FAR) for column in columns]
    hidden = [
        box
        for i, (box, matched) in enumerate(zip(sides, _matched(sides, boxes, costs), strict=True))
        if not matched
        and not any(_gap(box, other) <= 0 for other in boxes)
        and all(_gap(box, other) > APART * em for other in (*sides[:i], *sides[i + 1 :]))
    ]
    found = [Stack("", Box(box.x0, head.box.y0, box.x1, head.box.y1), (), ()) for box in hidden]
    return replace(head, cells=tuple(sorted((*head.cells, *found), key=lambda cell: cell.box.x0))) if found else head


def _columns(runs: Sequence[Run]) -> list[list[Run]]:
    """Return the runs whose extents across the page overlap together, from left to right."""
    columns: list[list[Run]] = []
    reached = 0.0
    for run in sorted(runs, key=lambda r: r.box.x0):
        if columns and run.box.x0 < reached:
            columns[-1].append(run)
        else:
            columns.append([run])
            reached = run.box.x0
        reached = max(reached, run.box.x1)
    return columns


def _figures(column: Sequence[Run], em: float) -> list[Run]:
    """Return the numbers of a column that holds mostly such, none wider than its digits; of another none."""
    numbers = [r for r in column if _FIGURE.fullmatch(r.text) and r.box.width < (len(r.text) + 1) * em]
    return numbers if len(numbers) > max(WRITTEN - 1, MOST * len(column)) else []


MOST = 0.6
"""Share of a column's texts that are numbers where it holds numbers; the others are what a seal was read as."""


def _gap(a: Box, b: Box) -> float:
    """Return how far apart two boxes stand side by side; not above 0 where one stands over the other."""
    return max(a.x0 - b.x1, b.x0 - a.x1)


def _matched(columns: Sequence[Box], heads: Sequence[Box], costs: Sequence[float]) -> list[bool]:
    """Tell which columns have a head, each one of its own, in their order; `costs` are those of having none.

    A column costs as many points as it stands beside its head; the cheapest choice of all is taken.
    """

    @cache
    def best(column: int, head: int) -> tuple[float, tuple[bool, ...]]:
        if column == len(columns):
            return 0.0, ()
        cost, rest = best(column + 1, head)
        options = [(costs[column] + cost, (False, *rest))]
        for at in range(head, len(heads)):
            cost, rest = best(column + 1, at + 1)
            options.append((max(0.0, _gap(columns[column], heads[at])) + cost, (True, *rest)))
        return min(options, key=lambda option: option[0])

    return list(best(0, 0)[1])
