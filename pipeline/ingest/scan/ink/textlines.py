"""The ink of a cell → its text lines, each as a picture for the recogniser.

Whether a cell is blank is decided by its ink, not by what a recogniser makes of it. Lines are told apart by the sums
of ink along the rows; strokes that stand apart (二, ≤, ：) are put back together by the size of the page's characters.
Everything here is in pixels of the straightened picture; `em` is the height of its characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import Mask, Stats, label_blots, sides, strips
from pipeline.ingest.ocr.reading import GrayImage, PixelBox
from pipeline.ingest.scan.ink.marks import find_dots

SPECK = 0.012
"""Area of a speck, in squares of the character height; a decimal point is larger."""

LARGEST = 4.0
"""Extent of the largest character (of a title) in character heights."""

SPOT = 0.3
"""Extent of the smallest ink that makes a cell written, in character heights; `1` is one high, `—` one wide."""

TOUCHING = 1.35
"""How many times as high as most blots a character is at most; higher blots are of two lines."""

LINE_RANGE = (0.72, 1.55)
"""Height of the ink of one text line in character heights: digits alone, and characters with brackets or commas."""

HEIGHTS = (4.0, 30.0)
"""Points of height of characters."""

TINY, TINIER = 2.4, 1.5
"""The same at least on pages that were reduced, as a long sheet that was printed on one page is: there the blots lower
than others' characters are so many times as many as those that are higher."""

RUN = (0.25, 1.5, 1.8)
"""Height of a run of characters in character heights, from and to, and how many times as long as it is high it is."""

THICKEST_STROKE = 6.0
"""Points of thickness of the thickest stroke of a character."""

SHADED = 0.8
"""Brightness of the paper's darkest parts in that of most of it, below which they are shaded."""

MARGIN = 0.14
"""Paper left around the ink of a crop, in character heights."""


@dataclass(frozen=True, slots=True)
class InkLine:
    """One line of ink: its tight box, and its picture on clean paper."""

    box: PixelBox
    crop: GrayImage


def find_ink(gray: GrayImage, unit: float) -> Mask:
    """Return the ink of a page as 0 / 255: what is clearly darker than the paper around it.

    The paper's level is the mean of a neighbourhood of some 14 points; faint print on a shaded page stays ink. Beside
    the edge of a shadow or of a shaded area the mean misleads: there ink must be a stroke, too.
    """
    window = round(14 * unit) | 1
    darkness = np.asarray(cv2.subtract(cv2.blur(gray, (window, window)), gray), dtype=np.uint8)
    level = max(14, 4 * level_at(darkness[::4, ::4], 0.75) + 8)
    if is_shaded(gray):
        side = round(THICKEST_STROKE * unit) | 1
        strokes = cv2.morphologyEx(gray, cv2.MORPH_BLACKHAT, np.ones((side, side), np.uint8))
        darkness = np.asarray(np.where(strokes >= level, darkness, 0), dtype=np.uint8)
    return np.asarray(cv2.threshold(darkness, level, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def is_shaded(gray: GrayImage) -> bool:
    """Tell whether parts of the paper are much darker than others: under a shadow, in shaded areas, beyond its edge."""
    small = cv2.resize(gray, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    dark, bright = levels_at(np.asarray(paper, dtype=np.uint8), 0.02, 0.9)
    return dark < SHADED * bright


def erase_rulings(ink: Mask, lines: Iterable[PixelBox]) -> Mask:
    """Return the ink without the given boxes."""
    bare = ink.copy()
    for x0, y0, x1, y1 in lines:
        bare[max(0, y0) : y1, max(0, x0) : x1] = 0
    return bare


def character_height(ink: Mask, unit: float) -> float:
    """Return the height of the page's characters: the upper middle of the heights of its larger blots.

    Chinese characters fill a square; most of their parts are lower, so the upper middle of what is between 4 and 30
    points high is taken, weighted by area; on pages that were reduced, of what is lower too. Where few large blots
    outweigh many small ones, they are characters of two lines that touch, or of titles, and are left out. 10.5 points
    (五号) where the page has too little ink.
    """
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, max(3, round(1.2 * unit)) | 1), np.uint8))
    joined = cv2.morphologyEx(joined, cv2.MORPH_CLOSE, np.ones((max(3, round(1.2 * unit)) | 1, 1), np.uint8))
    stats = label_blots(np.asarray(joined, dtype=np.uint8))[0]
    widths, heights, areas = stats[1:, 2], stats[1:, 3], stats[1:, 4]
    square = (widths > 0.6 * heights) & (widths < 1.6 * heights) & (heights < HEIGHTS[1] * unit)
    squarish = square & (heights > HEIGHTS[0] * unit)
    reduced = square & (heights > TINY * unit)
    if reduced.sum() > (1 + TINIER) * squarish.sum():
        squarish = reduced
    if squarish.sum() < 8:
        return 10.5 * unit
    chosen, mass = heights[squarish], areas[squarish].astype(np.float64)
    height, usual = _weighted_height(chosen, mass), TOUCHING * float(np.median(chosen))
    return height if height <= usual else _weighted_height(chosen[chosen <= usual], mass[chosen <= usual])


