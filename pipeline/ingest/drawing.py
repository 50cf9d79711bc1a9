"""Pages of a document as pictures, whatever holds them: the one room from which pages are drawn after they were read.

The second look, the desk and the report ask here; bytes come from `containers.archive.read_source`, so members of
archives and files in a PDF are drawn as any other. A PDF is drawn by pdfium, an OFD page is painted from its objects.
Of other documents those pages can be drawn that were read from a picture: a picture file, a scan in a Word or Excel
file. A page without geometry has no picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
from PIL import Image
from pypdfium2 import PdfiumError

from pipeline.errors import DocumentError
from pipeline.ingest.ofd.canvas import NoFont
from pipeline.ingest.ofd.document import paint_ofd_page
from pipeline.ingest.pdf.rendering import SCALE, cut_to, draw, open_shown, render_again
from pipeline.ingest.readers import begin_pages
from pipeline.ingest.sniff import CONVERTED, OFD, PDF, media_type
from pipeline.models import Box, Page
from pipeline.settings import ReadSettings

Drawn = tuple[Any, float, float]
"""A picture (H x W x 3 RGB) with the width and height in points of the page it shows."""


class NoSuchPage(LookupError):
    """The document has no page of that number."""


class NotDrawable(LookupError):
    """The page has no geometry of its own: text of a Word file, a spreadsheet or a web page."""


class Drawer(Protocol):
    """Draws the pages of an open document, their numbers from 1.

    Raises:
        NoSuchPage, NotDrawable: there is no picture to draw.
        Exception: of pdfium and Pillow, of many kinds, on damaged pages.
    """

    def size(self, number: int) -> tuple[float, float]:
        """Return width and height of a page as shown, in points."""

    def finest(self, number: int) -> float:
        """Return the pixels per point beyond which a page shows nothing more."""

    def draw(self, number: int, scale: float, window: Box | None = None) -> Image.Image:
        """Return a page, or what of it lies in a window, `scale` pixels per point."""


@contextmanager
def open_drawer(data: bytes, settings: ReadSettings) -> Iterator[Drawer]:
    """Open a document to draw its pages.

    Raises:
        DocumentError: it cannot be opened.
    """
    kind = media_type(data)
    if kind != PDF:
        yield _OfdDrawer(data, settings) if kind == OFD else _PictureDrawer(data, settings)
        return
    with open_shown(data) as (document, _):
        yield _PdfDrawer(document)


class _PdfDrawer:
    """Draws pages of a PDF as a viewer shows them."""

    def __init__(self, document: Any) -> None:
        self._document = document

    def _page(self, number: int) -> Any:
        if not 1 <= number <= len(self._document):
            raise NoSuchPage(number)
        return self._document[number - 1]

    def size(self, number: int) -> tuple[float, float]:
        width, height = self._page(number).get_size()
        return width, height

    def finest(self, number: int) -> float:
        return math.inf

    def draw(self, number: int, scale: float, window: Box | None = None) -> Image.Image:
        page = self._page(number)
        width, height = page.get_size()
        return Image.fromarray(draw(page, scale, cut_to(page, window or Box(0.0, 0.0, width, height))))


class _PictureDrawer:
    """Draws pages that were read from pictures; the last one is kept."""

    def __init__(self, data: bytes, settings: ReadSettings) -> None:
        self._data, self._settings = data, settings
        self._kept: tuple[int, Drawn] | None = None

    def _drawn(self, number: int) -> Drawn:
        if self._kept is None or self._kept[0] != number:
            self._kept = number, self._draw_whole(number)
        return self._kept[1]

    def _draw_whole(self, number: int) -> Drawn:
        drawn = redraw_picture(self._data, number, self._settings)
        if drawn is None:
            raise NotDrawable(number)
        return drawn

    def size(self, number: int) -> tuple[float, float]:
        return self._drawn(number)[1:]

    def finest(self, number: int) -> float:
        picture, width, _ = self._drawn(number)
        return float(picture.shape[1] / width)

    def draw(self, number: int, scale: float, window: Box | None = None) -> Image.Image:
        picture, width, height = self._drawn(number)
        shown = window or Box(0.0, 0.0, width, height)
        along, across = picture.shape[0] / height, picture.shape[1] / width
        part = (
            max(0.0, shown.x0 * across),
            max(0.0, shown.y0 * along),
            min(float(picture.shape[1]), shown.x1 * across),
            min(float(picture.shape[0]), shown.y1 * along),
        )
        size = (max(1, round(shown.width * scale)), max(1, round(shown.height * scale)))
        return Image.fromarray(np.asarray(picture)).convert("RGB").resize(size, Image.Resampling.LANCZOS, part)


class _OfdDrawer(_PictureDrawer):
    """Draws pages of an OFD file, painted from their objects; scans also where fonts are missing."""

    def _draw_whole(self, number: int) -> Drawn:
        try:
            picture, width, height = paint_ofd_page(self._data, number, self._settings, SCALE)
        except IndexError as error:
            raise NoSuchPage(number) from error
        except NoFont:
            return super()._draw_whole(number)
        return np.asarray(picture), width, height


def redraw_page(data: bytes, number: int, settings: ReadSettings) -> Drawn | None:
    """Return the picture that a page of a document was recognised from, its number from 1; None where there is none."""
    if media_type(data) != PDF:
        return redraw_picture(data, number, settings)
    try:
        return render_again(data, number, settings.max_pixels)
    except (DocumentError, PdfiumError):
        return None


def redraw_picture(data: bytes, number: int, settings: ReadSettings) -> Drawn | None:
    """Return the picture that a page of a document was read from, its number from 1.

    None where the page was not read from a picture, and for documents that would have to be converted anew.
    """
    if media_type(data) in CONVERTED:
        return None
    found: list[Drawn] = []

    def keep(image: Any, at: int, width: float, height: float) -> Page:
        """Keep the picture that is asked for instead of reading it; every page comes out blank."""
        if at == number:
            found.append((image, width, height))
        return Page(at, width, height, (), (), "ocr", "")

    try:
        for page in begin_pages(data, settings, keep):
            if page.number == number:
                break
    except DocumentError:
        return None
    return found[0] if found else None
