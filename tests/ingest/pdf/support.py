"""Small PDFs drawn by the tests, and what the reader makes of them."""

from __future__ import annotations

import io

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from pipeline.ingest.pdf.document import read_pdf
from pipeline.layout.cells import reconstruct_cells
from pipeline.layout.regions import find_regions
from pipeline.models import Page
from pipeline.settings import ReadSettings

A4 = (595, 842)
FONT = "STSong-Light"


def draw_pdf(*draws, size=A4):
    """Return a PDF with one page for each function that draws on a canvas; 12 points of a Chinese font are set."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    for draw in draws:
        canvas.setFont(FONT, 12)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def seen(image, number, width, height):
    """A reader of pictures that only says that it was asked."""
    return Page(number, width, height, (), (), "ocr", f"seen {image.shape[1]}x{image.shape[0]}")


def read(data, read_image=seen, **settings):
    """Return the pages of a PDF."""
    return list(read_pdf(data, ReadSettings(**settings), read_image))


def text_of(page):
    """Return a page's characters in their order, without white space."""
    return "".join("".join(g.text for g in page.glyphs).split())


def cell_texts(page):
    """Return the texts of each table of a page, cell by cell."""
    return [[cell.text for cell in reconstruct_cells(region).cells] for region in find_regions(page).regions]


def draw_grid(canvas, xs, ys, texts=()):
    """Rule a grid with strokes and write the texts into its cells, row by row from the top, y upwards."""
    for x in xs:
        canvas.line(x, ys[0], x, ys[-1])
    for y in ys:
        canvas.line(xs[0], y, xs[-1], y)
    cells = [(x, y) for y in reversed(ys[:-1]) for x in xs[:-1]]
    for (x, y), text in zip(cells, texts, strict=False):
        canvas.drawString(x + 4, y + 6, text)
