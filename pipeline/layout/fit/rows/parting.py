"""Rows of a part of a form: drawn horizontals that cut no text, and between neighbouring rows the gap."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.layout.fit.edges import Edge, Ruled, weigh_edges
from pipeline.layout.fit.lines import Lines
from pipeline.layout.fit.texts.runs import Run

DRAWN = 0.5
"""Share of a row's width that a line must rule to part rows by itself."""

LEADING = 0.15
"""Share of a run's height above and below its characters."""

APART = 3.0
"""Lines nearer than this are the two strokes of one."""


def row_edge(low: float, high: float, sides: tuple[float, float], runs: Sequence[Run], horizontals: Lines) -> Edge:
    """Return the edge between two neighbouring rows, whose middles are `low` and `high`.

    `sides` is (left, right); runs beside them stand in cells that may be merged over both rows.
    """
    return max(_weighed(low, high, sides, runs, horizontals), key=lambda weighed: weighed[0])[1]


def _weighed(
    low: float, high: float, sides: tuple[float, float], runs: Sequence[Run], horizontals: Lines
) -> list[tuple[float, Edge]]:
    inside = [run for run in runs if run.box.x1 > sides[0] and run.box.x0 < sides[1]]
    beside = [run for run in runs if run.box.x1 <= sides[0]]
    ruled = Ruled([line.at for line in horizontals.near(low, high)], lambda y: horizontals.support(y, *sides))
    spans, merged = ([_body(run) for run in part] for part in (inside, beside))
    return weigh_edges(low, high, spans, ruled, merged)


def _body(run: Run) -> tuple[float, float]:
    """Return the extent of a run without the leading: lines set solid overlap each other by that."""
    leading = LEADING * run.box.height
    return run.box.y0 + leading, run.box.y1 - leading


def drawn_edges(
    top: float, bottom: float, sides: tuple[float, float], runs: Sequence[Run], horizontals: Lines
) -> list[Edge]:
    """Return the drawn horizontals inside a part that rule most of its width and cut no run."""
    inside = [run for run in runs if run.box.x1 > sides[0] and run.box.x0 < sides[1]]
    found: list[Edge] = []
    for line in horizontals.near(top + APART, bottom - APART):
        support = horizontals.support(line.at, *sides)
        if support < DRAWN or (found and line.at - found[-1].at < APART):
            continue
        cut = [run for run in inside if _cuts(line.at, run)]
        if not cut:
            found.append(Edge(line.at, support, 0, 0.0))
    return found


def _cuts(at: float, run: Run) -> bool:
    return run.box.y0 + 0.25 * run.box.height < at < run.box.y1 - 0.25 * run.box.height


@dataclass(frozen=True, slots=True)
class Texts:
    """The runs of some rows, and those of each of their columns where the columns are known."""

    runs: Sequence[Run]
    columns: Sequence[Sequence[Run]] = ()


def parted_rows(
    middles: Sequence[float],
    limits: tuple[float, float],
    sides: tuple[float, float],
    texts: Texts,
    horizontals: Lines,
) -> list[Edge]:
    """Return the edges between rows: those that are drawn, and one between any two anchors that none parts.

    `middles` are the heights of what stands once in every row; `limits` the part's top and bottom. Where the texts of
    two rows touch, those of the columns decide: their lines stand about the middle of their row.
    """
    edges = drawn_edges(*limits, sides, texts.runs, horizontals)
    rows, gaps = sorted(middles), []
    for low, high in itertools.pairwise(rows):
        drawn = [Choice(0.0, edge) for edge in edges if low < edge.at < high]
        gaps.append(drawn or _choices(_weighed(low, high, sides, texts.runs, horizontals), texts.runs))
    chosen = _best_placed(rows, limits, gaps, texts.columns)
    return sorted({edge.at: edge for edge in (*edges, *chosen)}.values(), key=lambda edge: edge.at)


@dataclass(frozen=True, slots=True)
class Choice:
    """A place that may part two rows, and how good it is by itself."""

    worth: float
    edge: Edge


TIE = 3.0
"""By how much less a place is worth, at most, that may still be the right one: it crosses no more than the best."""


def _choices(weighed: Sequence[tuple[float, Edge]], runs: Sequence[Run]) -> list[Choice]:
    """Return the best of the places between the same lines of text, for all that are about as good as the best."""
    least, best = max(worth for worth, _ in weighed) - TIE, dict[int, Choice]()
    for worth, edge in weighed:
        above = sum(run.middle < edge.at for run in runs)
        if worth >= least and (above not in best or best[above].worth < worth):
            best[above] = Choice(worth, edge)
    return list(best.values())


ASKEW = 1.5
"""What a place is worth less for a text that it leaves a line's height from where it should stand."""

Stand = Callable[[Sequence[Run]], float]
"""The height at which a block of text is set beside the middle of what stands in one line."""

STANDS: tuple[Stand, ...] = (
    lambda block: (block[0].box.y0 + block[-1].box.y1) / 2,
    lambda block: block[0].middle,
    lambda block: block[-1].middle,
)
"""Texts are centred in their rows, hang from the top, or stand on the bottom."""


def _best_placed(
    rows: Sequence[float],
    limits: tuple[float, float],
    gaps: Sequence[Sequence[Choice]],
    columns: Sequence[Sequence[Run]],
) -> list[Edge]:
    """Return one place of each gap, so that the texts of all rows stand alike beside the middles of these."""
    if not any(len(gap) > 1 for gap in gaps):
        return [gap[0].edge for gap in gaps]
    ordered = [sorted(column, key=lambda run: run.middle) for column in columns]
    return max((_place(rows, limits, gaps, ordered, stand) for stand in STANDS), key=lambda placed: placed[0])[1]


def _place(
    rows: Sequence[float],
    limits: tuple[float, float],
    gaps: Sequence[Sequence[Choice]],
    columns: Sequence[Sequence[Run]],
    stand: Stand,
) -> tuple[float, list[Edge]]:
    """Return the best places for texts that are set in one way, and what they are worth together."""
    found: list[tuple[float, float, list[Edge]]] = [(0.0, limits[0], [])]
    for i, gap in enumerate(gaps):
        found = [
            max(
                (
                    (
                        worth + choice.worth - _askew(rows[i], (top, choice.edge.at), columns, stand),
                        choice.edge.at,
                        [*path, choice.edge],
                    )
                    for worth, top, path in found
                ),
                key=lambda item: item[0],
            )
            for choice in gap
        ]
    ends = [(worth - _askew(rows[-1], (top, limits[1]), columns, stand), path) for worth, top, path in found]
    return max(ends, key=lambda item: item[0])


def _askew(middle: float, band: tuple[float, float], columns: Sequence[Sequence[Run]], stand: Stand) -> float:
    """Return what it costs that the texts between two edges do not stand beside the middle of their row."""
    return ASKEW * sum(
        min(1.0, abs(stand(block) - middle) / block[0].box.height) for block in _blocks_within(columns, band)
    )


def _blocks_within(columns: Sequence[Sequence[Run]], band: tuple[float, float]) -> Iterator[list[Run]]:
    for column in columns:
        if block := [run for run in column if band[0] <= run.middle < band[1]]:
            yield block
