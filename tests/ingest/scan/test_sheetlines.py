"""The ink of a whole sheet: what is no character goes."""

from __future__ import annotations

import numpy as np

from pipeline.ingest.scan.sheetlines import keep_written

EM = 28.0


def test_long_strokes_are_no_characters() -> None:
    page = np.zeros((400, 400), np.uint8)
    page[100:103, 20:380] = 255
    page[200:226, 100:126] = 255
    kept = keep_written(page, EM)
    assert kept.sum() == 255 * 26 * 26
