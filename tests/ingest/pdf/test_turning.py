"""Writing that is turned or skewed by the content of a page is laid level; the frame knows the way back."""

from __future__ import annotations

import pytest

from tests.ingest.pdf.support import cell_texts, draw_grid, draw_pdf, read

XS, YS = (60, 200, 340, 480), (560, 590, 620, 650)
TEXTS = ["数量指标", "完成数量", "115600", "质量指标", "合格率", "90", "时效指标", "完成时间", "12月底"]

TURNS = {
    90: lambda canvas: (canvas.translate(595, 0), canvas.rotate(90)),
    180: lambda canvas: (canvas.translate(595, 842), canvas.rotate(180)),
    270: lambda canvas: (canvas.translate(0, 842), canvas.rotate(270)),
    1: lambda canvas: canvas.rotate(1),
    -2: lambda canvas: (canvas.translate(0, 30), canvas.rotate(-2)),
}


@pytest.mark.parametrize("angle", TURNS)
def test_turned_and_skewed_content_is_read_level(angle):
    def draw(canvas):
        TURNS[angle](canvas)
        if angle in (90, 270):
            canvas.translate(100, -200)
        draw_grid(canvas, XS, YS, TEXTS)

    (page,) = read(draw_pdf(draw))

    assert cell_texts(page) == [TEXTS]
    assert (page.width, page.height) == (595, 842)


def test_the_frame_of_a_turned_page_leads_back_to_where_it_is_shown():
    def draw(canvas):
        canvas.translate(595, 0)
        canvas.rotate(90)
        canvas.drawString(100, 200, "一二三四五六七八九十")

    (page,) = read(draw_pdf(draw))
    first = page.frame.box(page.glyphs[0].box)

    assert first.center == pytest.approx((595 - 200 - 12 * 0.38, 842 - 106), abs=0.1)


def test_level_writing_is_left_alone():
    (page,) = read(draw_pdf(lambda canvas: draw_grid(canvas, XS, YS, TEXTS)))

    assert page.frame.matrix == (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@pytest.mark.parametrize("scale", [0.1, 0.2])
def test_a_page_that_is_stored_in_another_unit_is_read_as_large_as_it_is_meant(scale):
    """Equal digits beside each other stay two, though they stand closer than a shadow elsewhere."""

    def draw(canvas):
        canvas.scale(scale, scale)
        draw_grid(canvas, XS, YS, TEXTS)

    (page,) = read(draw_pdf(draw, size=(595 * scale, 842 * scale)))

    assert cell_texts(page) == [TEXTS]
    first = page.frame.box(next(g for g in page.glyphs if g.text == "数").box)
    assert first.center == pytest.approx((scale * (64 + 6), scale * (842 - 626 - 12 * 0.38)), abs=0.1)
