"""Two other published templates of the form: Hubei's without weights, and Sichuan's 510000_0013zp.

They say less than the usual template; `publish` returns what a form says in one, beside the sheet that says it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from .layout import Layout
from .liberties import ABSENT, reworded
from .records import FormFacts, FundFacts
from .sheet import Columns, Sheet, SheetCell, indicator_cells, nearest, place_columns, total_cells


def row_of(row: int, edges: Sequence[float], texts: Sequence[str]) -> Iterator[SheetCell]:
    """Yield one row of cells between the edges."""
    for (left, right), text in zip(pairwise(edges), texts, strict=True):
        yield SheetCell(row, 1, left, right, text)


def title_of(form: FormFacts, layout: Layout) -> tuple[str, ...]:
    """Return the lines above the table."""
    return tuple(layout.title.format(title=form.title, year=form.year).split("\n"))


def block(form: FormFacts, layout: Layout, columns: Columns, row: int, words: Mapping[str, str]) -> list[SheetCell]:
    """Return the indicator table from a row on, in a template's own words."""
    table = tuple(indicator_cells(form, replace(layout, vertical_labels=False, break_labels=False), columns, row))
    known = words | {layout.word(usual): own for usual, own in words.items()}
    return list(reworded(Sheet((), 0, table, (), row), known).cells)


HUBEI_HEADS = ("预算执行情况（万元）（20分）", "", "预算数（A）", "执行数（B）", "执行率（B/A）", "得分（20分*执行率）")
HUBEI_WORDS = {"绩效指标": "年度绩效目标1\n（80分）", "年度指标值": "年初目标值（A）", "实际完成值": "实际完成值（B）"}
HUBEI_TICKED = (("项目类别", "1、部门预算项目 ☑  2、省直专项 □"), ("项目属性", "1、持续性项目 ☑  2、新增性项目 □"))
HUBEI_END = (("偏差大或目标未完成原因分析", "无重大偏差。"), ("改进措施及结果应用方案", "继续加强预算执行管理。"))


def hubei(form: FormFacts, layout: Layout) -> Sheet:
    """Draw the Hubei form: no weights, the goal beside its indicators, the execution by a formula in the head."""
    whole = place_columns(form, replace(layout, widths={**layout.widths, "weight": 0.0001}))
    bounds = {name: whole.bounds[name] for name in whole.names() if name != "weight"}
    bounds["actual"] = (bounds["actual"][0], bounds["score"][0])
    columns, fund = Columns(bounds), form.funds[0]
    a, b = columns.right("level1"), nearest(columns, 0.45, "level2", "score")
    c = nearest(columns, 0.6, "level3", "score")
    cells = [*row_of(0, (0, a, 1), ("项目名称", form.project_name))]
    cells += row_of(1, (0, a, b, c, 1) if c > b else (0, a, b, columns.left("score"), 1), (
        "主管部门", form.department, "项目实施单位", form.unit,
    ))  # fmt: skip
    for row, texts in enumerate(HUBEI_TICKED, 2):
        cells += row_of(row, (0, a, 1), texts)
    end, last = columns.left("score"), max(b, c)
    ends = (0.0, a, columns.right("level2"), last, (last + end) / 2, end, 1.0)
    head, *heads = row_of(4, ends, HUBEI_HEADS)
    cells += [replace(head, rowspan=2), *heads]
    cells += row_of(5, ends[1:], ("年度财政资金总额", fund.full_year, fund.executed, fund.rate, fund.score))
    cells += block(form, layout, columns, 6, HUBEI_WORDS)
    total = 7 + len(form.indicators)
    edges = (0, end, columns.right("score"), 1) if form.has_deviation else (0, end, 1)
    cells += row_of(total, edges, ("总分", form.total_score, "")[: len(edges) - 1])
    for row, texts in enumerate(HUBEI_END, total + 1):
        cells += row_of(row, (0, a, 1), texts)
    return Sheet(title_of(form, layout), total + 3, tuple(cells), form.notes, 6)


def hubei_facts(form: FormFacts) -> FormFacts:
    """Return what the Hubei form says of a form."""
    fund = replace(form.funds[0], initial="", weight="")
    rows = tuple(replace(row, weight=None) for row in form.indicators)  # type: ignore[arg-type]
    return replace(
        form, funds=(fund, ABSENT, ABSENT, ABSENT), indicators=rows, leader=None, phone=None,
        goal_expected=None, goal_actual=None, total_weight=None,
    )  # type: ignore[arg-type]  # fmt: skip


