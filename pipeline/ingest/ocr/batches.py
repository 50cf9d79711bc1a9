"""Pictures of text lines → inputs of the recogniser: scaled to its height, several of similar width at a time."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

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
"""Widths that lines are padded to: few, so that batches are full and a runtime is soon prepared for all of them."""

BATCH_WIDTH = 800
"""Pixels of width that one batch holds at most; bounds the memory."""

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


def plan_batches(widths: dict[Any, int]) -> list[list[Any]]:
    """Group lines by their padded width, each batch holding at most `BATCH_WIDTH` pixels (or one line).

    Batches hold 1, 2, 4 … lines, so that few shapes of input occur: a runtime prepares itself for each.
    """
    alike: dict[int, list[Any]] = {}
    for key in sorted(widths, key=lambda k: widths[k]):
        alike.setdefault(_padded(widths[key]), []).append(key)
    batches = []
    for padded, keys in alike.items():
        most, done = max(1, BATCH_WIDTH // padded), 0
        while done < len(keys):
            count = 2 ** (min(most, len(keys) - done).bit_length() - 1)
            batches.append(keys[done : done + count])
            done += count
    return batches


def _padded(width: int) -> int:
    return WIDTHS[bisect_left(WIDTHS, width)]


def stack_lines(lines: Sequence[GrayImage], width: int = 0) -> Floats:
    """Return the lines as one input, padded on the right with the mid grey that the models were trained with."""
    width = width or _padded(max(line.shape[1] for line in lines))
    stacked = np.zeros((len(lines), 3, HEIGHT, width), dtype=np.float32)
    for row, line in zip(stacked, lines, strict=True):
        row[:, :, : line.shape[1]] = _scaled(line)
    return stacked


def as_input(image: GrayImage) -> Floats:
    """Scale grey levels to -1 … 1 in three equal channels, which is what both models expect."""
    return np.repeat(_scaled(image)[None], 3, axis=0)


def _scaled(image: GrayImage) -> Floats:
    return image.astype(np.float32) / 127.5 - 1.0
