"""A run scores again, without reading, what was scored by other rules; the tables are those of a full run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.dataset import fingerprints
from pipeline.read import read_document
from pipeline.run import run
from pipeline.running.upkeep import score_dataset
from pipeline.settings import ReadSettings, RunOptions
from pipeline.storage.store import ResultStore
from tests.places import ROOT
from tests.running.support import jixiao, run_stub, summary_of, write_files
from tests.typeset import Layout, draw_pdf, random_document

OTHER = "hubei"


def edit(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """Have the code and data of reading or of scoring be others than before."""
    monkeypatch.setattr(fingerprints, f"{what}_digest", lambda: "0" * 64)


def test_other_rules_score_again_and_read_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1", "b": "forms 2", "c": "crash 1"})
    run_stub(source, tmp_path / "out")
    edit(monkeypatch, "scoring")
    again = run_stub(source, tmp_path / "out", accept_shrink=True)
    assert (again.read, again.rescored, again.stale) == (0, 2, 0), "what failed has nothing to be scored"
    assert any("scored again" in line for line in again.lines())
    assert run_stub(source, tmp_path / "out").rescored == 0


def test_another_reading_reads_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1"})
    run_stub(source, tmp_path / "out")
    edit(monkeypatch, "reading")
    again = run_stub(source, tmp_path / "out")
    assert (again.read, again.rescored, again.stale) == (1, 0, 1)


def test_another_profile_only_scores(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1"})
    jixiao("run", source, "--out", tmp_path / "out", "--quiet")
    asked = ("run", source, "--out", tmp_path / "out", "--quiet", "--json", "--accept-shrink", "--profile", OTHER)
    summary = summary_of(jixiao(*asked))
    assert (summary["read"], summary["rescored"]) == (0, 1)


def test_a_profile_given_to_the_dataset_holds_in_later_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 1"})
    run_stub(source, tmp_path / "out")
    score_dataset(tmp_path / "out", OTHER, accept_shrink=True)
    assert run_stub(source, tmp_path / "out").rescored == 0
    edit(monkeypatch, "scoring")
    assert run_stub(source, tmp_path / "out").rescored == 1
    assert profiles_of(tmp_path / "out") == {OTHER}
    score_dataset(tmp_path / "out", None, accept_shrink=True)
    assert OTHER not in profiles_of(tmp_path / "out")


def profiles_of(out: Path) -> set[str]:
    import pyarrow.parquet as pq

    return set(pq.read_table(out / "scores").column("profile").to_pylist())


def test_an_index_of_an_older_version_is_scored_again(tmp_path: Path) -> None:
    import sqlite3

    source = write_files(tmp_path / "in", {"a": "forms 1"})
    run_stub(source, tmp_path / "out")
    with sqlite3.connect(tmp_path / "out" / ".store" / "index.sqlite") as database:
        database.execute("alter table results drop column scored")
    database.close()
    again = run_stub(source, tmp_path / "out", accept_shrink=True)
    assert (again.read, again.rescored) == (0, 1)


@pytest.mark.parametrize("seed", [3, 4])
def test_stored_rows_are_scored_as_those_just_read(tmp_path: Path, seed: int) -> None:
    from pipeline.assess import score_records

    path = tmp_path / "forms.pdf"
    draw_pdf(random_document(seed, 2), Layout(), path)
    at_once = read_document(path, ReadSettings(profile=OTHER))
    first = read_document(path, ReadSettings())
    store = ResultStore(tmp_path / "store")
    store.write(first, "read", 1)
    later = score_records(store.records(first.document.document_id), OTHER)
    same_row = replace(later, document=at_once.document)
    assert store.write(same_row, "", 1).digest == store.write(at_once, "", 1).digest
    assert first.scores != at_once.scores


@pytest.mark.slow
def test_the_files_of_a_dataset_scored_again_are_those_of_one_read_under_the_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    sources = [path for path in sorted((ROOT / "data" / "raw").iterdir()) if "扫描" not in path.name]
    ruled = ReadSettings(profile=OTHER)
    run(sources, RunOptions(tmp_path / "later"))
    again = run(sources, RunOptions(tmp_path / "later", ruled, accept_shrink=True))
    assert (again.read, again.rescored) == (0, len(sources))
    run(sources, RunOptions(tmp_path / "at once", ruled))
    assert files_of(tmp_path / "later") == files_of(tmp_path / "at once")


def files_of(out: Path) -> dict[str, bytes]:
    """The files of what is published, by name."""
    root = (out / ".current").resolve()
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
