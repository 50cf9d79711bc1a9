"""Findings on the development corpus, from what is printed: nothing missed, nothing invented."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from pipeline.records import FindingRow
from pipeline.scoring import ScoringInput, assess_form, choose_profile, finding_kinds
from tests.scoring.support import corpus_inputs, shared_file

KIND_CODES: dict[str, tuple[str, ...]] = {
    "actual_blank_full_score": ("scored_without_actual",),
    "actual_copies_target": ("actual_copies_target",),
    "actual_dimension_differs_from_target": ("unit_mismatch", "name_quantity_differs"),
    "actual_equals_weight": ("actual_equals_weight",),
    "actual_is_bound": ("actual_is_bound",),
    "actual_not_a_grade": ("grade_not_in_set",),
    "boilerplate_actuals": ("boilerplate_actuals",),
    "budget_increase_large": ("budget_raised",),
    "budget_revised_to_executed": ("budget_cut_to_executed",),
    "cost_actual_differs_from_executed": ("cost_differs_from_executed",),
    "cost_indicator_not_cost": ("cost_row_not_cost",),
    "cost_over_target_score_too_high": ("score_not_by_formula",),
    "cost_target_looser_than_budget": ("cost_target_above_budget",),
    "cost_targets_inconsistent": ("cost_targets_not_budget",),
    "deadline_missed_full_score": ("late_full_score",),
    "execution_rate_rounded": ("execution_rounded_up",),
    "execution_rate_wrong": ("execution_rate_wrong",),
    "execution_score_wrong": ("execution_score_wrong",),
    "fund_subrow_mismatch": ("fund_parts_not_total",),
    "fund_subrows_blank": ("fund_parts_blank",),
    "goal_indicator_mismatch": ("goal_quantity_not_measured",),
    "goal_without_indicator": ("goal_quantity_not_measured",),
    "grade_embedded_in_text": ("grade_in_text",),
    "header_or_goal_blank": ("header_blank",),
    "indicator_not_met_full_score": ("in_progress_full_score",),
    "indicator_weights_do_not_sum": ("weights_not_total",),
    "indicator_without_weight": ("indicator_without_weight",),
    "internal_contradiction": ("counts_disagree",),
    "late_completion_score_too_high": ("late_partial_score",),
    "low_target_deduction_not_applied": ("low_target",),
    "month_unit_ambiguous": ("month_ambiguous",),
    "no_benefit_indicator": ("no_benefit_indicator",),
    "no_satisfaction_indicator": ("no_satisfaction_indicator",),
    "option_set_typo": ("option_set_typo",),
    "partial_score_though_met": ("partial_score_though_met",),
    "partial_score_without_reason": ("score_below_weight_without_reason",),
    "percent_sign_missing": ("rate_percent_missing", "percent_missing", "unit_missing"),
    "rate_unit": ("unit_is_rate",),
    "rounding_truncation": ("execution_truncated",),
    "target_contradicts_name": ("name_quantity_differs",),
    "target_is_marker_only": ("target_is_marker",),
    "text_actual_for_quantitative_target": ("text_for_number",),
    "total_excludes_execution_score": ("total_not_sum",),
    "total_score_blank": ("total_missing",),
    "unit_malformed": ("unit_malformed",),
    "unit_mismatch": ("unit_mismatch",),
    "unit_missing": ("unit_missing",),
    "weight_without_indicator_name": ("weight_without_indicator",),
}
"""What each kind of known inconsistency is reported as: at least one of the codes."""

CONTROLS: dict[str, tuple[str, ...]] = {
    "explained_split_payment": ("cost_differs_from_executed", "cost_target_above_budget"),
    "fund_cell_blank": ("execution_rate_wrong", "budget_raised", "fund_parts_not_total"),
    "indicator_value_check": ("unmet_full_score", "score_not_by_formula", "unit_mismatch", "low_target"),
    "initial_budget_zero": ("execution_rate_wrong", "execution_score_wrong", "budget_raised"),
}
"""Positive controls: what must not be reported."""

PER_ROW = {"low_target", "unit_mismatch", "cost_differs_from_executed", "score_not_by_formula", "text_for_number"}


def report(source: ScoringInput) -> tuple[FindingRow, ...]:
    profile, reason = choose_profile(source.form.notes, source.form.district_code, None)
    return assess_form(source, profile, reason)[1]


@pytest.fixture(scope="module")
def inputs() -> list[ScoringInput]:
    return corpus_inputs()


@pytest.fixture(scope="module")
def findings(inputs: list[ScoringInput]) -> dict[str, tuple[FindingRow, ...]]:
    return {source.form.form_id: report(source) for source in inputs}


def test_no_finding_is_missed_and_none_is_invented(findings: dict[str, tuple[FindingRow, ...]]) -> None:
    expected = shared_file("corpus/dev/findings.json")
    codes = {entry["code"] for entry in expected}
    by_row = {entry["code"] for entry in expected if entry["row_no"] is not None}
    want = {(f"{e['file']}-{e['form_no']:03d}", e["code"], e["row_no"]) for e in expected}
    got = {
        (form_id, row.code, row.row_no if row.code in by_row else None)
        for form_id, rows in findings.items()
        for row in rows
        if row.code in codes
    }
    assert want - got == set()
    assert got - want == set()


def _fold(text: str) -> str:
    return "".join(text.split())


def known_entries(kinds: dict[str, tuple[str, ...]], inputs: list[ScoringInput]) -> list[tuple[Any, list[str]]]:
    """Pair every entry that comes from the form with the forms of its project."""
    forms: dict[str, list[str]] = {}
    for source in inputs:
        forms.setdefault(_fold(source.form.project_name or ""), []).append(source.form.form_id)
    entries = [entry for entry in shared_file("domain/known-inconsistencies.json") if entry["likely_source"] == "form"]
    paired = [(entry, _forms_of(_fold(entry["project"]), forms)) for entry in entries if entry["kind"] in kinds]
    return [(entry, ids) for entry, ids in paired if ids]


def _forms_of(project: str, forms: dict[str, list[str]]) -> list[str]:
    return [form_id for name, ids in forms.items() if name.startswith(project) for form_id in ids]


def test_every_kind_of_known_inconsistency_has_a_code_or_is_a_control() -> None:
    entries = [entry for entry in shared_file("domain/known-inconsistencies.json") if entry["likely_source"] == "form"]
    assert {entry["kind"] for entry in entries} <= set(KIND_CODES) | set(CONTROLS)
    assert {code for codes in KIND_CODES.values() for code in codes} <= set(finding_kinds())


def test_every_known_inconsistency_of_a_form_is_reported(
    inputs: list[ScoringInput], findings: dict[str, tuple[FindingRow, ...]]
) -> None:
    unreported = [
        (entry["kind"], entry["project"], entry["row"], form_id)
        for entry, ids in known_entries(KIND_CODES, inputs)
        for form_id in ids
        if not _is_reported(entry, form_id, inputs, findings[form_id])
    ]
    assert unreported == []


def _is_reported(entry: dict[str, Any], form_id: str, inputs: list[ScoringInput], rows: tuple[FindingRow, ...]) -> bool:
    """Tell whether one of the kind's codes is there, on the row that the entry names where it names one."""
    codes = KIND_CODES[entry["kind"]]
    source = next(source for source in inputs if source.form.form_id == form_id)
    named = {
        row.row_no
        for row in source.indicators
        if row.level3 and _fold(row.level3) in _fold(entry["row"].split("/", 1)[-1])
    }
    hits = [row for row in rows if row.code in codes]
    rows_hit = [row for row in hits if row.indicator_no is None or not named or row.row_no in named]
    return bool(rows_hit if codes[0] in PER_ROW else hits)


