"""Old formats through LibreOffice: only when allowed, confined, and never a crash."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.dataset.fingerprints import reading_fingerprint
from pipeline.errors import CorruptDocument, NeedsLibreOffice, TimedOut
from pipeline.ingest import media_type, read_pages
from pipeline.ingest.office import libreoffice
from pipeline.ingest.office.confine import build_filter
from pipeline.machine.processes import descendants
from pipeline.read import read_document
from pipeline.run import run
from pipeline.settings import ReadSettings, RunOptions
from tests.places import ROOT
from tests.running.support import rows
from tests.typeset import Layout, Truth, draw_docx, random_form
from tests.typeset.compare import wrong

pytestmark = pytest.mark.slow

ALLOWED = ReadSettings(allow_libreoffice=True)
RTF = rb"{\rtf1\ansi plain words}"

needs_writer = pytest.mark.skipif(
    not (shutil.which("soffice") and list(Path("/usr/lib/libreoffice/program").glob("libswlo.so"))),
    reason="libreoffice-writer is not installed",
)


@pytest.fixture(scope="module")
def old_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    """A form as .docx, saved by LibreOffice as .doc and .rtf."""
    folder = tmp_path_factory.mktemp("old")
    truth = draw_docx([random_form(12)], Layout(), folder / "form.docx", 1)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for suffix, name in (("doc", "MS Word 97"), ("rtf", "Rich Text Format")):
        command = ["soffice", "--headless", profile, "--convert-to", f"{suffix}:{name}", "form.docx"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=240)
    return folder, truth


@needs_writer
@pytest.mark.parametrize("suffix", ["doc", "rtf"])
def test_an_old_word_file_is_read_like_its_docx(old_files: tuple[Path, Truth], suffix: str) -> None:
    folder, truth = old_files
    records = read_document(folder / f"form.{suffix}", ALLOWED)
    assert wrong(truth, records) == []
    assert records.document.media_type == {"doc": "application/msword", "rtf": "application/rtf"}[suffix]


@needs_writer
def test_who_allows_it_has_only_those_files_read_again_that_waited(
    old_files: tuple[Path, Truth], tmp_path: Path
) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    shutil.copy(old_files[0] / "form.rtf", source / "form.doc")
    shutil.copy(old_files[0] / "form.docx", source)
    first = run([source], RunOptions(out, jobs=1))
    assert [(item.code, "--allow-libreoffice" in item.error) for item in first.failed] == [("needs_libreoffice", True)]
    second = run([source], RunOptions(out, ALLOWED, jobs=1))
    assert (second.read, second.exit_status) == (1, 0)
    third = run([source], RunOptions(out, jobs=1))
    assert (third.read, third.exit_status) == (0, 0)
    assert {status for (status,) in rows(out, "documents", "status")} == {"ok"}


def test_allowing_it_is_no_reason_to_read_everything_again() -> None:
    assert reading_fingerprint(ALLOWED) == reading_fingerprint(ReadSettings())


def test_without_leave_or_program_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NeedsLibreOffice, match=r"save it as \.docx, or run with --allow-libreoffice"):
        list(read_pages(RTF, ReadSettings()))
    monkeypatch.setattr(libreoffice, "find_program", lambda: None)
    with pytest.raises(NeedsLibreOffice, match="apt-get install"):
        list(read_pages(RTF, ALLOWED))


@pytest.fixture
def listener() -> Iterator[tuple[int, list[int]]]:
    """A port of this machine, and who came to it."""
    came: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        done = threading.Event()

        def listen() -> None:
            while not done.is_set():
                try:
                    peer, _ = server.accept()
                except TimeoutError:
                    continue
                came.append(1)
                peer.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], came
        done.set()
        thread.join()


@needs_writer
def test_a_file_that_refers_to_a_server_does_not_reach_it(listener: tuple[int, list[int]]) -> None:
    port, came = listener
    fields = "".join(
        rf'{{\field{{\*\fldinst {kind} "http://127.0.0.1:{port}/x.{kind}"}}{{\fldrslt x}}}}'
        for kind in ("INCLUDEPICTURE", "INCLUDETEXT")
    )
    (page,) = read_pages(rb"{\rtf1\ansi words " + fields.encode() + b"}", ALLOWED)
    assert page.glyphs
    assert came == []


@pytest.mark.skipif(sys.platform != "linux", reason="the filter is the Linux kernel's")
def test_a_confined_program_has_no_socket_but_local_ones() -> None:
    script = (
        "import socket\n"
        "for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):\n"
        "    try: socket.socket(family); print('open')\n"
        "    except PermissionError: print('refused')\n"
    )
    command = [sys.executable, "-m", "pipeline.ingest.office.confine", "20", sys.executable, "-c", script]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, timeout=60)
    assert done.stdout.split() == ["refused", "refused", "open"]


def test_each_processor_has_its_filter() -> None:
    assert len(build_filter("x86_64")) == len(build_filter("aarch64")) == 11 * 8
    with pytest.raises(KeyError):
        build_filter("unheard-of")


def fake_program(folder: Path, script: str) -> str:
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_a_program_that_hangs_is_ended_with_its_children(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = fake_program(tmp_path, f"sleep 600 & echo $! > {tmp_path}/child; wait")
    monkeypatch.setattr(libreoffice, "find_program", lambda: program)
    monkeypatch.setattr(libreoffice, "CONVERSION_LIMIT", 2)
    with pytest.raises(TimedOut, match="save it as"):
        list(read_pages(RTF, ALLOWED))
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        if child not in descendants(os.getpid()) and not Path(f"/proc/{child}/cmdline").exists():
            break
        time.sleep(0.05)
    assert not Path(f"/proc/{child}/cmdline").exists() or not Path(f"/proc/{child}/cmdline").read_bytes()


def test_a_program_that_fails_or_lies_costs_the_document(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(libreoffice, "find_program", lambda: fake_program(tmp_path, "exit 1"))
    with pytest.raises(CorruptDocument, match="cannot read"):
        list(read_pages(RTF, ALLOWED))
    monkeypatch.setattr(
        libreoffice, "find_program", lambda: fake_program(tmp_path, "mkdir out; echo nonsense > out/document.docx")
    )
    with pytest.raises(CorruptDocument):
        list(read_pages(RTF, ALLOWED))


def test_every_kind_for_libreoffice_has_a_filter_by_name() -> None:
    from pipeline.ingest.sniff import CONVERTED

    assert libreoffice.FILTERS.keys() == CONVERTED
    assert media_type(RTF) in CONVERTED
