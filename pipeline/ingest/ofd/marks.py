"""What the objects of an OFD page leave on it, in the order of painting: characters, paths and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.models import Box, Glyph

Point = tuple[float, float]
Color = tuple[int, int, int]

BLACK: Color = (0, 0, 0)

STEPS = 8
"""Straight pieces that a curve is drawn with."""


@dataclass(frozen=True, slots=True)
class Written:
    """A character in its place, with its colour and the id of its font."""

    glyph: Glyph
    color: Color
    font: str


@dataclass(frozen=True, slots=True)
class Path:
    """A path's figures by their points, with the colours of fill and stroke where it has them; `width` in points."""

    figures: tuple[tuple[Point, ...], ...]
    fill: Color | None
    stroke: Color | None
    width: float

    @property
    def box(self) -> Box:
        """The box around all points."""
        points = [point for figure in self.figures for point in figure]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return Box(min(xs), min(ys), max(xs), max(ys))


@dataclass(frozen=True, slots=True)
class Picture:
    """An image object: the id of its resource, and the box it fills, in points."""

    resource: str
    box: Box


Mark = Written | Path | Picture


def trace_curve(start: Point, controls: Sequence[Point]) -> list[Point]:
    """Return points of a Bézier curve from `start` over its control points to the last of them (9.1)."""
    points = [start, *controls]
    return [_point_at(points, step / STEPS) for step in range(1, STEPS + 1)]


def _point_at(points: Sequence[Point], share: float) -> Point:
    """Return the point of a curve at a share of its way (de Casteljau)."""
    while len(points) > 1:
        points = [(ax + (bx - ax) * share, ay + (by - ay) * share) for (ax, ay), (bx, by) in pairwise(points)]
    return points[0]
