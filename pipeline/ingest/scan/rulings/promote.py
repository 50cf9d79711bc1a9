"""Candidates that are rulings by what stands around them: on a page whose rulings are dashed, dotted or broken.

Such a line was too broken to be traced, but runs from one ruling to another, is as strong as the page's other rulings,
and no print stands on it. Lengths are points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from pipeline.geometry.blots import Mask, Stats, label_blots
from pipeline.ingest.scan.rulings.strokes import are_strokes
from pipeline.models import Box, Ruling

STRONG = 0.4
"""Strength of such a candidate at least."""

SHORTEST = 20.0
"""Points of its length at least."""

REACH = 8.0
"""Points from its ends to the rulings that it ends at, at most: print may hide its last dashes."""

PRINT = (4.0, 30.0)
"""Points of height of blots that are characters or their parts."""

MIDDLE = 0.25
"""Share of a blot's height above and below its middle half; a line through the middle half cuts it."""


def promote(candidates: Sequence[Ruling], rulings: Sequence[Ruling], ink: Mask, unit: float) -> tuple[Ruling, ...]:
    """Return the candidates that are rulings, led on to where they end; `ink` (0 / 255) is the page's."""
    stats = label_blots(ink)[0][1:]
    boxes = _print_boxes(stats, unit)
    anchored = list(_anchored(candidates, rulings))
    lines = [line for line in anchored if not are_strokes(line, stats, [*rulings, *anchored], unit)]
    return tuple(line for line in lines if not _cuts(line, boxes, [*rulings, *lines]))


def _anchored(candidates: Sequence[Ruling], rulings: Sequence[Ruling]) -> Iterator[Ruling]:
    """Yield strong candidates from ruling to ruling; others of them are rulings for that."""
    strong = [line for line in candidates if line.origin == "trace" and line.strength >= STRONG]
    strong = [line for line in strong if line.x1 - line.x0 + line.y1 - line.y0 >= SHORTEST]
    for line in strong:
        across = [r for r in (*rulings, *strong) if r.horizontal != line.horizontal]
        if line.horizontal:
            met = [r.x0 for r in across if r.y0 - REACH <= line.y0 <= r.y1 + REACH]
            start, end = _nearest(met, line.x0), _nearest(met, line.x1)
        else:
            met = [r.y0 for r in across if r.x0 - REACH <= line.x0 <= r.x1 + REACH]
            start, end = _nearest(met, line.y0), _nearest(met, line.y1)
        if start is None or end is None or end - start < SHORTEST:
            continue
        yield replace(line, x0=start, x1=end) if line.horizontal else replace(line, y0=start, y1=end)


def _nearest(places: Sequence[float], goal: float) -> float | None:
    near = min(places, key=lambda at: abs(at - goal), default=None)
    return near if near is not None and abs(near - goal) <= REACH else None


def _print_boxes(stats: Stats, unit: float) -> list[Box]:
    low, high = (limit * unit for limit in PRINT)
    extent = np.maximum(stats[:, 2], stats[:, 3])
    chosen = stats[(np.minimum(stats[:, 2], stats[:, 3]) >= low / 2) & (extent >= low) & (extent <= high)]
    return [Box(x / unit, y / unit, (x + w) / unit, (y + h) / unit) for x, y, w, h, _ in chosen.tolist()]


def _cuts(line: Ruling, boxes: Sequence[Box], others: Sequence[Ruling]) -> bool:
    """Tell whether a line goes through the middle of print; what lies on a ruling across is a piece of both."""
    across = [other for other in others if other.horizontal != line.horizontal]
    places = [other.x0 if line.horizontal else other.y0 for other in across]
    if not line.horizontal:
        line = Ruling(line.y0, line.x0, line.y1, line.x1)
        boxes = [Box(box.y0, box.x0, box.y1, box.x1) for box in boxes]
    along = [box for box in boxes if line.x0 < box.x0 and box.x1 < line.x1]
    print_ = (box for box in along if not any(box.x0 - 1 <= at <= box.x1 + 1 for at in places))
    return any(box.y0 + MIDDLE * box.height < line.y0 < box.y1 - MIDDLE * box.height for box in print_)
