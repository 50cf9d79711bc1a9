"""Draw forms as a Word file with python-docx: merged cells as gridSpan and vMerge, as Word itself stores them.

Texts are cut into several runs with bookmarks between them, as editing leaves them; forced line breaks are paragraphs
or line breaks. There are no pages: a Word file has none until it is printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from .fonts import face
from .frame import FRAMES, Look, looks
from .layout import Layout
from .records import FormFacts, Truth
from .sheet import Sheet, SheetCell, lay_out

LANDSCAPE_WIDTH = 25.0
PORTRAIT_WIDTH = 17.0
CM = 2.54 / 72


def add_bookmark(paragraph: Any, name: str) -> None:
    """Leave an empty bookmark in a paragraph."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        mark = OxmlElement(tag)
        mark.set(qn("w:id"), "0")
        if tag.endswith("Start"):
            mark.set(qn("w:name"), name)
        paragraph._p.append(mark)


def add_runs(paragraph: Any, text: str, rng: Random) -> None:
    """Write a text as one to three runs, sometimes with a bookmark among them."""
    at = sorted(rng.sample(range(len(text) + 1), min(len(text), rng.choice((0, 0, 1, 2)))))
    for start, end in zip([0, *at], [*at, len(text)], strict=True):
        paragraph.add_run(text[start:end])
        if rng.random() < 0.05:
            add_bookmark(paragraph, "OLE_LINK9")


def write_cell(cell: Any, text: str, rng: Random) -> None:
    """Write a cell's text; its forced breaks become paragraphs or line breaks."""
    first = cell.paragraphs[0]
    if "\n" in text and rng.random() < 0.4:
        first.add_run(text)
        return
    for at, line in enumerate(text.split("\n")):
        add_runs(first if at == 0 else cell.add_paragraph(), line, rng)


def place_cell(grid: Sequence[Sequence[Any]], cell: SheetCell, edges: Sequence[float]) -> Any:
    """Merge the grid positions that a cell covers and return it."""
    left, right = edges.index(cell.left), edges.index(cell.right) - 1
    corner = grid[cell.row][left]
    if cell.rowspan == 1 and left == right:
        return corner
    return corner.merge(grid[cell.row + cell.rowspan - 1][right])


BORDERS = {"dotted": "dotted", "dashed": "dashed", "double": "double", "thick-thin": "thickThinSmallGap"}
"""Word's names of the strokes; the others are `single`."""


def grey_code(grey: float) -> str:
    """Return a grey as Word writes colours."""
    return f"{round(255 * grey):02X}" * 3


def rule_cell(stored: Any, look: Look) -> None:
    """Give one stored cell (`w:tc`) its sides and its ground."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = stored.get_or_add_tcPr()
    borders = OxmlElement("w:tcBorders")
    for side in ("top", "left", "bottom", "right"):
        border, stroke = OxmlElement(f"w:{side}"), getattr(look, side)
        border.set(qn("w:val"), BORDERS.get(stroke.style, "single") if stroke else "nil")
        if stroke:
            border.set(qn("w:sz"), str(max(2, round(8 * stroke.width))))
            border.set(qn("w:color"), grey_code(stroke.grey))
        borders.append(border)
    properties.append(borders)
    if look.fill is not None:
        ground = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", grey_code(look.fill))):
            ground.set(qn(f"w:{name}"), value)
        properties.append(ground)


def dress_table(grid: Sequence[Sequence[Any]], sheet: Sheet, layout: Layout) -> None:
    """Rule a table as the layout's frame says, align its texts and give its rows their height."""
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as VERTICAL
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN

    edges, left_align = sheet.edges(), ALIGN.JUSTIFY if layout.justified else ALIGN.LEFT
    for cell, look in looks(FRAMES[layout.frame], sheet).items():
        left = edges.index(cell.left)
        placed = grid[cell.row][left]
        placed.vertical_alignment = VERTICAL.TOP if layout.top_aligned else VERTICAL.CENTER
        for paragraph in placed.paragraphs:
            paragraph.alignment = left_align if cell.left_aligned else ALIGN.CENTER
        for row in range(cell.row, cell.row + cell.rowspan):
            rule_cell(stored_cell(grid, row, left), look)


