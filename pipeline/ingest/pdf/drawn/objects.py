"""What a PDF page draws, object by object in the order of painting: texts, paths and pictures, also those in forms.

Coordinates are points of the page as it is shown, y downwards. Form XObjects are entered with their matrices and
clips. Shadings are passed over. What is seen of an object is judged elsewhere.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pypdfium2.raw as pdfium_c

from pipeline.ingest.pdf.drawn import handles as raw
from pipeline.ingest.pdf.drawn.affine import Affine, compose, map_point
from pipeline.models import Box

DEEPEST = 6
"""Forms within forms that are entered; cyclic ones are cut by pdfium itself."""

MOST_SEGMENTS = 400
"""Segments of a path beyond which its points are not looked at: an outline or a picture drawn with lines."""

EVERYWHERE = Box(-1e9, -1e9, 1e9, 1e9)
"""The clip of what is not clipped."""

Color = tuple[int, int, int, int]
"""Red, green, blue and opacity, each 0 to 255."""

Point = tuple[float, float]
Points = list[Point]


@dataclass(frozen=True, slots=True)
class TextRun:
    """A text object: when it is painted, how (rendering mode, ISO 32000-1, 9.3.6), in what colour, within what clip."""

    address: int
    order: int
    mode: int
    color: Color
    transparent: bool
    clip: Box


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
class Picture:
    """A picture's place on the page, clipped, and the handle of its object."""

    address: int
    order: int
    box: Box
    transparent: bool


@dataclass(slots=True)
class Drawing:
    """All objects of a page; `texts` by their address."""

    texts: dict[int, TextRun] = field(default_factory=dict)
    paths: list[DrawnPath] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    others: int = 0

    @property
    def bare(self) -> bool:
        """Whether there are pictures and nothing else."""
        return not self.texts and not self.paths and not self.others


@dataclass(slots=True)
class _Walk:
    """The state of one walk: buffers that pdfium writes into, and how many objects have been met."""

    drawing: Drawing = field(default_factory=Drawing)
    order: int = 0
    matrix: ctypes.Array[ctypes.c_float] = field(default_factory=ctypes.c_float * 6)
    numbers: ctypes.Array[ctypes.c_uint] = field(default_factory=ctypes.c_uint * 4)
    floats: ctypes.Array[ctypes.c_float] = field(default_factory=ctypes.c_float * 2)
    modes: ctypes.Array[ctypes.c_int] = field(default_factory=ctypes.c_int * 2)


@dataclass(frozen=True, slots=True)
class _Level:
    """Where the objects of the page or of a form lie: their map to the page as shown, and what they are within."""

    affine: Affine
    clip: Box = EVERYWHERE
    transparent: bool = False
    depth: int = 0


def read_objects(page: object, to_shown: Affine) -> Drawing:
    """Return what an open pypdfium2 page draws; `to_shown` maps its user space to the page as shown."""
    handle = raw.address_of(page)
    walk = _Walk()
    objects = (raw.get_object(handle, i) for i in range(raw.count_objects(handle)))
    _enter(walk, objects, _Level(to_shown))
    return walk.drawing


def _enter(walk: _Walk, objects: Iterator[int | None], level: _Level) -> None:
    for item in objects:
        if item:
            walk.order += 1
            clip = _clip_of(walk, item, level)
            pale = level.transparent or raw.object_transparent(item) == 1
            _enter_object(walk, item, replace(level, clip=clip, transparent=pale))


def _enter_object(walk: _Walk, item: int, level: _Level) -> None:
    kind = raw.object_type(item)
    if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
        _drop_spoken_text(item)
        color = _color(walk, raw.object_fill, item)
        run = TextRun(item, walk.order, raw.text_mode(item), color, level.transparent, level.clip)
        walk.drawing.texts[item] = run
    elif kind == pdfium_c.FPDF_PAGEOBJ_PATH:
        walk.drawing.paths.append(_path(walk, item, level))
    elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
        box = _meet(_square(compose(_matrix(walk, item), level.affine)), level.clip)
        walk.drawing.pictures.append(Picture(item, walk.order, box, level.transparent))
    elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and level.depth < DEEPEST:
        inner = (raw.get_form_object(item, i) for i in range(max(0, raw.count_form_objects(item))))
        affine = compose(_matrix(walk, item), level.affine)
        _enter(walk, inner, replace(level, affine=affine, depth=level.depth + 1))
    else:
        walk.drawing.others += 1


def _drop_spoken_text(item: int) -> None:
    """Take the text that is to be spoken instead of a text object (14.9.4) away from it, in the open page alone.

    pdfium would give it in place of the characters that are drawn, and at a place that ignores forms.
    """
    for i in range(raw.count_marks(item)):
        raw.remove_mark_value(item, raw.get_mark(item, i), b"ActualText")


