"""What the image does is done here step by step, for where there is no Docker: its script, and what it copies."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
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


def build_stage(folder: Path) -> list[str]:
    """Copy into `folder` what the first stage copies; return what it then runs, apart from what needs apt."""
    for line in DOCKERFILE.split("\nFROM ")[1].splitlines():
        if line.startswith("COPY "):
            *names, target = line.split()[1:]
            for name in names:
                source, place = ROOT / name, folder / target
                place = place / name if target == "./" else place
                if source.is_dir():
                    shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(source, place)
    (setup,) = re.findall(r"^RUN (tools/setup .*)$", DOCKERFILE, re.MULTILINE)
    return [step for step in setup.split(" && ") if "uninstall" not in step]


@pytest.mark.slow
def test_what_the_first_stage_builds_does_what_the_image_does(tmp_path: Path) -> None:
    """Step by step, in a folder that has only what the image has; packages come from this environment."""
    image = tmp_path / "image"
    image.mkdir()
    steps = build_stage(image)
    subprocess.run([sys.executable, "-m", "venv", image / ".venv"], check=True)
    (packages,) = (image / ".venv" / "lib").glob("python*/site-packages")
    shutil.rmtree(packages / "setuptools", ignore_errors=True)
    (packages / "these.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    offline = os.environ | {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    for step in steps:
        done = subprocess.run(["sh", "-c", step], cwd=image, env=offline, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    data = tmp_path / "data"
    (data / "raw").mkdir(parents=True)
    shutil.copy(SAMPLE, data / "raw")
    settings = dict(re.findall(r"(\w+)=(\S+)", DOCKERFILE.rpartition("\nENV ")[2].splitlines()[0]))
    path = f"{image / '.venv' / 'bin'}:{os.environ['PATH']}"
    run = subprocess.run(
        [image / "tools" / "container"], cwd=data, env=settings | {"PATH": path, "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "2 张表" in run.stderr, "in Chinese, as LANG says"
    assert (data / "processed" / "report" / "index.html").is_file()
