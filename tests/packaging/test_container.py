"""What the image does is done here step by step, for where there is no Docker: its script, and what it copies."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import ROOT

SAMPLE = ROOT / "data" / "raw" / "110112-通州区-2024-项目支出绩效自评表.pdf"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_everything_that_is_copied_is_there() -> None:
    copied = [
        line.split()[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line
    ]
    assert [name for names in copied for name in names if not (ROOT / name).exists()] == []


def test_it_runs_as_somebody_without_rights_and_needs_no_network() -> None:
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER (?!root)\w+$", final, re.MULTILINE)
    assert not re.search(r"pip install|curl|wget", final)
    said = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
    assert "docker run --rm --network none" in said


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder as it is mounted, with a `jixiao` that runs this tree."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "jixiao"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m pipeline "$@"\n')
    program.chmod(0o755)
    (tmp_path / "raw").mkdir()
    return tmp_path


def contain(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PATH": f"{data / 'bin'}:{os.environ['PATH']}", "LANG": "C.UTF-8"}
    command = [ROOT / "tools" / "container", *arguments]
    return subprocess.run(command, cwd=data, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_without_arguments_it_reads_all_and_writes_the_report(data: Path) -> None:
    shutil.copy(SAMPLE, data / "raw")
    assert contain(data).returncode == 0
    assert (data / "processed" / "report" / "index.html").is_file()
    status = contain(data, "status", "--out", "processed")
    assert status.returncode == 0
    assert "forms 2" in status.stdout


@pytest.mark.slow
def test_a_document_that_fails_costs_no_report_and_is_told(data: Path) -> None:
    shutil.copy(SAMPLE, data / "raw")
    (data / "raw" / "broken.pdf").write_bytes(b"%PDF-1.7 cut off")
    assert contain(data).returncode == 3
    assert "broken.pdf" in (data / "processed" / "report" / "unread.html").read_text(encoding="utf-8")
