"""Draw forms as files that have cells but no pages: Excel workbooks of both kinds and web pages.

Numbers are stored as numbers with a format that shows them as the facts say, as people type them into Excel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from .layout import Layout
from .records import FormFacts, Truth
from .sheet import Sheet, SheetCell, lay_out

NUMBER = re.compile(r"(-?)(0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,9})(?:\.(\d{1,6}))?(%?)")


def as_number(text: str) -> tuple[float, str] | None:
    """Return a text as a number with the format that shows it so, or None where it is none."""
    match = NUMBER.fullmatch(text)
    if match is None:
        return None
    _, whole, fraction, percent = match.groups()
    code = ("#,##0" if "," in whole else "0") + (f".{'0' * len(fraction)}" if fraction else "") + percent
    value = float(text.replace(",", "").rstrip("%"))
    return (value / 100 if percent else value), code


def sheet_lines(forms: Sequence[FormFacts], layout: Layout) -> Iterator[tuple[str, Any]]:
    """Yield what stands on a sheet from top to bottom: lines of text, and tables."""
    if layout.attachment:
        yield "line", layout.attachment
    for at, sheet in enumerate(lay_out(form, layout) for form in forms):
        yield from (("line", line) for line in sheet.title)
        yield "table", sheet
        if layout.notes_after_each or at == len(forms) - 1:
            yield from (("line", note) for note in sheet.notes)


def span(cell: SheetCell, edges: Sequence[float]) -> tuple[int, int]:
    """Return the first and the last column of a cell."""
    return edges.index(cell.left), edges.index(cell.right) - 1


def draw_xlsx(
    forms: Sequence[FormFacts], layout: Layout, path: Path, *, borders: bool = True, sheet_each: bool = False
) -> Truth:
    """Draw the forms with openpyxl, below each other or each on a sheet of its own."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    groups = [[form] for form in forms] if sheet_each else [list(forms)]
    for number, group in enumerate(groups, 1):
        fill_xlsx(book.create_sheet(f"表{number}"), group, layout, borders)
    book.save(path)
    return Truth(path.name, "text", tuple(forms), len(groups))


def fill_xlsx(page: Any, forms: Sequence[FormFacts], layout: Layout, borders: bool) -> None:
    """Write forms on a sheet of openpyxl's."""
    from openpyxl.styles import Alignment, Border, Side

    thin = Side(style="thin")
    row = 1
    for kind, item in sheet_lines(forms, layout):
        if kind == "line":
            page.cell(row, 1, item)
            page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=20)
            row += 1
            continue
        edges = item.edges()
        for cell in item.cells:
            left, right = span(cell, edges)
            place = page.cell(row + cell.row, left + 1)
            number = as_number(cell.text)
            place.value, place.number_format = number or (cell.text or None, "General")
            place.alignment = Alignment(wrap_text=True)
            for r in range(cell.row, cell.row + cell.rowspan) if borders else ():
                for c in range(left, right + 1):
                    page.cell(row + r, c + 1).border = Border(thin, thin, thin, thin)
            if cell.rowspan > 1 or right > left:
                page.merge_cells(
                    start_row=row + cell.row, end_row=row + cell.row + cell.rowspan - 1,
                    start_column=left + 1, end_column=right + 1,
                )  # fmt: skip
        row += item.rows


def draw_xls(forms: Sequence[FormFacts], layout: Layout, path: Path) -> Truth:
    """Draw the forms below each other with xlwt."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("自评表", cell_overwrite_ok=True)
    plain, styles = xlwt.easyxf(""), {}

    def style(code: str) -> Any:
        if code not in styles:
            ruled = xlwt.easyxf("borders: left thin, right thin, top thin, bottom thin; align: wrap on")
            ruled.num_format_str = code
            styles[code] = ruled
        return styles[code]

    row = 0
    for kind, item in sheet_lines(forms, layout):
        if kind == "line":
            page.write_merge(row, row, 0, 19, item, plain)
            row += 1
            continue
        edges = item.edges()
        for cell in item.cells:
            left, right = span(cell, edges)
            value, code = as_number(cell.text) or (cell.text, "General")
            page.write_merge(
                row + cell.row, row + cell.row + cell.rowspan - 1, left, right, value, style(code)
            )  # fmt: skip
        row += item.rows
    book.save(str(path))
    return Truth(path.name, "text", tuple(forms), 1)


def draw_html(forms: Sequence[FormFacts], layout: Layout, path: Path, code: str = "utf-8") -> Truth:
    """Draw the forms as a web page with row and column spans, in some code; GB 2312 means GB 18030, as on the web."""
    body = "\n".join(
        f"<p>{escape(item)}</p>" if kind == "line" else html_table(item) for kind, item in sheet_lines(forms, layout)
    )
    page = (
        f'<!DOCTYPE html>\n<html><head><meta charset="{code}"><title>自评表</title>'
        f"<script>document.write('<table>')</script></head>\n<body><div>{body}</div></body></html>"
    )
    path.write_bytes(page.encode("gb18030" if code.startswith("gb") else code))
    return Truth(path.name, "text", tuple(forms), 1)


def html_table(sheet: Sheet) -> str:
    """Return the table of one form."""
    edges = sheet.edges()
    rows = []
    for number in range(sheet.rows):
        cells = sorted((cell for cell in sheet.cells if cell.row == number), key=lambda cell: cell.left)
        rows.append(f"<tr>{''.join(html_cell(cell, edges) for cell in cells)}</tr>")
    return "<table border=1>" + "\n".join(rows) + "</table>"


def html_cell(cell: SheetCell, edges: Sequence[float]) -> str:
    """Return one cell; forced line breaks are `br`."""
    left, right = span(cell, edges)
    spans = (f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else "") + (
        f' colspan="{right - left + 1}"' if right > left else ""
    )
    return f"<td{spans}>{escape(cell.text).replace(chr(10), '<br>')}</td>"
