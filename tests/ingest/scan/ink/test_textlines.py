"""The ink of a cell becomes its text lines: stroke, dash, speck and line are told apart."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ingest.scan.ink.textlines import (
    character_height,
    cut_crop,
    find_ink,
    lies_sideways,
    split_lines,
)
from tests.ingest.scan.support import mark_in, without_specks

EM = 28.0


def cell(height: int = 120, width: int = 200) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.zeros((height, width), np.uint8)


def test_lines_are_split_where_there_is_no_ink() -> None:
    ink = cell()
    ink[10:36, 20:150] = ink[44:70, 20:90] = 255
    assert split_lines(ink, EM) == [(10, 36), (44, 70)]


def test_strokes_of_one_character_stay_together() -> None:
    ink = cell()
    for y in (10, 20, 30):
        ink[y : y + 3, 20:46] = 255
    assert split_lines(ink, EM) == [(10, 33)]


def test_lines_that_touch_are_cut_where_there_is_least_ink() -> None:
    ink = cell()
    ink[10:36, 20:150] = ink[38:64, 20:150] = 255
    ink[36:38, 60:62] = 255
    (first, second) = split_lines(ink, EM)
    assert 35 <= first[1] == second[0] <= 39


@pytest.mark.parametrize(("width", "text"), [(9, "-"), (26, "—"), (54, "——")])
def test_a_lone_flat_stroke_is_a_dash(width: int, text: str) -> None:
    ink = cell()
    ink[50:52, 60 : 60 + width] = 255
    assert mark_in(ink, EM) == text


def test_two_equal_strokes_are_an_equals_sign_and_two_unequal_ones_are_not() -> None:
    ink = cell()
    ink[50:52, 60:76] = ink[58:60, 60:76] = 255
    assert mark_in(ink, EM) == "="
    ink[58:60, 50:86] = 255
    assert mark_in(ink, EM) is None


def test_a_digit_is_no_dash() -> None:
    ink = cell()
    cv2.putText(ink, "1", (60, 80), cv2.FONT_HERSHEY_SIMPLEX, 1, (255,), 2)
    assert mark_in(ink, EM) is None


def test_dust_makes_no_cell_written_but_a_decimal_point_is_kept() -> None:
    dust = cell()
    dust[20:22, 30:32] = dust[80:82, 150:152] = 255
    assert not without_specks(dust, EM).any()
    number = cell()
    number[50:70, 40:52] = number[66:70, 56:60] = number[50:70, 64:76] = 255
    assert (without_specks(number, EM) == number).all()


def test_a_crop_keeps_the_scale_of_its_characters() -> None:
    gray, ink = np.full((60, 200), 240, np.uint8), cell(60, 200)
    gray[30:33, 50:76], ink[30:33, 50:76] = 10, 255
    line = cut_crop(gray, ink, (30, 33), EM)
    assert line is not None
    assert line.box == (50, 30, 76, 33)
    assert line.crop.shape[0] >= EM


def test_faint_print_on_a_shaded_page_is_ink() -> None:
    shade = np.tile(np.linspace(250, 130, 600), (400, 1))
    page = shade.copy()
    page[100:104, 50:550] -= 45
    ink = find_ink(page.astype(np.uint8), 200 / 72)
    assert ink[101, 60:540].mean() > 250
    assert ink[200:].mean() < 1


def test_running_text_tells_which_way_a_page_lies() -> None:
    page = cell(600, 900)
    for y in range(40, 560, 60):
        for x in range(40, 860, 32):
            page[y : y + 26, x : x + 26] = 255
    em = character_height(page, 200 / 72)
    assert em == pytest.approx(26, abs=2)
    assert not lies_sideways(page, em)
    assert lies_sideways(np.ascontiguousarray(np.rot90(page)), em)


def test_characters_are_no_higher_where_lines_touch() -> None:
    page = np.zeros((900, 900), np.uint8)
    for i in range(12):
        for x in range(40, 840, 40):
            page[40 + 60 * i : 66 + 60 * i, x : x + 24] = 255
    for x in range(40, 840, 80):
        page[40:92, x : x + 34] = page[160:212, x : x + 34] = page[280:332, x : x + 34] = 255
        page[400:452, x : x + 34] = page[520:572, x : x + 34] = page[640:692, x : x + 34] = 255
    assert character_height(page, 200 / 72) < 30


def test_the_characters_of_a_reduced_sheet_are_measured_although_its_title_is_larger() -> None:
    page = np.zeros((900, 1200), np.uint8)
    for x in range(40, 440, 40):
        page[40:66, x : x + 24] = 255
    for y in range(120, 860, 30):
        for x in range(40, 1160, 60):
            page[y : y + 10, x : x + 10] = 255
    assert character_height(page, 200 / 72) == pytest.approx(10, abs=1)


def test_small_print_that_has_run_into_lines_still_tells_which_way_a_page_lies() -> None:
    page = np.zeros((600, 900), np.uint8)
    for x in range(40, 860, 120):
        for y in range(40, 560, 72):
            page[y : y + 14, x : x + 60] = page[y + 18 : y + 32, x : x + 60] = 255  # two lines, closer than characters
    assert not lies_sideways(page, 15)
    assert lies_sideways(np.ascontiguousarray(np.rot90(page)), 15)
