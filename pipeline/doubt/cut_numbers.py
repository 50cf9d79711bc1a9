"""Amounts of a picture that are the beginning or the end of the amount beside them: the rest was not read.

Budget, executed budget and the line of the total often are one number, printed again. A sum does not tell: what covers
a digit of the total covers the same one of its only part.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.dataset.fields import AMOUNT_NAMES
from pipeline.forms.fields import Fields
from pipeline.records import FieldKey

FEWEST = 3
"""Characters of an amount from which it is no accident that another one begins or ends with them."""


def find_cut_numbers(fields: Fields) -> set[FieldKey]:
    """Return the amounts with which another one of their row or column begins or ends."""
    amounts = {key: "".join(reading.text.split()) for key, reading in fields.items() if key[2] in AMOUNT_NAMES}
    return {key for key, text in amounts.items() if any(_is_cut_from(text, other) for other in _beside(key, amounts))}


def _beside(key: FieldKey, amounts: dict[FieldKey, str]) -> Iterator[str]:
    return (text for other, text in amounts.items() if other != key and (other[1] == key[1] or other[2] == key[2]))


def _is_cut_from(text: str, whole: str) -> bool:
    """Tell whether a text is a piece of a number, a digit and more shorter; 100 of 100.00 says the same."""
    if not FEWEST <= len(text) < len(whole):
        return False
    rest = whole.removesuffix(text) if whole.endswith(text) else whole.removeprefix(text)
    return rest != whole and any(char in "123456789" for char in rest)
