"""Affine maps as PDF writes them (a, b, c, d, e, f): x' = a x + c y + e, y' = b x + d y + f (ISO 32000-1, 8.3.3)."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from pipeline.ingest.pdf.drawn import handles as raw

Affine = tuple[float, float, float, float, float, float]

UNMOVED: Affine = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def compose(inner: Affine, outer: Affine) -> Affine:
    """Return the map that applies `inner` first."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def map_point(affine: Affine, x: float, y: float) -> tuple[float, float]:
    """Map one point."""
    a, b, c, d, e, f = affine
    return a * x + c * y + e, b * x + d * y + f


def map_points(affine: Affine, points: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Map n x 2 points."""
    a, b, c, d, e, f = affine
    return np.asarray(points @ np.array(((a, b), (c, d))) + (e, f), np.float64)


def linear_part(affine: Affine) -> NDArray[np.float64]:
    """Return the 2 x 2 matrix M with which directions map: row vector @ M."""
    return np.array((affine[:2], affine[2:4]))


def page_corners(page: object) -> NDArray[np.float64]:
    """Return the four corners of what is shown of an open page, in its user space, the lower left one first."""
    box = pdfium_c.FS_RECTF()
    pdfium_c.FPDF_GetPageBoundingBox(ctypes.cast(raw.address_of(page), pdfium_c.FPDF_PAGE), box)
    left, right = sorted((box.left, box.right))
    bottom, top = sorted((box.bottom, box.top))
    return np.array(((left, bottom), (left, top), (right, bottom), (right, top)))


def page_to_shown(page: object) -> Affine:
    """Return the map from a page's user space to the page as it is shown: turned, cut to its box, y downwards."""
    (left, bottom), _, _, (right, top) = page_corners(page).tolist()
    turn = pdfium_c.FPDFPage_GetRotation(ctypes.cast(raw.address_of(page), pdfium_c.FPDF_PAGE)) % 4
    if turn == 0:
        return (1.0, 0.0, 0.0, -1.0, -left, top)
    if turn == 1:
        return (0.0, 1.0, 1.0, 0.0, -bottom, -left)
    if turn == 2:
        return (-1.0, 0.0, 0.0, 1.0, right, -bottom)
    return (0.0, -1.0, -1.0, 0.0, top, right)
