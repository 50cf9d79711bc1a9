"""Pictures of text lines → inputs of the recogniser: scaled to its height, padded to one of a few widths."""

from __future__ import annotations

import math
from bisect import bisect_left

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.ocr.reading import GrayImage

Floats = NDArray[np.float32]

HEIGHT = 48
"""Pixels of line height that the recogniser was trained on."""

STEP = 8
"""Pixels of width per time step of the recogniser."""

WIDTHS: tuple[int, ...] = (*range(32, 256, 32), *range(256, 512, 64), *range(512, 1024, 128), *range(1024, 3328, 256))
"""Widths that lines are padded to: so few that a runtime is soon prepared for all of them. Preparing it for a new size
takes longer than reading several lines."""

LONGEST = WIDTHS[-1]
"""Crops wider than this, in recogniser pixels, are squeezed."""


def resize_line(crop: GrayImage) -> GrayImage:
    """Scale a line to the height of the recogniser, keeping its proportions up to the longest line it takes."""
    width = min(LONGEST, max(STEP, round(crop.shape[1] * HEIGHT / crop.shape[0])))
    shrinks = crop.shape[0] > HEIGHT
    return np.asarray(
        cv2.resize(crop, (width, HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR), dtype=np.uint8
    )


def count_steps(line: GrayImage) -> int:
    """Return the time steps that a scaled line fills."""
    return math.ceil(int(line.shape[1]) / STEP)


def pad_line(line: GrayImage, width: int = 0) -> Floats:
    """Return a line as the input 1 x 3 x `HEIGHT` x width, padded on the right with the mid grey of the training.

    The width is the next of `WIDTHS` where none is given: it depends on nothing but the line.
    """
    written = int(line.shape[1])
    padded = np.zeros((1, 3, HEIGHT, width or WIDTHS[bisect_left(WIDTHS, written)]), dtype=np.float32)
    padded[..., :written] = _scaled(line)
    return padded


def as_input(image: GrayImage) -> Floats:
    """Scale grey levels to -1 … 1 in three equal channels, which is what both models expect."""
    return np.repeat(_scaled(image)[None], 3, axis=0)


def _scaled(image: GrayImage) -> Floats:
    return image.astype(np.float32) / 127.5 - 1.0
