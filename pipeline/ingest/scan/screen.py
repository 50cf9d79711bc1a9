"""Dots that stand for a tone → the tone: the screen of a copier's photo mode, of newsprint, of error diffusion.

A page of two levels shows grey paper, shaded cells and the soft edges of print as dots, single pixels or blots of
several. Everything after takes dots for dust, for marks or for strokes. Where they lie so dense over an area that they
are neither, they are smoothed, just enough to be even; print on bare paper keeps its edges. All lengths are pixels of
the picture as it was stored, for that is what a screen is made of.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import Mask, label_blots

GrayImage = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float32]

DOT = 16
"""Pixels of the area of a dot at most. The dots of 60 lines an inch, scanned at 300 dots an inch, have as many."""

TILE, WINDOW = 8, 3
"""Side of the tiles that dots are counted in, and tiles of the side of the window they are summed over."""

DENSE = 6
"""Dots in a window at least, where they are an area; of the marks of small print there are 5 at most."""

WHOLE = 0.65
"""Share of the places of a picture where black and white meet, from which all of it is an area: of a page without a
screen it is 0.45 at most, however small its print."""

SIDE, AREA = 5, 150
"""Tiles that an area of dots measures both ways at least, and tiles of the least area; a row of heads has 500."""

MIDDLE, MOSTLY = 48, 0.4
"""Grey levels around the middle that a dot has none of, and the share of a window that may have them: the dots of a
screen that was scaled or compressed have soft edges, the grain of a dark area is nothing but such levels."""

TWO_LEVELS, SOFT = 0.02, 0.6
"""Pixels between black and white, in those of the dark half, up to which a picture has two levels; and the standard
deviation that their steps are smoothed with: print has soft edges where recognisers learned to read it."""

SIGMAS = (0.6, 0.8, 1.0, 1.2, 1.5, 1.8, 2.2, 2.6)
"""Standard deviations of the smoothing; the first that makes an area even is taken."""

SINGLE = 1.2
"""The least of them in pixels as they were stored: a single dark one is as pale as dust then, however few there are."""

STRONG = 1.8
"""The smoothing of a picture that is all screen and gets even by none of them."""

EVEN, PATCH, EMPTIEST = 8.0, 16, 0.2
"""Standard deviation in grey levels of what is even, the side of the patches in which it is measured, and the share of
them that is looked at: those with the least print."""


@dataclass(frozen=True, slots=True)
class Screens:
    """The areas of a picture that may be screens, numbered from 1 in a map of its tiles; `whole` where all of it is."""

    areas: NDArray[np.int32]
    whole: bool = False


def find_screens(picture: NDArray[np.uint8]) -> Screens | None:
    """Return the areas of a picture (H x W x 3 RGB, or H x W grey) as it was stored that are full of dots, with no bare
    paper between them; None where it has none."""
    gray = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8) if picture.ndim == 3 else picture
    shape = gray.shape[0] // TILE + 1, gray.shape[1] // TILE + 1
    dark = np.asarray(gray < 128, dtype=np.uint8)
    dots = _window_sums(count_dots(dark, shape) + count_dots(1 - dark, shape), WINDOW)
    middle = np.asarray(np.abs(gray.astype(np.int16) - 128) < MIDDLE)
    hard = _window_sums(_shares(middle, shape), WINDOW) < MOSTLY * WINDOW**2
    ink = _window_sums(_shares(dark, shape), 2)
    if np.mean(hard & (ink > 0) & (ink < 4)) >= WHOLE:
        return Screens(np.ones(shape, np.int32), whole=True)
    bare = np.asarray(ink == 0, dtype=np.uint8)
    full = hard & (dots >= DENSE) & (cv2.dilate(bare, np.ones((3, 3), np.uint8)) == 0)
    opened = cv2.morphologyEx(full.astype(np.uint8), cv2.MORPH_OPEN, np.ones((SIDE, SIDE), np.uint8))
    stats, labels = label_blots(np.asarray(opened, dtype=np.uint8))
    large = np.flatnonzero(stats[1:, 4] >= AREA) + 1
    if not len(large):
        return None
    numbers = np.zeros(len(stats), np.int32)
    numbers[large] = np.arange(1, len(large) + 1)
    return Screens(numbers[labels])


def flatten_screens(picture: NDArray[np.uint8], screens: Screens, factor: float) -> NDArray[np.uint8]:
    """Return a picture (H x W x 3 RGB, or H x W grey) with tones where there are screens.

    `factor` is how many times as large it is as the picture in which they were found.
    """
    gray = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8) if picture.ndim == 3 else picture
    flat = picture.copy()
    for number in range(1, int(screens.areas.max()) + 1):
        area = _enlarge(screens.areas == number, gray.shape, TILE * factor)
        sigma = find_sigma(gray, area, SINGLE * factor)
        if sigma is not None or screens.whole:
            flat = smooth_area(flat, area, sigma or STRONG)
    return flat


def soften_edges(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture (H x W x 3 RGB, or H x W grey) of two levels with soft edges; any other as it is."""
    levels = cv2.calcHist([picture], [0], None, [256], [0, 256]).ravel()
    if levels[32:-32].sum() > TWO_LEVELS * levels[:128].sum():
        return picture
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), SOFT), dtype=np.uint8)


