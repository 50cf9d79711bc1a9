"""What readers see: immutable snapshots of the eight Parquet tables, and one link that moves from one to the next.

`OUT/.snapshots/<id>/<table>/part-*.parquet` holds a snapshot, `OUT/.current` is a link to the newest, and each
`OUT/<table>` a link through `.current`; moving `.current` is atomic, so all tables change at once and a reader never
sees half a run. Beside them stand the code tables and `datapackage.json`, of the same snapshot. Documents are spread
over part files by the beginning of their id, so that a large dataset rewrites only the parts that changed and links the
others. The id of a snapshot is a digest of its content: the same documents give the same id and the same bytes. The
snapshot before is kept for those who still read it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.errors import ConfigurationError, PublicationRefused
from pipeline.records import CODE_TABLES, PUBLISHED_TABLES, SET_TABLES, TABLES
from pipeline.storage.arrow import encode_vocabularies, published_schema, rows_to_table, stored_schema
from pipeline.storage.assertions import check_against_previous, check_bucket
from pipeline.storage.atomic import TEMPORARY, point_link, sync_file, sync_folder
from pipeline.storage.code_tables import code_rows
from pipeline.storage.datapackage import CODES_PART, DATA_PACKAGE, DESCRIPTION_VERSION, describe_package
from pipeline.storage.layout import DOCUMENTS_PER_PART
from pipeline.storage.manifest import CURRENT, MANIFEST, load_manifest, part_path, read_manifest
from pipeline.storage.published import tally_profiles
from pipeline.storage.sets import Sets, open_sets, place_findings, sets_digest
from pipeline.storage.store import ResultStore

SNAPSHOTS = ".snapshots"

DATA_TABLES = TABLES | SET_TABLES
"""The tables that hold rows of documents; the others are code tables."""


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """A document as it is to be published: the digest of its rows, and the input files that hold it.

    The first of the files names it.
    """

    document_id: str
    digest: str
    paths: tuple[str, ...]


def publish(
    out: Path,
    store: ResultStore,
    documents: Sequence[PublishedDocument],
    accept_shrink: bool = False,
    room: int = DOCUMENTS_PER_PART,
) -> dict[str, Any]:
    """Make the documents what readers of `out` see, unless they see them already; return the snapshot's manifest.

    `room` is the number of documents that a part file is for.

    Raises:
        PublicationRefused: a data assertion failed; readers keep the state before.
        OSError: the disk is full or not writable; likewise.
    """
    previous = read_manifest(out)
    buckets = _assign_buckets(documents, room)
    digests = {name: _bucket_digest(members) for name, members in buckets.items()}
    snapshot_id = _digest({"buckets": digests, "codes": _codes_digest(), "sets": sets_digest()})[:16]
    if previous is not None and previous["snapshot"] == snapshot_id:
        _link_published(out)
        return previous
    folder = out / SNAPSHOTS / snapshot_id
    if not folder.is_dir():
        with open_sets(out / ".store") as sets:
            sets.update(store, ((m.document_id, m.digest, _base_name(m.paths[0])) for m in documents))
            sets.compare()
            sets.index()
            _build(folder, _Compared(store, sets), buckets, _with_sets(digests, buckets, sets), previous)
    manifest = load_manifest(folder)
    if not accept_shrink:
        _compare(manifest, previous, folder)
    _link_published(out)
    point_link(out / CURRENT, f"{SNAPSHOTS}/{snapshot_id}")
    _remove_old(out, keep={snapshot_id, previous["snapshot"] if previous else snapshot_id})
    return manifest


def _with_sets(
    digests: Mapping[str, str], buckets: Mapping[str, Sequence[PublishedDocument]], sets: Sets
) -> dict[str, str]:
    """Return the digests of the buckets with what their documents have from being compared with others."""
    ids = {name: [m.document_id for m in members] for name, members in buckets.items()}
    return {name: _digest([digest, sets.digest(ids[name])]) for name, digest in digests.items()}


@dataclass(frozen=True, slots=True)
class _Compared:
    """The stored rows of documents, and what they have from being compared with others."""

    store: ResultStore
    sets: Sets

    def tables(self, document_id: str) -> Iterator[tuple[str, pa.Table]]:
        """Yield a document's tables that have rows, `links` among them; `findings` of sets come after its own."""
        tables = self.store.tables(document_id)
        yield from ((name, rows) for name, rows in tables.items() if rows.num_rows)
        findings = self.sets.rows(document_id, "findings")
        if findings:
            yield "findings", rows_to_table("findings", place_findings(findings, tables["cells"]))
        links = self.sets.rows(document_id, "links")
        if links:
            yield "links", rows_to_table("links", links)


