"""Other programs' habits: forms typeset by a browser, a word processor and a spreadsheet.

Each typesetter takes the same forms and the same `Layout` as the test suite's own and writes a text PDF; rulings and
grounds are those of the layout's frame, as far as the program knows them. Two of them need programs of the machine:
Chromium, and LibreOffice for the two that print what Word and Excel save.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from benchmarks.flowables import print_flowables
from benchmarks.printing import count_pages, run_program
from tests.typeset import FormFacts, Layout, Truth, draw_docx, draw_pdf
from tests.typeset.cells import span
from tests.typeset.flow import row_heights, scale_sheet
from tests.typeset.fonts import face
from tests.typeset.frame import FRAMES, Look, Stroke, looks
from tests.typeset.sheet import Sheet, SheetCell, lay_out
from tests.typeset.word import grey_code

BROWSER = "chromium"
OFFICE = "soffice"
CHARACTER = 5.25
"""Points of the unit in which spreadsheets give the width of a column."""


PROGRAMS = {BROWSER: "chromium", OFFICE: "libreoffice-writer libreoffice-calc"}
"""The programs and the Debian packages that they come in."""


def missing_programs() -> list[str]:
    """Return the Debian packages of programs that this machine lacks."""
    return [package for program, package in PROGRAMS.items() if shutil.which(program) is None]


# In a browser


CSS_STYLES = {"dotted": "dotted", "dashed": "dashed", "double": "double"}


def css_side(stroke: Stroke | None) -> str:
    """Return one side as CSS; two lines need the room of three."""
    if stroke is None:
        return "none"
    width = stroke.width * {"double": 4, "thick-thin": 3, "dotted": 1.5}.get(stroke.style, 1)
    return f"{max(width, 0.25):.2f}pt {CSS_STYLES.get(stroke.style, 'solid')} #{grey_code(stroke.grey)}"


def css_cell(cell: SheetCell, look: Look, layout: Layout) -> str:
    """Return the style of one cell."""
    sides = "".join(f"border-{side}:{css_side(getattr(look, side))};" for side in ("left", "top", "right", "bottom"))
    ground = f"background:#{grey_code(look.fill)};" if look.fill is not None else ""
    aligned = ("justify" if layout.justified else "left") if cell.left_aligned else "center"
    return f"{sides}{ground}text-align:{aligned}"


def html_table(sheet: Sheet, layout: Layout) -> str:
    """Return the table of one form with its rulings."""
    frame, edges = FRAMES[layout.frame or "solid"], sheet.edges()
    dressed = looks(frame, sheet)
    columns = "".join(f'<col style="width:{100 * (b - a):.3f}%">' for a, b in pairwise(edges))
    rows = []
    for number in range(sheet.rows):
        cells = []
        for cell in sorted((c for c in sheet.cells if c.row == number), key=lambda c: c.left):
            left, right = span(cell, edges)
            text = escape(cell.text).replace("\n", "<br>")
            cells.append(
                f'<td rowspan="{cell.rowspan}" colspan="{right - left + 1}" '
                f'style="{css_cell(cell, dressed[cell], layout)}">{text}</td>'
            )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    apart = f"border-collapse:separate;border-spacing:{frame.gap}pt" if frame.gap else "border-collapse:collapse"
    return f'<table style="{apart}"><colgroup>{columns}</colgroup>{"".join(rows)}</table>'


def html_page(sheets: Sequence[Sheet], layout: Layout) -> str:
    """Return the forms as a web page that is made to be printed."""
    width, height = layout.page_size
    body = [f"<p>{escape(layout.attachment)}</p>"] if layout.attachment else []
    for at, sheet in enumerate(sheets):
        turn = ' style="break-before:page"' if at and layout.new_page else ""
        first, *others = sheet.title or ("",)
        body.append(f"<h1{turn}>{escape(first)}</h1>" + "".join(f"<h2>{escape(line)}</h2>" for line in others))
        body.append(html_table(sheet, layout))
        if layout.notes_after_each or at == len(sheets) - 1:
            body += [f"<p>{escape(note)}</p>" for note in sheet.notes]
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><style>
@page {{ size: {width}pt {height}pt; margin: {layout.top_margin}pt {layout.side_margin}pt {layout.bottom_margin}pt }}
* {{ -webkit-print-color-adjust: exact }}
body {{ margin: 0; font: {layout.size}pt/{layout.leading} "{face(layout.font).family}" }}
h1, h2 {{ font-family: "{face(layout.title_font).family}"; text-align: center; margin: 0.2em }}
h1 {{ font-size: {layout.title_size}pt }} h2 {{ font-size: {layout.size + 1}pt; font-weight: normal }}
table {{ width: 100%; table-layout: fixed }}
td {{ padding: {layout.padding}pt; word-break: break-all; height: {layout.row_height}pt;
     vertical-align: {"top" if layout.top_aligned else "middle"} }}
</style></head><body>{"".join(body)}</body></html>"""


