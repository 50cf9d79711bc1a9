"""The witness tells of characters of any size and place whether the picture shows ink there."""

from __future__ import annotations

import numpy as np

from pipeline.ingest.pdf.seen.picture import question_picture
from pipeline.models import Box, Glyph

PAPER = 250


def page() -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.full((200, 300), PAPER, np.uint8)


def invisible(picture: np.ndarray[tuple[int, int], np.dtype[np.uint8]], *boxes: Box) -> set[int]:
    return set(question_picture(picture, [Glyph("字", box) for box in boxes], (), ()).invisible)


def test_ink_anywhere_in_a_box_shows_the_character() -> None:
    """Also at its very rim, and where the edge is between the box and what is before it."""
    for y, x in ((20, 20), (20, 31), (25, 25), (31, 20), (31, 31)):
        picture = page()
        picture[y, x] = 0
        assert invisible(picture, Box(20, 20, 31, 31), Box(120, 20, 131, 31), Box(120, 60, 126, 71)) == {1, 2}


def test_a_box_at_the_corner_of_the_page_is_judged_and_one_beyond_it_is_not() -> None:
    assert invisible(page(), Box(0, 0, 10, 10), Box(-5, 0, 5, 10), Box(295, 195, 305, 205)) == {0}
    dark = page()
    dark[:, :] = 10
    assert invisible(dark, Box(0, 0, 10, 10)) == {0}, "all one grey, light or dark"


def test_a_file_may_say_any_number() -> None:
    assert invisible(page(), Box(-1e30, 0, 1e30, 10), Box(20, 20, 31, 31)) == {1}


def test_boxes_as_large_as_the_page_are_looked_at_one_by_one() -> None:
    picture = page()
    picture[199, 299] = 0
    assert invisible(picture, *(Box(0, 0, 299, 199) for _ in range(400))) == set()
    assert len(invisible(page(), *(Box(0, 0, 299, 199) for _ in range(400)))) == 400
