"""An OFD page is painted from its objects: for people, for the recogniser, and to be held against what was read."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipeline.ingest.drawing import NoSuchPage, NotDrawable, open_drawer
from pipeline.ingest.ofd import canvas
from pipeline.ingest.ofd.document import read_ofd
from pipeline.ingest.pending import finish_pages
from pipeline.models import Box, Page
from pipeline.settings import ReadSettings
from tests.ingest.ofd.test_ofd import one_page, text
from tests.ingest.office.word_files import picture_bytes
from tests.typeset.ofd import NAMESPACE, document_xml, pack, page_xml, scanned_ofd

pytestmark = pytest.mark.usefixtures("fonts")

SETTINGS = ReadSettings()
MM = 72 / 25.4
LINES = "".join(text(f"第{n}行的文字有八个字", code=f'X="0" Y="{4 + 5 * n}"') for n in range(4))


def path(
    data: str, attributes: str = 'Fill="true" Stroke="false"', color: str = "0 0 0", box: str = "0 0 90 90"
) -> str:
    fill = f'<ofd:FillColor Value="{color}"/>' if color else ""
    return (
        f'<ofd:PathObject ID="2" Boundary="{box}" {attributes}>{fill}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def seven(x: float, y: float) -> str:
    """A 7 of four millimetres, as an outline with a curve."""
    return (
        f"M {x} {y} L {x + 3} {y} L {x + 3} {y + 1} Q {x + 2} {y + 2} {x + 2} {y + 4} L {x + 1} {y + 4} "
        f"L {x + 2} {y + 1} L {x} {y + 1} C"
    )


def read(data: bytes) -> Page:
    """Read a page; what is read as a picture is said by its reader."""

    def read_image(image: Any, number: int, width: float, height: float) -> Page:
        return Page(number, width, height, (), (), "ocr", f"{np.asarray(image).mean():.0f}")

    (page,) = finish_pages(read_ofd(data, SETTINGS, read_image))
    return page


def ink(data: bytes, box: Box) -> int:
    with open_drawer(data, SETTINGS) as drawer:
        return int((np.asarray(drawer.draw(1, 2.0, box).convert("L")) < 128).sum())


def written(page: Page) -> str:
    return "".join(glyph.text for glyph in page.glyphs)


def test_an_honest_page_raises_no_doubt() -> None:
    page = read(one_page(LINES, path("M 5 5 L 95 5", 'LineWidth="0.3"', "")))
    assert (page.source, page.unread, page.issues) == ("text", (), ())
    assert len(page.rulings) == 1


@pytest.mark.parametrize("color", ["255 255 255", "240 240 240"])
def test_what_lies_under_a_patch_of_paper_is_not_read(color: str) -> None:
    page = read(one_page(LINES, path("M 9 15 L 60 15 L 60 19.9 L 9 19.9 C", color=color)))
    assert "第1行" not in written(page)
    assert all(f"第{n}行" in written(page) for n in (0, 2, 3))
    assert [issue.code for issue in page.issues] == ["invisible_text"]


def test_a_patch_that_is_painted_first_hides_nothing() -> None:
    page = read(one_page(path("M 9 15 L 60 15 L 60 19.9 L 9 19.9 C", color="240 240 240"), LINES))
    assert "第1行" in written(page)
    assert page.issues == ()


def test_a_number_that_is_drawn_is_ink_that_nobody_read() -> None:
    page = read(one_page(LINES, path(seven(60, 60))))
    assert page.unread
    assert all(55 * MM < box.x0 < 68 * MM and 55 * MM < box.y0 < 68 * MM for box in page.unread)


def test_text_that_is_all_drawn_is_read_from_the_picture() -> None:
    page = read(one_page(*(path(seven(5 + 6 * n, 5 + 6 * row)) for n in range(14) for row in range(14))))
    assert page.source == "ocr"
    assert 200 < float(page.reader) < 254, "the recogniser is shown a white page with black on it"


def test_a_picture_of_a_table_in_a_text_page_is_laid_into_it() -> None:
    asked: list[tuple[int, int]] = []

    def read_image(image: Any, number: int, width: float, height: float) -> Page:
        asked.append((round(width), round(height)))
        return Page(number, width, height, (), (), "ocr", "seen")

    image = '<ofd:ImageObject ID="5" ResourceID="9" Boundary="10 40 80 50" CTM="80 0 0 50 0 0"/>'
    media = '<ofd:MultiMedia ID="9" Type="Image"><ofd:MediaFile>scan.png</ofd:MediaFile></ofd:MultiMedia>'
    table = Image.new("RGB", (800, 500), "white")
    table.paste("black", (10, 10, 790, 20))
    file = io.BytesIO()
    table.save(file, "PNG")
    data = pack(
        {
            "Doc_0/Document.xml": document_xml("0 0 100 100", "", '<ofd:Page ID="1" BaseLoc="Content.xml"/>'),
            "Doc_0/Res.xml": f"<ofd:Res {NAMESPACE}><ofd:MultiMedias>{media}</ofd:MultiMedias></ofd:Res>",
            "Doc_0/scan.png": file.getvalue(),
            "Doc_0/Content.xml": page_xml([LINES, image]),
        }
    )
    (page,) = finish_pages(read_ofd(data, SETTINGS, read_image))
    assert "第0行" in written(page)
    assert len(asked) == 1
    assert asked[0] == (pytest.approx(80 * MM, abs=15), pytest.approx(50 * MM, abs=15))


def test_people_see_text_lines_and_pictures_in_their_places() -> None:
    data = one_page(LINES, path("M 5 90 L 95 90", 'LineWidth="0.5"', ""))
    assert ink(data, Box(10 * MM, 10 * MM, 60 * MM, 15 * MM)) > 100
    assert ink(data, Box(10 * MM, 40 * MM, 60 * MM, 80 * MM)) == 0
    assert ink(data, Box(10 * MM, 89 * MM, 60 * MM, 91 * MM)) > 100
    with open_drawer(data, SETTINGS) as drawer, pytest.raises(NoSuchPage):
        drawer.size(2)


def test_without_a_font_there_is_no_picture_of_text_and_there_is_one_of_a_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture without its characters would tell a reviewer that the cells are empty."""
    monkeypatch.setattr(canvas, "_find_face", lambda: None)
    with open_drawer(one_page(LINES), SETTINGS) as drawer, pytest.raises(NotDrawable):
        drawer.draw(1, 1.0)
    with open_drawer(scanned_ofd(picture_bytes(800, 1000), 400, 500, "文字"), SETTINGS) as drawer:
        assert drawer.draw(1, 1.0).size == (400, 500)


def test_a_font_that_the_file_carries_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    carried = canvas._find_face()
    assert carried is not None
    monkeypatch.setattr(canvas, "_find_face", lambda: None)
    with open(carried, "rb") as file:
        fonts = canvas._Fonts(lambda name: file.read())
        assert fonts.find("1", "文", 20) is not None
        with pytest.raises(canvas.NoFont):
            fonts.find("1", "\U000f0000", 20)
