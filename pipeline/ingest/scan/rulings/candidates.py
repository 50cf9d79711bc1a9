"""Lines that are not surely rulings: faint, dotted, dashed, broken and short ones, and the edges of shaded areas.

Print is taken out first, blot by blot, so that rows of strokes are no lines. What is left is averaged along the
direction looked for over more than the pitch of dashes and dots; a line is then a ridge across, a white ruling between
shaded areas a valley, and the edge of a shaded area a step. Each is measured against the page's own noise and told with
its strength beside the page's other lines. Nothing here decides: layout holds candidates against words and columns.
Vertical lines are horizontal ones of the transposed picture. Lengths are points where no pixels are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry.blots import Mask, label_blots, look_up
from pipeline.ingest.ocr.reading import PixelBox
from pipeline.ingest.scan.ink.textlines import erase_rulings
from pipeline.ingest.scan.rulings.flanks import DRAWN, NEAR, THICKEST, Candidate, is_gap, lies_beside, without_flanks
from pipeline.ingest.scan.rulings.lines import long_runs
from pipeline.models import Origin, Ruling

GrayImage = NDArray[np.uint8]
Floats = NDArray[np.float32]
Kind = tuple[Origin, bool]
Flags = NDArray[np.bool_]

SMOOTH = 9.0
"""Points along a line over which it is averaged: two dashes and their gaps."""

SAMPLED = 1.5
"""Points along a line of which one is looked at, after averaging."""

SHORTEST = 18.0
"""Points of its length at least."""

FLAT = 2.2
"""Points of height up to which a blot may be a dash, a dot or a piece of a horizontal line; print is higher."""

SMEARED, DRAWN_OUT = 4.4, 4.0
"""Points of height up to which a blot may be some dots of a line that hang together with a speck, and how many times
as wide as it is high it is then at least."""

LONG = 45.0
"""Points of width from which a blot is a line, or hangs together with one, however high it is."""

FAINTEST = 2.5
"""Grey levels of 255 by which the average of a line differs from the paper beside it at least."""

FAINTEST_STEP = 5.0
"""The same for the step at the edge of a shaded area."""

NOISE = 7.0
"""The same in units of what the page shows everywhere, the quartile above the median."""

STEP = (1.0, 3.0)
"""Points from the edge of a shaded area between which its two sides are compared."""

LEFT_OVER = 10.0
"""Points of a line that no firm ruling covers at least, for that to be a line of its own."""

GAP = 14.0
"""Points along which the pieces of one candidate may lie apart."""

PITCH = 7.0
"""Points from one dash or dot of a line to the next at most."""

ALONE = 23.0
"""Points of a row of strokes below which they are print: a double dash is 21 long."""

SHORT_STRENGTH = 0.25
"""Strength at least of a candidate shorter than `LONG`."""

SPREAD = 4.0
"""Points by which averaging prolongs a line at either end."""

SEEN = 0.25
"""Share of what is averaged that no print hides at least."""

FAINT_PRINT = 0.2
"""Contrast of the page's lines in that of its print at least, where strength 1 is to be less than the print's."""

WHITE = 0.08
"""The same of white lines: they cannot be brighter than paper, and shaded cells are not much darker."""

WEAKEST = 0.12
"""Strength of a candidate at least."""

WORTH = 0.75
"""Share of the lines' whole length that is fainter than the line which strength 1 stands for."""


