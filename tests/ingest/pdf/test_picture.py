"""A text page is held against its own picture, whatever hides or adds text on it."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pikepdf
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from pipeline.ingest import read_pages
from pipeline.ingest.pdf.seen.picture import find_company, question_picture
from pipeline.layout.cells import reconstruct_cells
from pipeline.layout.regions import UNREAD_INK, find_regions, find_stray_ink
from pipeline.models import Box, Glyph, Page
from pipeline.settings import ReadSettings

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

LEFT, WIDTH, HIGH = 60, 80, 24
NUMBERS = [["115600", "90", "100%"], ["8.5", "12", "9"], ["30", "29", "95%"]]


def draw(change: Callable[[Canvas], None] = lambda canvas: None) -> bytes:
    """A table of numbers with a title, and whatever else is done to the page."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    canvas.setFont("STSong-Light", 10)
    canvas.drawString(200, 800, "项目支出绩效自评表的一部分数字")
    for row, texts in enumerate(NUMBERS):
        for column, text in enumerate(texts):
            canvas.rect(*corner(row, column), WIDTH, HIGH)
            canvas.drawString(corner(row, column)[0] + 6, corner(row, column)[1] + 8, text)
    change(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def corner(row: int, column: int) -> tuple[float, float]:
    return LEFT + column * WIDTH, 700 - row * HIGH


def read(data: bytes) -> Page:
    (page,) = read_pages(data, ReadSettings())
    return page


def cells(page: Page) -> list[list[tuple[str, str]]]:
    table = reconstruct_cells(find_regions(page).regions[0])
    return [[(cell.text, cell.doubt) for cell in row] for row in table.beginning()]


def test_an_honest_page_raises_no_doubt() -> None:
    page = read(draw())
    assert page.unread == ()
    assert [[text for text, _ in row] for row in cells(page)] == NUMBERS
    assert {doubt for row in cells(page) for _, doubt in row} == {""}
    assert page.issues == ()


def test_a_digit_that_is_whited_out_is_not_read() -> None:
    def white_out(canvas: Canvas) -> None:
        x, y = corner(0, 0)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.rect(x + 5.5, y + 6, 5.4, 11, stroke=0, fill=1)

    page = read(draw(white_out))
    assert cells(page)[0][0][0] == "15600"
    assert [issue.code for issue in page.issues] == ["invisible_text"]


@pytest.mark.parametrize("mode", [3, 0])
def test_a_digit_that_is_added_invisibly_is_not_read(mode: int) -> None:
    def add(canvas: Canvas) -> None:
        x, y = corner(1, 1)
        text = canvas.beginText(x + 18, y + 8)
        text.setTextRenderMode(mode)
        text.setFillColorRGB(1, 1, 1)
        text.textOut("7")
        canvas.drawText(text)

    page = read(draw(add))
    assert cells(page)[1][1][0] == "12"
    assert [issue.code for issue in page.issues] == ["invisible_text"]


def test_a_digit_under_the_strokes_of_a_watermark_is_kept_and_asks_for_review() -> None:
    """Nobody can read it on the page, and nobody may be told that the number has a digit less."""

    def stamp(canvas: Canvas) -> None:
        x, y = corner(0, 1)
        canvas.setFont("Helvetica-Bold", 120)
        canvas.drawString(x - 6, y - 25, "I")

    assert cells(read(draw(stamp)))[0][1] == ("90", "seal")


def test_a_digit_under_the_star_of_a_seal_that_is_drawn_is_kept_and_asks_for_review() -> None:
    def stamp(canvas: Canvas) -> None:
        x, y = corner(0, 0)
        canvas.setFillColorRGB(0.85, 0.1, 0.1)
        path = canvas.beginPath()
        for step, (dx, dy) in enumerate([(8, 40), (14, 13), (20, 8), (11, 5), (4, -20), (4, 5), (-8, 8), (4, 13)]):
            (path.lineTo if step else path.moveTo)(x + dx, y + dy)
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)

    text, doubt = cells(read(draw(stamp)))[0][0]
    assert (text, doubt) == ("115600", "seal")


def test_a_number_drawn_as_outlines_is_ink_that_nobody_read() -> None:
    def outline(canvas: Canvas) -> None:
        x, y = corner(1, 2)
        path = canvas.beginPath()  # a 7, as a path
        for step, (dx, dy) in enumerate([(40, 17), (49, 17), (49, 14), (44, 6), (41, 6), (46, 14), (40, 14)]):
            (path.lineTo if step else path.moveTo)(x + dx, y + dy)
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)

    found = cells(read(draw(outline)))
    assert found[1][2] == ("9", UNREAD_INK)
    assert sum(doubt == UNREAD_INK for row in found for _, doubt in row) == 1


