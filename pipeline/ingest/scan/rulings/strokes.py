"""Lines that strokes of characters make that stand one below the other: numbers of as many digits in several rows.

Of such a line a digit or the two dots of a colon stand at one height in each row. Of a dotted ruling more pieces lie in
a row, and dashes lie otherwise in each. Lengths are points.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import Stats
from pipeline.models import Ruling

Floats = NDArray[np.float64]

CHARACTER = 12.0
"""Extent of a character at most."""

PIECES = 2
"""Pieces of a character on a line at most: a colon has two."""

ALIKE = 0.8
"""Points by which what stands in one row begins, or ends, otherwise than in the next at most."""

NEAR = 0.5
"""Points from a line within which a piece lies on it."""

CROSSING = 1.5
"""Points from a ruling across within which a piece belongs to it."""


def are_strokes(line: Ruling, blots: Stats, rulings: Sequence[Ruling], unit: float) -> bool:
    """Tell whether a broken line is made of characters that stand in rows of their own.

    `blots` are those of the page's ink in pixels, `rulings` the page's, `unit` is pixels per point.
    """
    starts, ends = _pieces(line, blots, unit)
    at, start, end = (line.y0, line.x0, line.x1) if line.horizontal else (line.x0, line.y0, line.y1)
    across = (_turned(r) if line.horizontal else r for r in rulings if r.horizontal != line.horizontal)
    crossed = [r.y0 for r in across if r.x0 - NEAR <= at <= r.x1 + NEAR]
    first = max((place for place in crossed if place <= start + CROSSING), default=start)
    last = min((place for place in crossed if place >= end - CROSSING), default=end)
    places = {first, last, *(place for place in crossed if first < place < last)}
    own = np.array(
        [
            all(b < place - CROSSING or a > place + CROSSING for place in places)
            for a, b in zip(starts, ends, strict=True)
        ],
        dtype=np.bool_,
    )
    starts, ends = starts[own], ends[own]
    spans: list[tuple[float, float]] = []
    for top, bottom in pairwise(sorted(places)):
        inside = (starts >= top - CROSSING) & (ends <= bottom + CROSSING)
        if not inside.any():
            continue
        low, high = float(starts[inside].min()), float(ends[inside].max())
        if inside.sum() > PIECES or high - low > CHARACTER:
            return False
        spans.append((low - (top + bottom) / 2, high - (top + bottom) / 2))
    return len(spans) > 1 and float(np.ptp(np.array(spans), axis=0).min()) <= ALIKE


def _turned(ruling: Ruling) -> Ruling:
    return Ruling(ruling.y0, ruling.x0, ruling.y1, ruling.x1)


def _pieces(line: Ruling, blots: Stats, unit: float) -> tuple[Floats, Floats]:
    """Return where the blots on a line begin and end along it."""
    at, start, end = (line.y0, line.x0, line.x1) if line.horizontal else (line.x0, line.y0, line.y1)
    along, aside = (0, 1) if line.horizontal else (1, 0)
    first, size = blots[:, along] / unit, blots[:, along + 2] / unit
    low, high = blots[:, aside] / unit, (blots[:, aside] + blots[:, aside + 2]) / unit
    on_line = (low - NEAR <= at) & (at <= high + NEAR) & (first >= start - 1) & (first + size <= end + 1)
    on_line &= high - low <= CHARACTER
    return first[on_line], (first + size)[on_line]
