"""The program explains itself: help with examples that work, completion, what is installed, how long a run takes."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.commands.examples import EXAMPLES
from pipeline.errors import MissingDependency
from pipeline.reference.commands import command_line
from pipeline.running import progress
from pipeline.running.estimate import estimate_left, show_left
from pipeline.running.health import FEATURES, PROBE, Feature, examine
from tests.places import ROOT
from tests.running.support import environment, jixiao, write_files


@pytest.mark.parametrize("name", command_line())
def test_every_help_ends_with_examples(name: str) -> None:
    done = jixiao(name, "--help")
    assert done.returncode == 0
    assert f"jixiao {name}" in done.stdout.split("Examples:")[1]


HEAVY = {"pandas", "numpy", "pyarrow", "duckdb", "cv2", "pypdfium2", "pydantic", "yaml", "lxml", "rich"}


def loaded_by(*words: str) -> set[str]:
    """Return the modules that a process has when it has done a command."""
    code = "import sys; from pipeline.cli import call; call(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", code, *words]
    done = subprocess.run(command, check=True, cwd=ROOT, env=environment(), capture_output=True, text=True)
    assert done.stdout
    return set(done.stderr.split())


@pytest.mark.parametrize("words", [("--help",), ("--version",)])
def test_the_program_explains_itself_without_loading_what_only_its_work_needs(words: tuple[str, ...]) -> None:
    assert (HEAVY | {"sqlite3", "pipeline.storage.store", "pipeline.run"}) & loaded_by(*words) == set()


def test_status_loads_the_index_and_nothing_that_reads_rows(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1"})
    jixiao("run", source, "--out", tmp_path / "out")
    needless = HEAVY - {"pydantic", "yaml"} | {"pipeline.storage.publish", "pipeline.storage.sets"}
    assert needless & loaded_by("status", "--out", str(tmp_path / "out")) == set()


@pytest.mark.parametrize("line", [line for lines in EXAMPLES.values() for line in lines])
def test_examples_name_commands_and_options_that_exist(line: str) -> None:
    program, name, *words = shlex.split(line)
    assert program == "jixiao"
    command = command_line()[name]
    words = words[: words.index(">")] if ">" in words else words
    words = words[: words.index("<")] if "<" in words else words
    command.make_context(name, words, resilient_parsing=False)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete(shell: str) -> None:
    done = jixiao("--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert done.returncode == 0
    assert "JIXIAO_COMPLETE" in done.stdout


@pytest.mark.slow
def test_the_doctor_names_every_feature() -> None:
    done = jixiao("doctor", "--json")
    facts = json.loads(done.stdout)
    assert (done.returncode, facts["usable"]) == (0, True)
    states = {feature["feature"]: feature["state"] for feature in facts["features"]}
    assert states["text PDFs"] == "installed"
    assert states["scans and pictures"] == "works"
    assert states["quick reading of lines in 8-bit numbers"] == "works"
    assert "scans and pictures" in jixiao("doctor").stdout


def test_the_doctor_says_when_the_recogniser_has_no_ranges_of_this_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.ingest.ocr.rapid.knows_ranges", lambda model: False)
    (quick,) = (feature for feature in FEATURES if feature.name.startswith("quick"))
    (found,) = examine((quick,))
    assert (found.state, found.required) == ("missing", False)
    assert "slower" in found.advice


def test_what_is_missing_is_said_with_what_to_do() -> None:
    features = (
        Feature("a package", ("no-such-distribution",), advice="pip install it"),
        Feature("a program", programs=("no-such-program",), advice="apt-get install it"),
        Feature("a module", modules=("no_such_module",), advice="get it"),
    )
    found = list(examine(features))
    assert [one.state for one in found] == ["missing"] * 3
    assert not any(one.usable for one in found)
    assert found[0].advice == "no-such-distribution not found: pip install it"


def test_a_reader_that_is_installed_and_reads_wrongly_does_not_work() -> None:
    def refuse() -> str:
        raise MissingDependency("the model is not there; get it")

    def crash() -> str:
        raise ValueError("no such device")

    readers = {"wrong": lambda: "2O24", "right": lambda: PROBE, "gone": refuse, "broken": crash}
    states = {one.feature: one.state for one in examine([Feature(name, probe=read) for name, read in readers.items()])}
    assert states == {"wrong": "fails", "right": "works", "gone": "missing", "broken": "fails"}


def test_the_doctor_fails_where_documents_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = (Feature("text PDFs", ("no-such-distribution",), required=True),)
    monkeypatch.setattr("pipeline.running.health.examine", lambda: examine(broken))
    assert jixiao("doctor").returncode == 5


def test_no_estimate_without_a_ground() -> None:
    assert estimate_left(2, 100, 60) is None
    assert estimate_left(50, 100, 1) is None
    assert estimate_left(100, 100, 60) is None
    assert show_left(1, 100, 60) == ""


@pytest.mark.parametrize(
    ("done", "total", "seconds", "said"),
    [
        (10, 20, 20, "less than a minute left"),
        (10, 110, 60, "about 10 min left"),
        (10, 1000, 20, "about 35 min left"),
        (10, 10_000, 60, "about 20 h left"),
    ],
)
def test_an_estimate_is_no_finer_than_it_is_known(done: int, total: int, seconds: float, said: str) -> None:
    assert show_left(done, total, seconds) == said


def test_a_long_run_in_a_log_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "BETWEEN_LINES", 0.0)
    source = write_files(tmp_path / "in", {str(number): f"forms 1 {number}" for number in range(3)})
    done = jixiao("run", source, "--out", tmp_path / "out", "--jobs", "1")
    assert "2 of 3 documents" in done.stderr
    assert "3 of 3 documents" not in done.stderr
    quiet = jixiao("run", source, "--out", tmp_path / "quiet", "--jobs", "1", "--quiet")
    assert "of 3 documents" not in quiet.stderr
