"""Draw forms as a text PDF with reportlab.

The text layer is exact unless the layout asks for radical code points (`radicals`): then the fonts' Unicode maps give
⽬ for 目 and ⻔ for 门, as PDFs printed by browsers do. `strip_unicode` takes the maps away or makes them lie.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pikepdf
from reportlab.pdfgen.canvas import Canvas

from .flow import Edge, Pages, flow_document, merge_edges
from .fonts import register
from .frame import Stroke
from .layout import Layout
from .records import FormFacts, Truth
from .sheet import Sheet, lay_out

RADICALS = {
    "目": 0x2F6C, "门": 0x2ED4, "一": 0x2F00, "二": 0x2F06, "金": 0x2FA6, "行": 0x2F8F, "自": 0x2F83, "力": 0x2F12,
    "工": 0x2F2F, "大": 0x2F24, "人": 0x2F08, "水": 0x2F54, "长": 0x2ED3, "见": 0x2EC5, "车": 0x2ECB, "风": 0x2EDB,
    "马": 0x2EE2, "页": 0x2EDA, "龙": 0x2EF0, "食": 0x2FB7,
}  # fmt: skip
"""Characters and the radical code points that printing from a browser puts in their place."""


def open_canvas(path: Path, layout: Layout) -> Canvas:
    """Return a canvas whose output depends on nothing but the drawing."""
    canvas = Canvas(str(path), pagesize=layout.page_size, invariant=1, pageCompression=1)
    canvas.setTitle("项目支出绩效自评表")
    return canvas


def turn_canvas(canvas: Canvas, layout: Layout) -> None:
    """Let upright drawing come out upright on a page that is stored turned by 90° (reportlab swaps its sides)."""
    if layout.paper == "landscape-rotated":
        canvas.setPageRotation(90)
        canvas.transform(0, 1, -1, 0, layout.page_size[1], 0)


def draw_line(canvas: Canvas, e: Edge, height: float, width: float) -> None:
    """Stroke a ruling."""
    canvas.line(e.x0, height - e.y0, e.x1, height - e.y1)


def draw_rect(canvas: Canvas, e: Edge, height: float, width: float) -> None:
    """Fill a thin rectangle as a ruling."""
    half = width / 2
    x, y = e.x0 - half, height - e.y1 - half
    canvas.rect(x, y, e.x1 - e.x0 + width, e.y1 - e.y0 + width, stroke=0, fill=1)


def draw_curve(canvas: Canvas, e: Edge, height: float, width: float) -> None:
    """Fill a thin outline with one bent side, as some producers export lines."""
    half = width / 2
    x0, x1, y0, y1 = e.x0 - half, e.x1 + half, height - e.y1 - half, height - e.y0 + half
    path = canvas.beginPath()
    path.moveTo(x0, y0)
    path.curveTo(x0 + (x1 - x0) / 3, y0, x0 + (x1 - x0) * 2 / 3, y0, x1, y0)
    path.lineTo(x1, y1)
    path.curveTo(x1 - (x1 - x0) / 3, y1, x1 - (x1 - x0) * 2 / 3, y1, x0, y1)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


Pen = Callable[[Canvas, Edge, float, float], None]
PENS: dict[str, Pen] = {
    "lines": draw_line,
    "boxes": draw_line,
    "cell-rects": draw_rect,
    "long-rects": draw_rect,
    "curves": draw_curve,
}
PIECEWISE = frozenset({"cell-rects", "boxes"})


def pieces_of(edge: Edge, length: float, step: float) -> list[Edge]:
    """Cut a ruling into pieces of a length that begin a step apart."""
    flat = edge.y0 == edge.y1
    whole = edge.x1 - edge.x0 if flat else edge.y1 - edge.y0
    starts = [at * step for at in range(int(whole / step) + 1)]
    spans = [(start, min(start + length, whole)) for start in starts if start < whole]
    if flat:
        return [replace(edge, x0=edge.x0 + start, x1=edge.x0 + end) for start, end in spans]
    return [replace(edge, y0=edge.y0 + start, y1=edge.y0 + end) for start, end in spans]


def beside(edge: Edge, by: float) -> Edge:
    """Move a ruling sideways."""
    dx, dy = (0.0, by) if edge.y0 == edge.y1 else (by, 0.0)
    return Edge(edge.page, edge.x0 + dx, edge.y0 + dy, edge.x1 + dx, edge.y1 + dy)


def draw_stroke(canvas: Canvas, edge: Edge, stroke: Stroke, height: float, pen: Pen) -> None:
    """Draw a ruling of a frame: squares of dots, dashes (as pieces, or by the dash pattern of a stroke), two lines."""
    canvas.setStrokeGray(stroke.grey)
    canvas.setFillGray(stroke.grey)
    width = stroke.width
    if stroke.style == "dotted":
        for dot in pieces_of(edge, 0.0, 2 * width):
            draw_rect(canvas, dot, height, width)
        return
    canvas.setLineWidth(width)
    if stroke.style == "dashed" and pen is draw_line:
        canvas.setDash(6 * width, 4 * width)
        draw_line(canvas, edge, height, width)
        canvas.setDash()
        return
    lines = {
        "dashed": [(piece, width) for piece in pieces_of(edge, 6 * width, 10 * width)],
        "double": [(beside(edge, -1.5 * width), width), (beside(edge, 1.5 * width), width)],
        "thick-thin": [(beside(edge, -2 * width), 3 * width), (beside(edge, 2 * width), width)],
    }
    for line, thick in lines.get(stroke.style, [(edge, width)]):
        canvas.setLineWidth(thick)
        pen(canvas, line, height, thick)


def draw_page(canvas: Canvas, pages: Pages, number: int) -> None:
    """Draw the grounds, the rulings and the lines of one page (from 0)."""
    layout = pages.layout
    height = layout.page_size[1]
    turn_canvas(canvas, layout)
    for fill in (fill for fill in pages.fills if fill.page == number):
        canvas.setFillGray(fill.grey)
        canvas.rect(fill.x0, height - fill.y1, fill.x1 - fill.x0, fill.y1 - fill.y0, stroke=0, fill=1)
    canvas.setLineWidth(layout.ruling_width)
    canvas.setStrokeGray(layout.ruling_grey)
    canvas.setFillGray(layout.ruling_grey)
    mine = [e for e in pages.edges if e.page == number]
    for edge in mine if layout.ruling in PIECEWISE else merge_edges(mine):
        if edge.stroke is None:
            PENS[layout.ruling](canvas, edge, height, layout.ruling_width)
        else:
            draw_stroke(canvas, edge, edge.stroke, height, PENS[layout.ruling])
    canvas.setFillGray(0)
    for line in (line for line in pages.lines if line.page == number and line.text):
        canvas.setFont(register(line.font), line.size)
        canvas.drawString(line.x, height - line.y, line.text, charSpace=line.spread or None)
    canvas.showPage()


def rewrite_unicode(path: Path, change: Callable[[str], str | None]) -> None:
    """Rewrite the fonts' Unicode maps in place; a map for which `change` gives None is removed."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for font in [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"]:
            if "/ToUnicode" not in font:
                continue
            text = change(font.ToUnicode.read_bytes().decode("latin-1"))
            if text is None:
                del font["/ToUnicode"]
            else:
                font.ToUnicode = pdf.make_stream(text.encode("latin-1"))
        pdf.save(path, deterministic_id=True)


def to_radicals(cmap: str) -> str:
    """Give radical code points for the characters that have one."""
    for character, radical in RADICALS.items():
        cmap = re.sub(rf"<{ord(character):04X}>", f"<{radical:04X}>", cmap, flags=re.IGNORECASE)
    return cmap


def to_private_use(cmap: str) -> str:
    """Give private-use code points for all Chinese characters."""
    return re.sub(
        r"> <([4-9][0-9A-F]{3})>", lambda m: f"> <{0xE000 + int(m[1], 16) % 0x1800:04X}>", cmap, flags=re.IGNORECASE
    )


def draw_pdf(forms: Sequence[FormFacts], layout: Layout, path: Path, sheets: Sequence[Sheet] | None = None) -> Truth:
    """Draw the forms one after the other and return what the file says; `sheets` draws them otherwise than usual."""
    pages = flow_document(sheets or [lay_out(form, layout) for form in forms], layout)
    canvas = open_canvas(path, layout)
    for number in range(pages.page + 1):
        draw_page(canvas, pages, number)
    canvas.save()
    if layout.radicals:
        rewrite_unicode(path, to_radicals)
    return Truth(path.name, "text", tuple(forms), pages.page + 1)
