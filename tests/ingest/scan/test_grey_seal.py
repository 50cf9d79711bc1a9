"""A seal on a grey scan is told by its ring and goes; print and rulings under it stay, and what is no seal is left."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.ingest.scan.grey_seal import remove_grey_seals
from tests.ingest.scan.support import COLUMN, LEFT, PITCH, TOP, Picture, rule_table, write

UNIT = 200 / 72
MIDDLE = LEFT + 2 * COLUMN + 60, TOP + 3 * PITCH + 70
"""Middle of the seal: a corner of four cells lies left of its star."""


def print_page() -> Picture:
    page = rule_table()
    for row in range(2, 5):
        for col in range(1, 4):
            write(page, "123456", row, col)
    return page


def stamp(page: Picture, tone: int, axes: tuple[int, int] = (150, 150), span: int = 360) -> Picture:
    """Lay a ring with a star over the page; black ink under it stays black."""
    ink = np.full(page.shape, 255, np.uint8)
    cv2.ellipse(ink, MIDDLE, axes, 0, 0, span, (tone,), 7, cv2.LINE_AA)
    turns = -np.pi / 2 + np.arange(5) * 4 * np.pi / 5
    star = np.array(MIDDLE) + 45 * np.column_stack([np.cos(turns), np.sin(turns)])
    cv2.fillPoly(ink, [star.astype(np.int32)], (tone,), cv2.LINE_AA)
    return np.minimum(page, ink)


@pytest.mark.parametrize(("tone", "axes"), [(90, (150, 150)), (140, (150, 150)), (110, (180, 130))])
def test_the_seal_goes_and_the_print_stays(tone: int, axes: tuple[int, int]) -> None:
    page = print_page()
    stamped = stamp(page, tone, axes)
    cleaned, mask = remove_grey_seals(stamped, UNIT)
    assert mask is not None
    ink = (stamped < page) & (page > 200)
    assert (cleaned[ink] > 200).mean() > 0.95
    assert (cleaned[page < 60] < 100).all()
    assert mask[ink].mean() > 0.95
    assert (cleaned[~mask] == stamped[~mask]).all()


def test_a_ruling_as_light_as_the_seal_goes_on_under_it() -> None:
    page = rule_table(ink=100)
    for row in range(8):
        write(page, "123456789", row, 4, 1.4)
        write(page, "123456789", row, 0, 1.4)
    cleaned, mask = remove_grey_seals(stamp(page, 100), UNIT)
    assert mask is not None
    assert (cleaned[page < 120] < 130).mean() > 0.98


def test_of_a_seal_as_dark_as_the_print_ring_and_star_go_and_all_within_is_marked() -> None:
    page = print_page()
    stamped = stamp(page, 15)
    cleaned, mask = remove_grey_seals(stamped, UNIT)
    assert mask is not None
    ink = (stamped < page) & (page > 200)
    assert (cleaned[ink] > 200).mean() > 0.9
    assert mask[ink].all()
    inside = np.hypot(*(np.indices(page.shape)[::-1] - np.array(MIDDLE)[:, None, None])) < 140
    assert mask[inside].all()
    assert (cleaned[inside & (page < 60)] < 100).mean() > 0.8


def test_thin_writing_along_the_ring_goes_with_it() -> None:
    page = print_page()
    stamped = stamp(page, 90)
    cv2.putText(stamped, "T", (MIDDLE[0] + 80, MIDDLE[1] + 12), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (90,), 2, cv2.LINE_AA)
    cleaned, _ = remove_grey_seals(stamped, UNIT)
    writing = (stamped < 150) & (page > 200)
    assert (cleaned[writing] > 200).mean() > 0.97


@pytest.mark.parametrize(
    ("tone", "axes", "span"),
    [(90, (60, 60), 360), (90, (150, 150), 220)],
    ids=["too small", "an arc"],
)
def test_what_is_no_seal_is_left(tone: int, axes: tuple[int, int], span: int) -> None:
    page = print_page()
    ink = np.full(page.shape, 255, np.uint8)
    cv2.ellipse(ink, MIDDLE, axes, 0, 0, span, (tone,), 7, cv2.LINE_AA)
    stamped = np.minimum(page, ink)
    cleaned, mask = remove_grey_seals(stamped, UNIT)
    assert mask is None
    assert cleaned is stamped


def test_fills_and_pale_print_are_no_seal() -> None:
    page = rule_table(ink=110)
    cv2.rectangle(page, (LEFT, TOP), (LEFT + 3 * COLUMN, TOP + PITCH), (200,), -1)
    write(page, "123456", 2, 2)
    assert remove_grey_seals(page, UNIT)[1] is None
