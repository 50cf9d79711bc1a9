"""A printed execution rate against the computed one: which number was meant, and whether it is the computed one.

Spreadsheets print ratios: `0.9`, `90`, `90%` and `90.00` are the same rate. Which of the two a number without a per
cent sign is meant as is told by the computed rate, else by the sister rows of the same form. Rates here are in percent
unless they are called ratios.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from pipeline.units.sums.cutting import cut_number

HUNDRED = Decimal(100)
LARGEST_RATIO = Decimal(10)
"""A number without a sign from here on is never a ratio: nobody spends ten times the budget."""

BESIDE = Decimal("0.01")
"""Points of percent by which a rate with at least as many decimals may lie beside the rounded one."""

_NUMBER = re.compile(r"\d+(?:\.(\d+))?")


@dataclass(frozen=True, slots=True)
class RateReading:
    """One meaning of a printed rate, in percent, with the decimals that it is given to (fewer than 0 for `0.9`)."""

    percent: Decimal
    decimals: int
    ratio: bool = False

    def agreement(self, computed: Decimal) -> tuple[bool, bool]:
        """Tell whether it is the computed percentage truncated, and rounded half-up, at the printed decimals."""
        return agrees_when_cut(computed, self.percent, self.decimals)

    def lies_beside(self, computed: Decimal) -> bool:
        """Tell whether it is a hundredth of a percent beside the rounded one, given to hundredths or better."""
        rounded = cut_number(computed, 2, ROUND_HALF_UP)
        return self.decimals >= 2 and abs(self.percent - rounded) <= BESIDE


def agrees_when_cut(computed: Decimal, printed: Decimal, decimals: int) -> tuple[bool, bool]:
    """Tell whether a number is the computed one truncated, and rounded half-up, at the printed decimals."""
    truncated, rounded = (cut_number(computed, decimals, mode) for mode in (ROUND_DOWN, ROUND_HALF_UP))
    return truncated == printed, rounded == printed


def read_rate(raw: str | None) -> tuple[RateReading, ...]:
    """Return what a printed rate may mean, the percentage first; nothing where it is not one plain number."""
    text = unicodedata.normalize("NFKC", raw or "").replace(",", "").replace(" ", "")
    match = _NUMBER.fullmatch(text.rstrip("%"))
    if match is None:
        return ()
    number, decimals = Decimal(match.group()), len(match.group(1) or "")
    percent = RateReading(number, decimals)
    if text.endswith("%") or number >= LARGEST_RATIO:
        return (percent,)
    return (percent, RateReading(number * HUNDRED, decimals - 2, ratio=True))


def agrees(raw: str | None, computed: Decimal) -> bool | None:
    """Tell whether a printed rate is the computed percentage in one of its meanings; None where it is no number."""
    readings = read_rate(raw)
    return any(any(reading.agreement(computed)) for reading in readings) if readings else None


def choose_reading(
    raw: str | None, computed: Decimal, sisters: Iterable[tuple[str | None, Decimal]]
) -> RateReading | None:
    """Return the meaning of a printed rate, given the computed percentage.

    `sisters` are the printed and the computed rates of the form's other rows: where one of them is plainly a ratio or
    plainly a percentage, a rate that agrees in neither meaning is read likewise. Otherwise the nearer one is taken.
    """
    readings = read_rate(raw)
    fitting = [reading for reading in readings if any(reading.agreement(computed))]
    beside = [reading for reading in readings if reading.lies_beside(computed)]
    if fitting or beside or len(readings) < 2:
        return next(iter((*fitting, *beside, *readings)), None)
    habits = {habit for text, other in sisters for habit in _habits(text, other)}
    likewise = [reading for reading in readings if reading.ratio in habits] if len(habits) == 1 else []
    return min(likewise or readings, key=lambda reading: abs(reading.percent - computed))


def _habits(raw: str | None, computed: Decimal) -> set[bool]:
    """Return whether a sister's rate is a ratio, where it agrees in one meaning only; empty where that is open."""
    readings = read_rate(raw)
    fitting = {reading.ratio for reading in readings if any(reading.agreement(computed))}
    return fitting if len(fitting) == 1 and len(readings) > 1 else set()
