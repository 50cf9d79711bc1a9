"""Cells of the fund table, weights and scores."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.units import parse_amount, parse_number, parse_rate


@pytest.mark.parametrize(
    ("text", "unit", "yuan"),
    [
        ("738.62892", "万元", "7386289.2"),
        ("215,457.6", "元", "215457.6"),
        ("215，457.6", "元", "215457.6"),
        ("250000.00", "元", "250000"),
        ("396.26752 9", "万元", "3962675.29"),
        ("1.5", "亿元", "150000000"),
        ("0", "万元", "0"),
        ("35万", "元", "350000"),
        ("５０", "万元", "500000"),
        ("五万元", "万元", "50000"),
    ],
)
def test_an_amount_is_exact_in_yuan(text: str, unit: str, yuan: str) -> None:
    assert parse_amount(text, unit) == Decimal(yuan)


@pytest.mark.parametrize("text", [None, "", "—", "-", "/", "1.2.3", "10家", "约5", "١٢", "9" * 40, "5 / 6", "一"])
def test_what_is_no_amount_is_none(text: str | None) -> None:
    assert parse_amount(text, "万元") is None
    assert parse_amount("5", "公里") is None


@pytest.mark.parametrize(
    ("text", "rate"),
    [("100", "1"), ("100%", "1"), ("99.97%", "0.9997"), ("90％", "0.9"), ("0", "0"), ("1", "1"), ("0.8676", "0.8676")],
)
def test_a_rate_is_a_ratio_with_or_without_its_sign(text: str, rate: str) -> None:
    assert parse_rate(text) == Decimal(rate)


@pytest.mark.parametrize(
    ("text", "number"), [("10", "10"), ("9.99", "9.99"), ("10分", "10"), ("１０", "10"), ("0", "0")]
)
def test_a_score_is_a_number_of_points(text: str, number: str) -> None:
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize("text", [None, "", "—", "10%", "10/10", "优", "1.2.3"])
def test_what_is_no_score_is_none(text: str | None) -> None:
    assert parse_number(text) is None
