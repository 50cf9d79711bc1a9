"""The areas that a page fills with colour, as the ground on which lines and characters stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.pdf.drawn.paths import DrawnPath
from pipeline.ingest.pdf.drawn.properties import Color, Points
from pipeline.models import Box

OPAQUE = 250
"""Opacity (of 255) from which nothing shows through."""

RECTANGULAR = 0.5
"""Points by which the corners of a filled rectangle may miss its upright box."""

BAND = 6.0
"""Width of a stroke, in points, from which it is an area of colour rather than a line."""

WHITE = 1.0

Floats = NDArray[np.float64]


def lightness(color: Color) -> float:
    """Return how light a colour is on white paper, 0 black to 1 white (ITU-R BT.601 weights)."""
    red, green, blue, opacity = color
    light = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
    return 1.0 - (1.0 - light) * opacity / 255


@dataclass(frozen=True, slots=True)
class Fill:
    """An upright filled rectangle: when it is painted, where, how light, and whether it hides what lies under it."""

    order: int
    box: Box
    light: float
    opaque: bool


def find_fills(paths: Iterable[DrawnPath], thin: float) -> list[Fill]:
    """Return the filled upright rectangles thicker than `thin` points, and strokes as broad as a band, in order."""
    fills = []
    for path in paths:
        for area in _stroked_areas(path) if path.stroked and path.width > BAND else ():
            fills.append(Fill(path.order, area, lightness(path.stroke), _is_opaque(path, path.stroke)))
        for part in path.parts if path.filled else ():
            box = clip_box(part.points, path.clip)
            if box and box.width > thin and box.height > thin and is_upright_rectangle(part.points):
                fills.append(Fill(path.order, box, lightness(path.fill), _is_opaque(path, path.fill)))
    return fills


def _is_opaque(path: DrawnPath, color: Color) -> bool:
    return color[3] >= OPAQUE and not path.transparent


def _stroked_areas(path: DrawnPath) -> Iterator[Box]:
    """Yield the areas that a path's level and standing strokes cover."""
    half = path.width / 2
    for part in path.parts:
        for (ax, ay), (bx, by) in part.straight:
            level, standing = abs(ay - by) <= RECTANGULAR, abs(ax - bx) <= RECTANGULAR
            if level != standing:
                reach, rise = (0.0, half) if level else (half, 0.0)
                corners = [(min(ax, bx) - reach, min(ay, by) - rise), (max(ax, bx) + reach, max(ay, by) + rise)]
                box = clip_box(corners, path.clip)
                if box:
                    yield box


def clip_box(points: Points, clip: Box) -> Box | None:
    """Return the upright box around points within a clip; None where the clip leaves nothing of it."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    x0, x1 = max(min(xs), clip.x0), min(max(xs), clip.x1)
    y0, y1 = max(min(ys), clip.y0), min(max(ys), clip.y1)
    return Box(x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 else None


def is_upright_rectangle(points: Points) -> bool:
    """Tell whether the points are the corners of an upright rectangle, in turn."""
    corners = points[:-1] if points[0] == points[-1] else points
    if len(corners) != 4:
        return False
    xs, ys = sorted(x for x, _ in corners), sorted(y for _, y in corners)
    flat = max(xs[1] - xs[0], xs[3] - xs[2], ys[1] - ys[0], ys[3] - ys[2]) <= RECTANGULAR
    (ax, ay), _, (cx, cy), _ = corners
    return flat and (abs(ax - cx) > RECTANGULAR) == (xs[3] - xs[0] > RECTANGULAR) and abs(ay - cy) > RECTANGULAR


class Ground:
    """How light the page is at a point, by the fills on it; paper is white."""

    def __init__(self, fills: Sequence[Fill]) -> None:
        self._boxes = np.array([(f.box.x0, f.box.y0, f.box.x1, f.box.y1) for f in fills]).reshape(-1, 4)
        self._light = np.array([*(f.light for f in fills), WHITE])

    def at(self, points: Floats) -> Floats:
        """Return the lightness at n x 2 points: that of the fill that was painted last there."""
        if not len(self._boxes) or not len(points):
            return np.full(len(points), WHITE)
        x, y = points[:, 0:1], points[:, 1:2]
        left, top, right, bottom = self._boxes.T
        inside = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
        last = inside.shape[1] - 1 - inside[:, ::-1].argmax(axis=1)
        return np.asarray(self._light[np.where(inside.any(axis=1), last, -1)])
