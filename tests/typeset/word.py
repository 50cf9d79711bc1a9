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

from .layout import Layout
from .records import FormFacts, Truth
from .sheet import Sheet, SheetCell, lay_out

LANDSCAPE_WIDTH = 25.0
PORTRAIT_WIDTH = 17.0


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


def add_table(document: Any, sheet: Sheet, layout: Layout, rng: Random) -> None:
    """Draw the table of one form."""
    from docx.shared import Cm

    edges = sheet.edges()
    table = document.add_table(rows=sheet.rows, cols=len(edges) - 1)
    table.style = "Table Grid"
    table.autofit = False
    width = PORTRAIT_WIDTH if layout.paper == "portrait" else LANDSCAPE_WIDTH
    for column, (left, right) in enumerate(pairwise(edges)):
        table.columns[column].width = Cm(width * (right - left))
    grid = [list(row.cells) for row in table.rows]
    for cell in sheet.cells:
        write_cell(place_cell(grid, cell, edges), cell.text, rng)


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
    if layout.attachment:
        document.add_paragraph(layout.attachment)
    for at, sheet in enumerate(sheets or [lay_out(form, layout) for form in forms]):
        for line in sheet.title:
            document.add_paragraph(line)
        add_table(document, sheet, layout, rng)
        document.add_paragraph()
        for note in sheet.notes if layout.notes_after_each or at == len(forms) - 1 else ():
            document.add_paragraph(note)
    document.save(str(path))
    return Truth(path.name, "docx", tuple(forms), 1)
