"""Characters of the traditional script in a reading: the recogniser knows both scripts, print of the mainland has one.

`schemas/traditional.yml` has the pairs. Where the engine's second choice is the simplified form, it stood between the
two; else the character is some other one, and a person looks.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from pydantic import field_validator

from pipeline.ingest.ocr.reading import CharReading, LineReading
from pipeline.vocabulary import StrictData, load_yaml

TAKEN = 0.95
"""Probability of the simplified form where the engine had it second."""

UNCLEAR = 0.6
"""Probability at most of a traditional character for which the engine had another one second."""


class TraditionalPairs(StrictData):
    """The whole of `schemas/traditional.yml`."""

    pairs: dict[str, str]

    @field_validator("pairs", mode="before")
    @classmethod
    def _split(cls, pairs: str) -> dict[str, str]:
        found = pairs.split()
        wrong = [pair for pair in found if len(pair) != 2 or pair[0] == pair[1]]
        if wrong or len({pair[0] for pair in found}) < len(found):
            raise ValueError(f"each pair is a traditional and a simplified character, named once: {wrong}")
        return {pair[0]: pair[1] for pair in found}


@lru_cache(maxsize=1)
def traditional_pairs() -> dict[str, str]:
    """Read `schemas/traditional.yml` once per process."""
    return load_yaml("traditional.yml", TraditionalPairs).pairs


def take_simplified(reading: LineReading) -> LineReading:
    """Return the reading with its traditional characters exchanged, or doubted."""
    pairs = traditional_pairs()
    if not any(char.text in pairs for char in reading.chars):
        return reading
    return replace(reading, chars=tuple(_exchanged(char, pairs.get(char.text)) for char in reading.chars))


def _exchanged(char: CharReading, simplified: str | None) -> CharReading:
    if simplified is None:
        return char
    if char.second != simplified:
        return replace(char, probability=min(char.probability, UNCLEAR))
    return replace(char, text=simplified, probability=TAKEN, second=char.text, second_probability=1.0 - TAKEN)
