"""Rulings that a fold has wiped or a weak print has broken, closed where no merged cell explains the gap.

Lengths are points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.ingest.scan.rulings.sides import AT_CORNER, CLEAN_SIDE, PARTLY
from pipeline.ingest.scan.rulings.stretches import SAME, TOUCH, Profile, Stretch, crossings, join_two

EXACT = 2.2
"""How far a ruling that ends at a merged cell may end from the ruling that closes the cell."""

REMAINS = 40.0
"""Points of a gap at most that is closed because parts of the ruling are left in it."""

STRAY_INK = 0.06
"""Share of a cell's part of an unprinted gap in which ink may lie, for noise."""

LONGEST_GAP = 0.7
"""Length of a gap at most, in lengths of what is printed on both sides of it."""


def close_both(
    one: Sequence[Stretch], other: Sequence[Stretch], profile_one: Profile, profile_other: Profile
) -> tuple[list[Stretch], list[Stretch]]:
    """Close the breaks of both directions, each in the light of the other's closed rulings.

    One fold may wipe a ruling and the one that it ends at; what ends at a merged cell would seem to end in the open.
    """
    tentative = close_breaks(other, one, profile_other)
    closed = close_breaks(one, tentative, profile_one)
    return closed, close_breaks(other, closed, profile_other)


def close_breaks(stretches: Sequence[Stretch], others: Sequence[Stretch], profile: Profile) -> list[Stretch]:
    """Join pieces of one line over a gap that no merged cell explains: an end that faces the gap lies in the open.

    The gap must be clean: text that runs through it belongs to a merged cell.
    """
    closed: list[Stretch] = []
    for piece in sorted(stretches, key=lambda s: s.start):
        before = next((i for i, other in enumerate(closed) if _in_line(other, piece)), None)
        whole = _close_gap(closed[before], piece, others, profile) if before is not None else None
        if before is not None and whole is not None:
            closed[before] = whole
        else:
            closed.append(piece)
    return sorted(closed, key=lambda s: (s.at, s.start))


def _close_gap(left: Stretch, right: Stretch, others: Sequence[Stretch], profile: Profile) -> Stretch | None:
    """Join two pieces of a line if remains of the ruling lie in their gap, or if a fold has wiped it; else None."""
    gap, whole = (left.end, right.start), join_two(left, right)
    if gap[1] - gap[0] <= REMAINS and partly_printed(whole, *gap, profile):
        return whole
    if _between_rulings(left, right, others) and not _ended_at(whole.at, gap, others):
        return None
    if (gap[1] - gap[0] <= REMAINS and partly_printed(whole, *gap, profile, 0.0)) or _clear(
        whole, *gap, others, profile
    ):
        return replace(whole, gaps=(*whole.gaps, gap))
    return None


def _in_line(left: Stretch, right: Stretch) -> bool:
    gap = right.start - left.end
    return abs(left.at - right.at) <= SAME / 2 and 0 <= gap <= LONGEST_GAP * (left.length + right.length)


def _between_rulings(left: Stretch, right: Stretch, others: Sequence[Stretch]) -> bool:
    """Tell whether both ends that face the gap lie on rulings across, as at a merged cell."""
    return _ends_on(left.end, left.at, others) and _ends_on(right.start, right.at, others)


def _ended_at(at: float, gap: tuple[float, float], others: Sequence[Stretch]) -> bool:
    """Tell whether a ruling across ends inside the gap at the very line: it was printed there."""
    inside = (o for o in others if gap[0] + TOUCH < o.at < gap[1] - TOUCH)
    return any(min(abs(o.start - at), abs(o.end - at)) <= EXACT for o in inside)


def _ends_on(end: float, at: float, others: Sequence[Stretch]) -> bool:
    return any(abs(o.at - end) <= EXACT and o.start - TOUCH <= at <= o.end + TOUCH for o in others)


def partly_printed(whole: Stretch, start: float, end: float, profile: Profile, least: float = PARTLY) -> bool:
    """Tell whether remains of the ruling lie in a gap, at least that share of it, and nothing else does."""
    printed, crowded, _ = profile(whole).shares(whole.start, start, end)
    return printed >= least and crowded <= CLEAN_SIDE / 2


def _clear(whole: Stretch, start: float, end: float, others: Sequence[Stretch], profile: Profile) -> bool:
    """Tell whether no text runs over the line between two places: hardly any ink on each cell's part of it."""
    look = profile(whole)
    corners = sorted({start, *(at for at in crossings(whole, others) if start < at < end), end})
    parts = [(low + AT_CORNER, high - AT_CORNER) for low, high in pairwise(corners) if high - low > 3 * AT_CORNER]
    return all(look.shares(whole.start, *part)[0] <= STRAY_INK for part in parts)
