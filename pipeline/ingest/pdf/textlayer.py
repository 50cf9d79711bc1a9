"""A PDF page's own characters and drawn lines, read by pdfplumber, in the coordinates of the page as it is shown.

This module does not decide whether a text layer can be believed (`pipeline.ingest.pdf.trust` does) and does not look at
pictures.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.models import Box, Glyph, Ruling

THIN = 3.0
"""A drawn box thinner than this, in points, is a ruling; browsers draw borders so."""

SLANT = 1.0
"""A line that deviates from the axis by no more than this, in points, is parallel to it."""

OVERPRINT = 1.0
"""The same character again within this distance, in points, is a bold face made by printing twice."""

SHADOW, NARROW = 0.15, 0.3
"""Distance, in sizes of the page's writing, up to which it is a shadow; from which it is the next character."""

LEAST_REACH = 0.01
"""Points that the distance is at least: a file may say any size."""


def overprint_reach(size: float) -> float:
    """Return up to how many points apart a character is the same one, on a page with writing of a size in points."""
    return max(LEAST_REACH, min(max(OVERPRINT, SHADOW * size), NARROW * size))


def read_glyphs(page: Any) -> tuple[Glyph, ...]:
    """Return the characters of a pdfplumber page inside its crop box, overprinted ones once."""
    left, top, right, bottom = page.cropbox
    sizes = sorted(char["bottom"] - char["top"] for char in page.chars)
    reach = max(LEAST_REACH, min(OVERPRINT, NARROW * sizes[len(sizes) // 2])) if sizes else OVERPRINT
    glyphs: list[Glyph] = []
    seen: dict[tuple[str, int, int], tuple[float, float]] = {}
    for char in page.chars:
        x0, y0 = char["x0"], char["top"]
        if not (left <= (x0 + char["x1"]) / 2 <= right and top <= (y0 + char["bottom"]) / 2 <= bottom):
            continue
        if overprinted(seen, char["text"], x0, y0, reach):
            continue
        glyphs.append(Glyph(char["text"], Box(x0 - left, y0 - top, char["x1"] - left, char["bottom"] - top)))
    return tuple(glyphs)


def overprinted(
    seen: dict[tuple[str, int, int], tuple[float, float]], text: str, x: float, y: float, reach: float = OVERPRINT
) -> bool:
    """Tell whether this character was drawn within `reach` points of here before, and remember it."""
    col, row = int(x // reach), int(y // reach)
    for i in (col - 1, col, col + 1):
        for j in (row - 1, row, row + 1):
            at = seen.get((text, i, j))
            if at and abs(at[0] - x) < reach and abs(at[1] - y) < reach:
                return True
    seen[text, col, row] = (x, y)
    return False


def read_rulings(page: Any) -> tuple[Ruling, ...]:
    """Return a pdfplumber page's axis-parallel lines: strokes, thin filled boxes, the sides of stroked boxes."""
    left, top, _, _ = page.cropbox
    rulings: list[Ruling] = []
    for shape in (*page.lines, *page.rects, *page.curves):
        if _invisible(shape):
            continue
        rulings += _sides(shape, shape["x0"] - left, shape["top"] - top, shape["x1"] - left, shape["bottom"] - top)
    return tuple(rulings)


def _sides(shape: Mapping[str, Any], x0: float, y0: float, x1: float, y1: float) -> Iterable[Ruling]:
    width, height = x1 - x0, y1 - y0
    if height <= THIN and width > height:
        middle = (y0 + y1) / 2
        return [Ruling(x0, middle, x1, middle)]
    if width <= THIN and height > width:
        middle = (x0 + x1) / 2
        return [Ruling(middle, y0, middle, y1)]
    if shape["object_type"] == "line":
        return []  # a slanted stroke separates nothing
    if shape["object_type"] == "rect" and shape.get("stroke"):
        return [Ruling(x0, y0, x1, y0), Ruling(x0, y1, x1, y1), Ruling(x0, y0, x0, y1), Ruling(x1, y0, x1, y1)]
    return _axis_parallel(shape, x0, y0) if shape["object_type"] == "curve" and shape.get("stroke") else []


def _axis_parallel(shape: Mapping[str, Any], x0: float, y0: float) -> list[Ruling]:
    """Return the straight, axis-parallel stretches of a stroked path."""
    dx, dy = x0 - shape["x0"], y0 - shape["top"]
    points = [(x + dx, y + dy) for x, y in shape.get("pts", ())]
    found = []
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        if abs(ay - by) <= SLANT < abs(ax - bx):
            found.append(Ruling(min(ax, bx), (ay + by) / 2, max(ax, bx), (ay + by) / 2))
        elif abs(ax - bx) <= SLANT < abs(ay - by):
            found.append(Ruling((ax + bx) / 2, min(ay, by), (ax + bx) / 2, max(ay, by)))
    return found


def _invisible(shape: Mapping[str, Any]) -> bool:
    """Tell whether a shape is painted white, which rules nothing on white paper."""
    if shape.get("stroke"):
        return _white(shape.get("stroking_color"))
    return _white(shape.get("non_stroking_color")) if shape.get("fill") else True


def _white(color: Any) -> bool:
    values = color if isinstance(color, tuple | list) else (color,)
    if not values or not all(isinstance(v, int | float) for v in values):
        return False
    return sum(values) < 0.02 if len(values) == 4 else all(v > 0.98 for v in values)
