"""The lines of one column as texts: what stands on one line, what follows closely, and what belongs to no row."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from pipeline.layout.fit.texts.runs import Run, is_item
from pipeline.layout.regions import bounding_box
from pipeline.models import Box

LOOSE = 0.5
"""Heights of a line up to which a gap belongs to one block of text."""


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
