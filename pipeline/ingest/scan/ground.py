"""Light writing on a dark ground, as a screen shows it at night → dark writing on white, as everything after expects.

A sheet of paper on a dark table is something else: it is light in one piece, where writing is thin.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

SMALL = 480
"""Pixels of the longer side of the picture that is looked at."""

WRITING = 0.3
"""Share of a picture up to which its light part may be writing and lines."""

PIECE = 9
"""Pixels of the small picture's side from which something light is a piece of paper and no stroke."""

PIECES = 0.03
"""Share of a picture from which pieces of paper are on it."""

CONTRAST = 60
"""Grey levels between ground and writing at least."""


def turn_to_paper(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture (H x W x 3 RGB, or H x W grey) with its light turned round where it is written light on dark."""
    return np.asarray(255 - picture, np.uint8) if is_dark(picture) else picture


def is_dark(picture: NDArray[np.uint8]) -> bool:
    """Tell whether a picture shows light writing on a dark ground."""
    scale = min(1.0, SMALL / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY) if small.ndim == 3 else small
    darkest, lightest = np.percentile(grey, 5), np.percentile(grey, 99.5)
    if lightest - darkest < CONTRAST or np.median(grey) > (darkest + lightest) / 2:
        return False
    light = (grey > (darkest + lightest) / 2).astype(np.uint8)
    pieces = cv2.morphologyEx(light, cv2.MORPH_OPEN, np.ones((PIECE, PIECE), np.uint8))
    return bool(light.mean() <= WRITING and pieces.mean() < PIECES)
