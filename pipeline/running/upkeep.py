"""Looking after an output folder: what it holds, whether it is intact, what to forget, and scoring it again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.corrections.book import Book
from pipeline.corrections.results import FOLDER, current_headers, open_book
from pipeline.dataset.archive_paths import MARK, split_source
from pipeline.errors import AccessError, ConfigurationError
from pipeline.running.publication import ScoringOrder, publish_workspace, score_results
from pipeline.running.sources import SourceFile, identify_file
from pipeline.scoring.facts import scoring_facts
from pipeline.storage.datapackage import CODES_PART
from pipeline.storage.index import Index, KnownPath
from pipeline.storage.layout import choose_room, count_parts, write_layout
from pipeline.storage.lock import describe_holder
from pipeline.storage.manifest import CURRENT, part_path, read_manifest
from pipeline.storage.store import ResultHeader, ResultStore
from pipeline.storage.workspace import STORE, Workspace, open_workspace


@dataclass(frozen=True, slots=True)
class Holding:
    """One input file as the store knows it, with how its document was read (None while it never was)."""

    path: KnownPath
    header: ResultHeader | None


def list_holdings(out: Path) -> list[Holding]:
    """Return all input files of an output folder by path, with their documents as reviewers corrected them.

    Raises:
        AccessError: nothing has been run into the folder.
    """
    with _existing_index(out) as index:
        results = index.results()
        results |= current_headers(out / STORE / FOLDER, results.get)
        return [Holding(path, results.get(path.document_id)) for path in index.paths().values()]


def _existing_index(out: Path) -> Index:
    path = out / STORE / "index.sqlite"
    if not path.is_file():
        raise AccessError(f"{out} holds no dataset; run `jixiao run SRC --out {out}` first")
    return Index(path)


def list_failures(out: Path, codes: Iterable[str]) -> list[Path]:
    """Return the files that are there and whose document failed, or was read in part, with one of the error codes.

    For what lies in an archive this is the archive.

    Raises:
        ConfigurationError: no file did.
    """
    wanted = frozenset(codes)
    failed = [h for h in list_holdings(out) if h.header and h.header.failing]
    holders = [split_source(h.path.path)[0] for h in failed if h.header and h.header.error_code in wanted]
    paths = [path for path in dict.fromkeys(holders) if path.exists()]
    if not paths:
        known = ", ".join(sorted({h.header.error_code or "" for h in failed if h.header})) or "none"
        raise ConfigurationError(f"no file failed with {', '.join(sorted(wanted))}; reasons there are: {known}")
    return paths


def describe_state(out: Path) -> dict[str, Any]:
    """Return how many files are in which state, why those that failed did, the published rows, and who is at work."""
    holdings = list_holdings(out)
    headers = [holding.header for holding in holdings if holding.header]
    manifest = read_manifest(out)
    profiles = _count_profiles(out, manifest) if manifest else {}
    return {
        "out": str(out),
        "files": len(holdings),
        "gone": sum(not split_source(holding.path.path)[0].exists() for holding in holdings),
        "status": dict(sorted(Counter(header.status for header in headers).items())),
        "errors": dict(sorted(Counter(h.error_code for h in headers if h.failing and h.error_code).items())),
        "snapshot": manifest["snapshot"] if manifest else None,
        "rows": manifest["rows"] if manifest else {},
        "needs_review": manifest["needs_review"] if manifest else 0,
        "profiles": profiles,
        "by_default": sum(n for name, n in profiles.items() if name.endswith(f": {scoring_facts().default_profile}")),
        "running": describe_holder(out / STORE / "lock"),
    }


def _count_profiles(out: Path, manifest: Mapping[str, Any]) -> dict[str, int]:
    """Return how many forms of each district were scored by which profile; parts of older versions do not say."""
    told = [part.get("profiles") for part in manifest["parts"].values()]
    if None in told:
        from pipeline.storage.load import published_root
        from pipeline.storage.published import count_profiles

        return count_profiles(published_root(out))
    counted: Counter[str] = Counter()
    for part in told:
        counted.update(part)
    return dict(sorted(counted.items()))


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that `verify` found: an input that has changed or gone, or a file of ours that is damaged."""

    path: str
    code: str
    ours: bool


