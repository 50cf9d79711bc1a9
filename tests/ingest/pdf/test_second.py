"""A text page that pdfium leaves in doubt is read by pdfplumber, and taken from it where that leaves less in doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.geometry.grid import find_grids
from pipeline.ingest.pdf import document
from pipeline.ingest.pdf.second import count_doubts
from pipeline.models import Box, Glyph, Page, Ruling
from tests.ingest.pdf.support import draw_grid, draw_pdf, read, text_of

TEXTS = ("年度预算数", "一二三四五六", "全年执行数", "七八九十甲乙")


def draw_form(canvas):
    draw_grid(canvas, (60, 260, 520), (600, 640, 680), TEXTS)


@pytest.fixture
def without_second(monkeypatch):
    def refuse(*_):
        raise AssertionError("pdfplumber was asked")

    monkeypatch.setattr(document, "open_text_layers", refuse)


@pytest.fixture
def half_blind(monkeypatch):
    """Have pdfium lose the characters of one cell."""
    whole = document.read_layer

    def read_half(*arguments):
        layer = whole(*arguments)
        return replace(layer, glyphs=tuple(g for g in layer.glyphs if g.text not in "七八九十甲乙"))

    monkeypatch.setattr(document, "read_layer", read_half)


@pytest.mark.usefixtures("without_second")
def test_a_page_that_is_in_no_doubt_is_read_once():
    (page,) = read(draw_pdf(draw_form))
    assert page.reader == "pdfium"
    assert "七八九十甲乙" in text_of(page)


@pytest.mark.usefixtures("half_blind")
def test_what_pdfium_lost_is_read_by_pdfplumber_and_doubted():
    (page,) = read(draw_pdf(draw_form))
    assert (page.reader, page.unread) == ("pdfplumber", ())
    assert "七八九十甲乙" in text_of(page)
    doubts = {glyph.text: glyph.doubt for glyph in page.glyphs}
    assert doubts["甲"] == "unread_ink"
    assert doubts["年"] == ""


def test_ink_that_neither_reads_leaves_the_page_as_it_was():
    def scribble(canvas):
        draw_form(canvas)
        for step in range(12):
            canvas.bezier(300, 610 + step, 312, 630, 318, 606, 330, 612 + step)

    (page,) = read(draw_pdf(scribble))
    assert page.reader == "pdfium"


def test_writing_in_a_table_but_in_none_of_its_cells_is_in_doubt():
    rulings = tuple(
        Ruling(*line) for line in ((0, 0, 100, 0), (0, 20, 100, 20), (0, 40, 100, 40), (0, 0, 0, 40), (100, 0, 100, 40))
    )
    inside, beside = Glyph("字", Box(10, 5, 20, 15)), Glyph("字", Box(210, 5, 220, 15))
    page = Page(1, 300, 300, (inside, beside), rulings, "text", "pdfium")
    assert count_doubts(page, 0) == 0
    (grid,) = find_grids(rulings)
    assert grid.irregular == 0
    stepped = (*rulings[:2], Ruling(0, 40, 50, 40), rulings[3], Ruling(50, 20, 50, 40), Ruling(100, 0, 100, 20))
    (grid,) = find_grids(stepped)
    assert len(grid.cells) < (len(grid.xs) - 1) * (len(grid.ys) - 1)
    lost = Glyph("字", Box(70, 25, 80, 35))
    assert count_doubts(replace(page, rulings=stepped, glyphs=(inside, lost)), 2) == 3
