"""A document that hangs, dies or eats costs itself alone, and nothing of it stays behind."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.errors import MissingDependency
from pipeline.machine.processes import descendants
from tests.running.support import documents, rows, run_stub, write_files

pytestmark = pytest.mark.slow

MISDEEDS = {
    "hang": ("hang", ("failed", "timeout")),
    "killed": ("die", ("failed", "crashed")),
    "segfault": ("segfault", ("failed", "crashed")),
    "leaves": ("leave 0", ("failed", "crashed")),
    "eats": ("eat 900", ("failed", "memory")),
    "recursion": ("recurse", ("failed", "internal")),
    "network": ("phone-home", ("failed", "internal")),
    "password": ("encrypted", ("failed", "encrypted")),
    "empty": ("", ("failed", "empty_file")),
    "repeated key": ("repeat-key", ("failed", "internal")),
    "no form": ("forms 0", ("no_form", None)),
    "good 1": ("forms 1", ("ok", None)),
    "good 2": ("forms 2", ("ok", None)),
}


@pytest.fixture(scope="module")
def ours() -> set[int]:
    """Processes that were there before, such as those of other tests."""
    return set(descendants(os.getpid()))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, ours: set[int]) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    write_files(folder / "in", {name: text for name, (text, _) in MISDEEDS.items()})
    os.mkfifo(folder / "in" / "pipe")
    (folder / "in" / "dangling").symlink_to("nowhere")
    run_stub(folder / "in", folder / "out", jobs=2, timeout=3.0, memory=300)
    return folder


def test_every_input_ends_in_exactly_one_row(hostile: Path) -> None:
    expected = {name: outcome for name, (_, outcome) in MISDEEDS.items()}
    expected |= {"pipe": ("failed", "unsupported"), "dangling": ("failed", "missing")}
    assert documents(hostile / "out") == expected
    assert len(rows(hostile / "out", "documents", "file_name")) == len(expected)


def test_the_documents_beside_them_come_out_whole(hostile: Path) -> None:
    assert len(rows(hostile / "out", "forms", "form_id")) == 3
    assert len(rows(hostile / "out", "indicators", "form_id")) == 9


def test_a_reason_cannot_steer_a_terminal(hostile: Path) -> None:
    (reason,) = (text for name, text in rows(hostile / "out", "documents", "file_name", "error") if name == "password")
    assert "\x1b" not in reason
    assert "remove it" in reason


def test_no_temporary_folder_and_no_process_is_left(hostile: Path, ours: set[int]) -> None:
    assert not list((hostile / "out" / ".store" / "scratch").iterdir())
    assert set(descendants(os.getpid())) <= ours


def test_failures_are_not_read_again(hostile: Path) -> None:
    again = run_stub(hostile / "in", hostile / "out", timeout=3.0, memory=300)
    assert again.read == 0
    assert again.exit_status == 3


def test_a_failure_that_may_pass_is_tried_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_MARK", str(tmp_path / "mark"))
    run_stub(write_files(tmp_path / "in", {"once": "die-once"}), tmp_path / "out")
    assert documents(tmp_path / "out") == {"once": ("ok", None)}


def test_programs_that_a_document_started_end_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_CHILD", str(tmp_path / "child"))
    run_stub(write_files(tmp_path / "in", {"child": "child"}), tmp_path / "out", timeout=1.0)
    assert not is_running(int((tmp_path / "child").read_text()))


def test_litter_in_the_temporary_folder_is_removed(tmp_path: Path) -> None:
    run_stub(write_files(tmp_path / "in", {"litter": "litter"}), tmp_path / "out")
    assert not list(tmp_path.rglob("litter*"))[1:]


def test_what_every_document_would_meet_ends_the_run(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"scan": "dependency"})
    with pytest.raises(MissingDependency, match="apt-get install"):
        run_stub(source, tmp_path / "out")


def is_running(pid: int) -> bool:
    """Tell whether a process is there and no zombie, giving it a moment to go."""
    for _ in range(40):
        with suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return False
            time.sleep(0.05)
            continue
        return False
    return True