def find_candidates(gray: GrayImage, ink: Mask, rulings: Sequence[Ruling], unit: float) -> tuple[Ruling, ...]:
    """Return the lines of a straight sheet beside its firm `rulings`; `ink` (0 / 255) is what is dark on it.

    `unit` is pixels per point. Strength 1 is the contrast of the page's clear lines, or a fifth of its print's where
    those are fainter still.
    """
    ink = erase_rulings(ink, (_drawn_box(ruling, unit) for ruling in rulings))
    lying = search_lines(gray, ink, unit)
    standing = search_lines(_turned(gray), _turned(ink), unit)
    found = [(line, True) for line in lying] + [(line, False) for line in standing]
    depth = print_depth(gray, ink)
    kinds: dict[Kind, list[Candidate]] = {}
    for line, _ in found:
        kinds.setdefault((line.origin, line.white), []).append(line)
    level = {kind: max((WHITE if kind[1] else FAINT_PRINT) * depth, _typical(of)) for kind, of in kinds.items()}
    return tuple(_weighed(found, level, rulings))


def _turned(picture: GrayImage) -> GrayImage:
    """Return a picture with its columns as rows: OpenCV does it in a tenth of the time."""
    return np.asarray(cv2.transpose(picture), dtype=np.uint8)


def _drawn_box(ruling: Ruling, unit: float) -> PixelBox:
    """Return the pixels of a firm ruling: where dashes cross it, they are no characters."""
    x0, y0, x1, y1 = (round(place * unit) for place in (ruling.x0, ruling.y0, ruling.x1, ruling.y1))
    wide = max(1, round(DRAWN * unit))
    return x0 - wide, y0 - wide, x1 + wide + 1, y1 + wide + 1


def _weighed(
    found: Sequence[tuple[Candidate, bool]], level: Mapping[Kind, float], rulings: Sequence[Ruling]
) -> Iterator[Ruling]:
    """Yield what is strong enough and not drawn already, with its strength."""
    for line, horizontal in found:
        strength = min(1.0, line.contrast / max(level[line.origin, line.white], 1e-3))
        for part in _undrawn(line, [r for r in rulings if r.horizontal == horizontal]):
            if strength >= (WEAKEST if part.length >= LONG else SHORT_STRENGTH):
                yield _ruling(part, horizontal, strength)


def print_depth(gray: GrayImage, ink: Mask) -> float:
    """Return by how many grey levels the ink of a page is darker than its paper."""
    if not cv2.countNonZero(ink):
        return 0.0
    return max(0.0, float(np.median(gray[ink == 0][::97]) - np.percentile(gray[ink > 0][::7], 25)))


def _typical(lines: Sequence[Candidate]) -> float:
    """Return the contrast of the page's clear lines, weighted by length."""
    if not lines:
        return 1.0
    ordered = sorted(lines, key=lambda line: line.contrast)
    reached = np.cumsum([line.length for line in ordered])
    return ordered[int(np.searchsorted(reached, WORTH * reached[-1]))].contrast


def _undrawn(line: Candidate, rulings: Sequence[Ruling]) -> Iterator[Candidate]:
    """Yield the parts of a line that no firm ruling covers."""
    spans = (
        (ruling.y0, ruling.x0, ruling.x1) if ruling.horizontal else (ruling.x0, ruling.y0, ruling.y1)
        for ruling in rulings
    )
    start = line.start
    for low, high in sorted((low, high) for at, low, high in spans if abs(at - line.at) <= NEAR):
        if min(low, line.end) - start >= LEFT_OVER:
            yield replace(line, start=start, end=min(low, line.end))
        start = max(start, high)
    if line.end - start >= LEFT_OVER:
        yield replace(line, start=start)


def _ruling(line: Candidate, horizontal: bool, strength: float) -> Ruling:
    if horizontal:
        return Ruling(line.start, line.at, line.end, line.at, strength, line.origin)
    return Ruling(line.at, line.start, line.at, line.end, strength, line.origin)


