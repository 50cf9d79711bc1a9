"""The index of the store: which path holds which document, and how each document was read.

An SQLite file. It is a cache with one truth of its own, the paths; a damaged one is put aside and rebuilt. A path's
size and times save hashing the file again, as git's index does: they are trusted only when the file had been left
alone for a while when it was hashed.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from sys import intern

from pipeline.dataset.archive_paths import MARK, outer_paths
from pipeline.errors import FORM_NOT_READ
from pipeline.storage.store import ResultHeader

SETTLED_NS = 2_000_000_000
"""Age (ns) that a file's last change must have for its size and times to stand for its bytes."""

_TABLES = """
CREATE TABLE IF NOT EXISTS results (
    document_id TEXT PRIMARY KEY, fingerprint TEXT, attempts INTEGER, status TEXT, error_code TEXT, error TEXT,
    digest TEXT, scored TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS paths (
    path BLOB PRIMARY KEY, given TEXT, document_id TEXT, size INTEGER, mtime_ns INTEGER, ctime_ns INTEGER
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS paths_by_document ON paths (document_id);
"""


_HEADER = "document_id, fingerprint, attempts, status, error_code, error, digest, scored"

_PUT_RESULT = f"INSERT OR REPLACE INTO results ({_HEADER}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class FileStamp:
    """Size and times (ns) of a file; `size` is -1 where they may not stand for its bytes."""

    size: int
    mtime_ns: int
    ctime_ns: int


def stamp_file(facts: os.stat_result) -> FileStamp:
    """Return the stamp of a file that is about to be hashed."""
    settled = max(facts.st_mtime_ns, facts.st_ctime_ns) < time.time_ns() - SETTLED_NS
    return FileStamp(facts.st_size if settled else -1, facts.st_mtime_ns, facts.st_ctime_ns)


@dataclass(frozen=True, slots=True)
class KnownPath:
    """One input file: its absolute path, the path as it was given, and the document that it held when last seen."""

    path: Path
    given: str
    document_id: str
    stamp: FileStamp


