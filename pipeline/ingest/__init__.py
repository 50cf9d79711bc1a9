"""Bytes → pages: what a file is, and its pages with words and rulings, from whichever source can be believed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pipeline.errors import EmptyFile, EncryptedDocument, UnsupportedDocument
from pipeline.ingest import sniff
from pipeline.ingest.pending import PendingPage, ReadImage, ReadPage, finish_pages
from pipeline.ingest.sniff import media_type
from pipeline.models import Page
from pipeline.settings import ReadSettings

__all__ = ["media_type", "read_pages"]

Pages = Iterable[ReadPage]


def read_pages(data: bytes, settings: ReadSettings) -> Iterator[Page]:
    """Return the pages of a document in order; pages in are pages out. The first is begun at once.

    Raises:
        EmptyFile: there are no bytes.
        UnsupportedDocument: the bytes are of a kind that has no reader.
        DocumentError: what the reader of the kind raises.
    """
    if not data:
        raise EmptyFile("the file is empty; download it again")
    kind = media_type(data)
    reader = _READERS.get(kind or "")
    if reader is None:
        raise _refuse(kind)
    return finish_pages(reader(data, settings))


def _refuse(kind: str | None) -> EncryptedDocument | UnsupportedDocument:
    if kind == sniff.LOCKED_OFFICE:
        return EncryptedDocument("the office file needs a password; remove it or ask the publisher for an open copy")
    if kind == sniff.ZIP:
        return UnsupportedDocument("an archive of files; `jixiao run` reads what is in it, or unpack it")
    if kind == sniff.OLE:
        return UnsupportedDocument(
            "a compound file (.doc, .xls, .wps) that is damaged, cut off or of another program; download it again"
        )
    return UnsupportedDocument(
        f"{kind or 'unknown content'} cannot be read; supply a PDF, OFD, Word or Excel file, a web page or a picture"
    )


def _read_pdf(data: bytes, settings: ReadSettings) -> Pages:
    from pipeline.ingest.pdf.document import read_pdf

    return read_pdf(data, settings, _image_reader(settings))


def _read_ofd(data: bytes, settings: ReadSettings) -> Pages:
    from pipeline.ingest.ofd.document import read_ofd

    return read_ofd(data, settings, _image_reader(settings))


def _read_images(data: bytes, settings: ReadSettings) -> Pages:
    from pipeline.ingest.image import read_images

    return read_images(data, settings, _image_reader(settings))


def _read_docx(data: bytes, settings: ReadSettings) -> Pages:
    from pipeline.ingest.office.docx import read_docx

    return [read_docx(data, settings)]


def _read_xlsx(data: bytes, settings: ReadSettings) -> Pages:
    from pipeline.ingest.office.xlsx import read_xlsx

    return read_xlsx(data, settings)


def _read_xls(data: bytes, settings: ReadSettings) -> Pages:
    from pipeline.ingest.office.xls import read_xls

    return read_xls(data, settings)


def _read_html(data: bytes, settings: ReadSettings) -> Pages:
    from pipeline.ingest.office.html import read_html

    return [read_html(data)]


def _read_mhtml(data: bytes, settings: ReadSettings) -> Pages:
    from pipeline.ingest.office.html import read_html, unwrap_mhtml

    return [read_html(unwrap_mhtml(data))]


def _read_converted(data: bytes, settings: ReadSettings) -> Pages:
    from pipeline.ingest.office.libreoffice import read_converted

    return read_converted(data, media_type(data) or "", settings)


_READERS: dict[str, Callable[[bytes, ReadSettings], Pages]] = {
    sniff.PDF: _read_pdf,
    sniff.OFD: _read_ofd,
    sniff.DOCX: _read_docx,
    sniff.DOCM: _read_docx,
    sniff.XLSX: _read_xlsx,
    sniff.XLSM: _read_xlsx,
    sniff.XLS: _read_xls,
    sniff.HTML: _read_html,
    sniff.MHTML: _read_mhtml,
    **dict.fromkeys(sniff.IMAGES, _read_images),
    **dict.fromkeys(sniff.CONVERTED, _read_converted),
}
"""The reader of each kind; its libraries are loaded when the first such document comes."""


def _image_reader(settings: ReadSettings) -> ReadImage:
    """Return the function that begins a picture of a page; models are loaded when it is first called."""

    def begin_image(image: Any, number: int, width: float, height: float) -> PendingPage:
        """Begin a picture of page `number` (from 1), shown `width` x `height` points large."""
        from pipeline.ingest.ocr import load_recognizer
        from pipeline.ingest.scan.page import begin_scanned_page

        return begin_scanned_page(image, number, width, height, lambda: load_recognizer(settings.ocr))

    return begin_image
