"""The bad text layer of a searchable scan: what a poor recogniser would have made of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

CONFUSED = str.maketrans("0168年度指标预算执行金额满意", "O7G3牛庆拍标顶箕扶行全颔满憙")


@dataclass(frozen=True, slots=True)
class HiddenLine:
    """A line of invisible text; x and y in points from the bottom left."""

    x: float
    y: float
    size: float
    text: str


def misread_lines(page: Any) -> list[HiddenLine]:
    """Read the lines of a pdfium page wrongly: confused characters, every fifth line lost."""
    text = page.get_textpage()
    lines = []
    for at in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(at)
        words = text.get_text_bounded(left, bottom, right, top).strip()
        if words and at % 5:
            lines.append(HiddenLine(left + 1.5, bottom + 1, max(4.0, top - bottom), words.translate(CONFUSED)))
    return lines
