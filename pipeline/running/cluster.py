"""Reading many documents on the workers of a Dask cluster: `--executor dask --scheduler ADDRESS`.

The run itself stays one process on one machine, which alone writes. A task carries a document's bytes, so that no
folder need be shared; what comes back is the outcome that a local worker gives. On the cluster each task is read in a
supervised process of its own (`pipeline.running.cluster_worker`), so that a document rarely harms a worker. Where one
does, Dask gives its tasks to others; a task that is there when several workers die is read once more, alone, and then
recorded. Nothing here protects against the cluster: who may reach its scheduler may run any program on its workers.
"""

from __future__ import annotations

import logging
import os
import queue
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.dataset.archive_paths import split_source
from pipeline.dataset.fingerprints import program_fingerprint
from pipeline.errors import (
    ClusterLost,
    ConfigurationError,
    MissingDependency,
    PipelineError,
    UnreadableFile,
    WorkerCrashed,
    extra_advice,
)
from pipeline.running.cluster_worker import Order, read_order
from pipeline.running.supervise import TICK, Event, Job, Outcome
from pipeline.settings import READER, ReadSettings, WorkerLimits

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_LIMIT = 15.0
"""Seconds in which a scheduler must answer at first."""

LOOK_EVERY = 2.0
"""Seconds between two questions to the scheduler for its workers."""

ANSWER_LIMIT = 30.0
"""Seconds that the scheduler may take to answer one of them, and a worker to hand over an outcome."""

PATIENCE = 60.0
"""Seconds that a cluster may be without any worker."""

TASKS_PER_THREAD = 2
"""Documents that are with the cluster at a time, for each of its threads: one is read, one waits beside it."""

QUIET_LOGGERS = ("distributed", "distributed.client", "distributed.core", "tornado.application")


class Cluster:
    """The workers of a Dask cluster as readers of documents. Use as a context manager."""

    def __init__(self, address: str, settings: ReadSettings, limits: WorkerLimits, reader: str = READER) -> None:
        self._address, self._settings, self._limits, self._reader = address, settings, limits, reader
        self._given: dict[Future, Job] = {}
        self._done: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._threads, self._looked, self._seen = 0, 0.0, time.monotonic()

    def __enter__(self) -> Cluster:
        self._client = _connect(self._address)
        self._seen = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the documents in hand; a worker that is reading one ends with it or at its time limit."""
        connected = self._client.status == "running"
        with suppress(Exception):
            if connected and self._given:
                self._client.cancel(list(self._given), force=True)
        with suppress(Exception):
            self._client.close(timeout=CONNECT_LIMIT if connected else 1.0)

    def read(self, jobs: Sequence[Job], stopped: Callable[[], None] = lambda: None) -> Iterator[Event]:
        """Read the documents and yield their outcomes; each job ends in exactly one.

        Raises:
            ClusterLost: the scheduler or the last worker is gone; what was yielded is all that was finished.
            ConfigurationError: a worker runs another version of the program.
            MissingDependency: no document can be read with these settings.
        """
        suspects: deque[Job] = deque()
        for outcome in self._read_through(deque(jobs), stopped):
            if isinstance(outcome.result, WorkerCrashed) and outcome.job.attempt == 1:
                suspects.append(replace(outcome.job, attempt=2))
            else:
                yield outcome
        for job in suspects:
            yield from self._read_through(deque([job]), stopped)

    def _read_through(self, waiting: deque[Job], stopped: Callable[[], None]) -> Iterator[Outcome]:
        while waiting or self._given:
            stopped()
            self._look()
            while waiting and len(self._given) < TASKS_PER_THREAD * self._threads:
                failure = self._give(waiting.popleft())
                if failure is not None:
                    yield failure
            with suppress(queue.Empty):
                future = self._done.get(timeout=TICK)
                outcome = self._take(future)
                if outcome is not None:
                    yield outcome

    def _look(self) -> None:
        """Ask the scheduler for its workers, now and then.

        Raises:
            ClusterLost: it does not answer, or has had no worker for a while.
        """
        now = time.monotonic()
        if self._client.status != "running":
            raise self._lost("the connection to the scheduler broke")
        if now - self._looked < LOOK_EVERY:
            return
        try:
            threads = self._client.sync(self._client.scheduler.ncores, callback_timeout=ANSWER_LIMIT)
        except (OSError, TimeoutError) as error:
            raise self._lost("the scheduler does not answer") from error
        self._threads, self._looked = sum(threads.values()), time.monotonic()
        if self._threads:
            self._seen = self._looked
        elif self._looked - self._seen > PATIENCE:
            raise self._lost(f"it has had no worker for {PATIENCE:g} s")

    def _lost(self, reason: str) -> ClusterLost:
        advice = "finished documents are kept and published; start the cluster and run again to read the rest"
        return ClusterLost(f"{self._address}: {reason}; {advice}")

    def _give(self, job: Job) -> Outcome | None:
        """Hand a document to the cluster; return its outcome where its bytes cannot be had."""
        try:
            file, _ = split_source(job.path)
            data = file.read_bytes()
        except OSError as error:
            reason = f"the file cannot be read: {error.strerror or error}"
            return Outcome(replace(job, attempt=2), UnreadableFile(reason), 0.0)
        fingerprint = program_fingerprint(self._settings)
        order = Order(job, file, data, fingerprint, self._settings, self._limits, self._reader)
        key = f"jixiao-{job.document_id}-{job.attempt}-{os.urandom(8).hex()}"
        future = self._client.submit(read_order, order, key=key, pure=False)
        self._given[future] = job
        future.add_done_callback(self._done.put)
        return None

    def _take(self, future: Future) -> Outcome | None:
        """Return the outcome of a task, or None where its worker died before it could be asked."""
        from distributed import KilledWorker

        job = self._given.pop(future)
        try:
            outcome: Outcome = future.result(timeout=ANSWER_LIMIT)
        except TimeoutError:
            self._given[future] = job
            future.add_done_callback(self._done.put)
            return None
        except KilledWorker:
            reason = "workers of the cluster died while they read it; the file is damaged, hostile or too large"
            return Outcome(job, WorkerCrashed(reason), 0.0)
        except PipelineError:
            raise
        except BaseException as error:
            if future.cancelled() or isinstance(error, OSError):
                raise self._lost("the connection to the scheduler broke") from error
            raise _unsuited(error) from error
        return outcome


def _connect(address: str) -> Client:
    """Return a client of a scheduler that answers.

    Raises:
        MissingDependency, ConfigurationError, ClusterLost: with what to do.
    """
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        advice = extra_advice("dask", "distributed")
        raise MissingDependency(f"Dask's distributed is not installed; {advice}") from error
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"})
    try:
        return Client(address, timeout=CONNECT_LIMIT, set_as_default=False, name="jixiao")
    except (OSError, TimeoutError) as error:
        advice = "start one with `dask scheduler`, or give the address that it prints"
        raise ClusterLost(f"{address}: no scheduler answers; {advice}") from error
    except (ValueError, TypeError) as error:
        example = "give one such as tcp://host:8786"
        raise ConfigurationError(f"{address} is no address of a scheduler ({error}); {example}") from error


def _unsuited(error: BaseException) -> ConfigurationError:
    """Return what an error means that came from a worker and is not about a document."""
    advice = "the scheduler and every worker must run in an environment with this version of jixiao"
    line = (str(error).splitlines() or [""])[0]
    return ConfigurationError(f"the cluster cannot read documents ({type(error).__name__}: {line}); {advice}")
