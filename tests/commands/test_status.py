"""The command line: data on stdout, the rest on stderr, and exit statuses that mean what the contract says."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.cli import call
from tests.running.support import ROOT, documents, environment, jixiao, rows, summary_of, write_files


def test_0_when_every_document_was_read(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1", "b": "forms 0"})
    done = jixiao("run", source, "--out", tmp_path / "out")
    assert done.returncode == 0
    assert done.stdout == ""
    assert "2 documents, 1 forms, 17 rows, 1 findings, 1 fields to review" in done.stderr


def test_json_prints_one_summary_and_nothing_else(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1", "b": "encrypted"})
    done = jixiao("run", source, "--out", tmp_path / "out", "--json")
    summary = summary_of(done)
    assert done.returncode == summary["exit_status"] == 3
    assert (summary["documents"], summary["forms"], summary["findings"], summary["needs_review"]) == (2, 1, 1, 1)
    assert summary["failed"] == [
        {"file": str(source / "b"), "code": "encrypted", "error": "the PDF needs a password; \\x1b[31mremove it"}
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--no-such-option"],
        ["no-such-command"],
        ["run", "--ocr", "guess"],
        ["run", "--jobs", "-1"],
        ["forget"],
        ["retry"],
    ],
)
def test_2_for_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert call(arguments) == 2
    assert capsys.readouterr().out == ""


def test_2_for_a_reason_that_nothing_failed_for(tmp_path: Path) -> None:
    jixiao("run", write_files(tmp_path / "in", {"a": "forms 1"}), "--out", tmp_path / "out")
    assert call(["retry", "--reason", "timeout", "--out", str(tmp_path / "out")]) == 2


def test_3_when_documents_failed_and_the_others_are_there(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1", "b": "encrypted"})
    done = jixiao("run", source, "--out", tmp_path / "out")
    assert done.returncode == 3
    assert f"{source}/b: encrypted: " in done.stderr
    assert documents(tmp_path / "out") == {"a": ("ok", None), "b": ("failed", "encrypted")}


def test_4_when_a_data_assertion_failed(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 3"})
    jixiao("run", source, "--out", tmp_path / "out")
    write_files(source, {"a": "forms 1"})
    done = jixiao("run", source, "--out", tmp_path / "out")
    assert done.returncode == 4
    assert "--accept-shrink" in done.stderr
    assert len(rows(tmp_path / "out", "forms", "form_id")) == 3
    assert jixiao("run", source, "--out", tmp_path / "out", "--accept-shrink").returncode == 0


def test_5_when_a_dependency_is_missing(tmp_path: Path) -> None:
    done = jixiao("run", write_files(tmp_path / "in", {"a": "dependency"}), "--out", tmp_path / "out")
    assert done.returncode == 5
    assert "apt-get install tesseract-ocr" in done.stderr


def test_6_when_the_input_does_not_exist(tmp_path: Path) -> None:
    done = jixiao("run", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert done.returncode == 6
    assert "no such file or folder" in done.stderr


def test_6_names_a_missing_source_and_reads_the_others(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1"})
    done = jixiao("run", source, tmp_path / "nowhere", "--out", tmp_path / "out")
    assert done.returncode == 6
    assert documents(tmp_path / "out") == {"a": ("ok", None)}


def test_6_when_the_output_cannot_be_written(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1"})
    for out in (source / "a", source / "a" / "below", Path("/proc/jixiao")):
        done = jixiao("run", source, "--out", out)
        assert done.returncode == 6, done.stderr
        assert "cannot be written" in done.stderr


def test_70_for_an_error_of_our_own(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("pipeline.running.upkeep.describe_state", lambda out: 1 / 0)
    assert call(["status"]) == 70
    assert "please report it" in capsys.readouterr().err


def test_70_when_the_reader_cannot_be_started(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1"})
    done = jixiao("run", source, "--out", tmp_path / "out", JIXIAO_READER="tests.no_such_reader:read")
    assert done.returncode == 70
    assert "does not start" in done.stderr


def test_status_says_what_there_is(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1", "b": "encrypted"})
    jixiao("run", source, "--out", tmp_path / "out")
    told = json.loads(jixiao("status", "--out", tmp_path / "out", "--json", "--files").stdout)
    assert told["status"] == {"failed": 1, "ok": 1}
    assert told["errors"] == {"encrypted": 1}
    assert told["rows"]["forms"] == 1
    assert told["running"] is None
    assert [item["status"] for item in told["list"]] == ["ok", "failed"]
    assert "errors: encrypted 1" in jixiao("status", "--out", tmp_path / "out").stdout
    chinese = jixiao("--lang", "zh", "status", "--files", "--out", tmp_path / "out").stdout
    assert "错误: encrypted 1" in chinese
    assert "状态: 未能读出 1, 已读出 1" in chinese
    assert "密码" in chinese.splitlines()[-1], "what went wrong with the file"
    assert jixiao("status", "--out", tmp_path / "empty").returncode == 6


@pytest.mark.slow
def test_retry_reads_again_what_failed_for_a_reason(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1", "slow": "slow 2500"})
    assert jixiao("run", source, "--out", tmp_path / "out", "--timeout", "1").returncode == 3
    done = jixiao("retry", "--reason", "timeout", "--out", tmp_path / "out", "--json")
    assert (done.returncode, summary_of(done)["read"]) == (0, 1)
    assert documents(tmp_path / "out")["slow"] == ("ok", None)


def test_forget_and_verify(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1", "b": "forms 2"})
    out = tmp_path / "out"
    jixiao("run", source, "--out", out)
    assert jixiao("verify", "--out", out).returncode == 0
    (source / "b").unlink()
    assert jixiao("verify", "--out", out).returncode == 3
    assert jixiao("forget", "--gone", "--out", out).stdout == f"{source / 'b'}\n"
    assert jixiao("verify", "--out", out).returncode == 0
    (out / "forms" / "part-all.parquet").write_bytes(b"")
    done = jixiao("verify", "--out", out, "--json")
    assert done.returncode == 4
    assert summary_of(done)["faults"][0]["code"] == "damaged"


def test_score_and_explain_work_from_the_dataset(tmp_path: Path) -> None:
    source, out = write_files(tmp_path / "in", {"a.pdf": "forms 2"}), tmp_path / "out"
    jixiao("run", source, "--out", out)
    (source / "a.pdf").unlink()
    assert jixiao("score", "--out", out, "--profile", "no-such-profile").returncode == 2
    done = jixiao("score", "--out", out, "--profile", "hubei", "--json", "--accept-shrink")
    assert done.returncode == 0, done.stderr
    assert {profile for (profile,) in rows(out, "scores", "profile")} == {"hubei"}
    told = jixiao("explain", "a.pdf#2", "--out", out)
    assert "指标1" in told.stdout
    assert jixiao("explain", "b.pdf#1", "--out", out).returncode == 2


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["--version"]) == 0
    assert capsys.readouterr().out == f"jixiao {__version__}\n"


def test_quiet_and_verbose(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1"})
    assert jixiao("run", source, "--out", tmp_path / "out", "--quiet").stderr == ""
    assert f"{source}/a: read" in jixiao("run", source, "--out", tmp_path / "out", "--force", "-v").stderr


def _drain(master: int) -> str:
    """All that was written to a terminal; a read gives a part of it, and an error says that there is no more."""
    parts = []
    with suppress(OSError):
        while part := os.read(master, 65536):
            parts.append(part)
    os.close(master)
    return b"".join(parts).decode()


@pytest.mark.slow
def test_a_bar_is_drawn_on_a_terminal_only(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a[1]": "slow 300", "b": "forms 1"})
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "pipeline", "run", source, "--out", tmp_path / "out"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(TERM="xterm"), stderr=slave, stdout=subprocess.PIPE, check=False
    )
    os.close(slave)
    shown = _drain(master)
    assert done.returncode == 0
    assert done.stdout == b""
    assert "2/2" in shown


def test_python_m_pipeline_is_the_same_as_jixiao() -> None:
    command = [sys.executable, "-m", "pipeline", "--version"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"jixiao {__version__}\n")