class Index:
    """An open index; use as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = _open(path)

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all changes inside durable together, or none of them."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def is_new(self) -> bool:
        """Tell whether nothing has been entered yet, as after a damaged index was put aside."""
        return self._db.execute("SELECT 1 FROM paths LIMIT 1").fetchone() is None

    def results(self) -> dict[str, ResultHeader]:
        """Return the headers of all known results by document."""
        return {header.document_id: header for header in self._headers()}

    def _headers(self, condition: str = "", *values: str) -> Iterator[ResultHeader]:
        rows = self._db.execute(f"SELECT {_HEADER} FROM results {condition}", values)  # noqa: S608 - constants
        return (
            ResultHeader(intern(key), intern(read), attempts, intern(status), code, error, digest, intern(scored))
            for key, read, attempts, status, code, error, digest, scored in rows
        )

    def paths(self) -> dict[Path, KnownPath]:
        """Return all known input files by absolute path."""
        rows = self._db.execute("SELECT path, given, document_id, size, mtime_ns, ctime_ns FROM paths ORDER BY path")
        known = (KnownPath(Path(os.fsdecode(row[0])), row[1], intern(row[2]), FileStamp(*row[3:])) for row in rows)
        return {item.path: item for item in known}

    def path_at(self, path: Path) -> KnownPath | None:
        """Return what is known of an input file, None where it is new; `path` itself is in it, to save memory."""
        query = "SELECT given, document_id, size, mtime_ns, ctime_ns FROM paths WHERE path = ?"
        row = self._db.execute(query, (os.fsencode(path),)).fetchone()
        return KnownPath(path, row[0], intern(row[1]), FileStamp(*row[2:])) if row else None

    def archived(self) -> dict[Path, KnownPath]:
        """Return the known members of archives and the archives, by absolute path."""
        rows = self._db.execute("SELECT path FROM paths WHERE instr(path, ?)", (MARK.encode(),)).fetchall()
        members = [Path(os.fsdecode(row[0])) for row in rows]
        paths = {Path(outer) for member in members for outer in outer_paths(str(member))} | set(members)
        return {path: known for path in sorted(paths) if (known := self.path_at(path)) is not None}

    def held_result(self, document_id: str) -> ResultHeader | None:
        """Return the header of the result of a document that a file holds."""
        held = "EXISTS (SELECT 1 FROM paths WHERE paths.document_id = results.document_id)"
        return next(self._headers(f"WHERE document_id = ? AND {held}", document_id), None)

    def failing(self) -> dict[str, ResultHeader]:
        """Return the headers by document of those that failed, or of which a form was not read."""
        headers = self._headers("WHERE status = 'failed' OR error_code = ?", FORM_NOT_READ)
        return {header.document_id: header for header in headers}

    def scored_otherwise(self, fingerprint: str) -> list[ResultHeader]:
        """Return the headers of the results with rows that were scored in another way than this, by document."""
        return list(self._headers("WHERE status <> 'failed' AND scored <> ? ORDER BY document_id", fingerprint))

    def documents(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yield each document that a file holds, by id, with the digest of its rows and its files as given, sorted."""
        query = "SELECT document_id, digest, given FROM paths JOIN results USING (document_id) ORDER BY 1, 3"
        for (document_id, digest), rows in groupby(self._db.execute(query), key=itemgetter(0, 1)):
            yield document_id, digest, tuple(dict.fromkeys(given for _, _, given in rows))

    def held(self) -> list[tuple[str, str]]:
        """Return each known input file as it was given with its document, in the order of the absolute paths."""
        rows = self._db.execute("SELECT given, document_id FROM paths ORDER BY path")
        return [(given, intern(document_id)) for given, document_id in rows]

    def paths_below(self, path: Path) -> list[Path]:
        """Return the input files that lie in an archive, by its path: those whose path begins with it and `!/`."""
        start = os.fsencode(path)
        rows = self._db.execute("SELECT path FROM paths WHERE path >= ? AND path < ?", (start + b"!/", start + b"!0"))
        return [Path(os.fsdecode(row[0])) for row in rows]

    def document_at(self, path: Path) -> str | None:
        """Return the document that a path held when last seen, None where it is new."""
        row = self._db.execute("SELECT document_id FROM paths WHERE path = ?", (os.fsencode(path),)).fetchone()
        return row[0] if row else None

    def put_result(self, header: ResultHeader) -> None:
        """Enter a result in place of an earlier one."""
        self._db.execute(_PUT_RESULT, astuple(header))

    def put_paths(self, paths: Iterable[KnownPath]) -> None:
        """Enter input files in place of what was known of them."""
        rows = [(os.fsencode(p.path), p.given, p.document_id, *astuple(p.stamp)) for p in paths]
        self._db.executemany("INSERT OR REPLACE INTO paths VALUES (?, ?, ?, ?, ?, ?)", rows)

    def forget_paths(self, paths: Iterable[Path]) -> None:
        """Remove input files; their documents stay until `orphans` are removed."""
        self._db.executemany("DELETE FROM paths WHERE path = ?", [(os.fsencode(path),) for path in paths])

    def orphans(self) -> list[str]:
        """Return the documents that no path holds any more."""
        query = "SELECT document_id FROM results WHERE document_id NOT IN (SELECT document_id FROM paths)"
        return [row[0] for row in self._db.execute(query)]

    def drop_results(self, document_ids: Iterable[str]) -> None:
        """Remove results from the index."""
        self._db.executemany("DELETE FROM results WHERE document_id = ?", [(item,) for item in document_ids])


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        path.replace(path.with_suffix(".broken"))
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("PRAGMA synchronous = FULL")
        database.executescript(_TABLES)
        _add_scored(database)
    except BaseException:
        database.close()
        raise
    return database


def _add_scored(database: sqlite3.Connection) -> None:
    """Give an index of an older version the column that it lacks: nothing in it counts as scored by today's rules."""
    if "scored" not in {row[1] for row in database.execute("PRAGMA table_info(results)")}:
        database.execute("ALTER TABLE results ADD COLUMN scored TEXT NOT NULL DEFAULT ''")


def read_paths(path: Path, document_id: str) -> list[KnownPath]:
    """Return the input files that hold a document, from an index that is not opened for writing; none where it fails.

    For those who look at a dataset while a run may be at work on it.
    """
    try:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error:
        return []
    query = "SELECT path, given, document_id, size, mtime_ns, ctime_ns FROM paths WHERE document_id = ? ORDER BY path"
    try:
        rows = database.execute(query, (document_id,)).fetchall()
    except sqlite3.Error:
        return []
    finally:
        database.close()
    return [KnownPath(Path(os.fsdecode(row[0])), row[1], row[2], FileStamp(*row[3:])) for row in rows]
