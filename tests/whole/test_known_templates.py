"""A form of every template under `schemas/templates/`, drawn from its own words, is read and known again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pipeline.labels.templates import Template, load_templates
from pipeline.read import read_document
from pipeline.settings import ReadSettings
from tests.whole.drawn_templates import (
    FIELDS,
    VALUES,
    Cell,
    draw,
    printed_fields,
    rows_of,
    total_of,
    write_docx,
    write_html,
    write_pdf,
)

Write = Callable[[Sequence[str], Sequence[Cell], Path], None]
KINDS: dict[str, Write] = {"html": write_html, "docx": write_docx, "pdf": write_pdf}
CASES = [
    pytest.param(template, kind, id=f"{template.name}-{kind}", marks=[pytest.mark.slow] if kind == "pdf" else [])
    for template in load_templates()
    for kind in KINDS
]


@pytest.mark.parametrize(("template", "kind"), CASES)
def test_a_form_of_each_template_is_read(template: Template, kind: str, tmp_path: Path) -> None:
    lines, cells = draw(template)
    path = tmp_path / f"form.{kind}"
    KINDS[kind](lines, cells, path)
    records = read_document(path, ReadSettings())

    (form,) = records.forms
    assert form.form_kind == template.kind
    assert (form.year, form.complete) == (2023, True)
    assert form.has_points == (template.points != "none")
    printed = printed_fields(template)
    for row, want in zip(records.indicators, rows_of(template), strict=True):
        for field, text in zip(FIELDS, want, strict=True):
            assert getattr(row, field) == (text if field in printed else None), field
    total = next((fund for fund in records.funds if fund.fund_type == "total" and fund.label_raw), None)
    if total:
        assert total.executed_raw == "19"
    assert not [f for f in records.findings if f.status == "violation" and f.code != "fund_parts_blank"]
    assert not {f.code for f in records.findings} & {"unknown_label", "form_head_missing", "form_incomplete"}


@pytest.mark.parametrize("template", load_templates(), ids=lambda t: t.name)
def test_every_character_of_a_table_is_in_a_field_a_label_or_a_finding(template: Template, tmp_path: Path) -> None:
    lines, cells = draw(template)
    write_html(lines, [*cells, Cell(cells[-1].row + 1, 0, 16, "经办人签字处另附说明材料若干")], tmp_path / "form.html")
    records = read_document(tmp_path / "form.html", ReadSettings())

    read = "".join(cell.text for cell in records.cells) + "".join(finding.message for finding in records.findings)
    values = [text for row in rows_of(template) for text in row] + [total_of(template), *VALUES.values()]
    printed = {cell.text for cell in cells}
    assert all(text in read for text in values if text in printed)
    assert "经办人签字处另附说明材料若干" in read
