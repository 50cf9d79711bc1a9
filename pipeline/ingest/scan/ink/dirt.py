"""Dirt of a drum or a roller: bands of dark specks along or across a whole sheet, over print and margins alike.

Print has few specks, and what a scan adds lies here and there. Where much of a column or a row of the sheet is full of
dark ones, its margins too, a dirty roller went over it. There ink is print only if it is as dark over the width of a
stroke as strokes are elsewhere; a speck is dark in its middle and no further. What is taken out beside a line makes it
doubted. Everything is in pixels; `em` is the height of the page's characters.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import Mask, find_blots, label_blots
from pipeline.ingest.ocr.reading import GrayImage
from pipeline.ingest.scan.ink.textlines import character_height

Flags = NDArray[np.bool_]

SPECK = 0.3
"""Extent of a speck in character heights at most."""

CROWD = 2
"""Specks from which a square of a character's side is dirty; both ends of a band must be full of such squares."""

BAND = 0.3
"""Share of the squares of a column or a row of the sheet that are dirty in a band; print alone makes 0.16 at most."""

USUAL = 3.0
"""How many times the share of most columns or rows that of a band is at least: what is rough all over has no bands."""

MARGIN = 3
"""Squares at either end of a column or a row that lie in the margin of the sheet."""

DARK = 0.5
"""Darkness of a speck in that of the page's print at least; paler ones are told from print by that."""

LARGER = 1.2
"""How many times as high the characters are at least, for the sheet to be looked at again."""

ROUND = 14.0
"""Points of the neighbourhood that the paper's level is taken from."""

THROUGH = 0.65
"""Darkness over the width of a stroke, in that of the page's strokes, from which ink in a band is print."""

LENGTH = 3
"""Widths of a stroke along which a thin one is as dark as that, lying or standing."""

STROKE, NEAR = 0.5, 0.3
"""Extent in character heights from which a blot in a band is print by itself, for specks that touch each other measure
less; and how far from such a blot a smaller one is a point, a comma or a part of a character."""

EDGE = 0.1
"""Character heights around such ink in which other ink belongs to it: thin strokes, ends and rims."""


@dataclass(frozen=True, slots=True)
class Clean:
    """A picture and its ink (0 / 255) without dirt, and the dirt."""

    gray: GrayImage
    ink: Mask
    dirt: Mask

    def without(self, ink: Mask) -> Mask:
        """Return other ink of the sheet without the dirt."""
        return np.asarray(cv2.subtract(ink, self.dirt), dtype=np.uint8)


def wipe_dirt(gray: GrayImage, ink: Mask, unit: float, em: float) -> Clean | None:
    """Return a sheet without the dirt of its bands, or None where it has none; `unit` is pixels per point.

    Where specks made the characters seem small, the sheet is looked at again with their height without them.
    """
    clean = _wiped(gray, ink, unit, em)
    found = em if clean is None else character_height(clean.ink, unit)
    return _wiped(gray, ink, unit, found) if found > LARGER * em else clean


def _wiped(gray: GrayImage, ink: Mask, unit: float, em: float) -> Clean | None:
    window = round(ROUND * unit) | 1
    darkness = np.asarray(cv2.subtract(cv2.blur(gray, (window, window)), gray), dtype=np.uint8)
    band = find_bands(darkness, ink, em)
    if band is None:
        return None
    elsewhere = cv2.bitwise_and(ink, cv2.bitwise_not(band))
    if cv2.countNonZero(elsewhere) < em * em:
        elsewhere = ink
    wide = max(3, round(stroke_width(np.asarray(elsewhere, np.uint8))) | 1)
    through = cv2.blur(darkness, (wide, wide))
    least = THROUGH * float(np.percentile(through[elsewhere > 0], 75))
    for shape in ((LENGTH * wide, 1), (1, LENGTH * wide)):
        through = np.maximum(through, cv2.blur(darkness, shape))
    print_ = _written(((through >= least) & (ink > 0)).astype(np.uint8) * 255, em)
    side = 2 * max(1, round(EDGE * em)) + 1
    near = cv2.bitwise_and(ink, cv2.dilate(print_, np.ones((side, side), np.uint8)))
    kept = np.asarray(np.where(band > 0, near, ink), dtype=np.uint8)
    dirt = np.asarray(cv2.subtract(ink, kept), dtype=np.uint8)
    return Clean(_painted_over(gray, dirt, kept), kept, dirt)


