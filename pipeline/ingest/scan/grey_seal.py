"""Seals on a page that was scanned in grey: a red seal comes out as grey strokes, often lighter than the print.

Colour does not tell it, but its ring does: a band of one even tone, a millimetre wide, that runs round an ellipse of
some 3 to 6 cm. Strokes of text are too thin to have an even tone. Inside the ring what is as light as the ring is taken
out; blots that are darker somewhere are print and stay whole. Of a seal about as dark as the print ring and star go,
and all within is marked. Nothing outside the ring is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import find_blots, label_blots

GrayImage = NDArray[np.uint8]
Marked = NDArray[np.bool_]
Floats = NDArray[np.float64]

SIDES = (70.0, 185.0)
"""Points that the sides of a ring's box measure (25 to 65 mm)."""

OBLONG = 1.7
"""Longer side of the box over its shorter one at most: oval seals are 45 x 30 mm."""

INK = 60
"""Grey levels darker than paper from which pixels tell how dark the print of a page is."""

EVEN, LEAST = 0.2, 0.2
"""Spread of an even tone over its 3 x 3 pixels, and how dark it is at least, in the darkness of the print."""

LIGHT = 0.85
"""How dark, in the darkness of the print, what is even may be at a first look: a ring is not joined by print then."""

APART = 0.18
"""The same for how much lighter than the print a seal is whose writing is told from print by its tone."""

JOINED = 5.0
"""Points over which pieces of a ring are joined that print interrupts."""

STRAIGHT = 50.0
"""Points of a straight piece from which it is no piece of a ring."""

BAND = 3.0
"""Points from the ellipse within which what is even belongs to the ring."""

ROUND, SECTORS = 0.75, 72
"""Share of the directions from the middle in which a ring is seen, and how many directions are looked in."""

INNER = 0.6
"""Share of its radius within which a seal has a star and nothing that hangs on its ring."""

BETWEEN = 0.5
"""What is even between the ring and `INNER` at most, in what is even on the ring."""

NOISE = 0.1
"""Darkness in that of the print by which parts of a stroke of a seal differ from its ring."""

DARKER = 0.3
"""Share of the way from the tone of a ring to that of the print from which ink is print."""

MARGIN = 3.0
"""Points from the middle of a ring's line over which its ink reaches."""

NEARLY, FITS = 0.12, 4
"""Share of a radius by which what lies on a ring may be off it in a fit, and how many fits follow each other."""

FAINT = 0.15
"""Darkness, in that of the print, from which a pixel is ink."""

THICK = 1.8
"""Points of the even middle of a stroke from which it is thicker than print."""

BESIDE = 12.0
"""Points of a square around what was taken out that is marked: print that went with it stood beside what is left."""

STAR = 0.4
"""Share of the radius that the star takes."""

PRINTED = 0.04
"""Share of a blot that is as dark as print where it is print."""

LINE = 1.1
"""Length of a ruling in radii at least; no stroke of a seal is straight for as long, nor the top of its ring."""

BRIGHT = 0.9
"""Share of what lies around a seal that is no lighter than paper: on a fill, print is told by how dark it is."""

AROUND = 0.9
"""Radii around a ring in which rulings are looked for that lead into it."""

