"""Data files are read strictly, and what is wrong in one is said with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import vocabulary
from pipeline.units.words import UnitWords
from pipeline.vocabulary import VocabularyError, load_yaml


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(vocabulary, "_schema_folder", lambda: tmp_path)
    return tmp_path


def test_an_unknown_key_is_refused_with_file_and_line(folder: Path) -> None:
    text = vocabulary.schema_path("units.yml")
    text.write_text(
        "dimensions: {}\nunits:\n  - {name: 元, dimension: currency, factor: 1}\n  - name: 角\n    colour: red\n"
    )
    with pytest.raises(VocabularyError, match=r"units\.yml, line 5: units\.1\.colour"):
        load_yaml("units.yml", UnitWords)


def test_a_repeated_key_is_refused_with_its_line(folder: Path) -> None:
    (folder / "twice.yml").write_text("a: 1\nb: 2\na: 3\n")
    with pytest.raises(VocabularyError, match=r"twice\.yml, line 3"):
        load_yaml("twice.yml", UnitWords)


def test_a_missing_file_is_a_configuration_error(folder: Path) -> None:
    with pytest.raises(VocabularyError, match=r"nowhere\.yml"):
        load_yaml("nowhere.yml", UnitWords)
