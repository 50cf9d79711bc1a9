"""Forms that are right however tricky are never accused, planted faults are found, and scores agree with findings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import FindingRow, ScoreRow
from pipeline.scoring import ScoringInput, assess_form, list_profiles, load_profile
from tests.examples import examples
from tests.scoring.planted import PlantedForm, correct_forms, faulty_forms
from tests.scoring.support import row, small_form

CORRECT, FAULTY = correct_forms(), faulty_forms()

OF_POINTS = frozenset(
    {
        "unmet_full_score",
        "score_not_by_formula",
        "partial_score_though_met",
        "score_outside_band",
        "score_exceeds_weight",
        "late_full_score",
        "late_partial_score",
    }
)
OF_EXECUTION = frozenset({"execution_score_wrong", "score_exceeds_weight"})


def test_there_are_enough_of_both() -> None:
    assert len(CORRECT) >= 230
    assert len(FAULTY) >= 130
    assert len({form.code for form in FAULTY}) >= 45


@pytest.mark.parametrize("profile", list_profiles())
def test_no_correct_form_is_accused_by_any_rules(profile: str) -> None:
    accused = {form.text: finding.message for form in CORRECT for finding in form.accused(profile)}
    assert accused == {}


def test_what_a_correct_form_must_not_be_asked_is_not_asked() -> None:
    asked = [(form.text, f.code, f.message) for form in CORRECT for f in form.findings() if f.code in form.quiet]
    assert asked == []


def test_nearly_all_planted_faults_are_found() -> None:
    missed = [form.text for form in FAULTY if not form.is_found()]
    assert len(missed) / len(FAULTY) <= 0.05, missed


def show_row(key: str) -> int | None:
    return int(key.split(":")[1]) if key.startswith("indicator:") else None


def contradictions(source: ScoringInput, profile: str) -> list[str]:
    """Return what the scores of a form say and its findings deny, or the reverse."""
    scores, findings = assess_form(source, load_profile(profile), "按指定")
    return [said for score in scores if (said := contradicted(score, findings))]


def contradicted(score: ScoreRow, findings: tuple[FindingRow, ...]) -> str | None:
    codes = {
        "indicator": {f.code for f in findings if f.table == "indicator" and f.row_no == score.row_no} & OF_POINTS,
        "execution_rate": {f.code for f in findings if f.table != "indicator"} & OF_EXECUTION,
        "total": {f.code for f in findings} & {"total_not_sum"},
    }[score.item]
    wrong = score.verdict in ("over_scored", "under_scored")
    denied = (wrong and not codes) or (score.verdict == "consistent" and codes)
    return f"{score.item} {score.row_no} {score.verdict} {codes}: {score.explanation}" if denied else None


@pytest.mark.parametrize("profile", list_profiles())
def test_score_and_finding_never_contradict_on_these_forms(profile: str) -> None:
    found = {form.text: said for form in (*CORRECT, *FAULTY) if (said := contradictions(form.source, profile))}
    assert found == {}


TARGETS = "≥10家 10家 =10家 ≤10家 ≤2小时 2024年6月前 ≥90% 90% 健全 优良中低差 定性 — 0次 ≥4人"
ACTUALS = "8家 10家 9.95家 41家 120家 3小时 2024年9月 85% 86% 95% 已健全 未完成 部分达成 优 差 达标 — 无 ≥10家 5000家"
ROWS = st.fixed_dictionaries(
    {
        "level2": st.sampled_from(["数量指标", "时效指标", "经济成本指标", "服务对象满意度指标"]),
        "target": st.sampled_from(TARGETS.split()),
        "actual": st.sampled_from(ACTUALS.split()),
        "weight": st.sampled_from(["10", "5", "0", "-1", ""]),
        "score": st.sampled_from(["10", "9.95", "9", "5.05", "5", "0", ""]),
    }
)
FUNDS = st.fixed_dictionaries(
    {
        "score": st.sampled_from(["10", "9", "10.05", "9.5", "11", ""]),
        "executed": st.sampled_from(["30", "27", "33", "26.99"]),
    }
)


@settings(max_examples=examples(400), deadline=None)
@given(ROWS, FUNDS, st.sampled_from([None, "97", "100", "97.3"]), st.sampled_from(list_profiles()))
def test_score_and_finding_never_contradict_on_drawn_rows(
    cells: dict[str, str], fund: dict[str, str], total: str | None, profile: str
) -> None:
    classes = {"经济成本指标": "成本指标", "服务对象满意度指标": "满意度指标"}
    drawn = row(**cells, level1=classes.get(cells["level2"], "产出指标"))
    assert contradictions(small_form(drawn, fund=fund, total=total), profile) == []


@pytest.mark.parametrize("form", FAULTY[:20], ids=lambda form: form.text)
def test_a_planted_fault_is_told_in_words_with_its_numbers(form: PlantedForm) -> None:
    sentences = [finding.message for finding in form.findings() if finding.code == form.code]
    assert any(any(char.isdigit() for char in sentence) for sentence in sentences)
