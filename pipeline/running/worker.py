"""The process that reads documents, one after the other: `python -m pipeline.running.worker MODULE:FUNCTION MEMORY`.

Commands come as JSON lines on stdin; answers go to what was stdout when the process began, as frames of a kind (1
byte), a length (8 bytes, big endian) and a payload; whatever a library prints goes to stderr. The process is the leader
of its own group. When stdin ends, because the supervisor is done or dead, it kills the group and all that it started: a
parent-death signal (`PR_SET_PDEATHSIG`) would take the worker alone and leave the programs that it started. An alarm of
the kernel ends a worker that is stuck in native code with nobody left to stop it.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import queue
import resource
import signal
import struct
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from pipeline.dataset.documents import DocumentRecords, encode_records
from pipeline.errors import DocumentError, EmptyFile, OutOfMemory, PipelineError, ReadingFailed, UnreadableFile
from pipeline.machine.processes import kill_group
from pipeline.settings import ReadSettings

Reader = Callable[[Path, ReadSettings, Callable[[int], None]], DocumentRecords]

READY, PAGE, RECORDS, FAILED, FATAL = b"+", b"P", b"R", b"E", b"F"
"""Kinds of frames: ready for work, page read, document read, document failed, no document can be read."""

HEADER = struct.Struct(">cQ")

ALARM_GRACE = 30.0
"""Seconds past the time limit after which the kernel ends a worker that nobody has stopped."""

SELDOM = 20_000
"""Objects made before rings of references are looked for: a page has thousands of characters, and none of them is in a
ring; Python's own 700 would go through all that was read before, a tenth of the time of a text page."""

MEMORY_BACKSTOP = 2
"""Private writable memory that may be reserved, in multiples of the limit on what is resident: models reserve ahead."""


def main(arguments: list[str]) -> None:
    """Answer commands until stdin ends."""
    answers = _take_stdout()
    sys.addaudithook(_forbid_network)
    _limit_memory(int(arguments[1]))
    gc.set_threshold(SELDOM)
    commands: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(sys.stdin, commands), daemon=True).start()
    try:
        module, _, function = arguments[0].partition(":")
        read: Reader = getattr(importlib.import_module(module), function)
    except PipelineError as error:
        _send_error(answers, FATAL, error)
        return
    _send(answers, READY)
    while True:
        _answer(read, json.loads(commands.get()), answers)


def _take_stdout() -> IO[bytes]:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _limit_memory(limit: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BACKSTOP * limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _forbid_network(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        raise ReadingFailed("a document tried to open a network connection; it was refused")


def _receive(lines: IO[str], commands: queue.SimpleQueue[str]) -> None:
    for line in lines:
        commands.put(line)
    if os.getpgrp() == os.getpid():
        kill_group(os.getpid())
    os._exit(0)


def _answer(read: Reader, command: dict[str, Any], answers: IO[bytes]) -> None:
    """Read one document and send its records, or why there are none."""
    os.environ["TMPDIR"] = tempfile.tempdir = command["folder"]
    signal.setitimer(signal.ITIMER_REAL, command["timeout"] + ALARM_GRACE)
    path = Path(command["path"])
    try:
        _refuse_empty(path)
        settings = ReadSettings(**command["settings"])
        records = read(path, settings, lambda page: _send(answers, PAGE, str(page).encode()))
        _send(answers, RECORDS, encode_records(records))
    except DocumentError as error:
        _send_error(answers, FAILED, error)
    except PipelineError as error:
        _send_error(answers, FATAL, error)
    except OSError as error:
        _send_error(answers, FAILED, UnreadableFile(f"the file cannot be read: {error.strerror or error}"))
    except MemoryError:
        _send_error(
            answers, FAILED, OutOfMemory("the document needs more memory than a worker may use; raise --memory")
        )
    except Exception as error:  # noqa: BLE001 - a reader's fault costs one document, whatever it is
        _send_error(answers, FAILED, ReadingFailed(f"{type(error).__name__}: {error}; please report this file"))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _refuse_empty(path: Path) -> None:
    if path.is_file() and path.stat().st_size == 0:
        raise EmptyFile("the file is empty (0 bytes); download it again")


def _send(answers: IO[bytes], kind: bytes, payload: bytes = b"") -> None:
    answers.write(HEADER.pack(kind, len(payload)) + payload)
    answers.flush()


def _send_error(answers: IO[bytes], kind: bytes, error: PipelineError) -> None:
    facts = {"code": error.code, "message": error.message}
    _send(answers, kind, json.dumps(facts).encode())


if __name__ == "__main__":
    main(sys.argv[1:])
