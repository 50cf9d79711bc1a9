"""Level labels of a picture held against the few that forms print.

A piece of one, one with more behind it, none of them, or two that do not belong together was not read whole or not of
its own row. A form that prints none of its level labels in full (数量 for 数量指标 throughout) has its own wording.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from functools import cache

from pipeline.forms.fields import Fields
from pipeline.labels.levels import is_torn_label, level_codes, level_labels
from pipeline.labels.words import fold_label
from pipeline.models import Reading
from pipeline.records import FieldKey

CLASSES = frozenset({"level1", "level2"})
"""Columns of level labels. Forms do print them as one cell, where a first-level class has a single second level."""

_POINTS = re.compile(r"[(（]\d+(?:\.\d+)?分?[)）]$")
"""What stands behind a label with the points of its class: 产出指标（50分）."""

STROKES = frozenset("一丨l1-—")
"""What a piece of a ruling before a label is read as."""

LAST = frozenset("指标")
"""Characters that a label's last line may consist of."""

MOST = 2 / 3
"""Share of a form's different labels that are usual ones, from which the others are doubted."""


def find_doubtful_levels(fields: Fields) -> set[FieldKey]:
    """Return the level labels that were not read whole, or not of their own row, and names that are such labels."""
    printed = {key: _POINTS.sub("", fold_label(reading.text)) for key, reading in fields.items() if key[2] in CLASSES}
    if not level_labels() & set(printed.values()):
        return set()
    odd = {key for key, text in printed.items() if not text or is_torn_label(text) or is_swollen(text)}
    odd |= {key for key, text in printed.items() if _is_disordered(text)}
    others = {text for text in printed.values() if text}
    if sum(map(is_spelled, others)) >= MOST * len(others):
        odd |= {key for key, text in printed.items() if not is_spelled(text)}
    return odd | _find_at_odds(printed) | _find_misplaced(printed) | _find_shifted(fields)


def _is_disordered(text: str) -> bool:
    """Tell whether a folded text is a label with a stroke before it, or one whose lines were put in another order.

    The same of two labels whose lines went into each other, as nothing parts their columns, and of a label's last line.
    """
    if is_spelled(text):
        return False
    if len(text) == 1 and text in LAST:
        return True
    return (text[:1] in STROKES and text[1:] in level_labels()) or tuple(sorted(text)) in _letters()


@cache
def _letters() -> frozenset[tuple[str, ...]]:
    pairs = itertools.product(sorted(level_labels()), ("", *sorted(level_labels())))
    return frozenset(tuple(sorted(first + second)) for first, second in pairs)


@cache
def _spelling() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(sorted(level_labels(), key=len, reverse=True))})+")


def is_spelled(text: str) -> bool:
    """Tell whether a folded text is a level label, or several in a row, as one wrong template prints them."""
    return _spelling().fullmatch(text) is not None


def is_swollen(text: str) -> bool:
    """Tell whether a folded text is a level label with more behind it: the name of an indicator that ran into it."""
    found = _spelling().match(text)
    return found is not None and len(text) >= found.end() + 2


def _find_at_odds(printed: Mapping[FieldKey, str]) -> set[FieldKey]:
    """Return the pairs of labels of a row of which the second belongs under another first than it stands under."""
    pairs = {key: (key[0], key[1], "level1") for key in printed if key[2] == "level2"}
    return {
        key
        for second, first in pairs.items()
        if first in printed and _are_at_odds(printed[first], printed[second])
        for key in (first, second)
    }


def _find_misplaced(printed: Mapping[FieldKey, str]) -> set[FieldKey]:
    """Return the levels of each row that has a second one in the place of the first, where other rows have a first."""
    firsts = {key: level_codes(text, "")[0] for key, text in printed.items() if key[2] == "level1" and text}
    if not any(firsts.values()):
        return set()
    seconds = [key for key, code in firsts.items() if code is None and level_codes("", printed[key])[1]]
    return {(key[0], key[1], column) for key in seconds for column in CLASSES} & set(printed)


def _find_shifted(fields: Fields) -> set[FieldKey]:
    """Return the levels and the name of each row whose name is the label of a level: they stand in wrong columns.

    A form may call an item as one of its levels is called.
    """
    names = (
        key
        for key, reading in fields.items()
        if key[2] == "level3"
        and _is_class(reading.text)
        and not any(_says(fields, (key[0], key[1], column), reading) for column in CLASSES)
    )
    return {(key[0], key[1], column) for key in names for column in ("level3", *CLASSES)} & set(fields)


def _says(fields: Fields, key: FieldKey, reading: Reading) -> bool:
    return key in fields and fold_label(fields[key].text) == fold_label(reading.text)


def _is_class(text: str) -> bool:
    """Tell whether the text of a name is the label of a level, with its points or without."""
    return _POINTS.sub("", fold_label(text)) in level_labels()


def _are_at_odds(first: str, second: str) -> bool:
    if not {first, second} <= level_labels():
        return False
    above, together = level_codes(first, "")[0], level_codes(first, second)[0]
    return above is not None and above != together
