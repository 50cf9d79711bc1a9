"""The open rims of tables that a page break has cut: their rulings end in the open there, all at one level.

Browsers and some word processors print the last ruling of a page on neither page. Lengths are points.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipeline.ingest.scan.rulings.stretches import STICKS_OUT, TOUCH, Stretch, crossings

LEVEL = 2.0
"""How far apart neighbouring ends at one rim may lie along the rulings."""

FEWEST = 3
"""Rulings that end at an open rim at least: those of two columns."""


def open_rims(stretches: Sequence[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    """Return a line at each rim of a table at which some of the stretches end in the open; it lies among the others.

    The outermost of the stretches that end there are those at which a ruling across begins and ends, and no ruling
    lies beyond. Part of the rim may be ruled: cells that go on from the page before stand beside a new row.
    """
    return [*_rims(stretches, others, -1), *_rims(stretches, others, 1)]


def _rims(stretches: Sequence[Stretch], others: Sequence[Stretch], sign: int) -> list[Stretch]:
    """Return the rims in one direction along the stretches: -1 towards their starts, 1 towards their ends."""
    last = sorted((s for s in stretches if not _beyond(s, others, sign)), key=lambda s: _end(s, sign))
    breaks = [i for i, (a, b) in enumerate(pairwise(last), 1) if _end(b, sign) - _end(a, sign) > LEVEL]
    groups = [last[a:b] for a, b in pairwise((0, *breaks, len(last)))]
    return [
        _rim(group, sign)
        for group in groups
        if len(group) >= FEWEST and any(_loose(s, others, sign) for s in group) and _spans_table(group, others)
    ]


def _end(stretch: Stretch, sign: int) -> float:
    return stretch.start if sign < 0 else stretch.end


def _loose(stretch: Stretch, others: Sequence[Stretch], sign: int) -> bool:
    met, end = crossings(stretch, others), _end(stretch, sign)
    return bool(met) and min((end - at) * sign for at in met) > STICKS_OUT


def _beyond(stretch: Stretch, others: Sequence[Stretch], sign: int) -> bool:
    """Tell whether a ruling across lies farther out than the end of a stretch."""
    end = _end(stretch, sign)
    return any((o.at - end) * sign > TOUCH and o.start - TOUCH <= stretch.at <= o.end + TOUCH for o in others)


def _spans_table(group: Sequence[Stretch], others: Sequence[Stretch]) -> bool:
    """Tell whether a ruling across reaches from the first to the last of the group."""
    first, last = min(s.at for s in group), max(s.at for s in group)
    wide = [o for o in others if abs(o.start - first) <= TOUCH and abs(o.end - last) <= TOUCH]
    return any(crossings(s, wide) for s in group)


def _rim(group: Sequence[Stretch], sign: int) -> Stretch:
    ends = sorted(_end(s, sign) for s in group)
    return Stretch(ends[len(ends) // 2], min(s.at for s in group), max(s.at for s in group))
