"""What a task does on a worker of a Dask cluster: read one document in a supervised process, as a local run would.

A worker's process opens no document itself. The supervised process is kept for the next task, so that models load once,
and ended when no task has come for a while. The bytes lie under the document's own name in a private folder, which is
removed with the task; nothing of it is in the outcome.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.dataset.documents import DocumentRecords
from pipeline.dataset.fingerprints import program_fingerprint
from pipeline.errors import ConfigurationError
from pipeline.running.supervise import Job, Outcome, Supervisor
from pipeline.settings import ReadSettings, WorkerLimits

IDLE_LIMIT = 60.0
"""Seconds after which a supervised process that no task has asked for is ended."""


@dataclass(frozen=True, slots=True)
class Order:
    """One document to read, with the bytes of the file that it is or that holds it.

    `fingerprint` is of the program that ordered it.
    """

    job: Job
    file: Path
    data: bytes
    fingerprint: str
    settings: ReadSettings
    limits: WorkerLimits
    reader: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a supervised process can be used again for."""

    settings: ReadSettings
    limits: WorkerLimits
    reader: str


def read_order(order: Order) -> Outcome:
    """Return what becomes of a document, as if it had been read where it lies.

    Raises:
        ConfigurationError: this worker runs another version of the program.
        PipelineError: no document can be read here.
    """
    if program_fingerprint(order.settings) != order.fingerprint:
        advice = "install the same version of jixiao there and start the worker again"
        raise ConfigurationError(f"a worker on {os.uname().nodename} runs another version of the program; {advice}")
    kind = _Kind(order.settings, order.limits, order.reader)
    with _borrow(kind) as (supervisor, scratch), tempfile.TemporaryDirectory(dir=scratch) as folder:
        copy = Path(folder) / order.file.name
        copy.write_bytes(order.data)
        path = Path(f"{copy}{str(order.job.path)[len(str(order.file)) :]}")
        events = list(supervisor.read([replace(order.job, path=path)]))
    (outcome,) = (event for event in events if isinstance(event, Outcome))
    return _as_ordered(outcome, order.job.path)


def _as_ordered(outcome: Outcome, path: Path) -> Outcome:
    """Return the outcome with the path that the run knows in place of the private copy's."""
    result = outcome.result
    if isinstance(result, DocumentRecords):
        source = str(path).encode("utf-8", "replace").decode()
        result = replace(result, document=replace(result.document, source_path=source))
    return replace(outcome, job=replace(outcome.job, path=path), result=result)


_lock = threading.Lock()
_idle: dict[_Kind, list[tuple[Supervisor, Path]]] = {}
_generation = 0


@contextmanager
def _borrow(kind: _Kind) -> Iterator[tuple[Supervisor, Path]]:
    """Lend a supervised process of one thread; one that an error has passed through is ended."""
    supervisor, scratch = _take(kind)
    try:
        yield supervisor, scratch
    except BaseException:
        _end([(supervisor, scratch)])
        raise
    _put_back(kind, supervisor, scratch)


def _take(kind: _Kind) -> tuple[Supervisor, Path]:
    with _lock:
        others = [pair for other in _idle if other != kind for pair in _idle[other]]
        mine = _idle.get(kind, [])
        found = mine.pop() if mine else None
        _idle.clear()
        _idle[kind] = mine
    _end(others)
    if found is not None:
        return found
    scratch = Path(tempfile.mkdtemp(prefix="jixiao-", dir=_worker_folder()))
    return Supervisor(1, kind.settings, kind.limits, scratch, kind.reader, streams=1), scratch


def _worker_folder() -> str | None:
    """Return the folder that Dask empties when a worker is started after one that died, or None outside of Dask."""
    from distributed import get_worker

    try:
        return str(get_worker().local_directory)
    except ValueError:
        return None


def _put_back(kind: _Kind, supervisor: Supervisor, scratch: Path) -> None:
    global _generation  # noqa: PLW0603 - one shelf per process, as there is one Dask worker
    with _lock:
        _idle.setdefault(kind, []).append((supervisor, scratch))
        _generation += 1
        timer = threading.Timer(IDLE_LIMIT, _end_idle, (_generation,))
    timer.daemon = True
    timer.start()


def _end_idle(generation: int) -> None:
    """End the processes on the shelf if no task has been finished since."""
    with _lock:
        if generation != _generation:
            return
        ended = [pair for pairs in _idle.values() for pair in pairs]
        _idle.clear()
    _end(ended)


def _end(pairs: Iterable[tuple[Supervisor, Path]]) -> None:
    for supervisor, scratch in pairs:
        supervisor.close()
        shutil.rmtree(scratch, ignore_errors=True)
