"""Archives in a run: their members become documents of their own, read like any other, with rows of their own.

An archive is opened in a worker, which answers with the names and digests of what is in it. Its own row is stored when
all its members' are, and with it the list of its members: whoever finds an archive settled finds its members settled.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.dataset.archive_paths import MARK, outer_paths
from pipeline.dataset.documents import DocumentRecords, Member
from pipeline.errors import document_error
from pipeline.running.plan import Plan
from pipeline.running.sources import IdentifiedFile
from pipeline.running.supervise import Outcome
from pipeline.settings import Origin
from pipeline.storage.index import FileStamp, KnownPath

UNKNOWN = FileStamp(-1, 0, 0)
"""Members have no size and times of their own."""


@dataclass(slots=True)
class OpenArchives:
    """Archives that were opened in a run and whose members are being read."""

    outcomes: list[Outcome] = field(default_factory=list)
    listed: set[Path] = field(default_factory=set)

    def take(self, outcome: Outcome) -> bool:
        """Keep the outcome of an archive until its members are read; tell whether it is one."""
        if not members_of(outcome):
            return False
        self.outcomes.append(outcome)
        return True

    def list_new(self, plan: Plan) -> list[IdentifiedFile]:
        """Return the members of archives, or of paths of archives, that came since this was last asked.

        An archive that holds itself is not opened inside itself.
        """
        found = []
        for outcome in self.outcomes:
            paths = plan.files[outcome.job.document_id]
            own = {path.path for path in paths}
            for path in paths:
                if path.path in self.listed or not own.isdisjoint(map(Path, outer_paths(str(path.path)))):
                    continue
                self.listed.add(path.path)
                found += [identify_member(path, member) for member in members_of(outcome)]
        return found


def members_of(outcome: Outcome) -> tuple[Member, ...]:
    """Return the members of an archive; nothing is in any other document."""
    return outcome.result.members if isinstance(outcome.result, DocumentRecords) else ()


def identify_member(archive: KnownPath, member: Member) -> IdentifiedFile:
    """Return a member as an input file; one that cannot be unpacked is known by its name, and has its error."""
    path = Path(f"{archive.path}{MARK}{member.name}")
    name = member.document_id or hashlib.sha256(b"path\0" + str(path).encode("utf-8", "surrogateescape")).hexdigest()
    known = KnownPath(path, f"{archive.given}{MARK}{member.name}", name, UNKNOWN)
    error = document_error(member.error_code, member.error) if member.error_code else None
    return IdentifiedFile(known, error)


def add_known_members(
    files: Sequence[IdentifiedFile], known: Mapping[Path, KnownPath]
) -> tuple[list[IdentifiedFile], frozenset[str]]:
    """Return the files with the members of the archives among them that are as they were, and what to open again.

    `known` are the members of archives, and the archives, as the index has them. Opened again are archives that are
    known, by a file or a member elsewhere, and whose members are not known here.
    """
    below = _group_members(known)
    archives = {known[path].document_id for path in below if path in known}
    found: list[IdentifiedFile] = []
    again: set[str] = set()
    for file in files:
        found.append(file)
        former = known.get(file.known.path)
        same = former is not None and former.document_id == file.known.document_id
        found += (_identify_again(member, file.known) for member in below.get(file.known.path, ()) if same)
    for file in found:
        unlisted = file.known.path not in below and file.known.document_id in archives
        if unlisted and not _holds_itself(file.known, known):
            again.add(file.known.document_id)
    return found, frozenset(again)


def _group_members(known: Mapping[Path, KnownPath]) -> dict[Path, list[KnownPath]]:
    """Return the members of each known archive, those of archives inside it too."""
    below: dict[Path, list[KnownPath]] = defaultdict(list)
    for path, item in known.items():
        for outer in map(Path, outer_paths(str(path))):
            if outer in known:
                below[outer].append(item)
    return dict(below)


def _identify_again(member: KnownPath, archive: KnownPath) -> IdentifiedFile:
    """Return a known member under its archive's path as it is given now."""
    inner = str(member.path)[len(str(archive.path)) :]
    now = replace(member, given=archive.given + inner)
    return IdentifiedFile(now, entered=now == member)


def _holds_itself(item: KnownPath, known: Mapping[Path, KnownPath]) -> bool:
    """Tell whether a member is the same archive as one around it."""
    around = (known[outer] for outer in map(Path, outer_paths(str(item.path))) if outer in known)
    return any(outer.document_id == item.document_id for outer in around)


def find_gone(path: Path, members: Iterable[Member], below: Iterable[Path]) -> list[Path]:
    """Return the paths below a file that is no archive any more, or whose archive has no such member any more."""
    names = {member.name for member in members}
    start = len(str(path)) + len(MARK)
    return [inner for inner in below if str(inner)[start:].split(MARK)[0] not in names]


def pass_on_origins(origins: Mapping[str, Origin], files: Iterable[IdentifiedFile]) -> dict[str, Origin]:
    """Return where documents came from, the members of an archive from where it came."""
    if not origins:
        return {}
    passed = dict(origins)
    ids = {str(file.known.path): file.known.document_id for file in files}
    for path, document_id in ids.items():
        archive, mark, _ = path.partition(MARK)
        outer = ids.get(archive) if mark else None
        if outer is not None and outer in origins:
            passed.setdefault(document_id, origins[outer])
    return passed


def merge_plans(first: Plan, second: Plan) -> Plan:
    """Return what both plans say; a file in both is once in it."""
    files = {
        key: tuple(dict.fromkeys((*first.files.get(key, ()), *second.files.get(key, ()))))
        for key in [*first.files, *second.files]
    }
    return Plan(
        (*first.jobs, *second.jobs),
        files,
        first.unchanged | second.unchanged - {job.document_id for job in first.jobs},
        first.stale + second.stale,
        tuple(dict.fromkeys((*first.without_bytes, *second.without_bytes))),
    )
