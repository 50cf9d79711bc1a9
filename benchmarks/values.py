"""Values parsed per second on one core: python benchmarks/values.py [count]

The cells are drawn in the proportions in which published forms print them, every number and most texts distinct, so
that what the parser remembers about units and names helps no more than it does on real forms. Prints one row of a
Markdown table.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable

from pipeline.units import ValueContext, parse_value

Cell = tuple[str, ValueContext]
NAMES = {
    "output.quantity": ("参会企业数量", "培训人次", "印刷宣传材料", "巡检机房数量", "项目总结报告"),
    "output.quality": ("验收合格率", "故障处理率", "通过专家验收", "符合等保要求"),
    "output.timeliness": ("支出进度", "响应时间", "服务期限", "完成时间"),
    "cost.economic": ("项目预算控制数", "支出金额", "合同金额"),
    "benefit.social": ("社会效益", "提高服务水平", "保障系统正常运行"),
    "satisfaction.served": ("服务对象满意度", "使用人员满意度"),
}
WORDS = tuple(map("".join, zip(*[iter("推动产业发展保障平台稳定运行提升服务能力完成工作建设体系")] * 2, strict=True)))


def draw_cell(rng: random.Random) -> Cell:
    """Return one cell with its row, an actual together with its target's reading."""
    level2 = rng.choice(list(NAMES))
    context = ValueContext("target", None, None, rng.choice(NAMES[level2]), level2.split(".")[0], level2, 2024)
    return rng.choice(SHAPES)(rng, context)


def _count(rng: random.Random, context: ValueContext) -> Cell:
    sign = rng.choice(("≥", "", "不少于", "≥"))
    return f"{sign}{rng.randint(1, 99999)}{rng.choice('家人次个份台套条')}", context


def _money(rng: random.Random, context: ValueContext) -> Cell:
    return f"{rng.choice(('≤', '', '≤'))}{rng.randint(1, 10**8) / 10**4}{rng.choice(('万元', '元', '万'))}", context


def _percentage(rng: random.Random, context: ValueContext) -> Cell:
    return f"{rng.choice(('≥', ''))}{rng.randint(1, 10**4) / 100}%", context


def _column(rng: random.Random, context: ValueContext) -> Cell:
    row = ValueContext(
        "target", "≥", rng.choice(("%", "个", "万元", "小时", "月")), context.indicator, None, None, 2024
    )
    return f"{rng.randint(1, 10**6) / 100}", row


def _actual(rng: random.Random, context: ValueContext) -> Cell:
    text, row = rng.choice((_count, _money, _percentage, _column))(rng, context)
    target = parse_value(text, row)
    answer = text.lstrip("≥≤不少于")
    return answer, ValueContext("actual", row.sign, row.unit, row.indicator, None, row.level2_code, 2024, target, text)


def _prose(rng: random.Random, context: ValueContext) -> Cell:
    return "".join(rng.choices(WORDS, k=rng.randint(3, 12))), context


def _grade(rng: random.Random, context: ValueContext) -> Cell:
    text, _ = _prose(rng, context)
    target = parse_value("优良中低差", context)
    return f"优（{text}）", ValueContext(
        "actual", "定性", "项", context.indicator, target=target, target_raw="优良中低差"
    )


def _date(rng: random.Random, context: ValueContext) -> Cell:
    return f"2024年{rng.randint(1, 12)}月{rng.randint(1, 28)}日前", context


def _sentence(rng: random.Random, context: ValueContext) -> Cell:
    return f"{context.indicator}{rng.randint(1, 500)}{rng.choice(('小时内', '份', '%以上'))}", context


SHAPES: tuple[Callable[[random.Random, ValueContext], Cell], ...] = (
    *(_count,) * 4,
    *(_money,) * 4,
    *(_percentage,) * 3,
    *(_column,) * 4,
    *(_actual,) * 8,
    *(_prose,) * 5,
    *(_grade,) * 2,
    _date,
    _sentence,
)


def main(count: int = 200_000) -> None:
    """Draw the cells, parse them once to warm the vocabularies up, and time a second, different set."""
    rng = random.Random(20240101)
    for text, context in [draw_cell(rng) for _ in range(2000)]:
        parse_value(text, context)
    cells = [draw_cell(rng) for _ in range(count)]
    distinct = len({text for text, _ in cells}) / count
    start = time.process_time()
    for text, context in cells:
        parse_value(text, context)
    seconds = time.process_time() - start
    print(f"| values parsed per second, one core | {count / seconds:,.0f} | {count:,} cells, {distinct:.0%} distinct |")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
