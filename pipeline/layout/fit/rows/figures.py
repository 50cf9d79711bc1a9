"""The numbers of weights and scores, one to a row, also where a narrow column wraps them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from pipeline.layout.fit.texts.runs import Run

WRAP = 1.3
"""Heights of a line that lie between two lines of one number at most: narrow columns may be set wide."""

SHARED = 0.25
"""Share of the lower one's height by which two texts overlap that stand side by side."""

SAME_LINE = 2.0
"""Points of height within which numbers stand in one line."""

_FIGURE = re.compile(r"\d+(\.\d*)?")

_AMOUNT = re.compile(r"\d[\d.,]*%?")


def whole_figures(runs: Sequence[Run], beside: Sequence[Sequence[Run]], em: float) -> list[Run]:
    """Return the numbers of a column, those that wrap as one.

    A number that wraps at its point shows it by itself; of another one, or where the point was not read, the texts
    `beside` it in each of the other columns tell: more of them stand beside both its lines, or beside one, than there
    are columns with a text of their own beside each. `em` is the height of a line in points.
    """
    found: list[Run] = []
    for run in sorted(runs, key=lambda r: r.box.y0):
        last = found[-1] if found else None
        if (
            last
            and run.middle - last.middle >= 0
            and run.box.y0 - last.box.y1 < WRAP * em
            and _goes_on(last, run, beside)
        ):
            found[-1] = Run(last.text + run.text, last.box.union(run.box))
        else:
            found.append(run)
    return found


def _goes_on(first: Run, second: Run, beside: Sequence[Sequence[Run]]) -> bool:
    """Tell whether a number goes on with what stands below it."""
    if first.text.endswith(".") or second.text.startswith("."):
        return True
    if not _FIGURE.fullmatch(first.text + second.text) or second.box.y0 < first.box.y1 - 1:
        return False
    lines = [_lines_beside(first, second, column) for column in beside]
    return lines.count(1) > lines.count(2)


def _lines_beside(first: Run, second: Run, column: Sequence[Run]) -> int:
    """Return 2 where a column has a text of its own beside each of two, 1 where it has one beside both, 0 for none."""
    near = [(_level(run, first), _level(run, second)) for run in column if _level_with_both(run, first, second)]
    upper, lower = any(a and not b for a, b in near), any(b and not a for a, b in near)
    return 2 if upper and lower else int(bool(near))


def _level_with_both(run: Run, first: Run, second: Run) -> bool:
    return run.box.y1 > first.box.y0 and run.box.y0 < second.box.y1


def _level(run: Run, other: Run) -> bool:
    """Tell whether two texts stand side by side."""
    shared = min(run.box.y1, other.box.y1) - max(run.box.y0, other.box.y0)
    return shared > SHARED * min(run.box.height, other.box.height)


def figures_beside(runs: Iterable[Run]) -> list[tuple[Run, Run]]:
    """Return each two numbers that stand beside each other in a line, nothing between them: they are of two cells."""
    lines: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: run.middle):
        if lines and run.middle - lines[-1][-1].middle < SAME_LINE:
            lines[-1].append(run)
        else:
            lines.append([run])
    return [
        (a, b)
        for line in lines
        for a, b in itertools.pairwise(sorted(line, key=lambda run: run.box.x0))
        if _AMOUNT.fullmatch(a.text) and _AMOUNT.fullmatch(b.text)
    ]
