"""A scanned page → the same page with its rulings parallel to the axes.

Three corrections, each measured on the rulings themselves: the turn of the whole page (median angle of the long
lines), the keystone of a photograph (how that angle changes across the page), and the bend of the paper (what is left
of each ruling). The first two are one homography; the third is a smooth field of a few pixels. Lengths are pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.scan.rulings.segments import common_angle, tell_directions

GrayImage = NDArray[np.uint8]
Floats = NDArray[np.float64]

KEYSTONE = 0.004
"""Change of slope from one edge of the page to the other, below which there is no keystone to correct."""


@dataclass(frozen=True, slots=True)
class Slopes:
    """Slope of the rulings as a linear function of where they are.

    `level` and `level_change` for horizontal lines (dy/dx at the centre, and its change per pixel of y); `lean` and
    `lean_change` for vertical ones (dx/dy at the centre, and its change per pixel of x).
    """

    level: float
    level_change: float
    lean: float
    lean_change: float


def page_angle(segments: Floats) -> float:
    """Return the angle of the page in degrees, in (-45, 45], from lines of both directions; 0 where there is none.

    The angle is the median, weighted by length, of the lines around the most common angle.
    """
    if not len(segments):
        return 0.0
    dx, dy = segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]
    lengths = np.hypot(dx, dy)
    angles = np.degrees(np.arctan2(dy, dx))
    mode = common_angle(angles, lengths)
    near = np.abs((angles - mode + 45.0) % 90.0 - 45.0) <= 3.0
    offsets = (angles[near] - mode + 45.0) % 90.0 - 45.0
    return float(mode + weighted_median(offsets, lengths[near]))


def weighted_median(values: Floats, weights: Floats) -> float:
    """Return the value at which half of the weight is reached."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][int(np.searchsorted(reached, reached[-1] / 2))])


def fit_slopes(segments: Floats, angle: float, shape: tuple[int, ...]) -> Slopes:
    """Fit how the slopes of the two families of rulings change over the page."""
    height, width = shape[0], shape[1]
    dx, dy = segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]
    lying, standing = tell_directions(np.degrees(np.arctan2(dy, dx)), angle)
    middle = (segments[:, :2] + segments[:, 2:]) / 2 - (width / 2, height / 2)
    lengths = np.hypot(dx, dy)
    turn = float(np.tan(np.radians(angle)))
    level = _fit_line(middle[lying, 1], dy[lying] / dx[lying], lengths[lying], turn, height)
    lean = _fit_line(middle[standing, 0], dx[standing] / dy[standing], lengths[standing], -turn, width)
    return Slopes(*level, *lean)


def _fit_line(at: Floats, slopes: Floats, weights: Floats, fallback: float, side: int) -> tuple[float, float]:
    """Fit slope = a + b * at robustly; b is 0 where the lines do not show a change over the page."""
    if len(slopes) < 4 or np.ptp(at) < 0.15 * side:
        return (weighted_median(slopes, weights) if len(slopes) else fallback), 0.0
    weights = weights.copy()
    line = np.zeros(2)
    for _ in range(8):
        root = np.sqrt(weights)
        design = np.column_stack([np.ones_like(at), at])
        line = np.linalg.lstsq(design * root[:, None], slopes * root, rcond=None)[0]
        error = np.abs(slopes - design @ line)
        scale = max(float(np.median(error)) * 1.5, 1e-3)
        weights = np.where(error < 3 * scale, weights, weights * 0.05)
    if abs(line[1]) * side < KEYSTONE:
        return weighted_median(slopes, weights), 0.0
    return float(line[0]), float(line[1])


def straightening_matrix(slopes: Slopes, shape: tuple[int, ...]) -> Floats:
    """Return the homography from the picture to the straightened picture, of the same size and centre.

    The four corners of a frame half the size of the page are moved to where its sides run along the axes.
    """
    height, width = shape[0], shape[1]
    cx, cy, rx, ry = width / 2, height / 2, width / 4, height / 4
    lying = [_line_through((cx, cy + d), (1.0, slopes.level + slopes.level_change * d)) for d in (-ry, ry)]
    standing = [_line_through((cx + d, cy), (slopes.lean + slopes.lean_change * d, 1.0)) for d in (-rx, rx)]
    corners = [_crossing(h, v) for h in lying for v in standing]
    upper, lower = _distance(corners[0], corners[1]), _distance(corners[2], corners[3])
    left, right = _distance(corners[0], corners[2]), _distance(corners[1], corners[3])
    half_width, half_height = (upper + lower) / 4, (left + right) / 4
    target = [(cx + sx * half_width, cy + sy * half_height) for sy in (-1, 1) for sx in (-1, 1)]
    matrix = cv2.getPerspectiveTransform(np.array(corners, np.float32), np.array(target, np.float32))
    return np.asarray(matrix, dtype=np.float64)


def _line_through(point: tuple[float, float], direction: tuple[float, float]) -> Floats:
    return np.cross((*point, 1.0), (point[0] + direction[0], point[1] + direction[1], 1.0))


def _crossing(a: Floats, b: Floats) -> tuple[float, float]:
    x, y, w = np.cross(a, b)
    return float(x / w), float(y / w)


def _distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(np.hypot(a[0] - b[0], a[1] - b[1]))


def text_angle(gray: GrayImage) -> float:
    """Return the slope angle in degrees of text lines, for a page without rulings, within 3 degrees.

    The right angle is the one at which the sums along the rows vary most (Postl 1986).
    """
    factor = min(1.0, 700 / max(gray.shape))
    small = cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    binary = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12)
    ink = np.asarray(binary, dtype=np.uint8)
    if cv2.countNonZero(ink) < 50:
        return 0.0
    angles = np.arange(-3.0, 3.01, 0.25)
    sharpness = [_row_variance(ink, angle) for angle in angles]
    best = int(np.argmax(sharpness))
    return float(angles[best]) if sharpness[best] > 1.1 * sharpness[len(angles) // 2] else 0.0


def _row_variance(ink: GrayImage, angle: float) -> float:
    shear = np.array([[1.0, 0.0, 0.0], [-np.tan(np.radians(angle)), 1.0, 0.0]])
    rows = cv2.warpAffine(ink, shear, (ink.shape[1], ink.shape[0])).sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum())
