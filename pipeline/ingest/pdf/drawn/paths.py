"""The paths of a page: their subpaths, and how they are painted."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np
import pypdfium2.raw as pdfium_c

from pipeline.ingest.pdf.drawn import handles as raw
from pipeline.ingest.pdf.drawn.affine import Affine, compose, map_points
from pipeline.ingest.pdf.drawn.properties import (
    NO_COLOR,
    Color,
    Met,
    Point,
    Points,
    around,
    colors_of,
    matrices_of,
    meet,
    points_of,
)
from pipeline.models import Box

MOST_SEGMENTS = 400
"""Segments of a path beyond which its points are not looked at: an outline or a picture drawn with lines."""


@dataclass(frozen=True, slots=True)
class Subpath:
    """One stretch of a path drawn without lifting the pen: its points, those that bend curves included, and which of
    its pieces are straight. A closed one ends where it begins.
    """

    points: Points
    straight: list[tuple[Point, Point]]


@dataclass(frozen=True, slots=True)
class DrawnPath:
    """A path: its subpaths and how it is painted. `box` is clipped; `width` is the stroke's, in points.

    `curved` tells that one of its segments is a curve, `segments` how many it has in all; `parts` is empty where they
    are too many to be lines or areas.
    """

    order: int
    box: Box
    parts: tuple[Subpath, ...]
    segments: int
    curved: bool
    filled: bool
    stroked: bool
    fill: Color
    stroke: Color
    width: float
    transparent: bool
    clip: Box


@dataclass(frozen=True, slots=True)
class _Segments:
    """The segments of several paths in a row, as shown: their points, kinds, and whether each closes its subpath."""

    points: list[list[float]]
    kinds: list[int]
    closing: list[int]


def read_paths(met: Sequence[Met]) -> list[DrawnPath]:
    """Return the paths that were met, in their order; each property is asked of all at once."""
    items = [item for item, _, _ in met]
    counts = [max(0, count) for count in map(raw.count_segments, items)]
    modes = np.zeros((len(items), 2), np.int32)
    raw.call_each(raw.path_mode, items, *raw.columns_of(modes))
    fills, strokes = colors_of(raw.object_fill, items), colors_of(raw.object_stroke, items)
    affines = [compose(own, level.affine) for own, (_, _, level) in zip(matrices_of(items), met, strict=True)]
    looked_at = [count if count <= MOST_SEGMENTS else 0 for count in counts]
    segments = _read_segments(items, looked_at, affines)
    paths, at = [], 0
    for i, (item, order, level) in enumerate(met):
        parts, curved = _parts(segments, at, at + looked_at[i]) if looked_at[i] else ((), counts[i] > 0)
        at += looked_at[i]
        filled, stroked = bool(modes[i, 0]), bool(modes[i, 1])
        path = DrawnPath(
            order=order,
            box=meet(_path_box(item, parts, level.affine), level.clip),
            parts=parts,
            segments=counts[i],
            curved=curved,
            filled=filled,
            stroked=stroked,
            fill=fills[i] if filled else NO_COLOR,
            stroke=strokes[i] if stroked else NO_COLOR,
            width=_stroke_width(item, affines[i]) if stroked else 0.0,
            transparent=level.transparent,
            clip=level.clip,
        )
        paths.append(path)
    return paths


def _read_segments(items: Sequence[int], counts: Sequence[int], affines: Sequence[Affine]) -> _Segments:
    total = sum(counts)
    owners = chain.from_iterable(map(repeat, items, counts))
    segments = list(map(raw.get_segment, owners, chain.from_iterable(map(range, counts))))
    points = points_of(segments)
    if total:
        a, b, c, d, e, f = np.repeat(np.array(affines), counts, axis=0).T
        x, y = points.T
        points = np.stack([a * x + c * y + e, b * x + d * y + f], axis=1)
    return _Segments(points.tolist(), list(map(raw.segment_type, segments)), list(map(raw.segment_close, segments)))


def _stroke_width(item: int, affine: Affine) -> float:
    width = ctypes.c_float()
    if not raw.object_stroke_width(item, ctypes.addressof(width)):
        return 0.0
    return float(width.value * abs(affine[0] * affine[3] - affine[1] * affine[2]) ** 0.5)


def _path_box(item: int, parts: tuple[Subpath, ...], outer: Affine) -> Box:
    """Return the upright box around a path; pdfium says it where the points were not looked at."""
    if parts:
        xs = [x for part in parts for x, _ in part.points]
        ys = [y for part in parts for _, y in part.points]
        return Box(min(xs), min(ys), max(xs), max(ys))
    bounds = np.zeros(4, np.float32)
    start = bounds.ctypes.data
    raw.object_bounds(item, start, start + 4, start + 8, start + 12)
    left, bottom, right, top = bounds.tolist()
    return around(map_points(outer, np.array(((left, bottom), (left, top), (right, bottom), (right, top)))))


def _parts(segments: _Segments, start: int, stop: int) -> tuple[tuple[Subpath, ...], bool]:
    """Return the subpaths of one path and whether any segment is a curve."""
    parts: list[Subpath] = []
    curved = False
    for i in range(start, stop):
        kind = segments.kinds[i]
        point = (segments.points[i][0], segments.points[i][1])
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO or not parts:
            parts.append(Subpath([], []))
        points, straight = parts[-1].points, parts[-1].straight
        if kind == pdfium_c.FPDF_SEGMENT_LINETO and points:
            straight.append((points[-1], point))
        curved = curved or kind == pdfium_c.FPDF_SEGMENT_BEZIERTO
        points.append(point)
        if segments.closing[i] and point != points[0]:
            straight.append((point, points[0]))
            points.append(points[0])
    return tuple(part for part in parts if len(part.points) > 1), curved