def _weighted_height(heights: NDArray[Any], mass: NDArray[np.float64]) -> float:
    order = np.argsort(heights)
    reached = np.cumsum(mass[order])
    return float(heights[order][int(np.searchsorted(reached, 0.6 * reached[-1]))])


def lies_sideways(ink: Mask, em: float) -> bool:
    """Tell whether lines of text run up and down the page, from how its characters join when they are spread.

    Characters stand closer in a line than the lines do, so spreading along the lines leaves fewer blots: on scanned
    forms 0.3 to 0.5 times as many as spreading across. And what joins is as high as a character and longer. Both speak
    together: where small print has run into lines already, few blots are left to be counted.
    """
    coarse = cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    ink = np.asarray(cv2.threshold(coarse, 0, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)
    along, lying = _spread(ink, em / 2)
    across, standing = _spread(np.ascontiguousarray(ink.T), em / 2)
    return bool(along * (standing + 1) > across * (lying + 1))


def _spread(ink: Mask, em: float) -> tuple[int, float]:
    """Return how many blots are left when print is spread along the rows, and the area of those that are runs."""
    reach = round(0.4 * em) | 1
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    blots = label_blots(np.asarray(joined, dtype=np.uint8))[0][1:]
    lowest, highest, longer = RUN
    wide, high = blots[:, 2], blots[:, 3]
    runs = (high > lowest * em) & (high <= highest * em) & (wide > longer * high)
    return len(blots), float(blots[runs, 4].sum())


def tell_written(blots: Stats, em: float) -> NDArray[np.bool_]:
    """Tell of each blot of a cell whether it is written.

    Specks of dust are small, away from anything larger, and in no row of dots.
    """
    extent, area = np.maximum(blots[:, 2], blots[:, 3]), blots[:, 4]
    kept = extent >= SPOT * em
    places = np.flatnonzero(~kept & (area > SPECK * em * em))
    kept[places] = _near_any(blots[places], blots[kept], 0.8 * em)
    if not kept.all():
        for row in find_dots(blots, em):
            kept[row] = True
    return kept


def tell_characters(blots: Stats, em: float, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Tell of each blot of a picture whether it may be print: long strokes are not, nor what its edge cuts."""
    x, y, w, h = (blots[:, i] for i in range(4))
    small = np.maximum(w, h) <= LARGEST * em
    return np.asarray(small & (x > 0) & (y > 0) & (x + w < shape[1]) & (y + h < shape[0]), dtype=np.bool_)


def _near_any(blots: Stats, others: Stats, reach: float) -> NDArray[np.bool_]:
    """Tell of each blot whether one of the others is within reach of it."""
    near_any = np.zeros(len(blots), dtype=np.bool_)
    for chosen, near in strips(blots, others, reach):
        left, top, right, bottom = sides(others[near])
        x0, y0, x1, y1 = (side[:, None] for side in sides(blots[chosen]))
        across, down = np.maximum(left, x0) - np.minimum(right, x1), np.maximum(top, y0) - np.minimum(bottom, y1)
        near_any[chosen] = ((across <= reach) & (down <= reach)).any(axis=1)
    return near_any


def split_lines(ink: Mask, em: float) -> list[tuple[int, int]]:
    """Return the rows (first, one past the last) of each text line in a cell's ink."""
    profile = np.count_nonzero(ink, axis=1)
    bands = _runs(profile > 0)
    bands = [part for band in bands for part in _split_band(profile, band, em)]
    return _merge_bands(bands, em)


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _split_band(profile: NDArray[np.intp], band: tuple[int, int], em: float) -> list[tuple[int, int]]:
    """Cut a band that is too high for one line where it has least ink, near where the lines should meet."""
    height = band[1] - band[0]
    if height <= LINE_RANGE[1] * em:
        return [band]
    parts = max(2, round(height / (1.15 * em)))
    pitch = height / parts
    low, high = round(band[0] + pitch * 0.7), round(band[0] + pitch * 1.3)
    cut = low + int(np.argmin(profile[low:high])) if high > low else round(band[0] + pitch)
    return [(band[0], cut), *_split_band(profile, (cut, band[1]), em)]


def _merge_bands(bands: Sequence[tuple[int, int]], em: float) -> list[tuple[int, int]]:
    """Put strokes of one line back together: a band joins the nearer neighbour while both fit into one line."""
    merged = list(bands)
    while len(merged) > 1:
        gaps = [
            (merged[i + 1][0] - merged[i][1], i)
            for i in range(len(merged) - 1)
            if _one_line(merged[i], merged[i + 1], em)
        ]
        if not gaps:
            break
        _, i = min(gaps)
        merged[i : i + 2] = [(merged[i][0], merged[i + 1][1])]
    return merged


def _one_line(upper: tuple[int, int], lower: tuple[int, int], em: float) -> bool:
    """Tell whether two bands are one line: together no higher than a character, one of them too low for a line."""
    heights = upper[1] - upper[0], lower[1] - lower[0]
    return lower[1] - upper[0] <= 1.12 * em and min(heights) < 0.6 * em


def cut_crop(gray: GrayImage, ink: Mask, rows: tuple[int, int], em: float) -> InkLine | None:
    """Return one line of a cell as a picture: its own ink on clean paper, at least a character high.

    `gray` and `ink` are the cell's, `rows` the line's rows. The box is relative to the cell. None where the rows hold
    no ink.
    """
    columns = np.flatnonzero(ink[rows[0] : rows[1]].any(axis=0))
    if not len(columns):
        return None
    x0, x1 = int(columns[0]), int(columns[-1]) + 1
    margin = max(2, round(MARGIN * em))
    inner = 2 if em > 12 else 1
    top, bottom = max(0, rows[0] - inner), min(gray.shape[0], rows[1] + inner)
    left, right = max(0, x0 - inner), min(gray.shape[1], x1 + inner)
    patch = gray[top:bottom, left:right]
    paper = level_at(patch, 0.9)
    lack = max(0, round(em) - patch.shape[0])
    crop = cv2.copyMakeBorder(
        patch, margin + lack // 2, margin + lack - lack // 2, margin, margin, cv2.BORDER_CONSTANT, value=(paper,)
    )
    return InkLine((x0, rows[0], x1, rows[1]), np.asarray(crop, dtype=np.uint8))


def level_at(gray: GrayImage, share: float) -> int:
    """Return the grey level below or at which that share of the pixels lies; numpy's percentile sorts them all."""
    return levels_at(gray, share)[0]


def levels_at(gray: GrayImage, *shares: float) -> list[int]:
    """Return for each share the grey level below or at which that share of the pixels lies."""
    reached = np.cumsum(cv2.calcHist([gray], [0], None, [256], [0, 256]))
    return [int(level) for level in np.searchsorted(reached, np.multiply(shares, reached[-1]))]


CARRIER = "90"
"""The number that a lone sign is set beside."""


def set_beside_number(crop: GrayImage) -> GrayImage:
    """Return the picture of a lone character with `CARRIER` drawn after it.

    Alone, `≥`, `/` and `（` give a recogniser no size to go by, and it takes them for `>`, `1` and `C`; before a number
    it reads them rightly.
    """
    height = crop.shape[0]
    paper, ink = int(np.percentile(crop, 95)), int(crop.min())
    number = np.full((height, round(0.62 * height * len(CARRIER)) + height // 3), paper, np.uint8)
    scale = cv2.getFontScaleFromHeight(cv2.FONT_HERSHEY_SIMPLEX, height // 2, 2)
    cv2.putText(number, CARRIER, (2, round(0.76 * height)), cv2.FONT_HERSHEY_SIMPLEX, scale, ink, 2, cv2.LINE_AA)
    return np.asarray(np.hstack([crop, number]), dtype=np.uint8)