def print_in_browser(
    forms: Sequence[FormFacts], layout: Layout, path: Path, sheets: Sequence[Sheet] | None = None
) -> Truth:
    """Set the forms as a web page and print it with Chromium."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "form.html"
        page.write_text(html_page(sheets or [lay_out(form, layout) for form in forms], layout), encoding="utf-8")
        run_program([
            BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            f"--user-data-dir={folder}/profile", f"--print-to-pdf={path}", page.as_uri(),
        ], path)  # fmt: skip
    return Truth(path.name, "text", tuple(forms), count_pages(path))


# In an office


def convert(source: Path, path: Path) -> None:
    """Print an office file with LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / f"{source.stem}.pdf"
        run_program([
            OFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf",
            "--outdir", folder, str(source),
        ], made)  # fmt: skip
        shutil.move(made, path)


def print_from_word(
    forms: Sequence[FormFacts], layout: Layout, path: Path, sheets: Sequence[Sheet] | None = None
) -> Truth:
    """Save the forms as a Word file and print that."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "form.docx"
        draw_docx(forms, layout, source, sheets=sheets)
        convert(source, path)
    return Truth(path.name, "text", tuple(forms), count_pages(path))


XLSX_STYLES = {"dotted": "dotted", "dashed": "dashed", "double": "double", "thick-thin": "thick"}


def xlsx_side(stroke: Stroke | None) -> Side:
    """Return one side as a spreadsheet knows it."""
    if stroke is None:
        return Side()
    solid = "hair" if stroke.width < 0.3 else "thin" if stroke.width < 1 else "medium"
    return Side(XLSX_STYLES.get(stroke.style, solid), color=grey_code(stroke.grey))


def fill_page(page: Worksheet, sheet: Sheet, layout: Layout) -> None:
    """Write one form on a page of a workbook, to be printed on one sheet of paper."""
    edges, font, first = sheet.edges(), face(layout.font).family, len(sheet.title)
    width = layout.page_size[0] - 2 * layout.side_margin
    for at, (left, right) in enumerate(pairwise(edges), 1):
        page.column_dimensions[get_column_letter(at)].width = (right - left) * width / CHARACTER
    for row, line in enumerate(sheet.title, 1):
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(edges) - 1)
        place = page.cell(row, 1, line)
        size = layout.size + 1 if row > 1 else layout.title_size
        place.font, place.alignment = Font(face(layout.title_font).family, size), Alignment("center")
        page.row_dimensions[row].height = 1.6 * size
    for row, height in enumerate(row_heights(scale_sheet(sheet, layout, layout.font)), first + 1):
        page.row_dimensions[row].height = height
    for cell, look in looks(FRAMES[layout.frame or "solid"], sheet).items():
        left, right = span(cell, edges)
        top, bottom = first + cell.row + 1, first + cell.row + cell.rowspan
        place = page.cell(top, left + 1, cell.text or None)
        place.data_type, place.font = "s" if cell.text else "n", Font(font, layout.size)
        place.alignment = Alignment("left" if cell.left_aligned else "center", "center", wrap_text=True)
        for row in range(top, bottom + 1):
            for column in range(left + 1, right + 2):
                sides = [xlsx_side(getattr(look, side)) for side in ("left", "right", "top", "bottom")]
                page.cell(row, column).border = Border(*sides)
                if look.fill is not None:
                    page.cell(row, column).fill = PatternFill("solid", grey_code(look.fill))
        if (top, left) != (bottom, right):
            page.merge_cells(start_row=top, end_row=bottom, start_column=left + 1, end_column=right + 1)


def print_from_excel(
    forms: Sequence[FormFacts], layout: Layout, path: Path, sheets: Sequence[Sheet] | None = None
) -> Truth:
    """Save the forms as a workbook, each on a page of its own that is made to fit the paper, and print that."""
    book = Workbook()
    book.remove(book.active)
    for number, sheet in enumerate(sheets or [lay_out(form, layout) for form in forms], 1):
        page = book.create_sheet(f"表{number}")
        fill_page(page, sheet, layout)
        page.page_setup.orientation = "portrait" if layout.paper == "portrait" else "landscape"
        page.page_setup.paperSize = page.PAPERSIZE_A4
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        page.oddFooter.center.text = "第 &P 页，共 &N 页"
        page.print_options.horizontalCentered = True
        page.page_margins = PageMargins(0.4, 0.4, 0.6, 0.8, 0.3, 0.4)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "form.xlsx"
        book.save(source)
        convert(source, path)
    return Truth(path.name, "text", tuple(forms), count_pages(path))


Typesetter = Callable[[Sequence[FormFacts], Layout, Path, Sequence[Sheet]], Truth]
TYPESETTERS: Mapping[str, Typesetter] = {
    "own": draw_pdf,
    "browser": print_in_browser,
    "word": print_from_word,
    "excel": print_from_excel,
    "flowables": print_flowables,
}
