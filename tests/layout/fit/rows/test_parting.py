"""Rows whose texts touch: what stands about the middle of a row, hangs from its top or stands on its bottom."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import pytest

from pipeline.layout.fit.lines import Lines
from pipeline.layout.fit.rows.parting import Texts, parted_rows
from pipeline.layout.fit.texts.runs import Run
from pipeline.models import Box

LINE = 12.0
NAMES = (("指标1：", "开展活动", "场次"), ("指标2：", "验收率"), ("响应时间",), ("指标1：", "参训学员", "满意度"))
REASONS = ((), ("受疫情影响，", "活动减少"), (), ("无",))

Set = Callable[[float, float, int], float]
"""Where the first line of a text of some lines stands between the top and the bottom of its row."""


def centred(top: float, bottom: float, lines: int) -> float:
    return (top + bottom - LINE * lines) / 2


def hanging(top: float, bottom: float, lines: int) -> float:
    return top


def standing(top: float, bottom: float, lines: int) -> float:
    return bottom - LINE * lines


def write(texts: Sequence[Sequence[str]], bounds: Sequence[tuple[float, float]], left: float, place: Set) -> list[Run]:
    return [
        Run(line, Box(left, y := place(*band, len(text)) + LINE * n, left + 50, y + LINE))
        for text, band in zip(texts, bounds, strict=True)
        for n, line in enumerate(text)
    ]


@pytest.mark.parametrize("place", [centred, hanging, standing])
def test_lines_of_rows_that_touch_go_to_the_row_beside_whose_middle_they_are_set(place: Set) -> None:
    ends = list(itertools.accumulate((LINE * len(name) for name in NAMES), initial=100.0))
    bounds = list(itertools.pairwise(ends))
    points = write([("10",)] * len(NAMES), bounds, 200.0, place)
    columns = [write(NAMES, bounds, 50.0, place), write(REASONS, bounds, 120.0, place), points]
    runs = [run for column in columns for run in column]
    limits, sides = (ends[0], ends[-1]), (50.0, 260.0)
    edges = parted_rows([run.middle for run in points], limits, sides, Texts(runs, columns), Lines([]))
    assert [edge.at for edge in edges] == pytest.approx(ends[1:-1], abs=LINE / 3)
