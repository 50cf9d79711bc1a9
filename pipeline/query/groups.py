"""Districts, departments or indicator classes side by side: the statistics of `pipeline.scoring` as an answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.labels.words import form_words
from pipeline.query.answers import QueryResult
from pipeline.scoring.statistics import By, summarise
from pipeline.storage.load import load

COUNTS = frozenset({"forms", "scored", "rows"})
"""Statistics that are whole numbers."""

NEEDED = {"class": ("indicators", "findings"), "district": ("forms", "funds", "findings")}
UNKNOWN = "（未能判定）"


def compare_groups(out: Path, by: By, years: Sequence[int] = (), districts: Sequence[str] = ()) -> QueryResult:
    """Return one row per district, department or class, of the forms of some years and districts (all if none).

    A form that stands in several files is counted once.

    Raises:
        ConfigurationError: there are no such forms.
        AccessError: nothing is published in `out`.
    """
    filters: dict[str, Any] = {"duplicate_of": None} | ({"year": list(years)} if years else {})
    filters |= {"district": list(districts)} if districts else {}
    tables = {name: load(name, out, **filters) for name in NEEDED.get(by, NEEDED["district"])}
    if "forms" in tables:
        tables["forms"] = tables["forms"].assign(district=_name_districts(tables["forms"]))
    rows = summarise(tables, by)
    columns = (by, *(str(name) for name in rows.columns))
    found = tuple((_name_group(by, group), *_plain(rows, index)) for index, group in enumerate(rows.index))
    return QueryResult(columns, found)


def _name_districts(forms: pd.DataFrame) -> pd.Series:
    """Return the districts' names, with the code where two places bear one name."""
    names, codes = forms["district"].astype("object"), forms["district_code"].astype("object")
    several = codes.groupby(names).nunique()
    return names.where(~names.map(several).gt(1), names + "（" + codes.astype(str) + "）")


def _name_group(by: By, group: Any) -> str:
    if pd.isna(group):
        return UNKNOWN
    return form_words().class_names.get(group, str(group)) if by == "class" else str(group)


def _plain(rows: pd.DataFrame, index: int) -> list[int | float | None]:
    """Return one row's statistics, counts as integers, those that there are none of as None."""
    values = []
    for name, value in rows.iloc[index].items():
        values.append(None if pd.isna(value) else int(value) if name in COUNTS else float(value))
    return values
