"""Fixtures that all tests share: drawn documents, cached for the session."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import tests.examples  # noqa: F401 - the profile of Hypothesis
from tests.fetch.support import fetch, server  # noqa: F401 - fixtures
from tests.places import SHARED
from tests.typeset import CONDITIONS, FormFacts, Layout, Truth, degrade, draw_pdf, missing_packages

os.environ["LC_ALL"] = "C.UTF-8"  # messages are checked in English, whatever the machine speaks

Draw = Callable[..., tuple[Path, Truth]]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the published corpora; tests that need it are skipped where it is not."""
    if not SHARED.is_dir():
        pytest.skip("the corpora in ../shared are not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def fonts() -> None:
    """Skip where the fonts that forms are drawn in are missing."""
    if missing := missing_packages():
        pytest.skip(f"forms cannot be drawn; install the packages: apt-get install {' '.join(missing)}")


@pytest.fixture(scope="session")
def typeset_dir(tmp_path_factory: pytest.TempPathFactory, fonts: None) -> Path:
    """One folder for all drawn documents of the session."""
    return tmp_path_factory.mktemp("typeset")


@pytest.fixture(scope="session")
def typeset_pdf(typeset_dir: Path) -> Draw:
    """Draw forms as a text PDF, once per name."""
    drawn: dict[str, tuple[Path, Truth]] = {}

    def draw(name: str, forms: tuple[FormFacts, ...], layout: Layout) -> tuple[Path, Truth]:
        if name not in drawn:
            path = typeset_dir / f"{name}.pdf"
            drawn[name] = path, draw_pdf(forms, layout, path)
        return drawn[name]

    return draw


@pytest.fixture(scope="session")
def typeset_scan(typeset_dir: Path) -> Draw:
    """Degrade a drawn PDF, once per document, condition and seed."""
    made: dict[tuple[str, str, int], tuple[Path, Truth]] = {}

    def scan(pdf: Path, truth: Truth, condition: str, seed: int = 0) -> tuple[Path, Truth]:
        key = (pdf.name, condition, seed)
        if key not in made:
            out = typeset_dir / f"{pdf.stem}-{condition}-{seed}{CONDITIONS[condition].suffix}"
            made[key] = out, degrade(pdf, condition, seed, out, truth)
        return made[key]

    return scan
