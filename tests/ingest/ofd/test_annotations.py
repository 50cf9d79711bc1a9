"""What is set over an OFD page after it was made: notes are content, watermarks are not, markings leave the text."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.ingest.ofd.document import read_ofd
from pipeline.ingest.pdf.annotations import UNCLEAR
from pipeline.ingest.pending import finish_pages
from pipeline.models import Page
from pipeline.settings import ReadSettings
from tests.ingest.ofd.test_ofd import text
from tests.typeset.ofd import NAMESPACE, document_xml, pack, page_xml

pytestmark = pytest.mark.usefixtures("fonts")

OVER = (
    '<ofd:PathObject ID="8" Boundary="0 0 40 8" Fill="true" Stroke="false"><ofd:FillColor Value="255 255 255"/>'
    "<ofd:AbbreviatedData>M 0 0 L 40 0 L 40 8 L 0 8 C</ofd:AbbreviatedData></ofd:PathObject>"
    '<ofd:TextObject ID="9" Boundary="@ 0 40 8" Size="4" Font="1"><ofd:TextCode X="0" Y="4">90</ofd:TextCode>'
    "</ofd:TextObject>"
)


def annotated(kind: str, attributes: str = "", listed: str = "Annots/Annotations.xml", beside: int = 12) -> bytes:
    """A page that says 实际完成值95 and 得分, with a patch over the number and another one on it."""
    over = OVER.replace("@", str(beside))
    note = (
        f'<ofd:Annot ID="7" Type="{kind}" {attributes}><ofd:Appearance Boundary="30 10 40 8">{over}</ofd:Appearance>'
        "</ofd:Annot>"
    )
    root = document_xml("0 0 100 100", "", '<ofd:Page ID="1" BaseLoc="Content.xml"/>')
    root = root.replace("</ofd:Document>", f"<ofd:Annotations>{listed}</ofd:Annotations></ofd:Document>")
    page = page_xml([text("实际完成值"), text("95", code='X="22" Y="4"'), text("得分", code='X="0" Y="34"')])
    place = '<ofd:Page PageID="1"><ofd:FileLoc>Page_1/Annotation.xml</ofd:FileLoc></ofd:Page>'
    return pack(
        {
            "Doc_0/Document.xml": root,
            "Doc_0/Content.xml": page,
            "Doc_0/Annots/Annotations.xml": f"<ofd:Annotations {NAMESPACE}>{place}</ofd:Annotations>",
            "Doc_0/Annots/Page_1/Annotation.xml": f"<ofd:PageAnnot {NAMESPACE}>{note}</ofd:PageAnnot>",
        }
    )


def read(data: bytes) -> Page:
    def read_image(image: Any, number: int, width: float, height: float) -> Page:
        return Page(number, width, height, (), (), "ocr", "")

    (page,) = finish_pages(read_ofd(data, ReadSettings(), read_image))
    return page


def written(page: Page) -> str:
    return "".join(glyph.text for glyph in page.glyphs)


@pytest.mark.parametrize("kind", ["Stamp", "Path", "FreeText"])
def test_a_note_over_a_value_is_what_a_person_sees(kind: str) -> None:
    page = read(annotated(kind))
    assert written(page) == "实际完成值得分90"
    assert [issue.code for issue in page.issues] == ["invisible_text"]


def test_a_note_in_the_very_place_of_a_value_asks_for_review() -> None:
    page = read(annotated("Stamp", beside=2))
    assert {glyph.text for glyph in page.glyphs if glyph.doubt == UNCLEAR} == {"5", "0"}


def test_a_watermark_is_kept_beside_the_page() -> None:
    page = read(annotated("Watermark"))
    assert (written(page), "".join(glyph.text for glyph in page.overlays)) == ("实际完成值95得分", "90")


@pytest.mark.parametrize(
    "data", [annotated("Highlight"), annotated("Stamp", 'Visible="false"'), annotated("Stamp", listed="none.xml")]
)
def test_markings_and_what_is_hidden_or_not_there_leave_the_page_as_it_is(data: bytes) -> None:
    page = read(data)
    assert (written(page), page.overlays, page.issues) == ("实际完成值95得分", (), ())
