"""The ink of a whole sheet: what is no character goes."""

from __future__ import annotations

import numpy as np

from pipeline.ingest.scan.sheetlines import keep_written, without_pieces

EM = 28.0


def test_long_strokes_are_no_characters() -> None:
    page = np.zeros((400, 400), np.uint8)
    page[100:103, 20:380] = 255
    page[200:226, 100:126] = 255
    kept = keep_written(page, EM)
    assert kept.sum() == 255 * 26 * 26


def test_a_digit_above_another_is_no_dash_of_a_broken_line() -> None:
    page = np.zeros((200, 200), np.uint8)
    for y in (50, 90):
        page[y : y + 20, 60:64] = 255  # the 1 of 15, and of 12 below it
        page[y : y + 20, 70:82] = 255
    page[50:70, 150:154] = page[90:110, 150:154] = 255  # dashes of a broken line by itself
    kept = without_pieces(page, [(58, 40, 66, 120), (148, 40, 156, 120)], EM)
    assert kept[60, 62]
    assert kept[100, 62]
    assert not kept[:, 148:156].any()