NARROW = 18.0
"""Points of width from which what lies on paper is a fill."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The ring of a seal: middle and half axes of its ellipse in pixels, and by how much it is darker than paper."""

    x: float
    y: float
    a: float
    b: float
    tone: float

    def radii(self, left: int, top: int, width: int, height: int) -> Floats:
        """Return how far, in radii, each pixel of a window lies from the middle."""
        x = (np.arange(left, left + width) - self.x) / self.a
        y = (np.arange(top, top + height) - self.y) / self.b
        return np.asarray(np.hypot(x[None, :], y[:, None]), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Tones:
    """How much darker than paper each pixel and the print is, and the pixels (0 / 255) of even tones."""

    darkness: GrayImage
    depth: float
    even: GrayImage
    unit: float


def remove_grey_seals(gray: GrayImage, unit: float) -> tuple[GrayImage, Marked | None]:
    """Return the picture without seals, and the pixels that were theirs; None where none is.

    `unit` is pixels per point.
    """
    darkness = np.asarray(cv2.subtract(_paper_level(gray, unit), gray), dtype=np.uint8)
    depth = _print_depth(darkness)
    even = _even_tones(darkness, depth)
    for light in (np.where(darkness <= LIGHT * depth, even, np.uint8(0)), even):
        tones = Tones(darkness, depth, light, unit)
        rings = list(find_rings(tones))
        if rings:
            break
    else:
        return gray, None
    cleaned, mask = gray.copy(), np.zeros(gray.shape, dtype=np.bool_)
    for ring in rings:
        if ring.tone <= (1 - APART) * depth:
            _take_out(cleaned, mask, tones, ring)
        else:
            _take_shape_out(cleaned, mask, tones, ring)
    return cleaned, mask


def find_rings(tones: Tones) -> Iterator[Ring]:
    """Yield the rings among what is of an even tone."""
    even, unit = tones.even, tones.unit
    if cv2.countNonZero(even) < SIDES[0] * unit:
        return
    if next(_ring_boxes(even, unit), None) is None:  # as on most pages; without the lines there are no more of them
        return
    even = np.where(_ruled(even > 0, round(STRAIGHT * unit)), np.uint8(0), even)
    pad = round(JOINED * unit) | 1
    for x, y, w, h in _ring_boxes(even, unit):
        shorter, longer = sorted((w, h))
        if longer > min(SIDES[1] * unit, OBLONG * shorter):
            continue
        ring = _fit_ring(even[y : y + h, x : x + w], pad, unit)
        if ring is not None:
            own = tones.darkness[y : y + h, x : x + w][_ring_band(even[y : y + h, x : x + w], ring, unit)]
            yield replace(ring, x=ring.x + x, y=ring.y + y, tone=float(np.median(own)))


def _ring_boxes(even: GrayImage, unit: float) -> Iterator[tuple[int, int, int, int]]:
    """Yield the boxes (x, y, width, height) of what is even and joined that are as large as a ring, or larger."""
    joined = np.asarray(cv2.dilate(even, _square(JOINED * unit)), dtype=np.uint8)
    for x, y, w, h in (tuple(int(v) for v in blot[:4]) for blot in label_blots(joined)[0][1:]):
        if SIDES[0] * unit <= min(w, h):
            yield x, y, w, h


def _fit_ring(even: GrayImage, pad: int, unit: float) -> Ring | None:
    """Return the ellipse, upright and of the box's proportions, on which most of what is even in a box lies."""
    height, width = even.shape
    a, b = (max(1.0, (side - pad) / 2) for side in (width, height))
    if abs(a - b) <= NEARLY * a:
        a = b = max(a, b)
    ring = Ring(width / 2, height / 2, a, b, 0.0)
    ys, xs = np.nonzero(even)
    for _ in range(FITS):
        u, v = (xs - ring.x) / ring.a, (ys - ring.y) / ring.b
        far = np.hypot(u, v)
        near = np.abs(far - np.median(far[far > INNER])) <= NEARLY if (far > INNER).any() else far > INNER
        if near.sum() < SECTORS:
            return None
        rows = np.column_stack([2 * u[near], 2 * v[near], np.ones(int(near.sum()))])
        cx, cy, rest = np.linalg.lstsq(rows, u[near] ** 2 + v[near] ** 2, rcond=None)[0]
        radius = float(np.sqrt(max(1e-6, rest + cx * cx + cy * cy)))
        ring = Ring(ring.x + cx * ring.a, ring.y + cy * ring.b, ring.a * radius, ring.b * radius, 0.0)
    on_ring = _ring_band(even, ring, unit)
    return ring if _goes_round(on_ring, ring) and _is_hollow(even, on_ring, ring) else None


def _ring_band(even: GrayImage, ring: Ring, unit: float) -> Marked:
    """Tell which of what is even lies near the ellipse."""
    off = np.abs(ring.radii(0, 0, even.shape[1], even.shape[0]) - 1.0) * min(ring.a, ring.b)
    return np.asarray((even > 0) & (off <= BAND * unit), dtype=np.bool_)


def _goes_round(on_ring: Marked, ring: Ring) -> bool:
    ys, xs = np.nonzero(on_ring)
    angles = np.arctan2((ys - ring.y) / ring.b, (xs - ring.x) / ring.a)
    return len(np.unique(((angles + np.pi) / (2 * np.pi) * SECTORS).astype(int))) >= ROUND * SECTORS


def _is_hollow(even: GrayImage, on_ring: Marked, ring: Ring) -> bool:
    """Tell whether hardly anything even lies between the ring and its middle, where a seal's thin characters stand."""
    far = ring.radii(0, 0, even.shape[1], even.shape[0])
    between = (even > 0) & ~on_ring & (far > INNER) & (far < 1.0)
    return int(between.sum()) <= BETWEEN * int(on_ring.sum())


def _paper_level(gray: GrayImage, unit: float) -> GrayImage:
    """Return how bright the paper or the fill is at each pixel, whatever narrower than `NARROW` lies on it."""
    small = cv2.resize(gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    reach = round(NARROW * unit / 4) | 1
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    level = cv2.resize(cv2.blur(closed, (3, 3)), gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(level, dtype=np.uint8)


def _print_depth(darkness: GrayImage) -> float:
    """Return by how many grey levels the darkest print is darker than paper."""
    levels = np.cumsum(cv2.calcHist([darkness], [0], None, [256], [0, 256]).ravel()[INK:])
    return float(INK + np.searchsorted(levels, 0.95 * levels[-1])) if levels[-1] else 255.0


def _even_tones(darkness: GrayImage, depth: float) -> NDArray[np.uint8]:
    """Return the pixels (0 / 255) of ink whose surroundings of 3 x 3 are of one tone."""
    near = np.ones((3, 3), np.uint8)
    most, least = cv2.dilate(darkness, near), cv2.erode(darkness, near)
    even = (cv2.subtract(most, least) <= EVEN * depth) & (least >= LEAST * depth)
    return np.asarray(even, dtype=np.uint8) * np.uint8(255)


def _take_out(cleaned: GrayImage, mask: Marked, tones: Tones, ring: Ring) -> None:
    """Set the ink of one seal to paper, and mark it."""
    window, darkness, depth = _window(ring, cleaned.shape), tones.darkness, tones.depth
    even = tones.even[window]
    dark, paper = darkness[window], cleaned[window].astype(np.int16) + darkness[window]
    far = ring.radii(window[1].start, window[0].start, dark.shape[1], dark.shape[0])
    disc = far <= 1.0 + MARGIN * tones.unit / min(ring.a, ring.b)
    ink = dark > FAINT * depth
    ruled = _ruled(ink, round(LINE * min(ring.a, ring.b)))
    deep = np.maximum(0.0, float(np.quantile(paper, BRIGHT)) - cleaned[window])
    print_ = dark > ring.tone + DARKER * (depth - ring.tone)
    print_ |= deep > _tone_of_ring(deep, even > 0, far) + DARKER * (depth - ring.tone)
    strokes = disc & ink & ~print_ & ~ruled & _toned(even, dark, ring, depth)
    seal = strokes | _unprinted(disc & ink & ~strokes & ~ruled, print_)
    near = np.ones((3, 3), np.uint8)
    kept = cv2.dilate((ink & ~seal).astype(np.uint8), near) > 0
    gone = seal | ((cv2.dilate(seal.astype(np.uint8), near) > 0) & ~kept & disc)
    cleaned[window][gone] = np.clip(paper[gone], 0, 255)
    mask[window] |= cv2.dilate(gone.astype(np.uint8), _square(BESIDE * tones.unit)) > 0


def _square(side: float) -> NDArray[np.uint8]:
    return np.ones((round(side) | 1, round(side) | 1), np.uint8)


def _take_shape_out(cleaned: GrayImage, mask: Marked, tones: Tones, ring: Ring) -> None:
    """Set ring and star of a seal that is as dark as the print to paper, and mark all that lies within."""
    window = _window(ring, cleaned.shape)
    dark, paper = tones.darkness[window], cleaned[window].astype(np.int16) + tones.darkness[window]
    far = ring.radii(window[1].start, window[0].start, dark.shape[1], dark.shape[0])
    band = MARGIN * tones.unit / min(ring.a, ring.b)
    shape = (np.abs(far - 1.0) <= band) | ((far <= STAR) & _thick(tones.even[window], tones.unit))
    gone = (
        shape
        & (dark > FAINT * tones.depth / 2)
        & ~_ruled(dark > FAINT * tones.depth, round(LINE * min(ring.a, ring.b)))
    )
    cleaned[window][gone] = np.clip(paper[gone], 0, 255)
    mask[window] |= far <= 1.0 + band


def _thick(even: GrayImage, unit: float) -> Marked:
    """Tell which pixels lie in or beside what is even and thicker than any stroke of print: a star."""
    core = cv2.morphologyEx(even, cv2.MORPH_OPEN, _square(THICK * unit))
    return np.asarray(cv2.dilate(core, _square(2 * THICK * unit)) > 0, dtype=np.bool_)


def _tone_of_ring(deep: Floats, even: Marked, far: Floats) -> float:
    """Return how dark the ring is where it lies on a fill, too."""
    tones = deep[even & (np.abs(far - 1.0) < NEARLY)]
    return float(np.quantile(tones, BRIGHT)) if tones.size else 255.0


def _window(ring: Ring, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Return the part of the picture that a ring and what leads up to it takes."""
    a, b = (1 + AROUND) * ring.a, (1 + AROUND) * ring.b
    rows = max(0, int(ring.y - b)), min(shape[0], int(ring.y + b) + 1)
    columns = max(0, int(ring.x - a)), min(shape[1], int(ring.x + a) + 1)
    return slice(*rows), slice(*columns)


def _ruled(ink: Marked, length: int) -> Marked:
    """Tell which ink lies in straight lines of some pixels at least, as rulings do that are no darker than a seal."""
    mask, ruled = ink.astype(np.uint8), np.zeros(ink.shape, np.uint8)
    for size, thicker in (((1, length), (3, 1)), ((length, 1), (1, 3))):
        lines = cv2.morphologyEx(cv2.dilate(mask, np.ones(thicker, np.uint8)), cv2.MORPH_OPEN, np.ones(size, np.uint8))
        ruled |= np.asarray(lines, dtype=np.uint8)
    return ink & (ruled > 0)


def _toned(even: GrayImage, dark: GrayImage, ring: Ring, depth: float) -> Marked:
    """Tell which pixels lie in or beside what has the tone of the ring."""
    toned = (even > 0) & (np.abs(dark.astype(np.float64) - ring.tone) <= NOISE * depth)
    return np.asarray(cv2.dilate(toned.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0, dtype=np.bool_)


def _unprinted(ink: Marked, print_: Marked) -> Marked:
    """Tell which ink is in blots that are hardly anywhere as dark as print."""
    blots = find_blots(np.asarray(ink, dtype=np.uint8) * np.uint8(255))
    if not len(blots.stats):
        return np.zeros_like(ink)
    dark = np.bincount(blots.labels[print_ & ink], minlength=len(blots.stats) + 1)[1:]
    return np.asarray(blots.keep(dark < np.maximum(2, PRINTED * blots.stats[:, 4])) > 0, dtype=np.bool_)
