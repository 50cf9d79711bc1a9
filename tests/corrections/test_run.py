"""What reviewers decided is in the dataset after the next run, only there, and gone again when it is taken back."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.running.upkeep import forget, score_dataset, verify
from pipeline.storage.load import load
from tests.corrections.misreading_reader import EXECUTED, NAME, PROJECT, SAMPLE, SCORE
from tests.corrections.support import DOCUMENT, FORM, READER, decide, note, run_sample
from tests.running.support import documents, jixiao, rows

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The misread sample as it was read, without a correction."""
    out = tmp_path_factory.mktemp("misread") / "out"
    run_sample(out, None)
    return out


@pytest.fixture
def out(dataset: Path, tmp_path: Path) -> Path:
    """A copy of the dataset, to be corrected."""
    return Path(shutil.copytree(dataset, tmp_path / "out", symlinks=True))


@pytest.fixture
def decisions(tmp_path: Path) -> Path:
    folder = tmp_path / "corrections"
    folder.mkdir()
    return folder


def cell(out: Path, field: str, row_no: int | None, table: str = "indicator") -> dict[str, object]:
    names = ("text", "first_reading", "needs_review", "review_reason", "confidence")
    found = [
        dict(zip(names, row[3:], strict=True))
        for row in rows(out, "cells", "table", "row_no", "field", *names)
        if row[:3] == (table, row_no, field)
    ]
    return found[0]


def test_a_corrected_field_is_typed_and_scored_anew(out: Path, decisions: Path) -> None:
    before = set(rows(out, "findings", "code", "row_no", "field"))
    note(decisions, decide(SCORE), decide(EXECUTED))
    summary = run_sample(out, decisions)
    assert (summary.read, summary.exit_status) == (0, 0), "nothing was read for it"
    assert rows(out, "indicators", "score_raw", "score")[0] == ("30", 30.0)
    assert rows(out, "funds", "executed_raw", "executed_yuan")[0] == ("174.83", Decimal("1748300.0000"))
    scores = {row[:2]: row[2:] for row in rows(out, "scores", "form_id", "row_no", "reported_score", "verdict")}
    assert scores[FORM, 1] == (30.0, "consistent")
    after = set(rows(out, "findings", "code", "row_no", "field"))
    assert ("score_exceeds_weight", 1, "score_raw") in before - after


def test_the_cell_says_who_corrected_it_and_what_was_read_first(out: Path, decisions: Path) -> None:
    note(decisions, decide(SCORE))
    run_sample(out, decisions)
    assert cell(out, "score_raw", 1) == {
        "text": "30",
        "first_reading": "36",
        "needs_review": False,
        "review_reason": "corrected by 王审计",
        "confidence": 1.0,
    }


def test_an_accepted_field_keeps_its_reading_and_loses_its_doubt(out: Path, decisions: Path) -> None:
    note(decisions, decide(NAME, "accept"))
    summary = run_sample(out, decisions)
    found = cell(out, "level3", 3)
    assert (found["text"], found["first_reading"], found["needs_review"]) == ("控制在预箅内", None, False)
    assert summary.needs_review == 3


def test_an_unreadable_field_is_null_and_stays_under_review(out: Path, decisions: Path) -> None:
    note(decisions, decide(SCORE, "unreadable"))
    run_sample(out, decisions)
    assert rows(out, "indicators", "score_raw", "score")[0] == (None, None)
    found = cell(out, "score_raw", 1)
    assert (found["needs_review"], found["review_reason"]) == (True, "unreadable, says 王审计")
    suspect = rows(out, "findings", "form_id", "row_no", "field", "status")
    assert {row[3] for row in suspect if row[:3] == (FORM, 1, "score_raw")} <= {"extraction_suspect", "unverifiable"}


def test_undo_restores_the_published_state_byte_for_byte(out: Path, decisions: Path) -> None:
    before = run_sample(out, decisions).snapshot
    note(decisions, decide(SCORE))
    assert run_sample(out, decisions).snapshot != before
    note(decisions, decide(SCORE, "undo"))
    assert run_sample(out, decisions).snapshot == before


def test_documents_without_decisions_are_left_alone(out: Path, decisions: Path, tmp_path: Path) -> None:
    note(decisions, decide(SCORE))
    run_sample(out, decisions)
    corrected = list((out / ".store" / "corrected").glob("*/*.result"))
    assert [path.stem for path in corrected] == [DOCUMENT]
    written = corrected[0].stat().st_mtime_ns
    note(decisions, decide(PROJECT, document="f" * 64, file="elsewhere.pdf"))
    summary = run_sample(out, decisions)
    assert corrected[0].stat().st_mtime_ns == written
    assert summary.unplaced == 1
    assert any("1 corrections are of documents" in line for line in summary.lines())