def _matrix(walk: _Walk, item: int) -> Affine:
    buffer = walk.matrix
    if not raw.object_matrix(item, ctypes.addressof(buffer)):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (buffer[0], buffer[1], buffer[2], buffer[3], buffer[4], buffer[5])


def _color(walk: _Walk, ask: Callable[..., int], item: int) -> Color:
    """Return a colour; black where pdfium knows none, as with patterns."""
    buffer = walk.numbers
    start = ctypes.addressof(buffer)
    if not ask(item, start, start + 4, start + 8, start + 12):
        return (0, 0, 0, 255)
    return (buffer[0], buffer[1], buffer[2], buffer[3])


def _square(affine: Affine) -> Box:
    """Return the upright box around the unit square's image, which is where a picture lies (8.9.5)."""
    corners = [map_point(affine, x, y) for x in (0.0, 1.0) for y in (0.0, 1.0)]
    return _around(corners)


def _around(points: Points) -> Box:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _meet(box: Box, other: Box) -> Box:
    """Return what two boxes share; an empty box where they share nothing."""
    x0, y0 = max(box.x0, other.x0), max(box.y0, other.y0)
    return Box(x0, y0, max(x0, min(box.x1, other.x1)), max(y0, min(box.y1, other.y1)))


def _clip_of(walk: _Walk, item: int, level: _Level) -> Box:
    """Return the upright box that an object is clipped to: its clip paths' boxes within the clip it lies in."""
    clip = level.clip
    path = raw.object_clip(item)
    count = raw.count_clips(path) if path else 0
    for i in range(max(0, count)):
        points = [
            _point(walk, raw.clip_segment(path, i, k), level.affine) for k in range(raw.count_clip_segments(path, i))
        ]
        if points:
            clip = _meet(_around(points), clip)
    return clip


def _point(walk: _Walk, segment: int, affine: Affine) -> tuple[float, float]:
    buffer = walk.floats
    start = ctypes.addressof(buffer)
    raw.segment_point(segment, start, start + 4)
    return map_point(affine, buffer[0], buffer[1])


def _path(walk: _Walk, item: int, level: _Level) -> DrawnPath:
    affine = compose(_matrix(walk, item), level.affine)
    modes = walk.modes
    start = ctypes.addressof(modes)
    raw.path_mode(item, start, start + 4)
    filled, stroked = modes[0] != 0, modes[1] != 0
    segments = raw.count_segments(item)
    parts, curved = _parts(walk, item, segments, affine) if 0 < segments <= MOST_SEGMENTS else ((), True)
    width = 0.0
    if stroked and raw.object_stroke_width(item, ctypes.addressof(walk.floats)):
        width = walk.floats[0] * abs(affine[0] * affine[3] - affine[1] * affine[2]) ** 0.5
    return DrawnPath(
        order=walk.order,
        box=_meet(_path_box(walk, item, parts, level.affine), level.clip),
        parts=parts,
        segments=segments,
        curved=curved,
        filled=filled,
        stroked=stroked,
        fill=_color(walk, raw.object_fill, item) if filled else (0, 0, 0, 0),
        stroke=_color(walk, raw.object_stroke, item) if stroked else (0, 0, 0, 0),
        width=width,
        transparent=level.transparent,
        clip=level.clip,
    )


def _path_box(walk: _Walk, item: int, parts: tuple[Subpath, ...], outer: Affine) -> Box:
    """Return the upright box around a path; pdfium says it where the points were not looked at."""
    if parts:
        return _around([point for part in parts for point in part.points])
    buffer = walk.matrix
    start = ctypes.addressof(buffer)
    if not raw.object_bounds(item, start, start + 4, start + 8, start + 12):
        return Box(0.0, 0.0, 0.0, 0.0)
    left, bottom, right, top = buffer[0], buffer[1], buffer[2], buffer[3]
    return _around([map_point(outer, x, y) for x in (left, right) for y in (bottom, top)])


def _parts(walk: _Walk, item: int, segments: int, affine: Affine) -> tuple[tuple[Subpath, ...], bool]:
    """Return a path's subpaths and whether any segment is a curve."""
    parts: list[Subpath] = []
    curved = False
    for i in range(segments):
        segment = raw.get_segment(item, i)
        kind = raw.segment_type(segment)
        point = _point(walk, segment, affine)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO or not parts:
            parts.append(Subpath([], []))
        points, straight = parts[-1].points, parts[-1].straight
        if kind == pdfium_c.FPDF_SEGMENT_LINETO and points:
            straight.append((points[-1], point))
        curved = curved or kind == pdfium_c.FPDF_SEGMENT_BEZIERTO
        points.append(point)
        if raw.segment_close(segment) and point != points[0]:
            straight.append((point, points[0]))
            points.append(points[0])
    return tuple(part for part in parts if len(part.points) > 1), curved
