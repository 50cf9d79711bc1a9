"""Zip archives: what is in them becomes documents of their own, and nothing in them does harm."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset.archive_paths import split_source
from pipeline.errors import CorruptDocument, EmptyFile, TooLarge
from pipeline.ingest.containers import archive
from pipeline.ingest.containers.archive import decode_name, list_members, read_source
from pipeline.ingest.containers.packages import open_zip
from pipeline.run import run
from pipeline.running.summary import RunSummary
from pipeline.running.upkeep import describe_state, forget, list_failures, verify
from pipeline.settings import ReadSettings, RunOptions
from tests.running.support import documents, rows, run_stub
from tests.typeset import Layout, draw_html, random_form

SETTINGS = ReadSettings()


def zip_of(members: Mapping[str, bytes | str], code: str = "utf-8", flag: int = 0) -> bytes:
    """Return an archive whose names are bytes in some code, with or without the flag for UTF-8."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for at, content in enumerate(members.values()):
            opened.writestr(f"member-{at:04}", content)
    data = out.getvalue()
    if all(name.isascii() for name in members) and not flag:
        return _rename(data, {f"member-{at:04}".encode(): name.encode() for at, name in enumerate(members)}, 0)
    return _rename(data, {f"member-{at:04}".encode(): name.encode(code) for at, name in enumerate(members)}, flag)


def _rename(data: bytes, names: Mapping[bytes, bytes], flag: int) -> bytes:
    """Write an archive anew with names as raw bytes; zipfile itself writes no other code than its own."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        stored = [(names[info.filename.encode()], info, opened.read(info)) for info in opened.infolist()]
    body, directory = b"", b""
    for name, info, content in stored:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(content) + packer.flush()
        facts = struct.pack("<HHHHHLLLHH", 20, flag, 8, 0, 33, info.CRC, len(packed), len(content), len(name), 0)
        directory += b"PK\1\2" + struct.pack("<H", 20) + facts + struct.pack("<HHHLL", 0, 0, 0, 0, len(body)) + name
        body += b"PK\3\4" + facts + name + packed
    end = struct.pack("<HHHHLLH", 0, 0, len(stored), len(stored), len(directory), len(body), 0)
    return body + directory + b"PK\5\6" + end


def names_in(data: bytes) -> list[str]:
    return [name for name, _ in archive.name_members(open_zip(data))]


def statuses(out: Path) -> dict[str, tuple[str, str | None]]:
    found = rows(out, "documents", "source_path", "status", "error_code")
    return {os.path.basename(path.split("!/")[0]) + path[len(path.split("!/")[0]) :]: (s, c) for path, s, c in found}


@pytest.mark.parametrize(("code", "flag"), [("gbk", 0), ("utf-8", 0), ("utf-8", 0x800)])
def test_names_are_told_whatever_their_code(code: str, flag: int) -> None:
    assert names_in(zip_of({"通州区/自评表.pdf": b"x"}, code, flag)) == ["通州区/自评表.pdf"]


def test_a_name_in_the_extra_field_for_unicode_counts() -> None:
    info = zipfile.ZipInfo("plain")
    name = "自评表.pdf".encode()
    info.extra = struct.pack("<HHBL", 0x7075, 5 + len(name), 1, zlib.crc32(b"plain")) + name
    assert decode_name(info) == "自评表.pdf"
    info.extra = struct.pack("<HHBL", 0x7075, 5 + len(name), 1, 7) + name
    assert decode_name(info) == "plain"


def test_names_lead_nowhere_and_are_unlike_each_other() -> None:
    evil = [
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\temp\\x",
        "a/./b",
        "a//b",
        "a!/b",
        "\x1b[31m",
        "a/b",
        "__MACOSX/._a",
        ".git",
    ]
    found = names_in(zip_of(dict.fromkeys(evil, b"x")))
    assert found == ["etc/passwd", "etc/passwd#2", "C:/temp/x", "a/b", "a/b#2", "a!_/b", "\ufffd[31m", "a/b#3"]


def test_members_become_documents_with_their_path_inside(tmp_path: Path) -> None:
    inner = zip_of({"深.txt": "forms 3"})
    data = zip_of({"通州区/甲.txt": "forms 2", "乙.txt": "encrypted", "内.zip": inner, "空": b""}, "gbk")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "包.zip").write_bytes(data)
    summary = run_real(tmp_path)
    assert summary.files == 6
    assert statuses(tmp_path / "out") == {
        "包.zip": ("no_form", None),
        "包.zip!/通州区/甲.txt": ("failed", "unsupported"),
        "包.zip!/乙.txt": ("failed", "unsupported"),
        "包.zip!/内.zip": ("no_form", None),
        "包.zip!/内.zip!/深.txt": ("failed", "unsupported"),
        "包.zip!/空": ("failed", "empty_file"),
    }
    assert summary.exit_status == 3


def run_real(folder: Path, **changes: Any) -> RunSummary:
    """Run over `in` into `out` with the real reader."""
    return run([folder / "in"], RunOptions(folder / "out", SETTINGS, **({"jobs": 1} | changes)))


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Two web pages with a form each."""
    folder = tmp_path_factory.mktemp("forms")
    for seed in (1, 2):
        draw_html([random_form(seed)], Layout(), folder / f"{seed}.html")
    return {f"表{seed}.html": (folder / f"{seed}.html").read_bytes() for seed in (1, 2)}


