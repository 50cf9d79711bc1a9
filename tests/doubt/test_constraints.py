"""What the form's own arithmetic says of its numbers."""

from __future__ import annotations

import pytest

from pipeline.doubt.column_kinds import review_rules
from pipeline.doubt.constraints import list_constraints
from pipeline.doubt.repair import find_accused, find_confirmed, texts_of
from pipeline.forms.fields import list_fields
from tests.doubt.support import change, scanned_form

WEIGHT_1 = ("indicator", 1, "weight_raw")
RATE = ("fund", 1, "execution_rate_raw")
EXECUTED = ("fund", 1, "executed_raw")
PART_EXECUTED = ("fund", 2, "executed_raw")
TOTAL_SCORE = ("form", None, "total_score_raw")


def weigh(form):
    texts = texts_of(list_fields(form))
    constraints = list_constraints(texts, form.money_unit, review_rules().constraints)
    return texts, constraints


def accused(form):
    return find_accused(*weigh(form))


def confirmed(form):
    return find_confirmed(*weigh(form), review_rules())


def test_a_form_that_adds_up_accuses_nobody_and_vouches_for_every_number_in_a_sum():
    form = scanned_form()

    assert accused(form) == set()
    assert {WEIGHT_1, RATE, EXECUTED, PART_EXECUTED, TOTAL_SCORE} <= confirmed(form)


def test_zeros_dashes_and_blanks_are_vouched_for_by_no_sum():
    assert not {("fund", 3, "executed_raw"), ("fund", 2, "weight_raw"), ("fund", 3, "initial_budget_raw")} & confirmed(
        scanned_form()
    )


def test_a_wrong_weight_accuses_all_weights_and_leaves_the_scores_alone():
    form = change(scanned_form(), WEIGHT_1, "60")

    assert {key[2] for key in accused(form)} == {"weight_raw", "total_weight_raw"}
    assert TOTAL_SCORE in confirmed(form)


@pytest.mark.parametrize("printed", ["98%", "98", "98.00%", "98.0%"])
def test_a_rate_may_be_truncated_or_rounded_at_its_own_decimals(printed):
    assert RATE not in accused(change(scanned_form(), RATE, printed))


def test_a_rate_that_the_amounts_do_not_give_is_accused_with_them():
    assert {RATE, EXECUTED} <= accused(change(scanned_form(), RATE, "93%"))


def test_a_rate_of_two_digits_does_not_vouch_for_amounts_of_four():
    form = change(change(scanned_form(), PART_EXECUTED, ""), ("fund", 3, "executed_raw"), "")
    form = change(form, ("fund", 4, "executed_raw"), "")

    assert RATE in confirmed(form)
    assert EXECUTED not in confirmed(form)


def test_a_total_rounded_to_the_cent_is_kept_but_vouches_for_nothing():
    form = change(scanned_form(), TOTAL_SCORE, "97.81")

    assert TOTAL_SCORE not in accused(form) | confirmed(form)


def test_a_score_above_its_weight_accuses_both():
    form = change(change(scanned_form(), ("indicator", 2, "score_raw"), "48"), TOTAL_SCORE, "107.8")

    assert accused(form) == {("indicator", 2, "score_raw"), ("indicator", 2, "weight_raw")}


def test_amounts_are_compared_in_one_unit():
    form = change(scanned_form(), PART_EXECUTED, "249900元")

    assert EXECUTED not in accused(form)
