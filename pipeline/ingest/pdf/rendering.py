"""Pages of a PDF → pictures, by pdfium: the one place where a PDF is drawn.

It is opened as it is read: repaired where it must be, hidden layers without ink. What is drawn for recognition has its
annotations as content; what is drawn for people has them, and the form's fields, as a viewer shows them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from pipeline.ingest.covered import COVERING
from pipeline.ingest.pdf.annotations import Appearances, open_forms, show_annotations
from pipeline.ingest.pdf.layers import hide_layers
from pipeline.ingest.pdf.mixed import LEAST_SIDE
from pipeline.ingest.pdf.opening import open_pdfium
from pipeline.models import Box

SCALE = 200 / 72
"""Pixels per point at which a page is drawn for recognition that shows no scan."""

SCALE_RANGE = (150 / 72, 300 / 72)
"""Pixels per point between which a scan's own resolution is used."""

SMALL = 1.0
"""Pixels per point of the small picture that a text page is held against: at 72 to the inch a character of small print
still has an edge of its own."""

Cut = tuple[float, float, float, float]
"""Points that are cut off at the left, bottom, right and top."""

WHOLE: Cut = (0.0, 0.0, 0.0, 0.0)


@contextmanager
def open_shown(data: bytes) -> Iterator[tuple[Any, Appearances]]:
    """Open a PDF with pypdfium2 as it is read, its form's fields included, and say what it held of their appearances.

    Raises:
        EncryptedDocument, CorruptDocument, NoPages: as `open_pdfium`.
    """
    document, data = open_pdfium(hide_layers(data))
    try:
        yield document, open_forms(document, data)
    finally:
        document.close()


def render_again(data: bytes, number: int, max_pixels: int) -> tuple[NDArray[np.uint8], float, float]:
    """Return the picture that page `number` (from 1) was recognised from, and its width and height in points.

    Raises:
        PdfiumError: there is no such page.
        EncryptedDocument, CorruptDocument, NoPages: as `open_pdfium`.
    """
    with open_shown(data) as (document, known):
        page = document[number - 1]
        if pdfium_c.FPDFPage_GetAnnotCount(page):
            page, _ = show_annotations(document, page, number - 1, known)
        width, height = page.get_size()
        return render_page(page, max_pixels), width, height


def render_page(page: Any, max_pixels: int) -> NDArray[np.uint8]:
    """Draw an open page (H x W x 3 RGB) at the resolution of the scan it carries, else at 200 dpi, within the limit."""
    width, height = page.get_size()
    return draw(page, _within(choose_scale(page), width * height, max_pixels))


def render_region(page: Any, max_pixels: int, box: Box) -> tuple[NDArray[np.uint8], float]:
    """Draw a part of an open page as shown for recognition; return its picture and pixels per point."""
    scale = _within(region_scale(page), box.width * box.height, max_pixels)
    return draw(page, scale, cut_to(page, box)), scale


def render_small(page: Any) -> NDArray[np.uint8]:
    """Return the picture of an open page, small and grey (H x W)."""
    bitmap = page.render(scale=SMALL, grayscale=True)
    try:
        return np.asarray(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width).copy()
    finally:
        bitmap.close()


def cut_to(page: Any, box: Box) -> Cut:
    """Return what is cut off an open page to leave a box of it, in points of the page as shown."""
    width, height = page.get_size()
    return max(0.0, box.x0), max(0.0, height - box.y1), max(0.0, width - box.x1), max(0.0, box.y0)


def draw(page: Any, scale: float, cut: Cut = WHOLE) -> NDArray[np.uint8]:
    """Return the picture of an open page (H x W x 3 RGB), `scale` pixels per point."""
    bitmap = page.render(scale=scale, rev_byteorder=True, crop=cut)
    try:
        return np.asarray(bitmap.to_numpy()).copy()
    finally:
        bitmap.close()


def _within(scale: float, area: float, max_pixels: int) -> float:
    return min(scale, math.sqrt(max_pixels / max(area, 1e-6)))


def choose_scale(page: Any, default: float = SCALE) -> float:
    """Return pixels per point at which to draw an open page: those of the scan it shows, within 150 to 300 dpi.

    A scan may be stored in strips. `default` where no pictures cover the page.
    """
    width, height = page.get_size()
    covered, scales = 0.0, []
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = item.get_bounds()
        share = (right - left) * (top - bottom) / (width * height)
        scale = max(item.get_px_size()) / max(right - left, top - bottom, 1e-6)
        if share >= COVERING:
            return _within_range(scale)
        covered += share
        scales.append(scale)
    if covered >= COVERING:  # strips of one picture: at their own resolution no seam shows
        return _within_range(sorted(scales)[len(scales) // 2])
    return default


def region_scale(page: Any, default: float = SCALE) -> float:
    """Return pixels per point of the sharpest picture on a page, within 150 to 300 dpi; `default` without pictures."""
    scales = []
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = item.get_bounds()
        if min(right - left, top - bottom) >= LEAST_SIDE:
            scales.append(max(item.get_px_size()) / max(right - left, top - bottom))
    return _within_range(max(scales)) if scales else default


def _within_range(scale: float) -> float:
    return float(min(SCALE_RANGE[1], max(SCALE_RANGE[0], scale)))
