"""White heads on dark fills are read as dark heads on paper are; dark things with nothing written on them stay."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.ingest.scan.fills import turn_fills

UNIT = 200 / 72
BLUE = 110


def page() -> np.ndarray:
    """A page with a table: a dark row of white heads over two rows with dark numbers, close below each other."""
    sheet = np.full((800, 900), 250, np.uint8)
    sheet[100:160, 80:820] = BLUE
    for at in range(5):
        x = 80 + 185 * at
        cv2.line(sheet, (x, 100), (x, 158), 250, 2)
        cv2.line(sheet, (x, 160), (x, 280), 0, 2)
    for at in range(4):
        cv2.putText(sheet, "HEAD", (110 + 185 * at, 140), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 250, 2)
        for row in (195, 255):
            cv2.putText(sheet, "115.60", (110 + 185 * at, row), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 30, 2)
    for y in (160, 220, 280):
        cv2.line(sheet, (80, y), (820, y), 0, 2)
    return sheet


def test_white_heads_on_a_fill_become_dark_heads_on_paper() -> None:
    sheet = page()
    turned = turn_fills(sheet, UNIT)
    heads = turned[106:150, 90:250]
    assert np.median(heads) > 240
    assert (heads < 60).mean() > 0.03
    assert (turned[110:150, 265] < 60).all(), "the white line between two heads is a dark one"
    assert (turned[165:] == sheet[165:]).all(), "print on paper stays"


def test_what_is_dark_with_nothing_written_on_it_stays() -> None:
    sheet = page()
    sheet[100:160] = 250
    sheet[:, :60] = 20  # the table that the sheet lies on
    cv2.circle(sheet, (600, 600), 40, 15, -1)  # a hole of a binder
    cv2.putText(sheet, "TITLE", (200, 500), cv2.FONT_HERSHEY_SIMPLEX, 3, 0, 9)
    cv2.rectangle(sheet, (300, 700), (336, 736), 0, -1)  # a thick stroke with a gap, of a large character
    cv2.line(sheet, (305, 718), (330, 718), 250, 3)
    rows = np.linspace(1, 0.4, 200)[:, None]
    sheet[300:500] = (sheet[300:500] * rows).astype(np.uint8)  # a shadow over a paragraph
    assert turn_fills(sheet, UNIT) is sheet
