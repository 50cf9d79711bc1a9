"""What the desk reads: the published tables, the rows as read behind them, and the decisions of its folder.

All of it may change while the desk is open, by the next run or by another reviewer; nothing is kept past a change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.corrections.book import Book, DocumentDecisions, decisions_path, read_decisions
from pipeline.dataset.archive_paths import split_source
from pipeline.dataset.documents import DocumentRecords
from pipeline.desk.evidence import cell_texts
from pipeline.errors import AccessError, PublicationRefused
from pipeline.records import FieldKey
from pipeline.storage.index import read_paths
from pipeline.storage.load import published_root
from pipeline.storage.manifest import read_manifest
from pipeline.storage.store import ResultStore
from pipeline.storage.workspace import STORE


@dataclass(frozen=True)
class Holdings:
    """The dataset in `out` and the decisions in `corrections`."""

    out: Path
    corrections: Path

    def root(self) -> Path:
        """Return the published snapshot that is current now."""
        return published_root(self.out)

    def snapshot(self) -> str:
        """Return the id of the published snapshot.

        Raises:
            AccessError: nothing is published.
        """
        manifest = read_manifest(self.out)
        if manifest is None:
            raise AccessError(f"{self.out} holds no dataset; run `jixiao run SRC --out {self.out}` first")
        return str(manifest["snapshot"])

    def records(self, document_id: str) -> DocumentRecords:
        """Return the rows of a document as they were read, whatever was decided.

        Raises:
            PublicationRefused: there is no such document, or its rows are damaged.
        """
        header = ResultStore(self._results).header(document_id)
        if header is None:
            raise PublicationRefused(f"{document_id} is not among the stored documents")
        return _read_records(self._results, document_id, header.digest)

    def texts(self, document_id: str, form_no: int) -> Mapping[FieldKey, str | None]:
        """Return what was read in every field of a form that has a cell; None where it was not found."""
        header = ResultStore(self._results).header(document_id)
        digest = header.digest if header else ""
        return _read_texts(self._results, document_id, digest, form_no) if header else {}

    @property
    def _results(self) -> Path:
        return self.out / STORE / "results"

    def source(self, document_id: str) -> Path | None:
        """Return where the document lies, in a file that is there or as a member of one, or None."""
        paths = read_paths(self.out / STORE / "index.sqlite", document_id)
        return next((path.path for path in paths if split_source(path.path)[0].is_file()), None)

    def given(self, document_id: str) -> str:
        """Return the document's path as it was given to the run; empty where no file holds it any more."""
        return next((path.given for path in read_paths(self.out / STORE / "index.sqlite", document_id)), "")

    def decisions(self, document_id: str) -> DocumentDecisions:
        """Return what was decided about a document."""
        try:
            facts = decisions_path(self.corrections, document_id).stat()
        except OSError:
            return DocumentDecisions(document_id)
        return _read_decisions(self.corrections, document_id, facts.st_mtime_ns, facts.st_size)

    def book(self, document_ids: Iterable[str]) -> Book:
        """Return what was decided about some documents."""
        found = (self.decisions(key) for key in document_ids)
        return Book({one.document_id: one for one in found if one.lines})


@lru_cache(maxsize=16)
def _read_records(root: Path, document_id: str, digest: str) -> DocumentRecords:
    """Read a document's rows; `digest` tells states of them apart."""
    return ResultStore(root).records(document_id)


@lru_cache(maxsize=2048)
def _read_texts(root: Path, document_id: str, digest: str, form_no: int) -> Mapping[FieldKey, str | None]:
    """Read a form's texts, which are few beside its document's rows."""
    return cell_texts(_read_records(root, document_id, digest), form_no)


@lru_cache(maxsize=4096)
def _read_decisions(folder: Path, document_id: str, changed: int, size: int) -> DocumentDecisions:
    """Read a document's decisions; `changed` and `size` tell states of the file apart."""
    return read_decisions(folder, document_id)
