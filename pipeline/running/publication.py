"""What is stored, scored again where the rules have changed; then, as reviewers corrected it, published."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from pipeline.corrections.book import Book
from pipeline.corrections.results import correct_results
from pipeline.dataset.documents import DocumentRecords
from pipeline.dataset.fingerprints import held_profile, scoring_fingerprint
from pipeline.records import TABLES
from pipeline.storage.store import ResultHeader, ResultStore
from pipeline.storage.workspace import Workspace

AS_READ = ("documents", "funds", "indicators", "cells")
"""Tables that scoring takes as they are; a form has its grade from it."""

PLACED = [
    *("form_id", "table", "row_no", "field", "text", "source", "confidence", "needs_review"),
    *("page", "x0", "y0", "x1", "y1"),
]
"""Columns of cells that tell scoring where a field stands and how surely it was read, and those that no cell lacks."""

SCORED_TOGETHER = 500
"""Documents that are entered as scored at a time."""


def score_again(workspace: Workspace, documents: Set[str], profile: str | None) -> int:
    """Score those of some documents again that were scored otherwise than now; return how many. No document is read.

    `profile` is the one asked for; where none is, each form chooses its own, unless its dataset was given one. A run
    that is killed meanwhile has scored the documents before it, and the next one goes on.

    Raises:
        ConfigurationError: there is no such profile.
        PublicationRefused: a stored result is gone or damaged.
    """
    orders = [
        order
        for header in workspace.index.scored_otherwise(scoring_fingerprint(profile))
        if header.document_id in documents
        and (order := ScoringOrder(header, profile or held_profile(header.scored), held=profile is None)).changes
    ]
    score_results(workspace, orders)
    return len(orders)


@dataclass(frozen=True, slots=True)
class ScoringOrder:
    """A stored result that is to be scored, by which profile, and whether runs that ask for none are to keep that."""

    header: ResultHeader
    profile: str | None
    held: bool = True

    @property
    def fingerprint(self) -> str:
        """How the result will have been scored."""
        return scoring_fingerprint(self.profile, held=self.held)

    @property
    def changes(self) -> bool:
        """Whether the result was scored otherwise."""
        return self.fingerprint != self.header.scored


def score_results(workspace: Workspace, orders: Sequence[ScoringOrder]) -> None:
    """Score stored results again and enter them.

    Raises as `score_again`.
    """
    for start in range(0, len(orders), SCORED_TOGETHER):
        written = [_score(workspace.results, order) for order in orders[start : start + SCORED_TOGETHER]]
        with workspace.index.transaction():
            for header in written:
                workspace.index.put_result(header)


def _score(results: ResultStore, order: ScoringOrder) -> ResultHeader:
    from pipeline.assess import score_records
    from pipeline.storage.arrow import table_to_rows

    tables = results.tables(order.header.document_id)
    needed = tables | {"cells": tables["cells"].select(PLACED)}
    rows: dict[str, Any] = {name: table_to_rows(name, needed[name]) for name in TABLES if name != "scores"}
    (document,) = rows.pop("documents")
    records = score_records(DocumentRecords(document, **rows), order.profile)
    stored = {name: tables[name] for name in AS_READ}
    return results.write(records, order.header.fingerprint, order.header.attempts, order.fingerprint, stored=stored)


def publish_workspace(workspace: Workspace, accept_shrink: bool = False, book: Book | None = None) -> dict[str, Any]:
    """Publish what is stored, as reviewers corrected it, then remove the results that no file holds any more.

    Without a book of decisions those stay that were applied before. Returns the snapshot's manifest.
    """
    from pipeline.storage.layout import read_layout
    from pipeline.storage.publish import PublishedDocument, publish

    store = correct_results(workspace, book)
    corrected = {key: header.digest for key, header in store.headers.items()}
    documents = [
        PublishedDocument(key, corrected.get(key, digest), paths) for key, digest, paths in workspace.index.documents()
    ]
    room = read_layout(workspace.layout)
    manifest = publish(workspace.out, store, documents, accept_shrink, room)
    orphans = workspace.index.orphans()
    if orphans:
        with workspace.index.transaction():
            workspace.index.drop_results(orphans)
        for document_id in orphans:
            workspace.results.remove(document_id)
    return manifest