def _compare(manifest: Mapping[str, Any], previous: Mapping[str, Any] | None, folder: Path) -> None:
    try:
        check_against_previous(manifest, previous)
    except PublicationRefused:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _assign_buckets(documents: Sequence[PublishedDocument], room: int) -> dict[str, list[PublishedDocument]]:
    """Spread the documents by as many hexadecimal digits of their ids as leave `room` in each part, on average."""
    digits = 0
    while len(documents) > room:
        digits, room = digits + 1, room * 16
    names = [f"{number:0{digits}x}" if digits else "all" for number in range(16**digits)]
    buckets: dict[str, list[PublishedDocument]] = {name: [] for name in names}
    for document in documents:
        buckets[document.document_id[:digits] or "all"].append(document)
    return buckets


def _bucket_digest(members: Sequence[PublishedDocument]) -> str:
    schemas = [published_schema(table).to_string(show_schema_metadata=True) for table in DATA_TABLES]
    return _digest([pa.__version__, schemas, [[m.document_id, m.digest, m.paths] for m in members]])


def _codes_digest() -> str:
    """Return a digest of what a snapshot holds beside the documents' rows: code tables and description."""
    schemas = [published_schema(table).to_string(show_schema_metadata=True) for table in CODE_TABLES]
    rows = [[str(row) for row in code_rows(table)] for table in CODE_TABLES]
    return _digest([pa.__version__, schemas, rows, DESCRIPTION_VERSION])


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _build(
    folder: Path,
    store: _Compared,
    buckets: Mapping[str, Sequence[PublishedDocument]],
    digests: Mapping[str, str],
    previous: Mapping[str, Any] | None,
) -> None:
    """Write a whole snapshot under a temporary name, then give it its own name."""
    temporary = folder.with_name(f"{TEMPORARY}{folder.name}")
    shutil.rmtree(temporary, ignore_errors=True)
    for table in PUBLISHED_TABLES:
        (temporary / table).mkdir(parents=True)
    parts = {}
    for name, members in buckets.items():
        known = previous["parts"].get(name) if previous else None
        if known and known["digest"] == digests[name]:
            parts[name] = _link_parts(folder.parent.parent / CURRENT, temporary, name, known)
        else:
            parts[name] = _write_parts(temporary, name, store, members) | {"digest": digests[name]}
    manifest = _manifest(folder.name, parts) | {"codes": _write_codes(temporary)}
    _write_json(temporary / DATA_PACKAGE, describe_package(manifest))
    _write_json(temporary / MANIFEST, manifest)
    for table in PUBLISHED_TABLES:
        sync_folder(temporary / table)
    sync_folder(temporary)
    temporary.rename(folder)
    sync_folder(folder.parent)


