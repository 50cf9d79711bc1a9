"""Which characters of a page a person sees, by how pdfium paints them.

Not seen is what is drawn without ink (rendering modes 3 and 7, ISO 32000-1, 9.3.6, or no opacity), what lies outside
the page or its own clip, what is too small to be more than a speck, what has the colour of its ground, and what an
opaque fill or picture that is painted later lies over. Whether the page's picture agrees is asked elsewhere.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from pipeline.ingest.pdf.drawn.characters import Characters
from pipeline.ingest.pdf.drawn.fills import OPAQUE, Fill, Ground, lightness
from pipeline.ingest.pdf.drawn.objects import Drawing, Picture, TextRun
from pipeline.ingest.pdf.drawn.properties import EVERYWHERE
from pipeline.models import Box

INKLESS = frozenset({pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP})
"""Text rendering modes that paint nothing."""

FAINTEST = 8
"""Opacity (of 255) below which nothing is seen."""

ALIKE = 0.02
"""Difference of lightness up to which a character cannot be told from its ground."""

LIGHT = 0.9
"""Lightness from which characters with nothing under them are held against the white of the paper."""

TINIEST = 0.15
"""Size, in sizes of the page's writing, below which a character is no more than a speck."""

Marked = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Runs:
    """The text objects behind the characters of a page; `of_char` (n) is the place of each character's own."""

    runs: Sequence[TextRun]
    of_char: NDArray[np.int64]

    def spread(self, values: Sequence[Any]) -> NDArray[Any]:
        """Return for each character what its text object has."""
        return np.array(values)[self.of_char]


def find_runs(chars: Characters, drawing: Drawing) -> Runs:
    """Return the text objects of the characters; one that the page's objects do not list is plain black text."""
    owners, of_char = np.unique(chars.owner, return_inverse=True)
    return Runs([drawing.texts.get(owner) or _plain(owner) for owner in owners.tolist()], of_char)


def _plain(owner: int) -> TextRun:
    return TextRun(owner, 0, 0, (0, 0, 0, 255), False, EVERYWHERE)


def find_seen(chars: Characters, runs: Runs, fills: Sequence[Fill], page: Box) -> Marked:
    """Return which characters are seen, what lies over them apart."""
    centers = _centers(chars)
    inked = runs.spread([run.mode not in INKLESS and run.color[3] >= FAINTEST for run in runs.runs])
    seen = np.asarray(inked & _within(centers, runs, page) & (chars.size >= TINIEST * np.median(chars.size)))
    return np.asarray(seen & ~_alike(centers, runs, fills))


def _centers(chars: Characters) -> NDArray[np.float64]:
    boxes = chars.boxes()
    return np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2], axis=1)


def _within(centers: NDArray[np.float64], runs: Runs, page: Box) -> Marked:
    clips = np.array([(c.x0, c.y0, c.x1, c.y1) for c in (run.clip for run in runs.runs)])
    low = np.maximum(clips[:, :2], (page.x0, page.y0))[runs.of_char]
    high = np.minimum(clips[:, 2:], (page.x1, page.y1))[runs.of_char]
    return np.asarray(((centers >= low) & (centers <= high)).all(axis=1))


def _alike(centers: NDArray[np.float64], runs: Runs, fills: Sequence[Fill]) -> Marked:
    """Return which characters have the colour of what lies under them; stroked ones (modes 1, 2) are not asked."""
    light = runs.spread([lightness(run.color) if run.mode == 0 else 0.0 for run in runs.runs])
    below = np.searchsorted([fill.order for fill in fills], [run.order for run in runs.runs])[runs.of_char]
    alike = np.zeros(len(centers), bool)
    for count in np.unique(below[(light > LIGHT) | (below > 0)]):
        chosen = below == count
        alike[chosen] = np.abs(Ground(fills[:count]).at(centers[chosen]) - light[chosen]) <= ALIKE
    return alike


def find_filled_over(chars: Characters, runs: Runs, fills: Sequence[Fill]) -> NDArray[np.int64]:
    """Return when the last opaque fill was painted over each character; 0 where none was."""
    order = runs.spread([run.order for run in runs.runs])
    cover = np.zeros(len(chars), np.int64)
    x, y = _centers(chars).T
    for fill in fills:
        if fill.opaque and (order < fill.order).any():
            b = fill.box
            under = (order < fill.order) & (x > b.x0) & (x < b.x1) & (y > b.y0) & (y < b.y1)
            cover[under] = np.maximum(cover[under], fill.order)
    return cover


DENSE = frozenset("%％‰")
"""Signs with as much ink as a letter."""


def must_show(text: str) -> bool:
    """Tell whether a character leaves ink enough to be seen in a small picture: no points and dashes."""
    return bool(text) and (text[0].isalnum() or text[0] in DENSE)


def find_pictured_over(
    document: Any, page: Any, chars: Characters, runs: Runs, pictures: Sequence[Picture]
) -> NDArray[np.int64]:
    """Return when the last picture was painted over each character with an opaque part; 0 where none was."""
    x, y = _centers(chars).T
    order = runs.spread([run.order for run in runs.runs])
    cover = np.zeros(len(chars), np.int64)
    for picture in pictures:
        b = picture.box
        under = (order < picture.order) & (x > b.x0) & (x < b.x1) & (y > b.y0) & (y < b.y1)
        if not under.any() or picture.transparent:
            continue
        opacity = _opacity(document, page, picture)
        if opacity is None:
            continue
        rows, cols = opacity.shape
        i = ((y[under] - b.y0) / b.height * rows).astype(int).clip(0, rows - 1)
        j = ((x[under] - b.x0) / b.width * cols).astype(int).clip(0, cols - 1)
        cover[under] = np.where(opacity[i, j] >= OPAQUE, np.maximum(cover[under], picture.order), cover[under])
    return cover


def _opacity(document: Any, page: Any, picture: Picture) -> NDArray[np.uint8] | None:
    """Return a picture's opacity as it is drawn, row by row; None where it cannot be drawn."""
    handle = ctypes.cast(picture.address, pdfium_c.FPDF_PAGEOBJECT)
    bitmap = pdfium_c.FPDFImageObj_GetRenderedBitmap(document.raw, page.raw, handle)
    if not bitmap:
        return None
    try:
        width, height = pdfium_c.FPDFBitmap_GetWidth(bitmap), pdfium_c.FPDFBitmap_GetHeight(bitmap)
        stride = pdfium_c.FPDFBitmap_GetStride(bitmap)
        if pdfium_c.FPDFBitmap_GetFormat(bitmap) not in (pdfium_c.FPDFBitmap_BGRA, pdfium_c.FPDFBitmap_BGRA_Premul):
            return np.full((height, width), 255, np.uint8)
        buffer = pdfium_c.FPDFBitmap_GetBuffer(bitmap)
        data = (ctypes.c_ubyte * (stride * height)).from_address(ctypes.cast(buffer, ctypes.c_void_p).value or 0)
        return np.frombuffer(data, np.uint8).reshape(height, stride)[:, 3 : 4 * width : 4].copy()
    finally:
        pdfium_c.FPDFBitmap_Destroy(bitmap)
