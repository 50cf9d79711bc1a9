"""Characters that lie under a cover and belong to a text that was written over it.

pdfium gives a character once that two texts have in one place, as an old value under a patch and the new one on it do,
and names the first of them as its text. Such a character continues the new text. Between two characters of the new
text it is one of it; at its end nobody can say.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.pdf.drawn.characters import Characters
from pipeline.ingest.pdf.seen.visibility import Marked, Runs, must_show

TOUCHING = 0.15
"""Distance, in sizes, up to which one character stands beside another."""

MOST_COVERED = 300
"""Covered characters of a page beyond which it was not changed here and there, but covered."""


def find_written_anew(chars: Characters, runs: Runs, cover: NDArray[np.int64]) -> tuple[Marked, Marked]:
    """Return which covered characters are parts of a text over their cover, and of which that cannot be said for sure.

    `cover` (n) tells when what lies over each was painted, 0 where nothing does.
    """
    none = np.zeros(len(chars), bool)
    covered = np.flatnonzero(cover).tolist()
    order = runs.spread([run.order for run in runs.runs])
    if not 0 < len(covered) <= MOST_COVERED or not (order[cover == 0] > cover[covered].min()).any():
        return none, none
    line = _Writing(chars)
    shown = cover == 0
    later = [np.flatnonzero(shown & (order > cover[i])) for i in covered]
    free = [i for i, over in zip(covered, later, strict=True) if not line.overlaps(i, over)]
    sides = {i: line.touches(i, over) for i, over in zip(covered, later, strict=True)}
    anew, unsure = none.copy(), none.copy()
    for chain in _chains(free, line):
        anchored = (sides[chain[0]][0], sides[chain[-1]][1])
        kept = chain if all(anchored) else _without_points(chain, chars, from_end=anchored[0])
        if any(anchored):
            anew[kept] = True
            unsure[kept] = not all(anchored)
    return anew, unsure


class _Writing:
    """Where the characters of a page begin and end along their own writing."""

    def __init__(self, chars: Characters) -> None:
        self._size, self._advance = chars.size, chars.advance
        self._along = np.stack([np.cos(chars.direction), np.sin(chars.direction)], axis=1)
        self._origin = chars.origin
        self._end = chars.origin + self._along * chars.advance[:, None]
        self._middle = (self._origin + self._end) / 2

    def overlaps(self, i: int, others: NDArray[np.int64]) -> bool:
        """Tell whether one of the other characters takes the place of a character."""
        away = self._middle[others] - self._middle[i]
        cos, sin = self._along[i]
        along, across = np.abs(away @ (cos, sin)), np.abs(away @ (sin, -cos))
        reach = (self._advance[others] + self._advance[i]) / 2 - TOUCHING * self._size[i]
        return bool(((across < self._size[i] / 2) & (along < reach)).any())

    def touches(self, i: int, others: NDArray[np.int64]) -> tuple[bool, bool]:
        """Tell whether one of the others ends where a character begins, and whether one begins where it ends."""
        reach = TOUCHING * self._size[i]
        before = np.abs(self._end[others] - self._origin[i]).max(axis=1) < reach
        after = np.abs(self._origin[others] - self._end[i]).max(axis=1) < reach
        return bool(before.any()), bool(after.any())


def _chains(free: list[int], line: _Writing) -> list[list[int]]:
    """Return characters in the order of writing, those that stand beside each other together."""
    chains: list[list[int]] = []
    for i in free:
        if chains and line.touches(i, np.array(chains[-1][-1:]))[0]:
            chains[-1].append(i)
        else:
            chains.append([i])
    return chains


def _without_points(chain: list[int], chars: Characters, *, from_end: bool) -> list[int]:
    """Return a chain without the points and dashes at its free end: no picture tells whether they are there."""
    kept = chain if from_end else chain[::-1]
    while kept and not must_show(chars.texts[kept[-1]]):
        kept = kept[:-1]
    return kept
