"""Pictures inside Word, Excel and web documents → pages of their own, read as scans are.

Small offices publish a scan by pasting it into Word. A picture that is large enough to be one, by its pixels and by the
size in which it is shown, is read as a page in its place; smaller ones are logos, seals and signatures. Only what is
shown of a picture is read: it is cut and turned as the document says. A large picture that cannot be decoded (metafiles
of Windows, links to files elsewhere) gives a page without text that says so. Photographs without a sheet of paper in
them are not read: reports are full of them, and each costs as much as a scan.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from PIL import Image

from pipeline.ingest.image import FORMATS, UNDECODABLE, page_frames, paint_upright, picture_resolution, shows_paper
from pipeline.ingest.pending import ReadImage, ReadPage
from pipeline.models import Page, PageIssue
from pipeline.settings import ReadSettings

SMALLEST_PIXELS = (400, 150)
"""Width and height in pixels from which a picture may hold a table that can be read."""

SMALLEST_SHOWN = (150.0, 60.0)
"""Width and height in points from which a picture is shown large enough to be a page or a table; a seal is 119."""

NO_SIZE = (595.0, 842.0)
"""Width and height in points of a page whose picture cannot be opened: A4, as good as any."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a document shows.

    `data` is its file, None where the document only refers to one. `shown` is the width and height in points in which
    it is shown, None where the document does not say. `cut` are the shares that are cut off at the left, top, right
    and bottom. `turn` is in degrees, clockwise; `mirrored` tells whether left and right are changed, before turning.
    """

    data: bytes | None
    shown: tuple[float, float] | None = None
    cut: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    turn: float = 0.0
    mirrored: bool = False


Passed = Literal["small", "photograph"]
"""Why a picture is no page."""


def begin_picture(picture: Picture, number: int, settings: ReadSettings, read_image: ReadImage) -> ReadPage | Passed:
    """Begin a picture as the page of that number, or return why it is none.

    Its size in points follows from its pixels and its resolution, as with picture files: what it is shrunk to in the
    document says nothing of its letters.
    """
    if picture.shown and _is_small(picture.shown, SMALLEST_SHOWN):
        return "small"
    if picture.data is None:
        return _unread(number, "it lies outside of the document, and nothing is fetched, or it is no picture")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            warnings.filterwarnings("ignore", category=UserWarning, module="PIL")
            opened = Image.open(io.BytesIO(picture.data), formats=FORMATS)
            if _is_small(opened.size, SMALLEST_PIXELS) and _is_small(opened.size[::-1], SMALLEST_PIXELS):
                return "small"
            if opened.width * opened.height > settings.max_pixels:
                return _unread(number, f"it has {opened.width} x {opened.height} pixels; raise --max-pixels")
            return _begin(opened, picture, number, read_image)
    except (*UNDECODABLE, Image.DecompressionBombError):
        return _unread(number, "it is damaged or of a kind that cannot be decoded")


def _is_small(size: tuple[float, float], smallest: tuple[float, float]) -> bool:
    return size[0] < smallest[0] or size[1] < smallest[1]


def _unread(number: int, reason: str) -> Page:
    issue = PageIssue("page_unread", f"page {number}: a picture in the document was not read: {reason}", number)
    return Page(number, *NO_SIZE, (), (), "text", "pillow", placed=False, issues=(issue,))


def _begin(opened: Any, picture: Picture, number: int, read_image: ReadImage) -> ReadPage | Passed:
    dpi = picture_resolution(opened)
    seen = show(paint_upright(next(page_frames(opened))), picture)
    if not shows_paper(seen):
        return "photograph"
    return read_image(np.asarray(seen), number, seen.width / dpi * 72.0, seen.height / dpi * 72.0)


def show(painted: Any, picture: Picture) -> Any:
    """Return a painted picture as the document shows it."""
    left, top, right, bottom = (min(max(share, 0.0), 1.0) for share in picture.cut)
    width, height = painted.size
    box = (round(left * width), round(top * height), round((1 - right) * width), round((1 - bottom) * height))
    if box != (0, 0, width, height) and box[2] > box[0] and box[3] > box[1]:
        painted = painted.crop(box)
    if picture.mirrored:
        painted = painted.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if picture.turn % 360:
        painted = painted.rotate(-picture.turn, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    return painted
