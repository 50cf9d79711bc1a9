"""Zip files of XML (.docx, .xlsx, .ofd) and zip files as such, opened from memory and counted while they are read.

Nothing is ever written to disk. What a member says of its size is not believed: bytes are counted as they come, per
package and against the size of what is packed. XML with a document type declaration is refused: office files have
none (ECMA-376 part 2, 8.1.4; GB/T 33190), and what it could declare is entities that grow or that name other files.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import Any

from lxml import etree

from pipeline.errors import CorruptDocument, DocumentError, EncryptedDocument, TooLarge, UnsupportedDocument

CHUNK = 1 << 18
"""Bytes that are unpacked at a time."""

RATIO, RATIO_FROM = 200, 16 << 20
"""A member that has grown to more than so many times its packed size is a bomb, counted from these bytes on; XML of
office files packs to a twentieth, seldom to a hundredth."""

MAX_ENTRIES = 65_535
"""Entries of one zip file; more need the 64-bit form, which no office program and few publishers write."""

UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    IndexError,
    KeyError,
    OverflowError,
)
"""What zipfile and its decompressors may raise on damaged files."""

_DECLARATION = re.compile(rb"^[^<]*(?:<(?:\?|!--)[^<]*)*<!DOCTYPE", re.IGNORECASE)


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Open a zip file.

    Raises:
        CorruptDocument: it is damaged or cut off.
        TooLarge: it has more entries than `MAX_ENTRIES`.
    """
    if data.count(b"PK\x01\x02") > 2 * MAX_ENTRIES:
        raise TooLarge(f"the zip file has more than {MAX_ENTRIES} entries; split it")
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
    except (*UNREADABLE, NotImplementedError) as error:
        raise CorruptDocument("the zip file is damaged or cut off; download it again") from error
    if len(opened.infolist()) > MAX_ENTRIES:
        raise TooLarge(f"the zip file has more than {MAX_ENTRIES} entries; split it")
    return opened


def unpack_member(opened: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """Return a member's bytes, counted while they are unpacked.

    Raises:
        EncryptedDocument: a password is needed.
        TooLarge: it grows past `limit` bytes, or past `RATIO` times its packed size.
        UnsupportedDocument: its method of compression is not known here.
        CorruptDocument: it is damaged.
    """
    if info.flag_bits & 0x1:
        raise EncryptedDocument("the zip file needs a password; remove it or ask the publisher for an open copy")
    parts: list[bytes] = []
    count = 0
    try:
        with opened.open(info) as stream:
            while chunk := stream.read(CHUNK):
                count += len(chunk)
                refuse_bomb(count, info.compress_size, limit)
                parts.append(chunk)
    except NotImplementedError as error:
        raise UnsupportedDocument("packed by a method that is not known here; pack it again as a plain .zip") from error
    except DocumentError:
        raise
    except Exception as error:  # zlib, bz2 and lzma have errors of their own; each means "damaged"
        raise CorruptDocument("a file in the zip is damaged; download it again") from error
    return b"".join(parts)


def refuse_bomb(count: int, packed: int, limit: int) -> None:
    """Raise TooLarge where `count` bytes were unpacked from `packed` ones, and that is past the limits."""
    if count > limit:
        raise TooLarge(f"unpacks to more than {limit} bytes; supply what is in it by itself")
    if count > RATIO_FROM and count > RATIO * max(1, packed):
        raise TooLarge(f"unpacks to more than {RATIO} times its size, as zip bombs do; supply what is in it by itself")


class Package:
    """The members of a zip file of XML. Names are those of the package: case does not count, `/` parts them."""

    def __init__(self, data: bytes, limit: int) -> None:
        """`limit` is what all that is read may unpack to, in bytes."""
        self._zip = open_zip(data)
        self._left = limit
        self._members = {_fold(info.orig_filename): info for info in self._zip.infolist()}

    def __contains__(self, name: str) -> bool:
        return _fold(name) in self._members

    def names(self) -> list[str]:
        """Return the names of all members, in lower case and in order."""
        return sorted(self._members)

    def read(self, name: str) -> bytes:
        """Return a member's bytes.

        Raises:
            CorruptDocument: there is no such member, or it is damaged.
            EncryptedDocument, TooLarge, UnsupportedDocument: as `unpack_member`.
        """
        info = self._members.get(_fold(name))
        if info is None:
            raise CorruptDocument(f"a part of the file is missing ({posixpath.basename(name)}); download it again")
        content = unpack_member(self._zip, info, self._left)
        self._left -= len(content)
        return content

    def parse(self, name: str) -> Any:
        """Return the root element of an XML member.

        Raises:
            CorruptDocument: it is not well formed.
            UnsupportedDocument: it has a document type declaration.
        """
        return parse_xml(self.read(name))


def _fold(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def resolve_name(base: str, target: str) -> str:
    """Return the package name that a reference in the member `base` means; a leading `/` is the package's root."""
    target = target.replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), target)).lstrip("/")


_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def parse_xml(content: bytes, parser: etree.XMLParser = _PARSER) -> Any:
    """Return the root element of an XML file; nothing is loaded, no entity is resolved, by no `parser` given.

    Raises:
        CorruptDocument: it is not well formed, or nested deeper than 256 elements.
        UnsupportedDocument: it has a document type declaration.
    """
    if _DECLARATION.match(content[:4096].replace(b"\0", b"")):
        raise _refuse_declaration()
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CorruptDocument("the file's XML is damaged; open and save it again in its program") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refuse_declaration()
    return root


def _refuse_declaration() -> UnsupportedDocument:
    return UnsupportedDocument(
        "its XML declares a document type, as attacks do and office programs never; save it anew in its program"
    )
