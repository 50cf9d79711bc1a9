"""The picture of a page that was read from one, once more, whatever document holds it: a picture file, Word, OFD."""

from __future__ import annotations

from typing import Any

from pipeline.errors import DocumentError
from pipeline.ingest.readers import begin_pages
from pipeline.ingest.sniff import CONVERTED, media_type
from pipeline.models import Page
from pipeline.settings import ReadSettings

Drawn = tuple[Any, float, float]
"""A picture (H x W x 3 RGB) with the width and height in points of the page it shows."""


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