def put(folder: Path, name: str, content: bytes) -> Path:
    (folder / "in").mkdir(exist_ok=True)
    path = folder / "in" / name
    path.write_bytes(content)
    os.utime(path, ns=(10**18, 10**18))
    return path


@pytest.mark.slow
def test_a_form_in_an_archive_is_a_form(forms: dict[str, bytes], tmp_path: Path) -> None:
    put(tmp_path, "a.zip", zip_of(forms, "gbk"))
    put(tmp_path, "表1.html", forms["表1.html"])
    assert run_real(tmp_path).exit_status == 0
    assert len(rows(tmp_path / "out", "forms", "form_id")) == 2
    names = [name for (name,) in rows(tmp_path / "out", "documents", "file_name")]
    assert sorted(names) == ["a.zip", "表1.html", "表1.html", "表2.html"]
    again = run_real(tmp_path)
    assert (again.read, again.unchanged, again.files) == (0, 3, 4)


@pytest.mark.slow
def test_a_changed_archive_reads_what_is_new_and_drops_what_is_gone(forms: dict[str, bytes], tmp_path: Path) -> None:
    put(tmp_path, "a.zip", zip_of({"1.html": forms["表1.html"], "x.html": b"<table><tr><td>1</table>"}))
    run_real(tmp_path)
    put(tmp_path, "a.zip", zip_of({"1.html": forms["表1.html"], "2.html": forms["表2.html"]}))
    summary = run_real(tmp_path)
    assert summary.read == 2  # the archive and its new member
    assert set(statuses(tmp_path / "out")) == {"a.zip", "a.zip!/1.html", "a.zip!/2.html"}
    put(tmp_path, "a.zip", forms["表2.html"])
    run_real(tmp_path, accept_shrink=True)
    assert set(statuses(tmp_path / "out")) == {"a.zip"}


def test_a_copy_of_a_known_archive_lists_its_members_too(forms: dict[str, bytes], tmp_path: Path) -> None:
    data = zip_of(forms, "gbk")
    put(tmp_path, "a.zip", data)
    run_real(tmp_path)
    put(tmp_path, "b.zip", data)
    put(tmp_path, "c.zip", zip_of({"in/a.zip": data}))
    run_real(tmp_path)
    assert run_real(tmp_path).read == 0
    found = set(statuses(tmp_path / "out"))
    inside = {"表1.html", "表2.html"}
    assert {f"{name}!/{i}" for name in ("a.zip", "b.zip", "c.zip!/in/a.zip") for i in inside} <= found


def test_a_member_that_takes_its_worker_down_costs_itself(tmp_path: Path) -> None:
    """Through the stub reader, which is asked for members by their addresses like any reader."""
    put(tmp_path, "plain.txt", b"forms 1")
    assert run_stub(tmp_path / "in", tmp_path / "out").exit_status == 0
    assert documents(tmp_path / "out") == {"plain.txt": ("ok", None)}


@pytest.mark.slow
def test_an_archive_that_holds_itself_ends(shared: Path, tmp_path: Path) -> None:
    droste = shared / "hostile" / "notpdf" / "notpdf-013-tika-droste.zip"
    put(tmp_path, "droste.zip", droste.read_bytes())
    for _ in range(2):
        summary = run_real(tmp_path)
    assert summary.read == 0
    assert set(statuses(tmp_path / "out")) == {"droste.zip", "droste.zip!/droste.jpg", "droste.zip!/droste.zip"}


def test_archives_lie_three_deep_at_most(tmp_path: Path) -> None:
    data = b"x"
    for depth in range(5):
        data = zip_of({f"{depth}.zip" if depth else "x.txt": data})
    put(tmp_path, "a.zip", data)
    run_real(tmp_path)
    codes = [code for _, code in sorted(statuses(tmp_path / "out").items(), key=lambda item: len(item[0]))]
    assert codes == [("no_form", None)] * 3 + [("failed", "too_large")]


