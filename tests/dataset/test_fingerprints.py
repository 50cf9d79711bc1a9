"""An edit reads documents again where reading depends on what was edited, scores them again where scoring does."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.dataset.fingerprints import (
    OTHER_DATA,
    OTHER_ROOMS,
    READING_DATA,
    READING_ROOMS,
    SCORING_DATA,
    SCORING_ROOMS,
    digest_files,
    held_profile,
    reading_fingerprint,
    scoring_fingerprint,
)
from pipeline.settings import ReadSettings
from tests.places import ROOT
from tests.rooms import Module, imported_modules, read_modules

PACKAGE, SCHEMAS = ROOT / "pipeline", ROOT / "schemas"

Digests = tuple[str, str]


def digests(root: Path) -> Digests:
    """What reading and what scoring depends on in a tree."""
    package, schemas = root / "pipeline", root / "schemas"
    return (
        digest_files(package, READING_ROOMS, schemas, READING_DATA),
        digest_files(package, SCORING_ROOMS, schemas, SCORING_DATA),
    )


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    for folder in (PACKAGE, SCHEMAS):
        shutil.copytree(folder, root / folder.name, ignore=shutil.ignore_patterns("__pycache__", "static"))
    return root


@pytest.fixture
def tree(copied: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A copy of package and schemas in which one file is edited, or new."""
    path: Path = copied / request.param
    before = path.read_bytes() if path.exists() else None
    path.write_bytes((before or b"") + b"\n# a comment\n")
    yield copied
    path.unlink() if before is None else path.write_bytes(before)


def rooms_of(package: Path) -> set[str]:
    modules = {path.stem for path in package.glob("*.py")}
    return modules | {path.parent.name for path in package.glob("*/__init__.py")}


def test_every_room_is_of_one_kind() -> None:
    kinds = [*READING_ROOMS, *SCORING_ROOMS, *OTHER_ROOMS]
    assert sorted(kinds) == sorted(rooms_of(PACKAGE)), "say in pipeline/dataset/fingerprints.py what depends on a room"


def test_every_file_of_the_schemas_is_of_one_kind() -> None:
    kinds = [*READING_DATA, *SCORING_DATA, *OTHER_DATA]
    there = [path.name for path in SCHEMAS.iterdir()]
    assert sorted(kinds) == sorted(there), "say in pipeline/dataset/fingerprints.py what depends on a file of schemas/"


def needed_by(start: Module) -> set[str]:
    """The rooms that a module imports, and those import, and so on."""
    modules = read_modules(ROOT)
    seen: set[Module] = set()
    waiting = [start]
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting += imported_modules(ast.parse(modules[module].read_text(encoding="utf-8")), modules)
    return {module[1] for module in seen}


def test_reading_depends_on_no_other_room() -> None:
    """`speech` only words what a reader could not settle."""
    needed = needed_by(("pipeline", "read"))
    assert {"ingest", "layout", "scoring"} < needed
    assert needed - READING_ROOMS - SCORING_ROOMS == {"speech"}


def test_nothing_that_reads_asks_how_forms_are_scored() -> None:
    """`interpret` hands rows on to be scored; what it is given back is scored again without it."""
    modules = read_modules(ROOT)
    asking = {
        module[1]
        for module, path in modules.items()
        if module[1] in READING_ROOMS
        for used in imported_modules(ast.parse(path.read_text(encoding="utf-8")), modules)
        if used[1] in SCORING_ROOMS
    }
    assert asking == {"interpret"}


def test_the_data_of_a_room_is_of_its_kind() -> None:
    named = {
        (kind, name)
        for kind, rooms in (("reading", READING_ROOMS), ("scoring", SCORING_ROOMS))
        for room in rooms
        for path in ([PACKAGE / f"{room}.py"] if (PACKAGE / f"{room}.py").is_file() else (PACKAGE / room).rglob("*.py"))
        if path != PACKAGE / "dataset" / "fingerprints.py"
        for name in re.findall(r'"(\w+\.(?:yml|csv))"', path.read_text(encoding="utf-8"))
        if (SCHEMAS / name).exists()
    }
    assert ("reading", "form.yml") in named
    assert {name for kind, name in named if kind == "reading"} - READING_DATA == set()
    assert {name for kind, name in named if kind == "scoring"} - READING_DATA - SCORING_DATA == set()


@pytest.mark.parametrize(
    "tree",
    [
        "pipeline/report/site.py",
        "pipeline/desk/server.py",
        "pipeline/export/sheets.py",
        "pipeline/running/lock.py",
        "pipeline/running/supervise.py",
        "pipeline/storage/lock.py",
        "pipeline/cli.py",
        "pipeline/__init__.py",
        "schemas/workbook.yml",
        "schemas/desk.yml",
        "schemas/messages.yml",
        "schemas/tables/forms.json",
    ],
    indirect=True,
)
def test_an_edit_of_what_keeps_and_shows_does_nothing(tree: Path) -> None:
    assert digests(tree) == digests(ROOT)


@pytest.mark.parametrize(
    "tree",
    ["schemas/profiles/new.yml", "schemas/scoring.yml", "schemas/findings.yml", "pipeline/scoring/scores.py"],
    indirect=True,
)
def test_an_edit_of_the_rules_only_scores_again(tree: Path) -> None:
    reading, scoring = digests(tree)
    assert reading == digests(ROOT)[0]
    assert scoring != digests(ROOT)[1]


@pytest.mark.parametrize(
    "tree",
    [
        "schemas/templates/new.yml",
        "schemas/form.yml",
        "schemas/units.yml",
        "pipeline/ingest/new.py",
        "pipeline/read.py",
    ],
    indirect=True,
)
def test_an_edit_of_the_words_of_forms_reads_again(tree: Path) -> None:
    assert digests(tree)[0] != digests(ROOT)[0]


def test_a_profile_scores_and_does_not_read() -> None:
    asked = ReadSettings(profile="hubei")
    assert reading_fingerprint(asked) == reading_fingerprint(ReadSettings())
    assert reading_fingerprint(ReadSettings(max_pages=7)) != reading_fingerprint(ReadSettings())
    assert scoring_fingerprint("hubei") != scoring_fingerprint(None)


def test_a_profile_that_was_given_to_a_dataset_is_told_from_one_of_a_run() -> None:
    assert held_profile(scoring_fingerprint("hubei", held=True)) == "hubei"
    assert held_profile(scoring_fingerprint("hubei")) is None
    assert held_profile(scoring_fingerprint(None, held=True)) is None
    assert held_profile("") is None
