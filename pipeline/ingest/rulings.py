"""Traced pieces → the rulings of the page: joined, closed where they are broken, ending at each other.

Every ruling of a form begins and ends at another one. A piece that ends in the open has lost its end to a fold or a
weak print and is led on to the next ruling across; a short piece that touches none was a stroke of a character. At
last each side of a cell is looked at by itself: strokes of tight print can prolong a ruling into a merged cell.
Lengths are points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import quantiles

import numpy as np
from numpy.typing import NDArray

from pipeline.models import Ruling

SAME = 3.2
"""Pieces nearer than this across are one ruling: doubled lines, and the steps of a slight slope."""

GAP = 5.0
"""Gaps up to this are closed without further evidence."""

TOUCH = 3.5
"""How far the end of a ruling may be from the ruling that it ends at."""

STRAY = 60.0
"""Pieces shorter than this that do not reach another ruling at both ends are strokes."""

STICKS_OUT = 6.0
"""Ends that pass the last ruling across by no more than this were drawn too long."""

EXACT = 2.2
"""How far a ruling that ends at a merged cell may end from the ruling that closes the cell."""

REMAINS = 40.0
"""Points of a gap at most that is closed because parts of the ruling are left in it."""

STRAY_INK = 0.06
"""Share of a cell's part of an unprinted gap in which ink may lie, for noise."""

LONGEST_GAP = 0.7
"""Length of a gap at most, in lengths of what is printed on both sides of it."""

LED_ON = 0.4
"""Share of the way to the next ruling that must be printed for the rest to be put in; less was drawn too far."""


WHOLE = 0.95
"""Share of a cell's side that is printed where it is surely ruled, whatever stands beside it."""

MOSTLY = 0.8
"""Least share of a side that is printed where the page's rulings are whole and nothing else stands close to it."""

PARTLY = 0.35
"""The same where the page's rulings are faint or broken."""

CLEAN_SIDE = 0.3
"""Share of a faint side along which other ink may stand close to it."""

ASIDE = 0.4
"""Points between the places at which a ruling that steps aside is looked for: a pixel."""

TIGHT_ROW = 20.0
"""Points of a side that a single stroke may be as long as."""

AT_END, PRINTED_END = 5.0, 0.2
"""Points at both ends of a broken side that remains of it must reach into, and the share that must be printed there."""

AT_CORNER = 1.5
"""Points at either end of a side that are not looked at: the ruling across is there."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A straight piece: its position across and its extent along.

    `spread` is how far the printed lines that it stands for lie from `at` (a doubled ruling); `slack` is how far some
    part of it may lie aside (two rulings of nearly one position); `gaps` are stretches along it that are not printed
    and were closed.
    """

    at: float
    start: float
    end: float
    spread: float = 0.0
    slack: float = 0.0
    gaps: tuple[tuple[float, float], ...] = ()

    @property
    def length(self) -> float:
        """Extent along the piece."""
        return self.end - self.start


Floats = NDArray[np.float64]

Profile = Callable[[Stretch], tuple[Floats, Floats, float]]
"""Stretch → along it, whether it is printed and whether other ink stands close (1 or 0), and samples per point."""


def settle_rulings(
    lying: Sequence[Stretch], standing: Sequence[Stretch], profile_lying: Profile, profile_standing: Profile
) -> tuple[tuple[Ruling, ...], tuple[float, ...]]:
    """Return the page's rulings from the traced pieces of both directions, and the spread of each."""
    hs, vs = join_stretches(lying), join_stretches(standing)
    hs, vs = _anchored(hs, vs), _anchored(vs, hs)
    vs, hs = close_both(vs, hs, profile_standing, profile_lying)
    for _ in range(2):
        hs, vs = drop_strays(hs, vs), drop_strays(vs, hs)
        hs, vs = [_reach(h, vs, profile_lying) for h in hs], [_reach(v, hs, profile_standing) for v in vs]
        hs, vs = join_stretches(hs), join_stretches(vs)
    sides = [side for h in hs for side in look_at_sides(h, vs, profile_lying)]
    sides += [side for v in vs for side in look_at_sides(v, hs, profile_standing)]
    whole = len(sides) > 1 and quantiles((side.printed for side in sides), n=4)[0] >= WHOLE
    least = MOSTLY if whole else PARTLY
    if not whole:
        hs, vs = survey(hs, vs, profile_lying), survey(vs, hs, profile_standing)
    hs = [part for h in hs for part in keep_ruled_sides(h, look_at_sides(h, vs, profile_lying), least)]
    vs = [part for v in vs for part in keep_ruled_sides(v, look_at_sides(v, hs, profile_standing), least)]
    hs, vs = drop_strays(hs, vs, strict=True), drop_strays(vs, hs, strict=True)
    rulings = [Ruling(h.start, h.at, h.end, h.at) for h in hs] + [Ruling(v.at, v.start, v.at, v.end) for v in vs]
    return tuple(rulings), tuple(s.spread for s in (*hs, *vs))


