"""Pages are drawn in one room, as a person sees them and as they were read."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

import pipeline
from pipeline.ingest.drawing import NoSuchPage, NotDrawable, open_drawer, redraw_page
from pipeline.ingest.pdf.document import read_pdf
from pipeline.models import Box, Page
from pipeline.settings import ReadSettings
from tests.ingest.office.word_files import picture_bytes
from tests.ingest.pdf.support import draw_pdf
from tests.ingest.pdf.test_printed_over import fill_in, layered, off, with_page
from tests.typeset.ofd import scanned_ofd

SETTINGS = ReadSettings()
SOURCES = sorted(Path(pipeline.__file__).parent.rglob("*.py"))


def ink(data: bytes, box: Box) -> int:
    """Count the dark pixels of a part of the first page."""
    with open_drawer(data, SETTINGS) as drawer:
        return int((np.asarray(drawer.draw(1, 2.0, box).convert("L")) < 128).sum())


def test_pdfium_draws_in_one_module() -> None:
    drawing = [
        path.name for path in SOURCES if re.search(r"\.render\(\s*scale|FPDF_RenderPage", path.read_text("utf-8"))
    ]
    assert drawing == ["rendering.py"]


@pytest.mark.parametrize("change", [fill_in("95.5", drawn="95.5"), fill_in("95.5"), fill_in("95.5", renew=True)])
def test_the_value_of_a_form_field_is_on_the_picture(change: object) -> None:
    """The value is read, so whoever compares it with the page must see it there."""
    assert ink(with_page(change), Box(95, 842 - 665, 225, 842 - 635)) > 20


def test_a_layer_that_is_off_is_not_on_the_picture() -> None:
    shown, hidden = Box(60, 842 - 720, 200, 842 - 690), Box(60, 842 - 670, 200, 842 - 640)
    data = with_page(layered(off))
    assert ink(data, shown) > 0
    assert ink(data, hidden) == 0


def test_a_page_is_redrawn_as_it_was_recognised_its_notes_and_a_repair_included(tmp_path: Path) -> None:
    """The second look cuts cells out of this picture: it must be the one that was read first, pixel by pixel."""

    def scan(canvas: object) -> None:
        (tmp_path / "scan.png").write_bytes(picture_bytes(800, 1000))
        canvas.drawImage(str(tmp_path / "scan.png"), 0, 0, 595, 842)  # type: ignore[attr-defined]

    def annotate(document: pikepdf.Pdf, page: Dictionary) -> None:
        stream = document.make_stream(b"0 0 0 rg 0 0 100 50 re f")
        stream.Type, stream.Subtype, stream.BBox = Name.XObject, Name.Form, Array([0, 0, 100, 50])
        note = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([100, 600, 200, 650]), F=4)
        note.AP, note.Contents = Dictionary(N=stream), String("stamp")
        page.Annots = document.make_indirect(Array([document.make_indirect(note)]))

    for data in (with_page(annotate, scan), with_page(annotate, scan)[:-60]):
        first: list[np.ndarray] = []

        def keep(image: np.ndarray, number: int, width: float, height: float, first: list = first) -> Page:
            first.append(image)
            return Page(number, width, height, (), (), "ocr", "")

        list(read_pdf(data, SETTINGS, keep))
        again = redraw_page(data, 1, SETTINGS)
        assert again is not None
        assert np.array_equal(again[0], first[0])
        assert first[0][500:600, 300:500].min() == 0


def test_a_scan_in_an_ofd_file_is_drawn_again() -> None:
    drawn = redraw_page(scanned_ofd(picture_bytes(800, 1000), 400, 500), 1, SETTINGS)
    assert drawn is not None
    assert (drawn[0].shape[:2], drawn[1], drawn[2]) == (
        (1000, 800),
        pytest.approx(400, abs=1),
        pytest.approx(500, abs=1),
    )


def test_a_page_that_is_not_there_and_one_without_geometry_say_so() -> None:
    with open_drawer(draw_pdf(lambda canvas: None), SETTINGS) as drawer, pytest.raises(NoSuchPage):
        drawer.size(2)
    with open_drawer(b"<table><tr><td>1</td></tr></table>", SETTINGS) as drawer, pytest.raises(NotDrawable):
        drawer.draw(1, 1.0)
