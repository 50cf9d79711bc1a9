"""Names in one spelling, and how alike two names of projects are without being names of two projects.

Years, brackets, codes and words that every name may bear (项目, 经费) say nothing; numbers, 一期 and 二期, 东 and 西
tell projects apart. What is folded, generic or telling is data (`names` in `schemas/sets.yml`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache

from pipeline.scoring.sets.rules import set_rules

_SPACE = re.compile(r"\s+")


def fold_text(text: str | None) -> str:
    """Return a text without white space, full-width forms as ASCII."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)) if text else ""


def fold_department(text: str | None) -> str:
    """Return a department's name without a code before it and without punctuation."""
    names = set_rules().names
    return names.punctuation.sub("", names.code.sub("", fold_text(text)))


@lru_cache(maxsize=65_536)
def fold_name(text: str | None) -> str:
    """Return a name without code, years and punctuation."""
    names = set_rules().names
    return names.punctuation.sub("", names.year.sub("", names.code.sub("", fold_text(text))))


@lru_cache(maxsize=1)
def _synonyms() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return an expression for the words that stand for one another, and the first of its line for each."""
    words = {word: line[0] for line in set_rules().names.synonyms for word in line}
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True))), words


@lru_cache(maxsize=65_536)
def core_name(folded: str) -> str:
    """Return a folded name without the words that any name may bear, and of synonyms the first.

    The whole where nothing else is left.
    """
    expression, first = _synonyms()
    core = set_rules().names.generic.sub("", folded) or folded
    return expression.sub(lambda match: first[match[0]], core)


@lru_cache(maxsize=65_536)
def _pairs(text: str) -> Counter[str]:
    padded = f"^{text}$"
    return Counter(padded[i : i + 2] for i in range(len(padded) - 1))


def likeness(one: str, other: str) -> float:
    """Return the share of character pairs that two texts have in common (Dice), 1.0 where they are equal."""
    if one == other:
        return 1.0
    first, second = _pairs(one), _pairs(other)
    return 2 * (first & second).total() / (first.total() + second.total())


@lru_cache(maxsize=65_536)
def tells_apart(one: str, other: str) -> bool:
    """Tell whether two names differ in what tells projects apart: a number, a direction, one thing for another.

    Another clerk leaves words out or puts some in (日常养护); where each name has what the other lacks, as 道路 and
    路灯, they speak of two things.
    """
    names, gone, come = set_rules().names, "", ""
    for kind, i0, i1, j0, j1 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        lost, new = one[i0:i1], other[j0:j1]
        if names.telling.search(lost + new):
            return True
        gone, come = gone + lost, come + new
    return bool(gone and come)
