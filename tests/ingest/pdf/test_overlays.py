"""Watermarks, stamps and the writing of seals are set apart from the page's own text, and kept."""

from __future__ import annotations

import math

import pytest

from tests.ingest.pdf.support import cell_texts, draw_grid, draw_pdf, read, text_of

XS, YS = (60, 200, 340, 480), (560, 590, 620, 650)
TEXTS = ["数量指标", "完成数量", "115600", "质量指标", "合格率", "90", "时效指标", "完成时间", "12月底"]


def watermark_at_a_slant(canvas):
    canvas.saveState()
    canvas.translate(90, 540)
    canvas.rotate(20)
    canvas.setFillColorRGB(0.8, 0.8, 0.8)
    canvas.setFontSize(40)
    canvas.drawString(0, 0, "仅供公示")
    canvas.restoreState()


def pale_and_large(canvas):
    canvas.setFillColorRGB(0.85, 0.85, 0.85)
    canvas.setFontSize(40)
    canvas.drawString(70, 590, "仅供公示")


def transparent(canvas):
    canvas.setFillAlpha(0.3)
    canvas.setFontSize(24)
    canvas.drawString(190, 600, "仅供公示")


def far_larger(canvas):
    canvas.setFontSize(44)
    canvas.drawString(70, 590, "仅供公示")


def pale_over_lines(canvas):
    canvas.setFillColorRGB(0.75, 0.75, 0.75)
    canvas.drawString(182, 605, "仅供公示")


def red_over_numbers(canvas):
    canvas.setFillColorRGB(0.9, 0, 0)
    canvas.drawString(347, 628, "仅供公示")


def seal(canvas):
    canvas.setFillColorRGB(0.9, 0, 0)
    canvas.setStrokeColorRGB(0.9, 0, 0)
    canvas.circle(380, 600, 45)
    for k, char in enumerate("仅供公示"):
        angle = math.radians(150 - 40 * k)
        canvas.saveState()
        canvas.translate(380 + 36 * math.cos(angle), 600 + 36 * math.sin(angle))
        canvas.rotate(math.degrees(angle) - 90)
        canvas.drawString(-6, 0, char)
        canvas.restoreState()


OVERLAYS = [watermark_at_a_slant, pale_and_large, transparent, far_larger, pale_over_lines, red_over_numbers, seal]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_lies_over_the_page_is_in_no_cell_and_is_kept(overlay):
    def draw(canvas):
        draw_grid(canvas, XS, YS, TEXTS)
        overlay(canvas)

    (page,) = read(draw_pdf(draw))

    assert cell_texts(page) == [TEXTS]
    assert sorted(g.text for g in page.overlays) == sorted("仅供公示")


def test_the_middle_of_a_seal_goes_with_its_ring():
    def draw(canvas):
        draw_grid(canvas, XS, YS, TEXTS)
        seal(canvas)
        canvas.setFillColorRGB(0.9, 0, 0)
        canvas.drawString(356, 605, "专用章")

    (page,) = read(draw_pdf(draw))

    assert cell_texts(page) == [TEXTS]
    assert len(page.overlays) == 7


@pytest.mark.parametrize("angle", [0, 30])
def test_a_pale_mark_that_is_repeated_all_over_the_page_is_set_apart(angle):
    def draw(canvas):
        draw_grid(canvas, XS, YS, TEXTS)
        canvas.setFillColorRGB(0.8, 0.8, 0.8)
        for x in range(20, 595, 110):
            for y in range(20, 842, 41):
                canvas.saveState()
                canvas.translate(x, y)
                canvas.rotate(angle)
                canvas.drawString(0, 0, "内部资料")
                canvas.restoreState()

    (page,) = read(draw_pdf(draw))

    assert cell_texts(page) == [TEXTS]
    assert len(page.overlays) > 300


def titled(canvas):
    canvas.setFontSize(30)
    canvas.drawString(150, 700, "自评表")


def red_value(canvas):
    canvas.setFillColorRGB(0.9, 0, 0)
    canvas.drawString(72, 700, "红字")


def pale_note(canvas):
    canvas.setFillColorRGB(0.6, 0.6, 0.6)
    canvas.drawString(72, 700, "灰字")


def turned_label(canvas):
    canvas.saveState()
    canvas.translate(50, 560)
    canvas.rotate(90)
    canvas.drawString(0, 0, "绩效")
    canvas.restoreState()


@pytest.mark.parametrize("own", [titled, red_value, pale_note, turned_label])
def test_titles_colours_greys_and_turned_labels_are_text(own):
    def draw(canvas):
        draw_grid(canvas, XS, YS, TEXTS)
        own(canvas)

    (page,) = read(draw_pdf(draw))

    assert page.overlays == ()
    assert len(text_of(page)) > len("".join(TEXTS))
