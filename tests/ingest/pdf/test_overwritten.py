"""Values that were changed on the page: the new one is read, and what nobody can be sure of asks for review."""

from __future__ import annotations

import pytest

from pipeline.ingest.pdf.annotations import UNCLEAR
from tests.ingest.pdf.support import draw_pdf, read, text_of


def value_changed(cover):
    """An old value under a cover, and a new one on it that has characters in the same places."""

    def draw(canvas):
        canvas.drawString(72, 700, "正文正文")
        canvas.drawString(72, 650, "95.5%")
        cover(canvas)
        canvas.setFillGray(0)
        canvas.drawString(72, 650, "98.5%")

    return draw


def white_area(canvas):
    canvas.setFillGray(1)
    canvas.rect(70, 646, 50, 14, stroke=0, fill=1)


def white_stroke(canvas):
    canvas.saveState()
    canvas.setStrokeGray(1)
    canvas.setLineWidth(14)
    canvas.line(70, 653, 120, 653)
    canvas.restoreState()


@pytest.mark.parametrize("cover", [white_area, white_stroke])
def test_a_value_that_was_written_over_a_cover_keeps_the_characters_of_the_old_one(cover):
    (page,) = read(draw_pdf(value_changed(cover)))

    line = sorted((g for g in page.glyphs if g.box.y0 > 150), key=lambda g: g.box.x0)
    assert "".join(g.text for g in line) == "98.5%"
    assert {g.text for g in line if g.doubt == UNCLEAR} == set("9.5%"), "the ends may be of the old value"


def test_what_is_left_of_an_old_value_goes_by_the_picture():
    def draw(canvas):
        canvas.drawString(72, 700, "正文正文")
        canvas.drawString(72, 650, "55.5")
        white_area(canvas)
        canvas.setFillGray(0)
        canvas.drawString(72, 650, "18")

    (page,) = read(draw_pdf(draw))

    assert text_of(page) == "正文正文18"


def test_two_values_in_one_place_ask_for_review():
    def draw(canvas):
        canvas.drawString(72, 700, "正文正文")
        canvas.drawString(72, 650, "40")
        canvas.drawString(72.5, 650, "27")

    (page,) = read(draw_pdf(draw))

    assert {g.text: g.doubt for g in page.glyphs if g.text.isdigit()} == dict.fromkeys("4027", UNCLEAR)


def test_narrow_letters_and_ticks_in_boxes_are_not_over_each_other():
    def draw(canvas):
        canvas.setFont("Helvetica", 12)
        canvas.drawString(72, 650, "illicit lilliput 11111")
        canvas.setFont("STSong-Light", 12)
        canvas.drawString(72, 600, "□是 □否")
        canvas.drawString(73, 600, "√")

    (page,) = read(draw_pdf(draw))

    assert not any(g.doubt for g in page.glyphs)


def test_specks_between_the_characters_are_not_read():
    def draw(canvas):
        canvas.drawString(72, 650, "实际完成值95")
        canvas.setFont("STSong-Light", 0.3)
        canvas.drawString(140, 652, "777")

    (page,) = read(draw_pdf(draw))

    assert text_of(page) == "实际完成值95"
    assert [issue.code for issue in page.issues] == ["invisible_text"]
