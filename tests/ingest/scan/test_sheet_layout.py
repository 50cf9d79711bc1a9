"""The text lines of a whole sheet: outside the tables long text is shown to the detector in parts, and dashes, which it
does not see, are told by their shape."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from pipeline.ingest.ocr.reading import GrayImage, PixelBox
from pipeline.ingest.scan.sheet_layout import DETECT_EM, lay_out_lines, outside_lines
from pipeline.ingest.scan.sheetlines import HIGHEST_BAND, InkedSheet
from pipeline.ingest.scan.straight_page import StraightPage
from pipeline.models import Ruling
from tests.ingest.scan.support import FakeRecognizer

EM = 28.0


def test_long_text_outside_tables_is_shown_to_the_detector_in_parts() -> None:
    pitch, lines = round(1.6 * EM), 40
    gray = np.full((lines * pitch + 112, 1200), 250, np.uint8)
    for i in range(lines):
        for x in range(100, 1000, 28):
            cv2.rectangle(gray, (x, 56 + i * pitch), (x + 20, 56 + i * pitch + 24), (20,), 3)
    sheet = StraightPage(gray, None, (), (), 1.0, np.eye(3))
    shown: list[int] = []

    class Reader(FakeRecognizer):
        def find_lines(self, image: GrayImage) -> list[PixelBox]:
            shown.append(image.shape[0])
            return super().find_lines(image)

    parts = outside_lines(sheet, np.where(gray < 100, 255, 0).astype(np.uint8), EM, Reader())
    assert max(shown) <= (HIGHEST_BAND + 1) * DETECT_EM
    assert len(parts) == len(shown) > 1
    assert sum(part.box[3] - part.box[1] for part in parts) <= lines * pitch
    assert all(later.box[1] >= earlier.box[3] for earlier, later in pairwise(parts))


def test_text_between_rulings_that_close_no_cell_is_kept() -> None:
    gray = np.full((400, 400), 250, np.uint8)
    gray[260:284, 60:84] = gray[100:124, 240:264] = 20
    lying = [Ruling(20.0, 40.0, 380.0, 40.0), Ruling(20.0, 180.0, 380.0, 180.0), Ruling(200.0, 340.0, 380.0, 340.0)]
    standing = [Ruling(x, 40.0, x, y) for x, y in ((20.0, 180.0), (200.0, 340.0), (380.0, 340.0))]
    sheet = StraightPage(gray, None, (*lying, *standing), (0.5,) * 6, 1.0, np.eye(3))
    inked = InkedSheet(sheet, np.where(gray < 100, 255, 0).astype(np.uint8), 24.0, None, sheet)
    found = lay_out_lines(inked, FakeRecognizer())
    assert sorted((line.box[0] // 50, line.in_cell) for line in found) == [(1, False), (4, True)]


class Blind(FakeRecognizer):
    """A reader whose detector finds nothing."""

    def find_lines(self, image: GrayImage) -> list[PixelBox]:
        return []


def read_outside(gray: GrayImage, reader: FakeRecognizer) -> list[tuple[PixelBox, str | None]]:
    sheet = StraightPage(gray, None, (), (), 1.0, np.eye(3))
    ink = np.where(gray < 100, 255, 0).astype(np.uint8)
    lines = outside_lines(sheet, ink, EM, reader)
    return [(line.box, line.settled.text if line.settled else None) for line in lines]


def test_dashes_outside_tables_are_found_though_the_detector_sees_none() -> None:
    gray = np.full((300, 600), 250, np.uint8)
    gray[100:103, 100:126] = gray[100:103, 400:426] = 20
    assert read_outside(gray, Blind()) == [((100, 100, 126, 103), "—"), ((400, 100, 426, 103), "—")]


def test_a_stroke_beside_other_ink_is_no_dash() -> None:
    gray = np.full((300, 600), 250, np.uint8)
    gray[100:103, 100:126] = gray[90:114, 132:156] = 20
    assert read_outside(gray, Blind()) == []


def test_a_dash_that_the_detector_finds_is_told_by_its_shape() -> None:
    gray = np.full((300, 600), 250, np.uint8)
    gray[100:103, 100:126] = 20
    assert [text for _, text in read_outside(gray, FakeRecognizer())] == ["—"]
