"""What hangs on a field decides its place in the queue: findings first, totals, sums, and blanks last."""

from __future__ import annotations

import pytest

from pipeline.corrections.decision import Address
from pipeline.desk.stakes import Stakes, weigh_field

NONE = Stakes({}, {"f": 1000.0})


def rank(table: str, row_no: int | None, field: str, text: str, stakes: Stakes = NONE) -> int:
    return weigh_field("f", Address(1, table, row_no, field), text, stakes).rank  # type: ignore[arg-type]


def test_a_total_comes_before_the_blank_score_of_a_part_of_the_funds() -> None:
    assert rank("form", None, "total_score_raw", "98") < rank("fund", 2, "score_raw", "—")
    assert (
        rank("fund", 1, "executed_raw", "12") < rank("fund", 3, "executed_raw", "12") < rank("fund", 3, "score_raw", "")
    )


@pytest.mark.parametrize("blank", ["", "—", "-", "/"])
def test_a_blank_that_enters_no_sum_comes_after_a_number_that_does(blank: str) -> None:
    assert rank("fund", 3, "annual_budget_raw", "5") < rank("fund", 3, "annual_budget_raw", blank)


def test_a_field_that_a_finding_rests_on_comes_first_and_says_which() -> None:
    finding = {"code": "unmet_full_score", "amount_yuan": 5.0}
    stakes = Stakes({("f", "indicator:2:score_raw"): [finding]}, {})
    found = weigh_field("f", Address(1, "indicator", 2, "score_raw"), "10", stakes)
    assert (found.rank, found.amount) == (0, 5.0)
    assert found.why == "疑点据此得出：未达标却得满分"
    assert found.order < weigh_field("f", Address(1, "form", None, "total_score_raw"), "10", stakes).order
