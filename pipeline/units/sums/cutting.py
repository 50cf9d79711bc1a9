"""Numbers at so many decimals, as forms print them."""

from __future__ import annotations

from decimal import Context, Decimal

_UNITS = {decimals: Decimal(1).scaleb(-decimals) for decimals in range(9)}
# The default context refuses numbers of more than 28 digits; a misread cell may hold one.
_WIDE = Context(prec=400)


def cut_number(number: Decimal, decimals: int, rounding: str) -> Decimal:
    """Return a number at so many decimals, by a rounding mode of `decimal`."""
    unit = _UNITS.get(decimals) or Decimal(1).scaleb(-decimals)
    return number.quantize(unit, rounding, _WIDE)


def decimals_of(number: Decimal) -> int:
    """Return the number of decimals that a number is written with."""
    return max(0, -int(number.as_tuple().exponent))
