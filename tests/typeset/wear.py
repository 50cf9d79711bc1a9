"""What printers, copiers, paper and scanners leave on the picture of a page: folds, stains, dirt, weak ink, shadows.

As in `optics`, each effect is a pure function of picture and generator; lengths are shares of the page's width, so that
an effect looks alike at every resolution.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from .optics import WHITE, Noise, Picture, clip, ruling_masks, soften

Field = npt.NDArray[np.float32]


def cloud(shape: tuple[int, int], rng: Noise, cells: int) -> Field:
    """Return smooth noise from 0 to 1 with about `cells` spots across the page."""
    rows = max(2, round(cells * shape[0] / shape[1]))
    coarse = rng.random((rows, max(2, cells)), dtype=np.float32)
    return np.asarray(np.clip(cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC), 0, 1), np.float32)


def darken(picture: Picture, light: Field) -> Picture:
    """Multiply a picture by a field of light."""
    return clip(picture * (light if picture.ndim == 2 else light[:, :, None]))


def fold(picture: Picture, rng: Noise) -> Picture:
    """Fold the page in two or three: creases with a shadow on one side, a little shift, ink lost on the edge."""
    h, w = picture.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    worn, light = picture, np.ones((h, w), np.float32)
    for upright, place in ((True, 0.5), (False, 1 / 3), (False, 2 / 3)):
        if rng.random() < 0.2:
            continue
        along, across, length = (y, x, w) if upright else (x, y, h)
        away = across - length * (place + rng.uniform(-0.04, 0.04)) - along * rng.uniform(-0.01, 0.01)
        reach = w * rng.uniform(0.03, 0.09)
        shadow = np.exp(-np.abs(away) / reach) * (away > 0)
        light *= 1 - rng.uniform(0.1, 0.3) * shadow + 0.05 * np.exp(-((away / (reach / 3)) ** 2)) * (away < 0)
        shift = (w * rng.uniform(0.001, 0.003) * np.exp(-np.abs(away) / reach)).astype(np.float32)
        moved = (x, y + shift) if upright else (x + shift, y)
        worn = cv2.remap(worn, *(m.astype(np.float32) for m in moved), cv2.INTER_LINEAR, borderValue=(WHITE,) * 3)
        scuffed = (np.abs(away) < w / 900) & (cloud((h, w), rng, 60) > 0.55)
        worn = np.where(scuffed if worn.ndim == 2 else scuffed[:, :, None], np.uint8(225), worn)
    return darken(worn, light)


def stain(picture: Picture, rng: Noise) -> Picture:
    """Spill something: a few blots and the ring of a cup."""
    h, w = picture.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    light = np.ones((h, w), np.float32)
    edge = cloud((h, w), rng, 14)
    for _ in range(int(rng.integers(2, 5))):
        radius = w * rng.uniform(0.04, 0.16)
        distance = np.hypot(x - rng.uniform(0, w), y - rng.uniform(0, h)) / radius + (edge - 0.5) * 0.7
        rim = np.exp(-(((distance - 1) / 0.06) ** 2))
        inside = 1 / (1 + np.exp(np.clip((distance - 1) * 25, -50, 50)))
        light *= 1 - rng.uniform(0.06, 0.22) * inside - rng.uniform(0.1, 0.3) * rim
    return darken(picture, light)


def bleed_through(picture: Picture, rng: Noise) -> Picture:
    """Let the other side of the paper, printed alike, shine through."""
    back = picture[:, ::-1]
    shift = rng.integers(-30, 30, 2) * picture.shape[1] // 1654
    back = soften(np.roll(back, tuple(int(s) for s in shift), axis=(0, 1)), picture.shape[1] / 1100)
    weight = rng.uniform(0.12, 0.32)
    return clip(picture.astype(np.float32) - (WHITE - back.astype(np.float32)) * weight * (picture > 120))


def dirty_drum(picture: Picture, rng: Noise) -> Picture:
    """Copy with a scratched drum: bands of toner dust across or down the page."""
    h, w = picture.shape[:2]
    dust = np.zeros((h, w), np.float32)
    for _ in range(int(rng.integers(2, 6))):
        upright = rng.random() < 0.6
        at, wide = rng.uniform(0, 1), int(w * rng.uniform(0.004, 0.03))
        start = int(at * (w if upright else h))
        band = (slice(None), slice(start, start + wide)) if upright else (slice(start, start + wide), slice(None))
        dust[band] = np.maximum(dust[band], rng.uniform(0.004, 0.04))
    specks = (rng.random((h, w)) < dust * (0.3 + cloud((h, w), rng, 20))).astype(np.float32)
    ink = np.clip(soften(cv2.dilate(specks, np.ones((2, 2))), 0.7) * 1.4, 0, 1)
    return darken(picture, 1 - np.asarray(ink * rng.uniform(0.4, 0.9), np.float32))


def dirty_rollers(picture: Picture, rng: Noise) -> Picture:
    """Feed the page through dirty rollers: soft grey stripes down the page."""
    w = picture.shape[1]
    profile = np.ones(w, np.float32)
    for _ in range(int(rng.integers(4, 12))):
        middle, wide = rng.uniform(0, w), w * rng.uniform(0.003, 0.014)
        profile -= rng.uniform(0.06, 0.3) * np.exp(-(((np.arange(w) - middle) / wide) ** 2))
    wobble = 1 - (1 - profile[None, :]) * (0.6 + 0.4 * cloud((picture.shape[0], w), rng, 9))
    return darken(picture, np.asarray(wobble, np.float32))


def streaks(picture: Picture, rng: Noise) -> Picture:
    """Scan over a dirty glass: fine dark lines over the whole page, some of them broken."""
    streaked = picture.copy()
    h, w = picture.shape[:2]
    for _ in range(int(rng.integers(3, 12))):
        upright = rng.random() < 0.7
        at = int(rng.uniform(0.03, 0.97) * (w if upright else h))
        length = h if upright else w
        kept = (
            np.ones(length, bool) if rng.random() < 0.5 else np.repeat(rng.random(length // 40 + 1) < 0.6, 40)[:length]
        )
        grey = int(rng.integers(60, 190))
        line = streaked[:, at] if upright else streaked[at]
        line[kept] = np.minimum(line[kept], grey)
    return streaked


def wear_rulings(picture: Picture, rng: Noise) -> Picture:
    """Print with worn toner: rulings of a clean page fade and break over stretches, the text stays."""
    flat, upright = ruling_masks(picture, picture.shape[1] // 24)
    near = cv2.dilate((flat | upright).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    faded = cloud(picture.shape[:2], rng, 25)
    worn = picture.astype(np.float32)
    lift = np.clip((faded - 0.5) * 4, 0, 0.95) * near
    return clip(worn + (WHITE - worn) * lift)


def moire(picture: Picture, rng: Noise) -> Picture:
    """Lay a fine periodic pattern over the page, as photographs of screens and rescaled copies have."""
    h, w = picture.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    waves = np.zeros((h, w), np.float32)
    for _ in range(2):
        angle, period = rng.uniform(0, math.pi), w / rng.uniform(140, 420)
        bend = 0.15 * w * np.sin(2 * math.pi * y / h * rng.uniform(0.3, 1))
        waves += np.sin(2 * math.pi / period * (x * math.cos(angle) + y * math.sin(angle) + 0.1 * bend))
    return clip(picture * (1 - rng.uniform(0.04, 0.09)) + waves * rng.uniform(5, 14))


def cast_shadow(picture: Picture, rng: Noise) -> Picture:
    """Let a hand or the spine throw a shadow, and let the scanner's lid show as a black border."""
    h, w = picture.shape[:2]
    corners = rng.uniform(0, 1, (5, 2)) * (w * 0.7, h * 0.6) + rng.choice((0, 0.3), 2) * (w, h)
    mask = np.zeros((h, w), np.float32)
    cv2.fillPoly(mask, [cv2.convexHull(corners.astype(np.int32))], 1.0)
    small = cv2.resize(mask, (w // 8, h // 8), interpolation=cv2.INTER_AREA)
    blurred = cv2.resize(cv2.GaussianBlur(small, (0, 0), w / 8 * rng.uniform(0.01, 0.05)), (w, h))
    dark = darken(picture, 1 - np.asarray(blurred, np.float32) * rng.uniform(0.25, 0.6))
    edge = [int(w * s) for s in rng.uniform(0.0, 0.03, 4)]
    dark[: edge[0]], dark[h - edge[1] :] = 25, 25
    dark[:, : edge[2]], dark[:, w - edge[3] :] = 25, 25
    return dark


def bleed_ink(picture: Picture, rng: Noise) -> Picture:
    """Print on paper that soaks the ink up: fat strokes with uneven edges."""
    size = max(2, round(picture.shape[1] / 827))
    fat = soften(cv2.erode(picture, np.ones((size, size), np.uint8)), size / 2)
    mix = 0.35 + 0.5 * cloud(picture.shape[:2], rng, 200)
    return clip(picture * (1 - mix) + fat * mix)


def starve(picture: Picture, rng: Noise) -> Picture:
    """Print with an empty cartridge: the page is pale, paler in stripes."""
    h, w = picture.shape[:2]
    stripes = np.clip(cloud((h, 8), rng, 3).mean(axis=1, keepdims=True) * 1.6 - 0.4, 0, 1)
    loss = rng.uniform(0.25, 0.5) + 0.35 * stripes * cloud((h, w), rng, 6)
    return clip(picture + (WHITE - picture.astype(np.float32)) * np.clip(loss, 0, 0.85))


def roughen(picture: Picture, rng: Noise) -> Picture:
    """Print on coarse paper with fibres."""
    h, w = picture.shape[:2]
    fibres = soften(rng.standard_normal((h, w), dtype=np.float32), 1.6) * rng.uniform(14, 30)
    patches = (cloud((h, w), rng, 30) - 0.5) * rng.uniform(8, 24)
    return clip(picture * rng.uniform(0.86, 0.95) + fibres + patches)


def threshold(picture: Picture, rng: Noise) -> Picture:
    """Store two levels, cut so that strokes are fat or thin."""
    level = int(rng.choice((135, 195, 215)))
    return np.where(soften(picture, 0.6) < level, 0, WHITE).astype(np.uint8)


def dither(picture: Picture, rng: Noise) -> Picture:
    """Store two levels through an ordered screen, as copiers do in photo mode."""
    matrix = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) * 16 + 8
    h, w = picture.shape[:2]
    screen = np.tile(matrix, (h // 4 + 1, w // 4 + 1))[:h, :w]
    return np.where(picture * rng.uniform(0.92, 1.0) > screen, WHITE, 0).astype(np.uint8)


def scrawl(picture: Picture, rng: Noise) -> Picture:
    """Write over the page with a pen, as people who check forms do."""
    h, w = picture.shape[:2]
    written = picture.copy()
    for _ in range(int(rng.integers(2, 5))):
        start = rng.uniform(0.1, 0.9, 2) * (w, h)
        steps = np.cumsum(rng.normal(0, w * 0.008, (30, 2)), axis=0) + np.linspace(0, w * 0.1, 30)[:, None] * (1, 0)
        points = (start + steps).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(written, [points], False, (70, 70, 70), max(2, w // 700), cv2.LINE_AA)
    return written


def punch(picture: Picture, rng: Noise) -> Picture:
    """Copy a page that was filed: black holes at its left side."""
    h, w = picture.shape[:2]
    punched = picture.copy()
    for at in (0.5 - 0.135, 0.5 + 0.135):
        center = int(w * rng.uniform(0.035, 0.05)), int(h * at)
        cv2.circle(punched, center, int(w * 0.014), (30, 30, 30), -1, cv2.LINE_AA)
    return punched
