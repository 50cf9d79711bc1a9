"""Whether a flat stroke among the characters of a line is a dash or the numeral 一, by its shape.

A recogniser guesses, often for 一 and sure of it (`发现—处置—反馈`). The stroke tells more: 宋体 ends 一 in a triangle,
楷体 lets it rise, 黑体 prints it above the middle of the characters; a dash is even, level and lies in the middle. Both
the recogniser and the stroke count, and what they leave open is confidence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import label_blots
from pipeline.ingest.ocr.inputs import HEIGHT, STEP
from pipeline.ingest.ocr.reading import CharReading, GrayImage, LineReading

NUMERAL, DASH = "一", "—"
DASHES = frozenset("—-－–―ー─")

SWOLLEN = 1.3
"""Thickness of a stroke at its thickest, in its usual thickness; measured up to 1.11 for dashes, from 1.41 in 宋体."""

RISING = 0.045
"""Rise of a stroke over its length, in character heights; measured up to 0.015 for dashes, from 0.07 in 楷体."""

NUMERAL_AT, DASH_AT, SPREAD = 0.452, 0.51, 0.022
"""Where an even 一 and a dash lie between the upper (0) and the lower (1) edge of the line's characters, and how far
they vary; measured 0.42 to 0.48 and 0.46 to 0.61."""

THIN, THIN_ODDS = 0.08, 1 / 20
"""Thickness in character heights below which an even stroke is hardly the numeral of a 黑体, and the odds then."""

BIAS = 0.3
"""Power of the recogniser's own odds: it calls half of all dashes 一 and is sure of it, and never the other way."""

UNSEEN = 0.9
"""Probability at most of a 一 whose stroke cannot be told from what it touches."""

OPEN = 200.0
"""Odds that the shape of a stroke is worth at most."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A flat stroke of a line: thickest over usual thickness, rise, place between the edges, thickness."""

    swelling: float
    rise: float
    at: float
    thickness: float


def weigh_dashes(crop: GrayImage, reading: LineReading) -> LineReading:
    """Return the reading with each dash and 一 as its stroke and the recogniser together see it."""
    if len(reading.chars) < 2 or not any(_is_flat(char) for char in reading.chars):
        return reading
    last = max(char.step for char in reading.chars)
    steps = crop.shape[1] / crop.shape[0] * HEIGHT / STEP
    if last < 0 or last > steps + 1:
        return reading
    ink = ink_share(crop)
    chars = tuple(_weighed(char, ink, crop.shape[1] / steps) if _is_flat(char) else char for char in reading.chars)
    return replace(reading, chars=chars)


def _is_flat(char: CharReading) -> bool:
    return char.step >= 0 and (char.text == NUMERAL or (char.text in DASHES and char.text != "-"))


def ink_share(crop: GrayImage) -> NDArray[np.float64]:
    """Return how much of each pixel is covered by ink, 0 to 1."""
    paper, dark = float(np.percentile(crop, 90)), float(np.percentile(crop, 2))
    return np.clip((paper - crop.astype(np.float64)) / max(1.0, paper - dark), 0.0, 1.0)


def _weighed(char: CharReading, ink: NDArray[np.float64], step: float) -> CharReading:
    stroke = find_stroke(ink, (char.step + 0.5) * step)
    if stroke is None:
        return replace(char, probability=min(char.probability, UNSEEN))
    if char.text != NUMERAL:
        return replace(char, text=DASH)
    believed = min(char.probability, 0.999)
    odds = (believed / (1.0 - believed)) ** BIAS * shape_odds(stroke)
    share = odds / (1.0 + odds)
    if share >= 0.5:
        return CharReading(NUMERAL, share, DASH, 1.0 - share, char.step)
    return CharReading(DASH, 1.0 - share, NUMERAL, share, char.step)


def shape_odds(stroke: Stroke) -> float:
    """Return the odds of 一 against a dash by the stroke alone."""
    if stroke.swelling >= SWOLLEN or stroke.rise >= RISING:
        return OPEN
    off = (stroke.at - DASH_AT) ** 2 - (stroke.at - NUMERAL_AT) ** 2
    odds = np.exp(np.clip(off / (2 * SPREAD**2), -9, 9)) * (THIN_ODDS if stroke.thickness < THIN else 1.0)
    return float(np.clip(odds, 1.0 / OPEN, OPEN))


def find_stroke(ink: NDArray[np.float64], middle: float) -> Stroke | None:
    """Return the flat stroke around a column, None where there is none that stands by itself."""
    stats, labels = label_blots((ink > 0.35).astype(np.uint8))
    characters = stats[1:][stats[1:, 3] > 0.5 * ink.shape[0]]
    if len(characters) < 1:
        return None
    top, bottom = float(np.median(characters[:, 1])), float(np.median(characters[:, 1] + characters[:, 3]))
    em = bottom - top
    for i in range(1, len(stats)):
        x, y, w, h, _ = (int(v) for v in stats[i])
        if x - 0.1 * em <= middle <= x + w + 0.1 * em and h <= 0.3 * em and 0.55 * em <= w <= 1.3 * em:
            part = np.where(labels[max(0, y - 1) : y + h + 1, x : x + w] == i, 1.0, 0.0)
            window = ink[max(0, y - 1) : y + h + 1, x : x + w] * cv2.dilate(part, np.ones((3, 3)))
            return _measure(np.asarray(window), max(0, y - 1), top, em)
    return None


def _measure(window: NDArray[np.float64], y: int, top: float, em: float) -> Stroke:
    """Measure a stroke by its ink in every column, its blurred ends apart."""
    cut = max(1, round(0.04 * em))
    inner = window[:, cut:-cut]
    mass = np.convolve(inner.sum(axis=0), np.ones(3) / 3, "valid")
    rows = np.arange(window.shape[0])[:, None]
    heights = (inner * rows).sum(axis=0) / np.maximum(inner.sum(axis=0), 1e-6)
    third = max(1, len(heights) // 3)
    rise = abs(float(heights[:third].mean() - heights[-third:].mean())) * 1.5 / em
    at = (y + float(np.median(heights)) + 0.5 - top) / em
    usual = max(float(np.median(mass)), 1e-6)
    return Stroke(float(mass.max()) / usual, rise, at, usual / em)
