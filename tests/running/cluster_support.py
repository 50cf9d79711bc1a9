"""A Dask cluster of separate processes on this machine, for tests and benchmarks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.machine.processes import descendants, kill_group
from tests.running.support import ROOT

ALLOWED_FAILURES = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
"""Deaths of workers after which Dask gives a task up; fewer than its default, so that tests are short."""


@dataclass
class LocalCluster:
    """A scheduler and workers, each a process; a worker's nanny starts it again when it is killed."""

    folder: Path
    scheduler: subprocess.Popen[bytes]
    address: str
    nannies: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def add_worker(self, *options: str) -> subprocess.Popen[bytes]:
        """Start a worker of one thread under a nanny."""
        name = f"worker-{len(self.nannies)}"
        nanny = start_dask(
            self.folder / f"{name}.log",
            "worker",
            self.address,
            *("--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard", "--memory-limit", "0", "--name", name),
            *("--local-directory", str(self.folder / name), *options),
        )
        self.nannies.append(nanny)
        return nanny

    def worker_processes(self) -> list[int]:
        """Return the processes that hold the tasks: what a nanny has started and answers to Dask."""
        below = [pid for nanny in self.nannies for pid in descendants(nanny.pid)]
        return [pid for pid in below if "spawn_main" in command_line(pid)]

    def readers(self) -> list[int]:
        """Return the supervised processes that read documents."""
        below = [pid for nanny in self.nannies for pid in descendants(nanny.pid)]
        return [pid for pid in below if "pipeline.running.worker" in command_line(pid)]

    def stop(self) -> None:
        for process in [*self.nannies, self.scheduler]:
            with suppress(OSError):
                os.kill(process.pid, signal.SIGCONT)
            kill_group(process.pid)
            process.wait()


def command_line(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""


def start_dask(log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = os.environ | ALLOWED_FAILURES | {"PYTHONPATH": str(ROOT)}
    with log.open("wb") as file:
        command = [sys.executable, "-m", "dask", *arguments]
        return subprocess.Popen(command, env=environment, stdout=file, stderr=file, start_new_session=True, cwd=ROOT)


@contextmanager
def local_cluster(folder: Path, workers: int = 2) -> Iterator[LocalCluster]:
    """Start a scheduler and workers and end them with all that they started."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "scheduler.log"
    scheduler = start_dask(log, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    cluster = LocalCluster(folder, scheduler, "")
    try:
        cluster.address = await_address(log)
        for _ in range(workers):
            cluster.add_worker()
        yield cluster
    finally:
        cluster.stop()


def await_address(log: Path, seconds: float = 60.0) -> str:
    """Return the address that a scheduler prints when it listens."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for line in log.read_text().splitlines():
            if "Scheduler at:" in line:
                return line.split("Scheduler at:")[1].strip()
        time.sleep(0.05)
    raise TimeoutError(log.read_text())
