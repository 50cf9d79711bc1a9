"""A run does only what is new, the same input gives the same bytes, and nothing is lost without being asked."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

import pipeline.running.sources
import pipeline.storage.index
import pipeline.storage.layout
from pipeline.errors import AccessError, PublicationRefused
from pipeline.running.sources import find_files
from pipeline.running.upkeep import forget, list_failures, verify
from pipeline.settings import ReadSettings
from pipeline.storage.store import ResultStore
from tests.running.faults import published_bytes
from tests.running.support import ROOT, documents, environment, jixiao, rows, run_stub, write_files


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")


def test_known_bytes_are_not_read_again(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1", "b": "forms 2"})
    first = run_stub(source, tmp_path / "out")
    before = published_bytes(tmp_path / "out")
    second = run_stub(source, tmp_path / "out")
    assert (first.read, second.read, second.unchanged) == (2, 0, 2)
    assert published_bytes(tmp_path / "out") == before
    assert second.rows == first.rows


def test_a_run_that_finds_nothing_new_loads_no_reader(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1", "b": "encrypted"})
    first = jixiao("run", source, "--out", tmp_path / "out")
    code = "import sys; from pipeline.cli import call; status = call(sys.argv[1:]); print(status, *sys.modules)"
    command = [sys.executable, "-c", code, "run", str(source), "--out", str(tmp_path / "out")]
    second = subprocess.run(command, check=True, cwd=ROOT, env=environment(), capture_output=True, text=True)
    status, *modules = second.stdout.split()
    assert (first.returncode, status) == (3, "3")
    assert "2 unchanged" in second.stderr
    needless = {"pipeline.read", "pipeline.interpret", "pandas", "lxml", "cv2", "pypdfium2", "openvino", "onnxruntime"}
    assert needless.isdisjoint(modules)
    assert not [
        name for name in modules if name.startswith(("pipeline.ingest", "pipeline.normalise", "pipeline.assess"))
    ]


def test_a_file_is_hashed_again_only_where_its_size_or_times_are_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline.storage.index, "SETTLED_NS", -(10**12))
    source = write_files(tmp_path / "in", {"a": "forms 1", "b": "forms 2", "c": "forms 3"})
    run_stub(source, tmp_path / "out")
    hashed: list[str] = []
    hash_file = pipeline.running.sources._hash_file
    monkeypatch.setattr(
        pipeline.running.sources, "_hash_file", lambda path: hashed.append(path.name) or hash_file(path)
    )
    assert run_stub(source, tmp_path / "out").read == 0
    assert hashed == []
    write_files(source, {"a": "forms 4"})
    os.utime(source / "a", ns=(10**18, 10**18))
    os.utime(source / "b", ns=(10**18, 10**18))
    again = run_stub(source, tmp_path / "out")
    assert hashed == ["a", "b"]
    assert (again.read, again.unchanged) == (1, 2)


def test_files_are_found_in_the_order_of_their_folders_and_named_as_they_were_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("a", "a-b", "a b/c"):
        write_files(tmp_path / folder, {"x": ""})
    write_files(tmp_path, {"a.txt": ""})
    monkeypatch.chdir(tmp_path)
    names = ["a/x", "a b/c/x", "a-b/x", "a.txt"]
    for source, expected in (
        (Path(), names),
        (Path("../") / tmp_path.name, [f"../{tmp_path.name}/{n}" for n in names]),
    ):
        found, missing = find_files([source, Path("a/x"), Path("none")])
        assert [file.given for file in found] == expected
        assert [file.path for file in found] == [tmp_path / name for name in names]
        assert missing == [Path("none")]


def test_changed_bytes_replace_and_new_files_join(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1", "b": "forms 2"})
    run_stub(source, tmp_path / "out")
    write_files(source, {"a": "forms 3", "c": "forms 1 c"})
    assert run_stub(source, tmp_path / "out").read == 2
    assert documents(tmp_path / "out").keys() == {"a", "b", "c"}
    assert len(rows(tmp_path / "out", "forms", "form_id")) == 6


def test_a_changed_setting_reads_again_and_says_so(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1"})
    run_stub(source, tmp_path / "out")
    again = run_stub(source, tmp_path / "out", settings=ReadSettings(max_pages=7))
    assert (again.read, again.stale) == (1, 1)
    assert any("read again" in line for line in again.lines())


def test_force_reads_again(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1"})
    run_stub(source, tmp_path / "out")
    assert run_stub(source, tmp_path / "out", force=True).read == 1


def test_the_same_bytes_under_two_names_are_one_document_with_two_paths(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"b": "forms 1", "a": "forms 1"})
    assert run_stub(source, tmp_path / "out").read == 1
    found = rows(tmp_path / "out", "documents", "file_name", "document_id")
    assert [name for name, _ in found] == ["a", "b"]
    assert len({document for _, document in found}) == 1
    assert rows(tmp_path / "out", "forms", "file_name") == [("a",)]


def test_a_file_that_is_gone_stays_until_it_is_forgotten(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1", "b": "forms 2"})
    run_stub(source, tmp_path / "out")
    (source / "b").unlink()
    run_stub(source, tmp_path / "out")
    assert documents(tmp_path / "out").keys() == {"a", "b"}
    assert forget(tmp_path / "out", [source / "b"]) == [str(source / "b")]
    assert documents(tmp_path / "out").keys() == {"a"}
    with pytest.raises(AccessError, match="not in the dataset"):
        forget(tmp_path / "out", [source / "b"])


@pytest.mark.slow
def test_workers_and_order_do_not_change_the_bytes(tmp_path: Path) -> None:
    files = {f"file {number}": f"forms {number % 4} {number}" for number in range(12)}
    source = write_files(tmp_path / "in", files)
    run_stub(source, tmp_path / "one")
    run_stub(source, tmp_path / "three", jobs=3)
    (tmp_path / "shuffled").mkdir()
    names = sorted(files)
    random.Random(3).shuffle(names)
    for name in names:
        run_stub(source / name, tmp_path / "shuffled")
    assert published_bytes(tmp_path / "one") == published_bytes(tmp_path / "three")
    assert published_bytes(tmp_path / "one") == published_bytes(tmp_path / "shuffled")


def test_a_large_dataset_rewrites_only_the_parts_that_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline.storage.layout, "DOCUMENTS_PER_PART", 4)
    source = write_files(tmp_path / "in", {f"f{number}": f"forms 1 {number}" for number in range(20)})
    run_stub(source, tmp_path / "out")
    before = {path.name: path.stat().st_ino for path in (tmp_path / "out" / "forms").iterdir()}
    write_files(source, {"new": "forms 1 new"})
    run_stub(source, tmp_path / "out")
    after = {path.name: path.stat().st_ino for path in (tmp_path / "out" / "forms").iterdir()}
    assert len(before) == 16
    assert sum(before[name] != after[name] for name in before) == 1
    assert len(rows(tmp_path / "out", "forms", "form_id")) == 21


def test_rows_are_in_the_order_of_document_form_and_row(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {f"f{number}": f"forms 2 {number}" for number in range(5)})
    run_stub(source, tmp_path / "out", jobs=2)
    keys = rows(tmp_path / "out", "indicators", "form_id", "row_no")
    assert keys == sorted(keys)


def test_a_dataset_does_not_shrink_in_silence(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 3"})
    run_stub(source, tmp_path / "out")
    before = published_bytes(tmp_path / "out")
    write_files(source, {"a": "forms 1"})
    with pytest.raises(PublicationRefused, match="forms would shrink from 3 to 1 rows"):
        run_stub(source, tmp_path / "out")
    assert published_bytes(tmp_path / "out") == before
    run_stub(source, tmp_path / "out", accept_shrink=True)
    assert len(rows(tmp_path / "out", "forms", "form_id")) == 1


def test_an_output_folder_with_other_content_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "out" / "forms").mkdir(parents=True)
    source = write_files(tmp_path / "in", {"a": "forms 1"})
    with pytest.raises(Exception, match="in the way"):
        run_stub(source, tmp_path / "out")
    assert not list((tmp_path / "out" / "forms").iterdir())


def test_verify_finds_what_has_changed(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1", "b": "forms 2", "c": "forms 1 c"})
    out = tmp_path / "out"
    run_stub(source, out)
    assert list(verify(out)) == []
    write_files(source, {"a": "forms 2 changed"})
    (source / "b").unlink()
    store = ResultStore(out / ".store" / "results")
    damaged = store.path(next(iter(sorted(store.ids()))))
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"!")
    part = out / "funds" / "part-all.parquet"
    part.write_bytes(part.read_bytes() + b"!")
    found = {(Path(fault.path).name, fault.code, fault.ours) for fault in verify(out)}
    assert found == {
        ("a", "changed", False),
        ("b", "gone", False),
        (damaged.name, "damaged", True),
        (part.name, "damaged", True),
    }


def test_a_lost_index_is_rebuilt_without_reading(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1", "b": "forms 2"})
    run_stub(source, tmp_path / "out")
    before = published_bytes(tmp_path / "out")
    (source / "b").unlink()
    (tmp_path / "out" / ".store" / "index.sqlite").write_bytes(b"not a database, whatever it once was" * 100)
    assert run_stub(source, tmp_path / "out").read == 0
    assert published_bytes(tmp_path / "out") == before


def test_a_lost_result_is_read_again(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1", "b": "forms 2"})
    run_stub(source, tmp_path / "out")
    next((tmp_path / "out" / ".store" / "results").rglob("*.result")).unlink()
    assert run_stub(source, tmp_path / "out").read == 1


def test_failures_are_listed_by_reason(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"locked": "encrypted", "good": "forms 1"})
    run_stub(source, tmp_path / "out")
    assert list_failures(tmp_path / "out", ["encrypted"]) == [source / "locked"]
    with pytest.raises(Exception, match="reasons there are: encrypted"):
        list_failures(tmp_path / "out", ["timeout"])


def test_hidden_files_and_the_output_itself_are_no_input(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1", ".gitkeep": ""})
    run_stub(source, source / "out")
    run_stub(source, source / "out")
    assert documents(source / "out").keys() == {"a"}
