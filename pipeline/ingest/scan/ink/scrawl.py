"""Strokes of a pen over a form, which are as dark as its print: ticks, wavy lines, loops over several cells.

A scrawl is one blot, longer than two characters, neither flat nor straight, with more paper in its box than any row of
characters that touch: at 100 to 300 dpi characters fill 0.27 of theirs and more, scrawls 0.24 at most. What a ruling
cuts off a scrawl goes with it. Characters that it touches may go with it, too: what stands beside one is doubted, and
so is a cell with nothing else in it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import Blots, Mask

Flags = NDArray[np.bool_]

LENGTH, LONGEST, FLAT = 2.2, 15.0, 0.4
"""Longer side of a scrawl in character heights at least and at most, and its shorter one; what is flatter is a line."""

STRAIGHT = 0.85
"""Share of its longer side that lies in one row or column, from which a blot is a ruling with what touches it."""

FILLED = 0.245
"""Share of its box that a scrawl fills at most."""

REST = 2.2
"""Longer side, in character heights, of what a ruling cuts off a scrawl at most."""

WIDTH = 4.0
"""Points of a ruling, and of the paper to its sides that goes with it, at most."""


def tell_scrawl(blots: Blots, em: float) -> Flags:
    """Tell of each blot whether it is a scrawl; `em` is the height of the page's characters in pixels."""
    stats = blots.stats
    longer, shorter = np.maximum(stats[:, 2], stats[:, 3]), np.minimum(stats[:, 2], stats[:, 3])
    sparse = stats[:, 4] <= FILLED * stats[:, 2] * stats[:, 3]
    scrawl = (longer >= LENGTH * em) & (longer <= LONGEST * em) & (shorter >= FLAT * em) & sparse
    for i in np.flatnonzero(scrawl):
        scrawl[i] = not _has_ruling(blots, int(i))
    return np.asarray(scrawl, dtype=np.bool_)


def _has_ruling(blots: Blots, at: int) -> bool:
    """Tell whether most of a blot's length lies within the thickness of a line."""
    x, y, w, h, _ = (int(v) for v in blots.stats[at])
    own = blots.labels[y : y + h, x : x + w] == at + 1
    lines = cv2.dilate(own.astype(np.uint8), np.ones((3, 1) if w >= h else (1, 3), np.uint8))
    return bool(lines.sum(axis=1 if w >= h else 0).max() >= STRAIGHT * max(w, h))


def with_rests(blots: Blots, scrawl: Flags, whole: Mask, unit: float, em: float) -> Flags:
    """Return the scrawls with the blots on the other side of the rulings that they cross.

    `whole` is the ink with the rulings, `unit` is pixels per point.
    """
    if not scrawl.any():
        return scrawl
    ruled = cv2.subtract(whole, blots.mask)
    reached = blots.keep(scrawl) if not scrawl.all() else blots.mask
    near = np.ones((3, 3), np.uint8)
    for _ in range(round(WIDTH * unit)):
        grown = cv2.bitwise_and(np.asarray(cv2.dilate(reached, near)), ruled)
        reached = np.asarray(cv2.bitwise_or(reached, grown), dtype=np.uint8)
    touched = np.zeros(len(blots.stats) + 1, dtype=np.bool_)
    touched[np.unique(blots.labels[cv2.dilate(reached, near) > 0])] = True
    small = np.maximum(blots.stats[:, 2], blots.stats[:, 3]) <= REST * em
    return scrawl | (touched[1:] & small)
