"""The report of the accuracy benchmark counts what was read, by ruling, typesetter, habit and condition."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.accuracy import fall_short, parse_arguments, write_report
from benchmarks.drawn import Recipe
from benchmarks.tallies import Outcome, Tally, kind, list_errors, report
from tests.typeset.compare import Judgement


def judged(*, right: bool, flagged: bool = False, row: str = "row 1") -> Judgement:
    return Judgement("a.pdf", 1, row, "score_raw", "10", "10" if right else "1", right, flagged, 0.9)


def outcome(condition: str, ruling: str, *fields: Judgement, error: str = "") -> Outcome:
    return Outcome(Recipe("seen", 3, condition, ruling, "own", "usual"), 1, 2, 1.0, fields, error)


def test_a_wrong_field_is_silent_unless_it_is_marked() -> None:
    tally = Tally(
        [outcome("text", "solid", judged(right=True), judged(right=False, flagged=True), judged(right=False))]
    )
    assert tally.accuracy == 1 / 3
    assert round(tally.silent_per_10k) == 3333
    assert tally.review_load == 1 / 3
    assert tally.row_accuracy == 0


def test_the_gate_says_of_text_and_of_scans_what_is_worse_than_it_may_be() -> None:
    outcomes = [
        outcome("text", "solid", judged(right=True), judged(right=True)),
        outcome("grey_200", "solid", judged(right=True), judged(right=False)),
    ]
    assert list(fall_short(outcomes, least=0.5, most_silent=5000)) == []
    worse = list(fall_short(outcomes, least=0.6, most_silent=4999))
    assert len(worse) == 2
    assert all(line.startswith("scan: ") for line in worse)


def test_the_report_has_a_row_for_every_ingredient() -> None:
    outcomes = [
        outcome("text", "dotted", judged(right=True)),
        outcome("grey_200", "none", judged(right=False)),
        outcome("folded", "solid", judged(right=True)),
    ]
    text = report(outcomes, "the command", "unseen")
    for name in ("text", "dotted", "none", "folded", "own", "usual", "all", "scan, plain, any ruling"):
        assert f"| {name} | " in text
    assert "`the command`" in text
    assert "half `unseen`" in text


def test_documents_are_grouped_by_what_they_test() -> None:
    assert kind(Recipe("seen", 1, "folded", "solid", "own", "usual")) == "scan, spoiled, plain ruling"
    assert kind(Recipe("seen", 1, "docx", "none", "own", "usual")) == "docx"


def test_wrong_fields_and_failures_are_listed() -> None:
    lines = list(list_errors([outcome("text", "none", judged(right=True), judged(right=False), error="a\nlast")]))
    assert lines[1].endswith("last")
    assert lines[2].startswith("0003-text-none-own-usual\t1\trow 1\tscore_raw\tTrue")
    assert len(lines) == 3


@pytest.mark.parametrize("half", ["seen", "unseen"])
def test_wrong_fields_are_shown_of_the_half_for_tuning_only(half: str, tmp_path: Path) -> None:
    write_report([outcome("text", "none", judged(right=False))], "the command", half, tmp_path)
    assert (tmp_path / "accuracy-errors.tsv").exists() == (half == "seen")
    assert {"accuracy.md", "accuracy.svg"} <= {path.name for path in tmp_path.iterdir()}


def test_what_is_measured_is_what_was_not_looked_at() -> None:
    assert parse_arguments([]).half == "unseen"
    assert parse_arguments(["draw", "--out", "folder"]).half == "seen"