def search_lines(gray: GrayImage, ink: Mask, unit: float) -> list[Candidate]:
    """Return the horizontal lines of a picture, firm ones among them, by where they lie."""
    known = (print_mask(ink, unit) == 0).astype(np.uint8)
    step = max(1, round(SAMPLED * unit))
    averaged, hidden = _average(gray, known, unit, step)
    dark = list(_ridges(averaged, hidden, unit, step, "trace"))
    light = [replace(line, white=True) for line in _ridges(255 - averaged, hidden, unit, step, "fill")]
    lines, white = without_flanks(dark, light)
    edges = [line for line in _steps(averaged, hidden, unit, step) if not lies_beside(line, [*lines, *white])]
    hides = _Hidden(hidden, unit, step)
    found = [*_joined(lines, hides), *_joined(white, hides), *_joined(edges, hides)]
    return [line for line in found if line.length >= LONG or not is_gap(line, ink, unit)]


def _average(gray: GrayImage, known: Mask, unit: float, step: int) -> tuple[Floats, Flags]:
    """Average a picture along its rows over what is known (1 / 0), one column in `step`; tell where too little is.

    There the surroundings stand for it.
    """
    size = max(1, gray.shape[1] // step), gray.shape[0]
    reach = max(1, round(SMOOTH * unit / step)) | 1
    weight, mass = (
        cv2.blur(cv2.resize(part, size, interpolation=cv2.INTER_AREA), (reach, 1))
        for part in (known.astype(np.float32), (gray * known).astype(np.float32))
    )
    averaged, hidden = mass / np.maximum(weight, 1e-3), weight <= SEEN
    wide = 4 * reach + 1, round(SMOOTH * unit) | 1
    seen = np.where(hidden, 0, 1).astype(np.float32)
    around = cv2.blur(averaged * seen, wide) / np.maximum(cv2.blur(seen, wide), 1e-3)
    return np.where(hidden, around, averaged).astype(np.float32), np.asarray(hidden)


def print_mask(ink: Mask, unit: float) -> Mask:
    """Return where print hides what may lie under it: around blots that are no piece of a horizontal line.

    A flat stroke that stands alone in its row is a dash; dashes of a ruling stand in a row. So it is with upright ones.
    """
    stats, labels = label_blots(ink)
    smeared = (stats[:, 3] <= SMEARED * unit) & (stats[:, 2] >= DRAWN_OUT * stats[:, 3])
    high, wide = (stats[:, 3] > FLAT * unit) & ~smeared, stats[:, 2] >= LONG * unit
    upright = high & (stats[:, 2] <= FLAT * unit)
    kinds = high & ~wide & ~upright, ~high & ~wide, upright & (stats[:, 3] < ALONE * unit)
    mask, strokes, posts = (_blots_of(kind, labels) for kind in kinds)
    mask |= _standing_alone(strokes, unit)
    mask |= _turned(_standing_alone(_turned(posts), unit))
    side = round(FLAT * unit) | 1
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((side, 2 * side + 1), np.uint8))
    return np.asarray(cv2.dilate(joined, np.ones((7, 7), np.uint8)), dtype=np.uint8)


def _blots_of(kind: Flags, labels: NDArray[Any]) -> Mask:
    """Return the mask of the blots of a kind, the first (the background) left out."""
    levels = kind.astype(np.uint8) * np.uint8(255)
    levels[0] = 0
    return look_up(levels, labels)