@dataclass(frozen=True, slots=True)
class Side:
    """The side that a ruling gives to a cell: how much of it is printed, how much has other ink close by (0 to 1).

    `bridged` tells that most of it is a gap that was closed, `aside` how far it lies from the ruling's position,
    `reaching` that it is printed close to both of its ends: the stroke of a character stands free in its row.
    """

    start: float
    end: float
    printed: float
    crowded: float
    bridged: bool
    aside: float = 0.0
    reaching: bool = True

    def ruled(self, least: float) -> bool:
        """Tell whether the side is a ruling, given how much of a side must be printed at least on this page."""
        if self.bridged or self.end - self.start <= 3 * AT_CORNER:
            return True
        return self.printed >= WHOLE or (self.printed >= least and self.crowded <= CLEAN_SIDE)


def look_at_sides(stretch: Stretch, others: Sequence[Stretch], profile: Profile) -> list[Side]:
    """Return the sides of cells that a ruling is cut into by the rulings across."""
    corners = sorted({stretch.start, *crossings(stretch, others, 0.5), stretch.end})
    looks = [_look_along(stretch, corners, aside, profile) for aside in _places_aside(stretch.slack)]
    return [_best_look(side) for side in zip(*looks, strict=True)]


def _best_look(looks: Sequence[Side]) -> Side:
    """Return the look at the ruling's own position unless the side is printed clearly better beside it."""
    own, best = looks[0], max(looks, key=lambda look: look.printed)
    return own if own.printed >= PARTLY and own.printed > best.printed / 2 else best


def _places_aside(slack: float) -> list[float]:
    """Return how far aside a ruling is looked for, its own position first."""
    steps = range(1, round(slack / ASIDE) + 2) if slack else ()
    return [0.0, *(sign * step * ASIDE for step in steps for sign in (-1, 1))]


def _look_along(stretch: Stretch, corners: Sequence[float], aside: float, profile: Profile) -> list[Side]:
    printed, crowded, density = profile(replace(stretch, at=stretch.at + aside))
    sides = []
    for start, end in pairwise(corners):
        inner = start + AT_CORNER, end - AT_CORNER
        shares = [_mean(_between(values, stretch.start, *inner, density)) for values in (printed, crowded)]
        gap = sum(max(0.0, min(high, end) - max(low, start)) for low, high in stretch.gaps)
        reaching = _reaches(printed, stretch.start, *inner, density)
        sides.append(Side(start, end, shares[0], shares[1], gap > 0.3 * (end - start), aside, reaching))
    return sides


def _reaches(printed: Floats, origin: float, start: float, end: float, density: float) -> bool:
    """Tell whether a stretch is printed near both of its ends."""
    near = min(AT_END, (end - start) / 2)
    ends = (start, start + near), (end - near, end)
    return all(_mean(_between(printed, origin, *part, density)) >= PRINTED_END for part in ends)


def keep_ruled_sides(stretch: Stretch, sides: Sequence[Side], least: float) -> list[Stretch]:
    """Cut a ruling where one of the sides that it gives to cells is not printed, and where it steps aside."""
    runs: list[list[Side]] = []
    for side in sides:
        if not side.ruled(least):
            continue
        if runs and runs[-1][-1].end == side.start and runs[-1][-1].aside == side.aside:
            runs[-1].append(side)
        else:
            runs.append([side])
    return [
        replace(stretch, at=stretch.at + run[0].aside, start=run[0].start, end=run[-1].end)
        for run in map(_without_strokes, runs)
        if not _stroke(run)
    ]


