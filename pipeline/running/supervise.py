"""Reading many documents in supervised worker processes, each document within its limits of time and memory.

Workers are plain subprocesses, reused from document to document so that models load once. A `ProcessPoolExecutor`
would not do: measured, one killed worker fails 18 of 20 tasks there, and its timeout leaves the worker running. What a
worker says is not trusted: it is parsed as data, and a worker that hangs, dies or talks nonsense costs its document
alone. The program's own process opens no document.
"""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from pipeline.dataset.documents import DocumentRecords, check_records, decode_records
from pipeline.errors import (
    ConfigurationError,
    DocumentError,
    MissingDependency,
    OutOfMemory,
    PipelineError,
    ReadingFailed,
    TimedOut,
    WorkerCrashed,
    document_error,
)
from pipeline.machine.processes import group_memory, kill_group, usable_cores
from pipeline.running.worker import FAILED, FATAL, HEADER, PAGE, READY, RECORDS
from pipeline.settings import MEBIBYTE, READER, STREAMS, Origin, ReadSettings, WorkerLimits

TICK = 0.05
"""Seconds between two looks at the workers' time and memory."""

START_LIMIT = 120.0
"""Seconds that a worker may take to import its readers."""

ANSWER_LIMIT = 512 * MEBIBYTE
"""Bytes of one answer; a longer one is not taken."""

DOCUMENTS_PER_WORKER = 500
"""Documents after which a worker is replaced: native libraries leak."""

DROPPED_VARIABLES = frozenset({"CMAP_PATH", "PYTHONINSPECT", "PYTHONSTARTUP"})
"""Not passed on: pdfminer reads font maps from CMAP_PATH, by default a folder that others may write to."""

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ORT_NUM_THREADS"), "1"
)
"""Workers fill the cores; threads inside them would only fight, and results must not depend on their number. The
recogniser alone may keep several cores busy, where there are more cores than workers: each line is read by one."""


@dataclass(frozen=True, slots=True)
class Job:
    """One document to read, known by its bytes; `path` is absolute. `attempt` counts from 1.

    `origin` is what its manifest says of it, where it was fetched.
    """

    document_id: str
    path: Path
    attempt: int = 1
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class PageRead:
    """A worker has read a page (from 1) of a document."""

    job: Job
    page: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A document is read, or it failed for good.

    `seconds` is the wall time of the last attempt, `memory` the most resident bytes that its worker was seen to hold.
    """

    job: Job
    result: DocumentRecords | DocumentError
    seconds: float
    memory: int = 0


GENERAL: dict[str, type[PipelineError]] = {kind.code: kind for kind in (MissingDependency, ConfigurationError)}
"""Errors that are not one document's own."""

Event = PageRead | Outcome


@dataclass(slots=True)
class _Worker:
    """One worker process and what it is at."""

    process: subprocess.Popen[bytes]
    folder: Path
    started: float
    ready: bool = False
    job: Job | None = None
    documents: int = 0
    memory: int = 0
    received: bytearray = field(default_factory=bytearray)


