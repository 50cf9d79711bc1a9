"""The workbook: the overview, one sheet per table, and what the columns mean.

Written row by row, so that its size is bounded by the disk. Texts are stored as texts and, where they look like a
formula, marked so that editing them does not make them one; a sheet that has more rows than a workbook can hold goes on
in another. A number that has more digits than a spreadsheet keeps is stored as a text, with all of them.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import xlsxwriter
from xlsxwriter.url import Url, UrlTypes

from pipeline.errors import AccessError, access_error
from pipeline.export.formula import fit_cell, starts_formula
from pipeline.export.layout import SheetColumn, SheetLayout, WorkbookLayout, workbook_layout
from pipeline.export.overview import Block, overview_blocks
from pipeline.export.sheets import Row, Value, sheet_rows
from pipeline.query.answers import measure_width
from pipeline.storage.atomic import TEMPORARY, sync_file, sync_folder
from pipeline.storage.load import published_root

MOST_ROWS = 1_048_575
"""Rows of a sheet below its head."""

MOST_LINKS = 65_000
"""Links of a sheet; a workbook may have 65,530."""

DIGITS = 15
"""Significant digits that a spreadsheet keeps."""

NUMBER_FORMATS = {"integer": "0", "points": "0.##", "money": "#,##0.00##", "percent": "0.00%", "number": "General"}
NUMBER_FORMATS |= {f"difference:{unit}": NUMBER_FORMATS[unit] for unit in ("points", "money", "percent")}
NUMBER_FORMATS["write_day"] = "yyyy-mm-dd"
NUMERIC = frozenset(NUMBER_FORMATS)
WRAPPED = frozenset({"long", "title", "write"})
SEVERITY_COLOURS = {"error": "#F8D0CC", "warning": "#FCE8B2", "info": "#E3ECF7"}
VERDICT_COLOURS = {"over_scored": "#F8D0CC", "under_scored": "#FCE8B2", "not_scorable": "#EDEDED"}
HEAD_STYLE = {"bold": True, "bg_color": "#D9E1EC", "border": 1, "border_color": "#B5BECB", "text_wrap": True}
FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

A4 = 9
"""The number of the paper."""

OVERVIEW, MEANINGS = "总览", "说明"
LINE_HEIGHT, MOST_LINES = 15.0, 12
"""Points of a line of text, and lines of a row; a row may be 409 points high."""

REPORT_PAGE = "report/forms/{form_id}.html"
"""Where the report keeps the page of a form, below the dataset's folder."""


