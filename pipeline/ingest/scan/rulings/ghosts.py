"""Rulings of the other side of the paper that shine through: far paler than the page's own, and through its print.

Pale rulings of the page itself stand beside dark ones (a heavy frame, hairlines within): they go through no character
and end at the dark ones. The rulings that shine through are one table's: where much of them cuts print or ends at none
of the clear rulings, none of them is the page's. Lengths are pixels.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import Stats, label_blots
from pipeline.ingest.scan.ink.textlines import find_ink
from pipeline.ingest.scan.rulings.stretches import TOUCH
from pipeline.ingest.scan.rulings.traces import RowMinima, Trace

Floats = NDArray[np.float64]
GrayImage = NDArray[np.uint8]

PALE = 0.35
"""Contrast of a ruling in that of the page's clear ones, below which it may be one that shines through."""

CLEAR = 0.75
"""Share of the rulings' whole length that is paler than a clear one."""

PRINTED = 0.85
"""Share of a ruling's course that is paler than what counts as its contrast: dashes print less than half of it."""

EVEN = 0.6
"""Contrast of a ruling's faintest quarter in that of its half, from which it is whole: dashes leave paper between."""

BESIDE = 3.0
"""Points from a ruling at which the paper is taken."""

STRANGE = 0.4
"""Share of the length of pale rulings that goes through print or meets no clear ruling,
from which they shine through."""

FAINT, FAINT_STRANGE = 0.1, 0.2
"""Contrast of most of the pale rulings in that of the clear ones, below which a smaller share of them tells: a hairline
of the page itself is seldom printed as faint."""

PRINT = (4.0, 30.0)
"""Points of extent of a character or a part of it."""

MIDDLE = 0.25
"""Share of a blot's height at either edge that a ruling may touch without cutting it."""

EVERY = 90.0
"""Points of a ruling within which it cuts print at least once, where it goes through text."""


def without_ghosts(
    traced: tuple[list[Trace], list[Trace]], views: tuple[RowMinima, RowMinima], unit: float
) -> tuple[list[Trace], list[Trace]]:
    """Return the traces of both directions without those that shine through; `unit` is pixels per point."""
    depths = [[contrast(trace, view, unit) for trace in traces] for traces, view in zip(traced, views, strict=True)]
    lengths = [trace.length for traces in traced for trace in traces]
    level = _clear([depth for part in depths for depth in part], lengths)
    pale = [[depth < PALE * level for depth in part] for part in depths]
    if not any(map(any, pale)):
        return traced
    parts = [[_parted(traces, part, flag) for flag in (True, False)] for traces, part in zip(traced, pale, strict=True)]
    (lying, clear_lying), (standing, clear_standing) = parts
    boxes = _print_boxes(views[0].gray, unit)
    strange = _strange_length(lying, clear_standing, boxes, unit)
    strange += _strange_length(standing, clear_lying, boxes[:, [1, 0, 3, 2, 4]], unit)
    faint = [
        depth for part, flags in zip(depths, pale, strict=True) for depth, flag in zip(part, flags, strict=True) if flag
    ]
    least = STRANGE if np.median(faint) >= FAINT * level else FAINT_STRANGE
    if strange < least * sum(trace.length for trace in (*lying, *standing)):
        return traced
    return clear_lying, clear_standing


def _parted(traces: Sequence[Trace], pale: Sequence[bool], flag: bool) -> list[Trace]:
    return [trace for trace, faint in zip(traces, pale, strict=True) if faint == flag]


def _print_boxes(gray: GrayImage, unit: float) -> Stats:
    """Return the blots of dark print that are characters or their parts."""
    ink = find_ink(gray, unit)
    if not cv2.countNonZero(ink):
        return np.zeros((0, 5), np.int32)
    dark, paper = np.percentile(gray[ink > 0][::5], 20), np.median(gray[::9, ::9])
    stats = label_blots(np.where(gray < (dark + paper) / 2, ink, 0).astype(np.uint8))[0][1:]
    largest, smallest = stats[:, 2:4].max(axis=1), stats[:, 2:4].min(axis=1)
    low, high = (limit * unit for limit in PRINT)
    return np.asarray(stats[(largest > low) & (largest < high) & (smallest > low / 2)], dtype=np.int32)


def contrast(trace: Trace, picture: RowMinima, unit: float) -> float:
    """Return by how many grey levels the printed part of a ruling is darker than the paper beside it.

    What is printed evenly along most of its course is as dark as there, whatever print it goes through elsewhere.
    """
    width = picture.gray.shape[1]
    xs = np.clip(np.rint(trace.along).astype(np.intp), 0, width - 1)
    course, far = picture.follow(xs, trace.across), round(BESIDE * unit + trace.spread)
    core = picture.darkest(course, -1, 1).astype(np.float64)
    paper = np.maximum(*(picture.darkest(course, at - 1, at + 1).astype(np.float64) for at in (-far, far)))
    faint, usual, printed = np.quantile(paper - core, (0.25, 0.5, PRINTED))
    return float(usual if faint > EVEN * usual else printed)


def _clear(depths: Sequence[float], lengths: Sequence[float]) -> float:
    """Return the contrast of the clear rulings, weighted by length."""
    if not depths:
        return 0.0
    order = np.argsort(depths)
    reached = np.cumsum(np.asarray(lengths)[order])
    return float(np.asarray(depths)[order][int(np.searchsorted(reached, CLEAR * reached[-1]))])


def _strange_length(traces: Sequence[Trace], clear: Sequence[Trace], boxes: Stats, unit: float) -> float:
    """Return how long the rulings are that go through print all along, or end at none of the clear ones across."""
    x0, x1 = boxes[:, 0], boxes[:, 0] + boxes[:, 2]
    top, bottom = boxes[:, 1] + MIDDLE * boxes[:, 3], boxes[:, 1] + (1 - MIDDLE) * boxes[:, 3]
    places, strange = np.array([trace.at for trace in clear]), 0.0
    for trace in traces:
        inside = (x0 >= trace.start) & (x1 <= trace.end)
        at = np.interp((x0 + x1) / 2, trace.along, trace.across)
        cuts = int((inside & (at > top) & (at < bottom)).sum())
        ends = (np.abs(places - end).min(initial=np.inf) for end in (trace.start, trace.end))
        in_the_open = min(ends) > TOUCH * unit
        strange += trace.length if in_the_open else min(trace.length, cuts * EVERY * unit)
    return strange
