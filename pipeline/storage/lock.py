"""One run per output folder: a lock that the kernel frees on any death and that workers do not inherit.

Not for network file systems without a test of their own: `flock` must be honoured there.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import RunLocked


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Hold the lock while the body runs.

    Raises:
        RunLocked: another process holds it; the message gives its pid, host and start.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _acquire(descriptor, path)
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise RunLocked(f"{path.parent.parent}: {_holder(descriptor)} is at work; try again later") from error
    since = datetime.now(UTC).isoformat(timespec="seconds")
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}).encode(), 0)


def _holder(descriptor: int) -> str:
    try:
        facts = json.loads(os.pread(descriptor, 4096, 0))
        return f"another run (pid {facts['pid']} on {facts['host']}, since {facts['since']})"
    except (ValueError, KeyError, TypeError):
        return "another run"


def describe_holder(path: Path) -> str | None:
    """Return who holds the lock in words, or None where nobody on this machine does; the lock is not touched."""
    try:
        facts = json.loads(path.read_bytes())
        alive = Path(f"/proc/{int(facts['pid'])}").exists()
        return f"pid {facts['pid']} on {facts['host']}, since {facts['since']}" if alive else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
