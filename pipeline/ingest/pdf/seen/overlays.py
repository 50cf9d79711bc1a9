"""Which characters lie over the page rather than belong to it: watermarks, stamps, the writing of seals.

The evidence is what a person goes by: writing at a slant, on a ring, upside down; writing that is pale, coloured or
far larger than the rest and runs over other writing or over lines. Labels that are turned by a quarter stay text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.pdf.drawn.characters import Characters
from pipeline.ingest.pdf.drawn.fills import lightness
from pipeline.ingest.pdf.seen.visibility import Runs
from pipeline.models import Ruling

SLANTED = math.radians(3.0)
"""Angle beside a quarter turn from which writing is at a slant."""

MINORITY, PALE_MINORITY = 0.4, 0.95
"""Share of the page's characters up to which a kind of writing may lie over the rest; of pale writing, which is often
repeated all over the page."""

PALE = 0.55
"""Lightness from which writing is pale."""

CLEAR = 200
"""Opacity (of 255) up to which writing is transparent."""

LARGE, PALE_LARGE = 2.5, 1.8
"""Size, in sizes of the page's writing, from which it is far larger; from which it is, where it is pale too."""

COLORED = 60
"""Difference between a colour's strongest and weakest part (of 255) from which it is a colour, not a grey."""

COLLIDING = 0.45
"""Distance of two characters' middles, in sides of the smaller, up to which one is written over the other."""

CROSSED = 0.2
"""Share of a character's side that a line must be inside it to run through it."""

MOST_PAIRS = 2_000_000
"""Pairs of characters that are held against each other; on a page with more, every so many."""

FEWEST_ON_RING = 4
"""Directions of writing that make a ring."""

Mask = NDArray[np.bool_]
Boxes = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The characters of a page in kinds of one colour, size and opacity.

    `of_char` (n) tells each character's kind, `usual` is the size of most characters, in points.
    """

    of_char: NDArray[np.int64]
    pale: Sequence[bool]
    colored: Sequence[bool]
    sizes: Sequence[float]
    usual: float


def find_overlaid(chars: Characters, runs: Runs, rulings: Sequence[Ruling]) -> Mask:
    """Return which characters lie over the page; its writing must be level (`pipeline.ingest.pdf.turning`)."""
    if not len(chars):
        return np.zeros(0, bool)
    slanted, kinds = _slanted(chars), _find_kinds(chars, runs)
    pale = np.array(kinds.pale)[kinds.of_char]
    if (slanted & ~pale).mean() > 0.5 or slanted.all():
        return np.zeros(len(chars), bool)
    over = slanted | _on_ring(chars, runs, slanted)
    boxes = chars.boxes()
    for i in range(len(kinds.sizes)):
        kind = (kinds.of_char == i) & ~over
        rest = ~kind & ~over
        most = PALE_MINORITY if kinds.pale[i] else MINORITY
        if kind.any() and kind.mean() <= most and _lies_over(kinds, i, boxes[kind], boxes[rest], rulings):
            over |= kind
    return over


def _slanted(chars: Characters) -> Mask:
    quarters = np.round(chars.direction / (math.pi / 2))
    beside = np.abs(chars.direction - quarters * (math.pi / 2))
    return np.asarray((beside > SLANTED) | (quarters.astype(int) % 4 == 2))


def _on_ring(chars: Characters, runs: Runs, slanted: Mask) -> Mask:
    """Return the characters of the colour of slanted ones that stand on their ring or inside it, as in a seal."""
    inside = np.zeros(len(chars), bool)
    colors = runs.spread([hash(run.color) for run in runs.runs])
    middles = _middles(chars.boxes())
    for color in np.unique(colors[slanted]):
        ring = slanted & (colors == color)
        if len(np.unique(np.round(np.degrees(chars.direction[ring]) / 5))) < FEWEST_ON_RING:
            continue
        low, high = middles[ring].min(axis=0), middles[ring].max(axis=0)
        reach = (high - low).max() / 2 + float(np.median(chars.size[ring]))
        near = np.hypot(*(middles - (low + high) / 2).T) <= reach
        inside |= near & (colors == color)
    return inside if (inside & ~slanted).mean() <= MINORITY else np.zeros(len(chars), bool)


def _find_kinds(chars: Characters, runs: Runs) -> _Kinds:
    sizes = np.round(chars.size * 2).astype(int)
    looks = [(run.color, run.transparent) for run in runs.runs]
    known = {look: i for i, look in enumerate(dict.fromkeys(looks))}
    look_of = runs.spread([known[look] for look in looks])
    pairs, of_char = np.unique(np.stack([look_of, sizes], axis=1), axis=0, return_inverse=True)
    named = list(known)
    colors = [named[look] for look, _ in pairs.tolist()]
    return _Kinds(
        of_char.reshape(-1),
        [lightness(color) >= PALE or color[3] <= CLEAR for color, _ in colors],
        [max(color[:3]) - min(color[:3]) >= COLORED for color, _ in colors],
        [size / 2 for _, size in pairs.tolist()],
        float(np.median(chars.size)),
    )


def _lies_over(kinds: _Kinds, i: int, boxes: Boxes, others: Boxes, rulings: Sequence[Ruling]) -> bool:
    """Tell whether a kind of writing lies over the rest: pale and large, or running over writing or lines."""
    if kinds.pale[i] and kinds.sizes[i] >= PALE_LARGE * kinds.usual:
        return True
    if not (kinds.pale[i] or kinds.colored[i] or kinds.sizes[i] >= LARGE * kinds.usual):
        return False
    return _collides(boxes, others) or (not kinds.colored[i] and _is_crossed(boxes, rulings))


def _middles(boxes: Boxes) -> Boxes:
    return np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2], axis=1)


def _collides(boxes: Boxes, others: Boxes) -> bool:
    """Tell whether a character is written over another one, and not beside it or in its very place."""
    if not len(others):
        return False
    boxes = boxes[:: 1 + len(boxes) * len(others) // MOST_PAIRS]
    apart = np.abs(_middles(boxes)[:, None, :] - _middles(others)[None, :, :])
    sides, other_sides = boxes[:, None, 2:4] - boxes[:, None, 0:2], others[None, :, 2:4] - others[None, :, 0:2]
    smaller, larger = np.minimum(sides, other_sides), np.maximum(sides, other_sides)
    within = apart < np.maximum(COLLIDING * smaller, (0.5 - CROSSED) * larger)
    return bool((within.all(axis=2) & (apart.max(axis=2) > 1.0)).any())


def _is_crossed(boxes: Boxes, rulings: Sequence[Ruling]) -> bool:
    """Tell whether a line runs through a character."""
    inset = (boxes[:, 2:4] - boxes[:, 0:2]) * CROSSED
    low, high = boxes[:, 0:2] + inset, boxes[:, 2:4] - inset
    for r in rulings:
        through = (low[:, 0] < r.x1) & (high[:, 0] > r.x0) & (low[:, 1] < r.y1) & (high[:, 1] > r.y0)
        if through.any():
            return True
    return False
