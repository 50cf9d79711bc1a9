"""Pages side by side on one sheet come one after the other; one wide page stays one."""

from __future__ import annotations

import pytest

from pipeline.ingest import read_pages
from pipeline.settings import ReadSettings
from tests.ingest.pdf.support import cell_texts, draw_grid, draw_pdf, text_of

A3 = (1190, 842)
YS = (560, 590, 620, 650)
LEFT, RIGHT = (60, 200, 340, 530), (655, 800, 940, 1130)
TEXTS = [f"左{i}" for i in range(9)]


def pages_of(draw, size=A3):
    return list(read_pages(draw_pdf(draw, size=size), ReadSettings()))


def side_by_side(canvas):
    canvas.drawString(200, 700, "第一张")
    canvas.drawString(800, 700, "第二张")
    draw_grid(canvas, LEFT, YS, TEXTS)
    draw_grid(canvas, RIGHT, YS, [text.replace("左", "右") for text in TEXTS])


def test_two_pages_on_one_sheet_come_in_reading_order():
    left, right = pages_of(side_by_side)

    assert (left.number, right.number) == (1, 1)
    assert cell_texts(left) == [TEXTS]
    assert text_of(right).startswith("第二张")
    assert cell_texts(right) == [[text.replace("左", "右") for text in TEXTS]]


def a_title_above_both(canvas):
    side_by_side(canvas)
    canvas.drawString(560, 720, "两表的共同标题")


def a_line_across(canvas):
    side_by_side(canvas)
    canvas.line(60, 555, 1130, 555)


def one_table(canvas):
    draw_grid(canvas, (60, 300, 585, 605, 900, 1130), YS, ["字"] * 15)


def a_note_beside(canvas):
    draw_grid(canvas, LEFT, YS, TEXTS)
    canvas.drawString(800, 600, "备注")


@pytest.mark.parametrize("draw", [a_title_above_both, a_line_across, one_table, a_note_beside])
def test_what_something_crosses_or_has_one_table_is_one_page(draw):
    assert len(pages_of(draw)) == 1


def test_a_foot_line_across_the_sheet_does_not_hold_its_pages_together():
    def draw(canvas):
        side_by_side(canvas)
        canvas.drawString(560, 30, "第1页共1页")

    assert len(pages_of(draw)) == 2


def test_a_booklet_is_read_by_its_page_numbers():
    def draw(canvas):
        side_by_side(canvas)
        canvas.drawString(290, 40, "- 4 -")
        canvas.drawString(880, 40, "- 3 -")

    first, second = pages_of(draw)

    assert text_of(first).startswith("第二张")
    assert text_of(second).startswith("第一张")


def test_page_numbers_in_their_order_change_nothing():
    def draw(canvas):
        side_by_side(canvas)
        canvas.drawString(290, 40, "第 3 页")
        canvas.drawString(880, 40, "第 4 页")

    assert text_of(pages_of(draw)[0]).startswith("第一张")
