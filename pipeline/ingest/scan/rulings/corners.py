"""Corners of tables that are printed in parts: both rulings end in the open before they meet. Lengths are points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from pipeline.ingest.scan.rulings.breaks import REMAINS, partly_printed
from pipeline.ingest.scan.rulings.stretches import TOUCH, Profile, Stretch

LEAST = 30.0
"""Points that a piece measures at least to be led on; no stroke of a character is as long."""


def close_corners(
    lying: Sequence[Stretch], standing: Sequence[Stretch], profile_lying: Profile, profile_standing: Profile
) -> tuple[list[Stretch], list[Stretch]]:
    """Lead rulings of both directions on to where they would meet, where remains of them are printed on the way.

    Else both would seem to meet nothing there, and be taken for strokes.
    """
    hs, vs = list(lying), list(standing)
    for i, k in product(range(len(hs)), range(len(vs))):
        if min(hs[i].length, vs[k].length) < LEAST:
            continue
        h, v = _lead_on(hs[i], vs[k].at, profile_lying), _lead_on(vs[k], hs[i].at, profile_standing)
        if h and v:
            hs[i], vs[k] = h, v
    return hs, vs


def _lead_on(stretch: Stretch, goal: float, profile: Profile) -> Stretch | None:
    """Return the stretch up to a place, itself where it is there; None where it is too far, or nothing is printed."""
    beyond = max(stretch.start - goal, goal - stretch.end)
    if beyond <= TOUCH:
        return stretch
    if beyond > REMAINS:
        return None
    longer = replace(stretch, start=min(stretch.start, goal), end=max(stretch.end, goal))
    gap = (goal, stretch.start) if goal < stretch.start else (stretch.end, goal)
    return longer if partly_printed(longer, *gap, profile) else None
