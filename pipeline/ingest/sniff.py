"""What a file is, told from its bytes and never from its name.

Office files are told by their content: the main part that a zip package names, the streams of a compound file.
"""

from __future__ import annotations

import io
import re
import zipfile

from pipeline.errors import DocumentError
from pipeline.ingest.containers.packages import open_zip, unpack_member

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCM = "application/vnd.ms-word.document.macroenabled.12"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSM = "application/vnd.ms-excel.sheet.macroenabled.12"
XLSB = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OFD = "application/ofd"
XLS = "application/vnd.ms-excel"
DOC = "application/msword"
RTF = "application/rtf"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
FLAT_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document+xml"
WORD_XML = "application/msword+xml"
EXCEL_XML = "application/vnd.ms-excel+xml"
WORKS = "application/vnd.ms-works"
CSV = "text/csv"
HTML = "text/html"
MHTML = "multipart/related"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
LOCKED_OFFICE = "application/encrypted-office"
JPEG, PNG, TIFF = "image/jpeg", "image/png", "image/tiff"
WEBP, GIF, BMP, JPEG_2000, AVIF = "image/webp", "image/gif", "image/bmp", "image/jp2", "image/avif"
IMAGES = frozenset({JPEG, PNG, TIFF, WEBP, GIF, BMP, JPEG_2000, AVIF})
HEIC = "image/heic"
RAR, SEVEN_ZIP = "application/vnd.rar", "application/x-7z-compressed"
OTHER_ARCHIVES = frozenset({RAR, SEVEN_ZIP})

CONVERTED = frozenset({DOC, RTF, WORD_XML, ODT, WORKS, ODS, XLSB})
"""Kinds that only LibreOffice reads."""

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"{\\rtf", RTF),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", JPEG_2000),
    (b"\xff\x4f\xff\x51\x00", JPEG_2000),
    (b"Rar!\x1a\x07", RAR),
    (b"7z\xbc\xaf\x27\x1c", SEVEN_ZIP),
    (b"%!PS", "application/postscript"),
    (b"\x09\x08\x10\x00\x00\x06\x05\x00", XLS),
    (b"\x09\x04\x06\x00\x00\x00\x10\x00", XLS),
    (b"\x09\x02\x06\x00\x00\x00\x10\x00", XLS),
    (b"\x09\x00\x04\x00\x02\x00\x10\x00", XLS),
)
"""The last four are worksheets of BIFF 5, 4, 3 and 2 without a compound file around them."""

_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_MAIN_PARTS: tuple[tuple[bytes, str], ...] = (
    (rb"wordprocessingml\.(?:document|template)\.main\+xml", DOCX),
    (rb"vnd\.ms-word\.(?:document|template)\.macroEnabled(?:Template)?\.main\+xml", DOCM),
    (rb"spreadsheetml\.(?:sheet|template)\.main\+xml", XLSX),
    (rb"vnd\.ms-excel\.(?:sheet|template)\.macroEnabled\.main\+xml", XLSM),
    (rb"vnd\.ms-excel\.sheet\.binary\.macroEnabled\.main", XLSB),
    (rb"presentationml\.(?:presentation|slideshow|template)\.main\+xml", PPTX),
)
"""Content types of the part that is the document (ECMA-376 part 1, 11.3.10, 12.3.23, 13.3.6; MS-OFFMACRO2)."""

_OPEN_DOCUMENT = re.compile(rb"application/vnd\.oasis\.opendocument\.[a-z-]+")
"""What further OpenDocument files say that they are: presentations, drawings, formulas."""

PACKAGE = "application/x-opc-package"
"""A package of parts (ECMA-376 part 2) of a kind that is not read, such as XPS and Visio: one document, no archive."""

_MEMBERS = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("xl/workbook.bin", XLSB), ("ofd.xml", OFD))
"""Members that tell what a package is where it does not say so."""

_STREAMS = (
    ("encryptedpackage", LOCKED_OFFICE),
    ("workbook", XLS),
    ("book", XLS),
    ("worddocument", DOC),
    ("powerpoint document", "application/vnd.ms-powerpoint"),
    ("contents", WORKS),
)
"""Streams at the root of a compound file and what they make it; WPS writes those of Word and Excel."""

PDF_HEADER_WITHIN = 1024
"""Bytes in which `%PDF-` must occur; readers accept rubbish before it (ISO 32000-1, annex H, note 13)."""

HEAD = 4096
"""Bytes at the beginning in which a text must show that it is a web page."""

LARGEST_TABLE = 16 << 20
"""Bytes of a text beyond which it is no table of forms."""

