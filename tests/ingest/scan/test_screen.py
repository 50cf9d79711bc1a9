"""A page whose tones a copier made dots is read as the tones; print on bare paper stays as it is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ingest.scan.screen import find_screens, flatten_screens, soften_edges
from pipeline.ingest.scan.straight_page import straighten_page
from tests.ingest.scan.support import Picture

BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) * 16 + 8


def form(paper: int = 240) -> Picture:
    """A page of 200 dpi with a ruled table of five rows and columns, with small print in its cells."""
    page = np.full((1600, 1200), paper, np.uint8)
    for at in range(6):
        cv2.line(page, (100, 200 + 240 * at), (1100, 200 + 240 * at), 60, 3)
        cv2.line(page, (100 + 200 * at, 200), (100 + 200 * at, 1400), 60, 3)
    for x in range(120, 1100, 200):
        for y in range(300, 1400, 60):
            cv2.putText(page, "8B5G 6S9R", (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 40, 2, cv2.LINE_AA)
    return page


def ordered(page: Picture) -> Picture:
    """Store two levels through a screen of 4 x 4 thresholds."""
    thresholds = np.tile(BAYER, (page.shape[0] // 4, page.shape[1] // 4))
    return np.where(page > thresholds, 255, 0).astype(np.uint8)


def clustered(page: Picture) -> Picture:
    """Store two levels through a screen of round dots, 48 lines an inch, that lies aslant."""
    y, x = np.mgrid[: page.shape[0], : page.shape[1]] * (2 * np.pi / (4.2 * np.sqrt(2)))
    height = (np.cos(x + y) + np.cos(x - y)) / 4 + 0.5
    ranks = np.searchsorted(np.sort(height.ravel()[::37]), height) / (height.size // 37 + 1)
    return np.where(page > 255 * ranks, 255, 0).astype(np.uint8)


def diffused(page: Picture) -> Picture:
    """Store two levels and carry what is left over to the right and to the row below, with some noise."""
    random, rest = np.random.default_rng(3), np.zeros(page.shape[1], np.float32)
    stored = np.zeros_like(page)
    for row, tones in enumerate(page.astype(np.float32)):
        wanted = tones + rest
        stored[row] = np.where(wanted > 127 + random.uniform(-90, 90, len(tones)), 255, 0)
        rest = wanted - stored[row]
    return stored


def two_levels(page: Picture) -> Picture:
    return np.where(page < 150, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("screen", [ordered, clustered, diffused])
def test_a_screened_page_is_even_and_its_rulings_are_found(screen: object) -> None:
    assert callable(screen)
    spoiled = screen(form())
    screens = find_screens(spoiled)
    assert screens is not None
    assert screens.whole
    flat = flatten_screens(spoiled, screens, 1.0)
    assert np.std(spoiled[1420:, :]) > 40
    assert np.std(flat[1420:, :]) < 10
    width, height = form().shape[1] * 0.36, form().shape[0] * 0.36
    read, true = (straighten_page(page, width, height).rulings for page in (spoiled, form()))
    assert len(true) == 12
    assert [(round(r.x0, -1), round(r.y0, -1)) for r in read] == [(round(r.x0, -1), round(r.y0, -1)) for r in true]


def test_a_shaded_area_of_dots_is_flattened_and_print_beside_it_is_not() -> None:
    page = form(255)
    page[200:440, 100:1100] = np.minimum(page[200:440, 100:1100], 215)
    spoiled = ordered(page)
    screens = find_screens(spoiled)
    assert screens is not None
    assert not screens.whole
    flat = flatten_screens(spoiled, screens, 1.0)
    assert np.std(spoiled[340:420, 110:290]) > 80
    assert abs(float(np.median(flat[400:430, 110:290])) - 215) < 15
    assert (flat[480:] == spoiled[480:]).all()


@pytest.mark.parametrize(
    "page",
    [form(), two_levels(form()), (form() * 0.5 + np.random.default_rng(1).normal(0, 6, form().shape)).astype(np.uint8)],
    ids=["grey", "two levels", "grainy and dark"],
)
def test_a_page_without_a_screen_has_none(page: Picture) -> None:
    assert find_screens(page) is None


def test_rows_of_dots_are_rulings_and_no_screen() -> None:
    page = np.full((1600, 1200), 255, np.uint8)
    for y in range(200, 1400, 32):
        page[y : y + 2, 100:1100:6] = page[y : y + 2, 101:1100:6] = 0
    assert find_screens(page) is None


def test_screens_are_found_again_in_a_picture_that_was_reduced() -> None:
    spoiled = ordered(cv2.resize(form(), (1800, 2400)))
    screens = find_screens(spoiled)
    assert screens is not None
    reduced = np.asarray(cv2.resize(spoiled, (1200, 1600), interpolation=cv2.INTER_AREA), np.uint8)
    assert np.std(flatten_screens(reduced, screens, 2 / 3)[1420:, :]) < 10


def test_a_page_of_lines_aslant_is_a_screen_as_a_whole() -> None:
    y, x = np.mgrid[:1600, :1200]
    spoiled = np.where(form() < 200, 0, np.where((x + y) % 6 == 0, 0, 255)).astype(np.uint8)
    screens = find_screens(spoiled)
    assert screens is not None
    assert screens.whole
    assert np.std(flatten_screens(spoiled, screens, 1.0)[1420:, :]) < 20


def test_edges_of_two_levels_are_softened_and_soft_ones_stay() -> None:
    hard = two_levels(form())
    soft = soften_edges(hard)
    assert set(np.unique(hard)) == {0, 255}
    assert ((soft > 60) & (soft < 200)).mean() > 0.01
    assert abs(float(soft.mean()) - float(hard.mean())) < 1
    assert soften_edges(soft) is soft
