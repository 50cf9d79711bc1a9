"""Decoding of the recogniser's output: per time step one probability for each character and for "no character".

Greedy decoding (Graves et al. 2006, section 3.2): take the best class of each step, merge repeats, drop blanks; what
stands between two characters is weighed over all its steps.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.ocr.reading import CharReading, LineReading

BLANK = 0
"""Index of the class "no character"."""

HALF_SEEN = 0.2
"""Probability from which a character between two others is given where they leave room for it; it stays doubtful."""

WIDE = 1.6
"""Distance of two characters, in the usual distance of the line's characters, that leaves room for one between."""

Probabilities = NDArray[np.float32]
"""Steps x classes."""

SILENT = 0.97
"""Probability of "no character" from which a step is not asked whether it withholds one."""


class Labels(tuple[str, ...]):
    """The text of each class."""

    @cached_property
    def twins(self) -> dict[int, list[int]]:
        """For each class those that are the same character in another width (；and ;), itself among them."""
        classes: dict[str, list[int]] = {}
        for i, label in enumerate(self):
            if i != BLANK:
                classes.setdefault(unicodedata.normalize("NFKC", label), []).append(i)
        return {i: same for same in classes.values() for i in same}

    @cached_property
    def spaces(self) -> tuple[int, ...]:
        """The classes that are white space."""
        return tuple(i for i, label in enumerate(self) if label.isspace())


def class_labels(characters: Sequence[str]) -> Labels:
    """Return the text of each class: the blank first, the space last, as PaddleOCR's models are trained."""
    return Labels(("", *characters, " "))


def restrict(labels: Labels, alphabet: str) -> NDArray[np.intp]:
    """Return the indices of the classes that an alphabet allows, the blank among them."""
    allowed = set(alphabet)
    return np.array([BLANK, *(i for i, label in enumerate(labels) if i and label in allowed)], dtype=np.intp)


def decode(steps: Probabilities, labels: Labels, classes: NDArray[np.intp] | None = None) -> LineReading:
    """Decode one line. With `classes`, only those can come out and their probabilities are scaled to sum to one."""
    if classes is not None:
        steps = steps[:, classes]
        steps = steps / np.maximum(steps.sum(axis=1, keepdims=True), 1e-9)
        labels = Labels(labels[i] for i in classes)
    best = _best_classes(steps)
    starts = [i for i, c in enumerate(best) if c != BLANK and (i == 0 or best[i - 1] != c)]
    found = [_read_char(steps, best, start, labels) for start in starts]
    missed = list(_weigh_gaps(steps, best, labels))
    room = _room_for([char.step for char in found])
    given = [char for char in missed if char.probability > (HALF_SEEN if room(char.step) else 0.5)]
    withheld = max((char.probability for char in missed if char not in given), default=0.0)
    return LineReading(tuple(sorted((*found, *given), key=lambda char: char.step)), withheld)


def _best_classes(steps: Probabilities) -> NDArray[np.intp]:
    """Return the best class of each step; where it is more likely than all others together, it need not be sought."""
    best = np.full(len(steps), BLANK, dtype=np.intp)
    for i in np.flatnonzero(steps[:, BLANK] <= 0.5):
        best[i] = steps[i].argmax()
    return best


def _room_for(middles: Sequence[float]) -> Callable[[float], bool]:
    """Return the function that tells whether the characters around a step stand too far apart for nothing between."""
    if len(middles) < 4:
        return lambda step: False
    widest = WIDE * float(np.median(np.diff(middles)))

    def room(step: float) -> bool:
        """Tell whether there is room for a character at a step between two others."""
        at = bisect(middles, step)
        return 0 < at < len(middles) and middles[at] - middles[at - 1] >= widest

    return room


def _read_char(steps: Probabilities, best: NDArray[np.intp], start: int, labels: Labels) -> CharReading:
    """Take a character at the step of its run where it is surest; its width is no matter of doubt."""
    end = start + 1
    while end < len(best) and best[end] == best[start]:
        end += 1
    peak = start + int(steps[start:end, best[start]].argmax())
    same = labels.twins[int(best[start])]
    others = steps[peak].copy()
    others[same] = 0.0
    rival = int(others.argmax())
    probability = min(1.0, float(steps[peak, same].sum()))
    return CharReading(labels[best[start]], probability, labels[rival], float(others[rival]), (start + end - 1) / 2)


def _weigh_gaps(steps: Probabilities, best: NDArray[np.intp], labels: Labels) -> Iterator[CharReading]:
    """Yield for each run of empty steps the character most likely to stand there, neighbours and spaces apart.

    A character may be likely without being the best of any one step: its odds are summed over the steps at which it
    could stand, as all alignments of a text count for it (Graves et al. 2006, section 4.1).
    """
    unsure = np.flatnonzero((best == BLANK) & (steps[:, BLANK] < SILENT))
    for run in np.split(unsure, np.flatnonzero(np.diff(unsure) > 1) + 1) if len(unsure) else ():
        known = [c for i in (run[0] - 1, run[-1] + 1) if 0 <= i < len(best) for c in labels.twins.get(int(best[i]), [])]
        odds = steps[run] / np.maximum(steps[run, BLANK : BLANK + 1], 1e-6)
        odds[:, [BLANK, *known, *labels.spaces]] = 0.0
        total = odds.sum(axis=0)
        rival = int(total.argmax())
        step = int(run[odds[:, rival].argmax()])
        yield CharReading(labels[rival], float(total[rival] / (1.0 + total[rival])), step=step)
