"""A text beside ink that was taken for dust, or in whose picture a second line stands, is doubted."""

from __future__ import annotations

import pytest

from pipeline.ingest.scan.ink.passed_over import PASSED_OVER, doubt_beside
from pipeline.models import Box, Glyph

TEXT = Glyph("切实提升资金使用效益", Box(100, 50, 200, 60))


def doubts(glyph: Glyph, *dropped: Box) -> str:
    return doubt_beside([glyph], dropped)[0].doubt


@pytest.mark.parametrize(
    ("dropped", "doubt"),
    [
        (Box(202, 56, 205, 60), PASSED_OVER),  # a faint full stop
        (Box(90, 50, 96, 60), PASSED_OVER),
        (Box(230, 56, 233, 60), ""),  # dust further off
        (Box(202, 66, 205, 70), ""),  # dust of another line
    ],
)
def test_dust_right_beside_a_text_may_be_its_last_character(dropped: Box, doubt: str) -> None:
    assert doubts(TEXT, dropped) == doubt


def test_a_doubt_that_is_known_stays() -> None:
    known = Glyph(TEXT.text, TEXT.box, doubt="seal")
    assert doubts(known, Box(202, 56, 205, 60)) == "seal"


def test_a_picture_of_two_lines_that_gave_one_is_doubted() -> None:
    assert doubts(Glyph("完成招标签订合", Box(0, 0, 70, 26))) == PASSED_OVER
    assert not doubts(Glyph("完成招标签订合", Box(0, 0, 70, 13)))
    assert not doubts(Glyph("2024.12.31", Box(0, 0, 50, 14)))
    assert not doubts(Glyph("一", Box(0, 0, 10, 26)))
