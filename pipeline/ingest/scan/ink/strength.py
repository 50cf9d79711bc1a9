"""Ink is print only where it is as dark as the print around it.

Dust, paper texture, moiré, drum marks, what shines through from the back and faint stains are ink to a threshold, and a
recogniser makes characters of them. Each blot is measured by its darkest point, in the darkness of the print around.
Print is told by its neighbours in the line as well: the slash of a `%` may be half as dark as its rings. What is weak
and stands by itself is taken out of the ink and out of the picture. Rows of weak blots that are all alike may be print
of a paler colour: they stay, marked as weak. Everything is in pixels; `em` is the height of the page's characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import Blots, Mask, Stats, find_blots, sides, strips
from pipeline.ingest.ocr.reading import GrayImage
from pipeline.ingest.scan.ink.scrawl import tell_scrawl, with_rests

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEAST = ((0.3, 0.3), (0.6, 0.36), (np.inf, 0.45))
"""Extent in character heights up to which a blot is print from which share of the print's darkness on. Small blots lose
more to blur: on sound scans down to 100 dpi the darkest point of points and commas is 0.38 to 0.9 of that of the
print, of characters 0.5 to 1; of dust and drum marks it is 0.08 to 0.4."""

DASH = (0.8, 0.36)
"""Width at least and height at most, in character heights, of a dash; its one thin stroke loses as much as small
blots."""

WEAK = 0.5
"""Share of the print's darkness below which a blot is weak, though it is kept; points and commas apart."""

SHOWN = 0.2
"""The same at least for a weak blot that its neighbours make print."""

CLOSE = 0.15
"""Character heights from a blot to its neighbours in a word."""

STOP, STOP_SHOWN, BESIDE = (0.22, 0.42), 0.3, 0.4
"""Extent of a full stop or comma of Chinese print, in character heights; share of the print's darkness from which a
blot that stands as one is kept; and how far from its character it stands."""

ON_LINE = 0.15
"""Character heights between the lower edges of a character and of the full stop behind it at most."""

TWIN_SHOWN, TWIN_HIGH, TWIN_BESIDE, TWIN_ALIGNED = 0.33, 0.5, 0.35, 0.1
"""Share of the print's darkness from which a blot is kept that stands beside print and is its twin in height; height of
such a blot at least; space between the two and difference of their upper and lower edges at most, in character heights
(a pixel is always allowed)."""

SLASH_SHOWN, SLASH_HIGH, SLASH_WIDE, SLASH_FULL, SLASH_SLANT = 0.33, (0.65, 1.4), (0.25, 0.8), 0.5, 0.5
"""Share of the print's darkness from which a slash is kept, whose one thin stroke loses as much as a dash's; height
and width in character heights; ink in its box at most; and how far, in its width, its upper third lies right of its
lower."""

TILE = 90.0
"""Points of the side of the squares in which the print's darkness is measured."""

DARK = 0.75
"""Share of the print's blots that are less dark than what counts as the darkness of print."""

FEW, FEW_IN_TILE = 30, 8
"""Blots of print that a page, and a square of it, must have to say how dark print is."""

PALEST = 0.5
"""Least darkness of print in a square, in that of the page's print."""

ALIKE = 0.2
"""Spread of the darkness of weak blots in a row, over their middle, up to which they may be pale print."""

ROW = 3
"""Blots of a row of pale print at least."""


MOSTLY = 0.6
"""Share of the ink of a line, or of its end, that is weak where the line is, or its end."""

AT_END = 0.4
"""Character heights of the end of a line: a digit or a dash."""

Weak = Literal["", "pale", "weak", "end", "crossed", "dirty"]
"""What of a line is paler than the print around it: all of it, so much that only its row makes it print; all of it; or
what stands at one of its ends. A line beside which a scrawl goes is `crossed`, one that
dirt goes over is `dirty`."""


@dataclass(frozen=True, slots=True)
class Print:
    """The ink of a page that is print (0 / 255), what of it is weak, and the picture without all other ink.

    `weak` has what only its row makes print, and all that is paler than print is as a rule; `scrawl` the strokes of a
    pen that were taken out. None where nothing is.
    """

    ink: Mask
    weak: tuple[Mask, Mask] | None
    gray: GrayImage
    scrawl: Mask | None = None


