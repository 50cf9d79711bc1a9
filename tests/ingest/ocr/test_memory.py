"""Lines that were read are remembered: a page that is read again costs the lines that have changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.ocr.memory import Memory, known_by
from pipeline.ingest.ocr.rapid import RECOGNIZER, RapidRecognizer
from pipeline.ingest.ocr.reading import CharReading, GrayImage, LineReading

CHARACTERS = ["1", "7"]


def line(level: int, width: int = 96) -> GrayImage:
    return np.full((48, width), level, np.uint8)


class Counting:
    """A model that reads everything as 7 and counts the lines that it is given."""

    def __init__(self) -> None:
        self.lines = 0

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        self.lines += len(batch)
        answers = np.zeros((len(batch), batch.shape[-1] // 8, 4), np.float32)
        answers[..., 2] = 1.0
        return answers


def recognizer_of(model: Counting) -> RapidRecognizer:
    return RapidRecognizer({RECOGNIZER: lambda: model}, lambda: CHARACTERS, "")


def test_a_line_is_read_once_on_all_pages() -> None:
    model = Counting()
    recognizer = recognizer_of(model)
    first = recognizer.read([line(10), line(20), line(10)])
    assert model.lines == 2
    again = recognizer.read([line(20), line(30), line(10)])
    assert model.lines == 3
    assert (again[0], again[2]) == (first[1], first[0])


def test_a_line_is_read_anew_with_other_characters() -> None:
    model = Counting()
    recognizer = recognizer_of(model)
    recognizer.read([line(10)])
    recognizer.read([line(10)], "17")
    assert model.lines == 2


def test_pictures_of_other_sizes_are_other_lines() -> None:
    assert known_by(line(10, 96), None) != known_by(line(10, 48).reshape(24, 96), None)


def test_the_line_that_was_seen_longest_ago_is_forgotten() -> None:
    memory, reading = Memory(most=2), LineReading((CharReading("7", 1.0),))
    memory.keep({b"a": reading, b"b": reading})
    assert memory.recall([b"a"]) == {b"a": reading}
    memory.keep({b"c": reading})
    assert memory.recall([b"a", b"b", b"c"]).keys() == {b"a", b"c"}
