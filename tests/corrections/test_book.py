"""Decisions are lines that people can read; what stands for a cell follows from what replaces what, not from luck."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corrections.book import parse_decisions, read_book, read_decisions
from pipeline.corrections.decision import Address, Decision
from pipeline.corrections.journal import Superseded, append_decisions
from pipeline.errors import AccessError, ConfigurationError
from tests.corrections.misreading_reader import EXECUTED, NAME, SCORE
from tests.corrections.support import DOCUMENT, decide, note


def path_of(folder: Path) -> Path:
    return folder / f"{DOCUMENT}.jsonl"


def test_a_decision_is_one_line_with_everything_that_a_reader_of_the_diff_wants(tmp_path: Path) -> None:
    note(tmp_path, decide(SCORE, reason="看原件"))
    (line,) = path_of(tmp_path).read_text(encoding="utf-8").splitlines()
    facts = json.loads(line)
    assert {"document", "form_no", "table", "row_no", "field", "old", "new", "reason", "time", "reviewer"} <= set(facts)
    assert (facts["old"], facts["new"], facts["reviewer"], facts["reason"]) == ("36", "30", "王审计", "看原件")
    assert facts["time"].endswith("Z")


@given(text=st.text(max_size=60), reason=st.text(max_size=60))
def test_any_reading_survives_its_line(text: str, reason: str) -> None:
    decision = decide(NAME, new=text, reason=reason)
    (back,) = parse_decisions(decision.line().encode("utf-8", "replace"), Path("x"), DOCUMENT)
    assert decision.line().count("\n") == 1
    assert back.new == text.encode("utf-8", "replace").decode()


def test_a_later_decision_stands_in_place_of_the_one_it_replaces(tmp_path: Path) -> None:
    found = note(tmp_path, decide(SCORE, new="20"), decide(SCORE, new="30"))
    standing = found.state(SCORE).decision
    assert standing is not None
    assert standing.new == "30"
    assert len(found.lines) == 2


def test_undo_brings_back_what_stood_before(tmp_path: Path) -> None:
    found = note(tmp_path, decide(SCORE, new="20"), decide(SCORE, new="30"), decide(SCORE, "undo"))
    standing = found.state(SCORE).decision
    assert standing is not None
    assert standing.new == "20"
    found = note(tmp_path, decide(SCORE, "undo"))
    assert found.state(SCORE).decision is not None, "undoing the undo"


def test_undoing_the_only_decision_leaves_none(tmp_path: Path) -> None:
    found = note(tmp_path, decide(SCORE), decide(SCORE, "undo"))
    assert found.state(SCORE).decision is None
    assert not found.in_force


def test_a_reviewer_who_did_not_see_the_last_decision_is_refused(tmp_path: Path) -> None:
    note(tmp_path, decide(SCORE, new="20", reviewer="李"))
    with pytest.raises(Superseded) as refused:
        append_decisions(tmp_path, [decide(SCORE)])
    standing = refused.value.found.state(SCORE).decision
    assert standing is not None
    assert standing.reviewer == "李"
    assert len(read_decisions(tmp_path, DOCUMENT).lines) == 1


def test_a_group_of_decisions_is_added_whole_or_not_at_all(tmp_path: Path) -> None:
    note(tmp_path, decide(SCORE))
    with pytest.raises(Superseded):
        append_decisions(tmp_path, [decide(EXECUTED), decide(SCORE)])
    assert len(read_decisions(tmp_path, DOCUMENT).lines) == 1


def test_files_that_were_put_together_show_a_conflict_until_someone_settles_it(tmp_path: Path) -> None:
    one, other = decide(SCORE, reviewer="王"), decide(SCORE, new="20", reviewer="李")
    path_of(tmp_path).write_text(one.line() + other.line(), encoding="utf-8")
    state = read_decisions(tmp_path, DOCUMENT).state(SCORE)
    assert state.conflict
    assert state.decision is None
    settled = note(tmp_path, decide(SCORE)).state(SCORE)
    assert not settled.conflict
    assert settled.heads[0].replaces == (one.id, other.id)


def test_two_who_agree_do_not_contradict_each_other(tmp_path: Path) -> None:
    lines = decide(SCORE, reviewer="王").line() + decide(SCORE, reviewer="李").line()
    path_of(tmp_path).write_text(lines, encoding="utf-8")
    assert not read_decisions(tmp_path, DOCUMENT).state(SCORE).conflict


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    addresses = [Address(1, "indicator", number, "score_raw") for number in range(1, 41)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: append_decisions(tmp_path, [decide(one, "accept", old="1")]), addresses))
    assert {decision.address for decision in read_decisions(tmp_path, DOCUMENT).lines} == set(addresses)


def test_of_many_at_once_about_one_cell_one_is_heard(tmp_path: Path) -> None:
    def attempt(number: int) -> bool:
        try:
            append_decisions(tmp_path, [decide(SCORE, new=str(number))])
        except Superseded:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 1


def test_a_last_line_without_its_end_is_completed_before_the_next(tmp_path: Path) -> None:
    path_of(tmp_path).write_text(decide(SCORE).line().rstrip("\n"), encoding="utf-8")
    assert len(note(tmp_path, decide(EXECUTED)).lines) == 2


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("<<<<<<< HEAD", "no decision"),
        ("{}", "no decision"),
        (decide(SCORE).line().replace('"score_raw"', '"score"'), "has no field"),
        (decide(SCORE).line().replace('"correct"', '"guess"'), "no decision"),
        (decide(SCORE).line().replace(DOCUMENT, "0" * 64), "another document"),
        (decide(SCORE, "undo", replaces=("abcd",)).line(), "no earlier line"),
        (decide(SCORE).line()[:60], "no decision"),
    ],
    ids=["merge mark", "empty", "unknown field", "unknown verdict", "other document", "nothing replaced", "torn"],
)
def test_a_line_that_is_none_is_named(tmp_path: Path, line: str, says: str) -> None:
    path_of(tmp_path).write_text(decide(EXECUTED).line() + line, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="line 2") as refused:
        read_book(tmp_path)
    assert says in refused.value.message
    with pytest.raises(ConfigurationError):
        append_decisions(tmp_path, [decide(NAME)])
    assert path_of(tmp_path).read_text(encoding="utf-8").endswith(line), "nothing was added"


def test_an_id_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path_of(tmp_path).write_text(decide(SCORE).line() * 2, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="there twice"):
        read_book(tmp_path)


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(AccessError):
        append_decisions(tmp_path / "file", [decide(SCORE)])


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "elsewhere").touch()
    path_of(tmp_path / "in").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AccessError):
        append_decisions(tmp_path / "in", [decide(SCORE)])
    assert (tmp_path / "elsewhere").read_bytes() == b""


def test_no_folder_is_no_decision(tmp_path: Path) -> None:
    assert not read_book(tmp_path / "nowhere").documents


def test_a_decision_must_say_one_thing() -> None:
    for action, new in (("accept", "1"), ("correct", None), ("unreadable", "1"), ("undo", "1")):
        with pytest.raises(ValueError):
            decide(SCORE, action, old="36", new=new)
    with pytest.raises(ValueError):
        Decision.model_validate(decide(SCORE).model_dump() | {"reviewer": " "})