def test_a_correction_that_no_longer_fits_is_an_error(
    out: Path, decisions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(decisions, decide(SCORE), decide(EXECUTED))
    monkeypatch.setenv("MISREADING", "OTHERWISE")
    summary = run_sample(out, decisions, force=True)
    assert summary.exit_status == 3
    assert [(item.file, item.code) for item in summary.misfits] == [(str(SAMPLE), "correction_misfit")]
    assert "form 1, indicator row 1, score_raw: reads otherwise" in summary.misfits[0].error
    assert documents(out) == {SAMPLE.name: ("partial", "correction_misfit")}
    assert cell(out, "score_raw", 1)["review_reason"] == "correction_misfit"
    assert rows(out, "indicators", "score_raw")[0] == ("80",), "the reading stands, under review"
    assert rows(out, "funds", "executed_raw")[0] == ("174.83",), "the other correction is applied"
    assert run_sample(out, decisions).exit_status == 3, "until someone decides again"
    note(decisions, decide(SCORE, old="80"))
    assert run_sample(out, decisions).exit_status == 0


def test_a_correction_that_the_reader_now_agrees_with_fits(
    out: Path, decisions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(decisions, decide(SCORE))
    monkeypatch.setenv("MISREADING", "BETTER")
    assert run_sample(out, decisions, force=True).exit_status == 0
    assert rows(out, "indicators", "score_raw")[0] == ("30",)


def test_a_cell_that_is_not_there_is_an_error(out: Path, decisions: Path) -> None:
    note(decisions, decide(SCORE._replace(row_no=99), old="36", new="30"))
    summary = run_sample(out, decisions)
    assert summary.exit_status == 3
    assert "no such cell" in summary.misfits[0].error


def test_a_contradiction_is_an_error_and_neither_is_applied(out: Path, decisions: Path) -> None:
    lines = decide(SCORE, reviewer="王").line() + decide(SCORE, new="20", reviewer="李").line()
    (decisions / f"{DOCUMENT}.jsonl").write_text(lines, encoding="utf-8")
    summary = run_sample(out, decisions)
    assert summary.exit_status == 3
    assert "李 and 王 decided differently" in summary.misfits[0].error
    assert rows(out, "indicators", "score_raw")[0] == ("36",)


def test_decisions_about_the_bytes_that_a_file_held_before_are_an_error(out: Path, decisions: Path) -> None:
    note(decisions, decide(SCORE, document="e" * 64))
    summary = run_sample(out, decisions)
    assert summary.exit_status == 3
    assert "1 were made when the file had other bytes" in summary.misfits[0].error


def test_corrections_do_not_vanish_with_their_folder(out: Path, decisions: Path) -> None:
    note(decisions, decide(SCORE))
    run_sample(out, decisions)
    with pytest.raises(ConfigurationError, match="--corrections"):
        run_sample(out, decisions / "elsewhere")
    assert rows(out, "indicators", "score_raw")[0] == ("30",)


def test_scoring_again_keeps_the_corrections(out: Path, decisions: Path) -> None:
    note(decisions, decide(SCORE))
    run_sample(out, decisions)
    score_dataset(out, "mof-2021-101", accept_shrink=True, corrections=decisions)
    assert rows(out, "indicators", "score_raw")[0] == ("30",)
    assert set(load("scores", out)["profile"]) == {"mof-2021-101"}
    note(decisions, decide(EXECUTED))
    run_sample(out, decisions)
    assert set(load("scores", out)["profile"]) == {"mof-2021-101"}, "as the rest of the dataset was scored"


def test_forgetting_another_file_keeps_the_corrections(out: Path, decisions: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    shutil.copy(SAMPLE, tmp_path / "in" / "copy.pdf")
    note(decisions, decide(SCORE))
    run_sample(out, decisions, tmp_path / "in")
    forget(out, [tmp_path / "in"])
    assert rows(out, "indicators", "score_raw")[0] == ("30",)
    forget(out, [SAMPLE])
    assert not list((out / ".store" / "corrected").glob("*/*.result"))


def test_damaged_corrected_rows_are_found_and_made_anew(out: Path, decisions: Path) -> None:
    note(decisions, decide(SCORE))
    run_sample(out, decisions)
    (path,) = (out / ".store" / "corrected").glob("*/*.result")
    path.write_bytes(path.read_bytes()[:-40])
    assert [fault.path for fault in verify(out)] == [str(path)]
    run_sample(out, decisions)
    assert not list(verify(out))


def test_the_command_line_says_what_is_wrong(out: Path, decisions: Path) -> None:
    options = (SAMPLE, "--out", out, "--corrections", decisions)
    (decisions / f"{DOCUMENT}.jsonl").write_text("half a line", encoding="utf-8")
    done = jixiao("run", *options, JIXIAO_READER=READER)
    assert done.returncode == 2
    assert "line 1: no decision" in done.stderr
    (decisions / f"{DOCUMENT}.jsonl").unlink()
    note(decisions, decide(SCORE._replace(row_no=99), old="36", new="30"))
    done = jixiao("run", *options, JIXIAO_READER=READER)
    assert done.returncode == 3
    assert "correction_misfit: 1 corrections do not fit" in done.stderr
    assert "partial 1" in jixiao("status", "--out", out).stdout
