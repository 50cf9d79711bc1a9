"""What is stored, as reviewers corrected it, published; what no file holds any more is removed."""

from __future__ import annotations

from typing import Any

from pipeline.corrections.book import Book
from pipeline.corrections.results import correct_results
from pipeline.storage.workspace import Workspace


def publish_workspace(workspace: Workspace, accept_shrink: bool = False, book: Book | None = None) -> dict[str, Any]:
    """Publish what is stored, as reviewers corrected it, then remove the results that no file holds any more.

    Without a book of decisions those stay that were applied before. Returns the snapshot's manifest.
    """
    from pipeline.storage.layout import read_layout
    from pipeline.storage.publish import collect_documents, publish

    store = correct_results(workspace, book)
    documents = collect_documents(workspace.index.results() | store.headers, workspace.index.held())
    room = read_layout(workspace.layout)
    manifest = publish(workspace.out, store, documents, accept_shrink, room)
    orphans = workspace.index.orphans()
    if orphans:
        with workspace.index.transaction():
            workspace.index.drop_results(orphans)
        for document_id in orphans:
            workspace.results.remove(document_id)
    return manifest
