"""OFD (GB/T 33190): the same form gives the same fields at the same places as in a PDF; nothing in it does harm."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.dataset.documents import DocumentRecords
from pipeline.errors import CorruptDocument, EncryptedDocument, NoPages, TooLarge, UnsupportedDocument
from pipeline.ingest import media_type
from pipeline.ingest.ofd.document import read_ofd
from pipeline.layout.regions import find_regions
from pipeline.models import Page
from pipeline.read import read_document
from pipeline.settings import ReadSettings
from tests.typeset import Layout, OfdStyle, draw_ofd, draw_pdf, random_document, random_form, random_layout
from tests.typeset.compare import wrong
from tests.typeset.ofd import NAMESPACE, document_xml, pack, page_xml, scanned_ofd

pytestmark = pytest.mark.usefixtures("fonts")

SETTINGS = ReadSettings()

STYLES = {
    "strokes": OfdStyle(),
    "boxes, and distances one by one": OfdStyle(boxes=True, repeats=False),
    "text scaled, rulings on a template": OfdStyle(scale=0.5, template=True),
    "composite graphics": OfdStyle(composite=True),
    "two documents in one file": OfdStyle(documents=2),
}


def read_image(image: Any, number: int, width: float, height: float) -> Page:
    """A reader of pictures that only says what it was asked."""
    return Page(number, width, height, (), (), "ocr", f"seen {image.shape[1]}x{image.shape[0]}")


def read(data: bytes, settings: ReadSettings = SETTINGS) -> list[Page]:
    return list(read_ofd(data, settings, read_image))


def one_page(*objects: str, **parts: bytes) -> bytes:
    """Return a file of one page of 100 x 100 mm."""
    pages = '<ofd:Page ID="1" BaseLoc="Content.xml"/>'
    return pack(
        {"Doc_0/Document.xml": document_xml("0 0 100 100", "", pages), "Doc_0/Content.xml": page_xml(objects), **parts}
    )


def text(content: str, attributes: str = "", code: str = 'X="0" Y="4"') -> str:
    return (
        f'<ofd:TextObject ID="1" Boundary="10 10 80 5" Size="4" Font="1" {attributes}>'
        f"<ofd:TextCode {code}>{content}</ofd:TextCode></ofd:TextObject>"
    )


@pytest.mark.parametrize("style", STYLES)
def test_the_same_form_gives_the_same_fields(style: str, tmp_path: Path) -> None:
    forms = random_document(61, 2)
    truth = draw_ofd(forms, Layout(), tmp_path / "form.ofd", STYLES[style])
    records = read_document(tmp_path / "form.ofd", SETTINGS)
    assert wrong(truth, records) == []
    assert (records.document.media_type, records.document.text_pages) == ("application/ofd", truth.pages)


@pytest.mark.parametrize("seed", range(4))
def test_random_layouts_are_read_exactly(seed: int, tmp_path: Path) -> None:
    forms = random_document(400 + seed, 2)
    truth = draw_ofd(forms, random_layout(400 + seed), tmp_path / "form.ofd", list(STYLES.values())[seed])
    assert wrong(truth, read_document(tmp_path / "form.ofd", SETTINGS)) == []


def boxes(records: DocumentRecords) -> dict[tuple[str, int | None, str], tuple[float, ...]]:
    return {
        (cell.table, cell.row_no, cell.field): (cell.x0, cell.y0, cell.x1, cell.y1)  # type: ignore[misc]
        for cell in records.cells
        if cell.x0 is not None
    }


def test_a_field_stands_where_it_stands_in_a_pdf(tmp_path: Path) -> None:
    form = random_form(12)
    draw_pdf([form], Layout(), tmp_path / "form.pdf")
    draw_ofd([form], Layout(), tmp_path / "form.ofd")
    in_pdf = boxes(read_document(tmp_path / "form.pdf", SETTINGS))
    in_ofd = boxes(read_document(tmp_path / "form.ofd", SETTINGS))
    assert in_ofd.keys() == in_pdf.keys()
    for key in in_pdf.keys() - {("form", None, "title"), ("form", None, "year"), ("form", None, "notes")}:
        assert in_ofd[key] == pytest.approx(in_pdf[key], abs=1.5), key


def test_a_character_stands_where_its_distances_put_it() -> None:
    (page,) = read(one_page(text("甲乙丙", code='X="1" Y="4" DeltaX="g 1 10 20" DeltaY="0 5"')))
    places = [(g.text, round(g.box.x0 / 72 * 25.4, 2), round(g.box.y1 / 72 * 25.4, 2)) for g in page.glyphs]
    assert places == [("甲", 11, 14.56), ("乙", 21, 14.56), ("丙", 41, 19.56)]
    assert (round(page.width), round(page.height)) == (283, 283)


@pytest.mark.parametrize("attributes", ['Visible="false"', 'Alpha="0"', 'Fill="false"'])
def test_text_without_ink_is_not_read(attributes: str) -> None:
    (page,) = read(one_page(text("甲", attributes), text("乙")))
    assert [g.text for g in page.glyphs] == ["乙"]


def test_text_printed_twice_for_boldness_is_read_once() -> None:
    (page,) = read(one_page(text("甲"), text("甲", 'CTM="1 0 0 1 0.1 0"')))
    assert [g.text for g in page.glyphs] == ["甲"]


def test_white_and_curved_paths_rule_nothing() -> None:
    white = '<ofd:StrokeColor Value="255 255 255"/>'
    path = (
        '<ofd:PathObject ID="2" Boundary="0 0 90 90">{}<ofd:AbbreviatedData>{}</ofd:AbbreviatedData></ofd:PathObject>'
    )
    (page,) = read(one_page(path.format(white, "M 0 0 L 50 0"), path.format("", "M 0 0 L 30 30")))
    assert page.rulings == ()
    (page,) = read(one_page(path.format("", "M 10 10 L 50 10 L 50 20 L 10 20 C")))
    assert len(page.rulings) == 4


def png(width: int = 200, height: int = 300) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("hidden", ["", "扫描件下的文字"])
def test_a_scan_is_read_from_its_picture(hidden: str) -> None:
    (page,) = read(scanned_ofd(png(), 200, 300, hidden))
    assert (page.source, page.reader) == ("ocr", "seen 200x300")


def test_a_picture_that_cannot_be_read_is_a_page_unread() -> None:
    (page,) = read(scanned_ofd(b"no picture", 200, 300))
    assert [issue.code for issue in page.issues] == ["page_unread"]
    (page,) = read(scanned_ofd(png(), 200, 300), ReadSettings(max_pixels=100))
    assert "--max-pixels" in page.issues[0].message


def test_text_without_usable_codes_is_a_page_unread() -> None:
    (page,) = read(one_page(text("\ue001\ue002\ue003\ue004" * 10)))
    assert [issue.code for issue in page.issues] == ["page_unread"]
    assert page.glyphs == ()


def test_one_broken_page_costs_itself() -> None:
    pages = '<ofd:Page ID="1" BaseLoc="a.xml"/><ofd:Page ID="2" BaseLoc="gone.xml"/>'
    root = document_xml("0 0 100 100", "", pages)
    first, second = read(pack({"Doc_0/Document.xml": root, "Doc_0/a.xml": page_xml([text("甲")])}))
    assert [g.text for g in first.glyphs] == ["甲"]
    assert [issue.code for issue in second.issues] == ["page_unread"]


def test_limits_hold() -> None:
    data = one_page(text("甲"))
    with pytest.raises(TooLarge, match="--max-pages"):
        read(
            pack({"Doc_0/Document.xml": document_xml("0 0 9 9", "", '<ofd:Page ID="1" BaseLoc="a"/>' * 3)}),
            ReadSettings(max_pages=2),
        )
    with pytest.raises(TooLarge, match="unpacks"):
        read(data, ReadSettings(max_unpacked=100))
    with pytest.raises(TooLarge, match="zip bombs"):
        read(one_page(f"<x>{' ' * (40 << 20)}</x>"))


def test_a_repeat_of_a_thousand_million_distances_costs_nothing() -> None:
    (page,) = read(one_page(text("甲乙", code='X="0" Y="4" DeltaX="g 999999999 4"')))
    assert len(page.glyphs) == 2


def test_graphics_that_hold_themselves_end() -> None:
    unit = (
        f'<ofd:Res {NAMESPACE}><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7"><ofd:Content>'
        f'{text("甲")}<ofd:CompositeObject ID="8" ResourceID="7" Boundary="0 0 9 9"/></ofd:Content>'
        "</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>"
    )
    (page,) = read(
        one_page('<ofd:CompositeObject ID="4" ResourceID="7" Boundary="0 0 9 9"/>', **{"Doc_0/Res.xml": unit})
    )
    assert {g.text for g in page.glyphs} == {"甲"}


@pytest.mark.parametrize("member", ["OFD.xml", "Doc_0/Document.xml", "Doc_0/Content.xml"])
def test_a_document_type_is_refused(member: str) -> None:
    evil = f'<!DOCTYPE x [<!ENTITY a "b">]><ofd:Page {NAMESPACE}><ofd:Content>&a;</ofd:Content></ofd:Page>'
    with pytest.raises(UnsupportedDocument, match="declares a document type"):
        read(one_page(text("甲"), **{member: evil}))


def test_encrypted_empty_and_damaged_files_say_so() -> None:
    with pytest.raises(EncryptedDocument):
        read(one_page(**{"Encryptions.xml": b"<x/>"}))
    with pytest.raises(NoPages):
        read(pack({"Doc_0/Document.xml": document_xml("0 0 9 9", "", "")}))
    whole = one_page(text("甲"))
    for size in range(0, len(whole), 37):
        with pytest.raises((CorruptDocument, UnsupportedDocument)):
            read(whole[:size])
    with pytest.raises(CorruptDocument):
        read(one_page(text("甲"), **{"Doc_0/Content.xml": b"<ofd:Page"}))


def test_names_that_lead_out_of_the_file_lead_nowhere() -> None:
    root = document_xml("0 0 9 9", "", '<ofd:Page ID="1" BaseLoc="../../../../etc/passwd"/>')
    with pytest.raises(CorruptDocument, match="missing"):
        read(pack({"Doc_0/Document.xml": root}))


def test_published_files_are_read(shared: Path) -> None:
    found = sorted((shared / "hostile" / "notpdf").glob("*.ofd"))
    pages = [page for path in found for page in read(path.read_bytes())]
    written = ["".join(line.text for line in find_regions(page).lines) for page in pages]
    assert any("重庆增值税电子普通发票" in line for line in written)
    assert {media_type(path.read_bytes()) for path in found} == {"application/ofd"}
