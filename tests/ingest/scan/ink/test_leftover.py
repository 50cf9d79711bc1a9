"""Ink of a line that no character was read near makes its neighbours doubtful; marks and noise do not."""

from __future__ import annotations

import numpy as np

from pipeline.ingest.ocr.reading import CharReading, LineReading
from pipeline.ingest.scan.ink.leftover import doubt_leftover
from tests.ingest.scan.support import Picture

HEIGHT, EM = 32, 25


def line(*places: int, width: int = 260) -> Picture:
    """Return a line with square characters whose left sides are at these columns."""
    gray = np.full((HEIGHT, width), 250, np.uint8)
    for x in places:
        gray[5:26, x : x + 20] = np.where(np.indices((21, 20)).sum(axis=0) % 4 < 2, 20, 250)
    return gray


def read_at(*middles: float, text: str = "护") -> LineReading:
    return LineReading(tuple(CharReading(text, 0.99, step=middle / (HEIGHT / 6) - 0.5) for middle in middles))


def doubted(reading: LineReading) -> list[int]:
    return [at for at, char in enumerate(reading.chars) if char.probability < 0.7]


def test_a_line_of_which_every_character_was_read_is_sure() -> None:
    reading = read_at(20, 45, 70)
    assert doubt_leftover(line(10, 35, 60), reading) is reading


def test_a_character_that_was_passed_over_makes_its_neighbours_doubtful() -> None:
    assert doubted(doubt_leftover(line(10, 35, 60, 85), read_at(20, 45, 95))) == [1, 2]


def test_ink_beyond_the_last_character_makes_it_doubtful() -> None:
    assert doubted(doubt_leftover(line(10, 35, 60, 85), read_at(20, 45))) == [1]
    assert doubted(doubt_leftover(line(10, 40, 65), read_at(50, 75))) == [0]


def test_a_speck_between_two_characters_is_nothing() -> None:
    gray = line(10, 70)
    gray[14:17, 50:53] = 20
    reading = read_at(20, 80)
    assert doubt_leftover(gray, reading) is reading


def test_a_reader_that_tells_no_places_is_believed() -> None:
    reading = LineReading((CharReading("护", 0.99), CharReading("养", 0.99)))
    assert doubt_leftover(line(10, 35, 60), reading) is reading
    assert doubt_leftover(line(10), LineReading()).chars == ()
