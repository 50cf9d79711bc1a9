"""Writing that is printed on every page at one place, over the page's own text: a watermark or a stamp, however dark.

One page alone cannot tell it from its text where it is level, black and of usual size. That it comes again at the same
place on every page, runs over other writing, and has lines of the page running through it, no label and no value does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce

import numpy as np
from numpy.typing import NDArray

from pipeline.models import Page, Ruling

FEWEST_PAGES = 2
"""Pages on which the same must be printed to be printed on every one."""

COLLIDING = 0.45
"""Distance of two characters' middles, in sides of the smaller, up to which one is written over the other."""

APART = 1.8
"""Distance of two characters' middles, in sides of the larger, from which they are no longer of one line."""

INSET = 0.2
"""Share of a line's height that a ruling must be inside it to run through it."""

SQUARE = 16.0
"""Points of the side of the squares in which characters are held against each other."""


@dataclass(frozen=True)
class _Written:
    """The characters of a page in arrays: `boxes` (n x 4) in points."""

    page: Page

    @cached_property
    def boxes(self) -> NDArray[np.float64]:
        glyphs = (glyph.box for glyph in self.page.glyphs)
        return np.array([(box.x0, box.y0, box.x1, box.y1) for box in glyphs], np.float64).reshape(-1, 4)

    @cached_property
    def keys(self) -> NDArray[np.int64]:
        """A number for each character and its place, to the nearest point."""
        codes = np.fromiter((ord(glyph.text[:1] or " ") for glyph in self.page.glyphs), np.int64, len(self.page.glyphs))
        col, row = np.round(self.boxes[:, :2]).astype(np.int64).T & 0xFFFF
        return np.asarray((codes << 32) | (row << 16) | col)


def set_repeated_apart(pages: Sequence[Page]) -> list[Page]:
    """Return the pages without what is printed over each of them at one place; it is among their overlays."""
    written = [_Written(page) for page in pages if page.source == "text" and page.placed and page.glyphs]
    if len(written) < FEWEST_PAGES:
        return list(pages)
    common = reduce(np.intersect1d, (one.keys for one in written))
    over = {key for one in written for key in _find_over(one, common)} if len(common) else set()
    if not over:
        return list(pages)
    marked = {id(one.page): np.isin(one.keys, list(over)) for one in written}
    return [_part(page, marked[id(page)]) if id(page) in marked else page for page in pages]


def _part(page: Page, over: NDArray[np.bool_]) -> Page:
    kept, apart = (
        [g for g, is_over in zip(page.glyphs, over, strict=True) if is_over == side] for side in (False, True)
    )
    return replace(page, glyphs=tuple(kept), overlays=(*page.overlays, *apart))


def _find_over(written: _Written, common: NDArray[np.int64]) -> list[int]:
    """Return the keys of the repeated lines of a page that run over other writing and are run through by lines."""
    repeated = np.isin(written.keys, common)
    colliding = _colliding(written.boxes, repeated)
    if not colliding.any():
        return []
    found: list[int] = []
    for line in _lines(written.boxes, repeated):
        if colliding[line].any() and _is_crossed(written.boxes[line], written.page.rulings):
            found += written.keys[line].tolist()
    return found


def _colliding(boxes: NDArray[np.float64], repeated: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell of each repeated character whether one that is not repeated is written over it."""
    middles, sides = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    hit = np.zeros(len(boxes), bool)
    others = np.flatnonzero(~repeated)
    squares = {tuple(square) for square in (middles[others] // SQUARE).astype(int).tolist()}
    for i in np.flatnonzero(repeated).tolist():
        col, row = (middles[i] // SQUARE).astype(int).tolist()
        if not any((col + dx, row + dy) in squares for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
            continue
        apart, smaller = np.abs(middles[others] - middles[i]), np.minimum(sides[others], sides[i])
        hit[i] = bool((apart < COLLIDING * smaller).all(axis=1).any())
    return hit


def _lines(boxes: NDArray[np.float64], repeated: NDArray[np.bool_]) -> list[list[int]]:
    """Return the repeated characters that follow each other in one line."""
    lines: list[list[int]] = []
    middles, sides = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    for i in np.flatnonzero(repeated).tolist():
        last = lines[-1][-1] if lines else -1
        if last == i - 1 and np.hypot(*(middles[i] - middles[last])) <= APART * max(sides[i], sides[last]):
            lines[-1].append(i)
        else:
            lines.append([i])
    return lines


def _is_crossed(boxes: NDArray[np.float64], rulings: Sequence[Ruling]) -> bool:
    (x0, y0), (x1, y1) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    inset = INSET * min(x1 - x0, y1 - y0)
    return any(r.x0 < x1 - inset and r.x1 > x0 + inset and r.y0 < y1 - inset and r.y1 > y0 + inset for r in rulings)
