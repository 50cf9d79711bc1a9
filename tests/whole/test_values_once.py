"""Every target and every actual of a document is read once, for its typed columns and for its scores alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.assess import score_records
from pipeline.read import read_document
from pipeline.settings import ReadSettings
from pipeline.units import values
from tests.typeset import Layout, draw_pdf, random_document


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The texts that are read as values, in their order."""
    read: list[str | None] = []
    parse = values.parse_value

    def count(text: str | None, context: values.ValueContext) -> values.Value:
        read.append(text)
        return parse(text, context)

    monkeypatch.setattr(values, "parse_value", count)
    return read


def test_values_are_read_once(tmp_path: Path, counted: list[str | None]) -> None:
    path = tmp_path / "forms.pdf"
    draw_pdf(random_document(5, 2), Layout(), path)
    records = read_document(path, ReadSettings())
    assert len(records.forms) == 2
    printed = [text for row in records.indicators for text in (row.target_raw, row.actual_raw)]
    assert len(printed) > 10
    assert counted == printed


def test_stored_rows_are_read_once_when_they_are_scored_again(tmp_path: Path, counted: list[str | None]) -> None:
    path = tmp_path / "forms.pdf"
    draw_pdf(random_document(5, 1), Layout(), path)
    records = read_document(path, ReadSettings())
    once = list(counted)
    assert score_records(records) == records
    assert counted == once * 2
