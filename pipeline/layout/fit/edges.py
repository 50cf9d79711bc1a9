"""Where two neighbours are parted: the place that is ruled best and crosses the fewest runs of text.

One measure for both directions. `spans` are the runs' extents along the axis that is searched; a position inside a
span crosses it. Positions are points.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Span = tuple[float, float]

INSIDE = 0.8
"""How far a position must lie inside a run to cross it."""

RULED = 12.0
"""Weight of a line that is drawn from end to end."""

CROSSED = 10.0
"""Weight of a run that is crossed: a line may not cut one, unless it is drawn nearly whole."""

GONE_ROUND = 0.8
"""Weight of a run that is crossed and may stand in a merged cell."""

CLEAR = 2.0
"""Weight of a gap of eight points and more."""

WIDER = 0.1
"""Weight of each further eight points of a gap, up to three times as many."""

WIDE = 8.0


@dataclass(frozen=True, slots=True)
class Edge:
    """A place between two neighbours: how far it is ruled, how many runs cross it, how wide the gap around it is."""

    at: float
    support: float
    crossed: int
    gap: float

    @property
    def worth(self) -> float:
        """How good the place is; only to be compared with that of others between the same neighbours."""
        return RULED * self.support - CROSSED * min(self.crossed, 5) + _clearness(self.gap)


def _clearness(gap: float) -> float:
    """Return what a gap is worth: up to `WIDE` all of it counts, beyond that the wider one is a little better."""
    return CLEAR * min(gap, WIDE) / WIDE + WIDER * max(0.0, min(gap, 4 * WIDE) - WIDE) / WIDE


@dataclass(frozen=True, slots=True)
class Ruled:
    """Where lines stand between two neighbours, and how far a place is ruled."""

    places: Sequence[float]
    support: Callable[[float], float]


def best_edge(low: float, high: float, spans: Sequence[Span], ruled: Ruled, merged: Sequence[Span] = ()) -> Edge:
    """Return the best place between two positions.

    `merged` are the extents of runs that may stand in cells which the edge does not part: it goes round them where it
    can.
    """
    return max(weigh_edges(low, high, spans, ruled, merged), key=lambda weighed: weighed[0])[1]


def weigh_edges(
    low: float, high: float, spans: Sequence[Span], ruled: Ruled, merged: Sequence[Span] = ()
) -> list[tuple[float, Edge]]:
    """Return the places between two positions, each with how good it is."""
    edges = possible_edges(low, high, spans, ruled, merged)
    return [(edge.worth + _clearance(edge.at, merged), edge) for edge in edges]


def _clearance(at: float, merged: Sequence[Span]) -> float:
    """Return how well a place goes round texts of merged cells: a wider gap is between two of them, not inside one."""
    around = _edge(at, merged, lambda _: 0.0)
    return 0.5 * CLEAR * min(around.gap, WIDE) / WIDE - GONE_ROUND * min(around.crossed, 2)


def possible_edges(
    low: float, high: float, spans: Sequence[Span], ruled: Ruled, merged: Sequence[Span] = ()
) -> list[Edge]:
    """Return the places between two positions that come into question: lines, and both ends and middle of gaps."""
    places = [at for at in ruled.places if low <= at <= high]
    places += _gap_places(low, high, [*spans, *merged])
    return [_edge(at, spans, ruled.support) for at in places or [(low + high) / 2]]


def _crossed(at: float, spans: Sequence[Span]) -> int:
    return sum(start + INSIDE < at < end - INSIDE for start, end in spans)


def _edge(at: float, spans: Sequence[Span], support: Callable[[float], float]) -> Edge:
    crossed = _crossed(at, spans)
    before = max((end for _, end in spans if end <= at + INSIDE), default=at - WIDE)
    behind = min((start for start, _ in spans if start >= at - INSIDE), default=at + WIDE)
    return Edge(at, support(at), crossed, 2 * max(0.0, min(at - before, behind - at)))


def _gap_places(low: float, high: float, spans: Sequence[Span]) -> Iterator[float]:
    """Yield the middles of the stretches in which the number of crossing runs does not change, and of wide ones more.

    In a wide gap the edge may stand near either text: what is centred or set to one side of a cell tells.
    """
    ends = sorted({low, high, *(x for span in spans for x in span if low < x < high)})
    for start, end in itertools.pairwise(ends):
        yield (start + end) / 2
        if end - start > 2 * WIDE:
            steps = round((end - start) / WIDE)
            yield from (start + (end - start) * step / steps for step in range(1, steps))
