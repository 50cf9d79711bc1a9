"""Traced pieces → the rulings of the page: joined, closed where they are broken, ending at each other.

Every ruling of a form begins and ends at another one, or at a rim where a page break has cut the table. A piece that
ends in the open has lost its end to a fold or a weak print and is led on to the next ruling across; a short piece that
touches none was a stroke of a character. At last each side of a cell is looked at by itself: strokes of tight print can
prolong a ruling into a merged cell.
Lengths are points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median, quantiles

from pipeline.ingest.scan.rulings.breaks import close_both, partly_printed
from pipeline.ingest.scan.rulings.corners import close_corners
from pipeline.ingest.scan.rulings.rims import open_rims
from pipeline.ingest.scan.rulings.sides import AT_CORNER, MOSTLY, PARTLY, WHOLE, keep_ruled_sides, look_at_sides, survey
from pipeline.ingest.scan.rulings.stretches import STICKS_OUT, TOUCH, Profile, Stretch, crossings, join_stretches
from pipeline.models import Ruling

STRAY = 60.0
"""Pieces shorter than this that do not reach another ruling at both ends are strokes."""

LED_ON = 0.4
"""Share of the way to the next ruling that must be printed for the rest to be put in; less was drawn too far."""


def settle_rulings(
    lying: Sequence[Stretch], standing: Sequence[Stretch], profile_lying: Profile, profile_standing: Profile
) -> tuple[tuple[Ruling, ...], tuple[float, ...], bool]:
    """Return the page's rulings from the traced pieces of both directions, the spread of each, and whether they are
    printed throughout."""
    hs, vs = join_stretches(lying), join_stretches(standing)
    hs, vs = _anchored(hs, vs), _anchored(vs, hs)
    vs, hs = close_both(vs, hs, profile_standing, profile_lying)
    hs, vs = close_corners(hs, vs, profile_lying, profile_standing)
    rims_h, rims_v = open_rims(vs, hs), open_rims(hs, vs)
    for _ in range(2):
        hs, vs = drop_strays(hs, vs + rims_v), drop_strays(vs, hs + rims_h)
        reached = [_reach(h, vs + rims_v, profile_lying) for h in hs]
        vs = [_reach(v, hs + rims_h, profile_standing) for v in vs]
        hs, vs = join_stretches(reached), join_stretches(vs)
    sides = [side for h in hs for side in look_at_sides(h, vs, profile_lying)]
    sides += [side for v in vs for side in look_at_sides(v, hs, profile_standing)]
    whole = len(sides) > 1 and quantiles((side.printed for side in sides), n=4)[0] >= WHOLE
    least = MOSTLY if whole else PARTLY
    if not whole:
        hs, vs = survey(hs, vs, profile_lying), survey(vs, hs, profile_standing)
    usual = 1.0 if whole or not sides else median(side.printed for side in sides)
    hs = [part for h in hs for part in keep_ruled_sides(h, look_at_sides(h, vs, profile_lying), least, usual)]
    vs = [part for v in vs for part in keep_ruled_sides(v, look_at_sides(v, hs, profile_standing), least, usual)]
    hs, vs = drop_strays(hs, vs + rims_v, strict=True), drop_strays(vs, hs + rims_h, strict=True)
    whole = whole and not any(side.is_remains for side in sides)
    rulings = [Ruling(h.start, h.at, h.end, h.at) for h in hs] + [Ruling(v.at, v.start, v.at, v.end) for v in vs]
    return tuple(rulings), tuple(s.spread for s in (*hs, *vs)), whole


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
        if not partly_printed(longer, min(end, goal) + AT_CORNER, max(end, goal) - AT_CORNER, profile):
            break
        stretch = longer
    return stretch
