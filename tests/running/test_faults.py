"""Killed at any operation, starved of disk, started many times: readers see whole states, and the next run mends.

`benchmarks/crash.py` runs the same loops far longer.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.running.support import ROOT, documents, jixiao, rows, run_stub, start_jixiao, write_files
from tests.running.test_workers import is_running

pytestmark = pytest.mark.slow


def loop(*arguments: str) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.running.faults", *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    figures: dict[str, int] = json.loads(done.stdout)
    return figures


def test_a_run_may_be_killed_or_fail_at_any_operation() -> None:
    assert loop("operations", "9")["operations"] > 50


def test_a_run_may_be_killed_at_any_moment() -> None:
    assert loop("kills", "12")["killed"] == 12


def test_a_full_disk_leaves_what_was_published() -> None:
    figures = loop("full", "10")
    assert figures["full"] + figures["finished"] == 10
    assert figures["full"] > 2


def test_of_many_starts_one_works_and_the_others_leave() -> None:
    assert loop("starts", "20") == {"worked": 1, "busy": 19, "other": 0}


def test_the_second_run_names_the_first(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"slow": "slow 4000"})
    first = start_jixiao("run", source, "--out", tmp_path / "out")
    lock = tmp_path / "out" / ".store" / "lock"
    wait_until(lambda: lock.exists() and lock.stat().st_size > 0)
    second = jixiao("run", source, "--out", tmp_path / "out")
    assert second.returncode == 75
    assert f"pid {first.pid} on" in second.stderr
    assert "since 20" in second.stderr
    assert first.wait(60) == 0
    close(first)


def test_a_run_that_is_killed_leaves_no_process_and_no_lock(tmp_path: Path) -> None:
    mark = tmp_path / "child"
    source = write_files(tmp_path / "in", {"child": "child"})
    first = start_jixiao("run", source, "--out", tmp_path / "out", STUB_CHILD=str(mark))
    wait_until(lambda: mark.exists() and mark.read_text() != "")
    first.kill()
    first.wait(60)
    close(first)
    write_files(source, {"child": "forms 1"})
    assert jixiao("run", source, "--out", tmp_path / "out").returncode == 0
    assert not is_running(int(mark.read_text()))


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_drops_what_is_in_hand_and_keeps_what_is_finished(
    tmp_path: Path, number: signal.Signals, status: int
) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 2", "b": "hang"})
    started = start_jixiao("run", source, "--out", tmp_path / "out", "--jobs", "1")
    wait_until(lambda: bool(list((tmp_path / "out").glob(".store/results/*/*.result"))))
    workers = Path(f"/proc/{started.pid}/task/{started.pid}/children").read_text().split()
    started.send_signal(number)
    assert started.wait(30) == status
    close(started)
    assert documents(tmp_path / "out") == {"a": ("ok", None)}
    assert workers
    assert not any(is_running(int(pid)) for pid in workers)


def test_readers_see_whole_documents_while_a_run_is_going_on(tmp_path: Path) -> None:
    source, out = write_files(tmp_path / "in", {"a": "forms 2"}), tmp_path / "out"
    run_stub(source, out)
    seen: set[tuple[int, int]] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            forms = pq.read_table(out / "forms").num_rows
            funds = pq.read_table(out / "funds").num_rows
            seen.add((forms, funds % 4))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(3):
            write_files(source, {f"new {number}": f"forms 3 {number}"})
            run_stub(source, out)
    finally:
        done.set()
        reader.join()
    assert seen <= {(forms, 0) for forms in (2, 5, 8, 11)}
    assert len(rows(out, "forms", "form_id")) == 11


def wait_until(happens: object, seconds: float = 30.0) -> None:
    """Wait until something is true; fail when it does not come to be."""
    assert callable(happens)
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.02)


def close(process: subprocess.Popen[str]) -> None:
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
