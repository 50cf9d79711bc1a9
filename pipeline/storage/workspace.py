"""An output folder while a run works on it: under the lock, swept, with its store and index open."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import AccessError, DiskFull, access_error
from pipeline.storage.index import FileStamp, Index, KnownPath
from pipeline.storage.lock import hold_lock
from pipeline.storage.store import ResultStore

STORE = ".store"


@dataclass(frozen=True, slots=True)
class Workspace:
    """An open output folder.

    `scratch` is for the workers' temporary folders and empty at the beginning; `layout` says how large part files are.
    """

    out: Path
    results: ResultStore
    index: Index
    scratch: Path
    layout: Path


@contextmanager
def open_workspace(out: Path) -> Iterator[Workspace]:
    """Open an output folder for writing, creating it where it is missing.

    Raises:
        RunLocked: another run works on it.
        AccessError: it cannot be written.
    """
    root = out / STORE
    with translate_errors(out):
        (root / "results").mkdir(parents=True, exist_ok=True)
        with hold_lock(root / "lock"), Index(root / "index.sqlite") as index:
            workspace = Workspace(out, ResultStore(root / "results"), index, root / "scratch", root / "layout.json")
            _sweep(workspace)
            if index.is_new():
                _rebuild_index(workspace)
            yield workspace


def _sweep(workspace: Workspace) -> None:
    """Remove what a killed run left behind."""
    shutil.rmtree(workspace.scratch, ignore_errors=True)
    workspace.scratch.mkdir()
    workspace.results.sweep()


def _rebuild_index(workspace: Workspace) -> None:
    """Enter what the published `documents` and the stored results say; the files are hashed again by the next run."""
    folder = workspace.out / "documents"
    if not folder.is_dir():
        return
    import pyarrow.parquet as pq

    published = pq.read_table(folder, columns=["source_path", "document_id"]).to_pylist()
    unknown = FileStamp(-1, 0, 0)
    paths = [
        KnownPath(Path(row["source_path"]).absolute(), row["source_path"], row["document_id"], unknown)
        for row in published
    ]
    headers = (workspace.results.header(row["document_id"]) for row in published)
    with workspace.index.transaction():
        workspace.index.put_paths(paths)
        for header in headers:
            if header is not None:
                workspace.index.put_result(header)


@contextmanager
def translate_errors(out: Path) -> Iterator[None]:
    """Turn what the operating system and the index say about the output folder into our own errors."""
    try:
        yield
    except OSError as error:
        raise access_error(error, f"{out} cannot be written") from error
    except sqlite3.Error as error:
        kind = DiskFull if "full" in str(error) else AccessError
        raise kind(f"{out} cannot be written: {error}; free some space or repair the disk, then run again") from error
