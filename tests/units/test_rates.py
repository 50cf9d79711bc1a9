"""A printed rate is a percentage or a ratio, as spreadsheets print it; which was meant is told by the computed rate."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.scoring import ScoringInput, find_discrepancies, load_profile
from pipeline.scoring.wording import show_number
from pipeline.units import parse_rate
from pipeline.units.sums.cutting import cut_number
from pipeline.units.sums.rates import agrees, choose_reading
from tests.scoring.support import small_form

BEIJING = load_profile("beijing-2024")
RATE_CODES = {"execution_rate_wrong", "part_rate_wrong", "rate_percent_missing", "rate_beside_rounded"}


def rate_codes(source: ScoringInput) -> set[str]:
    return {finding.code for finding in find_discrepancies(source, BEIJING)} & RATE_CODES


def spent(executed: str, rate: str, score: str = "9") -> ScoringInput:
    return small_form(fund={"executed": executed, "rate": rate, "score": score})


@pytest.mark.parametrize("rate", ["90%", "90.00%", "0.9", "0.90", "0.9000", "90 %", "９０％"])
def test_the_same_rate_in_every_spelling_is_right(rate: str) -> None:
    assert rate_codes(spent("27", rate)) == set()


@pytest.mark.parametrize("rate", ["90", "90.00"])
def test_a_percentage_without_its_sign_lacks_nothing_but_the_sign(rate: str) -> None:
    assert rate_codes(spent("27", rate)) == {"rate_percent_missing"}


@pytest.mark.parametrize("rate", ["0.8", "0.09", "80%", "9", "0.9%"])
def test_another_rate_is_wrong_whether_ratio_or_percentage(rate: str) -> None:
    assert "execution_rate_wrong" in rate_codes(spent("27", rate))


@pytest.mark.parametrize(("rate", "code"), [("86.19%", "rate_beside_rounded"), ("86.17%", "rate_beside_rounded")])
def test_a_hundredth_of_a_percent_beside_is_told_and_accuses_nobody(rate: str, code: str) -> None:
    assert rate_codes(small_form(fund={"executed": "25.8549", "rate": rate, "score": "8.62"})) == {code}


def test_two_hundredths_beside_is_wrong() -> None:
    source = small_form(fund={"executed": "25.8549", "rate": "86.21%", "score": "8.62"})
    assert "execution_rate_wrong" in rate_codes(source)


def test_sister_rows_tell_what_a_rate_that_fits_neither_way_was_meant_as() -> None:
    sister = ("0.75", Decimal(75))
    alone = choose_reading("1.2", Decimal("1.6"), ())
    beside = choose_reading("1.2", Decimal("1.6"), (sister,))
    assert (alone and alone.ratio, beside and beside.ratio) == (False, True)


@given(
    budget=st.integers(1, 10**9), executed=st.integers(0, 10**9), decimals=st.integers(0, 6), style=st.integers(0, 2)
)
def test_every_spelling_of_the_computed_rate_agrees(budget: int, executed: int, decimals: int, style: int) -> None:
    computed = Decimal(executed) / Decimal(budget) * 100
    for mode in (ROUND_DOWN, ROUND_HALF_UP):
        percent = cut_number(computed, decimals, mode)
        ratio = show_number(percent / 100)
        text = (f"{percent}%", f"{percent}", ratio)[style]
        if style == 2 and Decimal(ratio) >= 10:
            continue
        assert agrees(text, computed)


def test_the_typed_rate_is_a_fraction_in_every_spelling() -> None:
    assert {parse_rate(text) for text in ("0.9", "90", "90%", "90.00")} == {Decimal("0.9")}


def test_a_rate_with_words_is_not_judged() -> None:
    source = small_form(fund={"rate": "按进度"})
    assert rate_codes(replace(source)) == set()
