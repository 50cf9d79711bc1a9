"""The small liberties that typists take with the usual template: they leave what it says alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

from .layout import Layout
from .records import FormFacts, FundFacts
from .sheet import Sheet, SheetCell, lay_out, level_cells, place_columns

Liberty = Callable[[Sheet, FormFacts, Layout], Sheet]

SPACED = {
    "年初预算数": "年初     预算数", "全年预算数": "全年   预算数", "全年执行数": "全年    执行数", "分值": "分 值",
    "执行率": "执 行 率", "得分": "得 分", "总分": "总   分", "项目名称": "项 目 名 称", "主管部门": "主 管 部 门",
    "实施单位": "实 施 单 位", "预期目标": "预 期 目 标", "一级指标": "一级\n指标", "二级指标": "二级\n指标",
    "年度指标值": "年度\n指标值", "实际完成值": "实际\n完成值", "绩效指标性质": "绩效指\n标性质",
}  # fmt: skip

PUNCTUATED = {
    "项目名称": "项目名称：", "主管部门": "主管部门及代码", "实施单位": "项目实施单位", "分值": "分值（A）",
    "执行率": "执行率（B/A）", "全年预算数": "全年预算数（A）", "全年执行数": "全年执行数（B）", "得分": "得分（分）",
    "年初预算数": "年初预算数\n（万元）", "上年结转资金": "      上年结转资金", "其他资金": "      其他资金",
    "总分": "总分（100分）", "年度指标值": "年度指标值（A）", "实际完成值": "全年实际值（B）",
}  # fmt: skip

SYNONYMS = {
    "年度资金总额": "资金总额", "年初预算数": "年初预算", "全年预算数": "全年预算", "全年执行数": "全年执行",
    "年度指标值": "目标值", "实际完成值": "完成值", "总分": "合计", "预期目标": "年初设定目标", "其他资金": "其他",
    "实际完成情况": "全年实际完成情况", "上年结转资金": "上年结转", "项目负责人": "项目联系人", "分值": "权重",
    "偏差原因分析及改进措施": "未完成的原因及改进措施", "绩效指标性质": "指标性质", "绩效度量单位": "计量单位",
    "年度总体目标": "总体目标",
}  # fmt: skip

SIGNATURES = (
    "备注：无其他需要说明的问题。",
    "填报人：王敏    审核人：李强    联系电话：010-66778899    填报日期：2025年3月12日",
)

QUESTIONS = (
    ("项目类别", "1.部门预算项目 ☑  2.转移支付项目 □"),
    ("项目属性", "经常性项目 □  一次性项目 ☑"),
    ("项目起止时间", "2024.1.1-2024.12.31"),
)


def reworded(sheet: Sheet, words: Mapping[str, str]) -> Sheet:
    """Return the sheet with whole cell texts exchanged, forced breaks apart."""
    cells = tuple(replace(cell, text=words.get(cell.text.replace("\n", ""), cell.text)) for cell in sheet.cells)
    return replace(sheet, cells=cells)


def space_heads(sheet: Sheet, form: FormFacts, layout: Layout) -> Sheet:
    """Space the words of the heads out or break them."""
    return reworded(sheet, SPACED)


def punctuate_heads(sheet: Sheet, form: FormFacts, layout: Layout) -> Sheet:
    """Print remarks, units and letters with the heads, and indent the fund rows."""
    return reworded(sheet, PUNCTUATED)


def exchange_words(sheet: Sheet, form: FormFacts, layout: Layout) -> Sheet:
    """Use the other words that districts have for the heads."""
    return reworded(sheet, SYNONYMS)


def stand_levels(sheet: Sheet, form: FormFacts, layout: Layout) -> Sheet:
    """Set the first levels one character a line."""
    return reworded(sheet, {row.level1: "\n".join(row.level1) for row in form.indicators if len(row.level1) < 7})


def print_levels_on_every_row(sheet: Sheet, form: FormFacts, layout: Layout) -> Sheet:
    """Print the first two levels on every row instead of merging them."""
    merged = set(level_cells(form, layout, place_columns(form, layout), sheet.header_row + 1))
    apart = [
        SheetCell(row, 1, cell.left, cell.right, cell.text)
        for cell in merged
        for row in range(cell.row, cell.row + cell.rowspan)
    ]
    return replace(sheet, cells=(*(cell for cell in sheet.cells if cell not in merged), *apart))


def shifted(sheet: Sheet, count: int, below: int = 0) -> Sheet:
    """Make room for rows above row `below`."""
    cells = tuple(replace(cell, row=cell.row + count) if cell.row >= below else cell for cell in sheet.cells)
    return replace(sheet, cells=cells, rows=sheet.rows + count, header_row=sheet.header_row + count)


def move_title_inside(sheet: Sheet, form: FormFacts, layout: Layout) -> Sheet:
    """Print the title and the year as rows of the table."""
    moved = shifted(sheet, len(sheet.title))
    rows = tuple(SheetCell(row, 1, 0, 1, text) for row, text in enumerate(sheet.title))
    return replace(moved, cells=(*rows, *moved.cells), title=())


def sign_below(sheet: Sheet, form: FormFacts, layout: Layout) -> Sheet:
    """Print a remark and a signature below the total."""
    rows = tuple(SheetCell(sheet.rows + at, 1, 0, 1, text, left_aligned=True) for at, text in enumerate(SIGNATURES))
    return replace(sheet, rows=sheet.rows + len(rows), cells=(*sheet.cells, *rows))


def answer_questions(sheet: Sheet, form: FormFacts, layout: Layout) -> Sheet:
    """Print the template's boxes to tick under the project's name."""
    edges = (0.0, place_columns(form, layout).right("level1"), 1.0)
    moved = shifted(sheet, len(QUESTIONS), below=1)
    rows = [
        SheetCell(at, 1, left, right, text)
        for at, texts in enumerate(QUESTIONS, 1)
        for (left, right), text in zip(pairwise(edges), texts, strict=True)
    ]
    return replace(moved, cells=(*moved.cells, *rows))


LIBERTIES: Mapping[str, Liberty] = {
    "spaced": space_heads,
    "punctuated": punctuate_heads,
    "synonyms": exchange_words,
    "standing": stand_levels,
    "every-row": print_levels_on_every_row,
    "title-inside": move_title_inside,
    "signed": sign_below,
    "questions": answer_questions,
}
"""What typists do to the usual template, by name."""

ABSENT = FundFacts("", "", "", "", "", "")
"""A fund row that a form does not have."""

FUND_ROWS = 5


def keep_funds(form: FormFacts, layout: Layout, keep: int) -> tuple[FormFacts, Sheet]:
    """Return what a form says with the first `keep` of its four fund rows, and the sheet that says it."""
    sheet = lay_out(form, layout)
    head = next(cell.row for cell in sheet.cells if cell.rowspan == FUND_ROWS and cell.left == 0)
    gone = range(head + 1 + keep, head + FUND_ROWS)
    kept = [cell for cell in sheet.cells if not (cell.row in gone and cell.rowspan == 1)]
    cells = [replace(cell, rowspan=1 + keep) if cell.row == head and cell.left == 0 else cell for cell in kept]
    cut = replace(sheet, cells=tuple(cells))
    short = shifted(cut, -len(gone), below=gone.stop)
    total, *parts = form.funds
    funds = (total, *(part if at < keep else ABSENT for at, part in enumerate(parts, 1)))
    return replace(form, funds=funds), short  # type: ignore[arg-type]
