"""The dataset describes itself: code tables beside it, and a Data Package whose types and keys its rows obey."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from frictionless import Package, validate

import pipeline
from pipeline.dataset.columns import table_columns
from pipeline.errors import AccessError, ConfigurationError
from pipeline.records import CODE_TABLES, PUBLISHED_TABLES
from pipeline.running.upkeep import verify
from tests.places import ROOT
from tests.running.support import run_stub, write_files

TEXT_SAMPLES = [path for path in sorted((ROOT / "data" / "raw").glob("*.pdf")) if "扫描" not in path.name]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample documents with a text layer, and a file that cannot be read, as a dataset."""
    from pipeline.run import run
    from pipeline.settings import RunOptions

    folder = tmp_path_factory.mktemp("package")
    broken = write_files(folder / "in", {"broken.pdf": b"%PDF-1.7 cut off"})
    run([*TEXT_SAMPLES, broken], RunOptions(folder / "out", jobs=2))
    return folder / "out"


def package(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
    return found


def with_rows(out: Path) -> dict[str, Any]:
    """The package with its rows in it: frictionless reads Parquet through floats and loses what is missing."""
    found = package(out)
    for resource in found["resources"]:
        rows = pq.read_table(out / resource.pop("path")).to_pylist()
        for name in ("format", "mediatype", "hash"):
            resource.pop(name)
        resource["data"] = rows or [[field["name"] for field in resource["schema"]["fields"]]]
    return found


def faults(content: dict[str, Any]) -> list[str]:
    report = Package.from_descriptor(content).validate()
    return [error.message for error in [*report.errors, *(e for task in report.tasks for e in task.errors)]]


def test_the_package_names_every_table_and_every_column(out: Path) -> None:
    resources = {resource["name"]: resource for resource in package(out)["resources"]}
    assert list(resources) == list(PUBLISHED_TABLES)
    for name, resource in resources.items():
        assert [field["name"] for field in resource["schema"]["fields"]] == [c.name for c in table_columns(name)]
        assert (out / resource["path"]).is_file()


def test_rows_obey_types_keys_and_foreign_keys(out: Path) -> None:
    assert faults(with_rows(out)) == []


def test_a_broken_key_would_be_noticed(out: Path) -> None:
    content = with_rows(out)
    tables = {resource["name"]: resource["data"] for resource in content["resources"]}
    tables["funds"][0]["form_id"] = "nobody"
    tables["indicators"].append(tables["indicators"][0])
    tables["findings"][0]["status"] = "certain"
    assert len(faults(content)) >= 3


def test_the_files_are_as_the_package_says(out: Path) -> None:
    report = validate(out / "datapackage.json", resource_name="forms")
    assert report.valid, report.flatten(["message"])


def test_the_same_documents_give_the_same_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")
    source = write_files(tmp_path / "in", {"a": "forms 2"})
    for name in ("one", "two"):
        run_stub(source, tmp_path / name)
    files = [path for table in CODE_TABLES for path in (tmp_path / "one" / table).iterdir()]
    assert len(files) == len(CODE_TABLES)
    for path in [*files, tmp_path / "one" / "datapackage.json"]:
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


@pytest.mark.parametrize("table", CODE_TABLES)
def test_code_tables_are_loaded_like_the_others(out: Path, table: str) -> None:
    frame = pipeline.load(table, out)
    assert list(frame.columns) == [column.name for column in table_columns(table)]
    assert len(frame) == len(frame.drop_duplicates(frame.columns[0]))


def test_every_code_that_occurs_is_in_its_table(out: Path) -> None:
    findings = pipeline.load("findings", out).merge(pipeline.load("finding_codes", out), on="code", how="left")
    assert len(findings)
    assert findings["title"].notna().all()
    units = pipeline.load("unit_codes", out).set_index("unit")
    assert units.loc["小时", ["base_unit", "factor"]].tolist() == ["分钟", 60.0]
    assert units.loc["家次", ["dimension", "base_unit"]].tolist() == ["count", "家次"]
    districts = pipeline.load("district_codes", out).set_index("code")
    assert districts.loc["110112", ["name", "parent_code"]].tolist() == ["通州区", "110000"]
    classes = pipeline.load("indicator_classes", out).set_index("code")
    assert classes.loc["output.quantity", ["name", "parent_code"]].tolist() == ["数量指标", "output"]


def test_a_damaged_code_table_is_found(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_stub(write_files(tmp_path / "in", {"a": "forms 1"}), out)
    assert list(verify(out)) == []
    (out / "unit_codes" / "part-all.parquet").write_bytes(b"")
    assert [fault.code for fault in verify(out)] == ["damaged"]


def test_columns_can_be_chosen_and_wrong_ones_are_named(out: Path) -> None:
    assert list(pipeline.load("forms", out, columns=["year", "form_id"]).columns) == ["year", "form_id"]
    with pytest.raises(ConfigurationError, match="forms has no column colour"):
        pipeline.load("forms", out, columns=["colour"])
    with pytest.raises(ConfigurationError, match="year holds int32"):
        pipeline.load("forms", out, year="soon")
    with pytest.raises(ConfigurationError, match="unit_codes has no column year"):
        pipeline.load("unit_codes", out, year=2024)


def test_a_dataset_of_an_older_version_says_what_it_lacks(out: Path, tmp_path: Path) -> None:
    shutil.copytree(out / ".current", tmp_path / "old")
    shutil.rmtree(tmp_path / "old" / "unit_codes")
    assert len(pipeline.load("forms", tmp_path / "old")) == len(pipeline.load("forms", out))
    with pytest.raises(AccessError, match="older version"):
        pipeline.load("unit_codes", tmp_path / "old")