def stored_cell(grid: Sequence[Sequence[Any]], row: int, left: int) -> Any:
    """Return the `w:tc` at a grid position; python-docx gives the upper one for all rows of a merged cell."""
    tr = grid[row][0]._tc.getparent() if row == 0 else grid[row][0]._parent._tbl.tr_lst[row]
    return tr.tc_at_grid_offset(left)


def set_style(document: Any, layout: Layout) -> None:
    """Set font, size and margins of the whole document."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style = document.styles["Normal"]
    style.font.size, style.font.name = Pt(layout.size), face(layout.font).family
    style.element.rPr.rFonts.set(qn("w:eastAsia"), face(layout.font).family)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = layout.leading * 0.85
    section = document.sections[0]
    section.left_margin = section.right_margin = Pt(layout.side_margin)
    section.top_margin, section.bottom_margin = Pt(layout.top_margin), Pt(layout.bottom_margin)
    section.page_width, section.page_height = (Pt(length) for length in layout.page_size)


def set_title(document: Any, line: str, layout: Layout, size: float) -> None:
    """Set one line above a table in the middle."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.alignment = ALIGN.CENTER
    run = paragraph.add_run(line)
    run.font.size, run.font.name = Pt(size), face(layout.title_font).family
    run._r.rPr.rFonts.set(qn("w:eastAsia"), face(layout.title_font).family)


def pad_cells(table: Any, padding: float) -> None:
    """Set the least distance, in points, between the texts and the sides of all cells of a table."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(20 * padding)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def add_table(document: Any, sheet: Sheet, layout: Layout, rng: Random) -> None:
    """Draw the table of one form."""
    from docx.shared import Cm, Pt

    edges = sheet.edges()
    table = document.add_table(rows=sheet.rows, cols=len(edges) - 1)
    table.style = "Table Grid"
    table.autofit = False
    width = PORTRAIT_WIDTH if layout.paper == "portrait" else LANDSCAPE_WIDTH
    width = (layout.page_size[0] - 2 * layout.side_margin) * CM if layout.frame else width
    for column, (left, right) in enumerate(pairwise(edges)):
        table.columns[column].width = Cm(width * (right - left))
    grid = [list(row.cells) for row in table.rows]
    for cell in sheet.cells:
        write_cell(place_cell(grid, cell, edges), cell.text, rng)
    if layout.frame:
        dress_table(grid, sheet, layout)
        pad_cells(table, layout.padding)
        for row in table.rows:
            row.height = Pt(layout.row_height) if layout.row_height else None


def turn_page(document: Any) -> None:
    """Make the paper landscape."""
    from docx.enum.section import WD_ORIENT

    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width


def draw_docx(
    forms: Sequence[FormFacts], layout: Layout, path: Path, seed: int = 0, sheets: Sequence[Sheet] | None = None
) -> Truth:
    """Draw the forms one after the other and return what the file says; `sheets` draws them otherwise than usual."""
    from docx import Document

    rng = Random(f"word {seed}")
    document = Document()
    document.core_properties.created = document.core_properties.modified = datetime(2024, 3, 1, tzinfo=UTC)
    if layout.paper != "portrait":
        turn_page(document)
    if layout.frame:
        set_style(document, layout)
    if layout.attachment:
        document.add_paragraph(layout.attachment)
    for at, sheet in enumerate(sheets or [lay_out(form, layout) for form in forms]):
        for number, line in enumerate(sheet.title):
            if layout.frame:
                set_title(document, line, layout, layout.size + 1 if number else layout.title_size)
            else:
                document.add_paragraph(line)
        add_table(document, sheet, layout, rng)
        document.add_paragraph()
        for note in sheet.notes if layout.notes_after_each or at == len(forms) - 1 else ():
            document.add_paragraph(note)
    document.save(str(path))
    return Truth(path.name, "docx", tuple(forms), 1)
