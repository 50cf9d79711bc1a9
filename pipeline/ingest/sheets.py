"""Several pages printed side by side on one sheet → the pages, in reading order.

A sheet is cut where a gutter runs between two tables from the top of the page to the foot of the tables and nothing
crosses it, neither writing nor a line. Whether the pages hold one form or two is told by their words, later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.geometry.grid import find_grids
from pipeline.models import Box, Page, Ruling

GUTTER = 12.0
"""Least width of a gutter in points; pages that were printed have margins."""

MIDDLE = (0.35, 0.65)
"""Where a gutter may lie, in shares of the width of what is on the sheet."""

LEAST_WIDTH = 0.2
"""Share of the sheet's width that the table on either side must have."""

FREE = 0.5
"""Share of the way between the two tables that the gutter must be wide: a title above both leaves less."""

_NUMBER = re.compile(r"[-—–－·第]*(\d{1,3})[-—–－·页]*")

FEWEST_CELLS = 6
"""Cells that the tables on either side must have."""


def cut_sheet(page: Page) -> tuple[Page, ...]:
    """Return the pages that stand side by side on a sheet; the page itself where there is one.

    The left one comes first, unless the page numbers printed below say otherwise, as in a booklet. They share the
    number, the frame and the size of the sheet; each has its own text and rulings.
    """
    gutter = find_gutter(page)
    if gutter is None:
        return (page,)
    left, right = _side(page, None, gutter), _side(page, gutter, None)
    numbers = _page_number(left), _page_number(right)
    turned = None not in numbers and numbers[0] == (numbers[1] or 0) + 1
    return (right, left) if turned else (left, right)


def _page_number(page: Page) -> int | None:
    """Return the number that is printed alone below the tables of a page; None where none is."""
    foot = max(max(r.y0, r.y1) for r in page.rulings)
    below = [g for g in page.glyphs if g.text.strip() and g.box.center[1] > foot]
    last = max((g.box.center[1] for g in below), default=0.0)
    line = sorted((g for g in below if last - g.box.center[1] < g.box.height / 2), key=lambda g: g.box.x0)
    found = _NUMBER.fullmatch("".join(g.text for g in line).replace(" ", ""))
    return int(found[1]) if found else None


def find_gutter(page: Page) -> float | None:
    """Return where a gutter parts two tables, in working points; None where none does."""
    if not page.placed or not page.rulings:
        return None
    ruled = [(r.x0, r.x1) for r in page.rulings]
    between = _widest_gap(ruled)
    if between is None or between[1] - between[0] < GUTTER:
        return None
    foot = max(max(r.y0, r.y1) for r in page.rulings)
    written = [(g.box.x0, g.box.x1) for g in page.glyphs if g.text.strip() and g.box.center[1] <= foot]
    gap = _widest_gap(ruled + written)
    if gap is None or gap[1] - gap[0] < max(GUTTER, FREE * (between[1] - between[0])):
        return None
    gutter = (gap[0] + gap[1]) / 2
    least = LEAST_WIDTH * (max(x for _, x in ruled) - min(x for x, _ in ruled))
    sides = ([r for r in page.rulings if r.x1 <= gutter], [r for r in page.rulings if r.x0 >= gutter])
    return gutter if all(_has_table(side, least) for side in sides) else None


def _widest_gap(spans: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """Return the widest stretch about the middle that no span covers; None where there is none."""
    left, right = min(x for x, _ in spans), max(x for _, x in spans)
    low, high = (left + share * (right - left) for share in MIDDLE)
    return max(_gaps(spans, low, high), key=lambda gap: gap[1] - gap[0], default=None)


def _gaps(spans: Iterable[tuple[float, float]], low: float, high: float) -> list[tuple[float, float]]:
    """Return the stretches that no span covers and whose middle lies between two places."""
    gaps, reach = [], float("-inf")
    for start, end in sorted(spans):
        if start > reach > float("-inf") and low <= (start + reach) / 2 <= high:
            gaps.append((reach, start))
        reach = max(reach, end)
    return gaps


def _has_table(rulings: Sequence[Ruling], width: float) -> bool:
    grids = [grid for grid in find_grids(rulings) if grid.box.width >= width]
    return sum(len(grid.cells) for grid in grids) >= FEWEST_CELLS


def _side(page: Page, left: float | None, right: float | None) -> Page:
    """Return what of a page lies between two places."""

    def holds(box: Box) -> bool:
        """Tell whether the middle of a box lies on this side."""
        x = box.center[0]
        return (left is None or x >= left) and (right is None or x < right)

    def ruled(rulings: tuple[Ruling, ...]) -> tuple[Ruling, ...]:
        """Return the rulings of this side."""
        return tuple(r for r in rulings if holds(Box(r.x0, r.y0, r.x1, r.y1)))

    return replace(
        page,
        glyphs=tuple(g for g in page.glyphs if holds(g.box)),
        rulings=ruled(page.rulings),
        candidates=ruled(page.candidates),
        overlays=tuple(g for g in page.overlays if holds(g.box)),
        issues=page.issues if left is None else (),
    )
