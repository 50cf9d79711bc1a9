"""Words first: runs of text are read off the ink, whatever rulings there are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ingest.scan.runs import lay_out_runs, tell_lines
from pipeline.ingest.scan.sheetlines import SheetLine, find_sheet_ink
from pipeline.ingest.scan.straight_page import straighten_page
from tests.ingest.scan.support import (
    COLUMNS,
    HEIGHT,
    LEFT,
    PITCH,
    ROWS,
    TOP,
    FakeRecognizer,
    Picture,
    blank_page,
    read_scanned_page,
    write,
)

A4 = (595.0, 842.0)


def runs_of(picture: Picture) -> list[SheetLine]:
    return lay_out_runs(find_sheet_ink(straighten_page(picture, *A4)))


def written_page(page: Picture | None = None) -> Picture:
    picture = blank_page() if page is None else page
    for row in range(ROWS):
        for col in range(COLUMNS):
            write(picture, f"{row}7{col}", row, col)
    return picture


def test_a_page_without_rulings_gives_one_run_for_each_word() -> None:
    runs = runs_of(written_page())
    assert len(runs) == ROWS * COLUMNS
    assert all(run.box[2] - run.box[0] < 80 for run in runs)


def test_a_page_without_rulings_says_that_its_words_were_read_first() -> None:
    page = read_scanned_page(written_page(), 1, *A4, FakeRecognizer())
    assert page.grid_reader == "words"
    assert len(page.glyphs) == ROWS * COLUMNS
    assert not page.rulings


@pytest.mark.parametrize("level", [200, 225])
def test_shaded_areas_are_paper(level: int) -> None:
    page = blank_page()
    for row in range(0, ROWS, 2):
        cv2.rectangle(page, (LEFT, TOP + row * PITCH), (LEFT + 700, TOP + (row + 1) * PITCH), (level,), -1)
    assert len(runs_of(written_page(page))) == ROWS * COLUMNS


def columns_of_lines(gap: int, lines: int) -> Picture:
    """Draw two columns of words that stand close, the lines of the right one half a line lower."""
    page = blank_page()
    for i in range(lines):
        for x, y in ((200, 300 + 34 * i), (200 + 158 + gap, 317 + 34 * i)):
            cv2.putText(page, "8G8B8S8"[i % 3 :] + "WM8"[: i % 3], (x, y), cv2.FONT_HERSHEY_DUPLEX, 1.0, (10,), 2)
    return page


def test_a_white_lane_parts_columns_that_stand_closer_than_characters_may() -> None:
    assert len(runs_of(columns_of_lines(gap=14, lines=8))) == 16


def test_one_gap_in_one_line_is_no_lane() -> None:
    page = blank_page()
    cv2.putText(page, "8G8B8S8 8G8B8S8", (200, 300), cv2.FONT_HERSHEY_DUPLEX, 1.0, (10,), 2)
    assert len(runs_of(page)) == 1


def test_a_line_of_large_characters_is_one_line() -> None:
    title = np.zeros((60, 400), np.uint8)
    for x in range(5, 380, 60):
        cv2.rectangle(title, (x, 4), (x + 48, 55), (255,), 5)
        cv2.line(title, (x, 30), (x + 48, 30), (255,), 5)
        cv2.line(title, (x + 24, 4), (x + 24, 55), (255,), 5)
    assert tell_lines(title, em=25.0) == [(1, 59)]


def test_two_lines_that_a_bracket_joins_are_two() -> None:
    block = np.zeros((60, 400), np.uint8)
    block[2:28, :200] = block[34:58, :200] = 255
    block[10:50, 210:213] = 255
    assert len(tell_lines(block, em=25.0)) == 2


def test_runs_come_from_the_top_down() -> None:
    tops = [run.box[1] for run in runs_of(written_page())]
    assert tops == sorted(tops)
    assert tops[-1] < HEIGHT
