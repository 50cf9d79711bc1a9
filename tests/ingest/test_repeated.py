"""What is printed on every page at one place, over its text, is no text of the page; labels that repeat are."""

from __future__ import annotations

from collections.abc import Callable

from reportlab.pdfgen.canvas import Canvas

from pipeline.ingest.repeated import set_repeated_apart
from pipeline.models import Page
from tests.ingest.pdf.support import cell_texts, draw_grid, draw_pdf, read

XS, YS = (60, 200, 340, 480), (560, 590, 620, 650)
LABELS = ("数量指标", "完成数量")


def forms(values: tuple[str, ...], over: Callable[[Canvas], None] = lambda canvas: None) -> list[Page]:
    """A page with the same table and labels for each value, and the same on top of each."""

    def draw(value: str) -> Callable[[Canvas], None]:
        def page(canvas: Canvas) -> None:
            draw_grid(canvas, XS, YS, (*LABELS, value, *LABELS, value))
            over(canvas)

        return page

    return read(draw_pdf(*map(draw, values)))


def stamp(canvas: Canvas) -> None:
    canvas.drawString(302, 624, "仅供公示使用")


def test_a_black_stamp_on_every_page_is_set_apart() -> None:
    pages = forms(("115600元整", "99800元整"), stamp)
    assert cell_texts(pages[0])[0][2] != "115600元整"
    for page, value in zip(set_repeated_apart(pages), ("115600元整", "99800元整"), strict=True):
        assert cell_texts(page)[0][:6] == [*LABELS, value, *LABELS, value]
        assert "".join(glyph.text for glyph in page.overlays) == "仅供公示使用"


def test_a_stamp_on_one_page_of_two_and_labels_on_all_are_text() -> None:
    pages = [forms(("115600元整",), stamp)[0], forms(("99800元整",))[0]]
    assert set_repeated_apart(pages) == pages
    plain = forms(("1", "2", "3"))
    assert set_repeated_apart(plain) == plain


def test_a_label_over_which_a_long_value_runs_stays_in_its_cell() -> None:
    """The value runs into the next cell, where the label is printed on every page."""

    def draw(text: str) -> Callable[[Canvas], None]:
        def page(canvas: Canvas) -> None:
            draw_grid(canvas, XS, YS, LABELS)
            canvas.drawString(64, 596, text * 3)
            canvas.drawString(204, 596, "同一标签")

        return page

    pages = read(draw_pdf(draw("长的文字一"), draw("文字长的二")))
    assert set_repeated_apart(pages) == pages
