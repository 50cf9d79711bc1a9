"""What a value is: the reading of one target or actual, and what must be known about its row to read it.

A reading keeps the number as printed (`value`, `unit`) beside the number in the dimension's base unit (`base_value`,
`base_unit`): 元 for money, `1` for ratios, 分钟 for durations, 月 for calendar durations, `Mbps`, `TB`, `m2`, and for
counts the counter itself. Whatever had to be assumed is in `flags`, whose words are listed in `FLAGS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from pipeline.records import Comparator, ValueKind

Role = Literal["target", "actual"]


class Value(NamedTuple):
    """One reading; a named tuple, because a frozen dataclass of this width takes five times as long to build.

    `value_max` and `base_value_max` are set for ranges. `start` and `end` are the first and the last day of a date:
    the last day of the month for `6月`, both for `2023.08.17-2024.10.17`; the number of a month is also in `value`.
    `grade` is the grade stated (优), `options` the grades to choose from, best first. `attained` is True for claims
    such as 达标, False for 未完成. `parts` has every part of a compound in print order; the compound's own fields
    repeat the first. `label` is what the text calls the number (`2024年支付尾款`).
    """

    kind: ValueKind
    comparator: Comparator | None = None
    value: Decimal | None = None
    value_max: Decimal | None = None
    unit: str | None = None
    dimension: str | None = None
    base_value: Decimal | None = None
    base_value_max: Decimal | None = None
    base_unit: str | None = None
    flags: tuple[str, ...] = ()
    parts: tuple[Value, ...] = ()
    start: date | None = None
    end: date | None = None
    grade: str | None = None
    options: tuple[str, ...] = ()
    attained: bool | None = None
    label: str | None = None


class RowValues(NamedTuple):
    """What a row's target and its actual say."""

    target: Value
    actual: Value


@dataclass(frozen=True, slots=True)
class ValueContext:
    """What the row says about a value.

    `sign` is the 绩效指标性质 column and `unit` the 绩效度量单位 column, None where the form has no such column.
    `indicator` is the 三级指标 name. `year` is the form's; without it months have no date. For an actual, `target` is
    the reading of the target it answers and `target_raw` its text. `money_unit` is the fund table's unit. `labels`
    may carry the printed 一级 and 二级指标: several labels can be fused in one cell, which the codes cannot show.
    """

    role: Role
    sign: str | None = None
    unit: str | None = None
    indicator: str = ""
    level1_code: str | None = None
    level2_code: str | None = None
    year: int | None = None
    target: Value | None = None
    target_raw: str | None = None
    money_unit: str = "万元"
    labels: str = ""
