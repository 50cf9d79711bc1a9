"""Forms beside each other, one form explained, groups compared, and the page that documents the codes."""

from __future__ import annotations

from dataclasses import asdict, replace

import pandas as pd
import pytest

from pipeline.records import CellRow
from pipeline.scoring import (
    ScoringInput,
    assess_form,
    compare_forms,
    describe_findings,
    explain_form,
    finding_catalogue,
    gather_inputs,
    load_profile,
)
from pipeline.scoring.statistics import summarise
from tests.places import ROOT
from tests.scoring.support import row, small_form

BEIJING = load_profile("beijing-2024")


def numbered(source: ScoringInput, number: int, **changes: object) -> ScoringInput:
    """Give a form its own place and name in a document."""
    form_id = f"f-{number:03d}"
    defaults: dict[str, object] = {
        "project_name": f"项目{number}",
        "actual_goal": f"完成了第{number}个项目的全年工作任务",
    }
    form = replace(source.form, form_id=form_id, form_no=number, **(defaults | changes))
    return replace(
        source,
        form=form,
        funds=tuple(replace(fund, form_id=form_id) for fund in source.funds),
        indicators=tuple(replace(r, form_id=form_id) for r in source.indicators),
    )


def codes(inputs: list[ScoringInput]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in compare_forms(inputs, BEIJING):
        found.setdefault(finding.code, []).append(finding.form_id)
    return found


def test_a_year_unlike_the_documents_others_is_reported() -> None:
    inputs = [numbered(small_form(), n) for n in (1, 2, 3)] + [numbered(small_form(), 4, year=2023)]
    assert codes(inputs)["year_differs"] == ["f-004"]


def test_a_doubtful_reading_makes_a_coincidence_suspect() -> None:
    doubted = frozenset({("form", None, "year")})
    inputs = [numbered(small_form(), n) for n in (1, 2)]
    odd = replace(numbered(small_form(), 3, year=2023), doubted=doubted)
    findings = [f for f in compare_forms([*inputs, odd], BEIJING) if f.code == "year_differs"]
    assert [f.status for f in findings] == ["extraction_suspect"]


def test_an_explained_form_shows_cells_scores_and_findings_in_place() -> None:
    source = small_form(row("≥1000家", "7338家", "30", "30", level3="覆盖企业数量"), total="90")
    scores, findings = assess_form(source, BEIJING, "按指定采用 beijing-2024")
    text = explain_form(source, scores, findings)
    lines = text.splitlines()
    place = next(n for n, line in enumerate(lines) if "覆盖企业数量" in line)
    assert "指标值 ≥1000家" in lines[place + 1]
    assert any("633.8%" in line and "low_target" in line for line in lines[place : place + 5])
    assert "与不含预算执行得分的合计一致" in text
    assert "指标值可能偏低，涉及 9 分" in text
    assert all(finding.message in text for finding in findings)


def loaded_tables(inputs: list[ScoringInput]) -> dict[str, pd.DataFrame]:
    findings = [f for source in inputs for f in assess_form(source, BEIJING, "")[1]]
    return {
        "forms": pd.DataFrame([asdict(source.form) for source in inputs]),
        "funds": pd.DataFrame([asdict(fund) for source in inputs for fund in source.funds]),
        "indicators": pd.DataFrame([asdict(r) for source in inputs for r in source.indicators]),
        "findings": pd.DataFrame([asdict(f) for f in findings]),
    }


def test_districts_are_compared_by_scores_stakes_and_execution() -> None:
    cut = {"initial": "40", "full_year": "30", "executed": "30"}
    inputs = [
        numbered(small_form(row("≥1000家", "7338家", "30", "30")), 1, district="通州区"),
        numbered(small_form(fund=cut), 2, district="通州区"),
        numbered(small_form(row("≥3份", "2份", "10", "6.67", deviation="未招标")), 3, district="朝阳区"),
    ]
    table = summarise(loaded_tables(inputs), "district")
    assert table.loc["通州区", "forms"] == 2
    assert table.loc["通州区", "share_at_100"] == 1.0
    assert table.loc["通州区", "points_at_stake"] == 9.0
    assert table.loc["通州区", "execution_against_annual"] == 1.0
    assert table.loc["通州区", "execution_against_initial"] == pytest.approx(60 / 70)
    assert table.loc["朝阳区", "share_at_100"] == 0.0


def test_classes_are_compared_by_the_share_of_points_earned() -> None:
    inputs = [numbered(small_form(row("≥3份", "2份", "20", "10", deviation="未招标")), 1)]
    table = summarise(loaded_tables(inputs), "class")
    assert table.loc["satisfaction.served", "share_at_full"] == 1.0
    assert table.loc["output.quantity", "score_share_mean"] == pytest.approx(40 / 50)


def test_codes_are_unique_and_grouped() -> None:
    catalogue = finding_catalogue()
    names = [kind.code for kind in catalogue.findings]
    assert len(names) == len(set(names))
    assert {kind.group for kind in catalogue.findings} == set(catalogue.groups)


def test_the_page_of_findings_is_current() -> None:
    page = ROOT / "docs" / "findings.md"
    assert page.read_text(encoding="utf-8") == describe_findings(), (
        "write describe_findings() to docs/findings.md again"
    )


def test_the_rows_of_a_dataset_are_grouped_by_form_with_their_doubts() -> None:
    inputs = [numbered(small_form(), n) for n in (1, 2)]
    doubt = CellRow(
        form_id="f-002",
        table="indicator",
        row_no=1,
        field="actual_raw",
        text="95%",
        source="ocr",
        confidence=0.4,
        needs_review=True,
    )
    forms, funds = [s.form for s in inputs], [fund for s in reversed(inputs) for fund in reversed(s.funds)]
    grouped = gather_inputs(forms, funds, [r for s in inputs for r in reversed(s.indicators)], [doubt])
    assert [s.indicators for s in grouped] == [s.indicators for s in inputs]
    assert [s.funds for s in grouped] == [s.funds for s in inputs]
    assert [s.recognised for s in grouped] == [False, True]
    assert grouped[1].doubted == {("indicator", 1, "actual_raw")}
