"""The rooms of `pipeline/` lie one above the other: imports run down, in no circle, and no room is overfull."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.places import ROOT
from tests.rooms import PACKAGE, ROOMS, Arrow, circles, read_arrows, read_modules, rising_arrows

MOST_IN_THE_HALL = 12
MOST_IN_A_ROOM = 16
TURNS = (("cells", "regions", "cells"), ("regions", "cells", "regions"))


def modules_in(folder: str) -> list[str]:
    """The modules that lie in a folder itself, without `__init__` and `__main__`."""
    return [path.stem for path in sorted((ROOT / folder).glob("*.py")) if not path.stem.startswith("__")]


def inside(folder: str) -> list[Path]:
    """The modules in a folder and the packages in it, each by its `__init__.py`."""
    return [*(ROOT / folder).glob("[!_]*.py"), *(ROOT / folder).glob("*/__init__.py")]


def folders() -> list[str]:
    return sorted({path.parent.relative_to(ROOT).as_posix() for path in read_modules(ROOT).values()})


@pytest.fixture(scope="module")
def arrows() -> list[Arrow]:
    return read_arrows(ROOT)


def test_imports_run_down(arrows: list[Arrow]) -> None:
    assert rising_arrows(arrows) == []


def test_nothing_imports_itself_on_a_roundabout_way(arrows: list[Arrow]) -> None:
    assert circles(arrows) == []


@pytest.mark.parametrize("folder", ROOMS)
def test_the_list_names_what_is_there_once(folder: str) -> None:
    listed = [room for line in ROOMS[folder] for room in line.split()]
    there = {path.parent.name if path.name == "__init__.py" else path.stem for path in inside(folder)}
    assert sorted(name for name in listed if not name.startswith("__")) == sorted(there)


def test_few_modules_lie_outside_the_rooms() -> None:
    assert len(modules_in(PACKAGE)) <= MOST_IN_THE_HALL


def test_no_room_is_overfull() -> None:
    assert {folder: len(modules_in(folder)) for folder in folders() if len(modules_in(folder)) > MOST_IN_A_ROOM} == {}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small tree in which forms import layout, layout an own module of it, and everybody the errors."""
    write(tmp_path, "errors", "")
    write(tmp_path, "ingest/__init__", "")
    write(tmp_path, "ingest/image", "from pipeline.errors import DamagedFile\n")
    write(tmp_path, "layout/__init__", "")
    write(tmp_path, "layout/regions", "from pipeline.errors import DamagedFile\nfrom pipeline import __version__\n")
    write(tmp_path, "layout/cells", "from pipeline.layout.regions import find_regions\n")
    write(tmp_path, "forms/__init__", "")
    write(tmp_path, "forms/form", "import pipeline.layout.cells\n")
    write(tmp_path, "__init__", "def load():\n    from pipeline.forms import form\n")
    assert rising_arrows(read_arrows(tmp_path)) == circles(read_arrows(tmp_path)) == []
    return tmp_path


def write(root: Path, module: str, source: str) -> None:
    path = root / PACKAGE / f"{module}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")


@pytest.mark.parametrize(
    "source",
    [
        "from pipeline.forms.form import read_form",
        "from pipeline.forms import form",
        "import pipeline.forms.form",
        "def late():\n    from pipeline.forms.form import read_form",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pipeline.forms.form import Form",
    ],
)
def test_an_import_that_runs_up_is_told(house: Path, source: str) -> None:
    write(house, "ingest/image", source)
    assert rising_arrows(read_arrows(house)) == ["pipeline/ingest/image.py: ingest imports forms"]


def test_a_room_that_the_list_lacks_is_told(house: Path) -> None:
    write(house, "attic", "from pipeline.errors import DamagedFile")
    assert rising_arrows(read_arrows(house)) == ["pipeline/attic.py: attic imports errors"]


def test_an_arrow_that_is_turned_round_within_a_room_makes_a_circle(house: Path) -> None:
    write(house, "layout/regions", "from pipeline.layout.cells import reconstruct_cells")
    assert rising_arrows(read_arrows(house)) == []
    (circle,) = circles(read_arrows(house))
    assert circle in {"pipeline/layout: " + " imports ".join(turn) for turn in TURNS}


def test_a_circle_on_one_floor_is_told(house: Path) -> None:
    write(house, "text", "from pipeline.vocabulary import read_vocabulary")
    write(house, "vocabulary", "from pipeline.text import fold")
    assert rising_arrows(read_arrows(house)) == []
    assert len(circles(read_arrows(house))) == 1


def test_a_module_may_not_ask_its_own_package_that_asks_it(house: Path) -> None:
    write(house, "layout/__init__", "from pipeline.layout.cells import reconstruct_cells")
    write(house, "layout/regions", "from pipeline.layout import reconstruct_cells")
    assert len(circles(read_arrows(house))) == 1
