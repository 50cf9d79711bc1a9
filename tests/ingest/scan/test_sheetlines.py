"""The text lines of a whole sheet: what is no character goes, and long text is shown to the detector in parts."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from pipeline.ingest.ocr.reading import GrayImage, PixelBox
from pipeline.ingest.scan.sheetlines import DETECT_EM, HIGHEST_BAND, keep_written, outside_lines
from pipeline.ingest.scan.straight_page import StraightPage
from tests.ingest.scan.support import FakeRecognizer

EM = 28.0


def test_long_strokes_are_no_characters() -> None:
    page = np.zeros((400, 400), np.uint8)
    page[100:103, 20:380] = 255
    page[200:226, 100:126] = 255
    kept = keep_written(page, EM)
    assert kept.sum() == 255 * 26 * 26


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
