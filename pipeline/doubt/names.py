"""The numbers before the names of a picture's indicators held against each other.

A form that numbers its items writes 指标1：, 指标2：… before all of them, from 1 again under each level. A name without
its number among such, one whose number is not the next, and one whose word was read otherwise (旨标2：) lost or changed
a character, or is the rest of the name beside it, with values that are that one's; a form that numbers no item, or only
some, is left alone.
"""

from __future__ import annotations

import re

from pipeline.forms.fields import Fields
from pipeline.records import FieldKey

NAME = "level3"

VALUES = ("nature_raw", "target_raw", "unit_raw", "actual_raw", "weight_raw", "score_raw")

NUMBERED = re.compile(r"(?:[\u4e00-\u9fff]{2,6})??\s*指标\s*(?P<number>\d{1,2})\s*[:：;；.．、]?")
"""A numbered name; a word may stand before it (服务对象指标1：)."""

UNFILLED = re.compile(r"[\s.．…·]*")
"""A name that is not printed, or dots in the place of one."""

MOST = 0.7
"""Share of a form's names that are numbered, from which the others are doubted."""

FEWEST = 4
"""Names of a form that tell how it writes them."""


def find_doubtful_names(fields: Fields) -> set[FieldKey]:
    """Return the names of indicators whose number was lost or is not the one that should stand there."""
    names = sorted(
        (key[1] or 0, key)
        for key, reading in fields.items()
        if key[2] == NAME and not UNFILLED.fullmatch(reading.text) and reading.source == "ocr"
    )
    told = {key: NUMBERED.match(fields[key].text) for _, key in names}
    numbered = sum(found is not None for found in told.values())
    if len(names) < FEWEST or numbered < MOST * len(names):
        return set()
    doubted, before = set[FieldKey](), 0
    for at, (row, key) in enumerate(names):
        found = told[key]
        number = int(found["number"]) if found else None
        if number is None:
            doubted |= {key for _, key in names[max(0, at - 1) : at + 2]} | _torn_values(fields, row)
        elif number not in {1, before + 1}:
            doubted.add(key)
        before = number if number is not None else before
    return doubted


def _torn_values(fields: Fields, row: int) -> set[FieldKey]:
    """Return the values of a row whose name is the rest of the one above, which that row lacks, and their blanks."""
    torn = set[FieldKey]()
    for column in VALUES:
        own: FieldKey = ("indicator", row, column)
        above: FieldKey = ("indicator", row - 1, column)
        if _is_written(fields, own) and not _is_written(fields, above):
            torn |= {own, above}
    return torn & set(fields)


def _is_written(fields: Fields, key: FieldKey) -> bool:
    return key in fields and bool(fields[key].text.strip())
