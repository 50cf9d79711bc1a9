"""The straight dark lines of a picture at any angle, coarsely: what a page's turn and keystone are measured on.

Text is left out by size: the rulings of a table hang together, characters do not. Of what is left, each point's
direction is that of its neighbourhood's gradients (the structure tensor, Bigün and Granlund 1987); points of the two
directions of the page that hang together make one line, fitted to their darkness. Lengths are pixels.
"""

from __future__ import annotations

from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import label_blots
from pipeline.ingest.scan.rulings.lines import contrast_level

GrayImage = NDArray[np.uint8]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]

COARSE_SIDE = 1000
"""Longer side, at least, to which a picture is reduced by a whole number; that is several times faster than others."""

THICKEST = 7
"""Pixels of thickness that a line of the reduced picture has at most, blur included."""

LONG = 0.045
"""Share of the longer side that a line must have to say something about the page's angle."""

STEEPEST = 12.0
"""Degrees that a line may lean away from the page's own angle and still count as its ruling (keystone)."""

DISTINCT = 0.3
"""Least coherence of a point's direction, 0 to 1: where lines cross there is none."""


def find_segments(gray: GrayImage) -> Floats:
    """Return the lines of the page's two directions, at right angles but for the keystone, as rows x0, y0, x1, y1."""
    step = max(1, min(max(gray.shape) // COARSE_SIDE, *gray.shape))
    height, width = (side // step for side in gray.shape)
    whole = gray[: height * step, : width * step]
    small = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA) if step > 1 else gray
    dark = np.asarray(cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, np.ones((THICKEST, THICKEST), np.uint8)), np.uint8)
    long = LONG * max(dark.shape)
    xs, ys = _long_points(dark, long)
    if not len(xs):
        return np.empty((0, 4))
    angles, distinct = _directions(dark, xs, ys)
    xs, ys, angles = xs[distinct], ys[distinct], angles[distinct]
    lying, standing = tell_directions(angles, common_angle(angles, np.ones_like(angles)))
    darkness = dark[ys, xs].astype(np.float64)
    rows = _fit_pieces(xs[lying], ys[lying], darkness[lying], dark.shape, long)
    columns = _fit_pieces(ys[standing], xs[standing], darkness[standing], dark.shape[::-1], long)
    return np.asarray((np.concatenate([rows, columns[:, [1, 0, 3, 2]]]) + 0.5) * step - 0.5, dtype=np.float64)


def common_angle(angles: Floats, weights: Floats) -> float:
    """Return the most common of angles in degrees, to a degree, in (-45, 45]; what is at right angles is the same."""
    folded = (angles + 45.0) % 90.0 - 45.0
    counts, edges = np.histogram(folded, bins=90, range=(-45.0, 45.0), weights=weights)
    return float(edges[int((counts + np.roll(counts, 1) + np.roll(counts, -1)).argmax())] + 0.5)


def tell_directions(angles: Floats, page: float) -> tuple[Flags, Flags]:
    """Tell which lines lie and which stand on a page that is turned by `page`; all angles in degrees."""
    leaning = (angles - page + 90.0) % 180.0 - 90.0
    return np.abs(leaning) < STEEPEST, np.abs(np.abs(leaning) - 90.0) < STEEPEST


def _long_points(dark: GrayImage, long: float) -> tuple[Indices, Indices]:
    """Return the columns and rows of the points that are darker than noise and hang together over a long way."""
    mask = np.asarray(cv2.threshold(dark, contrast_level(dark), 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)
    stats, labels = label_blots(mask)
    kept = np.maximum(stats[:, 2], stats[:, 3]) >= long
    kept[0] = False
    if not kept.any():
        return np.empty(0, np.intp), np.empty(0, np.intp)
    points = np.asarray(cv2.findNonZero(mask), dtype=np.intp).reshape(-1, 2)
    xs, ys = points[kept[labels[points[:, 1], points[:, 0]]]].T
    return xs, ys


def _directions(dark: GrayImage, xs: Indices, ys: Indices) -> tuple[Floats, Flags]:
    """Return the direction of the line through each point in degrees, in (0, 180], and whether it has one."""
    across, down = (cv2.Sobel(dark, cv2.CV_16S, *order).ravel() for order in ((1, 0), (0, 1)))
    height, width = dark.shape
    middle = ys.clip(1, height - 2) * width + xs.clip(1, width - 2)
    xx, yy, xy = (np.zeros(len(xs), np.float32) for _ in range(3))
    for row, column in product((-1, 0, 1), repeat=2):
        near = middle + (row * width + column)
        gx, gy = across.take(near).astype(np.float32), down.take(near).astype(np.float32)
        xx += gx * gx
        yy += gy * gy
        xy += gx * gy
    angles = np.degrees(np.arctan2(2 * xy, xx - yy).astype(np.float64)) / 2 + 90.0
    return angles, np.hypot(xx - yy, 2 * xy) > DISTINCT * (xx + yy)


def _fit_pieces(along: Indices, across: Indices, weights: Floats, shape: tuple[int, ...], long: float) -> Floats:
    """Return the long pieces of points as lines; `shape` is (extent across, extent along) of the picture."""
    mask = np.zeros(shape, np.uint8)
    mask[across, along] = 255
    stats, labels = label_blots(mask)
    owner = labels[across, along].astype(np.intp)
    mass = np.maximum(np.bincount(owner, weights, len(stats)), 1e-9)
    middle, level = (np.bincount(owner, weights * values, len(stats)) / mass for values in (along, across))
    off = along - middle[owner]
    spread, rise = (np.bincount(owner, weights * off * v, len(stats)) for v in (off, across - level[owner]))
    slope = rise / np.maximum(spread, 1e-9)
    kept = stats[:, 2] >= long
    kept[0] = False
    start, end = stats[kept, 0].astype(np.float64), stats[kept, 0] + stats[kept, 2] - 1.0
    middle, level, slope = middle[kept], level[kept], slope[kept]
    return np.column_stack([start, level + slope * (start - middle), end, level + slope * (end - middle)])
