"""What it costs to read each document in a worker of its own: python benchmarks/isolation.py [options] prints Markdown.

The documents of --files are read by a supervised worker, as in a run, and by the same reader in a process that does
nothing else, by turns. The first round warms both up and does not count.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipeline.settings import ReadSettings, WorkerLimits  # noqa: E402 - the root comes first


@dataclass(frozen=True, slots=True)
class Cost:
    """What reading one document cost: seconds of wall time, and core seconds of all that took part."""

    wall: float
    cores: float


def measure_overhead(files: list[Path], rounds: int) -> None:
    """Read each file with and without isolation in turn; print the sums over the files of the medians."""
    costs: dict[str, dict[Path, list[Cost]]] = {"isolated": {}, "plain": {}}
    with isolated_reader() as isolated, plain_reader() as plain:
        for turn in range(rounds + 1):
            for file in files:  # one right after the other, because the speed of a shared machine drifts
                for name, read in (("isolated", isolated), ("plain", plain))[:: 1 if turn % 2 else -1]:
                    cost = read(file)
                    if turn:
                        costs[name].setdefault(file, []).append(cost)
            print(f"round {turn} done", file=sys.stderr, flush=True)
    print("| document | core seconds, isolated ÷ plain | wall time, isolated ÷ plain |\n| --- | ---: | ---: |")
    for file in files:
        both = [costs[name][file] for name in ("isolated", "plain")]
        print(f"| {file.name} | {_ratio(both, 'cores'):.3f} | {_ratio(both, 'wall'):.3f} |")
    sums = [[_median(costs[name][file]) for file in files] for name in ("isolated", "plain")]
    cores = sum(c.cores for c in sums[0]) / sum(c.cores for c in sums[1])
    wall = sum(c.wall for c in sums[0]) / sum(c.wall for c in sums[1])
    print(f"| all | {cores:.3f} | {wall:.3f} |")


def _median(costs: list[Cost]) -> Cost:
    return Cost(statistics.median(c.wall for c in costs), statistics.median(c.cores for c in costs))


def _ratio(both: list[list[Cost]], name: str) -> float:
    isolated, plain = (getattr(_median(costs), name) for costs in both)
    return float(isolated / plain)


@contextmanager
def isolated_reader() -> Iterator[Callable[[Path], Cost]]:
    """Yield a reader as a run has it; its core seconds are those of the worker and of the supervisor."""
    from pipeline.machine.processes import descendants
    from pipeline.running.supervise import Job, Outcome, Supervisor

    with tempfile.TemporaryDirectory() as folder, Supervisor(1, ReadSettings(), WorkerLimits(), Path(folder)) as reader:

        def read(file: Path) -> Cost:
            before = time.process_time() + sum(map(_core_seconds, _workers(descendants(os.getpid()))))
            started = time.perf_counter()
            job = Job(hashlib.sha256(file.read_bytes()).hexdigest(), file.absolute())
            (outcome,) = (event for event in reader.read([job]) if isinstance(event, Outcome))
            wall = time.perf_counter() - started
            after = time.process_time() + sum(map(_core_seconds, _workers(descendants(os.getpid()))))
            if isinstance(outcome.result, Exception):
                raise outcome.result
            return Cost(wall, after - before)

        yield read


def _workers(pids: Iterator[int]) -> list[int]:
    """Return those of the processes that are supervised workers."""
    found = []
    for pid in pids:
        if b"pipeline.running.worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
            found.append(pid)
    return found


def _core_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def plain_reader() -> Iterator[Callable[[Path], Cost]]:
    """Yield a reader in a process that does nothing else, with the threads that a worker has.

    It begins a session as a worker does, because the kernel shares the cores out by session.
    """
    from pipeline.running.supervise import ONE_THREAD

    environment = os.environ | ONE_THREAD | {"PYTHONHASHSEED": "0"}
    command = [sys.executable, __file__, "--plain"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def read(file: Path) -> Cost:
            print(file.absolute(), file=process.stdin, flush=True)
            return Cost(*json.loads(process.stdout.readline()))

        yield read
        process.stdin.close()


def read_plainly() -> None:
    """Read the files whose paths come on stdin; answer with wall and core seconds of each."""
    from pipeline.read import read_document

    for line in sys.stdin:
        wall, cores = time.perf_counter(), time.process_time()
        read_document(Path(line.strip()), ReadSettings())
        print(json.dumps([time.perf_counter() - wall, time.process_time() - cores]), flush=True)


def main() -> None:
    """Measure and print, or be the reader without isolation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=Path, nargs="+", default=sorted((ROOT / "data" / "raw").glob("*.pdf")))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.plain:
        read_plainly()
    else:
        measure_overhead(arguments.files, arguments.rounds)


if __name__ == "__main__":
    main()