def tell_print(gray: GrayImage, ink: Mask, unit: float, em: float, whole: Mask | None = None) -> Print:
    """Tell print from weaker ink and from scrawls; `ink` holds no rulings, `whole` does, `unit` is pixels per point."""
    blots = find_blots(ink)
    scrawl = with_rests(blots, tell_scrawl(blots, em), ink if whole is None else whole, unit, em)
    peaks = darkest_points(gray, blots, unit)
    level = _print_level(blots.stats, peaks, TILE * unit, em)
    pen = blots.keep(scrawl) if scrawl.any() else None
    if level is None:
        return Print(blots.keep(~scrawl), None, _without(gray, blots, ~scrawl), pen)
    share = peaks / level
    extent = np.maximum(blots.stats[:, 2], blots.stats[:, 3]) / em
    wide, high = blots.stats[:, 2] / em, blots.stats[:, 3] / em
    dash = (wide >= DASH[0]) & (high <= DASH[1])
    least = np.select([dash, *(extent < limit for limit, _ in LEAST)], [LEAST[0][1], *(value for _, value in LEAST)])
    strong = share >= least
    if pen is None and strong.all() and share[extent >= LEAST[0][0]].min(initial=1.0) >= WEAK:
        return Print(ink, None, gray)
    carried = _carried(blots.stats, strong, (share >= SHOWN) & (share < least), em)
    pale = _pale_rows(blots, share, (share >= SHOWN) & ~strong & ~carried, em)
    stops = _stops(blots.stats, strong, (share >= STOP_SHOWN) & ~strong & ~carried, em)
    twins = _twins(blots.stats, strong, (share >= TWIN_SHOWN) & ~strong & ~carried, em)
    slashes = _slashes(blots, (share >= SLASH_SHOWN) & ~strong & ~carried, em)
    kept = (strong | carried | pale | stops | twins | slashes) & ~scrawl
    weak = stops | twins | slashes | (strong & ~scrawl & (share < WEAK) & (extent >= LEAST[0][0]))
    doubtful = blots.keep(pale), blots.keep(pale | weak)
    return Print(blots.keep(kept), doubtful if (pale | weak).any() else None, _without(gray, blots, kept), pen)


def darkest_points(gray: GrayImage, blots: Blots, unit: float) -> Floats:
    """Return for each blot by how many grey levels its darkest point is darker than its surroundings of 14 points."""
    window = round(14 * unit) | 1
    darkness = np.asarray(cv2.subtract(cv2.blur(gray, (window, window)), gray), dtype=np.uint8)
    at = np.flatnonzero(blots.labels)
    peaks = np.zeros(len(blots.stats) + 1)
    np.maximum.at(peaks, blots.labels.ravel()[at], darkness.ravel()[at])
    return peaks[1:]


