"""A picture becomes a page: rulings, one glyph a line, blanks left blank, and never a crash."""

from __future__ import annotations

import numpy as np
import pypdfium2
import pytest

from pipeline.ingest.ocr.reading import CharReading, LineReading
from pipeline.ingest.pdf.rendering import choose_scale
from pipeline.ingest.scan.page import read_lines
from pipeline.ingest.scan.sheetlines import SheetLine
from pipeline.layout.cells import reconstruct_cells
from pipeline.layout.regions import find_regions
from pipeline.models import Page
from tests.ingest.scan.support import (
    HEIGHT,
    WIDTH,
    FakeRecognizer,
    Picture,
    blank_page,
    draw_sign,
    read_scanned_page,
    rule_table,
    write,
)

SIZE = WIDTH * 72 / 200, HEIGHT * 72 / 200


def read(picture: Picture, recognizer: FakeRecognizer | None = None) -> Page:
    return read_scanned_page(picture, 3, *SIZE, recognizer or FakeRecognizer())


def test_only_cells_with_ink_are_read() -> None:
    picture = rule_table()
    write(picture, "12", 2, 3)
    write(picture, "345", 5, 0)
    page = read(picture)
    (region,) = find_regions(page).regions
    written = {(cell.row, cell.col) for cell in reconstruct_cells(region).cells if cell.text}
    assert written == {(2, 3), (5, 0)}
    assert (page.number, page.source, page.reader) == (3, "ocr", "fake")


def test_a_lone_dash_needs_no_recogniser() -> None:
    picture, recognizer = rule_table(), FakeRecognizer()
    for row in range(4):
        write(picture, "1234567", row, 0)
    picture[290:293, 900:926] = 10
    dashes = [glyph for glyph in read(picture, recognizer).glyphs if glyph.text == "—"]
    assert len(dashes) == 1
    assert dashes[0].confidence > 0.9


def test_ink_that_says_nothing_is_kept_and_doubted() -> None:
    picture = rule_table()
    write(picture, "12", 2, 3)
    (glyph,) = read(picture, FakeRecognizer(text="")).glyphs
    assert (glyph.text, glyph.confidence, glyph.doubt) == ("", 0.0, "unread")


def test_a_page_on_its_head_is_turned_and_its_places_stay_true() -> None:
    picture = rule_table()
    write(picture, "12", 0, 0)
    upright, turned = read(picture), read(np.ascontiguousarray(picture[::-1, ::-1]), FakeRecognizer(turned=True))
    at, seen = upright.glyphs[0].box, turned.frame.box(turned.glyphs[0].box)
    assert seen.center == pytest.approx((SIZE[0] - at.center[0], SIZE[1] - at.center[1]), abs=2.0)


def test_text_on_a_page_without_rulings_is_still_read() -> None:
    picture = blank_page()
    write(picture, "notes and more", 1, 1)
    page = read(picture)
    assert page.rulings == ()
    assert [glyph.text for glyph in page.glyphs] == ["7"]


@pytest.mark.parametrize("shape", [(1, 1), (8, 2000), (40, 40, 3), (3000, 60)])
def test_odd_pictures_are_pages_without_tables(shape: tuple[int, ...]) -> None:
    page = read_scanned_page(np.full(shape, 255, np.uint8), 1, 595.0, 842.0, FakeRecognizer())
    assert page.glyphs == ()
    assert page.rulings == ()


def test_a_black_page_is_empty() -> None:
    assert read(np.zeros((HEIGHT, WIDTH), np.uint8)).rulings == ()


def test_a_doubtful_lone_sign_is_read_beside_a_number() -> None:
    class Unsure(FakeRecognizer):
        def read(self, crops: object, alphabet: str | None = None) -> list[LineReading]:
            (crop,) = crops  # type: ignore[misc,attr-defined]
            wide = crop.shape[1] > 1.5 * crop.shape[0]
            return [LineReading(tuple(CharReading(c, 0.99 if wide else 0.4) for c in ("≥90" if wide else ">")))]

    (reading,) = read_lines([SheetLine((0, 0, 40, 40), draw_sign("≥", 20))], Unsure())
    assert (reading.text, reading.confidence) == ("≥", 0.99)


def test_a_page_without_a_picture_is_drawn_at_the_default() -> None:
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(595, 842)
    assert choose_scale(page, 2.5) == 2.5
    document.close()
