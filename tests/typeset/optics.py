"""What scanners, faxes, folds, stamps and telephones do to the picture of a page.

Pictures are uint8 arrays, H x W grey or H x W x 3 RGB, white paper at 255. Each effect is a pure function of picture
and generator. Lengths are in pixels.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[Any]
Noise = np.random.Generator

WHITE = 255


def clip(values: npt.NDArray[Any]) -> Picture:
    """Round into the range of a picture."""
    return np.asarray(np.clip(values, 0, 255), dtype=np.uint8)


def to_rgb(picture: Picture) -> Picture:
    """Return the picture with three channels."""
    return picture if picture.ndim == 3 else np.repeat(picture[:, :, None], 3, axis=2)


def rotate(picture: Picture, degrees: float, scale: float = 1.0) -> Picture:
    """Turn a picture about its middle on a white ground; positive is counter-clockwise."""
    h, w = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((w / 2, h / 2), degrees, scale)
    return cv2.warpAffine(picture, matrix, (w, h), flags=cv2.INTER_CUBIC, borderValue=(WHITE,) * 3)


def grain(picture: Picture, rng: Noise, sigma: float) -> Picture:
    """Add the noise of a sensor."""
    noise = sigma * rng.standard_normal(picture.shape[:2], dtype=np.float32)
    return clip(picture + (noise if picture.ndim == 2 else noise[:, :, None]))


def soften(picture: Picture, sigma: float) -> Picture:
    """Blur as a lens does."""
    return cv2.GaussianBlur(picture, (0, 0), sigma)


def shade(picture: Picture, rng: Noise, depth: float) -> Picture:
    """Darken the paper smoothly by up to `depth` (0 to 1), from one side and around a spot."""
    h, w = picture.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    angle, spot_x, spot_y = rng.uniform(0, 2 * math.pi), rng.uniform(0, w), rng.uniform(0, h)
    ramp = (math.cos(angle) * (x / w - 0.5) + math.sin(angle) * (y / h - 0.5)) + 0.5
    spot = np.exp(-(((x - spot_x) / w) ** 2 + ((y - spot_y) / h) ** 2) * 6)
    light = 1 - depth * np.clip(0.7 * ramp + 0.3 * spot, 0, 1)
    return clip(picture * (light if picture.ndim == 2 else light[:, :, None]))


def tilt(picture: Picture, rng: Noise, share: float) -> Picture:
    """Move the corners inwards by up to `share` of the page: the perspective of paper that does not lie flat."""
    h, w = picture.shape[:2]
    corners = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    inwards = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], np.float32)
    moved = corners + inwards * rng.uniform(0, share, (4, 2)).astype(np.float32) * np.array([w, h], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    return cv2.warpPerspective(picture, matrix, (w, h), flags=cv2.INTER_CUBIC, borderValue=(WHITE,) * 3)


def bend(picture: Picture, rng: Noise, height: float) -> Picture:
    """Warp the page by smooth waves of up to `height` pixels, as near the back of a bound volume."""
    h, w = picture.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    phase = rng.uniform(0, 2 * math.pi, 2)
    dy = height * np.sin(x / w * rng.uniform(1.5, 3.5) + phase[0])
    dx = height * 0.5 * np.sin(y / h * rng.uniform(1.5, 3.5) + phase[1])
    moved_x, moved_y = (x + dx).astype(np.float32), (y + dy).astype(np.float32)
    return cv2.remap(picture, moved_x, moved_y, cv2.INTER_CUBIC, borderValue=(WHITE,) * 3)


def to_two_levels(picture: Picture, rng: Noise, speckles: float) -> Picture:
    """Threshold as a fax does, then flip a share of the pixels in small spots."""
    level = 150 + rng.integers(-15, 15)
    black = picture < level
    spots = rng.random(picture.shape) < speckles
    return np.where(black ^ spots, 0, WHITE).astype(np.uint8)


def ruling_masks(picture: Picture, length: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Find the rulings of a *clean* page: pixels of straight dark runs of at least `length`, flat and upright."""
    dark = (picture < 200).astype(np.uint8)
    flat = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    upright = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    return flat.astype(bool), upright.astype(bool)