def _enlarge(tiles: Flags, shape: tuple[int, ...], side: float) -> Mask:
    """Return a map of tiles as a mask (0 / 255) of a picture in which they measure `side` pixels."""
    places = ((np.arange(n) // side).clip(0, m - 1) for n, m in zip(shape, tiles.shape, strict=True))
    rows, columns = (at.astype(np.intp) for at in places)
    return np.asarray(tiles[np.ix_(rows, columns)], dtype=np.uint8) * 255


def count_dots(mask: Mask, shape: tuple[int, int]) -> Floats:
    """Return how many dots of a mask begin in each tile."""
    stats = label_blots(mask)[0][1:]
    left, top = stats[stats[:, 4] <= DOT, :2].T // TILE
    counts = np.bincount(top * shape[1] + left, minlength=shape[0] * shape[1])
    return np.asarray(counts.reshape(shape), dtype=np.float32)


def _shares(mask: Mask | Flags, shape: tuple[int, int]) -> Floats:
    """Return the share of each tile that a mask of 0 and 1 covers."""
    framed = np.zeros((shape[0] * TILE, shape[1] * TILE), np.float32)
    framed[: mask.shape[0], : mask.shape[1]] = mask
    return np.asarray(cv2.resize(framed, shape[::-1], interpolation=cv2.INTER_AREA), dtype=np.float32)


def _window_sums(values: Floats, side: int) -> Floats:
    return np.asarray(cv2.boxFilter(values, -1, (side, side), normalize=False, borderType=cv2.BORDER_REPLICATE))


def find_sigma(gray: GrayImage, area: Mask, least: float) -> float | None:
    """Return the smoothing, `least` or more, that makes an area even where nothing is printed; None where none does."""
    inside = _patches(area).min(axis=(1, 3)) > 0
    for sigma in (s for s in SIGMAS if s >= least and inside.any()):
        patches = _patches(np.asarray(cv2.GaussianBlur(gray, (0, 0), sigma), dtype=np.uint8))
        if np.quantile(patches.std(axis=(1, 3), dtype=np.float32)[inside], EMPTIEST) <= EVEN:
            return sigma
    return None


def _patches(gray: GrayImage) -> NDArray[np.uint8]:
    """Return a picture as rows of patches, rows in one, columns of patches, columns in one."""
    rows, columns = gray.shape[0] // PATCH, gray.shape[1] // PATCH
    return gray[: rows * PATCH, : columns * PATCH].reshape(rows, PATCH, columns, PATCH)


def smooth_area(picture: NDArray[np.uint8], area: Mask, sigma: float) -> NDArray[np.uint8]:
    """Return a picture smoothed in an area, and less and less beyond it."""
    smooth = np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), dtype=np.uint8)
    if area.all():
        return smooth
    share = cv2.GaussianBlur(area, (0, 0), TILE).astype(np.float32) / 255
    share = share[..., None] if picture.ndim == 3 else share
    return np.asarray(picture + (smooth.astype(np.float32) - picture) * share + 0.5, dtype=np.uint8)
