"""Lines of text: what stands on one line is read from left to right."""

from __future__ import annotations

from pipeline.layout.regions import group_lines, join_glyphs
from pipeline.models import Box, Glyph


def test_a_low_mark_between_two_words_stays_between_them() -> None:
    """A colon of some fonts stands on the foot of the line and was taken for the beginning of the next."""
    words = [
        Glyph("指标1", Box(150.0, 381.6, 178.0, 389.9)),
        Glyph("：", Box(180.4, 385.9, 181.8, 389.8)),
        Glyph("抽检样品", Box(187.2, 381.6, 240.5, 389.9)),
        Glyph("数量", Box(150.0, 391.6, 168.0, 399.9)),
        Glyph("。", Box(169.0, 398.0, 171.0, 400.4)),
    ]
    assert [join_glyphs(line) for line in group_lines(words)] == ["指标1：抽检样品", "数量。"]


def test_a_dash_below_a_line_begins_the_next() -> None:
    drawn = [Glyph("其他资金", Box(100.0, 100.0, 140.0, 110.0)), Glyph("—", Box(100.0, 115.0, 110.0, 116.0))]
    assert [join_glyphs(line) for line in group_lines(drawn)] == ["其他资金", "—"]