def find_bands(darkness: GrayImage, ink: Mask, em: float) -> Mask | None:
    """Return the bands of a sheet that are full of specks (0 / 255); None where there is none."""
    if not cv2.countNonZero(ink):
        return None
    least = DARK * float(np.percentile(darkness[ink > 0], 75))
    stats = label_blots(np.where(darkness >= least, ink, 0).astype(np.uint8))[0][1:]
    specks = stats[np.maximum(stats[:, 2], stats[:, 3]) < SPECK * em]
    shape = int(ink.shape[0] / em) + 1, int(ink.shape[1] / em) + 1
    count = np.zeros(shape, dtype=np.int64)
    np.add.at(count, ((specks[:, 1] / em).astype(np.int64), (specks[:, 0] / em).astype(np.int64)), 1)
    dirty = count >= CROWD
    columns, rows = _grown(_stands_out(dirty.T)), _grown(_stands_out(dirty))
    if not columns.any() and not rows.any():
        return None
    squares = (rows[:, None] | columns[None, :]).astype(np.uint8) * 255
    at = (np.arange(side) / em for side in ink.shape)
    y, x = (np.minimum(places.astype(np.int64), size - 1) for places, size in zip(at, shape, strict=True))
    return np.ascontiguousarray(squares[y][:, x])


def _stands_out(dirty: Flags) -> Flags:
    """Tell of each row of squares whether it is a band: far dirtier than most, and at both its ends."""
    shares = dirty.mean(axis=1)
    ends = np.concatenate([dirty[:, :MARGIN], dirty[:, -MARGIN:]], axis=1).mean(axis=1)
    much = shares >= max(BAND, USUAL * float(np.median(shares)))
    return np.asarray(much & (ends >= BAND), dtype=np.bool_)


def _grown(flags: Flags) -> Flags:
    """Return flags with the neighbours of each set as well: a band does not begin where a square does."""
    grown = flags.copy()
    grown[1:] |= flags[:-1]
    grown[:-1] |= flags[1:]
    return grown


def stroke_width(ink: Mask) -> float:
    """Return the mean width of the strokes of some ink: twice its area over its rim."""
    rim = cv2.subtract(ink, cv2.erode(ink, np.ones((3, 3), np.uint8)))
    return 2.0 * cv2.countNonZero(ink) / max(1, cv2.countNonZero(rim))


def _written(ink: Mask, em: float) -> Mask:
    """Return the ink without blots that are smaller than a stroke and stand beside no larger one."""
    blots = find_blots(ink)
    large = np.maximum(blots.stats[:, 2], blots.stats[:, 3]) >= STROKE * em
    reach = 2 * round(NEAR * em) + 1
    around = cv2.dilate(blots.keep(large), np.ones((reach, reach), np.uint8))
    beside = np.unique(blots.labels[(around > 0) & (ink > 0)])
    kept = large
    kept[beside[beside > 0] - 1] = True
    return blots.keep(kept)


def _painted_over(gray: GrayImage, dirt: Mask, kept: Mask) -> GrayImage:
    """Return the picture with dirt, and what lies around it and near no print, set to the paper beyond it."""
    near = cv2.dilate(kept, np.ones((3, 3), np.uint8))
    gone = (cv2.dilate(dirt, np.ones((5, 5), np.uint8)) > 0) & (near == 0)
    known = (~gone & (kept == 0)).astype(np.float32)
    mean = cv2.blur(gray * known, (41, 41)) / np.maximum(cv2.blur(known, (41, 41)), 1e-3)
    return np.where(gone, np.maximum(gray, np.clip(mean, 0, 255)), gray).astype(np.uint8)
