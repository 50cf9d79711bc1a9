"""Rows with named columns, as a table for the eye, as CSV, and as JSON."""

from __future__ import annotations

import csv
import io
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pipeline.text import printable

WIDEST = 60
"""Columns of the terminal that one value may take."""

LISTED = 1_000
"""Rows that a table for the eye shows."""

NUMBERS = (int, float, Decimal)


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The result of a question. `kinds` are the types of the columns where they are known."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    kinds: tuple[str, ...] = ()


def to_csv(answer: QueryResult) -> str:
    """Return an answer as CSV (RFC 4180) with a head, missing values empty."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(answer.columns)
    writer.writerows([_plain(value) for value in row] for row in answer.rows)
    return text.getvalue()


def to_json(answer: QueryResult) -> list[dict[str, Any]]:
    """Return an answer as a list of objects; exact decimals and times become strings."""
    return [dict(zip(answer.columns, map(_json, row), strict=True)) for row in answer.rows]


def _json(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, datetime) else value


def _plain(value: Any) -> Any:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    return value.isoformat() if isinstance(value, datetime) else value


def to_text(answer: QueryResult) -> str:
    """Return an answer as a table in columns; long values are cut, and rows beyond `LISTED` are only counted."""
    shown = [[_cell(value) for value in row] for row in answer.rows[:LISTED]]
    widths = [max(map(measure_width, column)) for column in zip(answer.columns, *shown, strict=True)]
    right = [_is_number(answer.rows, index) for index in range(len(answer.columns))]
    lines = [_line(answer.columns, widths, right), "  ".join("─" * size for size in widths)]
    lines += [_line(row, widths, right) for row in shown]
    left = len(answer.rows) - len(shown)
    if left:
        lines.append(f"… {left} more rows; --csv gives all")
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if isinstance(value, float) and math.isfinite(value):
        value = f"{value:.6g}" if abs(value) < 1e6 else f"{value:.2f}"
    text = "" if (plain := _plain(value)) is None else " ".join(printable(str(plain)).split())
    return text if measure_width(text) <= WIDEST else _cut(text)


def _cut(text: str) -> str:
    taken = ""
    for char in text:
        if measure_width(taken + char) >= WIDEST:
            break
        taken += char
    return f"{taken}…"


def _is_number(rows: Sequence[Sequence[Any]], index: int) -> bool:
    values = [row[index] for row in rows[:LISTED] if row[index] is not None]
    return bool(values) and all(isinstance(value, NUMBERS) and not isinstance(value, bool) for value in values)


def _line(cells: Iterable[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = [
        " " * (size - measure_width(cell)) + cell if to_right else cell + " " * (size - measure_width(cell))
        for cell, size, to_right in zip(cells, widths, right, strict=True)
    ]
    return "  ".join(padded).rstrip()


def measure_width(text: str) -> int:
    """Return the columns of a terminal that a text takes; Chinese characters take two."""
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text if not unicodedata.combining(char)
    )
