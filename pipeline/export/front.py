"""The sheets of the workbook that are not rows of a table: what it sums up, and what its columns mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.export.layout import WorkbookLayout, workbook_layout
from pipeline.export.overview import Block
from pipeline.export.styles import A4, SEVERITY_COLOURS, Styles, put_value, set_height

OVERVIEW, MEANINGS = "总览", "说明"


def write_overview(book: Any, styles: Styles, blocks: Iterator[Block]) -> None:
    """Add the sheet that sums the dataset up."""
    page = book.add_worksheet(OVERVIEW)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.set_column(0, 0, 30)
    page.set_column(1, 2, 24)
    page.set_column(3, 17, 18)
    page.write_string(0, 0, "项目支出绩效自评表：总览", styles.get(bold=True, font_size=16))
    page.freeze_panes(1, 0)
    line = 2
    for block in blocks:
        line = _write_block(page, styles, block, line) + 2


def _write_block(page: Any, styles: Styles, block: Block, line: int) -> int:
    """Write a block from a line on and return the line after it."""
    page.write_string(line, 0, block.title, styles.get(bold=True, font_size=13))
    for index, (heading, kind) in enumerate(block.columns):
        page.write_string(line + 1, index, heading, styles.head(kind))
    line += 2
    if not block.rows:
        page.write_string(line, 0, block.empty, styles.get(italic=True))
        return line + 1
    for row in block.rows:
        for index, ((_, kind), value) in enumerate(zip(block.columns, row, strict=True)):
            colour = _word_colour(value) if index == 0 else None
            put_value(page, line, index, value, styles.value(kind, value, colour))
        line += 1
    return line


def _word_colour(value: Any) -> str | None:
    words = workbook_layout().words["severity"]
    return next((SEVERITY_COLOURS[code] for code, word in words.items() if word == value), None)


def write_meanings(book: Any, styles: Styles, layout: WorkbookLayout) -> None:
    """Add the sheet that explains every column."""
    page = book.add_worksheet(MEANINGS)
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    heads = (("工作表", 12), ("栏目", 24), ("含义", 60), ("数据集字段", 34))
    for index, (heading, width) in enumerate(heads):
        page.set_column(index, index, width)
        page.write_string(0, index, heading, styles.head("text"))
    page.freeze_panes(1, 0)
    lines = list(_meanings(layout))
    for line, values in enumerate(lines, 1):
        set_height(page, line, [(text, heads[index][1]) for index, text in enumerate(values)])
        for index, text in enumerate(values):
            put_value(page, line, index, text, styles.value("long", text, None))
    page.autofilter(0, 0, len(lines), len(heads) - 1)


def _meanings(layout: WorkbookLayout) -> Iterator[Sequence[str]]:
    for caution in layout.cautions:
        yield MEANINGS, "注意", caution, ""
    for sheet in layout.sheets:
        yield sheet.name, "", sheet.about, sheet.table
        for column in sheet.columns:
            yield sheet.name, column.heading, column.note, f"{column.context or sheet.table}.{column.column}"
    for severity, word in layout.words["severity"].items():
        yield "疑点", "颜色", f"{word}：{COLOUR_NAMES[severity]}底色", "findings.severity"


COLOUR_NAMES = {"error": "红", "warning": "黄", "info": "蓝"}
