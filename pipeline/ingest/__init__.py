"""Bytes → pages: what a file is, and its pages with words and rulings, from whichever source can be believed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.errors import EmptyFile, UnsupportedDocument
from pipeline.ingest.sniff import DOCX, IMAGES, PDF, media_type
from pipeline.models import Page
from pipeline.settings import ReadSettings

__all__ = ["media_type", "read_pages"]


def read_pages(data: bytes, settings: ReadSettings) -> Iterator[Page]:
    """Yield the pages of a document in order; pages in are pages out.

    Raises:
        EmptyFile: there are no bytes.
        UnsupportedDocument: the bytes are of a kind that has no reader.
        DocumentError: what the reader of the kind raises.
    """
    if not data:
        raise EmptyFile("the file is empty; download it again")
    kind = media_type(data)
    if kind == PDF:
        from pipeline.ingest.pdf import read_pdf

        yield from read_pdf(data, settings, _image_reader(settings))
    elif kind == DOCX:
        from pipeline.ingest.docx import read_docx

        yield read_docx(data, settings)
    elif kind in IMAGES:
        from pipeline.ingest.image import read_images

        yield from read_images(data, settings, _image_reader(settings))
    else:
        raise UnsupportedDocument(f"{kind or 'unknown content'} cannot be read; supply a PDF, a .docx or a picture")


def _image_reader(settings: ReadSettings) -> Any:
    """Return the function that reads a picture of a page; models are loaded when it is first called."""

    def read_image(image: Any, number: int, width: float, height: float) -> Page:
        from pipeline.ingest.ocr import load_recognizer
        from pipeline.ingest.scan import read_scanned_page

        return read_scanned_page(image, number, width, height, load_recognizer(settings.ocr))

    return read_image
