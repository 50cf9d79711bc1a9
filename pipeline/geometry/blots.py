"""Connected blots of a mask: where each lies, how large it is, and the mask of some of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]

Stats = NDArray[np.int32]
"""Rows of blots: left, top, width, height, area."""

Places = NDArray[np.intp]

AT_ONCE = 256
"""Blots that are held against those around them at a time."""

SMALL = 2**16
"""Pixels below which a picture is too small for a table of all labels of 16 bits."""


def label_blots(mask: Mask) -> tuple[Stats, NDArray[Any]]:
    """Return the blots of a mask (H x W, 0 for paper), the background first, and the label of every pixel.

    Pixels that touch at a corner are connected. Labels have 16 bits where those suffice: they take half the time.
    """
    if not mask.size:  # OpenCV brings the whole process down
        return np.zeros((1, 5), np.int32), np.zeros(mask.shape, np.uint16)
    try:
        _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_16U)
    except cv2.error:  # more labels than 16 bits can tell apart
        _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    return np.asarray(stats, dtype=np.int32), labels


def look_up(values: Mask, labels: NDArray[Any]) -> Mask:
    """Return for every pixel the value of its label: OpenCV does it in a third of the time, for labels of 16 bits."""
    if labels.dtype != np.uint16 or labels.size < SMALL:
        return np.asarray(values.take(labels), dtype=np.uint8)
    table = np.zeros(2**16, np.uint8)
    table[: len(values)] = values
    return np.asarray(cv2.LUT(labels, table), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Blots:
    """The blots of a mask: rows of `stats`, the background not among them, and the label of every pixel (row + 1)."""

    mask: Mask
    stats: Stats
    labels: NDArray[Any]

    def keep(self, kept: NDArray[np.bool_]) -> Mask:
        """Return the mask of the rows that are kept."""
        levels = np.zeros(len(kept) + 1, np.uint8)
        levels[1:][kept] = 255
        return self.mask if kept.all() else look_up(levels, self.labels)


def find_blots(mask: Mask) -> Blots:
    """Return the blots of a mask (0 / 255, H x W)."""
    stats, labels = label_blots(mask)
    return Blots(mask, stats[1:], labels)


def strips(blots: Stats, others: Stats, reach: float) -> Iterator[tuple[Places, Places]]:
    """Yield some blots at a time, from the top down, with those of the others that lie within reach above or below.

    A page that was dithered has a hundred thousand blots, of which few are near any one.
    """
    order = np.argsort(blots[:, 1], kind="stable")
    for start in range(0, len(order), AT_ONCE):
        chosen = order[start : start + AT_ONCE]
        top, bottom = blots[chosen, 1].min() - reach, (blots[chosen, 1] + blots[chosen, 3]).max() + reach
        yield chosen, np.flatnonzero((others[:, 1] <= bottom) & (others[:, 1] + others[:, 3] >= top))


def sides(blots: Stats) -> tuple[Stats, Stats, Stats, Stats]:
    """Return the left, top, right and bottom sides of blots, the last two one past their last pixel."""
    left, top, width, height = blots[:, :4].T
    return left, top, left + width, top + height
