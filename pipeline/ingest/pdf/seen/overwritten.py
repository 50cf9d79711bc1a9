"""Characters that are written over each other: nobody can say which of them is meant.

Two letters or figures in one place are what is left of a value that was changed without the old one being taken away,
or of text that is hidden by means that nobody has thought of.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

NEAR = 0.4
"""Distance of two characters' middles, in sides of the smaller, up to which they are in one place."""


def find_overwritten(texts: Sequence[str], boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which letters and figures share their place with another one; `boxes` are n x 4 (x0, y0, x1, y1)."""
    mixed = np.zeros(len(texts), bool)
    sides = boxes[:, 2:] - boxes[:, :2]
    written = np.flatnonzero(np.array([text[:1].isalnum() for text in texts], bool) & (sides > 0).all(axis=1))
    if len(written) < 2:
        return mixed
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    one, other = _near_pairs(middles[written], float(np.median(sides[written, 1])))
    one, other = written[one], written[other]
    apart, smaller = np.abs(middles[one] - middles[other]), np.minimum(sides[one], sides[other])
    named = np.array(texts, dtype=object)
    together = (apart < NEAR * smaller).all(axis=1) & (named[one] != named[other])
    mixed[one[together]] = mixed[other[together]] = True
    return mixed


def _near_pairs(middles: NDArray[np.float64], size: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of places that follow each other within a size from left to right, at about one height."""
    x, y = middles.T
    ones, others = [], []
    for shift in (0.0, 0.5):
        row = np.floor(y / size + shift)
        order = np.lexsort((x, row))
        for step in (1, 2):
            first, second = order[:-step], order[step:]
            near = (row[first] == row[second]) & (x[second] - x[first] < size)
            ones.append(first[near])
            others.append(second[near])
    return np.concatenate(ones), np.concatenate(others)
