"""Which labels and texts are the heads of one row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.layout.fit.bands import find_heads
from pipeline.layout.fit.lines import Lines
from pipeline.layout.fit.texts.parted import part_aligned, part_head
from pipeline.layout.fit.texts.runs import Run
from pipeline.layout.fit.texts.stacks import find_stacks
from pipeline.models import Box, Glyph

SIZE = 10.0
HEADS = ("年度指标值", "绩效度量单位", "实际完成值", "分值", "得分")
LEVELS = ("一级", "二级", "三级")


def run(text: str, left: float, top: float, size: float = SIZE) -> Run:
    return Run(text, Box(left, top, left + size * len(text), top + size))


def head_runs() -> list[Run]:
    """Heads of two lines and of one, centred in their row, and the name of the section at its top."""
    levels = [
        run(text, 60.0 + 50 * i, 100.0 + 14 * line)
        for i, t in enumerate(LEVELS)
        for line, text in enumerate((t, "指标"))
    ]
    return [
        run("绩效指标", 0.0, 99.0, 9.6),
        *levels,
        *(run(text, 220.0 + 80 * i, 107.0) for i, text in enumerate(HEADS)),
    ]


def heads_of(runs: list[Run]) -> list[list[str]]:
    return [[cell.text for cell in head.cells] for head in find_heads(find_stacks(runs, Lines([]), Lines([])), runs)]


def test_the_name_of_the_section_at_the_top_of_a_head_row_does_not_part_the_heads() -> None:
    assert heads_of(head_runs()) == [[*(f"{level}指标" for level in LEVELS), *HEADS]]


def test_an_unknown_head_takes_no_lines_far_beyond_the_known_ones() -> None:
    lines = [run("某某某某", 640.0, 107.0 + 12 * line) for line in range(-5, 6)]
    (head,) = heads_of([*head_runs(), *lines])
    assert head[-1] == "某某某某" * 3


@pytest.mark.parametrize(
    ("text", "wider", "parts"),
    [
        ("得分未完成的原因", 1.2, ["得分", "未完成的原因"]),
        ("得分未完成的原因", 0.0, ["得分未完成的原因"]),
        ("实际完成情况", 1.2, ["实际完成情况"]),
        ("完成三处改造工作", 1.2, ["完成三处改造工作"]),
    ],
)
def test_a_head_and_what_stands_behind_a_gap_are_two(text: str, wider: float, parts: list[str]) -> None:
    read = Run(text, Box(0.0, 0.0, SIZE * (len(text) + wider), SIZE))
    found = part_head(read)
    assert [part.text for part in found] == parts
    assert (found[0].box.x0, found[-1].box.x1) == (read.box.x0, read.box.x1)


def test_a_label_goes_on_below_where_the_next_column_has_the_same_word_beside_it() -> None:
    name = [run("项目总", 118.0, 100.0), run("成本", 110.0, 112.0)]
    label = [run(text, 80.0, 112.0 + 13 * line) for line, text in enumerate(("经济", "成本", "指标"))]
    stacks = find_stacks([*name, *label], Lines([]), Lines([]))
    assert [stack.text for stack in stacks if stack.field("levels")] == ["经济成本指标"]


def test_what_a_seal_made_one_text_of_over_two_columns_is_two_heads() -> None:
    covered = Run("绩效度成值", Box(300.0, 104.0, 430.0, 124.0))
    rows = [run(text, left, 150.0 + 20 * i) for i in range(3) for text, left in (("件", 320.0), ("30件", 395.0))]
    kept = [r for r in head_runs() if r.text not in {"绩效度量单位", "实际完成值"}]
    (head,) = find_heads(find_stacks(kept, Lines([]), Lines([])), [*kept, covered, *rows])
    sides = [(cell.box.x0, cell.box.x1) for cell in head.cells if not cell.fields]
    assert len(sides) == 2
    assert sides[0][1] == sides[1][0] == pytest.approx((330 + 395) / 2)
    (one,) = find_heads(find_stacks(kept, Lines([]), Lines([])), [*kept, covered])
    assert sum(not cell.fields for cell in one.cells) == 1


def test_another_reading_of_a_line_is_none_of_a_part_of_it() -> None:
    glyph = Glyph("全年 执行", Box(300.0, 100.0, 353.0, 110.0), 0.9, alternatives=("全年执行",))
    parts = [replace(run(text, left, 100.0), glyphs=(glyph,)) for text, left in (("全年", 300.0), ("执行", 333.0))]
    stacks = find_stacks([*parts, run("数", 320.0, 114.0)], Lines([]), Lines([]))
    assert [stack.text for stack in stacks] == ["全年执行数"]


def test_a_level_and_the_counted_name_beside_it_are_two() -> None:
    read = Run("数量指标 指标1", Box(0.0, 0.0, 9.5 * SIZE, SIZE))
    assert [part.text for part in part_head(read)] == ["数量指标", "指标1"]


@pytest.mark.parametrize(("text", "parts"), [("数量 举办演出", ["数量", "举办演出"]), ("指标次", ["指标", "次"])])
def test_a_line_read_over_two_columns_is_parted_where_texts_above_and_below_end_and_begin(
    text: str, parts: list[str]
) -> None:
    columns = [run(label, 20.0, 100.0 + 15 * i) for i, label in enumerate(("质量", "指标", "经济"))]
    names = [run(name, 54.0, 100.0 + 30 * i) for i, name in enumerate(("验收合格率", "合同金额"))]
    read = Run(text, Box(20.0, 160.0, 54.0 + SIZE * len(parts[1]), 170.0))
    assert [part.text for part in part_aligned([*columns, *names, read])][-2:] == parts
    assert part_aligned([columns[0], *names, read])[-1] == read
