"""Rows of a part of a form: drawn horizontals that cut no text, and between neighbouring rows the gap."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.layout.fit.edges import Edge, Ruled, weigh_edges
from pipeline.layout.fit.lines import Lines
from pipeline.layout.fit.runs import Run, is_item
from pipeline.layout.regions import bounding_box
from pipeline.models import Box

DRAWN = 0.5
"""Share of a row's width that a line must rule to part rows by itself."""

LEADING = 0.15
"""Share of a run's height above and below its characters."""

LOOSE = 0.5
"""Heights of a line up to which a gap belongs to one block of text."""

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


def anchor_rows(columns: Iterable[Sequence[Run]]) -> list[float]:
    """Return the middles of rows that the runs of some columns show; runs side by side are of one row.

    The column with the fewest runs comes first: in a narrow one a number may wrap (`28.` over `5`).
    """
    spans: list[tuple[float, float]] = []
    for column in sorted(columns, key=len):
        for run in column:
            if not any(_side_by_side((run.box.y0, run.box.y1), span) for span in spans):
                spans.append((run.box.y0, run.box.y1))
    return sorted((low + high) / 2 for low, high in spans)


def _side_by_side(a: tuple[float, float], b: tuple[float, float]) -> bool:
    """Tell whether two extents overlap by a quarter of the shorter one."""
    return min(a[1], b[1]) - max(a[0], b[0]) > 0.25 * min(a[1] - a[0], b[1] - b[0])


def lines_of(runs: Iterable[Run]) -> list[Run]:
    """Return the lines of one column from top to bottom: the pieces of each that stand side by side as one run."""
    found: list[list[Run]] = []
    for run in sorted(runs, key=lambda r: r.box.y0):
        beside = next((line for line in found if _same_line(run, line)), None)
        if beside is None:
            found.append([run])
        else:
            beside.append(run)
    return sorted((_joined(line) for line in found), key=lambda line: line.box.y0)


def _same_line(run: Run, line: Sequence[Run]) -> bool:
    """Tell whether a run stands beside all of a line, and at its height."""
    return all(
        _side_by_side((run.box.y0, run.box.y1), (other.box.y0, other.box.y1))
        and (run.box.x0 >= other.box.x1 - 1 or run.box.x1 <= other.box.x0 + 1)
        for other in line
    )


def _joined(line: Sequence[Run]) -> Run:
    ordered = sorted(line, key=lambda run: run.box.x0)
    if len(ordered) == 1:
        return ordered[0]
    text, box = "".join(run.text for run in ordered), bounding_box(run.box for run in ordered)
    return Run(text, box, tuple(glyph for run in ordered for glyph in run.glyphs))


def pile_blocks(runs: Sequence[Run], loose: float) -> list[list[Run]]:
    """Return the runs of one column as blocks: lines that follow each other more closely than `loose` points."""
    blocks: list[list[Run]] = []
    for run in sorted(runs, key=lambda r: (r.box.y0, r.box.x0)):
        if blocks and run.box.y0 - max(r.box.y1 for r in blocks[-1]) <= loose:
            blocks[-1].append(run)
        else:
            blocks.append([run])
    return blocks


def divide_items(blocks: Iterable[Sequence[Run]]) -> Iterator[list[Run]]:
    """Yield blocks of names divided where another item begins (指标2：, ……)."""
    for block in blocks:
        item: list[Run] = []
        for run in block:
            if item and is_item(run.text):
                yield item
                item = []
            item.append(run)
        yield item


def looseness(runs: Sequence[Run], em: float) -> float:
    """Return the gap from which two lines of a column are of different rows: well above that of wrapped lines."""
    ordered = sorted(runs, key=lambda run: run.box.y0)
    gaps = [b.box.y0 - a.box.y1 for a, b in itertools.pairwise(ordered)]
    tight = [gap for gap in gaps if gap < 0.8 * em]
    return max(0.35 * em, 1.6 * min(tight) + 1.0) if tight else LOOSE * em


def whole_figures(runs: Sequence[Run]) -> list[Run]:
    """Return the numbers of a column, those that wrap behind their point as one."""
    found: list[Run] = []
    for run in sorted(runs, key=lambda r: r.box.y0):
        last = found[-1] if found else None
        torn = last is not None and (last.text.endswith(".") or run.text.startswith("."))
        if last and torn and run.box.y0 - last.box.y1 < run.box.height:
            found[-1] = Run(last.text + run.text, last.box.union(run.box))
        else:
            found.append(run)
    return found


def beside_no_row(runs: Sequence[Run], middles: Sequence[float], em: float, *, hang: bool) -> list[Run]:
    """Return the lines of names that belong to no row whose middle is known.

    A name stands about the middle of its row, with as many lines above it as below, or hangs from its top; lines that
    follow each other closely from there on belong to it too.
    """
    ordered = sorted(runs, key=lambda run: run.middle)
    close = _close_lines(ordered, em)
    taken: set[int] = set()
    for middle in middles:
        block = _core(ordered, middle, em, close)
        while block is not None:
            taken.update(id(run) for run in ordered if block.y0 <= run.middle <= block.y1)
            below = _next_line(ordered, taken, block.y1, 1, close)
            begun = any(is_item(run.text) for run in ordered if block.y0 <= run.middle <= block.y1)
            above = below if hang else None if begun else _next_line(ordered, taken, block.y0, -1, close)
            block = block.union(above.box).union(below.box) if above and below else None
    return [run for run in ordered if id(run) not in taken]


CORE = 0.9
"""Heights of a line between the middle of a row and that of the nearest line of its name, or of the two about it."""

NEXT_LINE, OPEN_LINES = 0.8, 1.2
"""Heights of a line between two lines of one name at most, where lines are set close and where they are set wide."""


def _close_lines(lines: Sequence[Run], em: float) -> float:
    """Return the gap, in points, up to which two lines of names are of one: as wide as the least of their column."""
    least = min((b.box.y0 - a.box.y1 for a, b in itertools.pairwise(lines)), default=0.0)
    return max(NEXT_LINE * em, min(1.3 * least, OPEN_LINES * em))


def _core(lines: Sequence[Run], middle: float, em: float, close: float) -> Box | None:
    """Return the line in the middle of a row, or the two lines about it, whichever stand more in the middle."""
    blocks = [line.box for line in lines]
    blocks += [
        a.box.union(b.box) for a, b in itertools.pairwise(lines) if b.box.y0 - a.box.y1 < close and not is_item(b.text)
    ]
    near = [box for box in blocks if abs(box.center[1] - middle) < CORE * em]
    return min(near, key=lambda box: abs(box.center[1] - middle), default=None)


def _next_line(runs: Sequence[Run], taken: set[int], at: float, side: int, close: float) -> Run | None:
    """Return the line that follows closely above (side -1) or below (1) a height, in points."""
    free = [r for r in runs if id(r) not in taken and not (side > 0 and is_item(r.text))]
    ends = [(side * ((run.box.y1 if side < 0 else run.box.y0) - at), run) for run in free]
    near = [(gap, run) for gap, run in ends if -0.4 * close < gap < close]
    return min(near, key=lambda item: item[0])[1] if near else None
