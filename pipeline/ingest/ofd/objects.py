"""Page objects of an OFD file → characters, rulings and pictures in points (GB/T 33190-2016, clauses 8 to 13).

A text object gives every character its place, so no font is needed to find it. Lengths in the file are millimetres,
with the origin at the upper left of the page; an object's own coordinates go through its CTM and then to the corner of
its boundary (8.5). Shadings and clipping are not drawn.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from pipeline.ingest.ofd.marks import BLACK, Color, Mark, Path, Picture, Point, Written, trace_curve
from pipeline.ingest.pdf.textlayer import SLANT, THIN, overprinted
from pipeline.models import Box, Glyph, Ruling

POINTS = 72.0 / 25.4
"""Points of one millimetre."""

ASCENT, DESCENT = 0.86, 0.14
"""How far a character reaches above and below its base line, in parts of its size."""

MAX_DEPTH = 12
"""Levels of groups and composites inside each other."""

MAX_CODES = 100_000
"""Characters of one text object at most."""

FARTHEST = 1e6
"""Beyond this, in millimetres or as a factor, no number of a page means anything."""

CONTROLS = {"Q": 4, "B": 6}
"""Numbers that curves of the second and the third degree have."""

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?"
_STEP = re.compile(rf"([SMLQBAC])((?:[\s,]*{_NUMBER})*)")
_FINDS = re.compile(_NUMBER)

Transform = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f of x' = a x + c y + e, y' = b x + d y + f."""

UNCHANGED: Transform = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class Drawn:
    """What the objects of a page draw. `hidden` has the characters that are there but not shown, `marks` what is shown
    in the order of painting, `overlays` the characters of watermarks that are set over the page.
    """

    marks: list[Mark] = field(default_factory=list)
    glyphs: list[Glyph] = field(default_factory=list)
    hidden: list[Glyph] = field(default_factory=list)
    overlays: list[Glyph] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    printed: dict[tuple[str, int, int], tuple[float, float]] = field(default_factory=dict)


def draw_objects(content: Any, start: Transform, find_unit: Callable[[str], Any], drawn: Drawn) -> None:
    """Add what the objects below an element draw. `start` maps the page to points; `find_unit` finds composites."""
    stack: list[tuple[Any, Transform, int]] = [(content, start, 0)]
    while stack:
        node, transform, depth = stack.pop()
        if node.get("Visible") == "false":
            continue
        match node.tag.rpartition("}")[2]:
            case "TextObject":
                _draw_text(node, transform, drawn)
            case "PathObject":
                _draw_path(node, transform, drawn)
            case "ImageObject":
                picture = Picture(node.get("ResourceID", ""), _picture_box(node, transform))
                drawn.pictures.append(picture)
                drawn.marks.append(picture)
            case "CompositeObject" if depth < MAX_DEPTH:
                unit = find_unit(node.get("ResourceID", ""))
                if unit is not None:
                    stack.append((unit, _place(node, transform), depth + 1))
            case "Appearance" if depth < MAX_DEPTH:
                place = _place(node, transform)
                stack += ((child, place, depth + 1) for child in reversed(list(node.iterchildren("{*}*"))))
            case "Layer" | "PageBlock" | "Content" | "CompositeGraphicUnit" if depth < MAX_DEPTH:
                stack += ((child, transform, depth + 1) for child in reversed(list(node.iterchildren("{*}*"))))
            case _:
                pass


def numbers(text: str | None) -> list[float]:
    """Return the numbers of an array (ST_Array); none is farther from zero than `FARTHEST`."""
    return [max(-FARTHEST, min(FARTHEST, float(number))) for number in _FINDS.findall(text or "")[:MAX_CODES]]


def combine(outer: Transform, inner: Transform) -> Transform:
    """Return the transform that does `inner` first and `outer` then."""
    a, b, c, d, e, f = inner
    x, y = apply(outer, e, f)
    oa, ob, oc, od, _, _ = outer
    return oa * a + oc * b, ob * a + od * b, oa * c + oc * d, ob * c + od * d, x, y


