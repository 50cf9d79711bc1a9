"""Scanned pages per second by workers and by cores of one worker: python benchmarks/workers.py [--rounds 3] [--pages 8]

Three ways take turns: one worker that is held to one core, two workers that recognise with one core each and share two
as the workers of a run do, and one worker with two cores. Each is warm, and each worker reads the same pages of
`data/raw`. Printed as a Markdown table. Linux only.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.run import RAW, answer, ask, end, start  # noqa: E402 - the root comes first

WAYS = (("1 worker, 1 core", 1, 1), ("2 workers, 2 cores", 2, 2), ("1 worker, 2 cores", 1, 2))
"""Name, number of workers, and of the cores that they share."""


def start_worker(scans: list[Path], pages: int, streams: int, cores: int) -> subprocess.Popen[str]:
    """Start a worker that recognises `streams` lines at a time and shares `cores` of the cores of this process."""
    worker = start("ours_scan", scans, pages, str(streams))
    os.sched_setaffinity(worker.pid, sorted(os.sched_getaffinity(0))[:cores])
    return worker


def time_round(workers: list[subprocess.Popen[str]]) -> float:
    """Have workers read at the same time; return the pages of all per second until the last has ended."""
    started = time.perf_counter()
    for worker in workers:
        ask(worker)
    pages = sum(answer(worker)["pages"] for worker in workers)
    return pages / (time.perf_counter() - started)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=8)
    arguments = parser.parse_args()
    scans = [file for file in RAW if "扫描" in file.name]
    ways = {}
    for name, count, cores in WAYS:
        ways[name] = [start_worker(scans, arguments.pages, cores // count, cores) for _ in range(count)]
        for worker in ways[name]:
            if "missing" in (reply := answer(worker)):
                raise SystemExit(reply["missing"])
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(arguments.rounds):
        for name, workers in ways.items():
            rates[name].append(time_round(workers))
    for workers in ways.values():
        for worker in workers:
            end(worker)
    one = statistics.median(rates[WAYS[0][0]])
    print("| way | pages a second here | of 1 worker with 1 core |\n| --- | ---: | ---: |")
    for name, measured in rates.items():
        print(f"| {name} | {statistics.median(measured):.2f} | {statistics.median(measured) / one:.2f} |")


if __name__ == "__main__":
    main()
