"""Process groups as Linux shows them under /proc: what a worker and the programs it started use, and their end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")


def usable_cores() -> int:
    """Return how many cores this process may run on, at least 1; all of the machine where the system does not tell."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def descendants(pid: int) -> Iterator[int]:
    """Yield a process and everything below it, even where a child has begun a group of its own."""
    yield pid
    for path in _list_tasks(pid):
        with suppress(OSError):
            for child in (path / "children").read_text().split():
                yield from descendants(int(child))


def _list_tasks(pid: int) -> list[Path]:
    with suppress(OSError):
        return list(Path(f"/proc/{pid}/task").iterdir())
    return []


def group_memory(pid: int) -> int:
    """Return the resident bytes of a process and its descendants; 0 where /proc does not tell."""
    return sum(resident_bytes(member) for member in descendants(pid))


def resident_bytes(pid: int) -> int:
    """Return the resident bytes of one process; 0 where /proc does not tell."""
    with suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_SIZE
    return 0


def kill_group(pid: int) -> None:
    """Kill a process, its group and its descendants, itself last; those that are gone are no error."""
    for member in reversed(list(descendants(pid))):
        if member != pid:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(member, signal.SIGKILL)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
