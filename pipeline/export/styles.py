"""How the workbook looks: formats, colours, heights, and how one value is written."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipeline.export.formula import fit_cell, starts_formula
from pipeline.export.sheets import Value
from pipeline.query.answers import measure_width

A4 = 9
"""The number of the paper."""

DIGITS = 15
"""Significant digits that a spreadsheet keeps."""

NUMBER_FORMATS = {"integer": "0", "points": "0.##", "money": "#,##0.00##", "percent": "0.00%", "number": "General"}
NUMBER_FORMATS |= {f"difference:{unit}": NUMBER_FORMATS[unit] for unit in ("points", "money", "percent")}
NUMBER_FORMATS["write_day"] = "yyyy-mm-dd"
NUMERIC = frozenset(NUMBER_FORMATS)
WRAPPED = frozenset({"long", "title", "write"})
SEVERITY_COLOURS = {"error": "#F8D0CC", "warning": "#FCE8B2", "info": "#E3ECF7"}
VERDICT_COLOURS = {"over_scored": "#F8D0CC", "under_scored": "#FCE8B2", "not_scorable": "#EDEDED"}
HEAD_STYLE = {"bold": True, "bg_color": "#D9E1EC", "border": 1, "border_color": "#B5BECB", "text_wrap": True}
FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}

LINE_HEIGHT, MOST_LINES = 15.0, 12
"""Points of a line of text, and lines of a row; a row may be 409 points high."""


@dataclass(slots=True)
class Styles:
    """The formats of a workbook, each made once."""

    book: Any
    made: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)
    cases: dict[tuple[str, bool, bool, str | None], Any] = field(default_factory=dict)

    def get(self, **properties: Any) -> Any:
        """Return the format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(FONT | properties)
        return self.made[key]

    def head(self, kind: str) -> Any:
        """Return the format of a heading, aligned as its values are."""
        return self.get(**HEAD_STYLE, **({"align": "right"} if kind in NUMERIC else {}))

    def value(self, kind: str, value: Value, colour: str | None) -> Any:
        """Return the format of one value of a column."""
        is_text = isinstance(value, str)
        case = (kind, is_text, isinstance(value, str) and starts_formula(value), colour)
        if case not in self.cases:
            self.cases[case] = self.get(**_properties(*case))
        return self.cases[case]


def _properties(kind: str, is_text: bool, guarded: bool, colour: str | None) -> dict[str, Any]:
    """Return what the format of a value says: how a column of this kind is shown, what kind of value stands in it."""
    properties: dict[str, Any] = {"text_wrap": True} if kind in WRAPPED else {}
    properties |= {"align": "fill"} if kind == "id" else {}
    properties |= {"quote_prefix": True} if guarded else {}
    properties |= {"num_format": NUMBER_FORMATS[kind]} if not is_text and kind in NUMBER_FORMATS else {}
    return properties | ({"bg_color": colour} if colour else {})


def put_value(page: Any, row: int, column: int, value: Value, style: Any) -> None:
    """Write one value: a text as a text, whatever it looks like, and a number as a number."""
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(row, column, fit_cell(value), style)
    elif _is_exact(value):
        page.write_number(row, column, float(value), style)
    else:
        page.write_string(row, column, f"{value:f}" if isinstance(value, Decimal) else repr(value), style)


def _is_exact(number: float | Decimal) -> bool:
    """Tell whether a spreadsheet would show a number as it is."""
    if isinstance(number, float):
        return math.isfinite(number)
    digits = Decimal(number).normalize().as_tuple().digits
    return len(digits) <= DIGITS


def set_height(page: Any, line: int, wrapped: Iterable[tuple[Value, int]]) -> None:
    """Make a row as high as its wrapped texts need, given with the widths of their columns in characters.

    Some programs do not do it on opening.
    """
    lines = max((count_lines(value, width) for value, width in wrapped if isinstance(value, str)), default=1)
    if lines > 1:
        page.set_row(line, min(lines, MOST_LINES) * LINE_HEIGHT)


def count_lines(text: str, columns: int) -> int:
    """Return the lines that a text takes in a column that is so many characters wide."""
    return sum(max(1, math.ceil(measure_width(part) / (columns - 1))) for part in text.split("\n"))
