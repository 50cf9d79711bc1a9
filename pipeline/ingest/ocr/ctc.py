"""Decoding of the recogniser's output: per time step one probability for each character and for "no character".

Greedy decoding (Graves et al. 2006, section 3.2): take the best class of each step, merge repeats, drop blanks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.ocr.reading import CharReading, LineReading

BLANK = 0
"""Index of the class "no character"."""

Probabilities = NDArray[np.float32]
"""Steps x classes."""

SILENT = 0.97
"""Probability of "no character" from which a step is not asked whether it withholds one."""


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
    labels = tuple(labels)
    best = steps.argmax(axis=1)
    starts = [i for i, c in enumerate(best) if c != BLANK and (i == 0 or best[i - 1] != c)]
    chars = tuple(_read_char(steps, best, start, labels) for start in starts)
    return LineReading(chars, _withheld(steps, best, labels))


@lru_cache(maxsize=16)
def _twins(labels: tuple[str, ...]) -> dict[int, list[int]]:
    """Return for each class those that are the same character in another width (；and ;), itself among them."""
    classes: dict[str, list[int]] = {}
    for i, label in enumerate(labels):
        if i != BLANK:
            classes.setdefault(unicodedata.normalize("NFKC", label), []).append(i)
    return {i: same for same in classes.values() for i in same}


def _read_char(steps: Probabilities, best: NDArray[np.intp], start: int, labels: tuple[str, ...]) -> CharReading:
    """Take a character at the step of its run where it is surest; its width is no matter of doubt."""
    end = start + 1
    while end < len(best) and best[end] == best[start]:
        end += 1
    peak = start + int(steps[start:end, best[start]].argmax())
    same = _twins(labels)[int(best[start])]
    others = steps[peak].copy()
    others[same] = 0.0
    rival = int(others.argmax())
    probability = min(1.0, float(steps[peak, same].sum()))
    return CharReading(labels[best[start]], probability, labels[rival], float(others[rival]))


def _withheld(steps: Probabilities, best: NDArray[np.intp], labels: tuple[str, ...]) -> float:
    """Return the highest probability of a character at a step that gave none; spaces and the neighbours apart."""
    twins, highest = _twins(labels), 0.0
    for i in np.flatnonzero((best == BLANK) & (steps[:, BLANK] < SILENT)):
        known = [c for j in (i - 1, i + 1) if 0 <= j < len(best) for c in twins.get(int(best[j]), [])]
        others = steps[i].copy()
        others[[BLANK, *known, *_spaces(labels)]] = 0.0
        highest = max(highest, float(others.max()))
    return highest


@lru_cache(maxsize=16)
def _spaces(labels: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(i for i, label in enumerate(labels) if label.isspace())
