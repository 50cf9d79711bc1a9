"""What of a run's files was not read: those that failed, those with a form that was not read, and which are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.running.failing.accepted import Acceptance
from pipeline.running.plan import Plan
from pipeline.running.summary import AcceptedFile, FailedFile
from pipeline.storage.index import KnownPath
from pipeline.storage.store import ResultHeader
from pipeline.text import printable


@dataclass(frozen=True, slots=True)
class Failures:
    """`failed` files gave nothing; of the `unread` ones, forms were read and others were not.

    `accepted` are those of both that a list of known failures names; `unused` are its lines that name none of them.
    """

    failed: tuple[FailedFile, ...] = ()
    unread: tuple[FailedFile, ...] = ()
    accepted: tuple[AcceptedFile, ...] = ()
    unused: tuple[str, ...] = ()


def find_failures(failing: Mapping[str, ResultHeader], plan: Plan, accepted: Sequence[Acceptance]) -> Failures:
    """Return the run's files that were not read, or not whole, now or in an earlier run.

    `failing` are the headers of all such documents (`ResultHeader.failing`).
    """
    failed: list[FailedFile] = []
    unread: list[FailedFile] = []
    known: list[AcceptedFile] = []
    used: set[Acceptance] = set()
    for path, file, partly in _list_failures(failing, plan):
        (unread if partly else failed).append(file)
        lines = [line for line in accepted if line.covers(path)]
        used |= set(lines)
        if lines:
            known.append(AcceptedFile(file.file, file.code, lines[0].reason))
    unused = (printable(line.target) for line in accepted if line not in used)
    return Failures(tuple(failed), tuple(unread), tuple(known), tuple(unused))


def _list_failures(failing: Mapping[str, ResultHeader], plan: Plan) -> Iterable[tuple[KnownPath, FailedFile, bool]]:
    """Yield the files, each with what is said of it and whether forms of it were read all the same."""
    for document_id, paths in plan.files.items():
        header = failing.get(document_id)
        if header is not None:
            for path in paths:
                file = FailedFile(printable(path.given), header.error_code or "", header.error or "")
                yield path, file, header.status != "failed"
    for item in plan.without_bytes:
        if item.error is not None:
            yield item.known, FailedFile(printable(item.known.given), item.error.code, item.error.message), False