def test_every_positive_control_stays_quiet(
    inputs: list[ScoringInput], findings: dict[str, tuple[FindingRow, ...]]
) -> None:
    for entry, ids in known_entries(CONTROLS, inputs):
        for form_id in ids:
            forbidden = set(CONTROLS[entry["kind"]])
            loud = [r for r in findings[form_id] if r.code in forbidden and _on_row(entry, form_id, r, inputs)]
            assert loud == [], entry


def _on_row(entry: dict[str, Any], form_id: str, finding: FindingRow, inputs: list[ScoringInput]) -> bool:
    if finding.indicator_no is None or not entry["row"].startswith("数量指标/"):
        return True
    source = next(source for source in inputs if source.form.form_id == form_id)
    name = next(row.level3 for row in source.indicators if row.row_no == finding.row_no) or ""
    return name.startswith(entry["row"].split("/", 1)[-1]) and finding.row_no == 1


def test_scanned_forms_are_never_accused_where_a_slip_explains_it(
    inputs: list[ScoringInput], findings: dict[str, tuple[FindingRow, ...]]
) -> None:
    incomplete = [source.form.form_id for source in inputs if not source.form.complete]
    for form_id in incomplete:
        missing = [row for row in findings[form_id] if row.code in ("total_missing", "no_satisfaction_indicator")]
        assert {row.status for row in missing} == {"extraction_suspect"}


def test_most_forms_carry_no_violation(findings: dict[str, tuple[FindingRow, ...]]) -> None:
    violations = Counter(form_id for form_id, rows in findings.items() for row in rows if row.status == "violation")
    assert len(violations) < len(findings) / 2
