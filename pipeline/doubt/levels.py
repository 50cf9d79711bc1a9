"""Level labels of a picture held against the few that forms print.

A piece of one, one with more behind it, none of them, or two that do not belong together was not read whole or not of
its own row. A form that prints none of its level labels in full (数量 for 数量指标 throughout) has its own wording.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from pipeline.forms.fields import Fields
from pipeline.labels.levels import is_torn_label, level_codes, level_labels
from pipeline.labels.words import fold_label
from pipeline.records import FieldKey

CLASSES = frozenset({"level1", "level2"})
"""Columns of level labels. Forms do print them as one cell, where a first-level class has a single second level."""

_POINTS = re.compile(r"[(（]\d+(?:\.\d+)?分?[)）]$")
"""What stands behind a label with the points of its class: 产出指标（50分）."""

MOST = 2 / 3
"""Share of a form's different labels that are usual ones, from which the others are doubted."""


def find_doubtful_levels(fields: Fields) -> set[FieldKey]:
    """Return the level labels that were not read whole, or not of their own row."""
    printed = {key: _POINTS.sub("", fold_label(reading.text)) for key, reading in fields.items() if key[2] in CLASSES}
    if not level_labels() & set(printed.values()):
        return set()
    odd = {key for key, text in printed.items() if not text or is_torn_label(text) or is_swollen(text)}
    others = {text for text in printed.values() if text}
    if sum(map(is_spelled, others)) >= MOST * len(others):
        odd |= {key for key, text in printed.items() if not is_spelled(text)}
    return odd | _find_at_odds(printed)


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


def _are_at_odds(first: str, second: str) -> bool:
    if not {first, second} <= level_labels():
        return False
    above, together = level_codes(first, "")[0], level_codes(first, second)[0]
    return above is not None and above != together
