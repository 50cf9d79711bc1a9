"""Columns of a part of a form: edges between neighbouring heads, where the fewest runs cross and most is ruled."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from pipeline.layout.fit.bands import HeadRow
from pipeline.layout.fit.edges import Edge, Ruled, possible_edges
from pipeline.layout.fit.lines import Lines
from pipeline.layout.fit.runs import Run
from pipeline.models import Box

HEAD_SHARE = 0.8
"""Weight of a line that only parts the heads, beside one that parts the rows too."""


CENTRED = 0.12
"""Weight of each point by which a head stands beside the middle of its column: most heads are centred."""

OFF_CENTRE = 20.0
"""Points beyond which it does not matter how far a head is off: it is set to one side, then."""


def column_edge(left: Box, right: Box, band: tuple[float, float], runs: Sequence[Run], verticals: Lines) -> Edge:
    """Return the edge between two neighbouring heads; `band` is the stretch (top, bottom) that it divides."""
    return max(_possible(left, right, band, runs, verticals), key=lambda edge: edge.worth)


def _possible(left: Box, right: Box, band: tuple[float, float], runs: Sequence[Run], verticals: Lines) -> list[Edge]:
    low, high = left.center[0], max(left.center[0], right.center[0])
    head = (min(left.y0, right.y0), max(left.y1, right.y1))

    def support(x: float) -> float:
        """How much of the band is ruled at `x`; a ruling of the heads alone counts for less."""
        return max(verticals.support(x, *band), HEAD_SHARE * verticals.support(x, *head))

    spans = [(run.box.x0, run.box.x1) for run in runs if run.box.x1 > low and run.box.x0 < high]
    return possible_edges(low, high, spans, Ruled([line.at for line in verticals.near(low, high)], support))


def head_edges(
    head: HeadRow, sides: tuple[float, float], band: tuple[float, float], runs: Sequence[Run], verticals: Lines
) -> list[Edge]:
    """Return the edges between the heads of a row, one fewer than there are heads.

    All are chosen together, between the table's `sides` (left, right): what each edge is worth by itself, less how far
    the heads stand from the middles of the columns that the edges make.
    """
    cells = head.cells
    best: list[tuple[float, list[Edge]]] = [(0.0, [])]
    start = sides[0]
    for a, b in itertools.pairwise(cells):
        best = [
            max(
                (
                    (
                        worth + edge.worth - _off_centre(a.box, chosen[-1].at if chosen else start, edge.at),
                        [*chosen, edge],
                    )
                    for worth, chosen in best
                ),
                key=lambda option: option[0],
            )
            for edge in _possible(a.box, b.box, band, runs, verticals)
        ]
    last = cells[-1].box
    return max(
        best, key=lambda option: option[0] - _off_centre(last, option[1][-1].at if option[1] else start, sides[1])
    )[1]


def _off_centre(head: Box, left: float, right: float) -> float:
    return CENTRED * min(OFF_CENTRE, abs((left + right) / 2 - head.center[0]))


def side_edge(labels: Box, content: float, band: tuple[float, float], verticals: Lines) -> float:
    """Return the edge between a column of labels at the left and what begins at `content` to its right."""
    low, high = sorted((labels.x1, max(labels.x1, content)))
    drawn = [(verticals.support(line.at, *band), line.at) for line in verticals.near(low - 2.0, high + 2.0)]
    support, at = max(drawn, default=(0.0, 0.0))
    return at if support > 0.3 else (low + high) / 2
