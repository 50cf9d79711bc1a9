"""Forms of other provinces in ../shared, read and judged; skipped where the corpus is not beside the repository."""

from __future__ import annotations

from functools import cache

import pytest

from pipeline.dataset.documents import DocumentRecords
from pipeline.read import read_document
from pipeline.settings import ReadSettings
from tests.places import SHARED

FOLDER = SHARED / "corpus/provinces/one-fault"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="corpus/provinces is not beside the repository (../shared)")


@cache
def read(name: str) -> DocumentRecords:
    (path,) = FOLDER.glob(f"{name}*")
    return read_document(path, ReadSettings())


def files() -> list[str]:
    return [path.stem for path in sorted(FOLDER.glob("*.html")) + sorted(FOLDER.glob("*.docx"))]


NO_FORM = {"18-monitor", "19-review"}
TWO_FORMS = {"07-two-in-one-table", "s-07-two-one-title"}
BROKEN = {"11-total-in-head": {"total_not_sum"}}
"""Files whose own sums do not come out."""


@pytest.mark.parametrize("name", files())
def test_each_small_form_is_read_and_nobody_is_accused_wrongly(name: str) -> None:
    records = read(name)
    assert len(records.forms) == (0 if name in NO_FORM else 2 if name in TWO_FORMS else 1)
    assert all(form.complete for form in records.forms)
    assert {f.code for f in records.findings if f.status == "violation"} == BROKEN.get(name, set())
    assert not {f.code for f in records.findings} & {"unknown_label", "form_head_missing", "low_target"}


@pytest.mark.parametrize("name", [name for name in files() if name not in NO_FORM])
def test_every_row_has_its_target_and_its_actual(name: str) -> None:
    for row in read(name).indicators:
        assert row.level3, name
        assert row.target_raw, name
        assert row.actual_raw, name
    for form in read(name).forms:
        beijing = (form.district_code or "").startswith("11")
        profiles = {score.profile for score in read(name).scores if score.form_id == form.form_id}
        assert beijing or "beijing-2024" not in profiles


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("02-goals-xj", "expected_goal", "培训100人次"),
        ("03-goals-shi", "actual_goal", "已培训120人次"),
        ("04-dep", "department", "大兴区测试局"),
        ("05-other-note", "remarks", "无"),
        ("11-total-in-head", "total_score_raw", "97"),
        ("13-name-zpb", "project_name", "2020年补助经费支出绩效自评表"),
        ("15-extra-after", "conclusion", "良好，资金结余20万元未退回。"),
        ("15-extra-after", "problems", "培训签到表缺失。"),
        ("16-dept-national", "form_kind", "department"),
        ("17-transfer-scored", "form_kind", "transfer"),
        ("17-transfer-scored", "department", "某省农业农村厅"),
        ("s-02-fenzong", "total_score_raw", "100"),
        ("s-08-lab-zhuguandanwei", "department", "霍山县水利局"),
        ("s-10-lab-zhuanxiang", "project_name", "甲项目"),
        ("s-11-lab-zhuanyi", "implementing_unit", "霍山县水利局"),
        ("s-14-dep-blank", "district_code", "341181"),
        ("s-15-dep-county-suffix", "district_code", "341322"),
        ("s-16-no-points", "has_points", False),
        ("s-26-dept-form", "form_kind", "department"),
        ("s-29-unit-line-above", "money_unit", "元"),
    ],
)
def test_what_the_one_change_is_read_as(name: str, column: str, value: object) -> None:
    (form,) = read(name).forms
    assert getattr(form, column) == value


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plain-scan", "wanyuan-scan"])
def test_the_two_scans_are_read_and_nobody_is_accused(name: str) -> None:
    """A form in 元 and one whose unit, 万元, stands in its own line: both spent 83.5 % of 1,500,000 元."""
    records = read(name)
    (form,) = records.forms
    assert form.complete
    assert not [finding for finding in records.findings if finding.status == "violation"]
    total = records.funds[0]
    assert (total.annual_budget_yuan, total.executed_yuan, total.score_raw) == (1_500_000, 1_252_500, "8.35")


def test_all_files_of_the_folder_are_judged() -> None:
    assert len(files()) + len(list(FOLDER.glob("*.pdf"))) == len([path for path in FOLDER.iterdir() if path.is_file()])


def test_two_forms_in_one_table_have_their_own_names_and_one_year() -> None:
    for name, second in (("07-two-in-one-table", "第二个项目"), ("s-07-two-one-title", "乙项目")):
        forms = read(name).forms
        assert [form.year for form in forms] == [2023, 2023]
        assert forms[1].project_name == second


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("09-funds-levels", {"中央补助": "central", "省级资金": "local"}),
        ("20-special-account", {"其中：财政专户管理资金": "special_account"}),
        ("b0-", {"自筹资金": "unlisted"}),
        ("b6-", {"其中：中央、省、市补助": "higher_level", "县级资金": "local"}),
        ("b8-", {"单位自有资金": "unit"}),
        ("c0-nested", {"其中：中央资金": "central", "省级资金": "local"}),
    ],
)
def test_every_fund_line_has_its_label_and_its_kind(name: str, kinds: dict[str, str]) -> None:
    lines = {fund.label_raw: fund.fund_type for fund in read(name).funds if fund.row_no > 4}
    assert {label: lines.get(label) for label in kinds} == kinds


def test_last_year_is_kept_apart_from_this_year() -> None:
    assert [row.actual_raw for row in read("06b-xj-lastyear").indicators] == ["120人次", "92%", "95%"]


def test_units_in_names_are_units() -> None:
    first, second, _ = read("14-unit-in-name").indicators
    assert (first.target_unit, second.target_base_value) == ("月", 0.9) or second.target_unit == "%"


def test_a_form_without_points_has_one_reason_and_no_score() -> None:
    (score,) = read("s-16-no-points").scores
    assert (score.item, score.verdict, score.rule) == ("total", "not_scorable", "form_without_points")