def export_workbook(out: Path, target: Path) -> Path:
    """Write the workbook of what is published in `out`; on an error an earlier file stays.

    Raises:
        AccessError: nothing is published in `out`, or `target` cannot be written.
    """
    root = published_root(out)
    temporary = target.with_name(f"{TEMPORARY}{os.getpid()}-{target.name}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(root, out, target, temporary)
        sync_file(temporary)
        os.replace(temporary, target)
        sync_folder(target.parent)
    except (OSError, xlsxwriter.exceptions.XlsxWriterException) as error:
        if isinstance(error, OSError):
            raise access_error(error, f"{target} cannot be written") from error
        raise AccessError(f"{target} cannot be written: {error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink()
    return target


def _write(root: Path, out: Path, target: Path, temporary: Path) -> None:
    layout = workbook_layout()
    pages = LinkedPages(out, target.parent)
    with xlsxwriter.Workbook(temporary, {"constant_memory": True, "strings_to_urls": False}) as book:
        book.set_properties({"title": "项目支出绩效自评表", "comments": f"数据版本 {root.name}"})
        # The same dataset gives the same file: no time of writing in it.
        book.set_properties({"created": _EPOCH})
        styles = Styles(book)
        first, *others = layout.sheets
        _write_sheet(book, styles, first, sheet_rows(root, first), pages)
        _write_overview(book, styles, overview_blocks(root, root.name))
        for sheet in others:
            _write_sheet(book, styles, sheet, sheet_rows(root, sheet), pages)
        _write_meanings(book, styles, layout)


@dataclass(frozen=True, slots=True)
class LinkedPages:
    """The report's pages as they are reached from the workbook; a page that is not there is not linked."""

    out: Path
    folder: Path

    def link(self, form_id: str, anchor: str) -> str | None:
        """Return the link to a form's page, or to a row or finding on it, relative to the workbook."""
        page = self.out / REPORT_PAGE.format(form_id=form_id)
        if not page.is_file():
            return None
        path = quote(Path(os.path.relpath(page.absolute(), self.folder.absolute())).as_posix())
        return f"{path}#{anchor}" if anchor else path


class _PageLink(Url):  # type: ignore[misc] # xlsxwriter is not typed
    """A link to a file by its relative URL; xlsxwriter writes these as paths of Windows, which others do not follow."""

    _text: str

    def _parse_url(self) -> None:
        self._link_type = UrlTypes.URL
        self._text = self._text or self._link


@dataclass(slots=True)
class Styles:
    """The formats of a workbook, each made once."""

    book: Any
    made: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)
    cases: dict[tuple[str, bool, bool, str | None], Any] = field(default_factory=dict)

    def get(self, **properties: Any) -> Any:
        """Return the format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(FONT | properties)
        return self.made[key]

    def head(self, kind: str) -> Any:
        """Return the format of a heading, aligned as its values are."""
        return self.get(**HEAD_STYLE, **({"align": "right"} if kind in NUMERIC else {}))

    def value(self, kind: str, value: Value, colour: str | None) -> Any:
        """Return the format of one value of a column."""
        is_text = isinstance(value, str)
        case = (kind, is_text, isinstance(value, str) and starts_formula(value), colour)
        if case not in self.cases:
            self.cases[case] = self.get(**_properties(*case))
        return self.cases[case]


def _properties(kind: str, is_text: bool, guarded: bool, colour: str | None) -> dict[str, Any]:
    """Return what the format of a value says: how a column of this kind is shown, what kind of value stands in it."""
    properties: dict[str, Any] = {"text_wrap": True} if kind in WRAPPED else {}
    properties |= {"align": "fill"} if kind == "id" else {}
    properties |= {"quote_prefix": True} if guarded else {}
    properties |= {"num_format": NUMBER_FORMATS[kind]} if not is_text and kind in NUMBER_FORMATS else {}
    return properties | ({"bg_color": colour} if colour else {})


def put_value(page: Any, row: int, column: int, value: Value, style: Any) -> None:
    """Write one value: a text as a text, whatever it looks like, and a number as a number."""
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(row, column, fit_cell(value), style)
    elif _is_exact(value):
        page.write_number(row, column, float(value), style)
    else:
        page.write_string(row, column, f"{value:f}" if isinstance(value, Decimal) else repr(value), style)


def _is_exact(number: float | Decimal) -> bool:
    """Tell whether a spreadsheet would show a number as it is."""
    if isinstance(number, float):
        return math.isfinite(number)
    digits = Decimal(number).normalize().as_tuple().digits
    return len(digits) <= DIGITS


def _write_sheet(book: Any, styles: Styles, sheet: SheetLayout, rows: Iterable[Row], pages: LinkedPages) -> None:
    page, line, count, links = None, 0, 0, 0
    for row in rows:
        if page is None or line > MOST_ROWS:
            _close_sheet(page, sheet, line)
            count, line, links = count + 1, 1, 0
            page = _open_sheet(book, styles, sheet, count)
        links += _write_row(page, styles, line, row, pages if links < MOST_LINKS else None)
        line += 1
    if page is None:
        page, line = _open_sheet(book, styles, sheet, 1), 1
    _close_sheet(page, sheet, line)


def _open_sheet(book: Any, styles: Styles, sheet: SheetLayout, count: int) -> Any:
    page = book.add_worksheet(sheet.name if count == 1 else f"{sheet.name} {count}")
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.set_margins(0.3, 0.3, 0.45, 0.5)
    page.set_footer("&L&8&F　&A&R&8第 &P / &N 页")
    page.repeat_rows(0)
    page.hide_gridlines(0)
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
        page.write_string(0, index, column.heading, styles.head(column.kind))
    return page


def _close_sheet(page: Any, sheet: SheetLayout, line: int) -> None:
    if page is not None:
        last = max(line - 1, 1)
        page.autofilter(0, 0, last, len(sheet.columns) - 1)
        if sheet.printed:
            page.print_area(0, 0, last, sheet.printed - 1)
        for index, column in enumerate(sheet.columns):
            _offer(page, index, column, last)


def _offer(page: Any, index: int, column: SheetColumn, last: int) -> None:
    """Let the cells of a column that is to be filled in offer words, or take only dates."""
    if column.choices:
        choices = {"validate": "list", "source": list(column.choices), "error_type": "information"}
        page.data_validation(1, index, last, index, choices)
    elif column.kind == "write_day":
        after = {"validate": "date", "criteria": ">=", "value": date(2000, 1, 1), "error_title": "日期"}
        page.data_validation(1, index, last, index, after | {"error_message": "请填日期，如 2026-03-31"})


def _write_row(page: Any, styles: Styles, line: int, row: Row, pages: LinkedPages | None) -> int:
    """Write one row and return the number of links in it."""
    links = 0
    wrapped = [(v, c.width) for c, v in zip(row.columns, row.values, strict=True) if c.kind in WRAPPED]
    set_height(page, line, wrapped)
    for index, (column, value) in enumerate(zip(row.columns, row.values, strict=True)):
        if column.kind == "link":
            links += _write_link(page, styles, line, index, pages.link(row.form_id, row.anchor) if pages else None)
        else:
            put_value(page, line, index, value, styles.value(column.kind, value, _colour(column, row)))
    return links


def set_height(page: Any, line: int, wrapped: Iterable[tuple[Value, int]]) -> None:
    """Make a row as high as its wrapped texts need, given with the widths of their columns in characters.

    Some programs do not do it on opening.
    """
    lines = max((count_lines(value, width) for value, width in wrapped if isinstance(value, str)), default=1)
    if lines > 1:
        page.set_row(line, min(lines, MOST_LINES) * LINE_HEIGHT)


def count_lines(text: str, columns: int) -> int:
    """Return the lines that a text takes in a column that is so many characters wide."""
    return sum(max(1, math.ceil(measure_width(part) / (columns - 1))) for part in text.split("\n"))


def _write_link(page: Any, styles: Styles, line: int, index: int, link: str | None) -> int:
    if link is None:
        return 0
    style = styles.get(font_color="#0B57D0", underline=1)
    address = _PageLink(link)
    address._text = "查看"
    page.write_url(line, index, address, style)
    return 1


def _colour(column: SheetColumn, row: Row) -> str | None:
    """Return the colour of a cell that says how grave something is."""
    if column.kind in {"word:severity", "title"}:
        return SEVERITY_COLOURS.get(row.severity or "")
    return VERDICT_COLOURS.get(row.verdict or "") if column.kind == "word:verdict" else None


def _write_overview(book: Any, styles: Styles, blocks: Iterator[Block]) -> None:
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


def _write_meanings(book: Any, styles: Styles, layout: WorkbookLayout) -> None:
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
