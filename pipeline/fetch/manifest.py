"""What was stored, from where and when: one JSON line for each document as it came, in `.fetched/` of the folder.

The manifest is only ever appended to; the last line of an address is what holds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.settings import Origin

FOLDER = ".fetched"
"""Folder beside the documents; hidden, so that `jixiao run` does not take it for documents."""

MANIFEST = "manifest.jsonl"

KEPT_HEADERS = ("content-type", "content-length", "content-disposition", "etag", "last-modified", "date")


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored document. `path` is relative to the folder; `time` is UTC (RFC 3339); `text` is the link's."""

    url: str
    final_url: str
    time: str
    status: int
    headers: Mapping[str, str]
    sha256: str
    size: int
    path: str
    source: str
    page: str
    text: str = ""
    district: str | None = None
    publisher: str | None = None


class Shelf:
    """A folder of fetched documents with what its manifest says of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._by_address: dict[str, Entry] = {}
        self._by_content: dict[str, Entry] = {}
        for entry in read_entries(folder):
            self._note(entry)

    def _note(self, entry: Entry) -> None:
        self._by_address[entry.url] = entry
        if (self.folder / entry.path).is_file():
            self._by_content[entry.sha256] = entry

    def given_by(self, address: str) -> Entry | None:
        """Return the document that an address gave last, if it is still there."""
        entry = self._by_address.get(address)
        return entry if entry is not None and (self.folder / entry.path).is_file() else None

    def holding(self, sha256: str) -> Entry | None:
        """Return the document with these bytes, wherever it came from."""
        return self._by_content.get(sha256)

    def add(self, entry: Entry) -> None:
        """Enter a document that has been stored, or that another address gives too."""
        if self._by_address.get(entry.url) != entry:
            append_entry(self.folder, entry)
        self._note(entry)


def append_entry(folder: Path, entry: Entry) -> None:
    """Add a line, durably."""
    path = folder / FOLDER / MANIFEST
    line = json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True).encode() + b"\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        if _ends_torn(path):
            line = b"\n" + line
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _ends_torn(path: Path) -> bool:
    """Tell whether a kill has left the last line without its end."""
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def read_entries(folder: Path) -> Iterator[Entry]:
    """Yield the lines of a folder's manifest, the oldest first; a torn line is passed over."""
    try:
        lines = (folder / FOLDER / MANIFEST).read_bytes().splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            yield Entry(**json.loads(line))
        except (ValueError, TypeError):
            continue


def find_origins(paths: Iterable[Path]) -> dict[str, Origin]:
    """Return where documents came from, by SHA-256, as the manifests of the folders above these files say.

    Where several addresses gave the same bytes, the first holds.
    """
    origins: dict[str, Origin] = {}
    parents = map(Path, {os.path.dirname(path) for path in paths})
    for folder in sorted({above for parent in parents for above in (parent, *parent.parents)}):
        for entry in read_entries(folder):
            origins.setdefault(entry.sha256, Origin(entry.final_url, entry.district))
    return origins
