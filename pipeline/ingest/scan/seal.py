"""Red seals on a scanned page: where they are, and the page without them.

A seal is told from red print by its size: a round or square shape of some 2 to 5 cm. Its ink is bright in the red
channel, black ink under it is not, so the red channel alone, levelled to the paper, shows what the seal hides.
Nothing outside the seal is changed.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import label_blots

GrayImage = NDArray[np.uint8]
ColorImage = NDArray[np.uint8]
Marked = NDArray[np.bool_]

REDNESS = 28
"""Least excess of red over the larger of green and blue (of 255) for ink of a seal; JPEG leaves less around text."""

SPARSE = 3
"""Pixels in both directions of which one is looked at to see whether a page has any red at all."""

SEAL_LONG = 50.0
"""Points that the longer side of a seal's trace measures at least (18 mm); a line of red print is lower."""

SEAL_SHORT = 25.0
"""Points that the shorter side measures at least: half a seal, cut by the page's edge."""

OVERLIFT = 1.1
"""Factor on the brightness that is given back to the seal's ink, for its denser parts."""

PURE = 0.8
"""Share of green and blue that the ink of a seal takes away where it covers fully."""

DENSEST = 0.7
"""Most that a seal is taken to cover; beyond, giving contrast back only makes noise."""

AROUND = 40
"""Pixels of paper around a seal that its brightness is measured on, too."""

REST = 0.28
"""Share of the darkness of print that the rim of a taken-out seal may still have; it is taken off inside the seal."""

RIM = 5
"""Pixels over which the redness of a stroke is spread when it is taken out."""

FILLED = 0.75
"""Share of its box that a seal's ink covers at most; a red picture or a coloured cell covers more."""


def find_seal(image: ColorImage, scale: float) -> Marked | None:
    """Return the pixels of the red seals of an RGB picture, or None where there is none.

    `scale` is points per pixel.
    """
    sparse = _find_red(np.ascontiguousarray(image[::SPARSE, ::SPARSE]))
    if not sparse.any():
        return None
    red = _window(sparse, SPARSE)
    reddish = _find_red(image[red])
    if cv2.countNonZero(reddish) < SEAL_SHORT / scale:
        return None
    reach = max(5, round(2.6 / scale) | 1)
    joined = np.asarray(cv2.dilate(reddish, np.ones((reach, reach), np.uint8)), dtype=np.uint8)
    boxes = _seal_boxes(joined, reddish, scale)
    if not boxes:
        return None
    mask = np.zeros(image.shape[:2], dtype=bool)
    inside = mask[red]
    for x, y, w, h in boxes:
        inside[y : y + h, x : x + w] |= joined[y : y + h, x : x + w] > 0
    return mask


def move_seal(mask: Marked, matrix: NDArray[np.float64]) -> Marked:
    """Return the mask as a homography from its pixels to those of a picture of the same size moves it."""
    rows, columns = _window(mask)
    (top, bottom), (left, right) = ((side.start, side.stop) for side in (rows, columns))
    corners = np.array([[(x, y) for x in (left, right) for y in (top, bottom)]], np.float64)
    reached = cv2.perspectiveTransform(corners, matrix)[0]
    x0, y0 = (int(v) for v in np.floor(reached.min(axis=0)).clip(0, (mask.shape[1] - 1, mask.shape[0] - 1)))
    x1, y1 = (int(v) for v in np.ceil(reached.max(axis=0)).clip((x0 + 1, y0 + 1), (mask.shape[1], mask.shape[0])))
    part = _shift(-x0, -y0) @ matrix @ _shift(left, top)
    window = mask[rows, columns].astype(np.uint8)
    moved = np.zeros_like(mask)
    moved[y0:y1, x0:x1] = cv2.warpPerspective(window, part, (x1 - x0, y1 - y0), borderMode=cv2.BORDER_REPLICATE) > 0
    return moved


def _shift(x: float, y: float) -> NDArray[np.float64]:
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])


def _find_red(image: ColorImage) -> GrayImage:
    """Return the mask (0 / 255) of the pixels that the ink of a seal may have coloured."""
    red, green, blue = cv2.split(image)
    excess = cv2.subtract(red, cv2.max(green, blue))
    return np.asarray(cv2.threshold(excess, REDNESS, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def _seal_boxes(joined: GrayImage, reddish: GrayImage, scale: float) -> list[tuple[int, int, int, int]]:
    boxes = []
    for blot in label_blots(joined)[0][1:]:
        x, y, w, h = (int(v) for v in blot[:4])
        if max(w, h) * scale < SEAL_LONG or min(w, h) * scale < SEAL_SHORT:
            continue
        if cv2.countNonZero(reddish[y : y + h, x : x + w]) <= FILLED * w * h:
            boxes.append((x, y, w, h))
    return boxes


def remove_seal(image: ColorImage, gray: GrayImage, mask: Marked) -> GrayImage:
    """Return the grey picture with the seal's ink lifted to the level of the paper, black ink under it kept.

    How much the red channel darkens for each unit of redness is measured on the seal itself; that much is given back
    to every pixel. JPEG keeps colour at half the resolution: at the rim of a stroke the redness of the neighbours
    counts. Ink that covers what is under it takes contrast from it, which is given back, too: composite =
    (1 - covering) x print + covering x seal.
    """
    window = _window(mask)
    cleaned = gray.copy()
    cleaned[window] = _lift(image[window], gray[window], mask[window])
    return cleaned


def _window(mask: NDArray[Any], step: int = 1) -> tuple[slice, slice]:
    """Return the part of the page that a mask takes, with some paper around; one pixel of the mask is `step` wide."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (
        slice(max(0, int(rows[0]) * step - AROUND), (int(rows[-1]) + 1) * step + AROUND),
        slice(max(0, int(columns[0]) * step - AROUND), (int(columns[-1]) + 1) * step + AROUND),
    )


def _lift(image: ColorImage, gray: GrayImage, mask: Marked) -> GrayImage:
    red, green, blue = (channel.astype(np.float32) for channel in cv2.split(image))
    paper = _paper_level(red)
    redness = np.maximum(red - np.maximum(green, blue), 0.0)
    full = mask & (redness > REDNESS)
    if not full.any():
        return gray
    around = cv2.dilate(redness, np.ones((RIM, RIM), np.uint8))
    share = max(0.0, float(np.median((paper[full] - red[full]) / redness[full])))
    lifted = np.maximum(np.minimum(red + OVERLIFT * share * around, paper), gray)
    covering = min(DENSEST, float(np.median(1.0 - np.minimum(green, blue)[full] / paper[full])) / PURE)
    gain = 1.0 / (1.0 - covering * np.minimum(1.0, around / float(np.median(redness[full]))))
    depth = paper - float(np.percentile(gray, 1))
    darkness = np.maximum((paper - lifted) * gain - REST * depth, 0.0) / (1 - REST)
    return np.where(mask, np.maximum(paper - darkness, 0.0), gray).astype(np.uint8)


def _paper_level(red: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how bright the paper is at each pixel: the brightest of a neighbourhood, smoothed."""
    small = cv2.resize(red, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    smooth = cv2.blur(cv2.dilate(small, np.ones((5, 5), np.uint8)), (9, 9))
    return np.asarray(cv2.resize(smooth, red.shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.float32)