def _standing_alone(strokes: Mask, unit: float) -> Mask:
    """Return of flat strokes those that make no row of `ALONE` points and more."""
    if not cv2.countNonZero(strokes):
        return strokes
    rows = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((3, round(PITCH * unit) | 1), np.uint8))
    stats, labels = label_blots(np.asarray(rows, dtype=np.uint8))
    return np.asarray(cv2.bitwise_and(_blots_of(stats[:, 2] < ALONE * unit, labels), strokes), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class _Hidden:
    """Where print hides a picture that was thinned along its rows."""

    mask: NDArray[np.bool_]
    unit: float
    step: int

    def between(self, at: float, start: float, end: float) -> bool:
        """Tell whether print hides most of the way between two places (points) along a line."""
        row = min(round(at * self.unit), self.mask.shape[0] - 1)
        first, last = (round(place * self.unit / self.step) for place in (start, end))
        part = self.mask[row, first : last + 1]
        return bool(part.size) and float(part.mean()) >= 0.8


def _level(contrast: Floats, faintest: float) -> float:
    """Return the least contrast that is not noise."""
    median, upper = np.percentile(contrast[::7, ::3], (50, 75))
    return float(max(faintest, median + NOISE * (upper - median)))


def _ridges(averaged: Floats, hidden: Flags, unit: float, step: int, origin: Origin) -> Iterator[Candidate]:
    """Yield thin dark lines of a picture that was averaged along its rows."""
    across = np.ones((round(THICKEST * unit) | 1, 1), np.uint8)
    contrast = np.asarray(cv2.morphologyEx(averaged, cv2.MORPH_BLACKHAT, across), dtype=np.float32)
    contrast[hidden] = 0
    yield from _pieces(contrast, _level(contrast, FAINTEST), unit, step, origin)


def _steps(averaged: Floats, hidden: Flags, unit: float, step: int) -> Iterator[Candidate]:
    """Yield edges of shaded areas: rows above which the picture is otherwise than below."""
    near, far = (max(1, round(reach * unit)) for reach in STEP)
    band = cv2.blur(averaged, (1, far - near + 1))
    shift = (near + far) // 2
    contrast = np.zeros_like(averaged)
    contrast[shift:-shift] = np.abs(band[2 * shift :] - band[: -2 * shift])
    peak = cv2.dilate(contrast, np.ones((2 * shift + 1, 1), np.uint8))
    sharp = np.where((contrast >= peak) & ~hidden, contrast, 0).astype(np.float32)
    thick = cv2.dilate(sharp, np.ones((3, 1), np.uint8))
    yield from _pieces(np.asarray(thick, dtype=np.float32), _level(contrast, FAINTEST_STEP), unit, step, "fill")


def _pieces(contrast: Floats, level: float, unit: float, step: int, origin: Origin) -> Iterator[Candidate]:
    mask = (contrast > level).astype(np.uint8) * np.uint8(255)
    runs = long_runs(mask, round(SHORTEST * unit / step) | 1)
    stats, labels = label_blots(runs)
    width = contrast.shape[1]
    for i in range(1, len(stats)):
        x, y, w, h, area = (int(v) for v in stats[i])
        if area > w * THICKEST * unit or h > max(THICKEST * unit, 0.12 * w * step):
            continue
        if (x == 0 or x + w == width) and w * step < LONG * unit:  # what is seen only at the rim is the rim's
            continue
        window = np.s_[y : y + h, x : x + w]
        weights = np.where(labels[window] == i, contrast[window], 0)
        at = float((weights.sum(axis=1) * np.arange(h)).sum() / weights.sum()) + y
        start, end = x * step / unit + SPREAD * (x > 0), (x + w) * step / unit - SPREAD * (x + w < width)
        yield Candidate(at / unit, start, end, float(np.median(weights.max(axis=0))), origin)


def _joined(lines: Sequence[Candidate], hidden: _Hidden) -> list[Candidate]:
    """Join pieces of one line that nearly meet, or between which print hides it."""
    joined: list[Candidate] = []
    for line in sorted(lines, key=lambda line: line.start):
        for i, other in enumerate(joined):
            near = line.start - other.end <= GAP
            if abs(other.at - line.at) <= NEAR and (near or hidden.between(line.at, other.end, line.start)):
                joined[i] = _one(other, line)
                break
        else:
            joined.append(line)
    return sorted(joined, key=lambda line: (line.at, line.start))


def _one(a: Candidate, b: Candidate) -> Candidate:
    mass = a.length + b.length
    at, contrast = ((getattr(a, n) * a.length + getattr(b, n) * b.length) / mass for n in ("at", "contrast"))
    return Candidate(at, min(a.start, b.start), max(a.end, b.end), contrast, a.origin, a.white)
