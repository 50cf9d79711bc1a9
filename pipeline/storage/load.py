"""The published tables as those see them who compute with them: whole states only, with sound dtypes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import AccessError, ConfigurationError
from pipeline.records import CODE_TABLES, PUBLISHED_TABLES

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

DEFAULT_OUT = "data/processed"


def load(
    table: str,
    out: str | Path = DEFAULT_OUT,
    *,
    columns: Sequence[str] | None = None,
    exact: bool = False,
    **filters: Any,
) -> pd.DataFrame:
    """Return a table of the dataset, or a code table, as a DataFrame with sound dtypes.

    `filters` keep the rows whose column equals the value or is among the values of a list; None is a missing value. A
    column of `forms`, such as `year` or `district`, filters the other tables too: `load("scores", year=2024,
    district="通州区")`. `columns` keeps only these, in this order. Integers, booleans and doubles are nullable
    extension types, closed vocabularies are categories. Money is float64 in 元, which pandas computes with; a float
    keeps fen up to some 45 万亿元, and sums of many amounts may differ in the last digit. With `exact` it is the
    decimal(20, 4) of the files, for totals that must agree to the fen.

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
    return to_frame(data if columns is None else _choose(data, table, columns), exact=exact)


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


def to_frame(data: pa.Table, *, exact: bool = False) -> pd.DataFrame:
    """Return an Arrow table as a DataFrame with the dtypes of `load`."""
    import pandas as pd
    import pyarrow as pa

    money = pa.decimal128(20, 4)
    dtypes: dict[pa.DataType, Any] = {
        pa.int32(): pd.Int32Dtype(),
        pa.bool_(): pd.BooleanDtype(),
        pa.float64(): pd.Float64Dtype(),
        money: pd.ArrowDtype(money),
    }
    frame: pd.DataFrame = data.to_pandas(types_mapper=dtypes.get)
    amounts = [field.name for field in data.schema if field.type == money]
    return frame if exact else frame.astype(dict.fromkeys(amounts, "float64"))