SICHUAN_FUNDS = ("总额", "其中：财政资金", "财政专户管理资金", "单位资金", "其他资金")
SICHUAN_HEADS = ("年度预算数（万元）", "年初预算", "调整后预算数", "预算执行数", "预算执行率", "权重", "得分", "原因")
SICHUAN_SHARES = (0, 0.2, 0.32, 0.44, 0.56, 0.68, 0.76, 0.84, 1)
SICHUAN_WORDS = {
    "年度指标值": "指标值", "绩效度量单位": "度量单位", "绩效指标性质": "指标性质", "实际完成值": "完成值",
    "分值": "权重", "偏差原因分析及改进措施": "未完成原因分析", "绩效指标": "绩效指标\n（90分）",
}  # fmt: skip
SICHUAN_END = (("评价结论", "项目绩效目标全部完成，自评得分见合计。"), ("存在问题", "无。"), ("改进措施", "无。"))


def sichuan_funds(form: FormFacts, start: float, row: int) -> Iterator[SheetCell]:
    """Yield the fund table of five kinds, two of them blank."""
    total, fiscal, _, other = form.funds
    blank = FundFacts("", "", "", "/", "", "/")
    ends = [start + (1 - start) * share for share in SICHUAN_SHARES]
    yield SheetCell(row, 6, 0, start, "预算执行情况（10分）")
    yield from row_of(row, ends, SICHUAN_HEADS)
    for at, (name, fund) in enumerate(zip(SICHUAN_FUNDS, (total, fiscal, blank, blank, other), strict=True), row + 1):
        texts = (name, fund.initial, fund.full_year, fund.executed, fund.rate, fund.weight, fund.score, "")
        yield from row_of(at, ends, texts)


def sichuan(form: FormFacts, layout: Layout) -> Sheet:
    """Draw the Sichuan form: adjusted budgets, five kinds of funds, the goals before the funds."""
    columns = place_columns(form, layout)
    start, a = columns.right("label"), columns.right("level1")
    b, c = nearest(columns, 0.5, "level2", "weight"), nearest(columns, 0.65, "level3", "score")
    cells = [*row_of(0, (0, a, 1), ("项目名称", form.project_name))]
    edges = (0, a, b, c if c > b else columns.right("score"), 1)
    cells += row_of(1, edges, ("主管部门", form.department, "实施单位", form.unit))
    cells += [
        SheetCell(2, 3, 0, start, "项目基本情况"),
        *row_of(2, (start, b, 1), ("项目年度目标", "年度目标完成情况")),
    ]
    cells += row_of(3, (start, b, 1), (form.goal_expected, form.goal_actual))
    cells += row_of(4, (start, a, 1), ("项目实施内容及过程", "按照实施方案组织采购、签订合同并验收。"))
    cells += sichuan_funds(form, start, 5)
    cells += block(form, layout, columns, 11, SICHUAN_WORDS)
    end = 13 + len(form.indicators)
    total = Sheet((), 0, tuple(total_cells(form, columns, end - 1)), (), 0)
    cells += reworded(total, {"总分": "合计"}).cells
    for row, texts in enumerate(SICHUAN_END, end):
        cells += row_of(row, (0, a, 1), texts)
    cells.append(SheetCell(end + 3, 1, 0, 1, "项目负责人：王敏          财务负责人：李强", left_aligned=True))
    return Sheet(title_of(form, layout), end + 4, tuple(cells), form.notes, 11)


def sichuan_facts(form: FormFacts) -> FormFacts:
    """Return what the Sichuan form says of a form: the money of 上年结转 has no row of its own."""
    return replace(form, funds=(form.funds[0], form.funds[1], ABSENT, form.funds[3]), leader=None, phone=None)


Template = tuple[Callable[[FormFacts], FormFacts], Callable[[FormFacts, Layout], Sheet]]
TEMPLATES: Mapping[str, Template] = {"hubei": (hubei_facts, hubei), "sichuan": (sichuan_facts, sichuan)}


def publish(name: str, form: FormFacts, layout: Layout) -> tuple[FormFacts, Sheet]:
    """Return what a form says in a template, and the sheet that says it."""
    facts, draw = TEMPLATES[name]
    return facts(form), draw(form, layout)
