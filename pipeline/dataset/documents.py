"""The dataset as a whole: all rows of one document while it is on its way, and `load` for those who read the result.

Writing is in `pipeline.storage.store` (one file per document) and `pipeline.storage.publish` (what readers see).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import AccessError, ConfigurationError, ReadingFailed
from pipeline.records import (
    CODE_TABLES,
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
from pipeline.storage.columns import KEYS, Kind, table_columns

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

DEFAULT_OUT = "data/processed"


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

    `members` are the files in an archive; each becomes a document of its own.
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
    record, columns = TABLES[table], table_columns(table)
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


def name_file(records: DocumentRecords, file_name: str) -> DocumentRecords:
    """Return the records under another file name."""
    forms = tuple(replace(form, file_name=file_name) for form in records.forms)
    return replace(records, document=replace(records.document, file_name=file_name), forms=forms)


def load(
    table: str, out: str | Path = DEFAULT_OUT, *, columns: Sequence[str] | None = None, **filters: Any
) -> pd.DataFrame:
    """Return a table of the dataset, or a code table, as a DataFrame with sound dtypes.

    `filters` keep the rows whose column equals the value or is among the values of a list; None is a missing value. A
    column of `forms`, such as `year` or `district`, filters the other tables too: `load("scores", year=2024,
    district="通州区")`. `columns` keeps only these, in this order. Integers, booleans and doubles are nullable
    extension types, money is an exact decimal, closed vocabularies are categories.

    Raises:
        ConfigurationError: no such table or column, or a filter's value cannot stand in its column.
        AccessError: nothing has been published in `out`.
    """
    if table not in PUBLISHED_TABLES:
        raise ConfigurationError(f"no table {table!r}; there are {', '.join(PUBLISHED_TABLES)}")
    root = published_root(Path(out))
    data = read_published(root, table)
    own = {name: value for name, value in filters.items() if name in data.column_names}
    through_forms = {name: value for name, value in filters.items() if name not in own}
    data = _filter(data, own)
    if through_forms:
        key = "document_id" if table == "documents" else "form_id"
        data = _filter(data, {key: _matching_forms(root, table, through_forms).column(key).to_pylist()})
    return to_frame(data if columns is None else _choose(data, table, columns))


def published_root(out: Path) -> Path:
    """Return the snapshot that is current now, so that all is read from one state; else the folder itself."""
    current = out / ".current"
    root = current.resolve() if current.exists() else out
    if not (root / "forms").is_dir():
        raise AccessError(f"{out} holds no dataset; run `jixiao run SRC --out {out}` first")
    return root


def read_published(root: Path, table: str) -> pa.Table:
    """Return a table of a snapshot as it stands there, with the columns of the version that wrote it.

    Raises:
        AccessError: the snapshot has no such table; code tables are missing in those of older versions.
    """
    import pyarrow.parquet as pq

    if not (root / table).is_dir():
        raise AccessError(f"{root} has no table {table}, an older version wrote it; run `jixiao run` on it again")
    return pq.read_table(root / table)


def _choose(data: pa.Table, table: str, columns: Sequence[str]) -> pa.Table:
    unknown = [name for name in columns if name not in data.column_names]
    if unknown:
        raise ConfigurationError(f"{table} has no column {', '.join(unknown)}")
    return data.select(list(columns))


def _matching_forms(root: Path, table: str, filters: dict[str, Any]) -> pa.Table:
    forms = read_published(root, "forms")
    if table in CODE_TABLES:
        raise ConfigurationError(f"{table} has no column {', '.join(sorted(filters))}")
    unknown = sorted(set(filters) - set(forms.column_names))
    if unknown:
        raise ConfigurationError(f"neither {table} nor forms has a column {', '.join(unknown)}")
    return _filter(forms, filters)


def _filter(data: pa.Table, filters: dict[str, Any]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    for name, wanted in filters.items():
        column = data.column(name)
        plain = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        values = list(wanted) if isinstance(wanted, (list, tuple, set, frozenset)) else [wanted]
        try:
            data = data.filter(pc.is_in(plain, pa.array(values, plain.type)))
        except (pa.ArrowException, TypeError) as error:
            raise ConfigurationError(f"{name} holds {plain.type}; {wanted!r} cannot be compared with it") from error
    return data


def to_frame(data: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as a DataFrame with the dtypes of `load`."""
    import pandas as pd
    import pyarrow as pa

    exact: dict[pa.DataType, Any] = {
        pa.int32(): pd.Int32Dtype(),
        pa.bool_(): pd.BooleanDtype(),
        pa.float64(): pd.Float64Dtype(),
        pa.decimal128(20, 4): pd.ArrowDtype(pa.decimal128(20, 4)),
    }
    frame: pd.DataFrame = data.to_pandas(types_mapper=exact.get)
    return frame
