"""The wheel holds all that a run needs, promises its extras, and does its work in a fresh environment."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from tests.places import ROOT

SAMPLE = ROOT / "data" / "raw" / "110112-通州区-2024-项目支出绩效自评表.pdf"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


pytestmark = pytest.mark.slow


def test_pages_scripts_and_vocabularies_are_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    kept = [path for path in (ROOT / "pipeline").rglob("*") if path.suffix in {".html", ".js", ".css", ".svg"}]
    assert kept
    assert {path.relative_to(ROOT).as_posix() for path in kept} <= names
    vocabularies = {
        f"pipeline/_schemas/{path.relative_to(ROOT / 'schemas').as_posix()}" for path in files_of("schemas")
    }
    assert vocabularies <= names
    assert not [name for name in names if name.startswith(("tests/", "data/", "docs/"))]


def files_of(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def test_the_extras_that_are_promised_are_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/METADATA")]
        facts = Parser().parsestr(archive.read(name).decode())
    promised = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
    extras = facts.get_all("Provides-Extra") or []
    assert sorted(extras) == ["dask", "notebook", "review"]
    for extra in extras:
        assert f".whl[{extra}]'" in promised
        assert [line for line in facts.get_all("Requires-Dist") or [] if line.endswith(f"extra == '{extra}'")]


def test_it_is_installed_afresh_and_does_what_it_should(wheel: Path, tmp_path: Path) -> None:
    """What the wheel depends on comes from this environment: there may be no network."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    binaries = tmp_path / "venv" / "bin"
    install = [binaries / "python", "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel]
    subprocess.run(install, check=True, capture_output=True)
    environment = os.environ | {"PYTHONPATH": sysconfig.get_path("purelib"), "LANG": "C.UTF-8"}

    def jixiao(*arguments: object) -> str:
        command = [binaries / "jixiao", *map(str, arguments)]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = subprocess.run(
        [binaries / "python", "-c", "import pipeline; print(pipeline.__file__)"],
        *(),
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert str(tmp_path) in where, "the installed one, not the clone"
    jixiao("run", SAMPLE, "--out", "out", "--jobs", 1, "--quiet")
    jixiao("report", "--out", "out")
    jixiao("export", "--xlsx", "--out", "out")
    assert "审阅报告" in (tmp_path / "out" / "report" / "index.html").read_text(encoding="utf-8")
    assert "starlette" in jixiao("doctor")
