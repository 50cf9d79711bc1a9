"""Bytes → pages: what a file is, and its pages with words and rulings, from whichever source can be believed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from pipeline.ingest.pending import PendingPage, ReadImage, finish_pages
from pipeline.ingest.readers import begin_pages
from pipeline.ingest.sheets import cut_sheet
from pipeline.ingest.sniff import media_type
from pipeline.models import Page
from pipeline.settings import ReadSettings

__all__ = ["media_type", "read_pages"]


def read_pages(data: bytes, settings: ReadSettings) -> Iterator[Page]:
    """Return the pages of a document in order; pages in are pages out. The first is begun at once.

    Pages that stand side by side on one sheet come one after the other, with the sheet's number.

    Raises:
        EmptyFile, UnsupportedDocument, DocumentError: as `begin_pages`.
    """
    return _cut_sheets(finish_pages(begin_pages(data, settings, _image_reader(data, settings))))


def _cut_sheets(pages: Iterator[Page]) -> Iterator[Page]:
    """Yield the pages of each sheet; pages that stand side by side on one share its number."""
    for page in pages:
        yield from cut_sheet(page)


def _image_reader(data: bytes, settings: ReadSettings) -> ReadImage:
    """Return the function that begins a picture of a page; models are loaded when it is first called.

    The sheets of the pictures are kept for a second look.
    """
    begun = False

    def begin_image(image: Any, number: int, width: float, height: float) -> PendingPage:
        """Begin a picture of page `number` (from 1), shown `width` x `height` points large."""
        from pipeline.ingest.ocr import load_recognizer
        from pipeline.ingest.scan.kept import KEPT
        from pipeline.ingest.scan.page import begin_scanned_page

        nonlocal begun
        if not begun:
            KEPT.begin(data)
            begun = True
        keep = partial(KEPT.keep, data, number)
        return begin_scanned_page(image, number, width, height, lambda: load_recognizer(settings.ocr), keep=keep)

    return begin_image
