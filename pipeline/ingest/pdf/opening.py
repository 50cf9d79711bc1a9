"""Bytes → an open PDF: by pdfium, and by pdfplumber where it is wanted; qpdf (pikepdf) re-saves what does not open.

pdfplumber and qpdf are loaded for the first document that needs them.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import Any

import pypdfium2

from pipeline.errors import CorruptDocument, EncryptedDocument, NoPages

logging.getLogger("pdfminer").setLevel(logging.ERROR)

NO_PAGES = "the PDF has no page; ask the publisher for a new copy"


def open_pdfium(data: bytes) -> tuple[pypdfium2.PdfDocument, bytes]:
    """Open with pdfium, after a repair by qpdf where it must be; return the bytes that could be opened.

    pdfium's own error number outlives the document that set it, so qpdf says why a file does not open.
    """
    try:
        return pypdfium2.PdfDocument(data), data
    except pypdfium2.PdfiumError:
        repaired = resave(data)
    try:
        return pypdfium2.PdfDocument(repaired), repaired
    except pypdfium2.PdfiumError as error:
        raise CorruptDocument("the PDF cannot be opened, not even after a repair; download it again") from error


def resave(data: bytes) -> bytes:
    """Return the file as qpdf writes it anew.

    Raises:
        EncryptedDocument: a password is needed.
        NoPages: the file is whole and has no page.
        CorruptDocument: qpdf cannot read it either.
    """
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            pages = len(pdf.pages)
            out = io.BytesIO()
            pdf.save(out)
    except pikepdf.PasswordError as error:
        raise EncryptedDocument("the PDF needs a password; remove it or ask the publisher for an open copy") from error
    except Exception as error:  # qpdf's bindings raise many kinds on broken files; each means "not repaired"
        raise CorruptDocument("the PDF cannot be opened; download it again") from error
    if pages == 0:
        raise NoPages(NO_PAGES)
    return out.getvalue()


def open_text_layers(data: bytes, pages: int) -> list[Any]:
    """Return pdfplumber's pages when it sees as many as pdfium does, if need be in a re-saved copy; else nothing."""
    import pdfplumber

    attempts: tuple[Callable[[], bytes], ...] = (lambda: data, lambda: resave(data))
    for attempt in attempts:
        try:
            found = list(pdfplumber.open(io.BytesIO(attempt())).pages)
        except Exception:  # noqa: BLE001,S112 - 19 exception classes measured over 4,070 files; all mean "not readable"
            continue
        if len(found) == pages:
            return found
    return []
