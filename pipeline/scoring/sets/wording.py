"""Numbers of findings about sets, as they are shown."""

from __future__ import annotations

from decimal import Decimal

from pipeline.scoring.wording import show_amount, show_number, show_percent


def _exact(number: float) -> Decimal:
    return Decimal(repr(number))


def show_money(amount: float | None) -> str:
    """Return an amount of 元 as a form would print it; 未填 where there is none."""
    return "未填" if amount is None else show_amount(round(_exact(amount), 4))


def show_share(share: float) -> str:
    """Return a share as a percentage."""
    return show_percent(_exact(share))


def show_points(points: float) -> str:
    """Return points without trailing zeros."""
    return show_number(_exact(points))


def show_value(value: float | None, unit: str | None) -> str:
    """Return a number in its base unit: money in 元 or 万元, ratios as percentages."""
    if value is None:
        return "未填"
    if unit == "1":
        return show_percent(_exact(value))
    if unit == "元":
        return show_money(value)
    return f"{show_number(_exact(value))}{unit or ''}"
