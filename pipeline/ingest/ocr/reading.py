"""What a recogniser takes and gives, whatever engine stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

GrayImage = NDArray[np.uint8]

Network = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""A model: a batch of inputs → a batch of outputs; may be called from as many threads as it was loaded for."""

LONE = 1.25
"""Width of a crop, in its heights, up to which it holds one character and is read as such."""

PixelBox = tuple[int, int, int, int]
"""x0, y0, x1, y1 in pixels, the ends exclusive."""


@dataclass(frozen=True, slots=True)
class CharReading:
    """One recognised character, its probability, and the engine's second choice (empty where it has none).

    `step` is where it stands along the line, in the engine's own steps; negative where the engine does not tell.
    """

    text: str
    probability: float
    second: str = ""
    second_probability: float = 0.0
    step: float = -1.0


@dataclass(frozen=True, slots=True)
class LineReading:
    """A recognised text line, character by character in reading order.

    `withheld` is the highest probability of a character that the engine nearly gave between two others and did not.
    """

    chars: tuple[CharReading, ...] = ()
    withheld: float = 0.0

    @property
    def text(self) -> str:
        """The characters in reading order."""
        return "".join(char.text for char in self.chars)

    @property
    def confidence(self) -> float:
        """How sure it is that no character is wrong or lost; 0 for an empty line. A space more or less is no error."""
        written = [char.probability for char in self.chars if not char.text.isspace()]
        return min(*written, 1.0 - self.withheld) if written else 0.0

    @property
    def mean(self) -> float:
        """Geometric mean of the probabilities: whether the picture shows text at all. 0 for an empty line."""
        if not self.chars:
            return 0.0
        return float(prod(max(char.probability, 1e-6) for char in self.chars) ** (1 / len(self.chars)))

    def alternatives(self, least: float = 0.02) -> tuple[str, ...]:
        """Return the line with its most doubtful character replaced by the engine's second choice, if it has one."""
        if not self.chars:
            return ()
        at = max(range(len(self.chars)), key=lambda i: self.chars[i].second_probability)
        if self.chars[at].second_probability < least:
            return ()
        texts = [char.text for char in self.chars]
        texts[at] = self.chars[at].second
        return ("".join(texts),)


class Recognizer(Protocol):
    """An engine that reads pictures of single text lines and finds text lines in a picture."""

    @property
    def name(self) -> str:
        """Name of the engine, for the provenance."""

    @property
    def version(self) -> str:
        """Version of engine, model and runtime, for the provenance."""

    def read(self, crops: Sequence[GrayImage], alphabet: str | None = None) -> list[LineReading]:
        """Read pictures of one upright text line each, dark on light, in the order given.

        With an alphabet, only its characters can come out.
        """

    def upside_down(self, crops: Sequence[GrayImage]) -> float:
        """Return the share of belief (0 to 1) that the lines stand on their heads.

        Confidence does not tell: a recogniser may read a line that is turned by 180 degrees backwards, and be sure.
        """

    def find_lines(self, image: GrayImage) -> list[PixelBox]:
        """Return the boxes of the upright text lines in a picture, in no particular order."""
