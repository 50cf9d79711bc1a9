"""Traditional characters are exchanged where the engine stood between both forms, and doubted elsewhere."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pipeline.ingest.ocr.reading import CharReading, LineReading
from pipeline.ingest.ocr.simplified import TraditionalPairs, take_simplified


def read(last: CharReading) -> LineReading:
    return take_simplified(LineReading((CharReading("金", 0.99), last)))


def test_the_simplified_form_is_taken_where_it_was_the_second_choice() -> None:
    reading = read(CharReading("額", 0.97, "额", 0.03))
    assert reading.text == "金额"
    assert reading.alternatives() == ("金額",)
    assert reading.confidence >= 0.9


def test_a_traditional_character_of_another_shape_is_doubted() -> None:
    reading = read(CharReading("額", 0.97, "颜", 0.02))
    assert reading.text == "金額"
    assert reading.confidence <= 0.6


def test_other_readings_are_left_alone() -> None:
    reading = LineReading((CharReading("额", 0.9),))
    assert take_simplified(reading) is reading


@pytest.mark.parametrize("pairs", ["額额 額颜", "額", "额额"])
def test_pairs_are_pairs_and_named_once(pairs: str) -> None:
    with pytest.raises(ValidationError):
        TraditionalPairs(pairs=pairs)  # type: ignore[arg-type]
