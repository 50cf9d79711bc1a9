"""A field whose cell was not found is marked, where text of the page shows that something was lost."""

from __future__ import annotations

from dataclasses import replace

from pipeline.forms.form import read_forms
from pipeline.models import Box, Cell, Place, Source, Table
from pipeline.normalise import normalise_form

HEAD = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分")
ROWS = (
    ("项目名称", "道路照明"),
    ("主管部门", "城管局"),
    ("实施单位", "照明所"),
    ("", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"),
    ("年度资金总额", "5", "5", "5", "10", "100%", "10"),
    ("其中：当年财政拨款", "5", "5", "5", "—", "100%", "—"),
    HEAD,
    ("产出指标", "数量指标", "灯具", "≥3盏", "3盏", "90", "90"),
    ("总分", "", "", "", "", "100", "100"),
)


def table(*rows: tuple[str, ...], source: Source = "ocr") -> Table:
    cells = [
        Cell(r, c, 1, 1, text, (Place(1, Box(c * 50, r * 20, c * 50 + 50, r * 20 + 20)),), source=source)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    ]
    return Table(len(rows), 7, tuple(cells), (Place(1, Box(0, 0, 350, 200)),), source, "test")


def marks(*rows: tuple[str, ...], source: Source = "ocr") -> set[tuple[str, int | None, str]]:
    (form,), _ = read_forms([table(*rows, source=source)], 1)
    found = normalise_form(form, "document", "file.pdf")
    return {(c.table, c.row_no, c.field) for c in found.cells if c.review_reason == "not_found"} - {
        ("form", None, "year")
    }


def test_a_form_whose_cells_are_all_accounted_for_has_no_marks() -> None:
    assert marks(*ROWS) == set()


def test_a_form_without_a_field_has_no_marks() -> None:
    assert marks(*ROWS[:1], *ROWS[2:]) == set()


def test_two_heads_read_as_one_mark_both_columns_in_every_fund_row() -> None:
    merged = ("", "年初预算数", "全年预算|全年执行", "", "分值", "执行率", "得分")
    lost = marks(*ROWS[:3], merged, *ROWS[4:])
    assert {("fund", n, name) for n in (1, 2, 3, 4) for name in ("annual_budget_raw", "executed_raw")} <= lost


def test_a_label_that_cannot_be_read_marks_its_field() -> None:
    assert marks(ROWS[0], ("土窨郡门", "城管局"), *ROWS[2:]) == {("form", None, "department")}


def test_a_label_in_the_text_of_another_field_marks_its_field() -> None:
    swallowed = ("主管部门", "城管局|实施单位|照明所")
    assert marks(ROWS[0], swallowed, *ROWS[3:]) == {("form", None, "implementing_unit")}


def test_numbers_side_by_side_under_one_head_are_marked() -> None:
    sound = table(*ROWS)
    fused = Cell(3, 2, 1, 2, "全年预算执行数", (Place(1, Box(100, 60, 200, 80)),), source="ocr")
    cells = (*(c for c in sound.cells if c.row != 3 or c.col not in (2, 3)), fused)
    (form,), _ = read_forms([replace(sound, cells=cells)], 1)
    reasons = {
        (k, name): r.review_reason for k, row in form.funds.items() for name, r in row.items() if r.review_reason
    }
    shared = {key for key, reason in reasons.items() if reason == "merged_columns"}
    assert shared == {("total", "executed_raw"), ("fiscal", "executed_raw")}


def test_a_text_beside_the_goals_marks_both() -> None:
    goals = (("", "预期目标", "实际完成情况"), ("委托第三方", "开展绩效跟踪。", "全部完成。"))
    (form,), _ = read_forms([table(*ROWS[:6], *goals, *ROWS[6:])], 1)
    assert {n for n, r in form.readings.items() if r.review_reason == "odd_shape"} == {"expected_goal", "actual_goal"}


def test_goals_of_which_only_a_head_was_understood_ask_for_review() -> None:
    goals = (("", "预期日标", "实际完成情况"), ("", "装上灯具。", "全部装上。"))
    lost = {("form", None, "expected_goal"), ("form", None, "actual_goal")}
    assert lost <= marks(*ROWS[:6], *goals, *ROWS[6:])
    assert lost <= marks(*ROWS[:6], goals[0], *ROWS[6:])


def test_a_text_beside_a_name_marks_the_name() -> None:
    cut = ("实施单位", "照明", "管理所")
    (form,), _ = read_forms([table(*ROWS[:2], cut, *ROWS[3:])], 1)
    assert {n for n, r in form.readings.items() if r.review_reason == "odd_shape"} == {"implementing_unit"}


def test_a_lost_field_is_null_in_its_row() -> None:
    (form,), _ = read_forms([table(ROWS[0], ("土窨郡门", "城管局"), *ROWS[2:])], 1)
    assert normalise_form(form, "document", "file.pdf").form.department is None
    assert [issue.code for issue in form.issues] == ["unassigned_text", "unassigned_text", "unknown_label"]


def test_nothing_is_added_to_what_a_text_layer_says() -> None:
    assert marks(ROWS[0], ("土窨郡门", "城管局"), *ROWS[2:], source="text") == set()


def test_a_picture_without_a_year_asks_for_it() -> None:
    (form,), _ = read_forms([table(*ROWS)], 1)
    cells = normalise_form(form, "document", "file.pdf").cells
    assert [(c.needs_review, c.review_reason) for c in cells if c.field == "year"] == [(True, "not_found")]


def test_a_total_without_rows_is_reported() -> None:
    (form,), _ = read_forms([table(*ROWS[:7], ROWS[8])], 1)
    assert "form_head_missing" in [issue.code for issue in form.issues]
    assert form.complete


def test_a_form_without_its_end_asks_for_its_totals() -> None:
    assert marks(*ROWS[:-1]) == {("form", None, "total_weight_raw"), ("form", None, "total_score_raw")}


def test_a_dash_in_place_of_a_sign_asks_for_review_beside_a_number_only() -> None:
    head = ("二级指标", "三级指标", "指标性质", "年度指标值", "实际完成值", "分值", "得分")
    numbers = ("数量指标", "场次", "-", "100", "100", "50", "50")
    words = ("质量指标", "效果", "-", "良好", "良好", "50", "50")
    total = ("总分", "", "", "", "", "100", "100")
    for source, doubted in (("ocr", [True, False]), ("text", [False, False])):
        (form,), _ = read_forms([table(ROWS[0], head, numbers, words, total, source=source)], 1)
        assert [line.readings["nature_raw"].needs_review for line in form.indicators] == doubted


def test_a_scanned_form_with_points_and_no_fund_line_asks_for_the_funds() -> None:
    lost = marks(*ROWS[:3], *ROWS[6:])
    assert {("fund", n, name) for n in (1, 4) for name in ("annual_budget_raw", "score_raw")} <= lost
    assert not marks(*ROWS[:3], *ROWS[6:], source="text")


def test_half_a_label_in_a_value_marks_the_field_that_is_not_there() -> None:
    torn = ("主管部门", "实施城管局")
    assert marks(ROWS[0], torn, *ROWS[3:]) == {("form", None, "implementing_unit")}
    assert marks(ROWS[0], torn, *ROWS[2:]) == set()
