"""A row that is the rest of another makes the texts around it doubtful; an empty item of a template does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.forms.rests import doubt_rests
from pipeline.models import Form, IndicatorLine, Reading, Source


def form(*rows: dict[str, str], reader: str = "rapidocr+fitted", source: Source = "ocr") -> Form:
    usual = {"level3": "改造公园数量", "target_raw": "3处", "actual_raw": "3处", "weight_raw": "10", "score_raw": "10"}
    lines = tuple(
        IndicatorLine(at, {name: Reading(text, source=source) for name, text in (usual | row).items()})
        for at, row in enumerate(rows, 1)
    )
    return Form(1, 1, 1, {}, {}, lines, "", "万元", True, reader)


def doubted(found: Form) -> list[tuple[int, str]]:
    return [(line.row_no, name) for line in found.indicators for name, r in line.readings.items() if r.needs_review]


REST = {"target_raw": "", "actual_raw": "", "weight_raw": "", "score_raw": ""}


def test_the_name_that_a_row_without_points_goes_on_is_doubted() -> None:
    found = doubt_rests(form({}, {}, {"level3": "数", **REST}, {}, {}))
    assert doubted(found) == [(2, "level3"), (3, "level3"), (4, "level3")]


def test_a_name_without_points_whose_rest_has_them_is_doubted() -> None:
    found = doubt_rests(form({}, {"level3": "指标1：存储容", **REST}, {"level3": "量"}, {}))
    assert {(2, "level3"), (3, "level3")} <= set(doubted(found))


@pytest.mark.parametrize("empty", ["指标2：", "……", "2、"])
def test_an_empty_item_is_no_rest(empty: str) -> None:
    assert not doubted(doubt_rests(form({}, {}, {"level3": empty, **REST}, {})))


def test_in_a_drawn_grid_only_a_row_without_a_name_is_a_rest() -> None:
    torn = {"level3": "", **REST, "actual_raw": "落实全过程监管"}
    assert doubted(doubt_rests(form({}, torn, {}, reader="rapidocr+rulings"))) == [
        (1, "actual_raw"), (2, "actual_raw"), (3, "actual_raw"),
    ]  # fmt: skip
    assert not doubted(doubt_rests(form({}, {"level3": "数", **REST}, {}, reader="rapidocr+rulings")))
    assert not doubted(doubt_rests(form({}, torn, {}, reader="pdfium+rulings", source="text")))


def test_a_form_that_gives_no_points_has_no_rests() -> None:
    assert not doubted(doubt_rests(form(*({"weight_raw": "", "score_raw": ""} for _ in range(4)))))


def test_a_lone_value_above_the_total_may_be_the_first_line_of_its_sum() -> None:
    piece = {"level3": "", **REST, "weight_raw": "10"}
    whole = replace(form({}, {}, {}, piece), readings={"total_weight_raw": Reading("0", source="ocr")})
    found = doubt_rests(whole)
    assert found.readings["total_weight_raw"].needs_review
    assert (4, "weight_raw") in doubted(found)


def test_a_value_of_an_empty_item_that_the_row_beside_lacks_is_doubted_in_both() -> None:
    stray = {**REST, "level3": "……", "actual_raw": "60%"}
    assert doubted(doubt_rests(form({}, {"actual_raw": ""}, stray, {}))) == [(2, "actual_raw"), (3, "actual_raw")]
    assert not doubted(doubt_rests(form({}, {}, stray, {})))


def test_a_name_without_values_above_values_without_a_name_is_one_row() -> None:
    found = doubt_rests(form({}, REST, {"level3": ""}, {}, reader="rapidocr+rulings"))
    assert {row for row, _ in doubted(found)} == {2, 3}
    assert len(doubted(found)) == 10
