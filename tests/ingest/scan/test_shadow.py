"""A shadow over a part of the page changes neither its rulings nor its ink."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from pipeline.geometry.grid import find_grids
from pipeline.ingest.scan.ink.textlines import is_shaded
from pipeline.ingest.scan.rulings.traces import shade_along
from pipeline.ingest.scan.sheetlines import find_sheet_ink
from pipeline.ingest.scan.straight_page import straighten_page
from tests.ingest.scan.support import A4, COLUMNS, HEIGHT, ROWS, WIDTH, Picture, rule_table, write


def table() -> Picture:
    picture = rule_table(thickness=2, ink=90)
    for row in range(ROWS):
        for col in range(COLUMNS):
            write(picture, "8B5G", row, col)
    return picture


def hard_edge() -> Picture:
    shade = np.where(np.arange(HEIGHT) < 650, 0.5, 1.0)
    return np.asarray(table() * shade[:, None], dtype=np.uint8)


def soft_edge() -> Picture:
    shade = 0.4 + 0.6 * np.clip(np.arange(WIDTH) / 500, 0, 1)
    return np.asarray(table() * shade[None], dtype=np.uint8)


@pytest.mark.parametrize("shadow", [hard_edge, soft_edge])
def test_the_table_under_a_shadow_is_whole(shadow: Callable[[], Picture]) -> None:
    sheet = straighten_page(shadow(), *A4)
    assert [len(grid.cells) for grid in find_grids(sheet.rulings)] == [ROWS * COLUMNS]


def test_the_edge_of_a_shadow_is_no_ink() -> None:
    plain, shaded = (find_sheet_ink(straighten_page(picture, *A4)).ink for picture in (table(), hard_edge()))
    assert cv2.countNonZero(shaded) < 1.05 * cv2.countNonZero(plain)


def test_paper_is_shaded_where_parts_of_it_are_dark() -> None:
    assert not is_shaded(table())
    assert is_shaded(hard_edge())


def test_the_paper_along_a_ruling_is_measured_where_it_varies() -> None:
    even = np.full(400, 240, np.uint8)
    assert shade_along(even, even) is None
    stepped = np.where(np.arange(400) < 200, 120, 240).astype(np.uint8)
    shade = shade_along(stepped, stepped)
    assert shade is not None
    assert (round(shade[10]), round(shade[390])) == (120, 240)
