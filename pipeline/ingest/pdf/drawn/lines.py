"""What a page draws → its rulings: strokes, thin filled boxes, rows of dots and dashes, and the edges of fills.

Strokes and thin boxes are surely drawn. White ones rule where they lie on a fill; on white paper they are not there.
The edges of fills are candidates only: a person takes them for the edge of a cell, or for a shade.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.geometry.grid import JOIN
from pipeline.ingest.pdf.drawn.fills import BAND, Fill, Ground, clip_box, lightness
from pipeline.ingest.pdf.drawn.objects import Drawing
from pipeline.ingest.pdf.drawn.paths import DrawnPath, Subpath
from pipeline.ingest.pdf.textlayer import SLANT, THIN
from pipeline.models import Box, Ruling

UNSEEN = 0.02
"""Difference of lightness up to which a line cannot be told from its ground."""

SAMPLES = 5
"""Points along a line at which its ground is looked at."""

RULED_SHARE = 0.6
"""Share of a line's samples at which it must stand out."""

BESIDE = 1.5
"""How far outside a fill, in points, its surroundings are looked at."""

DASH = 15.0
"""Length in points up to which a piece of a line may be a dash or a dot."""

DASH_GAP = 8.0
"""Widest gap between dashes of one line, in points."""

FEWEST_DASHES = 5
"""Dashes in a row that make a line."""

