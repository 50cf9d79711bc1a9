"""The input: which files there are, and which document each one holds, told from its bytes.

Names are never believed. Folders are walked whole, in order, without following links to other folders; hidden files
are left out. Nothing but the bytes' SHA-256 is computed here: the program's own process opens no document.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import DocumentError, UnreadableFile, UnsupportedDocument
from pipeline.storage.index import FileStamp, KnownPath, stamp_file

CHUNK = 1 << 20
"""Bytes that are hashed at a time."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One input file: `path` absolute, `given` as it was asked for, in valid Unicode."""

    path: Path
    given: str


@dataclass(frozen=True, slots=True)
class IdentifiedFile:
    """An input file and its document. A file without readable bytes is known by its name, and has its error.

    `entered` tells that the index has it just so.
    """

    known: KnownPath
    error: DocumentError | None = None
    entered: bool = False


def find_files(sources: Sequence[Path], *leave_out: Path) -> tuple[list[SourceFile], list[Path]]:
    """Return the files of the sources, each once, in the order of their paths, and what is not there or not listable.

    `leave_out` are folders of the program's own, which may lie inside a source.
    """
    found: dict[str, SourceFile] = {}
    missing: list[Path] = []
    for source in sources:
        paths: Iterable[str] = ()
        if source.is_dir():
            top = "" if source == Path() else str(source)
            paths = _walk(top, {path.resolve() for path in leave_out}, missing)
        elif os.path.lexists(source):
            paths = (str(source),)
        else:
            missing.append(source)
        for path in paths:
            absolute = os.path.abspath(path)
            if absolute not in found:
                found[absolute] = _source_file(absolute, path)
    return [found[path] for path in sorted(found, key=lambda path: path.split(os.sep))], missing


def _walk(folder: str, leave_out: set[Path], missing: list[Path]) -> Iterator[str]:
    """Yield the files below a folder, an empty name being the current one; path objects of all would be dear."""
    try:
        entries = sorted(os.scandir(folder or "."), key=lambda item: item.name)
    except OSError:
        missing.append(Path(folder))
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        path = os.path.join(folder, entry.name)
        if entry.is_dir(follow_symlinks=False):
            if Path(path).resolve() not in leave_out:
                yield from _walk(path, leave_out, missing)
        elif not entry.is_dir():
            yield path


def _source_file(absolute: str, given: str) -> SourceFile:
    valid = given if given.isprintable() else os.fsencode(given).decode("utf-8", "backslashreplace")
    return SourceFile(Path(absolute), valid)


def identify_file(file: SourceFile, known: KnownPath | None) -> IdentifiedFile:
    """Return which document a file holds; a file whose size and times are as known is not read again."""
    try:
        facts = file.path.stat()
    except OSError as error:
        return _unidentified(
            file, UnreadableFile(f"the file cannot be opened: {error.strerror}; check that it is there")
        )
    if not stat.S_ISREG(facts.st_mode):
        return _unidentified(file, UnsupportedDocument("not a regular file; give the program files and folders only"))
    stamp = stamp_file(facts)
    if known is not None and known.stamp == stamp and stamp.size >= 0:
        same = known.given == file.given
        return IdentifiedFile(replace(known, given=file.given), entered=same)
    try:
        digest = _hash_file(file.path)
    except OSError as error:
        return _unidentified(file, UnreadableFile(f"the file cannot be read: {error.strerror}; check who may read it"))
    return IdentifiedFile(KnownPath(file.path, file.given, digest, stamp))


def _unidentified(file: SourceFile, error: DocumentError) -> IdentifiedFile:
    """Return a stand-in for a file without bytes: its id is the digest of its path, as no digest of bytes can be."""
    name = hashlib.sha256(b"path\0" + os.fsencode(file.path)).hexdigest()
    return IdentifiedFile(KnownPath(file.path, file.given, name, FileStamp(-1, 0, 0)), error)


def _hash_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