def lift_rulings(picture: Picture, grey: int) -> Picture:
    """Make all rulings of a clean page as pale as `grey`."""
    flat, upright = ruling_masks(picture, picture.shape[1] // 24)
    pale = picture.copy()
    rulings = cv2.dilate((flat | upright).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) & (picture < 250)
    pale[rulings] = np.maximum(pale[rulings], grey)
    return pale


def thin_rulings(picture: Picture, grey: int) -> Picture:
    """Replace all rulings of a clean page by grey ones a pixel wide."""
    flat, upright = ruling_masks(picture, picture.shape[1] // 24)
    thick = cv2.dilate((flat | upright).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) & (picture < 250)
    thin = picture.copy()
    thin[thick] = WHITE
    thin[flat & ~np.roll(flat, 1, axis=0)] = grey
    thin[upright & ~np.roll(upright, 1, axis=1)] = grey
    return thin


def break_rulings(picture: Picture, rng: Noise, gap: int, share: float) -> Picture:
    """Wipe gaps of up to `gap` pixels out of the rulings, over about `share` of their length."""
    flat, upright = ruling_masks(picture, picture.shape[1] // 24)
    h, w = picture.shape[:2]
    broken = picture.copy()
    for mask, size in ((flat, (1, gap)), (upright, (gap, 1))):
        seeds = (rng.random((h, w)) < share / gap) & mask
        reach = cv2.dilate(seeds.astype(np.uint8), np.ones(size, np.uint8)).astype(bool)
        near = cv2.dilate((reach & mask).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
        broken[near & cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)] = WHITE
    return broken


def double_rulings(picture: Picture, offset: int) -> Picture:
    """Draw every ruling a second time a few pixels aside."""
    flat, upright = ruling_masks(picture, picture.shape[1] // 24)
    doubled = picture.copy()
    doubled[np.roll(flat, offset, axis=0)] = 60
    doubled[np.roll(upright, offset, axis=1)] = 60
    return doubled


def long_runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Return the boxes (x, y, width, height) of connected rulings, the longest first."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    boxes = [(int(x), int(y), int(w), int(h)) for x, y, w, h, _ in stats[1:]]
    return sorted(boxes, key=lambda b: -max(b[2], b[3]))


def erase_ruling(picture: Picture, rng: Noise, share: float) -> Picture:
    """Wipe a stretch out of one inner upright and one inner flat ruling, as a fold does."""
    erased = picture.copy()
    for mask in ruling_masks(picture, picture.shape[1] // 24):
        runs = long_runs(mask)
        if len(runs) < 5:
            continue
        x, y, w, h = runs[int(rng.integers(2, max(3, len(runs) // 2)))]
        start = rng.uniform(0.1, 0.9 - share)
        if w > h:
            x, w = x + int(w * start), int(w * share)
        else:
            y, h = y + int(h * start), int(h * share)
        window = erased[max(0, y - 1) : y + h + 1, max(0, x - 1) : x + w + 1]
        window[mask[max(0, y - 1) : y + h + 1, max(0, x - 1) : x + w + 1]] = WHITE
    return erased


def star(center: tuple[float, float], radius: float) -> npt.NDArray[np.int32]:
    """Return the outline of a five-pointed star."""
    points = []
    for k in range(10):
        r = radius if k % 2 == 0 else radius * 0.38
        angle = -math.pi / 2 + k * math.pi / 5
        points.append([center[0] + r * math.cos(angle), center[1] + r * math.sin(angle)])
    return np.array(points, np.int32)


def stamp(picture: Picture, rng: Noise, center: tuple[int, int], radius: int) -> Picture:
    """Press a round red seal on the page: ring, star and strokes in a circle, the ink let print shine through."""
    h, w = picture.shape[:2]
    ink = np.zeros((h, w), np.float32)
    cv2.circle(ink, center, radius, 1.0, max(3, radius // 18), cv2.LINE_AA)
    cv2.fillPoly(ink, [star(center, radius * 0.33)], 1.0, cv2.LINE_AA)
    for k in range(14):
        angle = math.pi * 0.8 + k * math.pi * 1.4 / 13
        x, y = center[0] + radius * 0.74 * math.cos(angle), center[1] + radius * 0.74 * math.sin(angle)
        size = radius * 0.11
        for _ in range(5):
            ends = np.add(rng.uniform(-size, size, (2, 2)), (x, y))
            cv2.line(
                ink, tuple(ends[0].astype(int)), tuple(ends[1].astype(int)), 1.0, max(2, radius // 40), cv2.LINE_AA
            )
    ink *= np.clip(0.72 + 0.1 * rng.standard_normal((h, w), dtype=np.float32), 0.35, 0.95)
    colour = np.array([205, 40, 48], np.float32)
    rgb = to_rgb(picture).astype(np.float32)
    through = rgb / 255 * colour
    return clip(rgb * (1 - ink[:, :, None]) + through * ink[:, :, None])


def photograph(picture: Picture, rng: Noise) -> Picture:
    """Photograph the page on a desk: keystone, dark surroundings, uneven warm light, a soft lens, noise."""
    h, w = picture.shape[:2]
    big_w, big_h = int(w * 1.16), int(h * 1.14)
    texture = soften(rng.normal(95, 30, (big_h // 4, big_w // 4)).astype(np.float32), 2)
    desk = to_rgb(clip(cv2.resize(texture, (big_w, big_h)))) * np.array([1.0, 0.82, 0.62], np.float32)
    corners = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    pull = rng.uniform(0.015, 0.05) * w
    place = corners + np.array([0.08 * w, 0.07 * h], np.float32)
    place += rng.uniform(-0.02, 0.02, (4, 2)).astype(np.float32) * w
    place[0, 0] += pull
    place[1, 0] -= pull
    matrix = cv2.getPerspectiveTransform(corners, place.astype(np.float32))
    paper = cv2.warpPerspective(to_rgb(picture), matrix, (big_w, big_h), flags=cv2.INTER_AREA)
    cover = cv2.warpPerspective(np.ones((h, w), np.float32), matrix, (big_w, big_h))[:, :, None]
    scene = desk * (1 - cover) + paper * np.array([0.98, 0.95, 0.88], np.float32) * cover
    return grain(soften(shade(clip(scene), rng, 0.38), 0.8), rng, 4)
