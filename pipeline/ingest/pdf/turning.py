"""Which way the writing of a page runs and how small it is, and the map that lays it level and legible.

A landscape table may be turned on a portrait page by its content, and a page may be skewed by a degree: what most of
the characters say counts. The rotation of the page itself (/Rotate) is not looked at, it is part of how it is shown.
"""

from __future__ import annotations

import math

import numpy as np

from pipeline.ingest.pdf.drawn.affine import UNMOVED, Affine, compose, map_point
from pipeline.ingest.pdf.drawn.characters import Characters
from pipeline.models import Frame

MOST = 0.6
"""Share of the characters that must be written one way for the page to be laid that way."""

SKEWED = (math.radians(0.15), math.radians(5.0))
"""Least and largest angle of a skew; less does no harm, more is no skew."""

EVEN = math.radians(0.3)
"""Angle within which three quarters of the characters must agree on a skew."""

FEWEST = 8
"""Characters from which a page has a direction of writing."""


SMALLEST, USUAL = 3.0, 9.0
"""Size of writing in points below which no person reads it on paper, and the size that it is then given: such a page
is a usual one that was stored in another unit."""


def find_turn(chars: Characters, width: float, height: float) -> Affine:
    """Return the map from the page as shown (points) to the page with its writing level and of a size that is printed;
    unmoved where it is.
    """
    if len(chars) < FEWEST:
        return UNMOVED
    level, size = _find_level(chars, width, height), float(np.median(chars.size))
    if not 0.0 < size < SMALLEST:
        return level
    return compose(level, (USUAL / size, 0.0, 0.0, USUAL / size, 0.0, 0.0))


def _find_level(chars: Characters, width: float, height: float) -> Affine:
    quarters = np.round(chars.direction / (math.pi / 2)).astype(int)
    beside = chars.direction - quarters * (math.pi / 2)
    straight = np.abs(beside) <= SKEWED[1]
    counts = [int((straight & (quarters % 4 == turn)).sum()) for turn in range(4)]
    turn = int(np.argmax(counts))
    if counts[turn] < MOST * len(chars):
        return UNMOVED
    skew = _common_skew(beside[straight & (quarters % 4 == turn)])
    return compose(_quarter_turns(turn, width, height), _level(skew, *_turned_size(turn, width, height)))


def _common_skew(angles: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    middle = float(np.median(angles))
    agree = np.abs(angles - middle) <= EVEN
    return middle if SKEWED[0] <= abs(middle) and agree.mean() >= 0.75 else 0.0


def _turned_size(turn: int, width: float, height: float) -> tuple[float, float]:
    return (width, height) if turn % 2 == 0 else (height, width)


def _quarter_turns(turn: int, width: float, height: float) -> Affine:
    """Return the map that takes a writing turned by `turn` quarters clockwise back, the page's corner at the origin."""
    if turn == 0:
        return UNMOVED
    if turn == 1:
        return (0.0, -1.0, 1.0, 0.0, 0.0, width)
    if turn == 2:
        return (-1.0, 0.0, 0.0, -1.0, width, height)
    return (0.0, 1.0, -1.0, 0.0, height, 0.0)


def _level(skew: float, width: float, height: float) -> Affine:
    """Return the rotation by minus the skew about the middle of the page."""
    if not skew:
        return UNMOVED
    cos, sin = math.cos(skew), math.sin(skew)
    turned: Affine = (cos, -sin, sin, cos, 0.0, 0.0)
    x, y = map_point(turned, width / 2, height / 2)
    return (cos, -sin, sin, cos, width / 2 - x, height / 2 - y)


def frame_of(turn: Affine) -> Frame:
    """Return the frame that carries a page laid level back to the page as shown."""
    if turn == UNMOVED:
        return Frame()
    a, b, c, d, e, f = turn
    size = a * d - b * c
    back = (d / size, -b / size, -c / size, a / size)
    x, y = back[0] * e + back[2] * f, back[1] * e + back[3] * f
    return Frame((back[0], back[2], -x, back[1], back[3], -y, 0.0, 0.0, 1.0))
