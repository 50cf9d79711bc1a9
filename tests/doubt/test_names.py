"""Names of indicators that lost their number, or whose number is not the next, are doubted."""

from __future__ import annotations

import pytest

from pipeline.doubt.names import find_doubtful_names
from pipeline.models import Reading


def doubted(*names: str) -> list[str]:
    fields = {("indicator", at, "level3"): Reading(name, source="ocr") for at, name in enumerate(names, 1)}
    return [fields[key].text for key in sorted(find_doubtful_names(fields), key=lambda key: key[1] or 0)]


USUAL = ["指标1：铺设管线", "指标2：", "……", "指标1：验收合格率", "指标2：", "服务对象指标1：满意度", "指标1：成本"]


def test_items_numbered_from_1_under_each_level_are_left_alone() -> None:
    assert not doubted(*USUAL)


@pytest.mark.parametrize("name", ["旨标2：", "指标：", "指标支出进度", "指标3："])
def test_a_name_without_its_number_or_with_another_is_doubted(name: str) -> None:
    assert doubted(*USUAL, name)[-1] == name
    assert len(doubted(*USUAL, name)) == (1 if name == "指标3：" else 2)


def test_the_rest_of_a_name_is_doubted_with_it_and_its_values() -> None:
    names = [*USUAL, "指标1：提升基层", "治理能力"]
    fields = {("indicator", at, "level3"): Reading(name, source="ocr") for at, name in enumerate(names, 1)}
    fields |= {("indicator", at, "target_raw"): Reading(text, source="ocr") for at, text in ((8, ""), (9, "44"))}
    fields |= {("indicator", at, "actual_raw"): Reading("3", source="ocr") for at in (8, 9)}
    assert find_doubtful_names(fields) == {("indicator", at, c) for at in (8, 9) for c in ("level3", "target_raw")}


def test_a_form_that_numbers_some_items_is_left_alone() -> None:
    assert not doubted("指标1：铺设管线", "验收合格率", "完成时间", "满意度", "成本")