def apply(transform: Transform, x: float, y: float) -> tuple[float, float]:
    """Map one point."""
    a, b, c, d, e, f = transform
    return a * x + c * y + e, b * x + d * y + f


def _place(node: Any, outer: Transform) -> Transform:
    """Return the transform from an object's own coordinates to points."""
    boundary, ctm = numbers(node.get("Boundary")), numbers(node.get("CTM"))
    corner: Transform = (1.0, 0.0, 0.0, 1.0, boundary[0], boundary[1]) if len(boundary) == 4 else UNCHANGED
    own: Transform = (ctm[0], ctm[1], ctm[2], ctm[3], ctm[4], ctm[5]) if len(ctm) == 6 else UNCHANGED
    return combine(outer, combine(corner, own))


def _box(transform: Transform, x0: float, y0: float, x1: float, y1: float) -> Box:
    corners = [apply(transform, x, y) for x in (x0, x1) for y in (y0, y1)]
    xs, ys = [p[0] for p in corners], [p[1] for p in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _draw_text(node: Any, outer: Transform, drawn: Drawn) -> None:
    place = _place(node, outer)
    size = abs(next(iter(numbers(node.get("Size"))), 0.0))
    stretch = next(iter(numbers(node.get("HScale"))), 1.0)
    shown, color, font = _is_shown(node), _color(node, "FillColor"), node.get("Font", "")
    x = y = 0.0
    for code in node.iterfind("{*}TextCode"):
        x, y = _first(code.get("X"), x), _first(code.get("Y"), y)
        for char, at_x, at_y, advance in _characters(code, x, y, size * stretch):
            box = _box(place, at_x, at_y - ASCENT * size, at_x + advance, at_y + DESCENT * size)
            if not shown:
                drawn.hidden.append(Glyph(char, box))
            elif not overprinted(drawn.printed, char, box.x0, box.y0):
                drawn.glyphs.append(Glyph(char, box))
                drawn.marks.append(Written(drawn.glyphs[-1], color, font))


def _first(text: str | None, otherwise: float) -> float:
    return next(iter(numbers(text)), otherwise)


def _is_shown(node: Any) -> bool:
    """Tell whether a text leaves ink: scanners put text under a picture without fill, or wholly transparent (11.3)."""
    inked = node.get("Fill", "true") != "false" or node.get("Stroke") == "true"
    return inked and node.get("Alpha") != "0" and not _is_white(node.find("{*}FillColor"))


def _characters(code: Any, x: float, y: float, size: float) -> Iterator[tuple[str, float, float, float]]:
    """Yield the characters of a text code, each with its place on the base line and its width (11.3, DeltaX)."""
    text = (code.text or "")[:MAX_CODES].strip("\r\n\t")
    right, down = _offsets(code.get("DeltaX"), len(text)), _offsets(code.get("DeltaY"), len(text))
    stated = bool(right or down)
    for i, char in enumerate(text):
        natural = size * (1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5)
        step = right[i] if i < len(right) else 0.0 if stated else natural
        yield char, x, y, (min(step, natural) if step > 0 else natural)
        x += step
        y += down[i] if i < len(down) else 0.0


def _offsets(text: str | None, count: int) -> list[float]:
    """Return the distances between characters; `g 3 1.5` is three times 1.5. None that no character needs is made."""
    words = (text or "").split()
    offsets: list[float] = []
    i = 0
    while i < len(words) and len(offsets) < count:
        if words[i] == "g" and i + 2 < len(words):
            repeat = int(words[i + 1]) if words[i + 1].isdigit() else 0
            offsets += [_first(words[i + 2], 0.0)] * min(repeat, count - len(offsets))
            i += 3
        else:
            offsets.append(_first(words[i], 0.0))
            i += 1
    return offsets


def _picture_box(node: Any, outer: Transform) -> Box:
    """Return where a picture stands: it fills the unit square of its own coordinates (clause 10)."""
    return _box(_place(node, outer), 0.0, 0.0, 1.0, 1.0)


def _draw_path(node: Any, outer: Transform, drawn: Drawn) -> None:
    """Add a path, and of it the axis-parallel lines: its strokes, or the thin box that it fills (clause 9)."""
    stroked, filled = node.get("Stroke", "true") != "false", node.get("Fill") == "true"
    if node.get("Alpha") == "0" or not (stroked or filled):
        return
    place, data = _place(node, outer), node.findtext("{*}AbbreviatedData") or ""
    figures = tuple(tuple(apply(place, x, y) for x, y in figure) for figure in _trace(data, curved=True))
    if not figures:
        return
    fill, stroke = (_color(node, "FillColor"), _color(node, "StrokeColor"))
    width = next(iter(numbers(node.get("LineWidth"))), 0.353) * POINTS
    drawn.marks.append(Path(figures, fill if filled else None, stroke if stroked else None, width))
    stroked = stroked and not _is_white(node.find("{*}StrokeColor"))
    filled = filled and not _is_white(node.find("{*}FillColor"))
    for points in _trace(data) if stroked or filled else ():
        corners = [apply(place, x, y) for x, y in points]
        thin = _thin_box(corners) if filled else None
        if thin is not None:
            drawn.rulings.append(thin)
        elif stroked:
            drawn.rulings += filter(None, (_axis_parallel(a, b) for a, b in pairwise(corners)))


def _color(node: Any, name: str) -> Color:
    """Return a colour of an object as red, green and blue; black where none is stated (8.3.2)."""
    found = node.find(f"{{*}}{name}")
    values = [max(0, min(255, round(value))) for value in numbers(found.get("Value"))] if found is not None else []
    if len(values) == 1:
        return values[0], values[0], values[0]
    return (values[0], values[1], values[2]) if len(values) == 3 else BLACK


def _trace(data: str, *, curved: bool = False) -> list[list[Point]]:
    """Return the figures of abbreviated path data by their corners (9.1); of a curve its end, or points along it."""
    figures: list[list[Point]] = []
    for operator, arguments in _STEP.findall(data):
        values = numbers(arguments)
        if operator in "SM" and len(values) >= 2:
            figures.append([(values[0], values[1])])
        elif operator == "C" and figures:
            figures[-1].append(figures[-1][0])
        elif figures and operator in "QB" and curved and len(values) == CONTROLS[operator]:
            figures[-1] += trace_curve(figures[-1][-1], list(zip(values[::2], values[1::2], strict=True)))
        elif figures and len(values) >= 2:
            figures[-1].append((values[-2], values[-1]))
    return figures


def _thin_box(corners: list[Point]) -> Ruling | None:
    """Return the ruling that a thin filled figure is, or None where it is none."""
    xs, ys = [p[0] for p in corners], [p[1] for p in corners]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    if height <= THIN and width > height:
        return Ruling(min(xs), (min(ys) + max(ys)) / 2, max(xs), (min(ys) + max(ys)) / 2)
    if width <= THIN and height > width:
        return Ruling((min(xs) + max(xs)) / 2, min(ys), (min(xs) + max(xs)) / 2, max(ys))
    return None


def _axis_parallel(start: Point, end: Point) -> Ruling | None:
    (ax, ay), (bx, by) = start, end
    if abs(ay - by) <= SLANT < abs(ax - bx):
        return Ruling(min(ax, bx), (ay + by) / 2, max(ax, bx), (ay + by) / 2)
    if abs(ax - bx) <= SLANT < abs(ay - by):
        return Ruling((ax + bx) / 2, min(ay, by), (ax + bx) / 2, max(ay, by))
    return None


def _is_white(color: Any) -> bool:
    """Tell whether a colour is white, which rules nothing and writes nothing on white paper."""
    values = numbers(color.get("Value")) if color is not None else []
    return len(values) in {1, 3} and min(values) >= 250
