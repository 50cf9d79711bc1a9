"""Strokes of a pen are no print: they are taken out, and what stands beside them is doubted."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.geometry.blots import find_blots
from pipeline.ingest.scan.ink.scrawl import tell_scrawl
from pipeline.ingest.scan.ink.textlines import find_ink
from tests.ingest.scan.support import (
    A4,
    COLUMN,
    COLUMNS,
    LEFT,
    PITCH,
    ROWS,
    TOP,
    FakeRecognizer,
    Picture,
    blank_page,
    read_scanned_page,
    rule_table,
    write,
)

EM = 25.0


def wave(page: Picture, x: int, y: int, length: int = 160, height: int = 30) -> Picture:
    """Draw a zigzag of the pen."""
    steps = np.arange(0, length + 1, 40)
    points = np.stack([x + steps, y + np.where(np.arange(len(steps)) % 2, height, 0)], axis=1)
    cv2.polylines(page, [points.astype(np.int32)], isClosed=False, color=(30,), thickness=3, lineType=cv2.LINE_AA)
    return page


def scrawls(page: Picture) -> int:
    return int(tell_scrawl(find_blots(find_ink(page, 200 / 72)), EM).sum())


def test_a_zigzag_is_a_scrawl() -> None:
    assert scrawls(wave(blank_page(), 300, 300)) == 1


def test_words_rulings_and_what_touches_them_are_none() -> None:
    page = blank_page()
    cv2.putText(page, "WXMKAV", (300, 300), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (20,), 3)  # letters that touch
    cv2.line(page, (300, 500), (900, 500), (20,), 3)
    cv2.line(page, (600, 500), (600, 530), (20,), 3)
    assert scrawls(page) == 0


def cell(row: int, col: int) -> tuple[int, int]:
    """Return the upper left corner of a cell."""
    return LEFT + col * COLUMN, TOP + row * PITCH


def scribbled() -> Picture:
    """Draw a table full of numbers, a blank cell, and a scrawl that goes through the blank and up to a number."""
    page = rule_table()
    for row in range(ROWS):
        for col in range(COLUMNS):
            if (row, col) != (3, 2):
                write(page, "1234567", row, col)
    x, y = cell(3, 2)
    return wave(wave(page, x + 40, y + 40), cell(5, 1)[0] + 60, cell(5, 1)[1] + 75)


def test_a_scrawl_is_not_read_and_what_it_goes_through_is_doubted() -> None:
    page = read_scanned_page(scribbled(), 1, *A4, FakeRecognizer())
    doubted = [glyph for glyph in page.glyphs if glyph.doubt == "crossed"]
    assert len(page.glyphs) == ROWS * COLUMNS
    assert sorted(bool(glyph.text) for glyph in doubted) == [False, True]
