"""What a person sees is what is read; what nobody sees is counted."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader

from tests.ingest.pdf.support import draw_pdf, read, text_of


def write(canvas, text, x=72, y=700):
    canvas.drawString(x, y, text)


def in_mode(mode):
    def draw(canvas):
        text = canvas.beginText(72, 650)
        text.setTextRenderMode(mode)
        text.textLine("草稿999")
        canvas.drawText(text)

    return draw


def in_white(canvas):
    canvas.setFillColorRGB(1, 1, 1)
    write(canvas, "草稿999", y=650)


def in_the_colour_of_its_fill(canvas):
    canvas.setFillColorRGB(0.8, 0.9, 0.8)
    canvas.rect(60, 640, 200, 30, stroke=0, fill=1)
    write(canvas, "草稿999", y=650)


def clipped(canvas):
    path = canvas.beginPath()
    path.rect(60, 640, 5, 30)
    canvas.clipPath(path, stroke=0)
    write(canvas, "草稿999", y=650)


def off_the_page(canvas):
    write(canvas, "草稿999", x=700)


def under_a_fill(canvas):
    write(canvas, "草稿999", y=650)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(60, 640, 200, 30, stroke=0, fill=1)


def under_a_picture(canvas):
    write(canvas, "草稿999", y=650)
    canvas.drawImage(picture("RGB", (255, 255, 255)), 60, 640, 200, 30)


def picture(mode, color):
    out = io.BytesIO()
    Image.new(mode, (40, 6), color).save(out, "PNG")
    return ImageReader(io.BytesIO(out.getvalue()))


UNSEEN = [in_mode(3), in_mode(7), in_white, in_the_colour_of_its_fill, clipped, off_the_page, under_a_fill]


@pytest.mark.parametrize("hide", [*UNSEEN, under_a_picture])
def test_what_nobody_sees_is_not_read_and_is_counted(hide):
    def draw(canvas):
        write(canvas, "实际完成值10")
        hide(canvas)

    (page,) = read(draw_pdf(draw))

    assert text_of(page) == "实际完成值10"
    (issue,) = page.issues
    assert issue.code == "invisible_text"
    assert "5 characters" in issue.message


def on_a_dark_fill(canvas):
    canvas.setFillColorRGB(0.1, 0.2, 0.4)
    canvas.rect(60, 640, 200, 30, stroke=0, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    write(canvas, "表头", y=650)


def on_a_fill(canvas):
    canvas.setFillColorRGB(0.9, 0.9, 0.9)
    canvas.rect(60, 640, 200, 30, stroke=0, fill=1)
    canvas.setFillColorRGB(0, 0, 0)
    write(canvas, "表头", y=650)


def under_a_clear_fill(canvas):
    write(canvas, "表头", y=650)
    canvas.setFillColorRGB(1, 1, 0, alpha=0.4)
    canvas.rect(60, 640, 200, 30, stroke=0, fill=1)


def under_a_clear_picture(canvas):
    write(canvas, "表头", y=650)
    canvas.drawImage(picture("RGBA", (255, 0, 0, 0)), 60, 640, 200, 30, mask="auto")


def stroked(canvas):
    text = canvas.beginText(72, 650)
    text.setTextRenderMode(2)
    text.textLine("表头")
    canvas.drawText(text)


@pytest.mark.parametrize("show", [on_a_dark_fill, on_a_fill, under_a_clear_fill, under_a_clear_picture, stroked])
def test_what_is_seen_is_read(show):
    (page,) = read(draw_pdf(show))

    assert text_of(page) == "表头"
    assert page.issues == ()


def under_a_dark_fill(canvas):
    write(canvas, "115600", y=650)
    canvas.setFillGray(0.1)
    canvas.rect(60, 640, 200, 30, stroke=0, fill=1)


def under_a_white_fill(canvas):
    write(canvas, "115600", y=650)
    canvas.setFillGray(1)
    canvas.rect(60, 640, 200, 30, stroke=0, fill=1)


@pytest.mark.parametrize(
    ("cover", "doubted"), [(under_a_dark_fill, True), (under_a_picture, True), (under_a_white_fill, False)]
)
def test_what_something_else_than_paper_lies_over_is_not_read_and_its_place_is_doubted(cover, doubted):
    def draw(canvas):
        write(canvas, "实际完成值10")
        cover(canvas)

    (page,) = read(draw_pdf(draw))

    assert text_of(page) == "实际完成值10"
    assert any(box.y0 > 842 - 670 for box in page.unread) == doubted
