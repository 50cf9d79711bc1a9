"""One run: find the files, read those that are new or changed, store each as it is done, publish once at the end.

A document is known by its bytes. It is read again when its bytes, the settings, or the code or vocabularies of reading
are others than when it was read; it is scored again, from what is stored, when the rules are. A run that is killed at
any moment has lost only the documents in hand; the next one goes on from there. Readers see the state before until the
new one is whole.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.corrections.book import Book
from pipeline.corrections.results import count_unplaced, held_documents, list_misfits, open_book
from pipeline.dataset.archive_paths import split_source
from pipeline.dataset.documents import DocumentRecords
from pipeline.dataset.fingerprints import reading_fingerprint, scoring_fingerprint
from pipeline.errors import AccessError, ClusterLost, DocumentError, Interrupted, NeedsLibreOffice, PublicationRefused
from pipeline.fetch.manifest import find_origins
from pipeline.machine.processes import usable_cores
from pipeline.records import DocumentRow
from pipeline.running.failing.accepted import read_accepted
from pipeline.running.failing.listing import find_failures
from pipeline.running.members import (
    OpenArchives,
    add_known_members,
    find_gone,
    members_of,
    merge_plans,
    pass_on_origins,
)
from pipeline.running.observer import Observer
from pipeline.running.plan import Plan, plan_reading
from pipeline.running.publication import publish_workspace, score_again
from pipeline.running.sources import IdentifiedFile, SourceFile, find_files, identify_file
from pipeline.running.summary import FailedFile, RunSummary
from pipeline.running.supervise import Job, Outcome, Supervisor
from pipeline.settings import Origin, RunOptions
from pipeline.storage.index import KnownPath
from pipeline.storage.store import ResultHeader
from pipeline.storage.workspace import Workspace, open_workspace
from pipeline.text import printable

if TYPE_CHECKING:
    from pipeline.running.cluster import Cluster

ERROR_LENGTH = 500
"""Characters of an error message that are kept."""


def run(sources: Sequence[Path], options: RunOptions, observer: Observer | None = None) -> RunSummary:
    """Bring the dataset in `options.out` up to date with the sources.

    Raises:
        RunLocked, AccessError, MissingDependency, ConfigurationError: nothing was published.
        PublicationRefused: all is read and stored, but a data assertion failed.
        Interrupted, ClusterLost: finished documents are stored and published.
    """
    observer, started = observer or Observer(), time.monotonic()
    accepted = read_accepted(options.accept) if options.accept else ()
    with open_workspace(options.out) as workspace:
        files, missing = find_files(sources, *filter(None, (options.out, options.corrections)))
        if missing and not files:
            raise AccessError(f"{missing[0]}: no such file or folder, or it may not be listed; give one that exists")
        book = open_book(options.corrections, options.out) if options.corrections else Book()
        plan = _plan(workspace, files, options, observer)
        observer.planned(plan)
        plan = _read(workspace, plan, options, observer, book)
        rescored = score_again(workspace, plan.unchanged, options.settings.profile)
        manifest = publish_workspace(workspace, options.accept_shrink, book)
        failures = find_failures(workspace.index.failing(), plan, accepted)
        return RunSummary(
            out=str(options.out),
            snapshot=manifest["snapshot"],
            files=sum(map(len, plan.files.values())) + len(plan.without_bytes),
            read=len(plan.jobs),
            unchanged=len(plan.unchanged),
            stale=plan.stale,
            rescored=rescored,
            rows=manifest["rows"],
            needs_review=manifest["needs_review"],
            failed=failures.failed,
            unread=failures.unread,
            accepted=failures.accepted,
            unused=failures.unused,
            missing=tuple(str(path) for path in missing),
            misfits=tuple(_name_misfits(list_misfits(workspace), plan)),
            unplaced=count_unplaced(book, held_documents(workspace)) if book.documents else 0,
            seconds=round(time.monotonic() - started, 3),
        )


def _plan(workspace: Workspace, files: Iterable[SourceFile], options: RunOptions, observer: Observer) -> Plan:
    """Tell each file's document, decide what must be read, and enter what is known already."""
    identified = []
    for file in files:
        observer.stopped()
        identified.append(identify_file(file, workspace.index.path_at(file.path)))
    origins = find_origins(item.known.path for item in identified)
    files_and_members, again = add_known_members(identified, workspace.index.archived())
    origins = pass_on_origins(origins, files_and_members)
    return _plan_files(workspace, files_and_members, options, origins=origins, again=again)


