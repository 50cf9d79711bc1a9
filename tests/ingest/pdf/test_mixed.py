"""One page may be text in one place and a picture in another."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader

from pipeline.ingest.pdf.laid_in import place_reading
from pipeline.ingest.pdf.mixed import find_written, join_pictures, shows_lines
from pipeline.ingest.pending import finish_pages
from pipeline.models import Box, Frame, Glyph, Page, Ruling
from tests.ingest.pdf.support import cell_texts, draw_grid, draw_pdf, read, text_of


def picture_of_a_grid(width=400, height=200):
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((20, 20, width - 20, height - 20), outline="black", width=3)
    pen.line((width // 2, 20, width // 2, height - 20), fill="black", width=3)
    out = io.BytesIO()
    image.save(out, "PNG")
    return ImageReader(io.BytesIO(out.getvalue()))


class Reader:
    """A reader of pictures that finds two words and the frame of a grid where it is told, in shares of the picture."""

    def __init__(self):
        self.asked = []

    def __call__(self, image, number, width, height):
        self.asked.append((image.shape, width, height))
        left, right = (Box(width * x, height * 0.5, width * x + 20, height * 0.5 + 10) for x in (0.25, 0.7))
        glyphs = (Glyph("左格", left, 0.9), Glyph("右格", right, 0.9))
        top, bottom = height * 0.2, height * 0.8
        columns = [width * x for x in (0.1, 0.5, 0.9)]
        rulings = [Ruling(columns[0], y, columns[-1], y) for y in (top, bottom)]
        rulings += [Ruling(x, top, x, bottom) for x in columns]
        return Page(number, width, height, glyphs, tuple(rulings), "ocr", "double")


def read_mixed(draw):
    reader = Reader()
    (page,) = finish_pages(read(draw_pdf(draw), reader))
    return page, reader


def test_a_picture_of_a_table_in_a_text_page_is_read_in_its_place():
    def draw(canvas):
        canvas.drawString(72, 780, "项目支出绩效自评表")
        canvas.drawImage(picture_of_a_grid(), 100, 400, 400, 200)

    page, reader = read_mixed(draw)

    assert text_of(page) == "项目支出绩效自评表左格右格"
    assert cell_texts(page) == [["左格", "右格"]]
    assert page.source == "ocr"
    inside = [g.box.center for g in page.glyphs[-2:]]
    assert all(100 < x < 500 and 842 - 600 < y < 842 - 400 for x, y in inside)
    ((height, width, _),) = [shape for shape, _, _ in reader.asked]
    assert (width, height) == pytest.approx((400 * 150 / 72 + 24, 200 * 150 / 72 + 24), abs=3)


def test_strips_of_a_picture_are_one_picture():
    def draw(canvas):
        canvas.drawString(72, 780, "项目支出绩效自评表")
        for k in range(5):
            canvas.drawImage(picture_of_a_grid(400, 40), 100, 560 - 40 * k, 400, 40)

    _, reader = read_mixed(draw)

    ((_, width, height),) = reader.asked
    assert (width, height) == pytest.approx((400, 200), abs=13)


@pytest.mark.parametrize(
    "draw",
    [
        lambda canvas: canvas.drawImage(picture_of_a_grid(), 100, 700, 60, 60),
        lambda canvas: (
            canvas.drawImage(picture_of_a_grid(), 100, 300, 400, 200),
            draw_grid(canvas, (110, 300, 490), (310, 340, 370), ["甲乙丙丁"] * 4),
        ),
    ],
    ids=["a logo", "a ground under text"],
)
def test_logos_and_grounds_are_not_read(draw):
    def with_title(canvas):
        canvas.drawString(72, 780, "项目支出绩效自评表")
        draw(canvas)

    page, reader = read_mixed(with_title)

    assert reader.asked == []
    assert page.source == "text"


def picture_with(draw, angle=0.0):
    image = Image.new("RGB", (800, 400), "white")
    draw(ImageDraw.Draw(image))
    return np.asarray(image.rotate(angle, Image.Resampling.BICUBIC, fillcolor="white"))


def a_table(pen):
    for y in range(40, 361, 80):
        pen.line((40, y, 760, y), fill="black", width=2)
    for x in range(40, 761, 180):
        pen.line((x, 40, x, 360), fill="black", width=2)


def a_chart(pen):
    pen.line((60, 40, 60, 360, 760, 360), fill="black", width=2)
    for k in range(8):
        pen.rectangle((90 + 80 * k, 340 - 30 * k, 110 + 80 * k, 358), fill="grey")


@pytest.mark.parametrize("angle", [0.0, 1.0, -1.5])
def test_a_picture_of_a_table_shows_lines_even_askew(angle):
    assert shows_lines(picture_with(a_table, angle))


def test_a_chart_shows_no_lines_of_a_table():
    assert not shows_lines(picture_with(a_chart))


def test_figures_of_a_page_full_of_text_are_left():
    def draw(canvas):
        for k in range(20):
            canvas.drawString(72, 780 - 14 * k, "本页是说明文字并无表格仅有插图一幅")
        canvas.drawImage(ImageReader(Image.fromarray(picture_with(a_chart))), 100, 200, 400, 200)

    page, reader = read_mixed(draw)

    assert reader.asked == []
    assert page.issues == ()


def test_a_few_ornaments_outside_of_tables_are_not_writing():
    def draw(canvas):
        canvas.drawString(72, 780, "项目支出绩效自评表")
        for k in range(5):
            outline(canvas, 72 + 12 * k, 700)

    _, reader = read_mixed(draw)

    assert reader.asked == []


def test_a_photograph_is_left_and_the_page_says_so():
    shades = np.linspace((10, 60, 20), (200, 90, 40), 200 * 400).reshape(200, 400, 3).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(shades).save(out, "PNG")

    def draw(canvas):
        canvas.drawString(72, 780, "项目支出绩效自评表")
        canvas.drawImage(ImageReader(io.BytesIO(out.getvalue())), 100, 400, 400, 200)

    page, reader = read_mixed(draw)

    assert reader.asked == []
    assert [issue.code for issue in page.issues] == ["picture_unread"]


def outline(canvas, x, y, size=10):
    """Draw the ring of a nought."""
    path = canvas.beginPath()
    path.ellipse(x, y, size * 0.6, size)
    path.ellipse(x + size * 0.15, y + size * 0.15, size * 0.3, size * 0.7)
    canvas.drawPath(path, stroke=0, fill=1, fillMode=0)


def test_a_page_of_outlines_alone_is_read_as_a_picture():
    def draw(canvas):
        for k in range(30):
            outline(canvas, 72 + 12 * k, 700)

    page, reader = read_mixed(draw)

    assert [issue.code for issue in page.issues] == ["text_layer_distrusted"]
    assert len(reader.asked) == 1


def test_outlines_beside_text_are_read_where_there_is_no_text():
    def draw(canvas):
        draw_grid(canvas, (60, 300, 540), (381, 461), ["完成数量"])
        for k in range(3):
            outline(canvas, 420 + 6 * k, 411)

    page, _ = read_mixed(draw)

    assert cell_texts(page) == [["完成数量", "右格"]]


def character(canvas, x, y):
    """A character as a picture of its own, as some printers draw it against copying."""
    shape = Image.new("L", (20, 30), 255)
    ImageDraw.Draw(shape).rectangle((4, 4, 15, 25), fill=0)
    canvas.drawImage(ImageReader(shape), x, y, 6, 9)


def test_characters_that_are_pictures_are_read():
    def draw(canvas):
        draw_grid(canvas, (60, 300, 540), (381, 461), ["完成数量"])
        for k in range(3):
            character(canvas, 420 + 7 * k, 411)

    page, _ = read_mixed(draw)

    assert cell_texts(page) == [["完成数量", "右格"]]


def test_two_characters_that_are_pictures_are_ink_that_nobody_read():
    def draw(canvas):
        draw_grid(canvas, (60, 300, 540), (381, 461), ["完成数量"])
        for k in range(2):
            character(canvas, 420 + 7 * k, 411)

    page, reader = read_mixed(draw)

    assert reader.asked == []
    assert page.unread
    assert all(410 < box.x0 < 440 for box in page.unread)


def test_pieces_of_a_large_picture_are_no_characters():
    tiles = [
        Box(60 + 20 * col, 100 + 20 * row, 80 + 20 * col, 120 + 20 * row) for col in range(15) for row in range(15)
    ]
    page = Box(0, 0, 595, 842)
    assert find_written(tiles, page) == ()
    assert find_written([*tiles, *(Box(400, 500 + 20 * k, 410, 512 + 20 * k) for k in range(3))], page) == tuple(
        Box(400, 500 + 20 * k, 410, 512 + 20 * k) for k in range(3)
    )


def test_a_line_that_is_drawn_in_part_is_read_whole():
    """A number is not to be put together from a text layer and a picture."""

    def draw(canvas):
        draw_grid(canvas, (60, 300, 540), (381, 461), ["完成数量"])
        canvas.drawString(420, 412, "家。")
        for k in range(3):
            character(canvas, 420 + 6 * k, 411)

    page, _ = read_mixed(draw)

    assert cell_texts(page) == [["完成数量", "右格"]]


def test_the_outlines_of_a_red_seal_are_not_writing():
    def draw(canvas):
        draw_grid(canvas, (60, 300, 540), (381, 461), ["完成数量"])
        canvas.setFillColorRGB(0.9, 0, 0)
        for k in range(5):
            outline(canvas, 426 + 12 * k, 417)

    _, reader = read_mixed(draw)

    assert reader.asked == []


def dots(canvas):
    for k in range(5):
        canvas.circle(80, 700 - 20 * k, 3, stroke=0, fill=1)


def round_boxes(canvas):
    for k in range(5):
        canvas.roundRect(80, 700 - 30 * k, 100, 20, 4, stroke=0, fill=1)


def boxes_of_one_path(canvas):
    for k in range(5):
        path = canvas.beginPath()
        for j in range(4):
            path.rect(80 + 60 * j, 700 - 30 * k, 50, 20)
        canvas.drawPath(path, stroke=0, fill=1)


@pytest.mark.parametrize("draw", [dots, round_boxes, boxes_of_one_path])
def test_dots_and_boxes_are_not_writing(draw):
    def with_title(canvas):
        canvas.drawString(72, 780, "项目支出绩效自评表")
        canvas.setFillColorRGB(0.7, 0.7, 0.7)
        draw(canvas)

    _, reader = read_mixed(with_title)

    assert reader.asked == []


def test_pictures_that_do_not_touch_stay_apart():
    one, two, far = Box(0, 0, 10, 10), Box(0, 10.5, 10, 20), Box(0, 40, 10, 50)

    assert sorted(join_pictures([one, two, far]), key=lambda box: box.y0) == [Box(0, 0, 10, 20), far]


def test_a_reading_that_was_straightened_is_placed_through_its_frame():
    """A picture that stands sideways: working points are turned by a quarter."""
    turned = Frame((0.0, -1.0, 100.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0))
    page = Page(1, 100, 50, (Glyph("字", Box(10, 20, 20, 30)),), (Ruling(0, 40, 50, 40),), "ocr", "double", turned)

    placed = place_reading(page, 7.0, 3.0)

    assert placed.glyphs[0].box == Box(77, 13, 87, 23)
    (line,) = placed.rulings
    assert not line.horizontal
    assert np.allclose((line.x0, line.y0, line.y1), (67, 3, 53))
