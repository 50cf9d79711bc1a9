"""Level labels that were not read whole, or of the row above, are doubted; a form's own wording is not."""

from __future__ import annotations

from pipeline.doubt.levels import find_doubtful_levels
from pipeline.models import Reading

USUAL = [("产出指标", "数量指标"), ("产出指标", "质量指标"), ("效益指标", "社会效益指标")]


def doubted(*rows: tuple[str, str]) -> list[tuple[int, str]]:
    fields = {
        ("indicator", number, column): Reading(text, source="ocr")
        for number, row in enumerate(rows, 1)
        for column, text in zip(("level1", "level2"), row, strict=True)
    }
    return sorted((key[1], key[2]) for key in find_doubtful_levels(fields) if key[1] is not None)


def test_usual_labels_are_not_doubted() -> None:
    assert not doubted(*USUAL, ("产出指标（20分）", "成本指标"), ("满意度指标", "服务对象满意度指标"))
    assert not doubted(*USUAL, ("成本指标", "经济成本指标"), ("产出指标", "质量指标进度指标"))


def test_a_piece_and_what_is_no_label_are_doubted() -> None:
    assert doubted(*USUAL, ("效益指标", "标")) == [(4, "level2")]
    assert doubted(*USUAL, ("一标", "社会效益指标")) == [(4, "level1")]


def test_a_label_into_which_a_name_ran_is_doubted() -> None:
    assert doubted(*USUAL, ("产出指标", "数量指标铺设管线长度")) == [(4, "level2")]


def test_two_labels_that_do_not_belong_together_are_both_doubted() -> None:
    assert doubted(*USUAL, ("成本指标", "社会效益指标")) == [(4, "level1"), (4, "level2")]
    assert doubted(*USUAL, ("效益指标（30分）", "质量指标")) == [(4, "level1"), (4, "level2")]


def test_a_form_with_its_own_wording_is_left_alone() -> None:
    assert not doubted(("产出", "数量"), ("效益", "社会"), ("满意", "公众"))
    assert not doubted(("产出指标", "工作数量"), ("效果", "社会影响"), ("满意情况", "公众态度"))


def test_a_stroke_before_a_label_and_lines_in_another_order_are_doubted() -> None:
    assert doubted(*USUAL, ("效益指标", "一社会效益指标")) == [(4, "level2")]
    assert doubted(*USUAL, ("效益指标", "益指标社会效")) == [(4, "level2")]


def test_a_row_whose_name_is_the_label_of_another_level_is_doubted() -> None:
    def shifted(name: str) -> set[str]:
        texts = {"level1": "产出指标", "level2": "质量指标", "level3": name}
        fields = {("indicator", 1, column): Reading(text, source="ocr") for column, text in texts.items()}
        return {key[2] for key in find_doubtful_levels(fields)}

    assert shifted("效益指标（40分）") == {"level1", "level2", "level3"}
    assert not shifted("质量指标")
    assert not shifted("产出指标（50分）")
    assert not shifted("验收合格率")


def test_a_second_level_in_the_place_of_the_first_is_doubted() -> None:
    assert doubted(*USUAL, ("时效指标", "")) == [(4, "level1"), (4, "level2")]
    one_column = doubted(("数量指标", ""), ("质量指标", ""))
    assert not [field for _, field in one_column if field == "level1"]


def test_two_labels_whose_lines_went_into_each_other_are_doubted() -> None:
    own = [("产值", "产量"), ("效果", "影响"), ("产出指标", "数量指标")]  # too few usual labels to doubt the others
    for garbled in ("成本指经济成本标指标", "服务对象满意度满意度指指标标", "标"):
        assert (4, "level1") in doubted(*own, (garbled, "数量指标"))
    assert (4, "level1") not in doubted(*own, ("成本指标经济成本指标", "经济成本指标"))
