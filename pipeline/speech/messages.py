"""What the program says, in Chinese: the model of `schemas/messages.yml`."""

from __future__ import annotations

import re
from functools import cached_property

from pydantic import model_validator

from pipeline.vocabulary import StrictData

_SLOT = re.compile(r"\\\{(\w+)\\\}")


def _slot(found: re.Match[str]) -> str:
    """Return the pattern of a slot; `number` stands for digits, every other for any text."""
    return rf"(?P<{found[1]}>{NUMBERS if found[1] == 'number' else '.+?'})"


NUMBERS = r"\d+"


class CodeWords(StrictData):
    """What an error code of a document means, and what to do about it."""

    means: str
    do: str


class Messages(StrictData):
    """The whole of `schemas/messages.yml`."""

    codes: dict[str, CodeWords]
    words: dict[str, str]
    parts: dict[str, str]

    @model_validator(mode="after")
    def _slots_are_the_same(self) -> Messages:
        for english, chinese in self.parts.items():
            if set(re.findall(r"\{(\w+)\}", english)) != set(re.findall(r"\{(\w+)\}", chinese)):
                raise ValueError(f"{english!r} and its translation name different things")
        return self

    @cached_property
    def patterns(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """The English parts as patterns, those that name least first, with their translations."""
        ordered = sorted(self.parts.items(), key=lambda pair: (pair[0].count("{"), -len(pair[0])))
        return tuple((re.compile(_SLOT.sub(_slot, re.escape(english))), chinese) for english, chinese in ordered)