def _print_level(stats: Stats, peaks: Floats, tile: float, em: float) -> Floats | None:
    """Return how dark print is where each blot lies; None where too little print says so."""
    high = (stats[:, 3] > 0.4 * em) & (stats[:, 3] < 1.6 * em) & (stats[:, 4] > 0.05 * em * em)
    if high.sum() < FEW:
        return None
    page = float(np.quantile(peaks[high], DARK))
    squares = (stats[:, 1] // tile).astype(np.int64) * 1000 + (stats[:, 0] // tile).astype(np.int64)
    level = np.full(len(stats), page)
    for square in np.unique(squares[high]):
        inside = squares == square
        if (inside & high).sum() >= FEW_IN_TILE:
            level[inside] = min(page, float(np.quantile(peaks[inside & high], DARK)))
    return np.asarray(np.maximum(level, max(1.0, PALEST * page)), dtype=np.float64)


def _carried(stats: Stats, strong: Flags, weak: Flags, em: float) -> Flags:
    """Tell of weak blots whether strong ones carry them: on both sides in their line, or around them."""
    print_ = stats[strong & (stats[:, 3] > 0.25 * em)]
    carried = np.zeros(len(stats), dtype=np.bool_)
    places = np.flatnonzero(weak)
    for chosen, near in strips(stats[places], print_, 0):
        left, top, right, bottom = sides(print_[near])
        x, y, x1, y1 = (side[:, None] for side in sides(stats[places[chosen]]))
        beside = np.minimum(bottom, y1) - np.maximum(top, y) >= 0.5 * np.minimum(y1 - y, bottom - top)
        before = beside & (left + right < x + x1) & (x - right <= CLOSE * em)
        after = beside & (left + right > x + x1) & (left - x1 <= CLOSE * em)
        around = (left <= x) & (right >= x1) & (top <= y) & (bottom >= y1)
        carried[places[chosen]] = (before.any(axis=1) & after.any(axis=1)) | around.any(axis=1)
    return carried


def _stops(stats: Stats, strong: Flags, weak: Flags, em: float) -> Flags:
    """Tell of weak blots whether they stand as a full stop or comma does, low behind a strong character."""
    stops = np.zeros(len(stats), dtype=np.bool_)
    print_ = stats[strong & (stats[:, 3] > 0.6 * em) & (stats[:, 3] < 1.4 * em)]
    extent = np.maximum(stats[:, 2], stats[:, 3]) / em
    places = np.flatnonzero(weak & (extent >= STOP[0]) & (extent <= STOP[1]))
    for chosen, near in strips(stats[places], print_, ON_LINE * em):
        _, _, right, bottom = sides(print_[near])
        x, _, _, y1 = (side[:, None] for side in sides(stats[places[chosen]]))
        behind = (x >= right - 1) & (x - right <= BESIDE * em)
        stops[places[chosen]] = (behind & (np.abs(y1 - bottom) <= ON_LINE * em)).any(axis=1)
    return stops


def _twins(stats: Stats, strong: Flags, weak: Flags, em: float) -> Flags:
    """Tell of weak blots whether they stand close beside strong print, as high and on its line: the 0 of a thin 10."""
    twins = np.zeros(len(stats), dtype=np.bool_)
    print_ = stats[strong & (stats[:, 3] >= TWIN_HIGH * em)]
    left, top, wide, high = (print_[:, at] for at in range(4))
    aligned = max(1.0, TWIN_ALIGNED * em)
    for i in np.flatnonzero(weak & (stats[:, 3] >= TWIN_HIGH * em)):
        x, y, w, h, _ = (int(v) for v in stats[i])
        apart = np.maximum(x - left - wide, left - x - w)
        level = (np.abs(y - top) <= aligned) & (np.abs(y + h - top - high) <= aligned)
        twins[i] = bool((level & (apart >= 0) & (apart <= TWIN_BESIDE * em)).any())
    return twins


def _slashes(blots: Blots, weak: Flags, em: float) -> Flags:
    """Tell of weak blots whether each is a slash: one thin stroke as high as a character that leans to the right."""
    slashes = np.zeros(len(blots.stats), dtype=np.bool_)
    wide, high = blots.stats[:, 2] / em, blots.stats[:, 3] / em
    formed = (high >= SLASH_HIGH[0]) & (high <= SLASH_HIGH[1]) & (wide >= SLASH_WIDE[0]) & (wide <= SLASH_WIDE[1])
    thin = blots.stats[:, 4] <= SLASH_FULL * blots.stats[:, 2] * blots.stats[:, 3]
    for i in np.flatnonzero(weak & formed & thin):
        x, y, w, h, _ = (int(v) for v in blots.stats[i])
        stroke = blots.labels[y : y + h, x : x + w] == i + 1
        third = max(1, h // 3)
        upper, lower = (np.flatnonzero(part.any(axis=0)).mean() for part in (stroke[:third], stroke[-third:]))
        slashes[i] = bool(upper - lower >= SLASH_SLANT * w)
    return slashes


def _pale_rows(blots: Blots, share: Floats, weak: Flags, em: float) -> Flags:
    """Tell of weak blots whether they make a row of blots as high as characters, all of one darkness."""
    if weak.sum() < ROW:
        return np.zeros(len(share), dtype=np.bool_)
    reach = round(0.6 * em) | 1
    ink = blots.keep(weak)
    rows = find_blots(np.asarray(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, reach), np.uint8))))
    owner = np.zeros(len(share) + 1, dtype=np.int64)
    at = np.flatnonzero(ink)
    owner[blots.labels.ravel()[at]] = rows.labels.ravel()[at]
    owner = owner[1:]
    high = np.flatnonzero(weak & (blots.stats[:, 3] > 0.4 * em) & (blots.stats[:, 3] < 1.5 * em))
    high = high[np.argsort(owner[high], kind="stable")]
    middle = blots.stats[:, 1] + blots.stats[:, 3] // 2
    is_pale = np.zeros(len(rows.stats) + 1, dtype=np.bool_)
    for row in np.split(high, np.flatnonzero(np.diff(owner[high])) + 1):
        if len(row) < ROW or float(np.ptp(middle[row])) > 0.6 * em:
            continue
        quartiles = np.quantile(share[row], (0.25, 0.5, 0.75))
        is_pale[owner[row[0]]] = quartiles[2] - quartiles[0] <= ALIKE * quartiles[1]
    return np.asarray(weak & is_pale[owner], dtype=np.bool_)


def _without(gray: GrayImage, blots: Blots, kept: Flags) -> GrayImage:
    """Return the picture with the blots that are not kept set to the paper around them."""
    if kept.all():
        return gray
    gone = cv2.dilate(blots.keep(~kept), np.ones((5, 5), np.uint8))
    near = cv2.dilate(blots.keep(kept), np.ones((3, 3), np.uint8))
    paper = paper_around(gray, cv2.bitwise_or(blots.mask, np.asarray(gone)))
    return np.where((gone > 0) & (near == 0), np.maximum(gray, paper), gray).astype(np.uint8)


def paper_around(gray: GrayImage, ink: NDArray[np.generic]) -> GrayImage:
    """Return the mean of the paper around each pixel, what is ink left out."""
    known = (ink == 0).astype(np.float32)
    mean = cv2.blur(gray * known, (41, 41)) / np.maximum(cv2.blur(known, (41, 41)), 1e-3)
    return np.asarray(np.clip(mean, 0, 255), dtype=np.uint8)


def tell_weak(ink: Mask, weak: tuple[Mask, Mask], em: float) -> Weak:
    """Tell what of the ink of a line is weak. `weak` is as in `Print`."""
    pale, paler = weak
    if not cv2.countNonZero(paler):
        return ""
    whole = MOSTLY * cv2.countNonZero(ink)
    if cv2.countNonZero(paler) >= whole:
        return "pale" if cv2.countNonZero(pale) >= whole else "weak"
    reach = max(1, round(AT_END * em))
    ends = ((ink[:, :reach], paler[:, :reach]), (ink[:, -reach:], paler[:, -reach:]))
    return "end" if any(cv2.countNonZero(w) >= MOSTLY * max(1, cv2.countNonZero(i)) for i, w in ends) else ""
