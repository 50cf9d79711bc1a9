"""Signs beside numbers, as they are read from a picture."""

from __future__ import annotations

from pipeline.forms.form import read_forms
from pipeline.models import Box, Cell, Place, Reading, Source, Table

ROWS = (
    ("项目名称", "某项目", "", "", "", "", "", ""),
    ("一级指标", "二级指标", "三级指标", "指标性质", "指标值", "实际完成值", "分值", "得分"),
    ("产出指标", "数量指标", "培训场次", "—", "3", "3", "100", "100"),
    ("总分", "", "", "", "", "", "100", "100"),
)


def sign(alternatives: tuple[str, ...], source: Source = "ocr", target: str = "3") -> Reading:
    place = Place(1, Box(0.0, 0.0, 1.0, 1.0))
    cells = tuple(
        Cell(row, col, 1, 1, target if text == "3" and col == 4 else text, (place,), source=source, alternatives=others)
        for row, texts in enumerate(ROWS)
        for col, text in enumerate(texts)
        for others in [alternatives if text == "—" else ()]
    )
    (form,), _ = read_forms([Table(len(ROWS), 8, cells, (place,), source, "rulings")], 1)
    return form.indicators[0].readings["nature_raw"]


def test_a_thick_dash_beside_a_number_is_a_double_stroke_and_asks_for_review() -> None:
    read = sign(("═",))
    assert (read.text, read.needs_review, read.review_reason) == ("═", True, "odd_shape")


def test_any_other_dash_beside_a_number_stays_and_asks_for_review() -> None:
    assert (sign(()).text, sign(()).needs_review) == ("—", True)


def test_a_dash_without_a_number_and_one_that_is_no_picture_are_what_they_say() -> None:
    assert (sign(("═",), target="有效").text, sign((), target="有效").needs_review) == ("—", False)
    assert not sign((), source="text").needs_review
