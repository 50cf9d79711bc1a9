"""Forms as reportlab's flowables: paragraphs in a table that breaks between rows, as programs print that fill forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from itertools import pairwise
from pathlib import Path

from reportlab.lib.colors import Color
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table
from reportlab.platypus.doctemplate import LayoutError

from benchmarks.printing import TypesetterFailed, count_pages
from tests.typeset import FormFacts, Layout, Truth
from tests.typeset.cells import span
from tests.typeset.flow import row_heights, scale_sheet
from tests.typeset.fonts import register
from tests.typeset.frame import FRAMES, Stroke, looks
from tests.typeset.sheet import Sheet, lay_out


def flow_sides(stroke: Stroke) -> tuple[object, ...]:
    """Return weight, colour, cap, dashes, join, count and distance of a ruling, as a table style takes them."""
    dashes = {"dotted": (stroke.width, stroke.width), "dashed": (4 * stroke.width, 3 * stroke.width)}
    count = 2 if stroke.style in {"double", "thick-thin"} else 1
    return stroke.width, Color(*[stroke.grey] * 3), None, dashes.get(stroke.style), None, count, 1.5 * stroke.width


def flow_style(sheet: Sheet, layout: Layout) -> list[tuple[object, ...]]:
    """Return the commands of a table style: spans, grounds and rulings."""
    edges = sheet.edges()
    commands: list[tuple[object, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP" if layout.top_aligned else "MIDDLE"),
        *((f"{side}PADDING", (0, 0), (-1, -1), layout.padding) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")),
    ]
    for cell, look in looks(FRAMES[layout.frame or "solid"], sheet).items():
        left, right = span(cell, edges)
        start, end = (left, cell.row), (right, cell.row + cell.rowspan - 1)
        commands.append(("SPAN", start, end))
        if look.fill is not None:
            commands.append(("BACKGROUND", start, end, Color(*[look.fill] * 3)))
        for side, name, a, b in (
            ("left", "LINEBEFORE", start, (start[0], end[1])), ("right", "LINEAFTER", (end[0], start[1]), end),
            ("top", "LINEABOVE", start, (end[0], start[1])), ("bottom", "LINEBELOW", (start[0], end[1]), end),
        ):  # fmt: skip
            if stroke := getattr(look, side):
                commands.append((name, a, b, *flow_sides(stroke)))
    return commands


def flow_table(sheet: Sheet, layout: Layout) -> Table:
    """Return the table of one form as a flowable."""
    edges, width = sheet.edges(), layout.page_size[0] - 2 * layout.side_margin
    shape = {"fontName": register(layout.font), "fontSize": layout.size, "leading": layout.size * layout.leading}
    texts: list[list[object]] = [[""] * (len(edges) - 1) for _ in range(sheet.rows)]
    for cell in sheet.cells:
        aligned = (TA_JUSTIFY if layout.justified else TA_LEFT) if cell.left_aligned else TA_CENTER
        style = ParagraphStyle("cell", alignment=aligned, wordWrap="CJK", **shape)
        text = escape(cell.text).replace("\n", "<br/>")
        texts[cell.row][span(cell, edges)[0]] = Paragraph(text, style) if text else ""
    heights = row_heights(scale_sheet(sheet, layout, layout.font))
    return Table(
        texts, [(b - a) * width for a, b in pairwise(edges)], heights, flow_style(sheet, layout), spaceBefore=4
    )


def print_flowables(
    forms: Sequence[FormFacts], layout: Layout, path: Path, sheets: Sequence[Sheet] | None = None
) -> Truth:
    """Set the forms as reportlab's flowables, smaller where rows that a cell joins fit on no page.

    Tables break between rows that no cell joins. Raises TypesetterFailed where nothing helps.
    """
    drawn = sheets or [lay_out(form, layout) for form in forms]
    for shrink in (1.0, 0.8, 0.65):
        small = replace(layout, size=layout.size * shrink, row_height=layout.row_height * shrink)
        try:
            SimpleDocTemplate(
                str(path), pagesize=layout.page_size, leftMargin=layout.side_margin, rightMargin=layout.side_margin,
                topMargin=layout.top_margin, bottomMargin=layout.bottom_margin, invariant=1,
            ).build(tell_story(drawn, small))  # fmt: skip
        except LayoutError:
            continue
        return Truth(path.name, "text", tuple(forms), count_pages(path))
    raise TypesetterFailed(f"{path.name}: a form fits on no page")


def tell_story(sheets: Sequence[Sheet], layout: Layout) -> list[object]:
    """Return the forms of a document as flowables, with their titles and notes."""
    story: list[object] = []
    for at, sheet in enumerate(sheets):
        story += [PageBreak()] if at and layout.new_page else []
        for number, line in enumerate(sheet.title):
            size = layout.size + 1 if number else layout.title_size
            shape = {"fontName": register(layout.title_font), "fontSize": size, "leading": size * 1.4}
            story.append(Paragraph(escape(line), ParagraphStyle("title", alignment=TA_CENTER, **shape)))
        story.append(flow_table(sheet, layout))
        note = ParagraphStyle("note", fontName=register(layout.font), fontSize=layout.size, wordWrap="CJK")
        if layout.notes_after_each or at == len(sheets) - 1:
            story += [Paragraph(escape(text), note) for text in sheet.notes]
    return story
