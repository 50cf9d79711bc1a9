"""Which reader reads which kind of file; the libraries of each are loaded when the first such document comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pipeline.errors import EmptyFile, EncryptedDocument, UnsupportedDocument
from pipeline.ingest import sniff
from pipeline.ingest.pending import ReadImage, ReadPage
from pipeline.ingest.sniff import media_type
from pipeline.settings import ReadSettings

Pages = Iterable[ReadPage]


def begin_pages(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Pages:
    """Return the pages of a document as its reader begins them; `read_image` begins those that are pictures.

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
    return reader(data, settings, read_image)


def _refuse(kind: str | None) -> EncryptedDocument | UnsupportedDocument:
    if kind == sniff.LOCKED_OFFICE:
        return EncryptedDocument("the office file needs a password; remove it or ask the publisher for an open copy")
    if kind == sniff.ZIP:
        return UnsupportedDocument("an archive of files; `jixiao run` reads what is in it, or unpack it")
    if kind == sniff.OLE:
        return UnsupportedDocument(
            "a compound file (.doc, .xls, .wps) that is damaged, cut off or of another program; download it again"
        )
    if kind in sniff.OTHER_ARCHIVES:
        return UnsupportedDocument("an archive of a kind that is not opened; unpack it, or pack its files as .zip")
    if kind == sniff.HEIC:
        return UnsupportedDocument("a photograph in HEIC, as telephones take them; save it as JPEG")
    return UnsupportedDocument(
        f"{kind or 'unknown content'} cannot be read; "
        "supply a PDF, OFD, Word or Excel file, a table as CSV, a web page or a picture"
    )


def _read_pdf(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Pages:
    from pipeline.ingest.pdf.document import read_pdf

    return read_pdf(data, settings, read_image)


def _read_ofd(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Pages:
    from pipeline.ingest.ofd.document import read_ofd

    return read_ofd(data, settings, read_image)


def _read_images(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Pages:
    from pipeline.ingest.image import read_images

    return read_images(data, settings, read_image)


def _read_docx(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Pages:
    from pipeline.ingest.office.docx import read_docx

    return read_docx(data, settings, read_image)


def _read_flat_docx(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Pages:
    from pipeline.ingest.office.docx import read_docx
    from pipeline.ingest.office.flat import pack_flat

    return read_docx(pack_flat(data), settings, read_image)


def _read_xlsx(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Pages:
    from pipeline.ingest.office.sheets.xlsx import read_xlsx

    return read_xlsx(data, settings, read_image)


def _read_xls(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Pages:
    from pipeline.ingest.office.sheets.xls import read_xls

    return read_xls(data, settings, read_image)


def _read_excel_xml(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Pages:
    from pipeline.ingest.office.sheets.spreadsheetml import read_spreadsheetml

    return read_spreadsheetml(data, settings, read_image)


def _read_csv(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Pages:
    from pipeline.ingest.office.sheets.csv_table import read_csv

    return read_csv(data, settings, read_image)


def _read_html(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Pages:
    from pipeline.ingest.office.html import read_html

    return read_html(data, settings, read_image)


def _read_mhtml(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Pages:
    from pipeline.ingest.office.html import read_mhtml

    return read_mhtml(data, settings, read_image)


def _read_converted(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Pages:
    from pipeline.ingest.office.libreoffice import read_converted

    return read_converted(data, media_type(data) or "", settings, read_image)


_READERS: dict[str, Callable[[bytes, ReadSettings, ReadImage], Pages]] = {
    sniff.PDF: _read_pdf,
    sniff.OFD: _read_ofd,
    sniff.DOCX: _read_docx,
    sniff.DOCM: _read_docx,
    sniff.FLAT_DOCX: _read_flat_docx,
    sniff.XLSX: _read_xlsx,
    sniff.XLSM: _read_xlsx,
    sniff.XLS: _read_xls,
    sniff.EXCEL_XML: _read_excel_xml,
    sniff.CSV: _read_csv,
    sniff.HTML: _read_html,
    sniff.MHTML: _read_mhtml,
    **dict.fromkeys(sniff.IMAGES, _read_images),
    **dict.fromkeys(sniff.CONVERTED, _read_converted),
}
