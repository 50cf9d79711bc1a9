"""Merged cells of the first and second level: which rows a label covers.

Drawn lines in the label's own column decide where there are any; else each label covers the rows around it, its text
standing in their middle or at their top, whichever explains all labels of the column better.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

Row = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a column beside its labels: the rows at whose top a line is drawn, and a cell beside it begins.

    `goes_on` tells that its first cell may have its label on the page before; `counted` that the starts are the rows
    at which names are numbered from one again.
    """

    drawn: frozenset[int] = frozenset()
    starts: frozenset[int] = frozenset()
    goes_on: bool = False
    counted: bool = False


def label_bounds(rows: Sequence[Row], labels: Sequence[Row], seen: Seen) -> set[int]:
    """Return the rows (from 1) at whose top a new cell of the column begins.

    `rows` and `labels` are (top, bottom) in points from top to bottom. A label rarely cuts a cell of the column beside
    it in two.
    """
    if not labels:
        return set(seen.drawn)
    limits = [0, *sorted(seen.drawn), len(rows)]
    bounds = set(seen.drawn)
    for first, end in itertools.pairwise(limits):
        inside = [label for label in labels if rows[first][0] <= (label[0] + label[1]) / 2 <= rows[end - 1][1]]
        goes_on = seen.goes_on and not first and not (seen.counted and 0 in seen.starts)
        if len(inside) > 1 or (inside and goes_on):
            starts = Starts(frozenset(start - first for start in seen.starts), COUNTED if seen.counted else CUT)
            bounds |= {first + at for at in _shared_out(rows[first:end], inside, starts, goes_on)}
    return bounds


@dataclass(frozen=True, slots=True)
class Starts:
    """The rows at which a cell is likely to begin, and what it costs (points) to let one begin elsewhere."""

    rows: frozenset[int]
    cut: float

    def cost(self, row: int) -> float:
        """Return what it costs that a cell begins at a row."""
        return self.cut if row and row not in self.rows and self.rows else 0.0

    def below(self, row: int) -> Starts:
        """Return the starts counted from a row on."""
        return Starts(frozenset(start - row for start in self.rows), self.cut)


CUT, COUNTED = 3.0, 8.0
"""Points that labels must stand better for if they cut a cell of the column beside theirs, or one item from another
that is counted on from it."""


def _shared_out(rows: Sequence[Row], labels: Sequence[Row], starts: Starts, goes_on: bool) -> set[int]:
    """Share rows out over labels, each of which gets at least one; the first rows may be those of a label before."""
    if len(labels) >= len(rows):
        return set(range(1, len(rows)))
    options = [_best_share(rows, labels, starts, place) for place in (0.5, 0.0)]
    for before in range(1, len(rows) - len(labels) + 1) if goes_on else ():
        for place in (0.5, 0.0):
            cost, bounds = _best_share(rows[before:], labels, starts.below(before), place)
            cost += UNLABELLED + starts.cost(before)
            options.append((cost, {before, *(before + at for at in bounds)}))
    return min(options, key=lambda option: option[0])[1]


UNLABELLED = 6.0
"""Points that labels must stand better for if the first rows are taken to have theirs on the page before."""


def _best_share(rows: Sequence[Row], labels: Sequence[Row], starts: Starts, place: float) -> tuple[float, set[int]]:
    """Return the least cost and the bounds; `place` is where a label stands in its cell: 0.5 is its middle."""

    def cost(label: Row, first: int, end: int) -> float:
        """How far (points) a label stands from its place in rows `first` to `end`, and what beginning there costs."""
        top, bottom = rows[first][0], rows[end - 1][1]
        at = top + place * (bottom - top) if place else top + (rows[first][1] - top) / 2
        return abs((label[0] + label[1]) / 2 - at) + starts.cost(first)

    @cache
    def best(label: int, first: int) -> tuple[float, tuple[int, ...]]:
        """The least cost of sharing the rows from `first` out over the labels from `label`, and the bounds."""
        if label == len(labels) - 1:
            return cost(labels[label], first, len(rows)), ()
        options = []
        for end in range(first + 1, len(rows) - (len(labels) - label - 2)):
            rest, bounds = best(label + 1, end)
            options.append((cost(labels[label], first, end) + rest, (end, *bounds)))
        return min(options)

    total, bounds = best(0, 0)
    return total, set(bounds)
