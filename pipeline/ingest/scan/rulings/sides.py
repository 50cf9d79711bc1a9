"""The sides that a ruling gives to cells: whether each is printed, or strokes of tight text only prolong the ruling.

Lengths are points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from pipeline.ingest.scan.rulings.stretches import (
    TOUCH,
    Floats,
    Profile,
    Stretch,
    crossings,
    join_stretches,
    share_between,
)

WHOLE = 0.95
"""Share of a cell's side that is printed where it is surely ruled, whatever stands beside it."""

MOSTLY = 0.8
"""Least share of a side that is printed where the page's rulings are whole and nothing else stands close to it."""

PARTLY = 0.35
"""The same where the page's rulings are faint or broken."""

CLEAN_SIDE = 0.3
"""Share of a faint side along which other ink may stand close to it."""

HEMMED, CROWDED = 0.5, 0.85
"""Share of a low side with ink on both of its sides, or on any, above which it is the stroke of a character."""

LONGER_THAN_STROKES = 25.0
"""Points from which a side is longer than any stroke or dash."""

REMAINS = 0.1
"""Least share of a side that is printed where a part of a ruling is left; of a side that was never ruled less is."""

AS_USUAL = 0.9
"""Share of what is usually printed of the page's broken rulings, from which a crowded side is one of them."""

ASIDE = 0.4
"""Points between the places at which a ruling that steps aside is looked for: a pixel."""

TIGHT_ROW = 20.0
"""Points of a side that a single stroke may be as long as."""

BRIDGED = 0.3
"""Share of a side that a closed gap takes, from which the rest of it says nothing any more."""

AT_END, PRINTED_END = 5.0, 0.2
"""Points at both ends of a broken side that remains of it must reach into, and the share that must be printed there."""

ALONE = 0.05
"""Share of a side along which other ink may stand close where no character does; a stroke has others beside it."""

AT_CORNER = 1.5
"""Points at either end of a side that are not looked at: the ruling across is there."""


@dataclass(frozen=True, slots=True)
class Side:
    """The side that a ruling gives to a cell: how much of it is printed, how much has other ink close by (0 to 1).

    `bridged` tells that a gap that was closed takes much of it (a smaller one does not count as not printed), `aside`
    how far it lies from the ruling's position, `reaching` that it is printed close to both of its ends: the stroke of a
    character stands free in its row. `hemmed` is how much has other ink on the side that has less.
    """

    start: float
    end: float
    printed: float
    crowded: float
    bridged: bool
    aside: float = 0.0
    reaching: bool = True
    hemmed: float = 0.0

    @property
    def length(self) -> float:
        """Extent along the side."""
        return self.end - self.start

    @property
    def is_stroke(self) -> bool:
        """Whether the stroke of a character may be all that is printed: as high as its row, in the midst of ink."""
        return self.length <= TIGHT_ROW and (self.hemmed > HEMMED or self.crowded > CROWDED)

    @property
    def is_remains(self) -> bool:
        """Whether a part of a ruling is left of the side: longer than a stroke, with nothing else near."""
        return REMAINS <= self.printed < MOSTLY and self.length >= LONGER_THAN_STROKES and self.crowded <= ALONE

    def ruled(self, least: float, usual: float = 1.0) -> bool:
        """Tell whether the side is a ruling, given how much of a side must be printed at least on this page.

        `usual` is how much of the page's dotted or dashed rulings is printed.
        """
        if self.bridged or self.length <= 3 * AT_CORNER:
            return True
        if self.is_stroke:
            return False
        if self.printed >= WHOLE or (self.printed >= least and self.crowded <= CLEAN_SIDE):
            return True
        if self.length < LONGER_THAN_STROKES:
            return False
        remains = self.printed >= PARTLY and self.crowded <= ALONE
        broken = usual < WHOLE and self.printed >= AS_USUAL * usual
        return remains or (broken and self.crowded <= CROWDED)


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
    look = profile(replace(stretch, at=stretch.at + aside))
    sides = []
    for start, end in pairwise(corners):
        inner = start + AT_CORNER, end - AT_CORNER
        printed, crowded, hemmed = look.shares(stretch.start, *inner)
        closed = sum(max(0.0, min(high, end) - max(low, start)) for low, high in stretch.gaps) / max(end - start, 1e-9)
        bridged = closed > BRIDGED
        shown = printed if bridged else min(1.0, printed / (1.0 - closed))
        reaching = closed > 0.0 or _reaches(look.printed, stretch.start, *inner, look.density)
        sides.append(Side(start, end, shown, crowded, bridged, aside, reaching, hemmed))
    return sides


def _reaches(printed: Floats, origin: float, start: float, end: float, density: float) -> bool:
    """Tell whether a stretch is printed near both of its ends."""
    near = min(AT_END, (end - start) / 2)
    ends = (start, start + near), (end - near, end)
    return all(share_between(printed, origin, *part, density) >= PRINTED_END for part in ends)


def keep_ruled_sides(stretch: Stretch, sides: Sequence[Side], least: float, usual: float = 1.0) -> list[Stretch]:
    """Cut a ruling where one of the sides that it gives to cells is not printed, and where it steps aside.

    `least` and `usual` are what `Side.ruled` takes.
    """
    runs: list[list[Side]] = []
    ruled = _with_crowded([side.ruled(least, usual) for side in sides], sides, usual)
    for i, side in enumerate(sides):
        between = 0 < i < len(sides) - 1 and ruled[i - 1] and ruled[i + 1]
        if not (ruled[i] or (between and (side.printed >= WHOLE or (side.is_remains and side.reaching)))):
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


def _with_crowded(ruled: Sequence[bool], sides: Sequence[Side], usual: float) -> list[bool]:
    """Return what is ruled, sides in a row between ruled ones, too, that print stands by on one side only.

    A stroke of tight print may be as high as its row; that the strokes of several rows lie in one line with a ruling
    above and below, nothing before them, does not happen.
    """
    told, least = list(ruled), WHOLE if usual >= WHOLE else AS_USUAL * usual
    for whole, group in groupby(range(len(sides)), key=lambda i: ruled[i]):
        places = list(group)
        inside = places[0] > 0 and places[-1] < len(sides) - 1
        if not whole and inside and all(sides[i].printed >= least and sides[i].hemmed <= ALONE for i in places):
            told[places[0] : places[-1] + 1] = [True] * len(places)
    return told


def _without_strokes(run: list[Side]) -> list[Side]:
    """Cut off outermost sides whose ink ends in the open: a stroke has prolonged the ruling."""
    full = [i for i, side in enumerate(run) if side.end - side.start > 3 * AT_CORNER]
    short = [i for i in full if run[i].end - run[i].start <= 1.5 * TIGHT_ROW]
    loose = [i for i in short if run[i].printed < MOSTLY and not run[i].reaching and run[i].crowded > ALONE]
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