def verify(out: Path) -> Iterator[Fault]:
    """Hash all inputs, stored results and published files again and yield what is not as it was recorded."""
    holdings = list_holdings(out)
    for holding in holdings:
        yield from _verify_input(holding.path)
    read, corrected = ResultStore(out / STORE / "results"), ResultStore(out / STORE / FOLDER)
    present = sorted({holding.path.document_id for holding in holdings if holding.header})
    for store, document_ids in ((read, present), (corrected, sorted(corrected.ids()))):
        for document_id in document_ids:
            if not store.intact(document_id):
                yield Fault(str(store.path(document_id)), "damaged", ours=True)
    yield from _verify_snapshot(out)


def _verify_input(known: KnownPath) -> Iterator[Fault]:
    file, names = split_source(known.path)
    if names:
        return
    if not file.exists():
        yield Fault(known.given, "gone", ours=False)
        return
    now = identify_file(SourceFile(known.path, known.given), None)
    if now.known.document_id != known.document_id:
        yield Fault(known.given, "changed" if now.error is None else now.error.code, ours=False)


def _verify_snapshot(out: Path) -> Iterator[Fault]:
    manifest = read_manifest(out)
    if manifest is None:
        yield Fault(str(out / CURRENT), "not published", ours=True)
        return
    parts = {bucket: part["tables"] for bucket, part in manifest["parts"].items()}
    for bucket, tables in [*parts.items(), (CODES_PART, manifest.get("codes", {}))]:
        for table, facts in tables.items():
            path = part_path(out / CURRENT, table, bucket)
            if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != facts["sha256"]:
                yield Fault(str(path), "damaged", ours=True)


def forget(out: Path, targets: Sequence[Path], gone: bool = False) -> list[str]:
    """Take files out of the dataset and publish the rest; return their paths as they were given.

    `targets` are files or folders, which need not exist any more; `gone` adds all files that do not.

    Raises:
        AccessError: a target is not in the dataset.
    """
    list_holdings(out)
    with open_workspace(out) as workspace:
        dropped = _choose(workspace, [Path(target).absolute() for target in targets], gone)
        with workspace.index.transaction():
            workspace.index.forget_paths(item.path for item in dropped)
        publish_workspace(workspace, accept_shrink=True)
        return [item.given for item in dropped]


def _is_below(path: Path, target: Path) -> bool:
    """Tell whether a path is the target, or lies in it as a folder or an archive."""
    return path == target or target in path.parents or str(path).startswith(f"{target}{MARK}")


def _choose(workspace: Workspace, targets: Iterable[Path], gone: bool) -> list[KnownPath]:
    known = workspace.index.paths()
    chosen: dict[Path, KnownPath] = {}
    for target in targets:
        below = {path: item for path, item in known.items() if _is_below(path, target)}
        if not below:
            raise AccessError(f"{target} is not in the dataset; `jixiao status --files` lists what is")
        chosen |= below
    if gone:
        chosen |= {path: item for path, item in known.items() if not split_source(path)[0].exists()}
    return list(chosen.values())


@dataclass(frozen=True, slots=True)
class Compaction:
    """What `compact` has done: Parquet files before and after, and how many documents a part has room for now."""

    files_before: int
    files_after: int
    documents_per_part: int


def compact(out: Path, rows_per_part: int) -> Compaction:
    """Write the published tables into as few files as hold `rows_per_part` rows of the longest table each.

    Later runs keep to it. No row changes, and readers see one state or the other.

    Raises:
        AccessError: nothing has been published in `out`.
    """
    list_holdings(out)
    with open_workspace(out) as workspace:
        before = read_manifest(out) or publish_workspace(workspace)
        room = choose_room(before, rows_per_part)
        write_layout(workspace.layout, room)
        after = publish_workspace(workspace)
        return Compaction(count_parts(before), count_parts(after), room)


def score_dataset(
    out: Path, profile: str | None = None, accept_shrink: bool = False, corrections: Path | None = None
) -> dict[str, int]:
    """Score every stored form again, publish, and return the published rows by table; no document is read.

    `corrections` is the folder with what reviewers decided; None publishes what was read.

    Raises:
        ConfigurationError: no such profile, or a line of the corrections is none.
        PublicationRefused: the profile gives fewer scores than there were.
        AccessError: nothing has been run into `out`.
    """
    list_holdings(out)
    book = open_book(corrections, out) if corrections else Book()
    with open_workspace(out) as workspace:
        held, results = {document_id for _, document_id in workspace.index.held()}, workspace.index.results()
        read = [header for key, header in sorted(results.items()) if key in held and header.status != "failed"]
        score_results(workspace, [ScoringOrder(header, profile) for header in read])
        rows: dict[str, int] = publish_workspace(workspace, accept_shrink, book)["rows"]
        return rows
