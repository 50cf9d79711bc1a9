"""Corrected rows beside the rows as read: `OUT/.store/corrected/` shadows `OUT/.store/results/` when publishing.

A document's corrected rows are made from its stored rows and the decisions in force, and again only when either has
changed; no document is read for it. What was read stays stored, so that a decision taken back brings it back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.corrections.book import MISFIT, Book, DocumentDecisions, read_book
from pipeline.dataset.documents import DocumentRecords
from pipeline.errors import ConfigurationError
from pipeline.storage.store import ResultHeader, ResultStore
from pipeline.storage.workspace import STORE, Workspace

FOLDER = "corrected"


Wanted = tuple[DocumentDecisions, int]
"""The decisions about a document, and how many there are about the bytes that its file held before."""


class CorrectedStore(ResultStore):
    """The stored results with the corrected ones in place of those they were made from."""

    def __init__(self, root: Path, read: ResultStore, headers: dict[str, ResultHeader]) -> None:
        super().__init__(root)
        self.read = read
        self.headers = headers

    def path(self, document_id: str) -> Path:
        """Return the corrected result of a document that has one, else what was read."""
        return super().path(document_id) if document_id in self.headers else self.read.path(document_id)


def open_book(folder: Path, out: Path) -> Book:
    """Read the decisions to be applied to an output folder.

    Raises:
        ConfigurationError: a line is no decision; or the folder is not there and the dataset has corrections from it,
            which would vanish.
    """
    if not folder.is_dir() and any((out / STORE / FOLDER).glob("??/*.result")):
        raise ConfigurationError(
            f"{folder}: no such folder, and {out} holds corrections; give the folder they are in with --corrections "
            "(or an empty one, to publish what was read)"
        )
    return read_book(folder)


def correct_results(workspace: Workspace, book: Book | None) -> CorrectedStore:
    """Bring the corrected results up to date with the decisions, and return the store to publish from.

    Without a book nothing is decided anew: what was corrected stays, where what was read is still the same.
    """
    root = workspace.out / STORE / FOLDER
    store = ResultStore(root)
    store.sweep()
    headers = current_headers(root, workspace.index.held_result)
    if book is not None:
        wanted = choose_decisions(book, held_documents(workspace)) if book.documents else {}
        headers = {
            key: _correct(store, workspace.results.records, result, decisions, headers.get(key))
            for key, decisions in wanted.items()
            if (result := workspace.index.held_result(key)) is not None and result.status != "failed"
        }
    for document_id in set(store.ids()) - headers.keys():
        store.remove(document_id)
    return CorrectedStore(root, workspace.results, headers)


def current_headers(root: Path, result_of: Callable[[str], ResultHeader | None]) -> dict[str, ResultHeader]:
    """Return the headers of the corrected results that were made from what is stored now, as `result_of` tells."""
    store = ResultStore(root)
    found = ((key, store.header(key), result_of(key)) for key in store.ids())
    return {key: one for key, one, read in found if one and read and one.fingerprint.startswith(_basis(read))}


def list_misfits(workspace: Workspace) -> list[ResultHeader]:
    """Return the headers of corrected results with decisions that could not be applied."""
    headers = current_headers(workspace.out / STORE / FOLDER, workspace.index.held_result)
    return [header for header in headers.values() if header.error_code == MISFIT]


def _basis(result: ResultHeader) -> str:
    return f"{result.fingerprint}-{result.scored}-{result.digest}-"


def _correct(
    store: ResultStore,
    read: Callable[[str], DocumentRecords],
    result: ResultHeader,
    wanted: Wanted,
    known: ResultHeader | None,
) -> ResultHeader:
    """Return the header of a document's corrected result, made anew where the known one is not of these decisions."""
    decisions, outdated = wanted
    fingerprint = f"{_basis(result)}{decisions.digest()}-{outdated}"
    if known is not None and known.fingerprint == fingerprint and store.intact(result.document_id):
        return known
    from pipeline.corrections.apply import correct_records

    corrected = correct_records(read(result.document_id), decisions.states, outdated)
    return store.write(corrected.records, fingerprint, result.attempts, result.scored)


def held_documents(workspace: Workspace) -> dict[str, str]:
    """Return the document that each input file holds now, by the file's path as it was given."""
    return dict(workspace.index.held())


def choose_decisions(book: Book, held: Mapping[str, str]) -> dict[str, Wanted]:
    """Return what is to be applied by document, with decisions about other bytes of the same file counted."""
    present = set(held.values())
    outdated: Counter[str] = Counter()
    for one in book.documents.values():
        if one.document_id not in present:
            outdated.update(held[file] for file in one.files() if file in held)
    touched = {key for key, one in book.documents.items() if key in present and one.in_force} | outdated.keys()
    return {key: (book.of(key), outdated[key]) for key in sorted(touched)}


def count_unplaced(book: Book, held: Mapping[str, str]) -> int:
    """Return the decisions about documents that the dataset does not hold, under no path that they name."""
    present = set(held.values())
    absent = (one for one in book.documents.values() if one.document_id not in present)
    return sum(file not in held for one in absent for file in one.files())
