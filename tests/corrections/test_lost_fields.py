"""A field that was not found can be given a value, or be said to be blank or not printed; each leaves its trace."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from pipeline.export import export_workbook
from pipeline.storage.load import load
from pipeline.storage.published import explain
from tests.corrections.misreading_reader import SCORE, TOTAL
from tests.corrections.support import DOCUMENT, FORM, decide, note, run_sample
from tests.desk.support import open_desk
from tests.running.support import rows

DEVIATION = SCORE._replace(field="deviation_raw")
pytestmark = pytest.mark.slow

KEY = f"{DOCUMENT}:1:form:0:total_score_raw"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as a reader reads it that has not found the total score, nor a deviation."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MISREADING", "LOST")
        out = tmp_path_factory.mktemp("lost") / "out"
        run_sample(out, None)
    return out


@pytest.fixture
def out(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the dataset, to be corrected."""
    monkeypatch.setenv("MISREADING", "LOST")
    return Path(shutil.copytree(dataset, tmp_path / "out", symlinks=True))


def lost_cell(out: Path, field: str) -> dict[str, object]:
    cells = load("cells", out, form_id=FORM, field=field)
    row = cells[cells["row_no"].fillna(1) == 1].iloc[0]
    return {name: row[name] for name in ("text", "needs_review", "review_reason", "reviewer")}


def test_a_lost_field_is_null_and_under_review(out: Path) -> None:
    assert rows(out, "forms", "total_score_raw")[0] == (None,)
    assert lost_cell(out, "total_score_raw")["review_reason"] == "not_found"


def test_it_is_given_a_value_and_scored_with_it(out: Path, tmp_path: Path) -> None:
    note(tmp_path / "c", decide(TOTAL, new="90"))
    assert run_sample(out, tmp_path / "c").exit_status == 0
    assert rows(out, "forms", "total_score_raw", "total_score")[0] == ("90", 90.0)
    found = lost_cell(out, "total_score_raw")
    assert (found["text"], found["needs_review"], found["reviewer"]) == ("90", False, "王审计")


def test_it_is_said_to_be_blank_or_not_printed(out: Path, tmp_path: Path) -> None:
    note(tmp_path / "c", decide(TOTAL, new=""), decide(DEVIATION, "absent"))
    assert run_sample(out, tmp_path / "c").exit_status == 0
    assert rows(out, "forms", "total_score_raw")[0] == ("",), "printed, and blank"
    assert rows(out, "indicators", "deviation_raw")[0] == (None,), "not printed"
    assert lost_cell(out, "deviation_raw")["review_reason"] == "absent, says 王审计"
    assert not lost_cell(out, "deviation_raw")["needs_review"]


def test_a_correction_is_told_by_the_workbook_and_by_explain(out: Path, tmp_path: Path) -> None:
    note(tmp_path / "c", decide(SCORE), decide(TOTAL, new="90"), decide(DEVIATION, "absent"))
    run_sample(out, tmp_path / "c")
    (day,) = {moment.date().isoformat() for moment in load("cells", out)["reviewed_at"].dropna()}
    text = explain(out, FORM)
    assert f"第 1 行 得分 30（更正：原读作“36”，王审计，{day}）" in text
    assert f"总分 得分 90（更正：原未找到此栏，王审计，{day}）" in text
    sheet = openpyxl.load_workbook(export_workbook(out, tmp_path / "a.xlsx"))["更正记录"]
    heads = [cell.value for cell in sheet[1]]
    lines = [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]
    by_field = {(line["字段"], line["行号"]): line for line in lines}
    told = by_field["得分", 1]
    assert (told["原读作"], told["核定为"], told["决定"], told["复核人"], told["日期"]) == (
        "36",
        "30",
        "更正",
        "王审计",
        day,
    )
    assert {line["决定"] for line in lines} == {"更正", "未印此栏"}


def test_the_desk_takes_each_answer_and_shows_the_page_where_it_should_stand(out: Path, tmp_path: Path) -> None:
    with open_desk(out, tmp_path / "c") as desk:
        field = desk.open().get("/api/field", key=KEY)
        assert (field["text"], field["there"], field["expected"], field["page"]) == (None, True, True, 1)
        assert desk.get("/page", key=KEY).startswith(b"\xff\xd8"), "a picture of the page"
        beside = desk.get("/api/field", key=f"{DOCUMENT}:1:indicator:1:deviation_raw")
        assert beside["box"], "the row that the column was lost from"
        asked = {"key": KEY, "reviewer": "王审计", "seen": {"0": []}, "saw": None}
        status, said, _ = desk.request("POST", "/api/decide", asked | {"action": "accept"})
        assert (status, "空白" in said["problem"]) == (404, True), "there is no reading to accept"
        for action, new in (("correct", "90"), ("correct", ""), ("absent", None), ("unreadable", None)):
            seen = desk.get("/api/field", key=KEY)["seen"]
            status, said, _ = desk.request("POST", "/api/decide", asked | {"action": action, "new": new, "seen": seen})
            assert status == 200, said
            assert said["field"]["decision"]["action"] == action


def test_the_total_that_was_lost_comes_before_the_deviation(out: Path, tmp_path: Path) -> None:
    with open_desk(out, tmp_path / "c") as desk:
        fields = desk.open().get("/api/queue")["fields"]
    places = {field["key"].rpartition(":")[2]: place for place, field in enumerate(fields)}
    assert places["total_score_raw"] < places["level3"] < places["deviation_raw"]
    assert fields[places["total_score_raw"]]["stake"].startswith("疑点据此得出：总分未填")
    assert fields[places["deviation_raw"]]["stake"] == "空白或文字说明，不影响计算"