_PAGE = re.compile(r"<!doctype\s+html|<html[\s>]|<table[\s>]|<head[\s>]|<body[\s>]|<meta\s", re.IGNORECASE)

_FLAT = "http://schemas.microsoft.com/office/2006/xmlpackage"
"""The namespace of a package that is one XML file, in lower case."""

_WORKBOOK = re.compile(r"(?:<[?!][^>]*>|\]>|\s)*<(?:\w+:)?Workbook[\s>]")
"""The root element of an XML Spreadsheet, after its declaration and processing instructions."""


def media_type(data: bytes) -> str | None:
    """Return the media type of a file's bytes, or None where nothing known fits."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if picture := _picture_type(data):
        return picture
    if data.startswith(b"PK"):
        return _zip_type(data)
    if data.startswith(_OLE_SIGNATURE):
        return _ole_type(data)
    if b"%PDF-" in data[:PDF_HEADER_WITHIN]:
        return PDF
    return _text_type(data[:HEAD]) or _table_type(data)


_BRANDS = {b"avif": AVIF, b"avis": AVIF, b"heic": HEIC, b"heix": HEIC, b"mif1": HEIC, b"msf1": HEIC}
"""Major brands of pictures in the ISO base media format (ISO/IEC 23000-22, AV1 Image File Format)."""


def _picture_type(data: bytes) -> str | None:
    """Return the kind of a picture whose sign does not stand at its beginning, or is too short to be believed alone."""
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12])
    if data.startswith(b"BM") and data[14:18] in _BITMAP_HEADERS:
        return BMP
    return None


_BITMAP_HEADERS = frozenset(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))
"""Sizes of the headers that a bitmap file can have after its first 14 bytes."""


def _zip_type(data: bytes) -> str:
    """Return what a zip file is: the office format of its main part, or an archive of files."""
    try:
        opened = open_zip(data)
        members = {info.orig_filename.replace("\\", "/").lstrip("/").lower(): info for info in opened.infolist()}
        stated = _read_start(opened, members.get("[content_types].xml")) + _read_start(opened, members.get("mimetype"))
    except DocumentError:
        return ZIP
    for pattern, kind in _MAIN_PARTS:
        if re.search(pattern, stated, re.IGNORECASE):
            return kind
    for kind in (ODT, ODS):
        if kind.encode() in stated:
            return kind
    known = next((kind for member, kind in _MEMBERS if member in members), None)
    if known is None and (other := _OPEN_DOCUMENT.search(stated)):
        return other[0].decode("ascii")
    return known or (PACKAGE if "[content_types].xml" in members else ZIP)


def _read_start(opened: zipfile.ZipFile, info: zipfile.ZipInfo | None) -> bytes:
    """Return the member that says what the package is; none is empty, and one of a megabyte says nothing."""
    try:
        return unpack_member(opened, info, 1 << 20) if info else b""
    except DocumentError:
        return b""


def _ole_type(data: bytes) -> str:
    """Return what a compound file is, by the streams at its root (MS-CFB)."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as opened:
            names = {entry[0].lower() for entry in opened.listdir(streams=True, storages=False) if len(entry) == 1}
    except Exception:  # noqa: BLE001 - olefile raises many kinds on damaged files; each leaves the kind open
        return OLE
    return next((kind for name, kind in _STREAMS if name in names), OLE)


def _text_type(head: bytes) -> str | None:
    """Return what a text is: a web page in any code, an office file as one XML file, a web archive."""
    text = _decode(head).lstrip("\ufeff \t\r\n")
    lowered = text.lower()
    if lowered.startswith(("mime-version:", "from:", "content-type: multipart")) and "multipart/related" in lowered:
        return MHTML
    if not text.startswith("<"):
        return None
    if _WORKBOOK.match(text) and "urn:schemas-microsoft-com:office:spreadsheet" in lowered:
        return EXCEL_XML
    if _FLAT in lowered:
        return FLAT_DOCX if "wordprocessingml.document.main" in lowered or "word.document" in lowered else None
    if "word/2003/wordml" in lowered or 'progid="word.document"' in lowered:
        return WORD_XML
    return HTML if _PAGE.search(text) else None


def _table_type(data: bytes) -> str | None:
    """Return what a text without marks is: a table with separators that has words of a form, or nothing known."""
    from pipeline.ingest.separated import is_form_table

    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if len(data) > LARGEST_TABLE or (b"\0" in data[:HEAD] and not marked):
        return None
    return CSV if is_form_table(data) else None


def _decode(head: bytes) -> str:
    for mark, name in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head.decode(name, "replace")
    return head.decode("latin-1").removeprefix("\xef\xbb\xbf")
