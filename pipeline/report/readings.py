"""What a value was read as: comparator, number, unit, the base unit where it differs, and what was assumed."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pipeline.dataset.fields import typed_column
from pipeline.export.layout import workbook_layout
from pipeline.records import FundRow, IndicatorRow

Side = Literal["target", "actual"]


def group_digits(value: Decimal) -> str:
    """Return a number in full, with thousands separated and no trailing zeros."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def describe_value(row: IndicatorRow, side: Side) -> str:
    """Return the reading of a target or an actual; nothing where it has no more to say than the printed text."""
    kind, value = getattr(row, f"{side}_kind"), getattr(row, f"{side}_value")
    names = workbook_layout().words["kind"]
    if kind is None or kind in {"placeholder", "qualitative"}:
        return names.get(kind, "") if kind == "qualitative" else ""
    parts = [names.get(kind, kind)]
    if value is not None:
        parts.append(_number(row, side, value))
    said = workbook_layout().words["flag"]
    flags = [said[flag] for flag in getattr(row, f"{side}_flags") if flag in said]
    return " · ".join([" ".join(parts), *flags])


def _number(row: IndicatorRow, side: Side, value: Decimal) -> str:
    sign = workbook_layout().words["comparator"].get(getattr(row, f"{side}_comparator") or "", "")
    highest, unit = getattr(row, f"{side}_value_max"), getattr(row, f"{side}_unit") or ""
    text = f"{sign}{group_digits(value)}{f'—{group_digits(highest)}' if highest is not None else ''} {unit}".strip()
    base, base_unit = getattr(row, f"{side}_base_value"), getattr(row, f"{side}_base_unit") or ""
    if base is None or (base == value and base_unit == unit) or base_unit == "1":
        return text
    return f"{text} = {group_digits(base.quantize(Decimal('1.0000')))} {base_unit}".strip()


def describe_amount(fund: FundRow, name: str) -> str:
    """Return an amount of the fund table in 元, or a rate in per cent; nothing where none was read, or points."""
    column = typed_column("fund", name)
    number = getattr(fund, column.typed) if column else None
    if column is None or number is None or column.reads == "points":
        return ""
    return f"{group_digits(number * 100)}%" if column.reads == "rate" else f"{group_digits(Decimal(number))} 元"
