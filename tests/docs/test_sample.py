"""The sample dataset is a dataset: it loads, its package describes it, and findings lead to the cells they rest on."""

from __future__ import annotations

import json

import pandas as pd

import pipeline
from pipeline.records import PUBLISHED_TABLES
from tests.places import ROOT

SAMPLE = ROOT / "docs" / "sample"


def test_every_table_is_there_and_loads() -> None:
    loaded = {table: pipeline.load(table, SAMPLE) for table in PUBLISHED_TABLES}
    assert [table for table, frame in loaded.items() if not len(frame) and table != "links"] == []
    assert {"通州区", "朝阳区", "丰台区"} <= set(loaded["forms"]["district"])


def test_the_package_describes_the_tables_that_are_there() -> None:
    package = json.loads((SAMPLE / "datapackage.json").read_text(encoding="utf-8"))
    described = {resource["name"] for resource in package["resources"]}
    assert described == {path.name for path in SAMPLE.iterdir() if path.is_dir()}
    paths = [
        path
        for one in package["resources"]
        for path in ([one["path"]] if isinstance(one["path"], str) else one["path"])
    ]
    assert [path for path in paths if not (SAMPLE / path).is_file()] == []


def test_findings_are_joined_with_the_cells_that_they_are_about() -> None:
    findings, cells = pipeline.load("findings", SAMPLE), pipeline.load("cells", SAMPLE)
    about = findings.dropna(subset=["table"]).astype({"table": str})
    joined = about.merge(cells.astype({"table": str}), on=["form_id", "table", "row_no", "field"], how="left")
    assert len(joined) == len(about)
    assert joined["text"].notna().mean() > 0.9


def test_every_field_that_a_finding_rests_on_is_a_cell() -> None:
    findings, cells = pipeline.load("findings", SAMPLE), pipeline.load("cells", SAMPLE)
    rests = findings.explode("evidence").dropna(subset=["evidence"])
    parts = rests["evidence"].str.split(":", expand=True)
    rows = pd.to_numeric(parts[1], errors="coerce").astype("Int32")
    keys = pd.DataFrame({"form_id": rests["form_id"], "table": parts[0], "row_no": rows, "field": parts[2]})
    joined = keys.merge(cells.astype({"table": str}), on=["form_id", "table", "row_no", "field"], how="left")
    assert len(keys) > 50
    assert joined["text"].notna().mean() > 0.95, "a column that the form does not print has no cell"


def test_it_is_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 1_500_000
