"""Every finding and every score leads to its picture: the field of `cells` that it is about, and those it rests on."""

from __future__ import annotations

from pipeline.records import FindingRow
from pipeline.scoring import ScoringInput, assess_form, load_profile
from tests.scoring.support import cells_of, from_cells, row, small_form

BEIJING = load_profile("beijing-2024")

FAULTY = (
    row("≥1000家", "900家", "10", "10"),
    row("≥5份", "", "10", "10", level3="报告"),
    row("≤20万元", "31万元", "10", "9", level1="成本指标", level2="经济成本指标", level3="项目成本"),
)
FUND = {"executed": "27", "rate": "99%", "score": "10"}


def findings_of(source: ScoringInput) -> dict[str, FindingRow]:
    return {finding.code: finding for finding in assess_form(source, BEIJING, "")[1]}


def test_every_finding_and_score_is_about_a_cell_and_stands_where_it_does() -> None:
    source = small_form(*FAULTY, fund=FUND, total="1")
    cells = cells_of(source)
    scores, findings = assess_form(from_cells(source, cells), BEIJING, "")
    places = {(c.table, c.row_no, c.field): (c.page, c.x0, c.y0, c.x1, c.y1) for c in cells}
    assert len(findings) > 5
    for found in (*scores, *findings):
        assert (found.page, found.x0, found.y0, found.x1, found.y1) == places[found.table, found.row_no, found.field]


def test_the_evidence_names_fields_in_the_words_of_cells() -> None:
    source = small_form(*FAULTY, fund=FUND, total="1")
    cells = cells_of(source)
    named = {f"{c.table}:{'' if c.row_no is None else c.row_no}:{c.field}" for c in cells}
    found = findings_of(from_cells(source, cells))
    assert set(found["execution_rate_wrong"].evidence) >= {"fund:1:executed_raw", "fund:1:annual_budget_raw"}
    assert set(found["total_not_sum"].evidence) >= {
        "form::total_score_raw",
        "fund:1:score_raw",
        "indicator:1:score_raw",
    }
    assert all(finding.evidence and named & set(finding.evidence) for finding in found.values())


def test_the_evidence_has_no_field_that_the_form_does_not_print() -> None:
    source = small_form(*FAULTY, row("≥5份", None, "10", "10"), fund=FUND, total=None)
    cells = [cell for cell in cells_of(source) if cell.field not in ("nature_raw", "unit_raw", "total_score_raw")]
    named = {f"{c.table}:{'' if c.row_no is None else c.row_no}:{c.field}" for c in cells}
    scores, findings = assess_form(from_cells(source, cells), BEIJING, "")
    assert {key for found in (*scores, *findings) for key in found.evidence} <= named
    about = {(f.table, f.row_no, f.field) for f in (*scores, *findings) if f.table}
    assert about <= {(cell.table, cell.row_no, cell.field) for cell in cells}


def test_money_at_stake_is_in_yuan() -> None:
    found = findings_of(small_form(*FAULTY, fund=FUND))
    assert found["cost_differs_from_executed"].amount_yuan == 40000
    assert found["unmet_full_score"].amount_yuan is None


def test_what_is_about_the_whole_form_is_about_no_cell() -> None:
    source = small_form(row("≥1家", "1家", "10", "10"), row("≥1次", "1次", "10", "10"))
    rest = tuple(r for r in source.indicators if r.level1 != "满意度指标")
    without = ScoringInput(source.form, source.funds, rest)
    finding = findings_of(from_cells(without, cells_of(without)))["no_satisfaction_indicator"]
    assert (finding.table, finding.row_no, finding.page) == (None, None, None)


def test_where_the_column_is_not_printed_the_finding_leads_to_what_else_it_rests_on() -> None:
    source = small_form(row("≥5份", "", "10", "10"))
    cells = [cell for cell in cells_of(source) if cell.field != "actual_raw"]
    finding = findings_of(from_cells(source, cells))["scored_without_actual"]
    assert (finding.table, finding.row_no, finding.field, finding.page) == ("indicator", 1, "score_raw", 2)
