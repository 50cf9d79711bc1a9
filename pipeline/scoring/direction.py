"""Whether more is better, told by the name of an indicator where no sign says it.

The head of a Chinese name stands at its end: 投诉处理率 is the rate of an act that is wanted, 失业率 that of an event
that is not. Words and rules are data (`schemas/directions.yml`); what comes out is a guess, and flagged as one in the
reading of the target (`comparator_absent_direction_from_indicator_type`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from pipeline.vocabulary import StrictData, load_yaml

NameDirection = Literal["positive", "reverse", "open"]

_NAMES = re.compile(r"\{([a-z]+)\}")


class DirectionRules(StrictData):
    """`schemas/directions.yml` as it is written: words by name, and rules of one expression each."""

    remarks: re.Pattern[str]
    words: dict[str, str]
    rules: tuple[dict[NameDirection, str], ...]

    def compiled(self) -> tuple[tuple[NameDirection, re.Pattern[str]], ...]:
        """Return direction and expression of every rule, the words filled in; an unknown word is a KeyError."""
        words = {name: "".join(text.split()) for name, text in self.words.items()}
        return tuple(
            (direction, re.compile(_NAMES.sub(lambda match: words[match[1]], expression)))
            for rule in self.rules
            for direction, expression in rule.items()
        )


@lru_cache(maxsize=1)
def direction_rules() -> DirectionRules:
    """Read `schemas/directions.yml` once per process."""
    return load_yaml("directions.yml", DirectionRules)


@lru_cache(maxsize=1)
def _compiled() -> tuple[tuple[NameDirection, re.Pattern[str]], ...]:
    return direction_rules().compiled()


@lru_cache(maxsize=8_192)
def name_direction(name: str) -> NameDirection | None:
    """Tell what an indicator's name says: more is better, less is better, neither (`open`); None where nothing."""
    bare = direction_rules().remarks.sub("", "".join(name.split()))
    return next((direction for direction, expression in _compiled() if expression.search(bare)), None)
