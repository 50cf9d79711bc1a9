"""A form of every template under `schemas/templates/`, drawn from its own words, is read and known again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from pipeline.forms.understanding import write_stub
from pipeline.labels import contrasts, levels, matching, sections, titles, words
from pipeline.labels import heads as heads_module
from pipeline.labels.templates import Template, load_templates
from pipeline.labels.words import find_label, is_label
from pipeline.read import read_document, understand_file
from pipeline.settings import ReadSettings
from tests.whole.drawn_templates import (
    FIELDS,
    ROWS,
    VALUES,
    Cell,
    draw,
    printed_fields,
    rows_of,
    write_docx,
    write_html,
    write_pdf,
    write_scan,
    write_xlsx,
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


@pytest.mark.slow
@pytest.mark.parametrize("template", load_templates(), ids=lambda t: t.name)
def test_a_clean_scan_of_each_template_is_read_or_asks_for_review(template: Template, tmp_path: Path) -> None:
    lines, cells = draw(template)
    write_scan(lines, cells, tmp_path / "form.pdf")
    records = read_document(tmp_path / "form.pdf", ReadSettings())

    (form,) = records.forms
    assert (form.form_kind, form.year, form.complete) == (template.kind, 2023, True)
    doubted = {(cell.row_no, cell.field) for cell in records.cells if cell.table == "indicator" and cell.needs_review}
    printed = printed_fields(template)
    exact = wrong = 0
    for row, want in zip(records.indicators, rows_of(template), strict=True):
        for field, text in zip(FIELDS, want, strict=True):
            same = getattr(row, field) == (text if field in printed else None)
            exact += same
            wrong += not same and (row.row_no, field) not in doubted
    assert wrong == 0, "of a clean scan no character is misread without a mark"
    assert exact >= 0.95 * len(FIELDS) * len(ROWS)
    assert not [f for f in records.findings if f.status == "violation" and f.code != "fund_parts_blank"]


@pytest.mark.parametrize("kind", ["html", "docx", "xlsx", pytest.param("pdf", marks=pytest.mark.slow)])
@pytest.mark.parametrize("template", load_templates(), ids=lambda t: t.name)
def test_every_character_of_a_table_is_in_a_field_a_label_or_a_finding(
    template: Template, kind: str, tmp_path: Path
) -> None:
    lines, drawn = draw(template)
    cells = [
        replace(cell, text=f"{cell.text}{at}") if cell.text in VALUES.values() else cell
        for at, cell in enumerate(drawn)
    ]
    stray = Cell(cells[-1].row + 1, 0, 16, "经办人签字处另附说明材料若干")
    path = tmp_path / f"form.{kind}"
    (KINDS | {"xlsx": write_xlsx})[kind](lines, [*cells, stray], path)
    records = read_document(path, ReadSettings())

    printed = Counter("".join(cell.text for cell in (*cells, stray) if not is_printed_label(cell.text)))
    read = Counter("".join(cell.text for cell in records.cells if cell.field != "title"))
    read += Counter("".join(form.notes or "" for form in records.forms))
    reported = Counter("".join(f.message for f in records.findings if f.code in {"unassigned_text", "unknown_label"}))
    assert not printed - read - reported


def is_printed_label(text: str) -> bool:
    return is_label(text) or bool(find_label("sections", text)) or "（万元）" in text


STRANGE = {
    "other order": (
        ["三级指标", "一级指标", "得分", "二级指标", "分值", "实际完成值", "年度指标值"],
        ["培训场次", "产出指标", "90", "数量指标", "90", "4场", "≥3场"],
        [],
    ),
    "two unknown heads": (
        [
            "一级指标",
            "二级指标",
            "三级指标",
            "科室意见",
            "年度指标值",
            "实际完成值",
            "专家签名",
            "分值",
            "得分",
        ],
        ["产出指标", "数量指标", "培训场次", "同意", "≥3场", "4场", "李某", "90", "90"],
        ["科室意见", "专家签名"],
    ),
    "no second level, points first": (
        ["一级指标", "分值", "指标名称", "主办处室", "绩效目标值", "全年实际值", "得分", "偏差原因"],
        ["产出指标", "90", "培训场次", "人事处", "≥3场", "4场", "90", ""],
        ["主办处室"],
    ),
}


def strange_form(heads: Sequence[str], row: Sequence[str]) -> list[Cell]:
    rows = [
        ["项目名称", "某项目", "主管部门", "某市水务局"],
        ["资金来源（万元）", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["年度资金总额", "20", "20", "19", "10", "95%", "9.5"],
        ["其中：彩票公益金", "20", "20", "19", "", "", ""],
        list(heads),
        list(row),
        ["总分" if at == 0 else {"分值": "100", "得分": "99.5"}.get(head, "") for at, head in enumerate(heads)],
    ]
    edges = [[round(16 * at / len(texts)) for at in range(len(texts) + 1)] for texts in rows]
    return [
        Cell(at, edges[at][n], edges[at][n + 1] - edges[at][n], text)
        for at, texts in enumerate(rows)
        for n, text in enumerate(texts)
    ]


def quoted(message: str) -> str:
    return message.partition("“")[2].rstrip("”")


@pytest.mark.parametrize("name", STRANGE)
def test_a_template_that_nobody_told_is_read_as_far_as_its_words_are_known(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads, row, unknown = STRANGE[name]
    path = tmp_path / "form.html"
    write_html(["某省项目支出绩效自评表", "（2023年度）"], strange_form(heads, row), path)
    records = read_document(path, ReadSettings())

    (line,) = records.indicators
    assert (line.level1, line.level3) == ("产出指标", "培训场次")
    assert line.level2 == ("数量指标" if "二级指标" in heads else None)
    assert (line.target_raw, line.actual_raw, line.weight_raw, line.score_raw) == ("≥3场", "4场", "90", "90")
    assert [fund.label_raw for fund in records.funds if fund.fund_type == "unlisted"] == ["其中：彩票公益金"]
    assert not [finding for finding in records.findings if finding.status == "violation"]
    told = {quoted(finding.message) for finding in records.findings if finding.code == "unknown_label"}
    assert told == {*unknown, "其中：彩票公益金"}
    for text in unknown:
        assert f"{text}：{row[heads.index(text)]}" in (line.further_raw or "")

    (found,) = understand_file(path, ReadSettings())
    stub = Template.model_validate(yaml.safe_load(write_stub(found)))
    monkeypatch.setattr("pipeline.labels.words.added_words", lambda section: stub.words.get(section, {}))
    forget_words()
    try:
        (whole,) = understand_file(path, ReadSettings())
        assert whole.unknown == ()
    finally:
        monkeypatch.undo()
        forget_words()


def forget_words() -> None:
    """Empty what is remembered of the vocabulary."""
    for module in (words, levels, titles, heads_module, sections, contrasts, matching):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()
