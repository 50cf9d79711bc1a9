"""Documents inside a Word or Excel file: a table that was pasted as an object is a workbook of its own.

What is seen of an object is a small picture, mostly a metafile that nothing here decodes; the workbook itself lies in
the package (ECMA-376 part 1, 15.2.11 and 15.2.12) or in a compound file around it (MS-OLEDS 2.3). Data behind charts
are no objects.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from pipeline.errors import DocumentError
from pipeline.ingest.containers.packages import open_zip, unpack_member

TYPES = "[Content_Types].xml"
"""The part that makes a zip file a package."""

LARGEST_LISTING = 1 << 20
"""Bytes of a list of references that is looked at."""

_OBJECT = re.compile(
    r"(?:word|xl)/embeddings/[^/]+\.(?:xlsx|xlsm|xlsb|xls|docx|docm|doc|pdf|et|wps|bin)", re.IGNORECASE
)
_CHART = re.compile(r"(?:word|xl)/charts/_rels/[^/]+\.rels", re.IGNORECASE)
_TARGET = re.compile(rb"""embeddings/([^"'/]+)["']""")
_STREAMS = ("Package", "CONTENTS")
"""Streams of a compound file that hold a whole document: a package, a PDF."""


def is_package(data: bytes) -> bool:
    """Tell whether bytes are a package that may hold objects; the names of a zip file stand in it as they are."""
    if not (data.startswith(b"PK") and b"embeddings/" in data and TYPES.encode() in data):
        return False
    try:
        return TYPES in open_zip(data).namelist()
    except DocumentError:
        return False


def list_objects(data: bytes) -> list[tuple[str, tuple[zipfile.ZipFile, zipfile.ZipInfo]]]:
    """Return the objects in a package by the names of their parts; none where it is damaged."""
    try:
        opened = open_zip(data)
        behind_charts = set(_charted(opened))
    except DocumentError:
        return []
    return [
        (info.filename, (opened, info))
        for info in opened.infolist()
        if _OBJECT.fullmatch(info.filename) and info.filename.rpartition("/")[2] not in behind_charts
    ]


def _charted(opened: zipfile.ZipFile) -> Iterator[str]:
    for info in opened.infolist():
        if _CHART.fullmatch(info.filename):
            listing = unpack_member(opened, info, LARGEST_LISTING)
            yield from (name.decode("utf-8", "replace") for name in _TARGET.findall(listing))


def unpack_object(held: tuple[zipfile.ZipFile, zipfile.ZipInfo], limit: int) -> bytes:
    """Return the document that an object is.

    Raises:
        CorruptDocument, TooLarge: as `unpack_member`.
    """
    data = unpack_member(*held, limit)
    if not data.startswith(b"\xd0\xcf\x11\xe0"):
        return data
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as opened:
            inner = next((name for name in _STREAMS if opened.exists(name)), None)
            return bytes(opened.openstream(inner).read()) if inner else data
    except Exception:  # noqa: BLE001 - olefile raises many kinds on damaged files; the object is read as it is
        return data
