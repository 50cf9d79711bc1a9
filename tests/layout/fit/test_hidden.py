"""A column of texts that no head stands over has one that was not read."""

from __future__ import annotations

import pytest

from pipeline.layout.fit.bands import find_heads
from pipeline.layout.fit.hidden import with_hidden
from pipeline.layout.fit.lines import Lines
from pipeline.layout.fit.texts.runs import Run
from pipeline.layout.fit.texts.stacks import find_stacks
from pipeline.models import Box

EM = 10.0
HEADS = {
    "一级指标": 20.0,
    "二级指标": 80.0,
    "三级指标": 200.0,
    "年度指标值": 330.0,
    "实际完成值": 430.0,
    "分值": 530.0,
    "得分": 590.0,
}
REASON = ("偏差原因分析", 680.0)
NAMES = ("开展活动的场次", "项目验收合格率", "完成改造时间")


def run(text: str, left: float, top: float) -> Run:
    return Run(text, Box(left, top, left + EM * len(text), top + EM))


def rows() -> list[Run]:
    """Rows whose names begin left of their head, with targets, actual values and points below theirs."""
    cells = [
        ("产出指标", 20.0),
        ("数量指标", 80.0),
        ("效果明显", 335.0),
        ("效果明显", 435.0),
        ("10", 530.0),
        ("10", 590.0),
    ]
    return [run(text, left, 150.0 + 30 * i) for i, name in enumerate(NAMES) for text, left in (*cells, (name, 140.0))]


def completed(*missing: str) -> list[tuple[str, float]]:
    runs = [
        *(run(text, left, 100.0) for text, left in {**HEADS, REASON[0]: REASON[1]}.items() if text not in missing),
        *rows(),
    ]
    (head,) = find_heads(find_stacks(runs, Lines([]), Lines([])), runs)
    return [(cell.text, cell.box.x0) for cell in with_hidden(head, runs, float("inf"), EM).cells]


def test_heads_that_stand_beside_their_columns_are_all() -> None:
    assert completed() == [*HEADS.items(), REASON]


@pytest.mark.parametrize(
    ("missing", "left"), [("年度指标值", 335.0), ("实际完成值", 435.0), ("分值", 530.0), ("得分", 590.0)]
)
def test_a_column_without_a_head_gets_one(missing: str, left: float) -> None:
    expected = sorted(
        [*((text, x) for text, x in HEADS.items() if text != missing), REASON, ("", left)], key=lambda c: c[1]
    )
    assert completed(missing) == expected


def test_two_columns_of_points_under_a_seal_get_heads_though_no_reason_is_given() -> None:
    assert [left for text, left in completed("分值", "得分") if not text] == [530.0, 590.0]
