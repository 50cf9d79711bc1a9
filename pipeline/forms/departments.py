"""A department's name in one spelling: codes, its place, and the words for a part of its money folded away.

`schemas/departments.yml` has the words. The spelling is for comparisons only; the printed name stays as it is.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.forms.districts import leading_places
from pipeline.vocabulary import StrictData, load_yaml

_CODE = re.compile(r"^\s*[\d]{3,}[A-Z\d]*\s*[\-—－–.、:：]?\s*")
_BRACKETS = re.compile(r"[（(][^（()）]*[)）]")
_MARKS = re.compile(r"[\s·•,，、。:：\-—_]+")

SHORTEST = 3
"""Characters that a name keeps; what would leave less is not taken away."""


class DepartmentWords(StrictData):
    """The words of `schemas/departments.yml`."""

    levels: tuple[str, ...]
    not_a_level: tuple[str, ...]
    behind: tuple[str, ...]
    short: dict[str, str]


@cache
def department_words() -> DepartmentWords:
    """Return the words, loaded once."""
    return load_yaml("departments.yml", DepartmentWords)


@cache
def department_key(text: str | None) -> str | None:
    """Return a department's name without code, place and part, abbreviations written out; None for no name.

    `219-大英县司法局部门`, `大英县司法局（本级）` and `县司法局` are all 司法局.
    """
    name = _MARKS.sub("", _BRACKETS.sub("", _CODE.sub("", text or "")))
    name = _without_level(name[leading_places(name) :] or name)
    for word in sorted(department_words().behind, key=len, reverse=True):
        if name.endswith(word) and len(name) - len(word) >= SHORTEST:
            name = name.removesuffix(word)
            break
    return department_words().short.get(name, name) or None


def _without_level(name: str) -> str:
    """Return a name without the word for its level in front, unless that begins a word of the name (市场)."""
    words = department_words()
    if name.startswith(words.not_a_level):
        return name
    level = next((word for word in words.levels if name.startswith(word)), "")
    rest = name.removeprefix(level)
    return rest if len(rest) >= SHORTEST else name
