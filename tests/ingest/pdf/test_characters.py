"""pdfium's characters: where they stand, how large they are, and that pdfplumber reads the same into the same cells."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from pipeline.text import normalise_text
from tests.ingest.pdf.support import FONT, cell_texts, draw_grid, draw_pdf, read, text_of
from tests.ingest.pdf.test_printed_over import with_page

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
TEXTS = ["项目名称", "某项目经费", "分值", "10", "年度指标值", "≥95%", "得分", "9.5"]


def draw_form(canvas):
    draw_grid(canvas, (60, 200, 340, 440, 540), (600, 625, 650), TEXTS)


def test_a_character_stands_on_its_baseline_as_high_as_its_font_is_large():
    (page,) = read(draw_pdf(lambda canvas: canvas.drawString(72, 700, "一绩")))
    one, two = page.glyphs

    assert page.reader == "pdfium"
    assert (one.box.x0, two.box.x0, two.box.x1) == pytest.approx((72, 84, 96), abs=0.1)
    assert one.box.height == pytest.approx(12, abs=0.1)
    assert one.box.y0 < 842 - 700 - 6 < one.box.y1
    assert one.box.center[1] == two.box.center[1]


def test_fonts_of_one_size_on_one_baseline_stand_at_one_height():
    def draw(canvas):
        canvas.drawString(72, 700, "预算")
        canvas.setFont("Helvetica", 12)
        canvas.drawString(100, 700, "2024")

    (page,) = read(draw_pdf(draw))

    assert len({round(g.box.center[1], 2) for g in page.glyphs}) == 1


def test_both_readers_put_the_same_text_into_the_same_cells():
    data = draw_pdf(draw_form)
    (ours,), (theirs,) = read(data), read(data, text_reader="pdfplumber")

    assert (ours.reader, theirs.reader) == ("pdfium", "pdfplumber")
    assert cell_texts(ours) == cell_texts(theirs) == [TEXTS]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_and_cropped_page_has_its_characters_where_they_are_shown(turn):
    with pikepdf.open(io.BytesIO(draw_pdf(draw_form))) as document:
        document.pages[0].Rotate = turn
        document.pages[0].CropBox = [50, 500, 560, 800]
        out = io.BytesIO()
        document.save(out)
    (page,) = read(out.getvalue())
    places = [page.frame.box(g.box).center for g in page.glyphs if g.text == "项"]

    across, up = 64 + 6 - 50, 800 - 625 - 6 - 4.56
    expected = {0: (across, up), 90: (300 - up, across), 180: (510 - across, 300 - up), 270: (up, 510 - across)}
    assert (page.width, page.height) == ((510, 300) if turn % 180 == 0 else (300, 510))
    assert any(place == pytest.approx(expected[turn], abs=0.5) for place in places)


def test_text_in_a_form_object_stands_where_the_form_is_drawn():
    def draw(canvas):
        canvas.beginForm("stamp")
        canvas.setFont(FONT, 10)
        canvas.drawString(0, 0, "已核")
        canvas.line(0, 2, 40, 2)
        canvas.endForm()
        canvas.translate(100, 300)
        canvas.scale(2, 2)
        canvas.doForm("stamp")

    (page,) = read(draw_pdf(draw))

    assert [g.box.x0 for g in page.glyphs] == pytest.approx([100, 120], abs=0.1)
    assert page.glyphs[0].box.height == pytest.approx(20, abs=0.1)
    (line,) = page.rulings
    assert (line.x0, line.x1, line.y0) == pytest.approx((100, 180, 842 - 304), abs=0.1)


def test_what_is_drawn_is_read_not_what_is_to_be_spoken():
    """A span's ActualText may say anything; a person reads the page."""
    data = draw_pdf(lambda canvas: canvas.drawString(72, 700, "115600"))
    with pikepdf.open(io.BytesIO(data)) as document:
        content = document.pages[0].Contents.read_bytes()
        spoken = b"/Span << /ActualText (999999) >> BDC\n" + content + b"\nEMC\n"
        document.pages[0].Contents = document.make_stream(spoken)
        out = io.BytesIO()
        document.save(out)

    assert text_of(read(out.getvalue())[0]) == "115600"


def test_a_character_that_its_font_does_not_name_is_doubted():
    """One character in thirty has no Unicode: too few to leave the text, so its field asks for review."""
    names = Array([0, *(Name(f"/g{k}") for k in range(30))])
    mapped = "".join(f"<{k:02x}><{0x4E00 + k:04x}>" for k in range(1, 30))

    def change(document, page):
        square = document.make_stream(b"1000 0 0 0 1000 1000 d1 0 0 800 800 re f")
        font = Dictionary(Type=Name.Font, Subtype=Name.Type3, FirstChar=0, LastChar=29, Widths=Array([1000] * 30))
        font.FontBBox, font.FontMatrix = Array([0, 0, 1000, 1000]), Array([0.001, 0, 0, 0.001, 0, 0])
        font.CharProcs = Dictionary({f"/g{k}": square for k in range(30)})
        font.Encoding, font.Resources = Dictionary(Type=Name.Encoding, Differences=names), Dictionary()
        head = b"begincmap 1 begincodespacerange <00><ff> endcodespacerange 29 beginbfchar "
        font.ToUnicode = document.make_stream(head + mapped.encode() + b" endbfchar endcmap")
        page.Resources = Dictionary(Font=Dictionary(F=font))
        codes = "".join(f"{k:02x}" for k in range(30))
        page.Contents = document.make_stream(f"BT /F 12 Tf 72 700 Td <{codes}> Tj ET".encode())

    (page,) = read(with_page(change))

    assert page.source == "text"
    assert [(g.doubt, g.confidence) for g in page.glyphs][:2] == [("unread", 0.0), ("", 1.0)]


TEXT_FILES = [f"dev/{name}.pdf" for name in ("chaoyang-a", "chaoyang-c", "fengtai-a", "tongzhou-a")] + [
    "unseen/L01-plain.pdf",
    "unseen/L15-chromium-6.5pt.pdf",
    "unseen/L21-split-heads-flow.pdf",
]


@pytest.mark.slow
@pytest.mark.parametrize("name", TEXT_FILES)
def test_both_readers_agree_on_published_layouts(name):
    path = CORPUS / name
    if not path.is_file():
        pytest.skip("the shared corpus is not here")
    ours, theirs = read(path.read_bytes()), read(path.read_bytes(), text_reader="pdfplumber")

    assert [_folded(page) for page in ours] == [_folded(page) for page in theirs]


def _folded(page):
    """Return the cells' texts without white space: pdfium drops spaces at the ends of text objects."""
    return [["".join(normalise_text(text).split()) for text in table] for table in cell_texts(page)]
