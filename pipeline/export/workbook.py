"""The workbook: the overview, one sheet per table, and what the columns mean.

Written row by row, so that its size is bounded by the disk. Texts are stored as texts and, where they look like a
formula, marked so that editing them does not make them one; a sheet that has more rows than a workbook can hold goes on
in another. A number that has more digits than a spreadsheet keeps is stored as a text, with all of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import xlsxwriter
from xlsxwriter.url import Url, UrlTypes

from pipeline.errors import AccessError, access_error
from pipeline.export.front import write_meanings, write_overview
from pipeline.export.layout import SheetColumn, SheetLayout, workbook_layout
from pipeline.export.overview import overview_blocks
from pipeline.export.sheets import Row, sheet_rows
from pipeline.export.styles import (
    A4,
    SEVERITY_COLOURS,
    VERDICT_COLOURS,
    WRAPPED,
    Styles,
    put_value,
    set_height,
)
from pipeline.storage.atomic import TEMPORARY, sync_file, sync_folder
from pipeline.storage.load import published_root

MOST_ROWS = 1_048_575
"""Rows of a sheet below its head."""

MOST_LINKS = 65_000
"""Links of a sheet; a workbook may have 65,530."""

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

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
        write_overview(book, styles, overview_blocks(root, root.name))
        for sheet in others:
            _write_sheet(book, styles, sheet, sheet_rows(root, sheet), pages)
        write_meanings(book, styles, layout)


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
