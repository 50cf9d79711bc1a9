"""Excel workbook of the binary form (.xls, .et; BIFF 2 to 8) → one page per sheet, read with xlrd.

xlrd gives the stored values with their formats, borders and merged cells; formulas are shown by the value that was
stored with them, macros are not looked at.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import xlrd

from pipeline.errors import CorruptDocument, EncryptedDocument, NoPages, TooLarge
from pipeline.ingest.office.sheets.number_formats import GENERAL, Shown, show_number, show_text
from pipeline.ingest.office.sheets.spreadsheet import (
    Merge,
    Position,
    SheetCell,
    SheetFacts,
    draw_sheets,
    is_unshown,
    take_unseen,
)
from pipeline.ingest.office.sheets.xls_drawings import colours_by_condition, read_floats
from pipeline.ingest.pending import ReadImage, ReadPage
from pipeline.settings import ReadSettings

READER = "xlrd"

MAX_STORED = 2_000_000
"""Cells of one sheet in its file, the empty ones included."""


def read_xls(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Iterator[ReadPage]:
    """Yield a page per sheet that is shown, and one per large picture on it.

    Raises:
        CorruptDocument: the file is no readable workbook.
        EncryptedDocument: a password is needed.
        NoPages: it has no sheet.
        TooLarge: it has more sheets or cells than is allowed.
    """
    book = _open(data)
    if book.nsheets == 0:
        raise NoPages("the workbook has no sheet; ask the publisher for a new copy")
    if book.nsheets > settings.max_pages:
        raise TooLarge(f"the workbook has {book.nsheets} sheets, more than {settings.max_pages}; raise --max-pages")
    floats, plain = read_floats(data), not colours_by_condition(data)
    sheets = [
        replace(_read_sheet(book, sheet, plain), floats=tuple(floats.get(sheet.name, ()))) for sheet in book.sheets()
    ]
    yield from draw_sheets(sheets, READER, settings, read_image)


def _open(data: bytes) -> Any:
    try:
        return xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise EncryptedDocument("the workbook needs a password; remove it or ask for an open copy") from error
        raise CorruptDocument("the workbook cannot be opened; open and save it in Excel, then try again") from error
    except MemoryError:
        raise
    except Exception as error:  # struct, index, assertion and unicode errors: each means "damaged"
        raise CorruptDocument("the workbook is damaged or cut off; download it again") from error


def _read_sheet(book: Any, sheet: Any, plain: bool) -> SheetFacts:
    cells: dict[Position, SheetCell] = {}
    for row in range(sheet.nrows):
        for col in range(sheet.row_len(row)):
            cell = _read_cell(book, sheet, row, col)
            if cell.text or cell.ruled or cell.unshown:
                cells[row, col] = cell
        if len(cells) > MAX_STORED:
            raise TooLarge(f"a sheet has more than {MAX_STORED} cells; split the file")
    unseen = take_unseen(cells, plain=plain)
    return SheetFacts(
        name=sheet.name,
        cells=cells,
        merges=tuple(Merge(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells),
        hidden_rows=frozenset(row for row, info in sheet.rowinfo_map.items() if _is_hidden_row(info)),
        hidden_columns=frozenset(col for col, info in sheet.colinfo_map.items() if info.hidden or info.width == 0),
        hidden=sheet.visibility != 0,
        unseen=unseen,
    )


def _is_hidden_row(info: Any) -> bool:
    """Tell whether a row is hidden, or set to no height; a height of zero that is the default says nothing."""
    return bool(info.hidden) or (info.height == 0 and not info.has_default_height)


def _read_cell(book: Any, sheet: Any, row: int, col: int) -> SheetCell:
    style = _find_style(book, sheet, row, col)
    known = book.format_map.get(style.format_key) if style else None
    value, kind = sheet.cell_value(row, col), sheet.cell_type(row, col)
    shown = _show(book, kind, value, known.format_str if known else GENERAL)
    text, border = shown.text.strip(" "), style.border if style else None
    return SheetCell(
        text,
        shown.doubt,
        ruled=bool(border and (border.left_line_style or border.right_line_style)),
        white=bool(style and _is_white(book, style)),
        unshown=kind in _STORING and is_unshown(str(value), text),
    )


_STORING = frozenset({xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE})
"""Kinds of cells that store what their format shows."""


def _show(book: Any, kind: int, value: Any, code: str) -> Shown:
    match kind:
        case xlrd.XL_CELL_TEXT:
            return Shown(show_text(value.replace("\r\n", "\n"), code))
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            return show_number(repr(float(value)), code, bool(book.datemode))
        case xlrd.XL_CELL_BOOLEAN:
            return Shown("TRUE" if value else "FALSE")
        case xlrd.XL_CELL_ERROR:
            return Shown(xlrd.error_text_from_code.get(value, "#ERROR"))
        case _:
            return Shown("")


def _find_style(book: Any, sheet: Any, row: int, col: int) -> Any | None:
    index = sheet.cell_xf_index(row, col)
    return book.xf_list[index] if index is not None and 0 <= index < len(book.xf_list) else None


WHITE = (255, 255, 255)

SOLID = 1
"""The pattern of a fill that is nothing but its colour (MS-XLS 2.5.129)."""


def _is_white(book: Any, style: Any) -> bool:
    """Tell whether a style writes white on white."""
    font = book.font_list[style.font_index] if 0 <= style.font_index < len(book.font_list) else None
    if font is None or book.colour_map.get(font.colour_index) != WHITE:
        return False
    ground = style.background
    return not ground.fill_pattern or (
        ground.fill_pattern == SOLID and book.colour_map.get(ground.pattern_colour_index) == WHITE
    )