def test_a_digit_that_is_drawn_with_strokes_is_ink_that_nobody_read() -> None:
    def plot(canvas: Canvas) -> None:
        x, y = corner(1, 2)
        for ax, ay, bx, by in ((30, 15, 34, 15), (34, 15, 34, 11), (34, 11, 30, 11), (30, 11, 30, 7), (30, 7, 34, 7)):
            canvas.line(x + ax, y + ay, x + bx, y + by)

    assert cells(read(draw(plot)))[1][2] == ("9", UNREAD_INK)


def test_a_digit_that_is_missing_between_two_others_is_ink_that_nobody_read() -> None:
    picture = np.full((100, 100), 255, np.uint8)
    picture[42:50, 31:34] = 0
    glyphs = [Glyph("1", Box(25, 40, 30, 52)), Glyph("0", Box(35, 40, 40, 52))]

    assert any(box.contains(32, 46) for box in question_picture(picture, glyphs, (), ()).unread)


def test_a_page_of_which_most_ink_has_no_characters_is_read_from_its_picture() -> None:
    rng = np.random.default_rng(0)
    picture = np.full((400, 400), 255, np.uint8)
    picture[50:350, 50:350][rng.random((300, 300)) < 0.3] = 0
    read_of_it = [Glyph("字", Box(50 + 10 * k, 50, 60 + 10 * k, 62)) for k in range(30)]
    all_of_it = [
        Glyph("字", Box(50 + 10 * k, 50 + 10 * i, 60 + 10 * k, 60 + 10 * i)) for k in range(30) for i in range(30)
    ]

    assert question_picture(picture, read_of_it, (), ()).contradicts
    assert not question_picture(picture, all_of_it, (), ()).contradicts
    assert not question_picture(picture, read_of_it, (), [Box(50, 62, 350, 350)]).contradicts, "a picture is known"


def test_ink_under_a_blank_is_ink_that_nobody_read() -> None:
    picture = np.full((100, 100), 255, np.uint8)
    picture[42:50, 31:38] = 0

    assert question_picture(picture, [Glyph(" ", Box(30, 40, 40, 52))], (), ()).unread
    assert not question_picture(picture, [Glyph("9", Box(30, 40, 40, 52))], (), ()).unread


def test_what_shares_a_text_with_invisible_characters_is_doubted() -> None:
    glyphs = [Glyph(text, Box(10 * k, 0, 10 * k + 8, 10)) for k, text in enumerate("77790")]

    assert find_company({0, 1}, glyphs, [5, 5, 5, 6, 6]) == {2}
    assert find_company({0}, glyphs, [5, 5, 5, 6, 6]) == frozenset(), "one of three may be whited out"


def test_white_print_on_a_dark_ground_is_seen() -> None:
    def invert(canvas: Canvas) -> None:
        x, y = corner(4, 0)
        canvas.setFillColorRGB(0.1, 0.2, 0.5)
        canvas.rect(x, y, WIDTH, HIGH, stroke=1, fill=1)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(x + 6, y + 8, "2024")

    page = read(draw(invert))
    assert page.issues == ()
    assert "2024" in "".join(glyph.text for glyph in page.glyphs)


def test_a_stamp_over_a_number_is_what_is_read() -> None:
    pdf = pikepdf.open(io.BytesIO(draw()))
    x, y = corner(2, 0)
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    form = pdf.make_stream(b"1 g 0 0 40 18 re f 0 g BT /F 10 Tf 4 5 Td (75) Tj ET")
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 40, 18]
    form.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    stamp = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[x + 2, y + 3, x + 42, y + 21], F=4
    )
    stamp.AP = pikepdf.Dictionary(N=form)
    pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(stamp)]))
    out = io.BytesIO()
    pdf.save(out)
    assert cells(read(out.getvalue()))[2][0][0] == "75"


@pytest.mark.parametrize("box", [[0, 0, 595, 2_000_000_000], [0, 0, 0, 0]], ids=["endless", "no extent"])
def test_a_page_of_no_size_that_paper_has_is_not_drawn(box: list[int]) -> None:
    with pikepdf.open(io.BytesIO(draw())) as document:
        document.pages[0].MediaBox = box
        out = io.BytesIO()
        document.save(out)

    assert read(out.getvalue()).number == 1


def test_ink_outside_all_tables_is_an_issue_of_the_page() -> None:
    def scrawl(canvas: Canvas) -> None:
        canvas.setLineWidth(1.5)
        for step in range(12):  # short slanted strokes, neither lines nor letters
            canvas.line(80 + 14 * step, 560, 88 + 14 * step, 572)

    page = read(draw(scrawl))
    (issue,) = find_stray_ink([find_regions(page)])
    assert issue.code == UNREAD_INK
    assert {doubt for row in cells(page) for _, doubt in row} == {""}
    assert find_stray_ink([find_regions(read(draw()))]) == []
