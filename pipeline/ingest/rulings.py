"""Traced pieces → the rulings of the page: joined, closed where they are broken, ending at each other.

Every ruling of a form begins and ends at another one. A piece that ends in the open has lost its end to a fold or a
weak print and is led on to the next ruling across; a short piece that touches none was a stroke of a character. At
last each side of a cell is looked at by itself: strokes of tight print can prolong a ruling into a merged cell.
Lengths are points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

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

BREAK = 30.0
"""Gaps up to this are closed where an end that faces the gap lies on no ruling: a fold, a weak print."""

LED_ON = 0.4
"""Share of the way to the next ruling that must be printed for the rest to be put in; less was drawn too far."""


WHOLE = 0.95
"""Share of a cell's side that is printed where it is surely ruled, whatever stands beside it."""

PARTLY = 0.45
"""Share of a side that is printed where it is a faint or broken ruling; nothing else may stand close to it then."""

CLEAN_SIDE = 0.3
"""Share of a faint side along which other ink may stand close to it."""

AT_CORNER = 1.5
"""Points at either end of a side that are not looked at: the ruling across is there."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A straight piece: its position across and its extent along."""

    at: float
    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start


Profile = Callable[[Stretch], tuple[Sequence[float], Sequence[float], float]]
"""Stretch → along it, whether it is printed and whether other ink stands close (1 or 0), and samples per point."""


def settle_rulings(
    lying: Sequence[Stretch], standing: Sequence[Stretch], profile_lying: Profile, profile_standing: Profile
) -> tuple[Ruling, ...]:
    """Return the page's rulings from the traced pieces of both directions."""
    hs, vs = join_stretches(lying), join_stretches(standing)
    hs, vs = close_breaks(hs, vs), close_breaks(vs, hs)
    for _ in range(2):
        hs, vs = drop_strays(hs, vs), drop_strays(vs, hs)
        hs, vs = [_reach(h, vs) for h in hs], [_reach(v, hs) for v in vs]
        hs, vs = join_stretches(hs), join_stretches(vs)
    hs = [part for h in hs for part in keep_printed_sides(h, vs, profile_lying)]
    vs = [part for v in vs for part in keep_printed_sides(v, hs, profile_standing)]
    hs, vs = drop_strays(hs, vs), drop_strays(vs, hs)
    rulings = [Ruling(h.start, h.at, h.end, h.at) for h in hs] + [Ruling(v.at, v.start, v.at, v.end) for v in vs]
    return tuple(rulings)


def keep_printed_sides(stretch: Stretch, others: Sequence[Stretch], profile: Profile) -> list[Stretch]:
    """Cut a ruling where one of the sides that it gives to cells is not printed."""
    corners = sorted({stretch.start, *crossings(stretch, others, 0.5), stretch.end})
    printed, crowded, density = profile(stretch)
    kept: list[Stretch] = []
    for start, end in zip(corners, corners[1:], strict=False):
        first, last = round((start + AT_CORNER - stretch.start) * density), round((end - AT_CORNER - stretch.start) * density)
        if last > first and not _printed_side(_mean(printed[first:last]), _mean(crowded[first:last])):
            continue
        if kept and kept[-1].end == start:
            start = kept.pop().start
        kept.append(Stretch(stretch.at, start, end))
    return kept


def _mean(values: Sequence[float]) -> float:
    return float(sum(values) / max(1, len(values)))


def _printed_side(printed: float, crowded: float) -> bool:
    return printed >= WHOLE or (printed >= PARTLY and crowded <= CLEAN_SIDE)


def join_stretches(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Join pieces that lie on one line and overlap or nearly meet; a doubled line becomes one in the middle."""
    joined: list[Stretch] = []
    for piece in sorted(stretches, key=lambda s: -s.length):
        while (i := next((i for i, other in enumerate(joined) if _same_line(piece, other)), None)) is not None:
            piece = _join(piece, joined.pop(i))
        joined.append(piece)
    return sorted(joined, key=lambda s: (s.at, s.start))


def _same_line(a: Stretch, b: Stretch) -> bool:
    return abs(a.at - b.at) <= SAME and max(a.start, b.start) - min(a.end, b.end) <= GAP


def _join(a: Stretch, b: Stretch) -> Stretch:
    at = (a.at * a.length + b.at * b.length) / max(a.length + b.length, 1e-9)
    return Stretch(at, min(a.start, b.start), max(a.end, b.end))


def close_breaks(stretches: Sequence[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    """Join pieces of one line over a gap that no merged cell explains: one of the facing ends lies in the open."""
    closed: list[Stretch] = []
    for piece in sorted(stretches, key=lambda s: s.start):
        before = next((i for i, other in enumerate(closed) if _broken(other, piece, others)), None)
        if before is not None:
            piece = _join(closed.pop(before), piece)
        closed.append(piece)
    return sorted(closed, key=lambda s: (s.at, s.start))


def _broken(left: Stretch, right: Stretch, others: Sequence[Stretch]) -> bool:
    if abs(left.at - right.at) > SAME / 2 or not 0 <= right.start - left.end <= BREAK:
        return False
    return not (_ends_on(left.end, left.at, others) and _ends_on(right.start, right.at, others))


def _ends_on(end: float, at: float, others: Sequence[Stretch]) -> bool:
    return any(abs(o.at - end) <= TOUCH and o.start - TOUCH <= at <= o.end + TOUCH for o in others)


def crossings(stretch: Stretch, others: Sequence[Stretch], touch: float = TOUCH) -> list[float]:
    """Return where the stretch meets rulings of the other direction, in order along it."""
    return sorted(
        o.at
        for o in others
        if stretch.start - touch <= o.at <= stretch.end + touch and o.start - touch <= stretch.at <= o.end + touch
    )


def drop_strays(stretches: Sequence[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    """Leave out what meets no other ruling, and short pieces that meet one only or stand in the open."""
    return [s for s in stretches if _rules(s, crossings(s, others))]


def _rules(stretch: Stretch, met: Sequence[float]) -> bool:
    if not met:
        return False
    if stretch.length >= STRAY:
        return True
    return len(met) > 1 and met[0] - stretch.start <= TOUCH and stretch.end - met[-1] <= TOUCH


def _reach(stretch: Stretch, others: Sequence[Stretch]) -> Stretch:
    """Let both ends lie on rulings across: cut what sticks out a little, lead on what ends in the open."""
    met = crossings(stretch, others)
    if not met:
        return stretch
    start, end = _settle_end(stretch, others, met[0], -1), _settle_end(stretch, others, met[-1], 1)
    return replace(stretch, start=start, end=end)


def _settle_end(stretch: Stretch, others: Sequence[Stretch], last: float, sign: int) -> float:
    """Return where the end in direction `sign` (-1 start, 1 end) should be; `last` is the outermost crossing there."""
    end = stretch.start if sign < 0 else stretch.end
    if (end - last) * sign <= STICKS_OUT:
        return last
    ahead = [o.at for o in others if (o.at - end) * sign > 0 and o.start - TOUCH <= stretch.at <= o.end + TOUCH]
    if not ahead:
        return end
    goal = min(ahead, key=lambda at: abs(at - end))
    return goal if abs(end - last) >= LED_ON * abs(goal - last) else last
