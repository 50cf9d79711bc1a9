"""Zip archive of documents, or PDF or office file with files in it: what is in it, and the bytes of one; nothing is
written to disk.

A member is found by comparing the name in its path (`pipeline.dataset.archive_paths`) with the names that the archive
lists, made safe to print; none is ever opened as a path.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from pipeline.dataset.archive_paths import split_source
from pipeline.dataset.documents import Member
from pipeline.errors import CorruptDocument, DocumentError, EmptyFile, TooLarge, UnreadableFile
from pipeline.ingest.containers.attachments import find_attachments, is_pdf, unpack_attachment
from pipeline.ingest.containers.objects import is_package, list_objects, unpack_object
from pipeline.ingest.containers.packages import open_zip, unpack_member
from pipeline.settings import ReadSettings

Item = TypeVar("Item")

MAX_MEMBERS = 10_000
"""Files of one archive."""

MAX_TOTAL = 8 << 30
"""Bytes that all files of one archive may unpack to together."""

MAX_NESTING = 3
"""Archives inside each other: an archive, one in it, one in that."""

NAME_LENGTH = 400
"""Characters of a name that are kept."""

_UTF8_NAME = 0x800
"""The flag of a name in UTF-8 (APPNOTE 4.4.4, bit 11)."""

_UNICODE_PATH = 0x7075
"""The extra field that gives a name in UTF-8 beside one in another code (APPNOTE 4.6.9)."""


def read_source(path: Path, settings: ReadSettings) -> bytes:
    """Return the bytes of a document: a file, or a member of an archive.

    Raises:
        OSError: the file cannot be read.
        UnreadableFile: the archive has no such member any more.
        DocumentError: the member cannot be unpacked.
    """
    file, names = split_source(path)
    data = file.read_bytes()
    for name in names:
        data = _read_member(data, name, settings)
    return data


Held = tuple[str, Callable[[int], bytes], int]
"""A file in an archive: its name, what unpacks it within a limit of bytes, and the size that is stated for it."""


def _read_member(data: bytes, name: str, settings: ReadSettings) -> bytes:
    for given, unpack, _ in _list_held(data):
        if given == name:
            return unpack(settings.max_unpacked)
    raise UnreadableFile("the archive has no such file any more; run again")


def _list_held(data: bytes) -> list[Held]:
    """Return the files in a zip archive, a PDF or an office file, in order, each under a name of its own."""
    if is_package(data):
        return [
            (name, partial(unpack_object, held), held[1].file_size) for name, held in _make_unique(list_objects(data))
        ]
    if is_pdf(data) and not data.startswith(b"PK"):
        return [(name, partial(unpack_attachment, held), 0) for name, held in _make_unique(find_attachments(data))]
    opened = open_zip(data)
    return [(name, partial(unpack_member, opened, info), info.file_size) for name, info in name_members(opened)]


def list_members(data: bytes, path: Path, settings: ReadSettings) -> tuple[Member, ...]:
    """Return the files of the archive at a path, each with the SHA-256 of its bytes or the reason why it has none.

    Raises:
        CorruptDocument: the archive is damaged.
        EmptyFile: there is no file in it.
        TooLarge: it has too many files, they unpack to too much, or it lies too deep in other archives.
    """
    if _lies_too_deep(path):
        raise TooLarge(f"more than {MAX_NESTING} archives inside each other; unpack the outer ones")
    members = _unpack_all(_list_held(data), settings)
    if not members:
        raise EmptyFile("the archive has no file in it; download it again")
    if all(member.error_code == CorruptDocument.code for member in members):
        raise CorruptDocument("no file in the archive can be unpacked; download it again")
    return members


def list_attachments(data: bytes, path: Path, settings: ReadSettings) -> tuple[Member, ...]:
    """Return the files in the PDF or office file at a path as `list_members` does; most have none.

    Raises:
        TooLarge: as `list_members`; the pages of the PDF are none the worse for it.
    """
    held = _list_held(data) if is_pdf(data) or is_package(data) else []
    if held and _lies_too_deep(path):
        raise TooLarge(f"more than {MAX_NESTING} files inside each other; take the inner ones out")
    return _unpack_all(held, settings)


def _lies_too_deep(path: Path) -> bool:
    return len(split_source(path)[1]) >= MAX_NESTING


def _unpack_all(files: Sequence[Held], settings: ReadSettings) -> tuple[Member, ...]:
    if len(files) > MAX_MEMBERS:
        raise TooLarge(f"the archive has {len(files)} files, more than {MAX_MEMBERS}; split it")
    left, members = MAX_TOTAL, []
    for name, unpack, stated in files:
        try:
            content = unpack(min(settings.max_unpacked, left))
        except DocumentError as error:
            members.append(Member(name, None, error.code, error.message))
            left -= min(stated, settings.max_unpacked)
        else:
            members.append(Member(name, hashlib.sha256(content).hexdigest()))
            left -= len(content)
        if left <= 0:
            raise TooLarge(f"the archive unpacks to more than {MAX_TOTAL >> 30} GiB; split it")
    return tuple(members)


def name_members(opened: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Yield the files of an archive in order, each under a name of its own; folders and hidden files are left out."""
    files = (info for info in opened.infolist() if not info.orig_filename.endswith(("/", "\\")))
    return _make_unique((decode_name(info), info) for info in files)


def _make_unique(named: Iterable[tuple[str, Item]]) -> Iterator[tuple[str, Item]]:
    """Yield what has a name under one that is safe and its own; what is hidden is left out."""
    used: set[str] = set()
    for given, item in named:
        parts = _safe_parts(given)
        if not parts or _is_hidden(parts):
            continue
        name = "/".join(parts)[:NAME_LENGTH]
        number = 1
        while (unique := name if number == 1 else f"{name}#{number}") in used:
            number += 1
        used.add(unique)
        yield unique, item


def decode_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name: in UTF-8 where the file says so or it fits, else in GB 18030, as on Chinese Windows."""
    if info.flag_bits & _UTF8_NAME:
        return info.orig_filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.orig_filename
    stated = _unicode_path(info.extra, raw)
    if stated is not None:
        return stated
    for code in ("utf-8", "gb18030"):
        try:
            return raw.decode(code)
        except UnicodeDecodeError:
            continue
    return info.orig_filename


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """Return the name of the extra field for Unicode names, if it is there and of this name."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + size]
        if kind == _UNICODE_PATH and len(field) > 5 and field[1:5] == struct.pack("<L", zlib.crc32(raw)):
            return field[5:].decode("utf-8", "replace")
        at += 4 + size
    return None


def _safe_parts(name: str) -> list[str]:
    """Return the parts of a name without what leads elsewhere or steers a terminal."""
    printable = "".join(char if char.isprintable() else "\ufffd" for char in name)
    parts = (part.strip() for part in re.split(r"[/\\]", printable))
    return [f"{part}_" if part.endswith("!") else part for part in parts if part not in {"", ".", ".."}]


def _is_hidden(parts: list[str]) -> bool:
    return parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts)