def _without_strokes(run: list[Side]) -> list[Side]:
    """Cut off outermost sides whose ink ends in the open: a stroke has prolonged the ruling."""
    full = [i for i, side in enumerate(run) if side.end - side.start > 3 * AT_CORNER]
    short = [i for i in full if run[i].end - run[i].start <= 1.5 * TIGHT_ROW]
    loose = [i for i in short if run[i].printed < MOSTLY and not run[i].reaching]
    if len(full) < 2:
        return run
    first = full[0] + 1 if full[0] in loose else 0
    return run[first : full[-1] if full[-1] in loose else len(run)]


def _stroke(run: Sequence[Side]) -> bool:
    """Tell whether one short side by itself is the stroke of a character that is as high as its cell."""
    side = run[0]
    return len(run) == 1 and side.end - side.start <= TIGHT_ROW and side.crowded > CLEAN_SIDE


def survey(stretches: Sequence[Stretch], others: Sequence[Stretch], profile: Profile) -> list[Stretch]:
    """Look for remains of broken rulings along their whole lines, from rim to rim of what they cross.

    Pieces too short to be traced by themselves are found so: side by side between the rulings across.
    """
    found = list(stretches)
    for stretch in stretches:
        across = [o.at for o in others if o.start - TOUCH <= stretch.at <= o.end + TOUCH]
        if len(across) < 2:
            continue
        whole = replace(stretch, start=min(*across, stretch.start), end=max(*across, stretch.end))
        for side in look_at_sides(whole, others, profile):
            remains = side.printed >= PARTLY and side.crowded <= CLEAN_SIDE / 2 and side.reaching
            if remains and side.end - side.start > 3 * AT_CORNER:
                found.append(replace(stretch, start=side.start, end=side.end))
    return join_stretches(found)


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0


