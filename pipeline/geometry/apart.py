"""Cells drawn as boxes of their own, with room between them: cards, frames with round corners.

The facing sides of two neighbours are one line between two cells. Nothing here knows about text. Lengths are points.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.models import Ruling

APART = 6.0
"""Room between two boxes, at most, and how far a side falls short of its corner where that is round."""

DOUBLED = 0.4
"""Share of the lines of a page that face another one where its cells are drawn apart."""


def close_boxes(rulings: Sequence[Ruling]) -> tuple[Ruling, ...]:
    """Return the rulings with the facing sides of boxes as one line that goes on to the lines across it.

    Nothing is returned where the cells of the page are not drawn apart.
    """
    lying, standing = (
        _places([r.y0 for r in rulings if r.horizontal]),
        _places([r.x0 for r in rulings if not r.horizontal]),
    )
    facing = sum(len(place) > 1 for place in (*lying, *standing))
    if facing < DOUBLED * (len(lying) + len(standing)) or not facing:
        return ()
    ys, xs = [_middle(place) for place in lying], [_middle(place) for place in standing]
    return tuple(_moved(ruling, xs, ys) for ruling in rulings)


def _places(positions: Sequence[float]) -> list[list[float]]:
    """Return the different positions of lines, those near each other together."""
    places: list[list[float]] = []
    for at in sorted({round(at, 1) for at in positions}):
        if places and at - places[-1][0] <= APART:
            places[-1].append(at)
        else:
            places.append([at])
    return places


def _middle(place: Sequence[float]) -> float:
    return (place[0] + place[-1]) / 2


def _moved(ruling: Ruling, xs: Sequence[float], ys: Sequence[float]) -> Ruling:
    x0, x1, y0, y1 = (
        _nearest(at, places) for at, places in ((ruling.x0, xs), (ruling.x1, xs), (ruling.y0, ys), (ruling.y1, ys))
    )
    return Ruling(x0, y0, x1, y1, ruling.strength, ruling.origin)


def _nearest(at: float, places: Sequence[float]) -> float:
    """Return the place of a line within reach of a position; the position itself where there is none."""
    nearest = min(places, key=lambda place: abs(place - at), default=at)
    return nearest if abs(nearest - at) <= APART else at
