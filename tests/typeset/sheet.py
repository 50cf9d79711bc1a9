"""A form as ruled cells: rows counted from 0, widths as shares of the table, text with its forced line breaks.

This is the one description that the PDF and the Word drawings share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from random import Random

from .layout import COLUMNS, Layout
from .records import FUND_LABELS, FormFacts

FUND_HEADERS = ("", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
HEADERS = {
    "level1": "一级指标", "level2": "二级指标", "level3": "三级指标", "nature": "绩效指标性质", "target": "年度指标值",
    "unit": "绩效度量单位", "actual": "实际完成值", "weight": "分值", "score": "得分",
    "deviation": "偏差原因分析及改进措施",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell of the table; `left` and `right` are shares of the table's width."""

    row: int
    rowspan: int
    left: float
    right: float
    text: str = ""
    left_aligned: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form: lines above the table, cells, and the notes below it. `header_row` is the row of 一级指标 …"""

    title: tuple[str, ...]
    rows: int
    cells: tuple[SheetCell, ...]
    notes: tuple[str, ...]
    header_row: int

    def edges(self) -> list[float]:
        """Return the shares where any cell begins or ends, from left to right."""
        return sorted({share for cell in self.cells for share in (cell.left, cell.right)})


@dataclass(frozen=True, slots=True)
class Columns:
    """The indicator table's columns: the share where each begins and ends."""

    bounds: dict[str, tuple[float, float]]

    def left(self, name: str) -> float:
        return self.bounds[name][0]

    def right(self, name: str) -> float:
        return self.bounds[name][1]

    def names(self) -> list[str]:
        return [name for name in COLUMNS if name in self.bounds]


def place_columns(form: FormFacts, layout: Layout) -> Columns:
    """Return the columns that the form has, with the layout's widths normalised to 1."""
    absent: set[str] = set()
    if not form.has_nature:
        absent |= {"nature", "unit"}
    if not form.has_deviation:
        absent |= {"deviation"}
    names = [name for name in COLUMNS if name not in absent]
    total = sum(layout.widths[name] for name in names)
    bounds, at = {}, 0.0
    for name in names:
        end = at + layout.widths[name] / total
        bounds[name] = (round(at, 6), round(end, 6))
        at = end
    bounds[names[-1]] = (bounds[names[-1]][0], 1.0)
    return Columns(bounds)


def fund_bounds(columns: Columns, layout: Layout) -> list[float]:
    """Return the eight shares between which the seven columns of the fund table lie."""
    start = columns.right("label")
    if layout.fund_ends is not None:
        return [start, *(round(start + end * (1 - start), 6) for end in layout.fund_ends)]
    inner = [columns.right(name) for name in columns.names()[1:-1]]
    return [start, *sorted(Random(layout.fund_seed).sample(inner, 6)), 1.0]


def vertical(text: str, layout: Layout) -> str:
    """Set a label one character a line where the layout wants it."""
    return "\n".join(text) if layout.vertical_labels else text


def broken(label: str, layout: Layout) -> str:
    """Break a level label before its 指标, as typists do (`产出` / `指标`)."""
    return (
        label.replace("指标", "\n指标") if layout.break_labels and label.endswith("指标") and len(label) < 9 else label
    )


def nearest(columns: Columns, share: float, after: str, before: str) -> float:
    """Return the column end nearest to a share, between two columns."""
    names = columns.names()
    ends = [columns.right(n) for n in names[names.index(after) + 1 : names.index(before)]]
    return min(ends, key=lambda end: abs(end - share))


def head_cells(form: FormFacts, layout: Layout, columns: Columns) -> Iterator[SheetCell]:
    """Yield the rows of names: project, department and unit, leader and phone."""
    a, b = columns.right("level1"), nearest(columns, 0.5, "level2", "weight")
    names = columns.names()
    c = columns.right(names[next(i for i, n in enumerate(names) if columns.right(n) == b) + 1])
    yield SheetCell(0, 1, 0, a, "项目名称")
    yield SheetCell(0, 1, a, 1, form.project_name)
    pairs = [("主管部门", form.department, "实施单位", form.unit)]
    if form.leader is not None:
        pairs.append(("项目负责人", form.leader, "联系电话", form.phone or ""))
    for row, (left, value, right, other) in enumerate(pairs, 1):
        yield SheetCell(row, 1, 0, a, layout.word(left))
        yield SheetCell(row, 1, a, b, value)
        yield SheetCell(row, 1, b, c, layout.word(right))
        yield SheetCell(row, 1, c, 1, other)