def _manifest(snapshot_id: str, parts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    rows = {table: sum(part["tables"][table]["rows"] for part in parts.values()) for table in DATA_TABLES}
    types = {table: {field.name: str(field.type) for field in published_schema(table)} for table in DATA_TABLES}
    review = sum(part["needs_review"] for part in parts.values())
    return {"snapshot": snapshot_id, "rows": rows, "needs_review": review, "schema": types, "parts": dict(parts)}


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    sync_file(path)


def _write_codes(folder: Path) -> dict[str, Any]:
    """Write the code tables into a snapshot and return rows and hash of each."""
    facts = {}
    for table in CODE_TABLES:
        rows = rows_to_table(table, code_rows(table))
        facts[table] = _write_part(part_path(folder, table, CODES_PART), table, rows)
    return facts


def _write_part(path: Path, table: str, rows: pa.Table) -> dict[str, Any]:
    import pyarrow.parquet as pq

    pq.write_table(encode_vocabularies(table, rows), path, compression="zstd", version="2.6")
    sync_file(path)
    return {"rows": rows.num_rows, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def _link_parts(current: Path, folder: Path, bucket: str, known: dict[str, Any]) -> dict[str, Any]:
    for table in DATA_TABLES:
        old, new = part_path(current, table, bucket), part_path(folder, table, bucket)
        try:
            os.link(old.resolve(), new)
        except OSError:
            shutil.copyfile(old, new)
            sync_file(new)
    return known


def _write_parts(folder: Path, bucket: str, store: _Compared, members: Sequence[PublishedDocument]) -> dict[str, Any]:
    tables = _gather(store, members)
    check_bucket(tables, bucket)
    facts = {table: _write_part(part_path(folder, table, bucket), table, rows) for table, rows in tables.items()}
    review = tables["cells"].column("needs_review").to_pylist().count(True)
    profiles = tally_profiles(tables["forms"], tables["scores"])
    return {"documents": len(members), "needs_review": review, "profiles": profiles, "tables": facts}


GATHERED_TOGETHER = 64
"""Documents whose rows are put into one table at a time; as tables of their own they take several times the memory."""


def _gather(store: _Compared, members: Sequence[PublishedDocument]) -> dict[str, pa.Table]:
    """Return the rows of a bucket's documents by table, documents by id, rows as they were stored.

    There is one `documents` row per input file; forms are named after the first of the files of their document.
    """
    starts = range(0, len(members), GATHERED_TOGETHER)
    piles = [_pile(store, members[start : start + GATHERED_TOGETHER]) for start in starts]
    tables = {name: _join(name, [pile.pop(name) for pile in piles]) for name in DATA_TABLES}
    tables["documents"] = _name_documents(tables["documents"], members)
    tables["forms"] = _name_forms(tables["forms"], store, members)
    return tables


def _pile(store: _Compared, members: Sequence[PublishedDocument]) -> dict[str, pa.Table]:
    stacks: dict[str, list[pa.Table]] = {name: [] for name in DATA_TABLES}
    for member in members:
        for name, rows in store.tables(member.document_id):
            stacks[name].append(rows)
    return {name: _join(name, stack) for name, stack in stacks.items()}


def _join(name: str, stack: Sequence[pa.Table]) -> pa.Table:
    return pa.concat_tables([stored_schema(name).empty_table(), *stack]).combine_chunks()


def _name_forms(forms: pa.Table, store: _Compared, members: Sequence[PublishedDocument]) -> pa.Table:
    """Return the forms with the names of their files, and with the forms that they repeat."""
    names = {member.document_id: _base_name(member.paths[0]) for member in members}
    repeated = {key: form for member in members for key, form in store.sets.duplicates(member.document_id).items()}
    named = _set(forms, "file_name", [names[key] for key in forms.column("document_id").to_pylist()])
    return _set(named, "duplicate_of", [repeated.get(key) for key in forms.column("form_id").to_pylist()])


def _name_documents(documents: pa.Table, members: Sequence[PublishedDocument]) -> pa.Table:
    """Return the documents, one row each, with a row for each of their input files."""
    paths = [(number, path) for number, member in enumerate(members) for path in member.paths]
    copied = documents.take(pa.array([number for number, _ in paths], pa.int64()))
    named = _set(copied, "source_path", [path for _, path in paths])
    return _set(named, "file_name", [_base_name(path) for _, path in paths])


def _set(table: pa.Table, name: str, values: Sequence[str | None]) -> pa.Table:
    index = table.schema.get_field_index(name)
    return table.set_column(index, table.schema.field(index), pa.array(values, pa.string()))


def _base_name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _link_published(out: Path) -> None:
    """Make each name that readers use a link through `.current`; before the first snapshot they all lead nowhere."""
    for name in (*PUBLISHED_TABLES, DATA_PACKAGE):
        link, target = out / name, f"{CURRENT}/{name}"
        if link.is_symlink() and os.readlink(link) == target:
            continue
        if link.exists() and not link.is_symlink():
            raise ConfigurationError(f"{link} is in the way of the dataset; choose another output folder or move it")
        point_link(link, target)


def _remove_old(out: Path, keep: set[str]) -> None:
    for folder in (out / SNAPSHOTS).iterdir():
        if folder.name not in keep:
            with suppress(OSError):
                shutil.rmtree(folder)
    for link in out.glob(f"{TEMPORARY}*"):
        with suppress(OSError):
            link.unlink()
