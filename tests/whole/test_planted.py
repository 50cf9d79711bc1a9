"""The forms that are right although they look wrong, and those with a planted fault, drawn and read as documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pipeline.read import read_document
from pipeline.records import FindingRow, FundRow, IndicatorRow
from pipeline.settings import ReadSettings
from tests.conftest import Draw
from tests.scoring.planted import PlantedForm, correct_forms, faulty_forms
from tests.typeset import FormFacts, FundFacts, IndicatorFacts, Layout, draw_docx, draw_html, draw_pdf

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("fonts")]

SETTINGS = ReadSettings(profile="national")
CORRECT = correct_forms()
FAULTY = tuple(form for form in faulty_forms() if form.profile == "national")


def print_fund(row: FundRow) -> FundFacts:
    """Return a line of the fund table as it is printed."""
    return FundFacts(
        row.initial_budget_raw or "",
        row.annual_budget_raw or "",
        row.executed_raw or "",
        row.weight_raw or "",
        row.execution_rate_raw or "",
        row.score_raw or "",
    )


def print_row(row: IndicatorRow, *, wide: bool) -> IndicatorFacts:
    """Return an indicator as it is printed; `wide` tables have columns for sign and unit."""
    return IndicatorFacts(
        row.level1 or "",
        row.level2 or "",
        row.level3 or "",
        (row.nature_raw or "") if wide else None,
        row.target_raw or "",
        (row.unit_raw or "") if wide else None,
        row.actual_raw or "",
        row.weight_raw or "",
        row.score_raw or "",
        row.deviation_raw or "",
    )


ORDER = ("产出", "成本", "效益", "满意")


def print_form(planted: PlantedForm, number: int) -> FormFacts:
    """Return a form as it is printed, its rows sorted by class, under a project's name of its own."""
    form, rows = planted.source.form, planted.source.indicators
    wide = any(row.nature_raw or row.unit_raw for row in rows)
    order = sorted(rows, key=lambda row: (ORDER.index((row.level1 or "")[:2]), row.level2 or "", row.row_no))
    first, second, third, fourth = map(print_fund, planted.source.funds)
    return FormFacts(
        district="通州区",
        title="项目支出绩效自评表",
        year=2024,
        project_name=f"第{number}项工作",
        department=form.department or "",
        unit=form.implementing_unit or "",
        leader="王某",
        phone="010-80000000",
        funds=(first, second, third, fourth),
        goal_expected=form.expected_goal or "",
        goal_actual=form.actual_goal or "",
        indicators=tuple(print_row(row, wide=wide) for row in order),
        total_weight=form.total_weight_raw or "",
        total_score=form.total_score_raw or "",
        has_nature=wide,
    )


def read_findings(path: Path) -> dict[int, list[FindingRow]]:
    """Return the findings of a document by the number of the form."""
    records = read_document(path, SETTINGS)
    found: dict[int, list[FindingRow]] = {form.form_no: [] for form in records.forms}
    numbers = {form.form_id: form.form_no for form in records.forms}
    for finding in records.findings:
        found[numbers[finding.form_id]].append(finding)
    return found


Drawing = Callable[[Sequence[FormFacts], Layout, Path], object]


def found_in(forms: Sequence[PlantedForm], draw: Drawing, path: Path) -> list[tuple[PlantedForm, list[FindingRow]]]:
    """Draw forms into one document, read it, and return each form with its findings."""
    draw([print_form(form, number) for number, form in enumerate(forms, 1)], Layout(), path)
    findings = read_findings(path)
    assert sorted(findings) == list(range(1, len(forms) + 1)), "every form is read"
    return [(form, findings[number]) for number, form in enumerate(forms, 1)]


def accusations(read: Sequence[tuple[PlantedForm, list[FindingRow]]]) -> list[tuple[str, str]]:
    return [(form.text, f.message) for form, findings in read for f in findings if f.status == "violation"]


def missed(read: Sequence[tuple[PlantedForm, list[FindingRow]]]) -> list[str]:
    return [form.text for form, findings in read if form.code not in {f.code for f in findings}]


WAYS: list[tuple[str, Drawing, int]] = [
    ("form.html", draw_html, 2),
    ("form.docx", draw_docx, 5),
    ("form.pdf", draw_pdf, 7),
]
"""How the forms are drawn, and that one in so many is."""


@pytest.mark.parametrize(("name", "draw", "step"), WAYS)
def test_no_correct_form_is_accused_as_a_document(name: str, draw: Drawing, step: int, tmp_path: Path) -> None:
    assert accusations(found_in(CORRECT[::step], draw, tmp_path / name)) == []


@pytest.mark.parametrize(("name", "draw", "step"), WAYS)
def test_planted_faults_are_found_in_documents(name: str, draw: Drawing, step: int, tmp_path: Path) -> None:
    forms = FAULTY[::step]
    assert len(missed(found_in(forms, draw, tmp_path / name))) <= len(forms) * 0.05


SCANNED = 8


def test_on_a_clean_scan_nobody_is_accused_who_is_right_and_faults_are_found(
    typeset_pdf: Draw, typeset_scan: Draw
) -> None:
    right, wrong = CORRECT[:: len(CORRECT) // SCANNED], FAULTY[:: len(FAULTY) // SCANNED]
    forms = (*right, *wrong)
    pdf, truth = typeset_pdf("planted", tuple(print_form(form, n) for n, form in enumerate(forms, 1)), Layout())
    path, _ = typeset_scan(pdf, truth, "grey_200", 1)
    findings = read_findings(path)
    read = [(form, findings.get(number, [])) for number, form in enumerate(forms, 1)]
    assert accusations(read[: len(right)]) == []
    assert len(missed(read[len(right) :])) <= len(wrong) * 0.25
