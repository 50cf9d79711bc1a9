"""A ═ whose strokes ran together is a thicker dash than the others of its page."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.ingest.ocr.reading import CharReading, GrayImage, LineReading
from pipeline.ingest.scan.ink.doubles import weigh_doubles


def dash(thickness: int) -> GrayImage:
    crop = np.full((300, 300), 240, np.uint8)
    crop[150 - thickness // 2 : 150 + (thickness + 1) // 2, 40:260] = 60
    return np.asarray(cv2.resize(crop, (30, 30), interpolation=cv2.INTER_AREA))


def read(*thicknesses: int) -> list[tuple[str, ...]]:
    readings = [LineReading((CharReading("—", 0.99),)) for _ in thicknesses]
    told = weigh_doubles([dash(t) for t in thicknesses], readings)
    assert [reading.text for reading in told] == ["—"] * len(thicknesses)
    return [reading.alternatives() for reading in told]


def test_a_dash_of_twice_the_ink_may_be_a_double_stroke() -> None:
    assert read(20, 21, 20, 22, 36) == [(), (), (), (), ("═",)]


def test_dashes_of_one_page_vary_a_little_and_few_of_them_tell_nothing() -> None:
    assert not any(read(20, 21, 23, 19, 24))
    assert not any(read(20, 36, 21))
