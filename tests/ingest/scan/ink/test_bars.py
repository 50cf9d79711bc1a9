"""What frays out of the dark rim of a page is no writing."""

from __future__ import annotations

import numpy as np

from pipeline.ingest.scan.ink.bars import without_bars

EM = 25.0


def test_pieces_in_the_line_of_a_bar_are_gone_and_print_beside_it_stays() -> None:
    ink = np.zeros((1000, 800), np.uint8)
    ink[50:500, 40:52] = 255
    ink[520:560, 42:54] = 255
    ink[520:545, 90:115] = 255
    left = without_bars(ink, EM)
    assert not left[520:560, 42:54].any()
    assert left[520:545, 90:115].all()
    assert left[50:500, 40:52].all()


def test_below_a_ruling_print_stays() -> None:
    ink = np.zeros((1000, 800), np.uint8)
    ink[50:500, 40:44] = 255
    ink[520:545, 38:46] = 255
    assert np.array_equal(without_bars(ink, EM), ink)
