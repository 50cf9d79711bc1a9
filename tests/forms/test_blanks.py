"""An empty cell of a picture is looked at where everything around it is filled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.forms.blanks import BLANK, doubt_blanks
from pipeline.models import Form, IndicatorLine, Reading, Source


def line(row_no: int, source: Source = "ocr", **texts: str) -> IndicatorLine:
    row = {"level3": "名称", "target_raw": "3处", "actual_raw": "3处", "weight_raw": "10", "score_raw": "10"} | texts
    return IndicatorLine(row_no, {name: Reading(text, source=source) for name, text in row.items()})


def form(*lines: IndicatorLine) -> Form:
    total = {name: Reading("1", source="ocr") for name in ("annual_budget_raw", "executed_raw", "weight_raw")}
    total |= {"execution_rate_raw": Reading("100%", source="ocr"), "score_raw": Reading("", source="ocr")}
    readings = {"expected_goal": Reading("改造公园。", source="ocr"), "total_score_raw": Reading("", source="ocr")}
    return Form(1, 1, 1, readings, {"total": total}, lines, "", "万元", True, "drawn")


def doubted(found: Form) -> set[str]:
    rows = [("", found.readings), ("total", found.funds["total"])]
    rows += [(str(line.row_no), line.readings) for line in found.indicators]
    return {f"{row} {name}".strip() for row, fields in rows for name, r in fields.items() if r.review_reason == BLANK}


def test_a_blank_among_filled_cells_of_a_picture_is_doubted() -> None:
    found = doubt_blanks(form(line(1), line(2, actual_raw=""), line(3)))
    assert doubted(found) == {"2 actual_raw", "total score_raw", "total_score_raw"}


def test_a_column_that_is_blank_in_all_filled_rows_was_not_read() -> None:
    lines = [line(n, actual_raw="") for n in (1, 2, 3)]
    assert {"1 actual_raw", "3 actual_raw"} <= doubted(doubt_blanks(form(*lines)))
    assert "1 actual_raw" not in doubted(doubt_blanks(form(*lines[:2])))


def test_one_sign_in_a_column_tells_that_all_rows_have_one() -> None:
    signs = [line(1, nature_raw="≥"), *(line(n, nature_raw="") for n in (2, 3, 4))]
    assert {f"{n} nature_raw" for n in (2, 3, 4)} <= doubted(doubt_blanks(form(*signs)))
    units = [line(1, unit_raw="%"), *(line(n, unit_raw="") for n in (2, 3, 4))]
    assert not any("unit_raw" in name for name in doubted(doubt_blanks(form(*units))))


def test_a_stray_value_does_not_make_a_column_read() -> None:
    lines = [line(1, unit_raw="%"), *(line(n, unit_raw="") for n in range(2, 8))]
    assert {"2 unit_raw", "7 unit_raw"} <= doubted(doubt_blanks(form(*lines)))


def test_what_stands_beside_a_column_that_was_not_read_may_hold_its_values() -> None:
    names = ("故障定修复率性", "项目≤完成时间", "年度≤支出金额")
    sound = doubt_blanks(form(*(line(n, nature_raw="", target_raw="≥3处") for n in (1, 2, 3))))
    assert not any(one.readings["level3"].needs_review for one in sound.indicators)
    found = doubt_blanks(form(*(line(n, level3=name, nature_raw="") for n, name in enumerate(names, 1))))
    assert all(one.readings["level3"].needs_review for one in found.indicators)
    assert not any(one.readings["actual_raw"].needs_review for one in found.indicators)


def test_rows_that_nobody_filled_in_say_nothing_of_a_column() -> None:
    skeleton = {"target_raw": "", "actual_raw": "", "weight_raw": "", "score_raw": ""}
    lines = [line(1), line(2, actual_raw=""), line(3), *(line(n, **skeleton) for n in range(4, 9))]
    assert doubted(doubt_blanks(form(*lines))) >= {"2 actual_raw"}


@pytest.mark.parametrize(("texts", "blank"), [
    ({"initial_budget_raw": "", "annual_budget_raw": "0", "executed_raw": "0"}, "initial_budget_raw"),
    ({"weight_raw": "—", "score_raw": ""}, "score_raw"),
])  # fmt: skip
def test_a_hole_in_a_fund_line_is_doubted(texts: dict[str, str], blank: str) -> None:
    whole = form(line(1))
    row = {name: Reading(text, source="ocr") for name, text in texts.items()}
    found = doubt_blanks(replace(whole, funds={**whole.funds, "carryover": row}))
    assert [name for name, read in found.funds["carryover"].items() if read.needs_review] == [blank]


def test_a_row_without_a_name_is_blank() -> None:
    skeleton = {"target_raw": "", "actual_raw": "", "weight_raw": "", "score_raw": ""}
    assert "4 actual_raw" not in doubted(doubt_blanks(form(line(1), line(2), line(3), line(4, **skeleton))))


def test_a_column_whose_sum_is_printed_is_filled() -> None:
    whole = form(line(2, score_raw=""), line(3, score_raw=""))
    assert "2 score_raw" not in doubted(doubt_blanks(whole))
    summed = {**whole.readings, "total_score_raw": Reading("98", source="ocr")}
    assert {"2 score_raw", "3 score_raw"} <= doubted(doubt_blanks(replace(whole, readings=summed)))


def test_what_a_text_layer_leaves_blank_is_blank() -> None:
    lines = [line(1, source="text"), line(2, source="text", actual_raw=""), line(3, source="text")]
    assert "2 actual_raw" not in doubted(doubt_blanks(form(*lines)))


def test_goals_that_ran_past_their_end_are_doubted() -> None:
    whole = form(line(1))
    swallowed = Reading("改造公园。一级指标二级指标三级指标", source="ocr")
    found = doubt_blanks(replace(whole, readings={**whole.readings, "expected_goal": swallowed}))
    assert found.readings["expected_goal"].needs_review


def test_goals_that_speak_of_units_and_of_what_is_real_are_goals() -> None:
    whole = form(line(1))
    goal = Reading("对各单位服务器定期巡检，根据实际情况调整。", source="ocr")
    found = doubt_blanks(replace(whole, readings={**whole.readings, "expected_goal": goal}))
    assert not found.readings["expected_goal"].needs_review


def test_nobody_leaves_the_name_of_a_project_or_of_a_row_with_values_blank() -> None:
    whole = form(
        line(1), line(2, level3=""), line(3, level3="", target_raw="", actual_raw="", weight_raw="", score_raw="")
    )
    found = doubt_blanks(replace(whole, readings={**whole.readings, "project_name": Reading("", source="ocr")}))
    assert {"project_name", "2 level3"} <= doubted(found)
    assert "3 level3" not in doubted(found)


def fund_lines(**texts: str) -> Form:
    whole = form(line(1))
    rows = {kind: {"weight_raw": Reading(text, source="ocr")} for kind, text in texts.items()}
    return doubt_blanks(replace(whole, funds={**whole.funds, **rows}))


def doubted_parts(found: Form) -> set[str]:
    return {kind for kind, row in found.funds.items() if kind != "total" and row["weight_raw"].needs_review}


def test_fund_lines_print_dashes_below_each_other_or_none_does() -> None:
    assert doubted_parts(fund_lines(fiscal="—", carryover="", other="—")) == {"carryover"}
    assert doubted_parts(fund_lines(fiscal="—", carryover="—", other="1")) == {"other"}
    assert not doubted_parts(fund_lines(fiscal="5", carryover="", other=""))
    assert not doubted_parts(fund_lines(fiscal="—", carryover="—", other="/"))
