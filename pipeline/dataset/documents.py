"""All rows of one document while it is on its way, and the bytes in which they cross from a worker to its supervisor.

Writing is in `pipeline.storage.store` (one file per document) and `pipeline.storage.publish` (what readers see).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from pipeline.dataset.columns import KEYS, Kind, table_columns
from pipeline.errors import ReadingFailed
from pipeline.records import (
    PUBLISHED_TABLES,
    TABLES,
    CellRow,
    DocumentRow,
    FindingRow,
    FormRow,
    FundRow,
    IndicatorRow,
    ScoreRow,
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive: its name there, and the SHA-256 of its bytes or why they cannot be had."""

    name: str
    document_id: str | None
    error_code: str = ""
    error: str = ""


MEMBER = ("name", "document_id", "error_code", "error")
"""The facts of a member, as they cross from a worker to its supervisor."""


@dataclass(frozen=True, slots=True)
class DocumentRecords:
    """All rows of one document: they enter the dataset together or not at all.

    `members` are the files in an archive or a PDF; each becomes a document of its own.
    """

    document: DocumentRow
    forms: tuple[FormRow, ...] = ()
    funds: tuple[FundRow, ...] = ()
    indicators: tuple[IndicatorRow, ...] = ()
    scores: tuple[ScoreRow, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    cells: tuple[CellRow, ...] = ()
    members: tuple[Member, ...] = ()

    def rows(self, table: str) -> tuple[Any, ...]:
        """Return the rows of one table by its name."""
        return (self.document,) if table == "documents" else getattr(self, table)


def encode_records(records: DocumentRecords) -> bytes:
    """Return the records as JSON, as they cross from a worker to its supervisor; decimals keep every digit."""
    tables = {name: _plain_rows(name, records.rows(name)) for name in TABLES}
    tables["members"] = [{name: getattr(member, name) for name in MEMBER} for member in records.members]
    return json.dumps(tables, default=str, ensure_ascii=False).encode("utf-8", "replace")


def _plain_rows(table: str, rows: Sequence[Any]) -> list[Any]:
    """Return each row as the values of its columns, in their order."""
    return list(map(attrgetter(*(column.name for column in table_columns(table))), rows))


def decode_records(data: bytes) -> DocumentRecords:
    """Return the records of `encode_records`; the sender is not trusted, every value is put into its type.

    Raises:
        ReadingFailed: the bytes are not the rows of one document.
    """
    try:
        content = json.loads(data)
        tables = {name: tuple(_decode_rows(name, content[name])) for name in TABLES}
        (document,) = tables.pop("documents")
        members = tuple(_decode_member(member) for member in content["members"])
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise ReadingFailed(f"the reader's answer cannot be understood ({type(error).__name__}: {error})") from error
    return DocumentRecords(document, members=members, **tables)


def encode_rows(table: str, rows: Sequence[Any]) -> str:
    """Return rows of one table as JSON; decimals keep every digit."""
    return json.dumps(_plain_rows(table, rows), default=str, ensure_ascii=False)


def decode_rows(table: str, text: str) -> tuple[Any, ...]:
    """Return the rows that `encode_rows` wrote."""
    return tuple(_decode_rows(table, json.loads(text)))


def _decode_member(content: dict[str, Any]) -> Member:
    member = Member(**{name: content[name] for name in MEMBER})
    texts = [member.name, member.error_code, member.error, member.document_id or ""]
    named = isinstance(member.name, str) and bool(member.name) and member.name.isprintable()
    if not named or not all(isinstance(text, str) for text in texts):
        raise ValueError("a member of an archive without a name")
    if bool(member.error_code) == bool(re.fullmatch("[0-9a-f]{64}", member.document_id or "")):
        raise ValueError("a member of an archive with neither digest nor error")
    return member


def _decode_rows(table: str, rows: list[list[Any]]) -> Iterator[Any]:
    record, columns = PUBLISHED_TABLES[table], table_columns(table)
    names, types = [column.name for column in columns], [_FROM_JSON.get(column.kind) for column in columns]
    for row in rows:
        values = [x if x is None or into is None else into(x) for into, x in zip(types, row, strict=True)]
        yield record(**dict(zip(names, values, strict=True)))


_FROM_JSON: dict[Kind, Callable[[Any], Any]] = {
    "number": Decimal,
    "money": Decimal,
    "timestamp": datetime.fromisoformat,
    "strings": lambda items: tuple(map(str, items)),
    "string": str,
    "category": str,
}
"""What puts a value that has come as JSON into its type; numbers and booleans are what they are."""


def check_records(records: DocumentRecords) -> None:
    """Refuse rows that would break the dataset: a key twice, a row of another document, a wrong number of forms.

    Raises:
        ReadingFailed: naming the table and the key.
    """
    form_ids = {form.form_id for form in records.forms}
    for name, key in KEYS.items():
        rows = records.rows(name)
        if name not in {"documents", "forms"} and any(row.form_id not in form_ids for row in rows):
            raise ReadingFailed(f"{name} has a row of a form that the document does not have; please report this file")
        keys = [tuple(getattr(row, column) for column in key) for row in rows] if key else []
        if len(set(keys)) != len(keys):
            raise ReadingFailed(f"{name} has two rows with one key ({', '.join(key)}); please report this file")
    foreign = [form for form in records.forms if not form.form_id.startswith(records.document.document_id)]
    if foreign or records.document.form_count != len(records.forms):
        raise ReadingFailed("the forms do not belong to the document or are miscounted; please report this file")
