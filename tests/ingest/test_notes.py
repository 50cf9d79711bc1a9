"""What is seen on the pages and belongs to no form is kept with the document, each line once."""

from __future__ import annotations

from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from pipeline.ingest.notes import LONGEST, gather_notes
from pipeline.models import Box, Glyph, Page
from pipeline.read import read_document
from pipeline.settings import ReadSettings
from tests.ingest.pdf.support import draw_grid, draw_pdf


def page(*lines: tuple[str, float]) -> Page:
    """A page on which lines were set apart, each at a height."""
    glyphs = [Glyph(c, Box(10 * i, y, 10 * i + 10, y + 10)) for text, y in lines for i, c in enumerate(text)]
    return Page(1, 595, 842, (), (), "text", "pdfium", overlays=tuple(glyphs))


def test_lines_are_told_apart_and_kept_once() -> None:
    pages = [page(("仅供参考", 0), ("某局公章", 300)), page(("仅供参考", 0)), page()]
    assert gather_notes(pages) == "仅供参考\n某局公章"
    assert gather_notes([page()]) is None


def test_notes_without_end_are_cut() -> None:
    assert len(gather_notes([page(*((f"{n:06d}", 50.0 * n) for n in range(2000)))]) or "") == LONGEST


def test_a_watermark_is_in_the_row_of_its_document_and_in_no_cell(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        draw_grid(canvas, (60, 260, 460), (600, 650, 700), ("115600", "90", "8", "9"))
        canvas.setFillGray(0.8)
        canvas.setFont("STSong-Light", 60)
        canvas.rotate(30)
        canvas.drawString(380, 400, "内部资料")

    (tmp_path / "a.pdf").write_bytes(draw_pdf(draw, draw))
    assert read_document(tmp_path / "a.pdf", ReadSettings()).document.notes == "内部资料"
