"""A dataset of many part files becomes one of few, with the same rows; later runs keep to it."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

import pipeline.storage.layout
from pipeline.records import SET_TABLES, TABLES
from tests.running.support import jixiao, run_stub, summary_of, write_files

pytestmark = pytest.mark.slow


@pytest.fixture
def spread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset of 40 documents in 16 parts a table."""
    monkeypatch.setattr(pipeline.storage.layout, "DOCUMENTS_PER_PART", 4)
    write_files(tmp_path / "in", {f"f{number}": f"forms {number % 3} {number}" for number in range(40)})
    run_stub(tmp_path / "in", tmp_path / "out")
    return tmp_path


def files(out: Path) -> int:
    return sum(len(list((out / table).glob("*.parquet"))) for table in TABLES | SET_TABLES)


def all_rows(out: Path) -> dict[str, list[str]]:
    return {table: sorted(map(str, pq.read_table(out / table).to_pylist())) for table in TABLES}


def test_few_files_hold_the_same_rows(spread: Path) -> None:
    out = spread / "out"
    before = all_rows(out)
    assert files(out) == 16 * len(TABLES | SET_TABLES)
    done = jixiao("compact", "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    assert files(out) == len(TABLES | SET_TABLES)
    assert {name: summary_of(done)[name] for name in ("files_before", "files_after")} == {
        "files_before": 16 * len(TABLES | SET_TABLES),
        "files_after": len(TABLES | SET_TABLES),
    }
    assert all_rows(out) == before
    assert jixiao("verify", "--out", out).returncode == 0


def test_later_runs_keep_to_it_and_read_nothing_again(spread: Path) -> None:
    out = spread / "out"
    jixiao("compact", "--out", out)
    write_files(spread / "in", {"new": "forms 2 new"})
    assert run_stub(spread / "in", out).read == 1
    assert files(out) == len(TABLES | SET_TABLES)


def test_the_same_documents_and_layout_give_the_same_bytes(spread: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for name in ("one", "two"):
        run_stub(spread / "in", spread / name)
    jixiao("compact", "--out", spread / "one")
    (spread / "two" / ".store" / "layout.json").write_bytes((spread / "one" / ".store" / "layout.json").read_bytes())
    jixiao("compact", "--out", spread / "two", "--rows-per-part", 2_000_000)
    manifests = [(spread / name / ".current" / "manifest.json").read_bytes() for name in ("one", "two")]
    assert manifests[0] == manifests[1]


def test_smaller_parts_can_be_had_again(spread: Path) -> None:
    jixiao("compact", "--out", spread / "out")
    jixiao("compact", "--out", spread / "out", "--rows-per-part", 40)
    assert files(spread / "out") == 16 * len(TABLES | SET_TABLES)


def test_a_damaged_layout_is_the_first_one(spread: Path) -> None:
    (spread / "out" / ".store" / "layout.json").write_text("{")
    assert run_stub(spread / "in", spread / "out").read == 0
    assert files(spread / "out") == 16 * len(TABLES | SET_TABLES)


def test_a_folder_without_a_dataset_is_refused(tmp_path: Path) -> None:
    assert jixiao("compact", "--out", tmp_path / "nothing").returncode == 6
