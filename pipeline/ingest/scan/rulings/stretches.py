"""Straight pieces of rulings, and what is common to all that is done with them. Lengths are points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

SAME = 3.2
"""Pieces nearer than this across are one ruling: doubled lines, and the steps of a slight slope."""

GAP = 5.0
"""Gaps up to this are closed without further evidence."""

TOUCH = 3.5
"""How far the end of a ruling may be from the ruling that it ends at."""

STICKS_OUT = 6.0
"""Ends that pass the last ruling across by no more than this were drawn too long."""


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


class Look(NamedTuple):
    """What lies along a stretch: how much up to each place is printed, how much has other ink close by, and how much
    has it above and below (sums of 1 or 0 per sample, beginning with 0), with `density` samples per point."""

    printed: Floats
    crowded: Floats
    above: Floats
    below: Floats
    density: float

    def shares(self, origin: float, start: float, end: float) -> tuple[float, float, float]:
        """Return the shares between two places that are printed, crowded, and crowded on both sides.

        `origin` is where the look begins.
        """
        printed, crowded, above, below = (share_between(sums, origin, start, end, self.density) for sums in self[:4])
        return printed, crowded, min(above, below)


Profile = Callable[[Stretch], Look]
"""What is asked along a stretch; the same stretch is asked for many times."""


def join_stretches(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Join pieces that lie on one line and overlap or nearly meet; a doubled line becomes one in the middle."""
    joined: list[Stretch] = []
    for piece in sorted(stretches, key=lambda s: -s.length):
        whole = piece
        while (i := next((i for i, other in enumerate(joined) if _same_line(whole, other)), None)) is not None:
            whole = join_two(whole, joined.pop(i))
        joined.append(whole)
    return sorted(joined, key=lambda s: (s.at, s.start))


def _same_line(a: Stretch, b: Stretch) -> bool:
    return abs(a.at - b.at) <= SAME and max(a.start, b.start) - min(a.end, b.end) <= GAP


def join_two(a: Stretch, b: Stretch) -> Stretch:
    """Return one piece for two of one line."""
    at = (a.at * a.length + b.at * b.length) / max(a.length + b.length, 1e-9)
    spread = max(abs(at - piece.at) + piece.spread for piece in (a, b))
    start, end = min(a.start, b.start), max(a.end, b.end)
    return Stretch(at, start, end, spread, max(a.slack, b.slack), tuple(dict.fromkeys((*a.gaps, *b.gaps))))


def crossings(stretch: Stretch, others: Sequence[Stretch], touch: float = TOUCH) -> list[float]:
    """Return where the stretch meets rulings of the other direction, in order along it."""
    return sorted(
        o.at
        for o in others
        if stretch.start - touch <= o.at <= stretch.end + touch and o.start - touch <= stretch.at <= o.end + touch
    )


def running_sums(values: NDArray[Any]) -> Floats:
    """Return the sums of a line's values up to each place, beginning with 0."""
    sums = np.zeros(len(values) + 1)
    np.cumsum(values, out=sums[1:])
    return sums


def share_between(sums: Floats, origin: float, start: float, end: float, density: float) -> float:
    """Return the mean of a profile between two places from its sums; `origin` is where the profile begins."""
    first = min(max(0, round((start - origin) * density)), len(sums) - 1)
    last = min(max(0, round((end - origin) * density)), len(sums) - 1)
    return float(sums[last] - sums[first]) / (last - first) if last > first else 0.0
