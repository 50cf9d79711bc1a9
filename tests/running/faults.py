"""Runs that are killed, starved and raced on purpose, and a check of what readers see afterwards.

`python -m tests.running.faults operations STEP | kills N | full N | starts N` prints its figures as JSON and exits 1
where a promise was broken. Each run is a forked child of this process; documents are read in it without workers, so
that the faults hit the path from a read document to its publication.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import pipeline.run
from pipeline.errors import PipelineError
from pipeline.records import TABLES
from pipeline.running.supervise import Job, Outcome
from pipeline.settings import ReadSettings, RunOptions
from tests.running.stub_reader import make_records

BEFORE = {"a": 1, "b": 2, "c": 0}
"""Files of the first state with their number of forms."""

AFTER = {"a": 1, "b": 3, "c": 0, "d": 2, "e": 4}
"""Files of the second state: one has changed, two are new."""

MUTATORS = ("replace", "rename", "fsync", "symlink", "link", "mkdir", "unlink", "rmdir", "ftruncate", "open")
"""Operations of `os` that the loops count; Path and shutil call these."""


LEVEL = 6 * 1024
"""Bytes of room by which the levels of a full disk differ; a run of the stage needs about twenty times that."""

MEMORY = Path("/dev/shm")
"""Where the loops work: syncing costs nothing there, and what is tested is the order of operations."""


class DirectReading:
    """In place of a Supervisor: reads in this process, without workers."""

    def __init__(self, *_: object) -> None:
        pass

    def __enter__(self) -> DirectReading:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self, jobs: Sequence[Job], stopped: Callable[[], None]) -> Iterator[Outcome]:
        for job in jobs:
            stopped()
            data = job.path.read_bytes()
            yield Outcome(job, make_records(job.path, data, int(data.split()[1])), 0.0)


@dataclass(frozen=True)
class Stage:
    """A folder with two states of the input, the output after the first, and what readers see of either."""

    root: Path
    seen_before: dict[str, str]
    seen_after: dict[str, str]

    def fresh_output(self, name: str, parent: Path | None = None) -> Path:
        out = (parent or self.root) / name
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(self.root / "out", out, symlinks=True)
        return out


def make_stage(root: Path) -> Stage:
    for name, files in (("before", BEFORE), ("after", AFTER)):
        (root / name).mkdir()
        for file, forms in files.items():
            (root / name / file).write_text(f"forms {forms} {file}")
    sources = root / "input"
    shutil.copytree(root / "before", sources)
    run_here(sources, root / "out")
    clean = root / "clean"
    run_here(sources, clean)
    shutil.rmtree(sources)
    shutil.copytree(root / "after", sources)
    run_here(sources, clean)
    return Stage(root, seen_by_readers(root / "out"), seen_by_readers(clean))


def run_here(sources: Path, out: Path) -> None:
    pipeline.run.run([sources], RunOptions(out, ReadSettings()))


def seen_by_readers(out: Path) -> dict[str, str]:
    """Return a digest of every table as a reader of the folders gets it."""
    return {table: _digest_table(out / table) for table in TABLES}


def _digest_table(folder: Path) -> str:
    rows = pq.read_table(folder).to_pylist()
    return hashlib.sha256(json.dumps(rows, default=str, sort_keys=True).encode()).hexdigest()


def in_child(action: Callable[[], None]) -> int:
    """Run an action in a forked child and return its pid."""
    pid = os.fork()
    if pid:
        return pid
    status = 70
    try:
        action()
        status = 0
    except PipelineError as error:
        status = error.exit_status
    except BaseException:  # noqa: BLE001 - whatever it is, the child must leave here
        traceback.print_exc()
    finally:
        os._exit(status)


def wait_for(pid: int) -> int:
    """Return a child's exit status, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def strike_at(number: int, strike: Callable[[], None]) -> Callable[[], int]:
    """Let the operation with this number, from 1, be struck before it happens; return what counts them."""
    count = 0

    def guard(original: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*arguments: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            if count == number:
                strike()
            return original(*arguments, **options)

        return guarded

    for name in MUTATORS:
        setattr(os, name, guard(getattr(os, name)))
    return lambda: count


def kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail_input_output() -> None:
    raise OSError(5, "Input/output error (made up)")


class BrokenPromise(AssertionError):
    """Readers saw something else than the state before or after, or a run did not recover."""


def check(stage: Stage, out: Path, what: str) -> None:
    """Readers see one of the two states, whole, and a further run ends in the second, with the same bytes."""
    seen = seen_by_readers(out)
    if seen not in (stage.seen_before, stage.seen_after):
        raise BrokenPromise(f"{what}: readers see neither state")
    status = wait_for(in_child(lambda: run_here(stage.root / "input", out)))
    if status or seen_by_readers(out) != stage.seen_after:
        raise BrokenPromise(f"{what}: the next run ended {status} in another state")
    if published_bytes(out) != published_bytes(stage.root / "clean"):
        raise BrokenPromise(f"{what}: the same rows, but other bytes")


def published_bytes(out: Path) -> dict[str, str]:
    files = sorted((out / ".current").resolve().glob("*/*.parquet"))
    return {f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def loop_operations(stage: Stage, step: int) -> dict[str, int]:
    """Kill a run before its Nth operation, and let the Nth fail, for every `step`th N that a run has."""
    total = count_operations(stage)
    for name, strike in (("killed", kill_self), ("failed", fail_input_output)):
        for number in range(1, total + 1, max(step, 1)):
            out = stage.fresh_output("work")

            def struck(at: int = number, strike: Callable[[], None] = strike, out: Path = out) -> None:
                strike_at(at, strike)
                run_here(stage.root / "input", out)

            status = wait_for(in_child(struck))
            check(stage, out, f"{name} at operation {number} (status {status})")
    return {"operations": total, "tried": len(range(1, total + 1, max(step, 1)))}


def count_operations(stage: Stage) -> int:
    """Return how many operations a run has."""
    out, mark = stage.fresh_output("count"), stage.root / "operations"

    def counted() -> None:
        count = strike_at(0, kill_self)
        run_here(stage.root / "input", out)
        mark.write_text(str(count()))

    wait_for(in_child(counted))
    return int(mark.read_text())


def loop_kills(stage: Stage, number: int, seed: int = 7) -> dict[str, int]:
    """Kill runs at random moments, until that many were struck before they were done."""
    chance = random.Random(seed)
    started = time.monotonic()
    wait_for(in_child(lambda: run_here(stage.root / "input", stage.fresh_output("work"))))
    whole = time.monotonic() - started
    outcomes = {"killed": 0, "finished": 0}
    while outcomes["killed"] < number:
        out = stage.fresh_output("work")
        pid = in_child(lambda out=out: run_here(stage.root / "input", out))
        time.sleep(chance.uniform(0, whole))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        outcomes["killed" if wait_for(pid) == -signal.SIGKILL else "finished"] += 1
        check(stage, out, f"kill {outcomes['killed']}")
        if outcomes["finished"] > number:
            whole /= 2
    return outcomes


def loop_full(stage: Stage, levels: int) -> dict[str, Any]:
    """Run into a full disk, with less and less room: a small tmpfs where it may be mounted, else a file-size limit."""
    mount = stage.root / "small"
    mount.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", mount]
    if subprocess.run(mounting, check=False, capture_output=True).returncode:
        return {"kind": "file-size limit"} | _loop_file_size(stage, levels)
    try:
        return {"kind": "tmpfs"} | _loop_tmpfs(stage, levels, mount)
    finally:
        subprocess.run(["umount", mount], check=True)


def _loop_tmpfs(stage: Stage, levels: int, mount: Path) -> dict[str, int]:
    outcomes = {"full": 0, "finished": 0}
    for level in range(levels):
        out = stage.fresh_output("work", mount)
        room = shutil.disk_usage(mount).free - level * LEVEL
        (mount / "filler").write_bytes(b"\0" * room)
        status = wait_for(in_child(lambda out=out: run_here(stage.root / "input", out)))
        _note_full(outcomes, status, level)
        if seen_by_readers(out) not in (stage.seen_before, stage.seen_after):
            raise BrokenPromise(f"disk full, level {level}: readers see neither state")
        (mount / "filler").unlink()
        check(stage, out, f"disk full, level {level}")
    return outcomes


def _loop_file_size(stage: Stage, levels: int) -> dict[str, int]:
    outcomes = {"full": 0, "finished": 0}
    for level in range(levels):
        out = stage.fresh_output("work")

        def limited(limit: int = level * 1024, out: Path = out) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            run_here(stage.root / "input", out)

        _note_full(outcomes, wait_for(in_child(limited)), level)
        check(stage, out, f"file-size limit, level {level}")
    return outcomes


def _note_full(outcomes: dict[str, int], status: int, level: int) -> None:
    if status not in {0, 6}:
        raise BrokenPromise(f"disk full, level {level}: status {status} instead of 6")
    outcomes["full" if status else "finished"] += 1


def loop_starts(stage: Stage, number: int) -> dict[str, int]:
    """Start many runs on one output at the same moment, each long enough to meet the others."""
    out = stage.fresh_output("work")
    begin, release = os.pipe()

    def late() -> None:
        os.close(release)
        os.read(begin, 1)
        run_slowly(stage.root / "input", out)

    children = [in_child(late) for _ in range(number)]
    os.close(release)
    statuses = [wait_for(pid) for pid in children]
    os.close(begin)
    check(stage, out, "simultaneous starts")
    return {
        "worked": statuses.count(0),
        "busy": statuses.count(75),
        "other": number - statuses.count(0) - statuses.count(75),
    }


def run_slowly(sources: Path, out: Path) -> None:
    publish = pipeline.run.publish_workspace

    def slow(*arguments: Any) -> Any:
        time.sleep(1.0)
        return publish(*arguments)

    pipeline.run.publish_workspace = slow
    run_here(sources, out)


def main(arguments: list[str]) -> int:
    os.environ["SOURCE_DATE_EPOCH"] = "1700000000"
    pa.set_cpu_count(1)
    pipeline.run.Supervisor = DirectReading  # type: ignore[misc,assignment]
    number = int(arguments[1]) if len(arguments) > 1 else 0
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        stage = make_stage(Path(folder))
        try:
            loops = {
                "operations": lambda: loop_operations(stage, number),
                "kills": lambda: loop_kills(stage, number),
                "full": lambda: loop_full(stage, number),
                "starts": lambda: loop_starts(stage, number),
            }
            print(json.dumps(loops[arguments[0]]()))  # noqa: T201
        except BrokenPromise as error:
            print(error, file=sys.stderr)  # noqa: T201
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
