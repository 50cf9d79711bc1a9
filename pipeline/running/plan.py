"""What a run has to do: which documents must be read, and which files are known as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import document_error
from pipeline.running.sources import IdentifiedFile
from pipeline.running.supervise import Job
from pipeline.settings import Origin
from pipeline.storage.index import KnownPath
from pipeline.storage.store import ResultHeader

ATTEMPTS = 2
"""Attempts at a document that fails in a way that may pass; then it is left until its bytes change."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Documents to read and those that are known, with the files that hold them.

    `stale` counts the known ones that are read again because settings, code or vocabularies have changed.
    `without_bytes` are files that cannot be read at all.
    """

    jobs: tuple[Job, ...]
    files: Mapping[str, tuple[KnownPath, ...]]
    unchanged: frozenset[str]
    stale: int
    without_bytes: tuple[IdentifiedFile, ...]


def plan_reading(
    files: Iterable[IdentifiedFile],
    results: Mapping[str, ResultHeader],
    fingerprint: str,
    *,
    force: bool = False,
    origins: Mapping[str, Origin] | None = None,
    again: frozenset[str] = frozenset(),
) -> Plan:
    """Return what to read, in the order of the files, given what is known; the same bytes are read once.

    `again` are documents that are to be read even if they are known.
    """
    origins = origins or {}
    holders: dict[str, list[KnownPath]] = defaultdict(list)
    without_bytes = []
    for file in files:
        if file.error is not None:
            without_bytes.append(file)
        else:
            holders[file.known.document_id].append(file.known)
    settled = (key for key in holders if _settled(results.get(key), fingerprint))
    unchanged = frozenset() if force else frozenset(settled) - again
    jobs = tuple(
        Job(key, _first(paths), origin=origins.get(key)) for key, paths in holders.items() if key not in unchanged
    )
    stale = sum(job.document_id in results and results[job.document_id].fingerprint != fingerprint for job in jobs)
    grouped = {key: tuple(paths) for key, paths in holders.items()}
    return Plan(jobs, grouped, unchanged, stale, tuple(without_bytes))


def _settled(header: ResultHeader | None, fingerprint: str) -> bool:
    """Tell whether a result needs no reading: made the same way, and not a failure that may still pass."""
    if header is None or header.fingerprint != fingerprint:
        return False
    if header.status != "failed" or header.attempts >= ATTEMPTS:
        return True
    return not document_error(header.error_code or "", "").retried


def _first(paths: Iterable[KnownPath]) -> Path:
    return min(path.path for path in paths)
