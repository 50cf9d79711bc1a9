"""What pdfium tells of any object of a page: where it lies, its matrix, its colours, its points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.pdf.drawn import handles as raw
from pipeline.ingest.pdf.drawn.affine import UNMOVED, Affine
from pipeline.models import Box

EVERYWHERE = Box(-1e9, -1e9, 1e9, 1e9)
"""The clip of what is not clipped."""

Color = tuple[int, int, int, int]
"""Red, green, blue and opacity, each 0 to 255."""

NO_COLOR: Color = (0, 0, 0, 0)

Point = tuple[float, float]
Points = list[Point]


@dataclass(frozen=True, slots=True)
class Level:
    """Where an object lies: the map of its page or form to the page as shown, and what it is within."""

    affine: Affine
    clip: Box = EVERYWHERE
    transparent: bool = False
    depth: int = 0


Met = tuple[int, int, Level]
"""An object's handle, when it is painted, and where it lies."""


def matrix_of(item: int) -> Affine:
    """Return the matrix of an object within its page or form; unmoved where pdfium knows none."""
    matrix = np.zeros(6, np.float32)
    if not raw.object_matrix(item, matrix.ctypes.data):
        return UNMOVED
    a, b, c, d, e, f = matrix.tolist()
    return (a, b, c, d, e, f)


def matrices_of(items: Sequence[int]) -> list[Affine]:
    """Return the matrices of objects within their page or form; unmoved where pdfium knows none."""
    matrices = np.zeros((len(items), 6), np.float32)
    known = raw.call_each(raw.object_matrix, items, raw.columns_of(matrices)[0])
    return [
        (m[0], m[1], m[2], m[3], m[4], m[5]) if told else UNMOVED
        for told, m in zip(known, matrices.tolist(), strict=True)
    ]


def colors_of(ask: Callable[..., int], items: Sequence[int]) -> list[Color]:
    """Return the colours of objects; black where pdfium knows none, as with patterns."""
    colors = np.zeros((len(items), 4), np.uint32)
    known = raw.call_each(ask, items, *raw.columns_of(colors))
    return [
        (color[0], color[1], color[2], color[3]) if told else (0, 0, 0, 255)
        for told, color in zip(known, colors.tolist(), strict=True)
    ]


def points_of(segments: Sequence[int | None]) -> NDArray[np.float64]:
    """Return the n x 2 points of path segments as they stand in the file."""
    points = np.zeros((len(segments), 2), np.float32)
    raw.call_each(raw.segment_point, segments, *raw.columns_of(points))
    return points.astype(np.float64)


def around(points: NDArray[np.float64]) -> Box:
    """Return the upright box around n x 2 points."""
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Box(x0, y0, x1, y1)


def meet(box: Box, other: Box) -> Box:
    """Return what two boxes share; an empty box where they share nothing."""
    if other is EVERYWHERE:
        return box
    x0, y0 = max(box.x0, other.x0), max(box.y0, other.y0)
    return Box(x0, y0, max(x0, min(box.x1, other.x1)), max(y0, min(box.y1, other.y1)))


def widen(box: Box, by: float) -> Box:
    """Return a box that reaches farther on each side."""
    return Box(box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by)
