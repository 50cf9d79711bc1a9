"""A picture of a page → a straight sheet: its grey picture without seals, its rulings, and the way back.

The sheet is what is read. Its working points are pixels over `unit`; `to_shown` carries them to the page as it is
shown, whatever was done to the picture: resampling, deskew, keystone, bend, quarter turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.scan.bend import LEAST_BEND, fit_field, largest_bend, source_map, unbend_trace
from pipeline.ingest.scan.fills import turn_fills
from pipeline.ingest.scan.grey_seal import remove_grey_seals
from pipeline.ingest.scan.ground import turn_to_paper
from pipeline.ingest.scan.ink.textlines import find_ink
from pipeline.ingest.scan.rulings.candidates import find_candidates
from pipeline.ingest.scan.rulings.ghosts import without_ghosts
from pipeline.ingest.scan.rulings.lines import trace_rulings
from pipeline.ingest.scan.rulings.promote import promote
from pipeline.ingest.scan.rulings.segments import find_segments
from pipeline.ingest.scan.rulings.settle import settle_rulings
from pipeline.ingest.scan.rulings.streaks import follow_streak, mend_streaks, table_span, tell_streaks
from pipeline.ingest.scan.rulings.stretches import Stretch
from pipeline.ingest.scan.rulings.traces import RowMinima, Trace, both_ways, side_profile
from pipeline.ingest.scan.screen import find_screens, flatten_screens, soften_edges
from pipeline.ingest.scan.seal import Marked, find_seal, move_seal, remove_seal
from pipeline.ingest.scan.straighten import fit_slopes, page_angle, straightening_matrix, text_angle
from pipeline.models import Frame, Matrix, Ruling

GrayImage = NDArray[np.uint8]
Floats = NDArray[np.float64]

FULL_UNIT = 200 / 72
"""Pixels per point that pictures of higher resolution are reduced to."""

FINE_UNIT = 230 / 72
"""Pixels per point from which a picture is reduced."""

COARSE_UNIT = 140 / 72
"""Pixels per point below which a picture is enlarged: the smallest print would be a few pixels high."""

PLAUSIBLE_SIDE = (480.0, 1300.0)
"""Points that the longer side of a page of paper measures, A5 to A3; other sizes are taken as an A4 photograph."""

A4_SIDE = 842.0

FEW = 0.5
"""Longer sides of the page that its lines measure together at least to tell its angle; text tells it otherwise."""

AGAIN = 3
"""Times at most that a page is traced again without the streaks that were found on it."""

LARGEST_SIDE = 6000
"""Pixels of the longer side that are worked on at most."""


@dataclass(frozen=True, slots=True)
class StraightPage:
    """A straightened page. `unit` is pixels per working point, `turns` the quarter turns it was turned back by.

    `spreads` tells for each ruling how far its printed lines lie from it, in points (doubled rulings).
    `to_shown` is a 3 x 3 homography from working points to points of the page as shown. `candidates` are lines that are
    not surely rulings, looked for where some ruling is broken; `streaks` were drawn by the scanner and are mended.
    """

    gray: GrayImage
    seal: Marked | None
    rulings: tuple[Ruling, ...]
    spreads: tuple[float, ...]
    unit: float
    to_shown: Floats
    turns: int = 0
    candidates: tuple[Ruling, ...] = ()
    streaks: tuple[Ruling, ...] = ()

    @property
    def frame(self) -> Frame:
        """The way back as it is published with the page."""
        values = (self.to_shown / self.to_shown[2, 2]).ravel()
        matrix: Matrix = tuple(float(v) for v in values)  # type: ignore[assignment]
        return Frame(matrix)


def straighten_page(image: NDArray[np.uint8], width: float, height: float) -> StraightPage:
    """Return the sheet of a picture (RGB or grey) that shows a page of `width` x `height` points."""
    picture, unit = _with_tones(turn_to_paper(image), width, height)
    to_points = np.diag([width / picture.shape[1], height / picture.shape[0], 1.0])
    gray, seal = _without_seal(picture, unit)
    gray = turn_fills(gray, unit)
    matrix = _coarse_matrix(gray)
    straight = _warp(gray, matrix)
    views = both_ways(straight)
    traced, pale = _trace(views, unit)
    fields = [fit_field(traces, view.gray.shape) for traces, view in zip(traced, views, strict=True)]
    even, faint = (
        [[unbend_trace(t, field) for t in ts] for ts, field in zip(way, fields, strict=True)] for way in (traced, pale)
    )
    if max(map(largest_bend, traced, even)) < LEAST_BEND:
        even, faint, back = list(traced), list(pale), np.linalg.inv(matrix)
    else:
        xs, ys, back = source_map(matrix, straight.shape, *fields)
        straight = _remap(gray, xs, ys)
        views = both_ways(straight)
    mended = _without_streaks(_Mended(straight, even, faint), unit)
    if mended.streaks:
        straight, views = mended.gray, both_ways(mended.gray)
    pieces = [_stretches(traces, unit) for traces in mended.traces]
    profiles = [side_profile(view, unit) for view in views]
    rulings, spreads, whole = settle_rulings(pieces[0], pieces[1], profiles[0], profiles[1])
    candidates: tuple[Ruling, ...] = ()
    if rulings and not whole:
        ink = find_ink(straight, unit)
        candidates = find_candidates(straight, ink, rulings, unit)
        more = promote(candidates, rulings, ink, unit)
        rulings, spreads = (*rulings, *more), (*spreads, *(0.0 for _ in more))
    to_shown = to_points @ back @ np.diag([unit, unit, 1.0])
    moved = None if seal is None else move_seal(seal, np.linalg.inv(back))
    return StraightPage(
        straight, moved, rulings, spreads, unit, to_shown, candidates=candidates, streaks=mended.streaks
    )


def _with_tones(image: NDArray[np.uint8], width: float, height: float) -> tuple[NDArray[np.uint8], float]:
    """Return a picture near 200 dpi, the dots of screens made tones, with its pixels per point.

    Screens are found before the picture is resampled, and smoothed thereafter: to reduce a picture smooths it, too.
    """
    screens = find_screens(image)
    picture, unit = normalise_resolution(image, width, height)
    if screens is None:
        return soften_edges(picture), unit
    return flatten_screens(picture, screens, picture.shape[1] / image.shape[1]), unit


def normalise_resolution(image: NDArray[np.uint8], width: float, height: float) -> tuple[NDArray[np.uint8], float]:
    """Bring a picture near 200 dpi where it is far from it; return it with its pixels per point."""
    side = max(image.shape[:2])
    plausible = PLAUSIBLE_SIDE[0] <= max(width, height) <= PLAUSIBLE_SIDE[1]
    unit = side / (max(width, height) if plausible else A4_SIDE)
    factor = 1.0
    if unit > FINE_UNIT or unit < COARSE_UNIT:
        factor = FULL_UNIT / unit
    factor = min(factor, LARGEST_SIDE / side)
    if factor == 1.0:
        return image, unit
    size = max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor))
    flags = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=flags), dtype=np.uint8), unit * factor


def _without_seal(picture: NDArray[np.uint8], unit: float) -> tuple[GrayImage, Marked | None]:
    if picture.ndim == 2:
        return remove_grey_seals(picture, unit)
    gray = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    seal = find_seal(picture, 1 / unit)
    return remove_grey_seals(gray, unit) if seal is None else (remove_seal(picture, gray, seal), seal)


def _coarse_matrix(gray: GrayImage) -> Floats:
    """Return the homography that straightens the page but for the bend of the paper."""
    segments = find_segments(gray)
    lengths = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    if lengths.sum() < FEW * max(gray.shape):
        turn = cv2.getRotationMatrix2D((gray.shape[1] / 2, gray.shape[0] / 2), text_angle(gray), 1.0)
        return np.vstack([turn, (0.0, 0.0, 1.0)])
    slopes = fit_slopes(segments, page_angle(segments), gray.shape)
    return straightening_matrix(slopes, gray.shape)


def _warp(picture: GrayImage, matrix: Floats) -> GrayImage:
    size = picture.shape[1], picture.shape[0]
    return np.asarray(cv2.warpPerspective(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)


def _remap(picture: GrayImage, xs: NDArray[np.float32], ys: NDArray[np.float32]) -> GrayImage:
    return np.asarray(cv2.remap(picture, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)


def _stretches(traces: Sequence[Trace], unit: float) -> list[Stretch]:
    """Return straight pieces in points."""
    return [Stretch(t.at / unit, t.start / unit, t.end / unit, t.spread / unit, t.stray / unit) for t in traces]


@dataclass(frozen=True, slots=True)
class _Mended:
    """A straight picture, the traces of both directions in it, and the streaks that are mended in it.

    `pale` are traces that were taken for rulings of the other side of the paper: a pale streak may be among them.
    """

    gray: GrayImage
    traces: Sequence[Sequence[Trace]]
    pale: Sequence[Sequence[Trace]]
    streaks: tuple[Ruling, ...] = ()


def _trace(views: tuple[RowMinima, RowMinima], unit: float) -> tuple[list[list[Trace]], list[list[Trace]]]:
    """Return the traces of the rulings of both directions, and of those that shine through."""
    found = trace_rulings(*views, unit)
    traced = without_ghosts(found, views, unit)
    kept = {id(trace) for traces in traced for trace in traces}
    return list(traced), [[trace for trace in traces if id(trace) not in kept] for traces in found]


def _without_streaks(mended: _Mended, unit: float) -> _Mended:
    """Return a picture without the streaks of the scanner; it is traced anew where there were any.

    Rulings that ran beside a streak were traced as one with it.
    """
    for _ in range(AGAIN):
        courses = _find_streaks(mended, unit)
        if not courses:
            break
        streaks, spreads = tuple(r for r, _ in courses), [spread for _, spread in courses]
        gray = mend_streaks(mended.gray, streaks, spreads, unit)
        views = both_ways(gray)
        mended = _Mended(gray, *_trace(views, unit), (*mended.streaks, *streaks))
    return mended


def _find_streaks(mended: _Mended, unit: float) -> list[tuple[Ruling, float]]:
    """Return the pieces of the streaks of both directions, and how far each may stray."""
    all_traces = [[*traces, *pale] for traces, pale in zip(mended.traces, mended.pale, strict=True)]
    pieces = [_stretches(traces, unit) for traces in all_traces]
    extents = mended.gray.shape[1] / unit, mended.gray.shape[0] / unit
    found: list[tuple[Ruling, float]] = []
    for i, streaks in enumerate(tell_streaks(pieces[0], pieces[1], extents)):
        span = table_span(pieces[1 - i], extents[1 - i])
        if span is None:
            continue
        for own in streaks:
            for s in follow_streak([all_traces[i][j] for j in own], span, unit):
                ruling = Ruling(s.at, s.start, s.at, s.end) if i else Ruling(s.start, s.at, s.end, s.at)
                found.append((ruling, s.spread))
    return found


def turn_sheet(sheet: StraightPage, turns: int) -> StraightPage:
    """Turn a sheet counter-clockwise by quarter turns."""
    for _ in range(turns % 4):
        sheet = _turn_once(sheet)
    return sheet


def _turn_once(sheet: StraightPage) -> StraightPage:
    extent = (sheet.gray.shape[1] - 1) / sheet.unit
    back = np.array([[0.0, -1.0, extent], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    rulings, candidates, streaks = (
        tuple(replace(r, x0=r.y0, y0=extent - r.x1, x1=r.y1, y1=extent - r.x0) for r in lines)
        for lines in (sheet.rulings, sheet.candidates, sheet.streaks)
    )
    return replace(
        sheet,
        gray=np.ascontiguousarray(np.rot90(sheet.gray)),
        seal=None if sheet.seal is None else np.ascontiguousarray(np.rot90(sheet.seal)),
        rulings=rulings,
        candidates=candidates,
        streaks=streaks,
        to_shown=sheet.to_shown @ back,
        turns=(sheet.turns + 1) % 4,
    )