class Supervisor:
    """A set of workers. Use as a context manager: no worker and no folder of theirs outlives it."""

    def __init__(
        self,
        workers: int,
        settings: ReadSettings,
        limits: WorkerLimits,
        folder: Path,
        reader: str = READER,
        *,
        streams: int | None = None,
    ) -> None:
        """Take what the workers are told; `streams` is the cores that one may recognise with, None an equal share."""
        self._size, self._settings, self._limits = workers, settings, limits
        self._folder, self._reader = folder, reader
        self._streams = streams or max(1, usable_cores() // workers)
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()
        self._made = 0

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all workers and remove their folders."""
        for worker in list(self._workers):
            self._end(worker)
        self._selector.close()

    def read(self, jobs: Sequence[Job], stopped: Callable[[], None] = lambda: None) -> Iterator[Event]:
        """Read the documents and yield what happens; each job ends in exactly one outcome.

        A failure that a second attempt may change is retried once, after all others. `stopped` is called often and
        ends the reading by raising.

        Raises:
            MissingDependency, ConfigurationError: no document can be read with these settings.
        """
        waiting = deque(jobs)
        while waiting or any(worker.job for worker in self._workers):
            stopped()
            self._assign(waiting)
            for event in self._watch():
                if isinstance(event, Outcome) and _deserves_retry(event):
                    waiting.append(replace(event.job, attempt=event.job.attempt + 1))
                else:
                    yield event

    def _assign(self, waiting: deque[Job]) -> None:
        """Give each idle worker a job; begin a new worker where there is work for it."""
        for worker in self._workers:
            if waiting and worker.ready and worker.job is None:
                self._give(worker, waiting.popleft())
        starting = sum(not worker.ready for worker in self._workers)
        while len(self._workers) < self._size and starting < len(waiting):
            self._start()
            starting += 1

    def _start(self) -> None:
        self._made += 1
        folder = self._folder / f"{os.getpid()}-{self._made}"
        folder.mkdir(parents=True, exist_ok=True)
        environment = {key: value for key, value in os.environ.items() if key not in DROPPED_VARIABLES}
        environment |= ONE_THREAD | {STREAMS: str(self._streams), "TMPDIR": str(folder), "PYTHONHASHSEED": "0"}
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "pipeline.running.worker", self._reader, str(self._limits.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("JIXIAO_WORKER_STDERR") else subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        worker = _Worker(process, folder, time.monotonic())
        os.set_blocking(_output(worker), False)
        self._selector.register(_output(worker), selectors.EVENT_READ, worker)
        self._workers.append(worker)

    def _give(self, worker: _Worker, job: Job) -> None:
        folder = worker.folder / job.document_id[:16]
        folder.mkdir(exist_ok=True)
        command = {
            "path": str(job.path),
            "settings": asdict(replace(self._settings, district_code=job.origin.district if job.origin else None)),
            "folder": str(folder),
            "timeout": self._limits.timeout,
        }
        worker.job, worker.started, worker.documents = job, time.monotonic(), worker.documents + 1
        worker.memory = 0
        with suppress(BrokenPipeError):
            assert worker.process.stdin is not None  # noqa: S101 - opened as a pipe
            worker.process.stdin.write(json.dumps(command).encode() + b"\n")
            worker.process.stdin.flush()

    def _watch(self) -> Iterator[Event]:
        """Wait a little, then yield what the workers have said and what has become of them."""
        for key, _ in self._selector.select(TICK):
            worker: _Worker = key.data
            yield from self._listen(worker)
        for worker in list(self._workers):
            reason = self._transgression(worker)
            if reason is not None:
                yield from self._fail(worker, reason)

    def _listen(self, worker: _Worker) -> Iterator[Event]:
        """Take what a worker has sent; an end of its output is its death."""
        try:
            data = os.read(_output(worker), MEBIBYTE)
        except BlockingIOError:
            return
        if not data:
            yield from self._fail(worker, _describe_death(worker))
            return
        worker.received += data
        while (frame := _take_frame(worker.received)) is not None:
            yield from self._hear(worker, *frame)

    def _hear(self, worker: _Worker, kind: bytes, payload: bytes) -> Iterator[Event]:
        if kind == FATAL:
            raise _fatal(payload)
        if kind == READY and not worker.ready:
            worker.ready = True
        elif kind == PAGE and worker.job is not None and payload.isdigit():
            yield PageRead(worker.job, int(payload[:9]))
        elif kind in {RECORDS, FAILED} and worker.job is not None:
            result = _judge(worker.job, kind, payload)
            _raise_if_general(result)
            yield self._finish(worker, result)
        else:
            yield from self._fail(worker, WorkerCrashed("the worker answered out of turn; please report this file"))

    def _finish(self, worker: _Worker, result: DocumentRecords | DocumentError) -> Outcome:
        """Return a document's outcome and make its worker idle, or end it where it has grown too large or old."""
        assert worker.job is not None  # noqa: S101 - only called while it has one
        outcome = Outcome(worker.job, result, time.monotonic() - worker.started, _weigh(worker))
        shutil.rmtree(worker.folder / worker.job.document_id[:16], ignore_errors=True)
        worker.job = None
        swollen = group_memory(worker.process.pid) > self._limits.memory // 2
        if swollen or worker.documents >= DOCUMENTS_PER_WORKER or isinstance(result, OutOfMemory):
            self._end(worker)
        return outcome

    def _fail(self, worker: _Worker, reason: DocumentError) -> Iterator[Event]:
        """End a worker and yield the failure of its document; one that dies before its first is an error of our own."""
        if worker not in self._workers:
            return
        job, seconds = worker.job, time.monotonic() - worker.started
        self._end(worker)
        if job is None and not worker.ready:
            raise PipelineError(f"a worker process does not start: {reason.message}")
        if job is not None:
            yield Outcome(job, reason, seconds, worker.memory)

    def _transgression(self, worker: _Worker) -> DocumentError | None:
        """Return how a worker passes its limits, or None."""
        spent = time.monotonic() - worker.started
        if worker.job is None:
            return TimedOut("its readers take too long to load") if not worker.ready and spent > START_LIMIT else None
        if spent > self._limits.timeout:
            return TimedOut(f"not read within {self._limits.timeout:g} s; raise --timeout and `jixiao retry`")
        if len(worker.received) > ANSWER_LIMIT:
            return OutOfMemory("the document's rows are too many to be taken in one piece; split the file")
        if _weigh(worker) > self._limits.memory:
            limit = self._limits.memory // MEBIBYTE
            return OutOfMemory(f"needs more than {limit} MiB; raise --memory and `jixiao retry`")
        return None

    def _end(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        self._selector.unregister(_output(worker))
        kill_group(worker.process.pid)
        worker.process.wait()
        for stream in (worker.process.stdin, worker.process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()
        shutil.rmtree(worker.folder, ignore_errors=True)


def _weigh(worker: _Worker) -> int:
    """Return the most resident bytes that a worker and its children were seen to hold with this document."""
    worker.memory = max(worker.memory, group_memory(worker.process.pid))
    return worker.memory


def _output(worker: _Worker) -> int:
    assert worker.process.stdout is not None  # noqa: S101 - opened as a pipe
    return worker.process.stdout.fileno()


def _deserves_retry(outcome: Outcome) -> bool:
    return outcome.job.attempt == 1 and isinstance(outcome.result, DocumentError) and outcome.result.retried


def _take_frame(received: bytearray) -> tuple[bytes, bytes] | None:
    if len(received) < HEADER.size:
        return None
    kind, size = HEADER.unpack_from(received)
    end = HEADER.size + size
    if len(received) < end:
        return None
    payload = bytes(received[HEADER.size : end])
    del received[:end]
    return kind, payload


def _judge(job: Job, kind: bytes, payload: bytes) -> DocumentRecords | DocumentError:
    """Return what a worker's last word on a document means."""
    try:
        if kind == FAILED:
            facts = json.loads(payload)
            return document_error(str(facts["code"]), str(facts["message"]))
        records = decode_records(payload)
        if records.document.document_id != job.document_id:
            return ReadingFailed("the file changed while it was read; run again")
        check_records(records)
    except DocumentError as error:
        return error
    except (ValueError, KeyError, TypeError) as error:
        return ReadingFailed(f"the worker's answer cannot be understood ({type(error).__name__})")
    return records


def _fatal(payload: bytes) -> PipelineError:
    facts = json.loads(payload)
    return GENERAL.get(facts["code"], PipelineError)(str(facts["message"]))


def _raise_if_general(result: DocumentRecords | DocumentError) -> None:
    """Raise what a document's row reports as its own failure but every other document would meet as well."""
    if isinstance(result, DocumentRecords) and result.document.error_code in GENERAL:
        raise GENERAL[result.document.error_code](result.document.error)


def _describe_death(worker: _Worker) -> DocumentError:
    """Tell from its exit why a worker died; the kernel's own memory killer sends SIGKILL."""
    try:
        status = worker.process.wait(timeout=1.0)
    except subprocess.TimeoutExpired:
        return WorkerCrashed("the worker closed its output; please report this file")
    if status >= 0:
        return WorkerCrashed(f"reading it ended the worker with status {status}; please report this file")
    name = signal.Signals(-status).name
    return WorkerCrashed(f"reading it ended the worker by {name}; the file is damaged or hostile")
