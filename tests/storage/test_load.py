"""Analysts get DataFrames with sound dtypes, from one state of the dataset, filtered by what the forms say."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import pipeline
from pipeline.errors import AccessError, ConfigurationError
from pipeline.records import TABLES
from tests.running.support import run_stub, write_files


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset")
    source = write_files(folder / "in", {"a": "forms 2", "b": "forms 1 b", "none": "forms 0"})
    run_stub(source, folder / "out")
    return folder / "out"


@pytest.mark.parametrize("table", TABLES)
def test_pandas_reads_every_table_from_its_folder(out: Path, table: str) -> None:
    assert len(pd.read_parquet(f"{out}/{table}")) == len(pipeline.load(table, out))


def test_dtypes_are_sound(out: Path) -> None:
    forms, funds = pipeline.load("forms", out), pipeline.load("funds", out)
    assert str(forms["year"].dtype) == "Int32"
    assert str(forms["complete"].dtype) == "boolean"
    assert str(forms["grade"].dtype) == "category"
    assert forms["district_code"].tolist() == ["110112"] * 3
    assert str(funds["annual_budget_yuan"].dtype) == "float64"
    assert str(pipeline.load("documents", out)["extracted_at"].dtype) == "datetime64[us, UTC]"


def test_money_is_computed_with_by_ordinary_pandas_and_exact_on_request(out: Path) -> None:
    funds = pipeline.load("funds", out)
    money = funds["annual_budget_yuan"]
    assert ((money / 10000).round(6) == 396.267529).all()
    assert funds["executed_yuan"].isna().all()
    assert (funds["executed_yuan"] / money).isna().all()
    assert money.describe()["max"] == 3962675.29
    assert len(funds.nlargest(2, "annual_budget_yuan")) == 2
    exact = pipeline.load("funds", out, exact=True)
    assert exact["annual_budget_yuan"].sum() == Decimal("3962675.29") * 12
    assert pd.read_parquet(f"{out}/funds")["annual_budget_yuan"].iloc[0] == Decimal("3962675.29"), "files stay exact"


def test_filters_reach_through_the_forms(out: Path) -> None:
    assert set(pipeline.load("forms", out, year=2024)["year"]) == {2024}
    assert len(pipeline.load("indicators", out, year=2024)) == 6
    assert len(pipeline.load("indicators", out, year=[2024, 2025], district="通州区", row_no=1)) == 3
    assert len(pipeline.load("documents", out, year=2025)) == 1
    assert len(pipeline.load("cells", out, needs_review=True)) == 3


def test_words_of_closed_vocabularies_can_be_filtered(out: Path) -> None:
    assert len(pipeline.load("funds", out, fund_type="total")) == 3


def test_what_is_not_there_is_said(out: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no table 'form'"):
        pipeline.load("form", out)
    with pytest.raises(ConfigurationError, match="nor forms has a column colour"):
        pipeline.load("indicators", out, colour="red")
    with pytest.raises(AccessError, match="jixiao run"):
        pipeline.load("forms", tmp_path)


def test_importing_the_package_does_not_import_pandas() -> None:
    code = "import sys, pipeline, pipeline.cli; sys.exit('pandas' in sys.modules or 'pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
