"""The index answers about single files and documents, so that a run need not hold all that is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import FORM_NOT_READ
from pipeline.storage.index import FileStamp, Index, KnownPath
from pipeline.storage.store import ResultHeader

STAMP = FileStamp(10, 20, 30)


def header(name: str, *, status: str = "ok", code: str | None = None, scored: str = "now") -> ResultHeader:
    return ResultHeader(name, "read", 1, status, code, None, f"digest of {name}", scored)


def known(path: str, document: str) -> KnownPath:
    return KnownPath(Path(path), path.lstrip("/"), document, STAMP)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index(tmp_path / "index.sqlite") as opened:
        with opened.transaction():
            opened.put_paths(
                [
                    known("/in/b.pdf", "b"),
                    known("/in/a.pdf", "b"),
                    known("/in/z.zip", "z"),
                    known("/in/z.zip!/c.zip", "c"),
                    known("/in/z.zip!/c.zip!/甲.pdf", "d"),
                    known("/gone/x.zip!/e.pdf", "e"),
                ]
            )
            for one in (
                header("b"),
                header("c", status="failed", code="damaged"),
                header("d", code=FORM_NOT_READ, scored="before"),
                header("nowhere", scored="before"),
            ):
                opened.put_result(one)
        yield opened


def test_a_file_is_found_by_its_path(index: Index) -> None:
    assert index.path_at(Path("/in/a.pdf")) == known("/in/a.pdf", "b")
    assert index.path_at(Path("/in/new.pdf")) is None


def test_archives_are_told_with_their_members(index: Index) -> None:
    found = [str(path) for path in index.archived()]
    assert found == ["/gone/x.zip!/e.pdf", "/in/z.zip", "/in/z.zip!/c.zip", "/in/z.zip!/c.zip!/甲.pdf"]


def test_documents_come_with_their_files_in_order(index: Index) -> None:
    found = list(index.documents())
    assert found[0] == ("b", "digest of b", ("in/a.pdf", "in/b.pdf"))
    assert [key for key, _, _ in found] == ["b", "c", "d"], "what no file holds is not published"


def test_failures_are_those_that_end_a_run_with_status_3(index: Index) -> None:
    assert index.failing().keys() == {"c", "d"}
    assert all(one.failing for one in index.failing().values())


def test_what_was_scored_otherwise_is_told(index: Index) -> None:
    assert [one.document_id for one in index.scored_otherwise("now")] == ["d", "nowhere"]
    assert [one.document_id for one in index.scored_otherwise("before")] == ["b"]


def test_a_result_counts_while_a_file_holds_its_document(index: Index) -> None:
    assert index.held_result("b") == header("b")
    assert index.held_result("nowhere") is None
