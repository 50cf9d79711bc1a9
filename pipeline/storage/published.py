"""One form out of the published tables, as records."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import ConfigurationError
from pipeline.scoring import explain_form, gather_inputs
from pipeline.storage.arrow import table_to_rows
from pipeline.storage.load import published_root

CANDIDATES = 5
"""Forms that are named where the wanted one is not found or not the only one."""


def explain(out: Path, wanted: str) -> str:
    """Return one form as text, with its scores and findings in place.

    `wanted` is a form_id or the beginning of one, or a file's name, `#` and the form's number in the file.

    Raises:
        ConfigurationError: no form or more than one fits.
        AccessError: nothing is published in `out`.
    """
    root = published_root(out)
    form_id = _find_form(pq.read_table(root / "forms", columns=["form_id", "file_name", "form_no"]), wanted)
    rows = {
        name: _rows(root, name, form_id) for name in ("forms", "funds", "indicators", "cells", "scores", "findings")
    }
    (source,) = gather_inputs(rows["forms"], rows["funds"], rows["indicators"], rows["cells"])
    return explain_form(source, rows["scores"], rows["findings"], rows["cells"])


def count_profiles(root: Path) -> dict[str, int]:
    """Return how many forms of each district were scored by which profile; forms that are not scored are left out."""
    forms = pq.read_table(root / "forms", columns=["form_id", "district"])
    scores = pq.read_table(root / "scores", columns=["form_id", "item", "profile", "rule"])
    return tally_profiles(forms, scores)


def tally_profiles(form_rows: pa.Table, score_rows: pa.Table) -> dict[str, int]:
    """Count the same in tables in hand, which may have more columns."""
    forms = form_rows.select(["form_id", "district"]).to_pylist()
    scores = score_rows.select(["form_id", "item", "profile", "rule"]).to_pylist()
    profiles = {s["form_id"]: s["profile"] for s in scores if s["item"] == "total" and s["rule"] not in NOT_SCORED}
    counted = Counter(
        f"{form['district'] or 'no district'}: {profiles[form['form_id']]}"
        for form in forms
        if form["form_id"] in profiles
    )
    return dict(sorted(counted.items()))


NOT_SCORED = frozenset({"form_without_points", "form_of_targets"})
"""Reasons for which a whole form is not scored."""


def _rows(root: Path, table: str, form_id: str) -> tuple[Any, ...]:
    return table_to_rows(table, pq.read_table(root / table, filters=[("form_id", "=", form_id)]))


def _find_form(forms: pa.Table, wanted: str) -> str:
    fits = pc.starts_with(forms.column("form_id"), wanted)
    name, _, number = wanted.rpartition("#")
    if name and number.isdigit():
        named = pc.and_(pc.equal(forms.column("file_name"), name), pc.equal(forms.column("form_no"), int(number)))
        fits = pc.or_(fits, named)
    found = forms.filter(fits).to_pylist()
    if len(found) == 1:
        return str(found[0]["form_id"])
    listed = found or forms.slice(0, CANDIDATES).to_pylist()
    names = ", ".join(f"{row['file_name']}#{row['form_no']}" for row in listed[:CANDIDATES])
    problem = f"{len(found)} forms fit" if found else "no form is"
    raise ConfigurationError(f"{problem} {wanted!r}; there are for instance {names or 'none'}")