def fund_cells(form: FormFacts, layout: Layout, columns: Columns, row: int) -> Iterator[SheetCell]:
    """Yield the fund table: a header and four rows beside 项目资金."""
    label = f"{vertical('项目资金', layout)}\n{vertical(layout.money_unit, layout)}"
    yield SheetCell(row, 5, 0, columns.right("label"), label)
    spans = list(pairwise(fund_bounds(columns, layout)))
    for (left, right), header in zip(spans, FUND_HEADERS, strict=True):
        yield SheetCell(row, 1, left, right, layout.word(header))
    for at, (name, fund) in enumerate(zip(FUND_LABELS, form.funds, strict=True), row + 1):
        texts = (layout.word(name), fund.initial, fund.full_year, fund.executed, fund.weight, fund.rate, fund.score)
        for (left, right), text in zip(spans, texts, strict=True):
            yield SheetCell(at, 1, left, right, text)


def goal_cells(form: FormFacts, layout: Layout, columns: Columns, row: int) -> Iterator[SheetCell]:
    """Yield 年度总体目标 with what was expected and what was reached."""
    start, middle = columns.right("label"), nearest(columns, layout.goal_share, "level2", "weight")
    yield SheetCell(row, 2, 0, start, vertical(layout.word("年度总体目标"), layout))
    yield SheetCell(row, 1, start, middle, "预期目标")
    yield SheetCell(row, 1, middle, 1, layout.word("实际完成情况"))
    yield SheetCell(row + 1, 1, start, middle, form.goal_expected, left_aligned=True)
    yield SheetCell(row + 1, 1, middle, 1, form.goal_actual, left_aligned=True)


def header_cells(layout: Layout, columns: Columns, row: int) -> Iterator[SheetCell]:
    """Yield the header of the indicator table, without the label beside it."""
    for name in columns.names()[1:]:
        yield SheetCell(row, 1, columns.left(name), columns.right(name), broken(layout.word(HEADERS[name]), layout))


def level_cells(form: FormFacts, layout: Layout, columns: Columns, row: int) -> Iterator[SheetCell]:
    """Yield the merged cells of the first two levels."""
    at = row
    for level1, group in groupby(form.indicators, key=lambda r: r.level1):
        members = list(group)
        yield SheetCell(at, len(members), *columns.bounds["level1"], broken(level1, layout))
        inner = at
        for level2, part in groupby(members, key=lambda r: r.level2):
            count = len(list(part))
            yield SheetCell(inner, count, *columns.bounds["level2"], broken(level2, layout))
            inner += count
        at += len(members)


def indicator_cells(form: FormFacts, layout: Layout, columns: Columns, row: int) -> Iterator[SheetCell]:
    """Yield the indicator table with the label 绩效指标 beside it."""
    yield SheetCell(row, len(form.indicators) + 1, 0, columns.right("label"), vertical("绩效指标", layout))
    yield from header_cells(layout, columns, row)
    yield from level_cells(form, layout, columns, row + 1)
    for at, facts in enumerate(form.indicators, row + 1):
        for name in columns.names()[3:]:
            text = getattr(facts, name) or ""
            yield SheetCell(at, 1, *columns.bounds[name], text, left_aligned=name == "level3")


def total_cells(form: FormFacts, columns: Columns, row: int) -> Iterator[SheetCell]:
    """Yield the row 总分."""
    yield SheetCell(row, 1, 0, columns.left("weight"), "总分")
    yield SheetCell(row, 1, *columns.bounds["weight"], form.total_weight)
    yield SheetCell(row, 1, *columns.bounds["score"], form.total_score)
    if form.has_deviation:
        yield SheetCell(row, 1, *columns.bounds["deviation"])


def lay_out(form: FormFacts, layout: Layout) -> Sheet:
    """Turn a form into cells."""
    columns = place_columns(form, layout)
    cells = list(head_cells(form, layout, columns))
    funds = cells[-1].row + 1
    goals, header = funds + 5, funds + 7
    cells += fund_cells(form, layout, columns, funds)
    cells += goal_cells(form, layout, columns, goals)
    cells += indicator_cells(form, layout, columns, header)
    total = header + len(form.indicators) + 1
    cells += total_cells(form, columns, total) if form.complete else []
    title = layout.title.format(title=form.title, year=form.year).split("\n")
    return Sheet(tuple(title), total + form.complete, tuple(cells), form.notes, header)
