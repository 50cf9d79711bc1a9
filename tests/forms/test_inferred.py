"""In a table whose columns were fitted, what does not add up asks for review."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.forms.inferred import doubt_inferred
from pipeline.models import Form, PageIssue, Reading
from tests.layout.fit.form_page import form_cells
from tests.layout.fit.test_structure import read, ruled, without_anything


@pytest.fixture
def fitted() -> Form:
    (form,) = read(without_anything(form_cells()))
    return form


def marked(form: Form) -> set[str]:
    """The fields that ask for review, of the form's own and of its rows."""
    rows = [form.readings, *form.funds.values(), *(line.readings for line in form.indicators)]
    return {name for row in rows for name, reading in row.items() if reading.needs_review}


def with_row(form: Form, number: int, **changed: str) -> Form:
    lines = list(form.indicators)
    readings = dict(lines[number].readings)
    for name, text in changed.items():
        readings[name] = replace(readings[name], text=text)
    lines[number] = replace(lines[number], readings=readings)
    return replace(form, indicators=tuple(lines))


def test_a_form_that_adds_up_is_not_doubted(fitted: Form) -> None:
    assert marked(fitted) == set()


def test_two_names_in_one_cell_are_doubted(fitted: Form) -> None:
    crowded = doubt_inferred(with_row(fitted, 0, level2="数量指标质量指标"))
    assert marked(crowded) == {"level2"}


def test_two_items_in_one_name_make_their_row_doubtful(fitted: Form) -> None:
    crowded = doubt_inferred(with_row(fitted, 0, level3="指标1：改造公园数量指标2：……"))
    assert {"level1", "level3", "weight_raw", "actual_raw"} <= marked(crowded)


def test_a_lost_row_makes_all_points_doubtful_and_one_wrong_sum_itself_alone(fitted: Form) -> None:
    lost = doubt_inferred(replace(fitted, indicators=fitted.indicators[1:]))
    assert {"weight_raw", "score_raw", "total_weight_raw", "total_score_raw"} <= marked(lost)
    assert marked(doubt_inferred(with_row(fitted, 0, score_raw="19"))) == {"total_score_raw"}


@pytest.mark.parametrize("issue", [True, False])
def test_a_form_without_heads_or_end_is_doubtful_as_a_whole(fitted: Form, issue: bool) -> None:
    headless = replace(fitted, issues=(PageIssue("form_head_missing", "", 1),))
    endless = replace(fitted, complete=False, indicators=fitted.indicators[:-1])
    found = marked(doubt_inferred(headless if issue else endless))
    assert {"project_name", "level1", "executed_raw", "expected_goal"} <= found


def test_a_form_without_an_end_whose_weights_are_all_there_is_not(fitted: Form) -> None:
    assert "project_name" not in marked(doubt_inferred(replace(fitted, complete=False)))


def test_a_gap_within_a_goal_of_a_picture_doubts_both(fitted: Form) -> None:
    goals = {name: Reading("论证并修改完善。", source="ocr") for name in ("expected_goal", "actual_goal")}
    sound = replace(fitted, readings={**fitted.readings, **goals})
    assert not {"expected_goal", "actual_goal"} & marked(doubt_inferred(sound))
    gapped = {**goals, "expected_goal": Reading("论证并修改完 对照《办法》善。", source="ocr")}
    assert {"expected_goal", "actual_goal"} <= marked(
        doubt_inferred(replace(fitted, readings={**sound.readings, **gapped}))
    )


def test_a_drawn_table_is_believed(fitted: Form) -> None:
    (drawn,) = read(ruled(form_cells()))
    assert marked(doubt_inferred(replace(drawn, complete=False))) == set()


def test_a_sign_that_stands_with_the_target_goes_to_the_column_of_signs(fitted: Form) -> None:
    lost = Reading("", (), "ocr", 0.0, needs_review=True, review_reason="not_found")
    readings = {**fitted.indicators[0].readings, "nature_raw": lost}
    readings["target_raw"] = replace(readings["target_raw"], text="≥4")
    first = replace(fitted.indicators[0], readings=readings)
    second = {**fitted.indicators[1].readings, "nature_raw": replace(readings["target_raw"], text="≤")}
    signed = (first, replace(fitted.indicators[1], readings=second))
    line = doubt_inferred(replace(fitted, indicators=signed)).indicators[0]
    assert [line.readings[name].text for name in ("nature_raw", "target_raw")] == ["≥", "4"]
    assert all(line.readings[name].needs_review for name in ("nature_raw", "target_raw"))
    (unsigned,) = doubt_inferred(replace(fitted, indicators=(first,))).indicators
    assert unsigned.readings["target_raw"].text == "≥4"


def test_a_row_without_the_level_that_others_have_is_doubted_there(fitted: Form) -> None:
    assert "level1" in marked(doubt_inferred(with_row(fitted, 1, level1="")))
    blank = {"level1": "", "level3": "", "weight_raw": "", "score_raw": ""}
    assert "level1" not in marked(doubt_inferred(with_row(fitted, 1, **blank)))
