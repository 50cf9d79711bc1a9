"""Long dark bars that are neither print nor rulings: the rim of a paper on a dark table, the edge of a scanner's lid.

A bar is much longer than characters and thicker than a ruling. Where it frays out, its pieces look like small print;
they lie in its line, within its thickness. Everything is in pixels; `em` is the height of the page's characters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import Mask, Stats, find_blots

Flags = NDArray[np.bool_]

LONG = 6.0
"""Character heights that a bar is long at least."""

THICK = (0.25, 1.0)
"""Character heights of its thickness; a ruling is thinner."""

BESIDE = 0.2
"""Character heights to either side of a bar within which its pieces lie."""

PIECE = 4.0
"""Character heights that a piece is long at most."""


def without_bars(ink: Mask, em: float) -> Mask:
    """Return the ink without the pieces that lie in the line of a bar, wherever on the page; the bars stay."""
    blots = find_blots(ink)
    pieces = tell_pieces(blots.stats, em)
    return blots.keep(~pieces) if pieces.any() else ink


def tell_pieces(stats: Stats, em: float) -> Flags:
    """Tell of each blot whether it is a piece of a bar that another blot is."""
    x, y, w, h = (stats[:, i] for i in range(4))
    pieces = np.zeros(len(stats), dtype=np.bool_)
    short = np.maximum(w, h) <= PIECE * em
    for first, across, length in ((x, w, h), (y, h, w)):
        bars = (length >= LONG * em) & (across >= THICK[0] * em) & (across <= THICK[1] * em)
        for i in np.flatnonzero(bars):
            low, high = first[i] - BESIDE * em, first[i] + across[i] + BESIDE * em
            pieces |= short & (first >= low) & (first + across <= high)
    return pieces