def _plan_files(
    workspace: Workspace,
    files: Sequence[IdentifiedFile],
    options: RunOptions,
    *,
    origins: Mapping[str, Origin],
    again: frozenset[str],
) -> Plan:
    """Decide what must be read of identified files, and enter what is known already."""
    results = _present_results(workspace, (item.known.document_id for item in files))
    fingerprint = reading_fingerprint(options.settings)
    if options.settings.allow_libreoffice:
        again |= {key for key, header in results.items() if header.error_code == NeedsLibreOffice.code}
    plan = plan_reading(files, results, fingerprint, force=options.force, origins=origins, again=again)
    moved = [file.known for file in files if not file.entered and file.known.document_id in plan.unchanged]
    with workspace.index.transaction():
        _enter_paths(workspace, moved, None)
    for item in plan.without_bytes:
        if workspace.index.document_at(item.known.path) is None or split_source(item.known.path)[1]:
            _store_failure(workspace, item, options)
    return plan


def _plan_members(workspace: Workspace, members: Sequence[IdentifiedFile], plan: Plan, options: RunOptions) -> Plan:
    """Plan the reading of what the newly opened archives hold; a document that was read in this run is not again."""
    origins = {job.document_id: job.origin for job in plan.jobs if job.origin is not None}
    holders = [IdentifiedFile(path) for paths in plan.files.values() for path in paths]
    passed = pass_on_origins(origins, [*holders, *members])
    _, again = add_known_members(members, workspace.index.archived())
    new = _plan_files(workspace, members, options, origins=passed, again=again)
    read = {job.document_id for job in plan.jobs}
    with workspace.index.transaction():
        _enter_paths(workspace, [path for key in read & new.files.keys() for path in new.files[key]], None)
    return replace(new, jobs=tuple(job for job in new.jobs if job.document_id not in read))


def _present_results(workspace: Workspace, document_ids: Iterable[str]) -> dict[str, ResultHeader]:
    """Return the known results whose file is there, and adopt those that a killed run stored but did not enter."""
    listed, wanted = workspace.index.results(), set(document_ids)
    results: dict[str, ResultHeader] = {}
    found: dict[str, ResultHeader] = {}
    for key in workspace.results.ids():
        header = listed.pop(key, None)
        if header is not None:
            results[header.document_id] = header
        elif key in wanted and (adopted := workspace.results.header(key)) is not None:
            found[key] = adopted
    with workspace.index.transaction():
        for header in found.values():
            workspace.index.put_result(header)
    return results | found


def _read(workspace: Workspace, plan: Plan, options: RunOptions, observer: Observer, book: Book | None = None) -> Plan:
    """Read the plan's jobs and what the archives among them hold, storing each document as it is done.

    Returns the plan with all members in it. When stopped, publishes what there is.
    """
    archives = OpenArchives()
    _read_jobs(workspace, plan, options, observer, book=book, archives=archives)
    while members := archives.list_new(plan):
        next_plan = _plan_members(workspace, members, plan, options)
        plan = merge_plans(plan, next_plan)
        observer.planned(plan)
        _read_jobs(workspace, next_plan, options, observer, book=book, archives=archives)
    for outcome in reversed(archives.outcomes):
        _store_outcome(workspace, outcome, plan.files[outcome.job.document_id], options)
    return plan


def _read_jobs(
    workspace: Workspace,
    plan: Plan,
    options: RunOptions,
    observer: Observer,
    *,
    book: Book | None,
    archives: OpenArchives,
) -> None:
    """Read one plan's jobs. An archive's outcome is kept aside until its members are read."""
    if not plan.jobs:
        return
    with _open_readers(workspace, plan, options) as readers:
        try:
            for event in readers.read(plan.jobs, observer.stopped):
                if isinstance(event, Outcome) and not archives.take(event):
                    _store_outcome(workspace, event, plan.files[event.job.document_id], options)
                observer.happened(event)
        except (Interrupted, ClusterLost):
            with suppress(PublicationRefused):
                publish_workspace(workspace, options.accept_shrink, book)
            raise


