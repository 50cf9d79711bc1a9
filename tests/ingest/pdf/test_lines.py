"""Which drawn things rule a table."""

from __future__ import annotations

import pytest

from tests.ingest.pdf.support import cell_texts, draw_grid, draw_pdf, read

XS, YS = (60, 200, 340), (600, 630, 660)


def rule(canvas, draw_piece):
    for x in XS:
        draw_piece(canvas, x, YS[0], x, YS[-1])
    for y in YS:
        draw_piece(canvas, XS[0], y, XS[-1], y)


def thin_box(canvas, x0, y0, x1, y1):
    canvas.rect(x0 - 0.4, y0 - 0.4, x1 - x0 + 0.8, y1 - y0 + 0.8, stroke=0, fill=1)


def dots(canvas, x0, y0, x1, y1):
    for k in range(int(max(x1 - x0, y1 - y0) / 6) + 1):
        x, y = (x0 + 6 * k, y0) if y0 == y1 else (x0, y0 + 6 * k)
        canvas.rect(x - 0.5, y - 0.5, 1, 1, stroke=0, fill=1)


def dashes(canvas, x0, y0, x1, y1):
    for k in range(int(max(x1 - x0, y1 - y0) / 10) + 1):
        x, y = (x0 + 10 * k, y0) if y0 == y1 else (x0, y0 + 10 * k)
        canvas.line(x, y, min(x + 4, x1) if y0 == y1 else x, y if y0 == y1 else min(y + 4, y1))


def dashed_stroke(canvas, x0, y0, x1, y1):
    canvas.setDash(3, 6)
    canvas.line(x0, y0, x1, y1)


@pytest.mark.parametrize("piece", [thin_box, dots, dashes, dashed_stroke])
def test_what_a_person_takes_for_a_line_rules(piece):
    def draw(canvas):
        rule(canvas, piece)
        for x, y, text in ((64, 640, "甲"), (204, 640, "乙"), (64, 610, "丙"), (204, 610, "丁")):
            canvas.drawString(x, y, text)

    assert cell_texts(read(draw_pdf(draw))[0]) == [["甲", "乙", "丙", "丁"]]


def test_white_strokes_rule_where_they_lie_on_a_fill():
    def draw(canvas):
        canvas.setFillColorRGB(0.85, 0.9, 0.95)
        canvas.rect(60, 600, 280, 60, stroke=0, fill=1)
        canvas.setStrokeColorRGB(1, 1, 1)
        canvas.setFillColorRGB(0, 0, 0)
        draw_grid(canvas, XS, YS, "甲乙丙丁")

    (page,) = read(draw_pdf(draw))

    assert cell_texts(page) == [["甲", "乙", "丙", "丁"]]
    assert all(r.strength < 0.2 for r in page.rulings)


def test_white_strokes_on_white_paper_are_not_there():
    def draw(canvas):
        canvas.drawString(72, 700, "正文")
        canvas.setStrokeColorRGB(1, 1, 1)
        draw_grid(canvas, XS, YS)

    assert read(draw_pdf(draw))[0].rulings == ()


def test_the_edges_of_fills_are_candidates_as_strong_as_they_stand_out():
    def draw(canvas):
        canvas.drawString(72, 700, "正文")
        canvas.setFillColorRGB(0.8, 0.8, 0.8)
        canvas.rect(60, 600, 100, 30, stroke=0, fill=1)
        canvas.rect(160, 600, 100, 30, stroke=0, fill=1)

    (page,) = read(draw_pdf(draw))

    assert page.rulings == ()
    assert {r.origin for r in page.candidates} == {"fill"}
    assert [r.strength for r in page.candidates] == pytest.approx([0.2] * 6, abs=0.01)
    assert sorted(r.x0 for r in page.candidates if not r.horizontal) == pytest.approx([60, 260])


def test_a_circle_rules_nothing():
    def draw(canvas):
        canvas.drawString(72, 700, "正文")
        canvas.circle(300, 400, 60)

    assert read(draw_pdf(draw))[0].rulings == ()
