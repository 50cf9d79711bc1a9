"""Questions to a dataset: SQL that can touch nothing else, groups side by side, two datasets by key."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pyarrow.parquet as pq
import pytest

from pipeline.errors import AccessError, ConfigurationError
from pipeline.query.answers import QueryResult, measure_width, to_text
from pipeline.query.chart import draw_chart
from pipeline.query.database import run_query
from pipeline.query.differences import compare_datasets
from pipeline.query.groups import compare_groups
from pipeline.records import PUBLISHED_TABLES, SET_TABLES, Coded, Money
from tests.export.hostile_rows import HOSTILE, hostile_records, publish_records
from tests.running.stub_reader import make_records
from tests.running.support import jixiao, run_stub, write_files


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("query")
    run_stub(write_files(folder / "in", {"a": "forms 2", "b": "forms 1 b"}), folder / "out")
    return folder / "out"


def test_every_table_can_be_asked(out: Path) -> None:
    for table in PUBLISHED_TABLES:
        rows = run_query(out, f"select count(*) from {table}").rows[0][0]
        assert rows > 0 or table in SET_TABLES, "one document alone has no links"


def test_amounts_stay_exact(out: Path) -> None:
    answer = run_query(out, "select sum(annual_budget_yuan) as money from funds where fund_type = 'total'")
    assert answer.columns == ("money",)
    assert answer.rows == ((Decimal("3962675.29") * 3,),)


def test_tables_join_with_their_codes(out: Path) -> None:
    query = "select distinct d.name from forms f join district_codes d on f.district_code = d.code"
    assert run_query(out, query).rows == (("通州区",),)


@pytest.mark.parametrize(
    "query",
    [
        "copy forms to '{0}/stolen.csv'",
        "copy (select 1) to '{0}/stolen.csv'",
        "select * from read_csv('{0}/secret.csv')",
        "select * from read_text('{0}/secret.csv')",
        "select * from '{0}/secret.csv'",
        "select * from glob('{0}/*')",
        "select * from read_parquet('http://127.0.0.1:9/x.parquet')",
        "attach '{0}/new.db' as d",
        "create table t as select 1",
        "insert into forms select * from forms",
        "drop view forms",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "pragma enable_profiling",
        "export database '{0}/dump'",
        "explain analyze copy forms to '{0}/stolen.csv'",
        "select 1; select 2",
        "select * from out",
        "selec 1",
        "",
    ],
)
def test_a_query_reads_the_tables_and_nothing_else(out: Path, tmp_path: Path, query: str) -> None:
    (tmp_path / "secret.csv").write_text("a\nsecret\n")
    with pytest.raises(ConfigurationError) as raised:
        run_query(out, query.format(tmp_path))
    assert "LINE 1" not in raised.value.message
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]


def test_the_command_prints_a_table_csv_or_json(out: Path) -> None:
    query = "select project_name, year, annual_budget_yuan as m from forms join funds using (form_id) limit 1"
    assert "3962675.29" in jixiao("sql", query, "--out", out).stdout
    assert jixiao("sql", query, "--out", out, "--csv").stdout.startswith("project_name,year,m\r\n,2024,3962675.2900")
    (row,) = json.loads(jixiao("sql", query, "--out", out, "--json").stdout)
    assert row == {"project_name": None, "year": 2024, "m": "3962675.2900"}
    assert jixiao("sql", "select nothing", "--out", out).returncode == 2
    assert jixiao("sql", "select 1", "--out", out / "nowhere").returncode == 6
    assert jixiao("sql", "select 1", "--out", out, "--csv", "--json").returncode == 2


def test_texts_cannot_command_the_terminal() -> None:
    shown = to_text(QueryResult(("名称",), (("a\x1b[31m\u202eb\nc",), ("通州区",))))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert len(shown.splitlines()) == 4
    assert measure_width("通州区a") == 7


def test_columns_of_a_table_stand_under_each_other() -> None:
    lines = to_text(QueryResult(("区", "n"), (("通州区", 5), ("a", 12), (None, None)))).splitlines()
    assert {measure_width(line) for line in lines[:4]} <= {10, 3, 8} | {measure_width(lines[0])}
    assert lines[2].endswith(" 5")
    assert lines[3].endswith("12")


def test_districts_departments_and_classes_stand_side_by_side(tmp_path: Path) -> None:
    first, second = make_records(Path("a"), b"a", 1), make_records(Path("b"), b"b", 1)
    second = replace(
        second,
        forms=(
            replace(second.forms[0], district="朝阳区", district_code="110105", total_score=Decimal(100), year=2025),
        ),
        indicators=tuple(
            replace(row, level2_code=Coded("output.quantity"), weight=Decimal(10), score=Decimal(9))
            for row in second.indicators
        ),
    )
    publish_records(tmp_path, [first, second])
    answer = compare_groups(tmp_path, "district")
    rows = {row[0]: dict(zip(answer.columns, row, strict=True)) for row in answer.rows}
    assert rows["朝阳区"]["share_at_100"] == 1.0
    assert rows["通州区"]["score_median"] == 97.5
    assert [row[0] for row in compare_groups(tmp_path, "district", years=[2025]).rows] == ["朝阳区"]
    assert [row[0] for row in compare_groups(tmp_path, "district", districts=["通州区"]).rows] == ["通州区"]
    (quantity,) = compare_groups(tmp_path, "class").rows
    assert quantity[:2] == ("数量指标", 1)
    assert compare_groups(tmp_path, "department").rows[0][0] == "（未能判定）"


def test_two_places_of_one_name_stay_apart(tmp_path: Path) -> None:
    made = [make_records(Path(name), name.encode(), 1) for name in "ab"]
    places = [
        replace(one, forms=(replace(one.forms[0], district="朝阳区", district_code=code),))
        for one, code in zip(made, ("110105", "220104"), strict=True)
    ]
    publish_records(tmp_path, places)
    assert [row[0] for row in compare_groups(tmp_path, "district").rows] == ["朝阳区（110105）", "朝阳区（220104）"]


def test_a_comparison_is_drawn(out: Path, tmp_path: Path) -> None:
    done = jixiao("compare", "--by", "district", "--out", out, "--chart", tmp_path / "a.svg", "--csv")
    assert done.stdout.splitlines()[0].startswith("district,forms,scored,score_min")
    root = ET.parse(tmp_path / "a.svg").getroot()
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"各区对照（全部年度）", "通州区", "总分中位数", "97.5"} <= set(texts)


def test_a_chart_holds_no_markup_of_a_document(tmp_path: Path) -> None:
    publish_records(tmp_path, hostile_records())
    answer = compare_groups(tmp_path, "department")
    assert len(answer.rows) == len(HOSTILE)
    drawn = draw_chart(answer, "<script>")
    assert "<script" not in drawn
    assert not [one for one in ET.fromstring(drawn).iter() if one.tag.rpartition("}")[2] in {"script", "a", "image"}]


def test_nothing_to_compare_is_said(tmp_path: Path) -> None:
    run_stub(write_files(tmp_path / "in", {"a": "encrypted"}), tmp_path / "out")
    for by in ("district", "department", "class"):
        done = jixiao("compare", "--by", by, "--out", tmp_path / "out", "--chart", tmp_path / "a.svg")
        assert done.returncode == 0, done.stderr
        assert "no forms to compare" in done.stderr
    assert jixiao("compare", "--year", "1999", "--out", tmp_path / "out").returncode == 0


def test_two_datasets_differ_by_key(tmp_path: Path) -> None:
    same, old = make_records(Path("s"), b"s", 1), make_records(Path("o"), b"o", 1, rows=2)
    new = replace(
        old,
        funds=(replace(old.funds[0], executed_yuan=Money(Decimal("0.0001"))), *old.funds[1:]),
        scores=old.scores[:1],
        findings=(*old.findings, old.findings[0]),
        indicators=tuple(replace(row, level3=None) for row in old.indicators),
    )
    publish_records(tmp_path / "old", [same, old])
    publish_records(tmp_path / "new", [same, new, make_records(Path("n"), b"n", 1)])
    found = compare_datasets(tmp_path / "old", tmp_path / "new")
    counts = {one.table: (one.added, one.removed, one.changed) for one in found.tables}
    assert counts["documents"] == (1, 0, 0)
    assert counts["funds"] == (4, 0, 1)
    assert counts["indicators"] == (3, 0, 2)
    assert counts["scores"] == (3, 1, 0)
    assert counts["findings"] == (2, 0, 0)
    (money,) = [one for one in found.changes if one.table == "funds" and one.kind == "changed"]
    assert (money.column, money.old, money.new) == ("executed_yuan", None, Decimal("0.0001"))
    assert money.key.endswith(" 1")


def test_a_dataset_does_not_differ_from_itself_read_again(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a": "forms 2"})
    for name in ("one", "two"):
        run_stub(source, tmp_path / name)
    done = jixiao("diff", tmp_path / "one", tmp_path / "two")
    assert "no differences" in done.stdout
    assert json.loads(jixiao("diff", tmp_path / "one", tmp_path / "two", "--json").stdout)["changes"] == []


def test_columns_and_tables_of_another_version_are_named(out: Path, tmp_path: Path) -> None:
    shutil.copytree(out / ".current", tmp_path / "old")
    path = tmp_path / "old" / "forms" / "part-all.parquet"
    pq.write_table(pq.read_table(path).drop(["money_unit"]), path)
    shutil.rmtree(tmp_path / "old" / "scores")
    found = {one.table: one for one in compare_datasets(tmp_path / "old", out).tables}
    assert found["forms"].columns_added == ("money_unit",)
    assert found["forms"].changed == 0
    assert (found["scores"].old_rows, found["scores"].new_rows) == (0, 9)
    assert found["scores"].added == 9


def test_what_is_not_there_is_said(out: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no table form"):
        compare_datasets(out, out, ["form"])
    with pytest.raises(AccessError):
        compare_datasets(out, tmp_path)
