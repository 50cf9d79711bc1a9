"""What rounding explains: numbers that were each rounded do not add up to their rounded sum to the last digit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from pipeline.units.sums.cutting import cut_number, decimals_of


def _half_unit(number: Decimal) -> Decimal:
    """Return by how much a number with decimals may have been rounded; a whole one and 0 are taken as exact."""
    decimals = decimals_of(number)
    return Decimal(5).scaleb(-decimals - 1) if decimals and number else Decimal(0)


def adds_up_when_rounded(whole: Decimal, parts: Sequence[Decimal]) -> bool:
    """Tell whether parts make a whole, but for the rounding of each to the decimals that it is printed with.

    A whole that is given more exactly than any of its parts was not rounded.
    """
    added, finest = sum(parts, Decimal(0)), max(map(decimals_of, parts), default=0)
    if decimals_of(whole) > finest:
        return False
    if abs(whole - added) < sum(map(_half_unit, (whole, *parts)), Decimal(0)):
        return True
    return decimals_of(whole) < finest and cut_number(added, decimals_of(whole), ROUND_HALF_UP) == whole
