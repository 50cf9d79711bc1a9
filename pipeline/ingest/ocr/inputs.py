"""Pictures of text lines → inputs of the recogniser: scaled, padded to few widths, put together, shared out."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.ocr.reading import GrayImage

Floats = NDArray[np.float32]

Batch = tuple[int, list[Any]]
"""Padded width of lines that are read together, and what they are known by."""

HEIGHT = 48
"""Pixels of line height that the recogniser was trained on."""

STEP = 8
"""Pixels of width per time step of the recogniser."""

WIDTHS: tuple[int, ...] = (*range(32, 256, 32), *range(256, 512, 64), *range(512, 1024, 128), *range(1024, 3328, 256))
"""Widths that lines are padded to: so few that a runtime is soon prepared for all of them. Preparing it for a new size
takes longer than reading several lines."""

TOGETHER, SHORT = 4, (64, 192)
"""Lines that are read at once where that is sooner than one by one, and the least and largest widths of such lines."""

COMMON = 384
"""Padded widths up to this one occur on nearly every page."""

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
    padded = np.zeros((1, 3, HEIGHT, width or _padded(written)), dtype=np.float32)
    padded[..., :written] = _scaled(line)
    return padded


def _padded(width: int) -> int:
    return WIDTHS[bisect_left(WIDTHS, width)]


def plan_batches(widths: Mapping[Any, int]) -> Iterator[Batch]:
    """Yield the lines that are read together, the longest first: `TOGETHER` of one padded width, or one by itself."""
    alike: dict[int, list[Any]] = {}
    for key in sorted(widths, key=lambda key: -widths[key]):
        alike.setdefault(_padded(widths[key]), []).append(key)
    for width, keys in alike.items():
        full = len(keys) - len(keys) % TOGETHER if SHORT[0] <= width <= SHORT[1] else 0
        yield from ((width, keys[i : i + TOGETHER]) for i in range(0, full, TOGETHER))
        yield from ((width, [key]) for key in keys[full:])


class Shares:
    """Batches shared out among readers, each width to one of them: only for short lines must all be prepared."""

    def __init__(self, batches: Iterable[Batch], readers: int) -> None:
        self._shares: list[deque[Batch]] = [deque() for _ in range(readers)]
        for batch in batches:
            self._shares[WIDTHS.index(batch[0]) % readers].append(batch)
        self._lock = Lock()

    def of(self, reader: int) -> Iterator[list[Any]]:
        """Yield the lines of each batch that a reader is to read, until none is left for it.

        When its share is done it takes from the end of the longest other one, while lines there are `COMMON`.
        """
        while batch := self._next(reader):
            yield batch[1]

    def _next(self, reader: int) -> Batch | None:
        with self._lock:
            if self._shares[reader]:
                return self._shares[reader].popleft()
            others = [share for share in self._shares if share and share[-1][0] <= COMMON]
            return max(others, key=len).pop() if others else None


def as_input(image: GrayImage) -> Floats:
    """Scale grey levels to -1 … 1 in three equal channels, which is what both models expect."""
    return np.repeat(_scaled(image)[None], 3, axis=0)


def _scaled(image: GrayImage) -> Floats:
    return image.astype(np.float32) / 127.5 - 1.0
