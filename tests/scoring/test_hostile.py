"""Whatever stands in the cells: scoring gives rows and findings, never an exception and never an impossible score."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.scoring import assess_form, explain_form, list_profiles, load_profile
from tests.examples import examples
from tests.scoring.support import row, small_form

CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.text(alphabet="0123456789.,%-—≥≤=><~～/万亿千元家次年月日天小时分钟余内以上不超过至", max_size=14),
    st.sampled_from(["", "-", "≥", "%", "1.2.3", "100%%", "-5", "９５％", "≥≤3", "1e400", "0", "=0%", "9" * 60, "０"]),
)
FUND_CELLS = st.fixed_dictionaries(
    dict.fromkeys(("initial", "full_year", "executed", "weight", "rate", "score"), CELLS)
)


ROW_CELLS = st.fixed_dictionaries(dict.fromkeys(("target", "actual", "weight", "score", "nature", "unit"), CELLS))


@settings(max_examples=examples(120), suppress_health_check=[HealthCheck.too_slow])
@given(ROW_CELLS, FUND_CELLS, CELLS, st.sampled_from(list_profiles()))
def test_any_text_in_any_cell_is_scored_or_left_alone(
    cells: dict[str, str | None], fund: dict[str, str | None], total: str | None, name: str
) -> None:
    cells = row(None, None) | cells
    source = small_form(cells, fund=fund, total_weight_raw=total, total_score_raw=total)
    scores, findings = assess_form(source, load_profile(name), "")
    assert explain_form(source, scores, findings)
    for scored in scores:
        if scored.expected_min is not None and scored.expected_max is not None and scored.item != "total":
            assert scored.expected_min <= scored.expected_max


def test_points_below_zero_are_a_finding_and_not_scored() -> None:
    source = small_form(row("≥3份", "3份", "-1", "-1"), fund={"weight": "-10", "score": "1", "rate": "50%"})
    scores, findings = assess_form(source, load_profile("national"), "")
    found = {(f.table, f.row_no, f.status) for f in findings if f.code == "weight_negative"}
    assert found == {("indicator", 1, "violation"), ("fund", 1, "violation")}
    unscored = {s.item: s.verdict for s in scores if s.rule == "negative_weight"}
    assert unscored == {"execution_rate": "not_scorable", "indicator": "not_scorable"}


def test_points_above_zero_are_no_finding() -> None:
    _, findings = assess_form(small_form(row("≥3份", "3份", "10", "10")), load_profile("national"), "")
    assert not [f for f in findings if f.code == "weight_negative"]


@pytest.mark.parametrize("text", ["9" * 10_000, "≥" * 10_000, "1," * 5_000, "完成" * 5_000])
def test_a_cell_of_ten_thousand_characters_does_no_harm(text: str) -> None:
    source = small_form(row(text, text, "10", "10"), recognised=True, expected_goal=text)
    scores, findings = assess_form(source, load_profile("beijing-2024"), "")
    assert explain_form(source, scores, findings)
