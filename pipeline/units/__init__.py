"""Text of a cell → what it says: numbers with units, dates, durations, grades, compounds, placeholders.

`parse_value` reads targets and actuals, `read_row` those of a row; `parse_amount`, `parse_rate` and `parse_number` the
cells of the fund table and of 分值 and 得分. All are pure functions that raise nothing on any text: what cannot be read
is None, or a qualitative value whose flags say why. Units, counters and words are data in `schemas/units.yml` and
`schemas/values.yml`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.machine.deferred import defer_names

if TYPE_CHECKING:
    from pipeline.units.amounts import parse_amount, parse_number, parse_rate
    from pipeline.units.model import RowValues, Value, ValueContext
    from pipeline.units.values import parse_value, read_row

__all__ = [
    "RowValues",
    "Value",
    "ValueContext",
    "parse_amount",
    "parse_number",
    "parse_rate",
    "parse_value",
    "read_row",
]

_HOMES = {
    "RowValues": "model",
    "Value": "model",
    "ValueContext": "model",
    "parse_amount": "amounts",
    "parse_number": "amounts",
    "parse_rate": "amounts",
    "parse_value": "values",
    "read_row": "values",
}
"""The module that each name is in."""

if not TYPE_CHECKING:  # a type checker is to refuse names that are not there
    __getattr__ = defer_names(__name__, _HOMES)
