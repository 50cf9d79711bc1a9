"""Columns of a part of a form: edges between neighbouring heads, where the fewest runs cross and most is ruled."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.layout.fit.areas import Area
from pipeline.layout.fit.bands import HeadRow, Part
from pipeline.layout.fit.edges import Edge, Ruled, possible_edges
from pipeline.layout.fit.lines import Lines
from pipeline.layout.fit.rows.figures import figures_beside
from pipeline.layout.fit.texts.runs import Run
from pipeline.models import Box

Sides = tuple[float, float]

TWO_FIGURES = 3.0
"""Weight of each line in which a column holds two numbers apart: its edge stands between them. More than a head off the
middle of its column weighs: numbers set to the right of their cells begin below the next head."""

MOST_TWO = 3
"""Lines with two numbers in a column from which more of them weigh no more."""

SAME_SCALE = (0.8, 1.25)
"""Between these a table on the next page is the same one, somewhat larger or smaller."""

RULED = 0.3
"""Share of a part's height that a vertical must rule to be the side of a column, whatever it cuts."""

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
    the heads stand from the middles of the columns that the edges make, and the lines in which one holds two numbers.
    """
    cells = head.cells
    pairs = figures_beside(run for run in runs if run.middle > head.box.y1)
    beside = [(a.box.center[0], b.box.center[0]) for a, b in pairs]

    def cost(label: Box, left: float, right: float) -> float:
        """What a column between two edges costs."""
        return _off_centre(label, left, right) + TWO_FIGURES * min(MOST_TWO, _holding_two(beside, left, right))

    best: list[tuple[float, list[Edge]]] = [(0.0, [])]
    start = sides[0]
    for a, b in itertools.pairwise(cells):
        best = [
            max(
                (
                    (
                        worth + edge.worth - cost(a.box, chosen[-1].at if chosen else start, edge.at),
                        [*chosen, edge],
                    )
                    for worth, chosen in best
                ),
                key=lambda option: option[0],
            )
            for edge in _possible(a.box, b.box, band, runs, verticals)
        ]
    last = cells[-1].box
    return max(best, key=lambda option: option[0] - cost(last, option[1][-1].at if option[1] else start, sides[1]))[1]


def _holding_two(beside: Sequence[Sides], left: float, right: float) -> int:
    return sum(left < first and second < right for first, second in beside)


def _off_centre(head: Box, left: float, right: float) -> float:
    return CENTRED * min(OFF_CENTRE, abs((left + right) / 2 - head.center[0]))


def side_edge(labels: Box, content: float, band: tuple[float, float], verticals: Lines) -> float:
    """Return the edge between a column of labels at the left and what begins at `content` to its right."""
    low, high = sorted((labels.x1, max(labels.x1, content)))
    first = min(low - 2.0, labels.center[0])  # a wide character may reach over the side of its cell
    lines = verticals.near(first, high + 2.0)
    drawn = [(verticals.support(line.at, *band), line.at) for line in lines]
    support, at = max(drawn, default=(0.0, 0.0))
    return at if support > RULED else (low + high) / 2


@dataclass(frozen=True, slots=True)
class Carried:
    """The columns of a part that goes on: their fields, and their edges between the table's sides."""

    part: Part
    fields: tuple[str | None, ...]
    edges: tuple[float, ...]
    left: float
    right: float

    def onto(self, area: Area) -> Carried:
        """Return the columns on a page on which the table stands elsewhere or is scaled otherwise.

        Without a frame nothing tells how: the table then stands where it stood on the page before.
        """
        box = area.box
        if not area.framed:
            return self
        scale = box.width / max(1.0, self.right - self.left)
        if not SAME_SCALE[0] < scale < SAME_SCALE[1]:
            return self
        edges = tuple(box.x0 + (x - self.left) * scale for x in self.edges)
        return replace(self, edges=edges, left=box.x0, right=box.x1)

    def clear_of(self, runs: Sequence[Run], em: float, verticals: Lines, band: tuple[float, float]) -> Carried:
        """Return the columns with each edge that cuts a text, and is not drawn, at the nearest place beside it."""
        drawn = {x for x in self.edges if verticals.support(x, *band) > RULED}
        return replace(self, edges=tuple(x if x in drawn else _beside_texts(x, runs, em) for x in self.edges))

    @property
    def named(self) -> dict[str | None, Sides]:
        """The sides of each field's column."""
        return dict(zip(self.fields, itertools.pairwise(self.edges), strict=True))

    @property
    def of_values(self) -> list[Sides]:
        """The sides of the columns in which each row has a cell of its own."""
        return [sides for sides in itertools.pairwise(self.edges) if sides[0] > self.values_from - 1]

    @property
    def values_from(self) -> float:
        """Where the columns begin that have a cell in every row: behind the first and second level."""
        levels = [i for i, name in enumerate(self.fields) if name in {"level1", "level2"}]
        return self.edges[max(levels) + 1] if levels else self.edges[0]


def _beside_texts(x: float, runs: Sequence[Run], em: float) -> float:
    cut = [run.box for run in runs if run.box.x0 + 0.8 < x < run.box.x1 - 0.8]
    places = [at for box in cut for at in (box.x0 - 1.0, box.x1 + 1.0)]
    clear = [at for at in places if not any(run.box.x0 + 0.8 < at < run.box.x1 - 0.8 for run in runs)]
    nearest = min(clear, key=lambda at: abs(at - x), default=x)
    return nearest if cut and abs(nearest - x) < AWRY * em else x


AWRY = 2.0
"""Heights of a line by which an edge that was found on one page may stand elsewhere on the next."""


def in_column(runs: Iterable[Run], sides: Sides) -> list[Run]:
    """Return the runs whose middle lies between two sides."""
    return [run for run in runs if sides[0] <= run.box.center[0] < sides[1]]
