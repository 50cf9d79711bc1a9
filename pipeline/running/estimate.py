"""How long a run will take, from how long its documents took so far; no figure before there is a ground for one."""

from __future__ import annotations

import math

LEAST_DOCUMENTS, LEAST_SECONDS = 5, 10.0
"""Documents and time after which a figure is given."""


def estimate_left(done: int, total: int, seconds: float) -> float | None:
    """Return the seconds that a run will still take if the rest is like what is done, None where that is not known."""
    if done < LEAST_DOCUMENTS or seconds < LEAST_SECONDS or done >= total:
        return None
    return seconds / done * (total - done)


def show_left(done: int, total: int, seconds: float) -> str:
    """Return the estimate for a person, rounded as coarsely as it is known: documents differ a hundredfold."""
    left = estimate_left(done, total, seconds)
    if left is None:
        return ""
    if left < 60:
        return "less than a minute left"
    if left < 90 * 60:
        return f"about {_round_up(left / 60)} min left"
    return f"about {_round_up(left / 3600)} h left"


def _round_up(number: float) -> int:
    """Return a number rounded up to one of one or two leading digits: 7, 12, 25, 130."""
    step = 1 if number <= 15 else 5 if number <= 100 else 10
    return math.ceil(number / step) * step
