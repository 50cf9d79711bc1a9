"""Known failures: a list with reasons takes them out of the exit status; nothing else of a run changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.running.failing.accepted import read_accepted
from tests.running.support import documents, jixiao, rows, summary_of, write_files


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three files: one that is read, one that fails, one of whose forms not all are read."""
    return write_files(tmp_path / "in", {"good": "forms 1", "locked file": "encrypted", "half": "unread 1"})


def run_with(source: Path, out: Path, *lines: str) -> tuple[int, dict[str, object]]:
    """Run with a list of known failures and return exit status and summary."""
    known = out.parent / "known.txt"
    known.write_text("\n".join(lines), encoding="utf-8")
    done = jixiao("run", source, "--out", out, "--accept", known, "--json")
    return done.returncode, summary_of(done)


def test_a_form_that_was_not_read_costs_status_3_although_others_of_the_file_were(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"half": "unread 1"})
    done = jixiao("run", source, "--out", tmp_path / "out", "--json")
    told = summary_of(done)
    assert done.returncode == told["exit_status"] == 3
    assert (told["forms"], told["failed"], told["new_failures"]) == (1, [], 1)
    assert told["unread"][0]["code"] == "form_not_read"
    assert documents(tmp_path / "out") == {"half": ("partial", "form_not_read")}
    assert "form_not_read" in jixiao("status", "--out", tmp_path / "out").stdout


@pytest.mark.parametrize("form", ["{name}\tasked for the original", "{name} # asked for it", "{path}\tasked for it"])
def test_what_is_accepted_by_name_or_path_does_not_count(tmp_path: Path, source: Path, form: str) -> None:
    lines = [form.format(name=name, path=source / name) for name in ("locked file", "half")]
    status, told = run_with(source, tmp_path / "out", "# known since spring", "", *lines)
    assert (status, told["new_failures"], told["unused"]) == (0, 0, [])
    assert [item["code"] for item in told["accepted"]] == ["form_not_read", "encrypted"]  # type: ignore[attr-defined]
    assert len(told["failed"]) == len(told["unread"]) == 1  # type: ignore[arg-type]


def test_a_retry_takes_the_list_too(tmp_path: Path, source: Path) -> None:
    run_with(source, tmp_path / "out")
    (tmp_path / "known.txt").write_text("locked file\tno password to be had\n", encoding="utf-8")
    again = ["retry", "--reason", "encrypted", "--out", tmp_path / "out"]
    assert jixiao(*again).returncode == 3
    assert jixiao(*again, "--accept", tmp_path / "known.txt").returncode == 0


def test_by_its_id_only_these_bytes_are_accepted(tmp_path: Path, source: Path) -> None:
    run_with(source, tmp_path / "out")
    ids = dict(rows(tmp_path / "out", "documents", "file_name", "document_id"))
    lines = [f"{ids[name]} no password to be had" for name in ("locked file", "half")]
    assert run_with(source, tmp_path / "out", *lines)[0] == 0
    write_files(source, {"locked file": "encrypted again"})
    status, told = run_with(source, tmp_path / "out", *lines)
    assert (status, told["new_failures"], told["unused"]) == (3, 1, [ids["locked file"]])


def test_only_new_failures_are_named_to_people(tmp_path: Path, source: Path) -> None:
    (tmp_path / "known.txt").write_text("half the second form is blank\ngood was mended\n", encoding="utf-8")
    done = jixiao("run", source, "--out", tmp_path / "out", "--accept", tmp_path / "known.txt")
    assert done.returncode == 3
    assert "locked file: encrypted" in done.stderr
    assert "half: form_not_read" not in done.stderr
    assert "1 known failures are accepted" in done.stderr
    assert "good: in the list of known failures, but no failure of this run" in done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a.pdf", "line 1: no reason"),
        (b"# all\n\na.pdf\t \n", "line 3: no reason"),
        (b"a.pdf # ", "line 1: no reason"),
        (b"a.pdf gone\na.pdf again", "line 2: a.pdf stands in an earlier line"),
        (b"\xd6\xd0\xff", "cannot be read"),
    ],
)
def test_a_wrong_list_is_wrong_usage_and_nothing_is_read(tmp_path: Path, content: bytes, said: str) -> None:
    known = tmp_path / "known.txt"
    known.write_bytes(content)
    with pytest.raises(ConfigurationError, match=said):
        read_accepted(known)
    source = write_files(tmp_path / "in", {"a": "forms 1"})
    done = jixiao("run", source, "--out", tmp_path / "out", "--accept", known)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_list_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_accepted(tmp_path / "none.txt")
