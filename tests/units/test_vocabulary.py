"""The data files that the readers of values rest on, and the folding of code points."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from pipeline import vocabulary
from pipeline.text import normalise_text
from pipeline.units.measures import read_measure, read_unit_column
from pipeline.units.words import UnitWords, unit_words
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


def test_no_name_means_two_units() -> None:
    names = [name for unit in unit_words().units for name in (unit.name, *unit.also)] + list(unit_words().counters)
    assert len(names) == len(set(names))


def test_the_unit_column_says_nothing_where_it_is_blank_or_a_mark() -> None:
    assert [read_unit_column(text) for text in (None, "", "/", "—", "其他", "（）")] == [None] * 6


def test_a_rate_is_read_by_what_is_counted() -> None:
    measure = read_measure("人/年")
    assert measure is not None
    assert (measure.base, measure.flags) == ("人", ("rate_unit_not_converted",))


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("⽬", "目"),
        ("⻔", "门"),
        ("⻓期", "长期"),
        ("９９．９％", "99．9％"),
        ("ＴＢ", "TB"),
        ("≥\u200b5\ufeff", "≥5"),
        ("金", "金"),
        ("\uf90a", "金"),
    ],
)
def test_radical_and_compatibility_forms_are_folded(printed: str, folded: str) -> None:
    assert normalise_text(printed) == folded


@pytest.mark.parametrize("text", ["，：（）；。", "—", "……", "①", "㎡", "％", "≥ 95 %", "“引号”", "Ⅲ"])
def test_the_forms_own_typography_is_kept(text: str) -> None:
    assert normalise_text(text) == text


def test_every_radical_folds_to_a_unified_ideograph() -> None:
    for code in (*range(0x2E81, 0x2E9A), *range(0x2E9B, 0x2EF4), *range(0x2F00, 0x2FD6)):
        assert unicodedata.name(normalise_text(chr(code))).startswith("CJK UNIFIED IDEOGRAPH")
