"""Runs with the reader of `tests.running.stub_reader`, in workers as in earnest, or by the command line."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow.parquet as pq

from pipeline.cli import call
from pipeline.run import run
from pipeline.running.summary import RunSummary
from pipeline.settings import MEBIBYTE, ReadSettings, RunOptions, WorkerLimits
from tests.places import ROOT

STUB = "tests.running.stub_reader:read_document"


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
    return folder


def run_stub(source: Path, out: Path, **changes: Any) -> RunSummary:
    """Run over a folder with the stub reader in one worker, unless `changes` say otherwise."""
    limits = WorkerLimits(changes.pop("timeout", 60.0), changes.pop("memory", 1024) * MEBIBYTE)
    settings = changes.pop("settings", ReadSettings())
    options = {"jobs": 1, "reader": STUB} | changes
    return run([source], RunOptions(out, settings, limits, **options))


def rows(out: Path, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Return some columns of a published table as a reader of the folder gets them."""
    return [tuple(row[name] for name in columns) for row in pq.read_table(out / table).to_pylist()]


def documents(out: Path) -> dict[str, tuple[str, str | None]]:
    """Return status and error code by file name."""
    return {name: (status, code) for name, status, code in rows(out, "documents", "file_name", "status", "error_code")}


def environment(**changes: str) -> dict[str, str]:
    """Return the environment for a command line whose workers read with the stub."""
    return os.environ | {"JIXIAO_READER": STUB, "PYTHONPATH": str(ROOT), "COLUMNS": "120"} | changes


def jixiao(*arguments: str | Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in this process and return what came of it; only the workers are processes of their own."""
    words, out, err = [str(word) for word in arguments], io.StringIO(), io.StringIO()
    with mock.patch.dict(os.environ, environment(**changes)), redirect_stdout(out), redirect_stderr(err):
        status = call(words)
    return subprocess.CompletedProcess(words, status, out.getvalue(), err.getvalue())


def start_jixiao(*arguments: str | Path, **changes: str) -> subprocess.Popen[str]:
    """Start the command line and return the process."""
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, env=environment(**changes), text=True, **pipes)


def summary_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return the one JSON object on stdout."""
    found: dict[str, Any] = json.loads(done.stdout)
    return found
