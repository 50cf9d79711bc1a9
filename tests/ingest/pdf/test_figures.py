"""A font whose map says other figures than it draws is not believed; the page is read from its picture."""

from __future__ import annotations

import io
import re

import numpy as np
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium_c
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from pipeline.ingest.pdf.seen.figures import FIGURES, trace_figure
from tests.ingest.pdf.support import draw_pdf, read, text_of

pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))  # reportlab brings it


def page_with_map(change):
    """A page of figures in an embedded font, whose Unicode map is changed: hexadecimal code → code."""

    def draw(canvas):
        canvas.setFont("Vera", 12)
        canvas.drawString(72, 700, "1234567890 115600 98.75%")

    with pikepdf.open(io.BytesIO(draw_pdf(draw))) as document:
        for font in (item for item in document.objects if isinstance(item, pikepdf.Dictionary)):
            if "/ToUnicode" in font:
                text = font.ToUnicode.read_bytes().decode("latin-1")
                text = re.sub("> <(003[0-9])>", lambda match: f"> <{change(match[1])}>", text)
                font.ToUnicode = document.make_stream(text.encode("latin-1"))
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def test_a_font_that_says_what_it_draws_is_believed():
    (page,) = read(page_with_map(lambda code: code))

    assert (page.source, text_of(page)) == ("text", "123456789011560098.75%")


@pytest.mark.parametrize(
    "change",
    [lambda code: f"003{(int(code[-1]) + 3) % 10}", lambda code: {"0031": "0037", "0037": "0031"}.get(code, code)],
    ids=["all moved on", "two exchanged"],
)
def test_a_font_that_draws_other_figures_than_it_says_is_not_believed(change):
    (page,) = read(page_with_map(change))

    assert page.source == "ocr"
    (issue,) = page.issues
    assert (issue.code, "false_figures" in issue.message) == ("text_layer_distrusted", True)


def test_a_figure_is_most_like_itself_in_another_face():
    document = pypdfium2.PdfDocument.new()
    shapes = {}
    for face in (b"Helvetica", b"Helvetica-Bold"):
        font = pdfium_c.FPDFText_LoadStandardFont(document, face)
        shapes[face] = np.stack([trace_figure(font, figure) for figure in FIGURES])
        pdfium_c.FPDFFont_Close(font)
    document.close()

    likeness = shapes[b"Helvetica"] @ shapes[b"Helvetica-Bold"].T
    assert likeness.argmax(axis=1).tolist() == list(range(10))
