"""What a run has to say at its end, for a person and for a machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FailedFile:
    """An input file that could not be read, and why."""

    file: str
    code: str
    error: str


@dataclass(frozen=True, slots=True)
class AcceptedFile:
    """An input file whose failure is known, and why it is accepted."""

    file: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The figures of a run. `rows` are those of the whole dataset by table; `read` and `unchanged` count documents.

    `stale` documents were read again because settings, code or vocabularies have changed; `rescored` ones were not read
    but scored again, because rules or profile have. `missing` are the sources that do not exist; `seconds` is wall
    time. `misfits` are the files with reviewers' corrections that could not be applied, `unplaced` counts corrections
    of documents that the dataset does not hold. `unread` are the files of which forms were read and others not;
    `accepted` are those of both that the list of known failures names, `unused` its lines that name no failure.
    """

    out: str
    snapshot: str
    files: int
    read: int
    unchanged: int
    stale: int
    rows: Mapping[str, int]
    needs_review: int
    failed: tuple[FailedFile, ...]
    missing: tuple[str, ...]
    seconds: float
    misfits: tuple[FailedFile, ...] = ()
    unplaced: int = 0
    unread: tuple[FailedFile, ...] = ()
    accepted: tuple[AcceptedFile, ...] = ()
    unused: tuple[str, ...] = ()
    rescored: int = 0

    @property
    def new_failures(self) -> int:
        """Return how many files failed, or hold a form that was not read, and are not accepted."""
        return len(self.failed) + len(self.unread) - len(self.accepted)

    @property
    def exit_status(self) -> int:
        """Return 0, 3 for a new failure or a correction that does not fit, 6 where a source could not be listed."""
        return 6 if self.missing else 3 if self.new_failures or self.misfits else 0

    def counters(self) -> dict[str, float]:
        """Return the figures that are counted, for monitoring."""
        figures = {
            "files": self.files,
            "read": self.read,
            "unchanged": self.unchanged,
            "rescored": self.rescored,
            "failed": len(self.failed),
        }
        figures |= {"unread": len(self.unread), "new_failures": self.new_failures}
        figures |= {f"rows_{table}": count for table, count in self.rows.items()}
        return {**figures, "needs_review": self.needs_review, "seconds": self.seconds}

    def to_json(self) -> dict[str, Any]:
        """Return the summary for a machine; figures of the dataset stand at the top level too."""
        named = {name: self.rows[name] for name in ("documents", "forms", "indicators", "findings")}
        told = {"rows": dict(self.rows), "new_failures": self.new_failures, "exit_status": self.exit_status}
        return named | asdict(self) | told

    def lines(self) -> list[str]:
        """Return the summary for a person: new failures first, then one line of figures."""
        known = {(item.file, item.code) for item in self.accepted}
        new = [item for item in (*self.unread, *self.failed) if (item.file, item.code) not in known]
        lines = [f"{item.file}: {item.code}: {item.error}" for item in (*new, *self.misfits)]
        if self.accepted:
            lines.append(f"{len(self.accepted)} known failures are accepted")
        lines += [f"{target}: in the list of known failures, but no failure of this run" for target in self.unused]
        lines += [f"{path}: no such file or folder, or it may not be listed" for path in self.missing]
        if self.unplaced:
            lines.append(f"{self.unplaced} corrections are of documents that {self.out} does not hold; not applied")
        if self.stale:
            lines.append(f"{self.stale} documents read again: settings, code or vocabularies have changed")
        if self.rescored:
            lines.append(f"{self.rescored} documents scored again, not read: rules or profile have changed")
        figures = (
            f"{self.files} files ({self.read} documents read, {self.unchanged} unchanged, {len(self.failed)} failed)",
            f"{self.rows['documents']} documents",
            f"{self.rows['forms']} forms",
            f"{sum(self.rows.values())} rows",
            f"{self.rows['findings']} findings",
            f"{self.needs_review} fields to review",
            f"{self.seconds:.1f} s",
        )
        return [*lines, f"{self.out}: {', '.join(figures)}"]
