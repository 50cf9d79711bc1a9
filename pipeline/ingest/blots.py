"""Connected blots of a mask: where each lies, how large it is, and which of them are kept."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]

Stats = NDArray[np.int32]
"""Rows of blots: left, top, width, height, area."""

FEW = 2**16 - 2
"""Blots that labels of 16 bits can tell apart; such labels take half the time of longer ones."""


def label_blots(mask: Mask) -> tuple[Stats, NDArray[Any]]:
    """Return the blots of a mask (0 / 255, H x W), the background first, and the label of every pixel.

    Pixels that touch at a corner are connected.
    """
    closest = ((mask.shape[0] + 1) // 2) * ((mask.shape[1] + 1) // 2)
    kind = cv2.CV_16U if closest < FEW or count_corners(mask) < FEW else cv2.CV_32S
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=kind)
    return np.asarray(stats, dtype=np.int32), labels


def count_corners(mask: Mask) -> int:
    """Return how many pixels have nothing above and before them; a labelling by rows begins a new label at each."""
    above = cv2.dilate(mask, np.ones((1, 3), np.uint8))
    bare = cv2.copyMakeBorder(mask, 1, 0, 1, 0, cv2.BORDER_CONSTANT, value=(0,))
    before = cv2.max(cv2.copyMakeBorder(above, 1, 0, 0, 0, cv2.BORDER_CONSTANT, value=(0,))[:-1], bare[1:, :-1])
    return cv2.countNonZero(cv2.subtract(mask, before))


def keep_blots(labels: NDArray[Any], kept: NDArray[np.bool_]) -> Mask:
    """Return the mask of the blots that are kept; `kept` tells it of each, the background first."""
    return np.asarray(np.where(kept, 255, 0).astype(np.uint8)[labels], dtype=np.uint8)
