"""Candidates that are no lines: the flanks of clearer ones, and gaps inside print.

Lengths are points where no pixels are named; `unit` is pixels per point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.geometry.blots import Mask
from pipeline.models import Origin

THICKEST = 3.0
"""Points of thickness of a candidate at most."""

NEAR = 2.5
"""Points across within which two lines are one."""

DRAWN = 0.8
"""Points to either side of a firm ruling that are its own."""

CLOSE, CROWDED = 4.5, 0.4
"""Points within which print stands close beside a short line on both sides, and share of its length along which it does
where the line is a gap inside it."""

CLEARER = 1.5
"""Contrast of a white line in that of dark lines beside it, from which these are its flanks and not it theirs."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A straight line: position across, extent along, contrast in grey levels averaged along it.

    `white` is a line that is brighter than the shaded areas on both its sides.
    """

    at: float
    start: float
    end: float
    contrast: float
    origin: Origin
    white: bool = False

    @property
    def length(self) -> float:
        """Extent along the line."""
        return self.end - self.start


def without_flanks(dark: Sequence[Candidate], white: Sequence[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
    """Return dark and white lines without those that are flanks of the others.

    A picture that was sharpened or compressed shows a fainter line on either side of a clear one. Between two dark
    lines the paper is as clear as they are.
    """
    clear = [line for line in white if not lies_beside(line, [d for d in dark if line.contrast < CLEARER * d.contrast])]
    flanked = [
        line for line in dark if not lies_beside(line, [w for w in clear if w.contrast > CLEARER * line.contrast])
    ]
    return flanked, clear


def is_gap(line: Candidate, ink: Mask, unit: float) -> bool:
    """Tell whether a short line is a gap inside print: characters stand close beside it on both sides."""
    row, first, last = (max(0, round(place * unit)) for place in (line.at, line.start, line.end))
    reach, middle = round(CLOSE * unit), round(DRAWN * unit) + 1
    above, below = ink[max(0, row - reach) : max(0, row - middle)], ink[row + middle : row + reach]
    beside = [part[:, first:last].any(axis=0) for part in (above, below)]
    return bool(last > first) and float(np.mean(beside[0] & beside[1])) >= CROWDED


def lies_beside(line: Candidate, others: Sequence[Candidate]) -> bool:
    """Tell whether most of a line lies beside others: the flanks of a line are no lines of their own."""
    shared = sum(
        max(0.0, min(other.end, line.end) - max(other.start, line.start))
        for other in others
        if abs(other.at - line.at) <= THICKEST + NEAR
    )
    return shared >= 0.5 * line.length
