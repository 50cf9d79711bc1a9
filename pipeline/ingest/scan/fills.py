"""Light writing on dark fills, as heads of tables are often coloured → dark writing on white, each fill by itself.

A fill is dark, wide and of one tone; what is light on it is thin: characters, and white lines between cells. Its rim
stays, as the line that it is to the eye. A dark table around a sheet, a hole and a shadow have nothing written on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import label_blots

GrayImage = NDArray[np.uint8]
Mask = NDArray[np.uint8]

SOLID = 2.2
"""Points that no stroke of print is thick, and any fill between and beside its characters."""

LEAST = 0.001
"""Share of a page from which solid dark is looked at."""

CHARACTER = 12.0
"""Points of the largest character on a fill within which nothing solid may be left; no cell of paper is as low."""

STROKE = 3.6
"""Points of the thickest light stroke on a fill."""

NARROWEST = 9.0
"""Points that a fill is wide and high at least."""

LONGEST = 27.0
"""Points that a fill is long at least, along either side: it is no stroke of a large, bold character."""

DARK = 0.72
"""Share of the level of the paper below which a fill is dark: what is lighter has dark writing."""

GROUND = 0.5
"""Share of a fill that is its ground at least; between lines of dark print on paper most is light."""

WRITTEN = (0.015, 0.45)
"""Share of a fill that is written on it."""

CONTRAST = 60
"""Grey levels between a fill and what is written on it at least."""

TONE = 14.0
"""Grey levels by which the ground of a fill strays; a photograph or a shadow strays more."""

RIM = 2
"""Pixels of a fill's rim that stay."""


@dataclass(frozen=True, slots=True)
class Fill:
    """A dark fill: its pixels in a window of the page, the levels of its ground and of what is written on it."""

    window: tuple[slice, slice]
    mask: Mask
    ground: float
    writing: float


def turn_fills(gray: GrayImage, unit: float) -> GrayImage:
    """Return a grey page with its dark fills made paper and the light writing on them dark; `unit`: pixels a point."""
    fills = list(find_fills(gray, unit))
    if not fills:
        return gray
    turned = gray.copy()
    for fill in fills:
        part = gray[fill.window].astype(np.float32)
        light = (part - fill.ground) / (fill.writing - fill.ground)
        dark = (255 * (1 - np.clip(light, 0, 1))).astype(np.uint8)
        turned[fill.window] = np.where(fill.mask > 0, dark, gray[fill.window])
    return turned


def find_fills(gray: GrayImage, unit: float) -> Iterator[Fill]:
    """Yield the dark fills of a page that something light is written on; none reaches the picture's edge."""
    paper = float(np.percentile(gray[::8, ::8], 90))
    solid = _opened((gray < DARK * paper).astype(np.uint8), SOLID, unit)
    if solid.mean() < LEAST:
        return
    closed = np.asarray(cv2.morphologyEx(solid, cv2.MORPH_CLOSE, _square(CHARACTER, unit)), np.uint8)
    blank = _opened((gray >= DARK * paper).astype(np.uint8), STROKE, unit)
    wide = _opened(np.where(blank > 0, 0, closed).astype(np.uint8), NARROWEST, unit)
    stats, labels = label_blots(wide)
    for at, (left, top, width, height, *_) in enumerate(stats[1:].tolist(), start=1):
        inside = 0 < left < gray.shape[1] - width and 0 < top < gray.shape[0] - height
        if not inside or max(width, height) < LONGEST * unit:
            continue
        window = slice(top, top + height), slice(left, left + width)
        fill = _measure(gray[window], np.asarray(labels[window] == at, np.uint8), window, paper)
        if fill:
            yield fill


def _measure(part: GrayImage, mask: Mask, window: tuple[slice, slice], paper: float) -> Fill | None:
    """Return the fill that a part of the page is, or None where it is something else."""
    inner = np.asarray(cv2.erode(mask, np.ones((2 * RIM + 1, 2 * RIM + 1), np.uint8)), np.uint8)
    levels = part[inner > 0]
    if not levels.size:
        return None
    ground, writing = float(np.median(levels)), float(np.percentile(levels, 99.5))
    if ground >= DARK * paper or writing - ground < CONTRAST:
        return None
    light = float((levels > (ground + writing) / 2).mean())
    even = float((np.abs(levels - ground) < TONE).mean())
    return Fill(window, inner, ground, writing) if WRITTEN[0] < light < WRITTEN[1] and even > GROUND else None


def _opened(mask: Mask, points: float, unit: float) -> Mask:
    """Return those parts of a mask that are as wide and as high as some points."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, _square(points, unit)), np.uint8)


def _square(points: float, unit: float) -> Mask:
    side = round(points * unit)
    return np.ones((side, side), np.uint8)
