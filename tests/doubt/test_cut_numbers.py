"""An amount that is the beginning or the end of the one beside it was cut; one that says the same was not."""

from __future__ import annotations

import pytest

from pipeline.doubt.cut_numbers import find_cut_numbers
from pipeline.models import Reading


def cut(initial: str, annual: str, executed: str = "—") -> list[str]:
    texts = {"initial_budget_raw": initial, "annual_budget_raw": annual, "executed_raw": executed}
    fields = {("fund", 1, name): Reading(text, source="ocr") for name, text in texts.items()}
    return [key[2] for key in find_cut_numbers(fields)]


@pytest.mark.parametrize("piece", ["18.24", "1991", "918.24", "19918.2"])
def test_a_piece_of_the_amount_beside_it_was_cut(piece: str) -> None:
    assert cut(piece, "19918.24") == ["initial_budget_raw"]


@pytest.mark.parametrize("other", ["19918.24", "19918.25", "24", "", "—", "19918.240"])
def test_other_amounts_were_not(other: str) -> None:
    assert not cut(other, "19918.24")


def test_an_amount_that_is_printed_with_more_noughts_says_the_same() -> None:
    assert not cut("100", "100.00")
