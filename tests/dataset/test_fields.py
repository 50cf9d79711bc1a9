"""One register of what is printed: a new column reaches every place, and a place that is forgotten is told."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from pipeline.corrections.decision import FIELDS
from pipeline.dataset.columns import table_columns
from pipeline.dataset.fields import AMOUNT_NAMES, PRINTED_IN, names_of_part, printed_columns, printed_names
from pipeline.report.printed import FUNDS, INDICATORS, NAME, OWN
from tests.places import ROOT
from tests.typeset.cells import draw_html
from tests.typeset.generate import random_form
from tests.typeset.layout import random_layout

LOAD_ALL = """
from pipeline.labels.words import form_words
from pipeline.desk.words import desk_words
from pipeline.export.layout import workbook_layout
form_words(), desk_words(), workbook_layout()
"""

PLACES = {
    "record": (
        "pipeline/records.py",
        "    unit_raw: str | None = printed(",
        '    risk_raw: str | None = printed("risk as printed", label="风险")\n',
    ),
    "vocabulary": ("schemas/form.yml", "    weight_raw: [分值, 权重, 指标分值,", "    risk_raw: [风险情况]\n"),
    "desk": ("schemas/desk.yml", "further_raw, conclusion,", "risk_raw, "),
    "workbook": (
        "schemas/workbook.yml",
        "      - {column: unit_raw, heading: 绩效度量单位",
        "      - {column: risk_raw, heading: 风险, width: 20, note: 表上所印}\n",
    ),
}
"""Where a new column of the indicators is to be told: file, the text before which it is written, what is written."""


def grow(folder: Path, places: set[str]) -> Path:
    """Copy the program and give it a column `risk_raw` in some of the places."""
    for name in ("pipeline", "schemas"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for place in places:
        file, before, added = PLACES[place]
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(before) == 1, place
        (folder / file).write_text(text.replace(before, added + before), encoding="utf-8")
    return folder


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_every_printed_column_is_a_column_and_so_is_what_is_read_from_it() -> None:
    for table, name in PRINTED_IN.items():
        known = {column.name for column in table_columns(name)}
        assert set(printed_names(table)) <= known
        assert {column.typed for column in printed_columns(table) if column.typed} <= known
        assert FIELDS[table] == printed_names(table), "and can be decided"


def test_the_report_shows_every_printed_column() -> None:
    assert {*OWN} == {*printed_names("form")}
    assert {NAME, *FUNDS} == {*printed_names("fund")}
    assert {*INDICATORS} == {*printed_names("indicator")}
    assert all(column.label for table in PRINTED_IN for column in printed_columns(table)), "by a name of its own"


def test_the_parts_of_a_form_are_in_the_order_of_print() -> None:
    assert names_of_part("head")[0] == "project_name"
    assert AMOUNT_NAMES == ("initial_budget_raw", "annual_budget_raw", "executed_raw")


@pytest.mark.slow
@pytest.mark.parametrize("forgotten", sorted(PLACES))
def test_a_place_that_a_new_column_was_not_told_is_named(tmp_path: Path, forgotten: str) -> None:
    found = python(grow(tmp_path, set(PLACES) - {forgotten}), "-c", LOAD_ALL)
    assert found.returncode != 0
    assert "risk_raw" in found.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("fonts")
def test_a_new_column_reaches_row_cell_report_and_workbook(tmp_path: Path) -> None:
    folder = grow(tmp_path / "program", set(PLACES))
    source = tmp_path / "form.html"
    form = random_form(7, has_deviation=True, has_nature=True)
    draw_html([form], random_layout(7), source)
    page = source.read_text(encoding="utf-8")
    head = "偏差原因分析及改进措施"
    assert head in page
    source.write_text(page.replace(head, "风险情况"), encoding="utf-8")
    out = str(tmp_path / "out")
    done = [
        python(folder, "-m", "pipeline", *command, "--out", out)
        for command in (("run", str(source)), ("report",), ("export", "--xlsx"))
    ]
    assert [one.returncode for one in done] == [0, 0, 0], [one.stderr for one in done]
    rows = pd.read_parquet(f"{out}/indicators")
    wanted = [row.deviation or "" for row in form.indicators]
    assert any(wanted)
    assert rows["risk_raw"].tolist() == wanted
    cells = pd.read_parquet(f"{out}/cells")
    assert cells[cells["field"] == "risk_raw"]["text"].tolist() == wanted
    (shown,) = (tmp_path / "out" / "report" / "forms").glob("*.html")
    assert next(text for text in wanted if text) in shown.read_text(encoding="utf-8")
    assert '<th scope="col">风险</th>' in shown.read_text(encoding="utf-8")
