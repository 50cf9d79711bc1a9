"""The store under `OUT/.store`: one file per document with all its rows, and an index of what is known.

`results/ab/<document_id>.result` is the record: a line of JSON, then, packed by zstd, one Arrow stream per table. It is
written under a temporary name, synced and renamed, so that a document is there whole or not at all. `index.sqlite` says
which path holds which document and how each was read; it only saves time and can be rebuilt from the results and the
published `documents`. One process writes, under the lock of `pipeline.storage.lock`.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.dataset.documents import DocumentRecords
from pipeline.errors import FORM_NOT_READ, PublicationRefused, ReadingFailed, access_error
from pipeline.records import TABLES
from pipeline.storage.atomic import TEMPORARY, write_file

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = 1

SUFFIX = ".result"
"""How the name of a result's file ends."""

UNREADABLE = (OSError, ValueError, KeyError, TypeError)
"""What reading a damaged result may raise, Arrow's own errors apart, which `_load` makes one of these."""


@dataclass(frozen=True, slots=True)
class ResultHeader:
    """What is known of a stored result without its rows. `digest` is the SHA-256 of the rows as stored.

    `fingerprint` tells how the document was read, `scored` how its rows were scored (`pipeline.dataset.fingerprints`).
    """

    document_id: str
    fingerprint: str
    attempts: int
    status: str
    error_code: str | None
    error: str | None
    digest: str
    scored: str = ""

    @property
    def failing(self) -> bool:
        """Whether a run that holds the document ends with status 3: it failed, or a form in it was not read."""
        return self.status == "failed" or self.error_code == FORM_NOT_READ


