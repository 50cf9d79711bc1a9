"""Decoding of the recogniser's output: per time step one probability for each character and for "no character".

Greedy decoding (Graves et al. 2006, section 3.2): take the best class of each step, merge repeats, drop blanks.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.ocr.reading import CharReading, LineReading

BLANK = 0
"""Index of the class "no character"."""

Probabilities = NDArray[np.float32]
"""Steps x classes."""


def class_labels(characters: Sequence[str]) -> tuple[str, ...]:
    """Return the text of each class: the blank first, the space last, as PaddleOCR's models are trained."""
    return ("", *characters, " ")


def restrict(labels: Sequence[str], alphabet: str) -> NDArray[np.intp]:
    """Return the indices of the classes that an alphabet allows, the blank among them."""
    allowed = set(alphabet)
    return np.array([BLANK, *(i for i, label in enumerate(labels) if i and label in allowed)], dtype=np.intp)


def decode(steps: Probabilities, labels: Sequence[str], classes: NDArray[np.intp] | None = None) -> LineReading:
    """Decode one line. With `classes`, only those can come out and their probabilities are scaled to sum to one."""
    if classes is not None:
        steps = steps[:, classes]
        steps = steps / np.maximum(steps.sum(axis=1, keepdims=True), 1e-9)
        labels = [labels[i] for i in classes]
    best = steps.argmax(axis=1)
    starts = [i for i, c in enumerate(best) if c != BLANK and (i == 0 or best[i - 1] != c)]
    return LineReading(tuple(_read_char(steps, best, start, labels) for start in starts))


def _read_char(steps: Probabilities, best: NDArray[np.intp], start: int, labels: Sequence[str]) -> CharReading:
    """Take a character at the step of its run where it is surest."""
    end = start + 1
    while end < len(best) and best[end] == best[start]:
        end += 1
    peak = start + int(steps[start:end, best[start]].argmax())
    scores = steps[peak]
    rival = _second_class(scores, int(best[start]))
    return CharReading(labels[best[start]], float(scores[best[start]]), labels[rival], float(scores[rival]))


def _second_class(scores: Probabilities, best: int) -> int:
    top = np.argpartition(scores, -2)[-2:]
    return int(top[0] if top[1] == best else top[1])
