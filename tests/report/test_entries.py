"""What the list knows of the forms: which of a form and its copies counts, and in which order they come."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pipeline.records import FundRow, Money
from pipeline.report.entries import order_entries, prefer_pictured
from pipeline.report.weights import weigh_form


def entry(name: str, duplicate: str | None = None, *, placed: bool = True, weight: int = 1) -> dict[str, Any]:
    return {
        "id": name, "duplicate": duplicate, "placed": placed, "weight": weight, "amount": None, "executed": None,
        "place": name,
    }  # fmt: skip


def repeats(*entries: dict[str, Any]) -> dict[str, str | None]:
    return {one["id"]: one["duplicate"] for one in prefer_pictured(entries)}


def test_a_copy_with_pages_counts_instead_of_a_word_file() -> None:
    word, second, pdf = entry("word", placed=False), entry("other word", "word", placed=False), entry("pdf", "word")
    assert repeats(word, second, pdf) == {"pdf": None, "word": "pdf", "other word": "pdf"}


def test_an_original_with_pages_counts_and_so_does_one_without_any() -> None:
    assert repeats(entry("a"), entry("b", "a", placed=False)) == {"a": None, "b": "a"}
    assert repeats(entry("a", placed=False), entry("b", "a", placed=False)) == {"a": None, "b": "a"}


def test_of_several_copies_with_pages_one_counts() -> None:
    found = repeats(entry("word", placed=False), entry("one", "word"), entry("two", "word"))
    assert found == {"word": "one", "one": None, "two": "one"}


def test_the_most_at_stake_comes_first() -> None:
    ordered = order_entries([entry("a", weight=1), entry("b", weight=9), entry("c", weight=9)])
    assert [one["id"] for one in ordered] == ["b", "c", "a"]


def test_the_money_of_a_whole_department_is_that_of_its_own_line() -> None:
    blank = FundRow(form_id="f", row_no=1, fund_type="total")
    whole = FundRow(
        form_id="f", row_no=5, fund_type="total", label_raw="部门整体支出总额", executed_yuan=Money(Decimal(882))
    )
    assert weigh_form([], [blank, whole], []).executed == 882
    assert weigh_form([], [blank], []).executed is None
