"""Figures whose drawn shape is that of another figure: the font's Unicode map says something else than the page shows.

The outline that a font draws for each figure is laid over those of pdfium's own fonts. No page is drawn and nothing is
recognised: a figure that is much more like another one is a lie of the map, whatever the typeface. Only embedded fonts
can lie so.
"""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from pipeline.ingest.pdf.drawn import handles as raw
from pipeline.models import Glyph

FIGURES = "0123456789"

FACES = (
    b"Helvetica", b"Helvetica-Bold", b"Helvetica-Oblique", b"Times-Roman", b"Times-Italic", b"Courier",
    b"Courier-Bold", b"Courier-Oblique",
)  # fmt: skip
"""Fonts that pdfium has in itself, of the kinds that figures are printed in."""

ROWS, COLUMNS, FINE = 12, 8, 3
"""Fields of the raster that shapes are compared in, and points of a field along either side."""

LIKE, UNLIKE = 0.65, 0.2
"""How alike (as a correlation) a shape must be to another figure, and how much less to its own, to be that one.

Of 166 fonts at hand no figure is; where two figures of one of them are exchanged, both are in 86 of 100 pairs.
"""

SIZE = 100.0
MOST_SEGMENTS = 400
"""Segments of a figure's outline beyond which it is an ornament."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class KnownFonts:
    """What is known of a document's fonts by their names: whether their figures are others."""

    lying: dict[bytes, bool] = field(default_factory=dict)

    def lie(self, glyphs: Sequence[Glyph], owners: Sequence[int]) -> bool:
        """Tell whether a font of an open page lies; `owners` are the text objects that draw the glyphs, in order."""
        used: dict[int, set[str]] = defaultdict(set)
        for glyph, owner in zip(glyphs, owners, strict=False):
            if glyph.text in FIGURES:
                used[owner].add(glyph.text)
        return any(self._lies(font, figures) for font, figures in _by_font(used).items())

    def _lies(self, font: int, figures: Iterable[str]) -> bool:
        handle = ctypes.cast(font, pdfium_c.FPDF_FONT)
        name = _name_of(handle)
        if name not in self.lying:
            embedded = pdfium_c.FPDFFont_GetIsEmbedded(handle) == 1
            self.lying[name] = embedded and any(_is_another(handle, figure) for figure in figures)
        return self.lying[name]


def _by_font(used: dict[int, set[str]]) -> dict[int, set[str]]:
    fonts: dict[int, set[str]] = defaultdict(set)
    for owner, figures in used.items():
        fonts[raw.text_font(owner) or 0] |= figures
    fonts.pop(0, None)
    return fonts


def _name_of(font: Any) -> bytes:
    length = pdfium_c.FPDFFont_GetBaseFontName(font, None, 0)
    buffer = ctypes.create_string_buffer(max(1, length))
    pdfium_c.FPDFFont_GetBaseFontName(font, buffer, length)
    return buffer.value


def _is_another(font: Any, figure: str) -> bool:
    shape = trace_figure(font, figure)
    if shape is None:
        return False
    likeness = (_known_shapes() @ shape).max(axis=0)
    return bool(likeness.max() >= LIKE and likeness.max() - likeness[int(figure)] >= UNLIKE)


@cache
def _known_shapes() -> Floats:
    """Return the shapes of the ten figures in each face (faces x 10 x fields)."""
    document = pypdfium2.PdfDocument.new()
    try:
        faces = [pdfium_c.FPDFText_LoadStandardFont(document, face) for face in FACES]
        shapes = [trace_figure(face, figure) for face in faces for figure in FIGURES]
        for face in faces:
            pdfium_c.FPDFFont_Close(face)
    finally:
        document.close()
    nothing = np.zeros(ROWS * COLUMNS)
    return np.stack([nothing if shape is None else shape for shape in shapes]).reshape(len(FACES), len(FIGURES), -1)


def trace_figure(font: Any, figure: str) -> Floats | None:
    """Return the shape that a font draws for a figure, as high as the raster, of mean 0 and length 1; None for none."""
    path = pdfium_c.FPDFFont_GetGlyphPath(font, ord(figure), SIZE)
    count = pdfium_c.FPDFGlyphPath_CountGlyphSegments(path) if path else 0
    edges = np.array(list(_edges(path, count))) if 2 < count <= MOST_SEGMENTS else np.empty((0, 4))
    if len(edges) < 3:
        return None
    fields = _fill(edges).reshape(ROWS, FINE, COLUMNS, FINE).mean(axis=(1, 3)).ravel()
    fields -= fields.mean()
    length = float(np.linalg.norm(fields))
    return fields / length if length else None


def _edges(path: Any, count: int) -> Iterator[tuple[float, float, float, float]]:
    """Yield the edges of an outline (x0, y0, x1, y1), curves as three of them, each stretch closed."""
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    bend: list[tuple[float, float]] = []
    for i in range(count):
        segment = pdfium_c.FPDFGlyphPath_GetGlyphPathSegment(path, i)
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        point, kind = (x.value, y.value), pdfium_c.FPDFPathSegment_GetType(segment)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            yield (*last, *start)
            start = last = point
        elif kind == pdfium_c.FPDF_SEGMENT_LINETO:
            yield (*last, *point)
            last = point
        else:
            bend.append(point)
            if len(bend) == 3:
                places = [last, *(_bezier(last, bend, share) for share in (1 / 3, 2 / 3)), point]
                yield from ((*one, *other) for one, other in pairwise(places))
                last, bend = point, []
    yield (*last, *start)


def _bezier(begin: tuple[float, float], bend: Sequence[tuple[float, float]], share: float) -> tuple[float, float]:
    """Return the point of a curve at a share of its way."""
    rest = 1 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    places = (begin, *bend)
    return sum(w * x for w, (x, _) in zip(weights, places, strict=True)), sum(
        w * y for w, (_, y) in zip(weights, places, strict=True)
    )


def _fill(edges: Floats) -> NDArray[np.bool_]:
    """Return which points of the fine raster lie inside an outline, by the direction of the edges left of them."""
    rows, columns = ROWS * FINE, COLUMNS * FINE
    corners = edges.reshape(-1, 2)
    low, high = corners.min(axis=0), corners.max(axis=0)
    width, height = np.maximum(high - low, 1e-6)
    broad = min(width * rows / height, columns)  # as wide as it is high, in the middle
    x = (edges[:, 0::2] - low[0]) * (broad / width) + (columns - broad) / 2
    y = (high[1] - edges[:, 1::2]) * (rows / height)
    down, across = np.arange(rows)[:, None] + 0.5, np.arange(columns) + 0.5
    crossed = (y[:, 0] <= down) != (y[:, 1] <= down)
    rise = np.where(crossed, y[:, 1] - y[:, 0], 1.0)
    at = x[:, 0] + (down - y[:, 0]) * (x[:, 1] - x[:, 0]) / rise
    turns = np.where(crossed, np.sign(rise), 0.0)
    return np.asarray(((at[:, :, None] <= across) * turns[:, :, None]).sum(axis=1) != 0)
