"""Groups compared as a picture: one panel of bars per statistic, every bar with its number, as a standalone SVG.

Texts are escaped by the XML writer and drawn with the viewer's own fonts; lengths are SVG pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.query.answers import QueryResult, measure_width
from pipeline.query.svg import Element, add_box, add_group, add_text, begin_svg_file, to_text


@dataclass(frozen=True, slots=True)
class Panel:
    """One statistic as it is drawn: its heading, how a number is written, and what a full bar is (None: the most)."""

    heading: str
    show: Callable[[float], str]
    full: float | None = None


def _short(value: float, decimals: int) -> str:
    """Return a number without trailing zeros."""
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


PANELS: dict[str, Panel] = {
    "forms": Panel("自评表（张）", lambda value: _short(value, 0)),
    "rows": Panel("计分指标（条）", lambda value: _short(value, 0)),
    "score_median": Panel("总分中位数", lambda value: _short(value, 2), 100),
    "score_share_mean": Panel("得分率", lambda value: f"{value:.2%}", 1),
    "share_at_100": Panel("100 分占比", lambda value: f"{value:.0%}", 1),
    "share_at_full": Panel("满分占比", lambda value: f"{value:.0%}", 1),
    "execution_against_annual": Panel("执行率（对全年预算）", lambda value: f"{value:.2%}", 1),
    "execution_against_initial": Panel("执行率（对年初预算）", lambda value: f"{value:.2%}", 1),
    "points_at_stake": Panel("低目标涉及分数", lambda value: _short(value, 1)),
}
"""Statistics that are drawn, in their order."""

ROW, BAR, PANEL, GAP, NUMBER, HEAD, MARGIN = 26, 16, 110, 24, 60, 54, 16
LETTER = 7.2
"""Width of half a Chinese character at the size of the texts."""

LONGEST_NAME = 48
SIZE = "13"
FONTS = "'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"
INK, FAINT, BARS = "#1f2933", "#e4e8ee", "#3b6ea8"


def draw_chart(answer: QueryResult, title: str) -> str:
    """Return a comparison as SVG; statistics that no group has are left out."""
    panels = [name for name in PANELS if name in answer.columns and any(_column(answer, name))]
    names = [_shorten(str(row[0])) for row in answer.rows]
    left = MARGIN + round(max(map(measure_width, names), default=0) * LETTER) + GAP
    width = max(left + len(panels) * (PANEL + NUMBER + GAP), MARGIN * 2 + round(measure_width(title) * LETTER * 1.3))
    height = HEAD + MARGIN + ROW * (len(names) + 1)
    root = begin_svg_file(width, height)
    group = add_group(root, font_family=FONTS, fill=INK)
    add_group(root, "title").text = title
    add_text(group, MARGIN, 26, title, font_size="16")
    for index, name in enumerate(names):
        add_text(group, left - GAP, _base(index), name, font_size=SIZE, text_anchor="end")
    for index, name in enumerate(panels):
        _draw_panel(group, left + index * (PANEL + NUMBER + GAP), name, _column(answer, name))
    return to_text(root) + "\n"


def _draw_panel(group: Element, left: int, name: str, values: Sequence[float | None]) -> None:
    panel = PANELS[name]
    add_text(group, left, HEAD, panel.heading, font_size="12")
    most = panel.full or max((value for value in values if value is not None), default=0) or 1
    for index, value in enumerate(values):
        if value is None:
            add_text(group, left, _base(index), "无", font_size=SIZE)
            continue
        length = round(PANEL * min(1.0, max(0.0, value / most)), 1)
        for width, color in ((PANEL, FAINT), (length, BARS)):
            add_box(group, left, _base(index) - 13, width, BAR, fill=color)
        add_text(group, left + PANEL + 6, _base(index), panel.show(value), font_size=SIZE)


def _column(answer: QueryResult, name: str) -> list[float | None]:
    index = answer.columns.index(name)
    return [row[index] for row in answer.rows]


def _base(index: int) -> int:
    """Return the base line of a row."""
    return HEAD + ROW * (index + 1)


def _shorten(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
