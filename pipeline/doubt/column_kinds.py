"""What the columns of a form may hold and how sure a reading must be: `schemas/review.yml`, validated.

Only readings from pictures are held to it. A text layer says what it says: an odd text there is the form's own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Annotated

from pydantic import Field, model_validator

from pipeline.vocabulary import StrictData, load_yaml

Share = Annotated[Decimal, Field(ge=0, le=1)]

Pair = Annotated[str, Field(min_length=2, max_length=2)]

NUMBER_OF_LIST = re.compile(r"(?<![\w(])[0-9A-Za-z一二三四五六七八九十]{1,2}\)")

PROSE = "prose"
"""Kind of every field that no other kind names."""


class ColumnKind(StrictData):
    """What is printed in columns of a kind. `shape` None allows anything; without an `alphabet` nobody is asked.

    `askable` matches the texts that a second reader may help with, odd ones apart.
    """

    fields: frozenset[str]
    threshold: Share
    shape: re.Pattern[str] | None = None
    alphabet: str | None = None
    askable: re.Pattern[str] | None = None


class Trust(StrictData):
    """Confidence (0 to 1) of a reading that something beside its reader speaks for or against."""

    agreed: Share
    confirmed: Share
    taken: Share
    repaired: Share


class ConstraintLimits(StrictData):
    """Tolerances of the form's arithmetic; points are 分."""

    points_tolerance: Decimal
    full_marks: Decimal
    witnesses: Annotated[int, Field(ge=2)]


class ReviewRules(StrictData):
    """The whole of `schemas/review.yml`."""

    kinds: dict[str, ColumnKind]
    trust: Trust
    constraints: ConstraintLimits
    marks: str
    pairs: tuple[Pair, ...] = ()
    most_questions: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def _fields_are_named_once(self) -> ReviewRules:
        if PROSE not in self.kinds:
            raise ValueError(f"there must be a kind {PROSE!r}")
        named = [field for kind in self.kinds.values() for field in kind.fields]
        twice = {field for field in named if named.count(field) > 1}
        if twice:
            raise ValueError(f"fields of two kinds: {', '.join(sorted(twice))}")
        return self

    def kind(self, field: str) -> ColumnKind:
        """Return the kind of a field by the name of its column."""
        return next((kind for kind in self.kinds.values() if field in kind.fields), self.kinds[PROSE])


@lru_cache(maxsize=1)
def review_rules() -> ReviewRules:
    """Read `schemas/review.yml` once per process."""
    return load_yaml("review.yml", ReviewRules)


def fits(kind: ColumnKind, text: str) -> bool:
    """Tell whether a text may stand in a column of the kind, white space apart."""
    return kind.shape is None or kind.shape.fullmatch("".join(text.split())) is not None


def is_unpaired(text: str, pairs: Iterable[str]) -> bool:
    """Tell whether a text opens a bracket or quotation that it does not close, or closes one that it does not open."""
    rest = NUMBER_OF_LIST.sub("", unicodedata.normalize("NFKC", text))
    counts = ((rest.count(pair[0]), rest.count(pair[1]), pair[0] == pair[1]) for pair in pairs)
    return any(opened % 2 if alike else opened != closed for opened, closed, alike in counts)


def keeps_marks(first: str, other: str, marks: str) -> bool:
    """Tell whether another reading of a number keeps the first one's multipliers, units and signs.

    A reader that is held to digits cannot read 万 or ≥; what it makes of 150万 is no better reading of it.
    """
    return not any(char.isdigit() for char in first) or all(mark in other for mark in marks if mark in first)