DASH_LEVEL = 0.5
"""Points by which dashes of one line may differ across it."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The rulings of a page: surely drawn ones, and candidates."""

    rulings: tuple[Ruling, ...]
    candidates: tuple[Ruling, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A straight piece with the lightness of its ink."""

    ruling: Ruling
    light: float


def find_lines(drawing: Drawing, fills: Sequence[Fill]) -> Lines:
    """Return the rulings that a page draws; `fills` are its filled areas, thicker than a line."""
    pieces: list[_Piece] = []
    dots: list[_Piece] = []
    for path in drawing.paths:
        for piece in _pieces_of(path):
            (dots if piece.ruling.x0 == piece.ruling.x1 and piece.ruling.y0 == piece.ruling.y1 else pieces).append(
                piece
            )
    for picture in drawing.pictures:
        pieces += [_Piece(line, 0.0) for line in _thin_line(picture.box)]
    ground = Ground(fills)
    seen = _weigh(pieces, ground)
    dashes = join_dashes([*seen, *_weigh(dots, ground)])
    return Lines((*seen, *dashes), tuple(_edges(fills, ground)))


def _pieces_of(path: DrawnPath) -> Iterator[_Piece]:
    """Yield the straight pieces of a path; a dot is a piece without length."""
    ink = lightness(path.stroke) if path.stroked else lightness(path.fill)
    if not path.stroked and not path.filled:
        return
    for part in path.parts:
        box = clip_box(part.points, path.clip)
        if box is None:
            continue
        if box.width <= THIN and box.height <= THIN:
            yield from (_Piece(line, ink) for line in _thin_line(box) or [_dot(box)])
        elif box.width <= THIN or box.height <= THIN:
            yield from (_Piece(line, ink) for line in _thin_line(box) if path.width <= BAND)
        elif path.stroked and path.width <= BAND:
            yield from (_Piece(line, ink) for line in _axis_parallel(part, path.clip))


def _thin_line(box: Box) -> list[Ruling]:
    """Return the middle of a box that is thinner than it is long and no thicker than a line."""
    if box.height <= THIN and box.width > box.height:
        middle = (box.y0 + box.y1) / 2
        return [Ruling(box.x0, middle, box.x1, middle)]
    if box.width <= THIN and box.height > box.width:
        middle = (box.x0 + box.x1) / 2
        return [Ruling(middle, box.y0, middle, box.y1)]
    return []


def _dot(box: Box) -> Ruling:
    x, y = box.center
    return Ruling(x, y, x, y)


def _axis_parallel(part: Subpath, clip: Box) -> Iterator[Ruling]:
    for (ax, ay), (bx, by) in part.straight:
        if abs(ay - by) <= SLANT < abs(ax - bx):
            box = clip_box([(ax, (ay + by) / 2), (bx, (ay + by) / 2)], clip)
        elif abs(ax - bx) <= SLANT < abs(ay - by):
            box = clip_box([((ax + bx) / 2, ay), ((ax + bx) / 2, by)], clip)
        else:
            continue
        if box:
            yield Ruling(box.x0, box.y0, box.x1, box.y1)


def _weigh(pieces: Sequence[_Piece], ground: Ground) -> list[Ruling]:
    """Return the pieces that can be seen, their strength by how far they stand out from their ground."""
    if not pieces:
        return []
    ends = np.array([(p.ruling.x0, p.ruling.y0, p.ruling.x1, p.ruling.y1) for p in pieces])
    steps = (np.arange(SAMPLES) + 0.5) / SAMPLES
    points = ends[:, None, 0:2] + (ends[:, None, 2:4] - ends[:, None, 0:2]) * steps[None, :, None]
    light = ground.at(points.reshape(-1, 2)).reshape(-1, SAMPLES)
    apart = np.abs(light - np.array([p.light for p in pieces])[:, None])
    stands_out = apart > UNSEEN
    share, strength = stands_out.mean(axis=1), (apart * stands_out).mean(axis=1)
    return [
        piece.ruling if power > 0.99 else replace(piece.ruling, strength=float(power))
        for piece, part, power in zip(pieces, share, strength, strict=True)
        if part >= RULED_SHARE
    ]


def _edges(fills: Sequence[Fill], ground: Ground) -> list[Ruling]:
    """Return the edges of filled areas where the page is lighter or darker beside them."""
    edges: list[Ruling] = []
    inner: list[tuple[float, float]] = []
    outer: list[tuple[float, float]] = []
    for fill in fills:
        b = fill.box
        x, y = b.center
        for line, dx, dy in (
            (Ruling(b.x0, b.y0, b.x1, b.y0), 0, -1),
            (Ruling(b.x0, b.y1, b.x1, b.y1), 0, 1),
            (Ruling(b.x0, b.y0, b.x0, b.y1), -1, 0),
            (Ruling(b.x1, b.y0, b.x1, b.y1), 1, 0),
        ):
            px, py = (x, line.y0) if dy else (line.x0, y)
            edges.append(line)
            inner.append((px - dx * BESIDE, py - dy * BESIDE))
            outer.append((px + dx * BESIDE, py + dy * BESIDE))
    apart = np.abs(ground.at(np.array(inner).reshape(-1, 2)) - ground.at(np.array(outer).reshape(-1, 2)))
    return [
        replace(edge, strength=min(1.0, float(power)), origin="fill")
        for edge, power in zip(edges, apart, strict=True)
        if power > UNSEEN
    ]


def join_dashes(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Return the lines that rows of dots and short dashes make, where the gaps are wider than pieces of a line have."""
    across: dict[int, list[Ruling]] = defaultdict(list)
    down: dict[int, list[Ruling]] = defaultdict(list)
    for r in rulings:
        if r.x1 - r.x0 <= DASH and r.y0 == r.y1:
            across[round(r.y0 / DASH_LEVEL)].append(r)
        if r.y1 - r.y0 <= DASH and r.x0 == r.x1:
            down[round(r.x0 / DASH_LEVEL)].append(r)
    lines = []
    for group in across.values():
        for start, end in _chains([(r.x0, r.x1) for r in group]):
            lines.append(Ruling(start, group[0].y0, end, group[0].y0))
    for group in down.values():
        for start, end in _chains([(r.y0, r.y1) for r in group]):
            lines.append(Ruling(group[0].x0, start, group[0].x0, end))
    return lines


def _chains(spans: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Yield where rows of at least `FEWEST_DASHES` even gaps begin and end."""
    spans.sort()
    chain = spans[:1]
    for before, span in itertools.pairwise([*spans, (float("inf"), float("inf"))]):
        if span[0] - before[1] <= DASH_GAP:
            chain.append(span)
            continue
        gaps = [b[0] - a[1] for a, b in itertools.pairwise(chain)]
        dotted = any(start == end for start, end in chain)
        if len(chain) >= FEWEST_DASHES and (dotted or max(gaps) > JOIN):
            yield chain[0][0], chain[-1][1]
        chain = [span]
