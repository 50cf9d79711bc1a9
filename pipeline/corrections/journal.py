"""Adding decisions to a document's file: at the end, under a lock, on the disk before anyone is told.

Two reviewers at once lose nothing: who decides must name what stands, and is refused where another has decided since.
`flock` must be honoured, which network file systems may not do.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.corrections.book import DocumentDecisions, decisions_path, parse_decisions
from pipeline.corrections.decision import Decision
from pipeline.errors import access_error
from pipeline.storage.atomic import sync_folder


class Superseded(Exception):
    """Another decision about one of the cells came first; `found` has what the file says now."""

    def __init__(self, found: DocumentDecisions) -> None:
        super().__init__("another decision came first")
        self.found = found


def append_decisions(folder: Path, decisions: Sequence[Decision]) -> DocumentDecisions:
    """Add decisions about one document, all or none, and return what its file says then.

    Raises:
        Superseded: a decision does not replace exactly what stands for its cell now.
        ConfigurationError: the file has a line that is no decision; nothing is added.
        AccessError: the folder cannot be written or the disk is full; nothing is added.
    """
    (document_id,) = {decision.document for decision in decisions}
    path = decisions_path(folder, document_id)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _open_locked(path) as descriptor:
            data = _read_all(descriptor)
            before = DocumentDecisions(document_id, parse_decisions(data, path, document_id))
            _check_current(before, decisions)
            _append(descriptor, data, decisions)
        sync_folder(folder)
    except OSError as error:
        raise access_error(error, f"{path} cannot be written") from error
    return DocumentDecisions(document_id, (*before.lines, *decisions))


@contextmanager
def _open_locked(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _read_all(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, size, 0) if size else b""


def _check_current(before: DocumentDecisions, decisions: Iterable[Decision]) -> None:
    for decision in decisions:
        heads = {head.id for head in before.state(decision.address).heads}
        if heads != set(decision.replaces):
            raise Superseded(before)


def _append(descriptor: int, before: bytes, decisions: Iterable[Decision]) -> None:
    """Write the lines in one piece; what a full disk has let through is taken away again."""
    start = b"\n" if before and not before.endswith(b"\n") else b""
    data = start + "".join(decision.line() for decision in decisions).encode()
    try:
        written = os.write(descriptor, data)
        while written < len(data):
            written += os.write(descriptor, data[written:])
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, len(before))
        raise
