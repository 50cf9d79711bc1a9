"""The bend of the paper, measured on its rulings, and the picture without it.

After the homography a ruling that still curves shows how the paper lay. A polynomial field is fitted to all rulings of
one direction at once: each is straight at an unknown position, plus the field. Lengths are pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.polynomial.polynomial import polyvander2d
from numpy.typing import NDArray

from pipeline.ingest.scan.rulings.traces import Trace

GrayImage = NDArray[np.uint8]
Floats = NDArray[np.float64]

DEGREES = (5, 2)
"""Highest powers along the ruling and across it; none is without the first, for that would only move whole rulings."""

TERMS = DEGREES[0] * (DEGREES[1] + 1)
"""Number of products of such powers."""

RIDGE = 1e-3
"""Weight of the wish for a small field, where few rulings say what it is."""

LEAST_BEND = 0.7
"""Pixels below which a bend is left alone: resampling would cost more than it gains."""

GRID = 16
"""Pixels between the nodes at which the field is worked out; it is smooth in between."""


@dataclass(frozen=True, slots=True)
class OffsetField:
    """How far the rulings of one direction lie off their straight positions: polynomial in along and across.

    Beyond `low` … `high` (along, across), where no ruling says anything, the value at the rim holds.
    """

    coefficients: Floats
    low: tuple[float, float]
    high: tuple[float, float]

    def at(self, along: Floats, across: Floats) -> Floats:
        """Return the offset across at the given places."""
        terms = _terms(*(self._normal(v, i) for i, v in enumerate((along, across))))
        return np.asarray(np.tensordot(terms, self.coefficients, axes=(-1, 0)), dtype=np.float64)

    def _normal(self, values: Floats, axis: int) -> Floats:
        low, high = self.low[axis], self.high[axis]
        return np.asarray((np.clip(values, low, high) - low) * (2 / max(high - low, 1.0)) - 1.0, dtype=np.float64)


def _terms(along: Floats, across: Floats) -> Floats:
    return np.asarray(polyvander2d(along, across, DEGREES)[..., DEGREES[1] + 1 :], dtype=np.float64)


def fit_field(traces: Sequence[Trace], shape: tuple[int, ...]) -> OffsetField | None:
    """Fit the field of one direction; None where there are too few rulings to tell paper from ink.

    `shape` is (extent across, extent along) of the picture.
    """
    long = [t for t in traces if t.length > 0.08 * shape[1]]
    if len(long) < 3 or sum(t.length for t in long) < 1.5 * shape[1]:
        return None
    along, across = np.concatenate([t.along for t in long]), np.concatenate([t.across for t in long])
    owner = np.concatenate([np.full(len(t.along), i) for i, t in enumerate(long)])
    low, high = (float(along.min()), float(across.min())), (float(along.max()), float(across.max()))
    field = OffsetField(np.zeros(TERMS), low, high)
    terms = _terms(field._normal(along, 0), field._normal(across, 1))
    weights = np.ones_like(along)
    coefficients = np.zeros(TERMS)
    for _ in range(5):
        offsets, centred = _centre(across, owner, weights), _centre(terms, owner, weights)
        weighted = centred * weights[:, None]
        left = weighted.T @ centred + RIDGE * len(along) * np.eye(TERMS)
        coefficients = np.linalg.solve(left, weighted.T @ offsets)
        error = np.abs(offsets - centred @ coefficients)
        weights = 1 / (1 + np.square(error / max(0.5, float(np.median(error)) * 2)))
    return OffsetField(coefficients, low, high)


def _centre(values: Floats, owner: NDArray[np.int_], weights: Floats) -> Floats:
    """Take from each value the weighted mean of its ruling, whose own position is unknown."""
    mass = np.bincount(owner, weights)
    columns = values if values.ndim == 2 else values[:, None]
    means = np.stack([np.bincount(owner, weights * column) / mass for column in columns.T], axis=-1)
    centred = columns - means[owner]
    return np.asarray(centred if values.ndim == 2 else centred[:, 0], dtype=np.float64)


def unbend_trace(trace: Trace, field: OffsetField | None) -> Trace:
    """Return the trace as it runs once the field is taken out."""
    if field is None:
        return trace
    return replace(trace, across=trace.across - field.at(trace.along, trace.across))


def largest_bend(traces: Sequence[Trace], straight: Sequence[Trace]) -> float:
    """Return the largest offset that was taken out of the traced rulings, each against its own mean."""
    taken = (trace.across - even.across for trace, even in zip(traces, straight, strict=True))
    return max((float(np.ptp(offsets)) / 2 for offsets in taken), default=0.0)


def source_map(
    matrix: Floats, shape: tuple[int, ...], lying: OffsetField | None, standing: OffsetField | None
) -> tuple[NDArray[np.float32], NDArray[np.float32], Floats]:
    """Return for every pixel of the straightened picture where it lies in the source, and the nearest homography.

    `matrix` takes source pixels to straight ones before the bend is taken out. The homography takes pixels of the
    straightened picture to source pixels; it is what provenance boxes are mapped with.
    """
    height, width = shape[0], shape[1]
    xs, ys = np.meshgrid(_nodes(width), _nodes(height))
    x = xs + (standing.at(ys, xs) if standing else 0.0)
    y = ys + (lying.at(xs, ys) if lying else 0.0)
    source = cv2.perspectiveTransform(np.dstack([x, y]), np.linalg.inv(matrix))
    flat = np.dstack([xs, ys]).reshape(-1, 2)
    nearest = cv2.findHomography(flat, source.reshape(-1, 2), 0)[0]
    maps = [_spread(np.asarray(source[:, :, i], dtype=np.float64), height, width) for i in (0, 1)]
    return maps[0], maps[1], np.asarray(nearest, dtype=np.float64)


def _nodes(side: int) -> Floats:
    return np.linspace(0, side - 1, max(2, side // GRID))


def _spread(values: Floats, height: int, width: int) -> NDArray[np.float32]:
    """Interpolate node values to every pixel, the outermost nodes lying on the outermost pixels."""
    rows, cols = values.shape
    scale = np.array([[(cols - 1) / (width - 1), 0, 0], [0, (rows - 1) / (height - 1), 0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    spread = cv2.warpAffine(
        values.astype(np.float32), scale, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(spread, dtype=np.float32)
