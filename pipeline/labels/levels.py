"""Labels of the first and the second level (产出指标, 数量指标) and the classes they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from pipeline.labels.words import REMEMBERED, fold_label, form_words


@cache
def level_labels() -> frozenset[str]:
    """Return the first- and second-level labels as they are usually printed."""
    return frozenset(form_words().levels)


@lru_cache(maxsize=REMEMBERED)
def is_torn_label(text: str) -> bool:
    """Tell whether a folded text is no level label but the beginning or the end of one, of two characters or more."""
    whole = level_labels()
    pieces = any(label.startswith(text) or label.endswith(text) for label in whole)
    return len(text) >= 2 and text not in whole and pieces


@cache
def level_codes(level1: str, level2: str) -> tuple[str | None, str | None]:
    """Return the canonical classes of printed first- and second-level labels.

    Where the two disagree the second level decides: merged cells that a break has cut leave a benefit indicator
    under 产出, and the second level is the more specific word. A plain 成本指标 belongs to the first level it is
    printed under (财预〔2020〕10号 has it under 产出, 财预〔2021〕101号 beside it).
    """
    words = form_words()
    first = _class_of(level1, words.level1)
    second = _class_of(level2, words.level2)
    if second == "output.cost":
        return (first, "output.cost") if first == "output" else ("cost", "cost.economic")
    if second:
        return second.split(".")[0], second
    return first, None


def first_level(label: str) -> str | None:
    """Return the class of the first level that a printed level belongs to by its own words.

    None where it says none, or where it may stand under two: a plain 成本指标.
    """
    first, second = level_codes(label, label)
    return None if _class_of(label, form_words().level2) == "output.cost" else first if first or not second else None


def is_level_label(text: str) -> bool:
    """Tell whether a text is a whole printed first- or second-level label, as 产出指标 or 经济效益指标."""
    return fold_label(text).endswith("指标") and level_codes(text, text) != (None, None)


def _class_of(label: str, classes: Mapping[str, Iterable[str]]) -> str | None:
    """Return the class whose word occurs first in the label; the longer word where two begin together."""
    folded = fold_label(label)
    hits = [
        (folded.find(word), -len(word), code) for code, words in classes.items() for word in words if word in folded
    ]
    return min(hits)[2] if hits else None