def encrypted(data: bytes) -> bytes:
    """Set the flag of encryption on every member."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(mark, at + 1)
    return bytes(changed)


def test_members_that_cannot_be_unpacked_have_rows_that_say_why(tmp_path: Path) -> None:
    data = bytearray(zip_of({"a.txt": b"a" * 5000, "b.txt": os.urandom(500)}))
    data[data.rfind(b"b.txt", 0, data.find(b"PK\1\2")) + 50] ^= 0xFF
    put(tmp_path, "damaged.zip", bytes(data))
    put(tmp_path, "locked.zip", encrypted(zip_of({"a.txt": b"a", "b.txt": b"b"})))
    put(tmp_path, "bomb.zip", zip_of({"zeros": b"\0" * (20 << 20)}))
    for _ in range(2):
        summary = run_real(tmp_path)
        found = statuses(tmp_path / "out")
        assert found["damaged.zip!/b.txt"] == ("failed", "corrupt")
        assert found["damaged.zip!/a.txt"] == ("failed", "unsupported")
        assert {found["locked.zip!/a.txt"], found["locked.zip!/b.txt"]} == {("failed", "encrypted")}
        assert found["bomb.zip!/zeros"] == ("failed", "too_large")
    assert summary.read == 0


def test_damaged_empty_and_boundless_archives_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zip_of({"a": b"a" * 100, "b": b"b"})
    for size in range(1, len(data), 7):
        with pytest.raises(CorruptDocument):
            list_members(data[:size], Path("a.zip"), SETTINGS)
    with pytest.raises(EmptyFile):
        list_members(zip_of({}), Path("a.zip"), SETTINGS)
    monkeypatch.setattr(archive, "MAX_MEMBERS", 1)
    with pytest.raises(TooLarge, match="files"):
        list_members(data, Path("a.zip"), SETTINGS)
    monkeypatch.setattr(archive, "MAX_MEMBERS", 10)
    monkeypatch.setattr(archive, "MAX_TOTAL", 50)
    with pytest.raises(TooLarge, match="unpacks"):
        list_members(data, Path("a.zip"), SETTINGS)


def test_nothing_is_written_beside_the_output(forms: dict[str, bytes], tmp_path: Path) -> None:
    put(tmp_path, "a.zip", zip_of({"../../evil.html": forms["表1.html"], "/tmp/evil-jixiao.html": forms["表2.html"]}))
    run_real(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["a.zip"]
    assert not Path("/tmp/evil-jixiao.html").exists()
    assert set(statuses(tmp_path / "out")) == {"a.zip", "a.zip!/evil.html", "a.zip!/tmp/evil-jixiao.html"}


@pytest.mark.slow
def test_an_interrupted_run_leaves_no_archive_without_its_members(forms: dict[str, bytes], tmp_path: Path) -> None:
    from pipeline.errors import Interrupted
    from pipeline.run import Observer

    put(tmp_path, "a.zip", zip_of(forms, "gbk"))
    seen: list[Any] = []

    def stop() -> None:
        if any("!/" in str(event.job.path) for event in seen):
            raise Interrupted(15)

    with pytest.raises(Interrupted):
        run(
            [tmp_path / "in"],
            RunOptions(tmp_path / "out", SETTINGS, jobs=1),
            Observer(happened=seen.append, stopped=stop),
        )
    assert "a.zip" not in statuses(tmp_path / "out")
    assert run_real(tmp_path).exit_status == 0
    assert len(rows(tmp_path / "out", "forms", "form_id")) == 2


def test_upkeep_knows_what_lies_in_archives(forms: dict[str, bytes], tmp_path: Path) -> None:
    path = put(tmp_path, "a.zip", zip_of({"表1.html": forms["表1.html"], "x.txt": b"x"}, "gbk"))
    out = tmp_path / "out"
    run_real(tmp_path)
    assert list(verify(out)) == []
    assert describe_state(out)["gone"] == 0
    assert list_failures(out, ["unsupported"]) == [path]
    assert forget(out, [], gone=True) == []
    path.unlink()
    assert describe_state(out)["gone"] == 3
    assert len(forget(out, [path])) == 3
    assert rows(out, "documents", "file_name") == []


def test_an_address_is_read_where_the_file_lies(tmp_path: Path) -> None:
    path = put(tmp_path, "a.zip", zip_of({"b.zip": zip_of({"c.txt": b"deep"})}))
    inner = Path(f"{path}!/b.zip!/c.txt")
    assert split_source(inner) == (path, ("b.zip", "c.txt"))
    assert read_source(inner, SETTINGS) == b"deep"
    real = tmp_path / "wow!"
    real.mkdir()
    (real / "x.txt").write_bytes(b"plain")
    assert read_source(real / "x.txt", SETTINGS) == b"plain"