class ResultStore:
    """The result files below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, document_id: str) -> Path:
        """Return where a document's result is kept."""
        return self.root / document_id[:2] / f"{document_id}{SUFFIX}"

    def write(
        self,
        records: DocumentRecords,
        fingerprint: str,
        attempts: int,
        scored: str = "",
        *,
        stored: Mapping[str, pa.Table] | None = None,
    ) -> ResultHeader:
        """Store a document's rows in place of any earlier ones; the tables in `stored` are taken as they are.

        Raises:
            ReadingFailed: a value does not fit its column.
            OSError: the disk is full or not writable; the earlier rows stay.
        """
        import pyarrow as pa

        from pipeline.storage.arrow import rows_to_table

        known = dict(stored or {})
        try:
            made = {name: rows_to_table(name, records.rows(name)) for name in TABLES if name not in known}
            streams = {name: _to_stream((known | made)[name]) for name in TABLES}
        except (pa.ArrowException, ValueError, TypeError, ArithmeticError, OverflowError) as error:
            raise ReadingFailed(f"a value does not fit the dataset ({error}); please report this file") from error
        body = b"".join(streams.values())
        document = records.document
        header = ResultHeader(
            document.document_id,
            fingerprint,
            attempts,
            document.status,
            document.error_code,
            document.error,
            hashlib.sha256(body).hexdigest(),
            scored,
        )
        facts = {"format": FORMAT, **asdict(header), "sizes": {name: len(data) for name, data in streams.items()}}
        path = self.path(document.document_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, json.dumps(facts).encode() + b"\n" + pa.compress(body, "zstd", asbytes=True))
        return header

    def header(self, document_id: str) -> ResultHeader | None:
        """Return a result's header, or None where there is no result that this version understands."""
        try:
            with self.path(document_id).open("rb") as file:
                return _parse_header(file.readline())[0]
        except UNREADABLE:
            return None

    def tables(self, document_id: str, wanted: Collection[str] = TABLES) -> dict[str, pa.Table]:
        """Return a document's rows by table, all unless some are `wanted`, in the stored schemas of this version.

        Raises:
            PublicationRefused: the file is gone or damaged.
        """
        try:
            sizes, body = self._load(document_id)
        except UNREADABLE as error:
            path = self.path(document_id)
            advice = "delete it and run again, the document will be read anew"
            raise PublicationRefused(f"{path} is damaged; {advice}") from error
        return {name: _from_stream(name, data) for name, data in _split(body, sizes) if name in wanted}

    def intact(self, document_id: str) -> bool:
        """Tell whether a result is there as it was written."""
        try:
            self._load(document_id)
        except UNREADABLE:
            return False
        return True

    def _load(self, document_id: str) -> tuple[dict[str, int], bytes]:
        import pyarrow as pa

        head, _, packed = self.path(document_id).read_bytes().partition(b"\n")
        header, sizes = _parse_header(head)
        try:
            body: bytes = pa.decompress(packed, sum(sizes.values()), "zstd", asbytes=True)
        except pa.ArrowException as error:
            raise ValueError("the rows cannot be unpacked") from error
        if hashlib.sha256(body).hexdigest() != header.digest:
            raise ValueError("the rows are not those that were written")
        return sizes, body

    def records(self, document_id: str) -> DocumentRecords:
        """Return a document's rows as records."""
        from pipeline.storage.arrow import table_to_rows

        rows = {name: table_to_rows(name, table) for name, table in self.tables(document_id).items()}
        (document,) = rows.pop("documents")
        return DocumentRecords(document, **rows)

    def remove(self, document_id: str) -> None:
        """Remove a result; none is no error."""
        self.path(document_id).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what a killed run left unfinished."""
        for folder, name in self._files():
            if name.startswith(TEMPORARY):
                with suppress(OSError):
                    os.unlink(os.path.join(folder, name))

    def ids(self) -> Iterator[str]:
        """Yield the ids of all results.

        Raises:
            AccessError: a folder of the store may not be listed.
        """
        return (name.removesuffix(SUFFIX) for _, name in self._files() if name.endswith(SUFFIX))

    def _files(self) -> Iterator[tuple[str, str]]:
        """Yield folder and name of each file in the store: too many to make path objects of them."""
        if not self.root.is_dir():
            return
        try:
            for folder in [entry.path for entry in os.scandir(self.root) if entry.is_dir()]:
                for name in os.listdir(folder):
                    yield folder, name
        except OSError as error:
            raise access_error(error, f"{self.root} cannot be read") from error


def _parse_header(line: bytes) -> tuple[ResultHeader, dict[str, int]]:
    facts = json.loads(line)
    if facts.pop("format") != FORMAT:
        raise ValueError("another format")
    sizes: dict[str, int] = facts.pop("sizes")
    return ResultHeader(**facts), sizes


def _split(body: bytes, sizes: dict[str, int]) -> Iterator[tuple[str, pa.Buffer]]:
    import pyarrow as pa

    buffer, start = pa.py_buffer(body), 0
    for name, size in sizes.items():
        yield name, buffer.slice(start, size)
        start += size


def _single_batch(data: pa.Buffer, schema: pa.Schema) -> pa.Table | None:
    """Return the table whose rows follow its schema in a stream, none or one batch of them; None where it is longer."""
    import pyarrow as pa

    if data.size <= END_OF_STREAM:
        return schema.empty_table()
    message = pa.ipc.read_message(data)
    length = 8 + int.from_bytes(data[4:8], "little") + message.body.size
    if length + END_OF_STREAM != data.size:
        return None
    return pa.Table.from_batches([pa.ipc.read_record_batch(message, schema)])


def _to_stream(table: pa.Table) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(use_threads=False)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


END_OF_STREAM = 8
"""Bytes that end an Arrow stream."""


def _from_stream(name: str, data: pa.Buffer) -> pa.Table:
    """Return a stored table. One that has the schema of this version, as nearly all have, needs no parsing of it."""
    import pyarrow as pa

    from pipeline.storage.arrow import rows_to_table, schema_message, stored_schema, table_to_rows

    head = schema_message(name)
    if data.slice(0, len(head)).equals(head):
        table = _single_batch(data.slice(len(head)), stored_schema(name))
        if table is not None:
            return table
    table = pa.ipc.open_stream(data, options=pa.ipc.IpcReadOptions(use_threads=False)).read_all()
    schema = stored_schema(name)
    if table.schema.equals(schema):
        return table
    return rows_to_table(name, table_to_rows(name, table))