def _open_readers(workspace: Workspace, plan: Plan, options: RunOptions) -> Supervisor | Cluster:
    """Return what reads the documents, to be used as a context manager: workers here, or those of a cluster."""
    if options.scheduler is not None:
        from pipeline.running.cluster import Cluster

        return Cluster(options.scheduler, options.settings, options.limits, options.reader)
    workers = min(options.jobs or usable_cores(), len(plan.jobs))
    return Supervisor(workers, options.settings, options.limits, workspace.scratch, options.reader)


def _store_outcome(workspace: Workspace, outcome: Outcome, paths: Sequence[KnownPath], options: RunOptions) -> None:
    """Store a document's rows, or the row that says why there are none, and enter it with its files."""
    fingerprint, scored = reading_fingerprint(options.settings), scoring_fingerprint(options.settings.profile)
    records = _stamp(_records(outcome), outcome)
    try:
        header = workspace.results.write(records, fingerprint, outcome.job.attempt, scored)
    except DocumentError as error:
        failed = _stamp(_records(replace(outcome, result=error)), outcome)
        header = workspace.results.write(failed, fingerprint, outcome.job.attempt, scored)
    with workspace.index.transaction():
        workspace.index.put_result(header)
        _enter_paths(workspace, paths, outcome)


def _enter_paths(workspace: Workspace, paths: Sequence[KnownPath], outcome: Outcome | None) -> None:
    """Enter files with their document; what was in an archive and is not any more is taken out with it.

    An archive that could not be opened this time keeps what was in it, as long as its bytes are the same.
    """
    opened = outcome is not None and isinstance(outcome.result, DocumentRecords)
    for path in paths:
        below = workspace.index.paths_below(path.path)
        if below and (opened or workspace.index.document_at(path.path) != path.document_id):
            members = members_of(outcome) if outcome is not None else ()
            workspace.index.forget_paths(find_gone(path.path, members, below))
    workspace.index.put_paths(paths)


def _store_failure(workspace: Workspace, file: IdentifiedFile, options: RunOptions) -> None:
    """Enter a file whose bytes cannot be had. One that was read before keeps its rows and is only reported."""
    assert file.error is not None  # noqa: S101 - the caller has sorted the files
    job = Job(file.known.document_id, file.known.path)
    _store_outcome(workspace, Outcome(job, file.error, 0.0), [file.known], options)


def _records(outcome: Outcome) -> DocumentRecords:
    if isinstance(outcome.result, DocumentRecords):
        return outcome.result
    path = os.fsencode(outcome.job.path).decode("utf-8", "backslashreplace")
    row = DocumentRow(
        document_id=outcome.job.document_id,
        file_name=path.rsplit("/", 1)[-1],
        source_path=path,
        status="failed",
        error_code=outcome.result.code,
        error=outcome.result.message,
        pipeline_version=__version__,
    )
    return DocumentRecords(row)


def _stamp(records: DocumentRecords, outcome: Outcome) -> DocumentRecords:
    """Return the records with origin, time and cost, and a message that is safe to print.

    With SOURCE_DATE_EPOCH set, as for reproducible builds, the time is that one and the cost is left out.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    read_at = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC).replace(microsecond=0)
    error = records.document.error
    document = replace(
        records.document,
        error=printable(error)[:ERROR_LENGTH] if error else None,
        extracted_at=read_at,
        seconds=None if epoch else round(outcome.seconds, 3),
        source_url=outcome.job.origin.url if outcome.job.origin else None,
    )
    return replace(records, document=document)


def _name_misfits(headers: Iterable[ResultHeader], plan: Plan) -> Iterable[FailedFile]:
    """Yield the run's files with a correction that could not be applied."""
    for header in headers:
        for path in plan.files.get(header.document_id, ()):
            yield FailedFile(printable(path.given), header.error_code or "", header.error or "")
