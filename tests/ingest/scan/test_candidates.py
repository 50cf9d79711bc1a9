"""Lines that are not surely rulings: faint, dotted and dashed ones, white ones, and the edges of shaded areas."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from pipeline.ingest.scan.ink.textlines import find_ink
from pipeline.ingest.scan.rulings.candidates import find_candidates
from pipeline.ingest.scan.sheetlines import find_sheet_ink
from pipeline.ingest.scan.straight_page import StraightPage, turn_sheet
from pipeline.models import Ruling
from tests.ingest.scan.support import Picture, blank_page

UNIT = 200 / 72
X0, X1, Y = 200, 1400, 700


def dotted(page: Picture) -> None:
    for x in range(X0, X1, 8):
        page[Y : Y + 3, x : x + 3] = 90


def dashed(page: Picture) -> None:
    for x in range(X0, X1, 22):
        page[Y : Y + 2, x : x + 14] = 60


def pale(page: Picture) -> None:
    page[Y : Y + 2, X0:X1] = 238


def broken(page: Picture) -> None:
    page[Y : Y + 2, X0:X1] = 40
    for x in range(X0 + 150, X1 - 100, 200):
        page[Y : Y + 2, x : x + 25] = 250


def white_between_fills(page: Picture) -> None:
    page[Y - 60 : Y + 60, X0:X1] = 225
    page[Y - 1 : Y + 2, X0:X1] = 250


def white_with_dark_flanks(page: Picture) -> None:
    white_between_fills(page)
    page[Y - 4 : Y - 1, X0:X1] = page[Y + 2 : Y + 5, X0:X1] = 219


def edge_of_fill(page: Picture) -> None:
    page[Y : Y + 200, X0:X1] = 225


def candidates_of(page: Picture) -> tuple[Ruling, ...]:
    return find_candidates(page, find_ink(page, UNIT), (), UNIT)


def written(page: Picture) -> Picture:
    for x in range(X0, X1 - 100, 240):
        for y in (Y - 12, Y + 34, Y + 150):
            cv2.putText(page, "8B 5", (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (20,), 2, cv2.LINE_AA)
    return page


WHITE = (white_between_fills, white_with_dark_flanks, edge_of_fill)


@pytest.mark.parametrize("draw", [dotted, dashed, pale, broken, *WHITE])
def test_a_line_is_a_candidate_however_it_is_drawn(draw: Callable[[Picture], None]) -> None:
    page = blank_page()
    draw(page)
    lines = [r for r in candidates_of(written(page)) if r.horizontal and abs(r.y0 * UNIT - Y) < 4]
    assert len(lines) == 1
    assert lines[0].x0 * UNIT < X0 + 20
    assert lines[0].x1 * UNIT > X1 - 20
    assert lines[0].origin == ("fill" if draw in WHITE else "trace")


@pytest.mark.parametrize("draw", [dotted, dashed, pale])
def test_standing_lines_are_found_as_lying_ones_are(draw: Callable[[Picture], None]) -> None:
    page = np.full((1654, 1654), 250, np.uint8)
    draw(page)
    lines = [r for r in candidates_of(np.ascontiguousarray(page.T)) if not r.horizontal]
    assert [round(r.x0 * UNIT / 10) for r in lines] == [round(Y / 10)]


def test_print_alone_makes_no_candidates() -> None:
    page = blank_page()
    for y in range(300, 2000, 36):
        cv2.putText(page, "7 = 1 - 8 H 1 T E - 5 L 1" * 2, (150, y), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (20,), 2)
    assert not [r for r in candidates_of(page) if r.y1 - r.y0 + r.x1 - r.x0 > 30]


def test_noise_of_the_paper_makes_no_candidates() -> None:
    noise = np.random.default_rng(5).normal(0, 14, (2339, 1654))
    page = np.clip(blank_page(235) + noise, 0, 255).astype(np.uint8)
    assert len(candidates_of(page)) == 0


def test_a_dash_that_stands_alone_is_print() -> None:
    page = blank_page()
    page[Y : Y + 3, 700:728] = 20
    page[Y : Y + 3, 900:956] = 20
    assert len(candidates_of(page)) == 0


def test_strength_tells_faint_lines_from_the_lines_of_the_page() -> None:
    page = blank_page()
    for y in range(300, 1500, 200):
        page[y : y + 3, X0:X1] = 60
    page[2000:2003, X0:X1] = 200
    strengths = {round(r.y0 * UNIT / 100): r.strength for r in candidates_of(page) if r.horizontal}
    assert strengths[3] == pytest.approx(1.0, abs=0.05)
    assert strengths[20] < 0.4


def test_dashes_of_a_broken_line_are_no_print_and_turn_with_the_sheet() -> None:
    page = blank_page()
    dashed(page)
    candidates = candidates_of(page)
    sheet = StraightPage(page, None, (), (), UNIT, np.eye(3), candidates=candidates)
    assert find_ink(page, UNIT).any()
    assert not find_sheet_ink(sheet).ink.any()
    assert not find_sheet_ink(turn_sheet(sheet, 1)).ink.any()
    assert [r.origin for r in turn_sheet(sheet, 2).candidates] == [r.origin for r in candidates]


def test_dots_that_run_together_and_have_a_speck_are_a_line() -> None:
    page = blank_page()
    for x in range(X0, X1, 110):
        page[Y : Y + 5, x : x + 100] = 60
        page[Y - 3 : Y + 8, x + 40 : x + 46] = 60
    found = [r for r in candidates_of(page) if r.horizontal and abs(r.y0 * UNIT - Y) < 6]
    assert sum(r.x1 - r.x0 for r in found) > 0.8 * (X1 - X0) / UNIT


def test_a_gap_between_the_halves_of_characters_is_no_line() -> None:
    page = blank_page(204)
    for y in (Y, Y + 36):
        for x in range(400, 1200, 400):
            page[y : y + 30, x : x + 10] = page[y : y + 30, x + 19 : x + 29] = 20
            page[y + 6 : y + 24, x + 13 : x + 15] = 120
    assert len(candidates_of(page)) == 0