def join_stretches(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Join pieces that lie on one line and overlap or nearly meet; a doubled line becomes one in the middle."""
    joined: list[Stretch] = []
    for piece in sorted(stretches, key=lambda s: -s.length):
        whole = piece
        while (i := next((i for i, other in enumerate(joined) if _same_line(whole, other)), None)) is not None:
            whole = _join(whole, joined.pop(i))
        joined.append(whole)
    return sorted(joined, key=lambda s: (s.at, s.start))


def _same_line(a: Stretch, b: Stretch) -> bool:
    return abs(a.at - b.at) <= SAME and max(a.start, b.start) - min(a.end, b.end) <= GAP


def _join(a: Stretch, b: Stretch) -> Stretch:
    at = (a.at * a.length + b.at * b.length) / max(a.length + b.length, 1e-9)
    spread = max(abs(at - piece.at) + piece.spread for piece in (a, b))
    start, end = min(a.start, b.start), max(a.end, b.end)
    return Stretch(at, start, end, spread, max(a.slack, b.slack), tuple(dict.fromkeys((*a.gaps, *b.gaps))))


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
    gap, whole = (left.end, right.start), _join(left, right)
    if gap[1] - gap[0] <= REMAINS and _partly_printed(whole, *gap, profile):
        return whole
    if _between_rulings(left, right, others):
        return None
    if (gap[1] - gap[0] <= REMAINS and _partly_printed(whole, *gap, profile, 0.0)) or _clear(
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


def _ends_on(end: float, at: float, others: Sequence[Stretch]) -> bool:
    return any(abs(o.at - end) <= EXACT and o.start - TOUCH <= at <= o.end + TOUCH for o in others)


def _partly_printed(whole: Stretch, start: float, end: float, profile: Profile, least: float = PARTLY) -> bool:
    """Tell whether remains of the ruling lie in a gap, at least that share of it, and nothing else does."""
    printed, crowded, density = profile(whole)
    shares = [_mean(_between(values, whole.start, start, end, density)) for values in (printed, crowded)]
    return shares[0] >= least and shares[1] <= CLEAN_SIDE / 2


def _clear(whole: Stretch, start: float, end: float, others: Sequence[Stretch], profile: Profile) -> bool:
    """Tell whether no text runs over the line between two places: hardly any ink on each cell's part of it."""
    printed, _, density = profile(whole)
    corners = sorted({start, *(at for at in crossings(whole, others) if start < at < end), end})
    parts = [(low + AT_CORNER, high - AT_CORNER) for low, high in pairwise(corners) if high - low > 3 * AT_CORNER]
    return all(_mean(_between(printed, whole.start, *part, density)) <= STRAY_INK for part in parts)


def _between(values: Floats, origin: float, start: float, end: float, density: float) -> Floats:
    return values[max(0, round((start - origin) * density)) : max(0, round((end - origin) * density))]


def crossings(stretch: Stretch, others: Sequence[Stretch], touch: float = TOUCH) -> list[float]:
    """Return where the stretch meets rulings of the other direction, in order along it."""
    return sorted(
        o.at
        for o in others
        if stretch.start - touch <= o.at <= stretch.end + touch and o.start - touch <= stretch.at <= o.end + touch
    )


def drop_strays(stretches: Sequence[Stretch], others: Sequence[Stretch], strict: bool = False) -> list[Stretch]:
    """Leave out what meets no other ruling, and short pieces that meet one only.

    `strict` leaves out short pieces that do not end at rulings, too; before the sides are looked at, strokes of
    characters may still prolong them.
    """
    return [s for s in stretches if _rules(s, crossings(s, others), strict)]


def _rules(stretch: Stretch, met: Sequence[float], strict: bool) -> bool:
    if not met:
        return False
    if stretch.length >= STRAY:
        return True
    ends = met[0] - stretch.start <= TOUCH and stretch.end - met[-1] <= TOUCH
    return len(met) > 1 and (ends or not strict)


def _anchored(stretches: Sequence[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    """Leave out strokes that meet no long piece: those of titles stand in line with the rulings below them.

    No character is half as wide as `STRAY`: a longer piece that meets nothing is what is left of a broken ruling.
    """
    long = [other for other in others if other.length >= STRAY / 2]
    return [s for s in stretches if s.length >= STRAY / 2 or crossings(s, long)]


def _reach(stretch: Stretch, others: Sequence[Stretch], profile: Profile) -> Stretch:
    """Let both ends lie on rulings across: cut what sticks out a little, lead on what ends in the open."""
    met = crossings(stretch, others)
    if not met:
        return stretch
    start, end = _settle_end(stretch, others, met[0], -1), _settle_end(stretch, others, met[-1], 1)
    stretch = replace(stretch, start=start, end=end)
    return _follow(_follow(stretch, others, profile, -1), others, profile, 1)


def _settle_end(stretch: Stretch, others: Sequence[Stretch], last: float, sign: int) -> float:
    """Return where the end in direction `sign` (-1 start, 1 end) should be; `last` is the outermost crossing there."""
    end = stretch.start if sign < 0 else stretch.end
    if (end - last) * sign <= STICKS_OUT:
        return last
    goal = _next_across(stretch, others, end, sign)
    if goal is None:
        return end
    return goal if abs(end - last) >= LED_ON * abs(goal - last) else last


def _next_across(stretch: Stretch, others: Sequence[Stretch], end: float, sign: int) -> float | None:
    """Return the nearest ruling across that lies ahead of an end, or None at the rim of the table."""
    ahead = [o.at for o in others if (o.at - end) * sign > TOUCH and o.start - TOUCH <= stretch.at <= o.end + TOUCH]
    return min(ahead, key=lambda at: abs(at - end)) if ahead else None


def _follow(stretch: Stretch, others: Sequence[Stretch], profile: Profile, sign: int) -> Stretch:
    """Lead a ruling on from side to side as long as remains of it are printed there and nothing else stands by."""
    while (goal := _next_across(stretch, others, stretch.start if sign < 0 else stretch.end, sign)) is not None:
        longer = replace(stretch, start=min(stretch.start, goal), end=max(stretch.end, goal))
        end = stretch.start if sign < 0 else stretch.end
        if not _partly_printed(longer, min(end, goal) + AT_CORNER, max(end, goal) - AT_CORNER, profile):
            break
        stretch = longer
    return stretch
