"""The unit of a form's amounts: from the head or the section of the funds, else from the line above the table.

The nearest one that is printed holds. Where two are printed and differ nothing is converted on a guess: the nearer one
is taken, and the difference is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from pipeline.labels.sections import Head
from pipeline.labels.words import find_label
from pipeline.models import PageIssue, Table

DEFAULT_UNIT = "万元"
"""The unit of the national form (财预〔2020〕10号), where none is printed."""

_IN_LABEL = re.compile(r"[（(]\s*(?:金额)?(?:单位)?\s*[:：]?\s*(亿元|百万元|万元|千元|百元|元)\s*[）)]")
_ABOVE = re.compile(r"单位\s*[:：]\s*(?:人民币)?\s*(亿元|百万元|万元|千元|百元|元)(?![一-鿿])")


def tell_unit(table: Table, head: Head | None, lines_above: Iterable[str]) -> tuple[str, tuple[PageIssue, ...]]:
    """Return the unit of the amounts, and an issue where printed units differ."""
    inside = _units(_labels(table, head), (_IN_LABEL, _ABOVE)) if head else []
    top = [cell.text for cell in table.cells if head and cell.row < head.row]
    above = _units([*lines_above, *top], (_ABOVE,))
    printed = list(dict.fromkeys([*inside, *above]))
    if len(printed) > 1:
        message = f"金额单位印有{'、'.join(printed)}，按{printed[0]}读"
        return printed[0], (PageIssue("money_unit_conflict", message, table.places[0].page),)
    return (printed or [DEFAULT_UNIT])[0], ()


_HEAD_POINTS = re.compile(r"(?<!\d)(\d{1,2})\s*分")


def prints_percent(head: Head | None) -> bool:
    """Tell whether the head of the execution rate prints the per cent sign."""
    text = head.texts.get("execution_rate_raw", "") if head else ""
    return "%" in text or "％" in text


def execution_points(table: Table, head: Head | None) -> Decimal | None:
    """Return the points of the execution rate that the score's head or the section prints; None where they differ."""
    if head is None:
        return None
    sections = [c.text for c in table.cells if find_label("sections", c.text) == "funds" and c.row <= head.row]
    texts = [head.texts.get("score_raw", ""), *sections]
    told = {Decimal(match[1]) for text in texts for match in _HEAD_POINTS.finditer(text)}
    return told.pop() if len(told) == 1 else None


def _labels(table: Table, head: Head | None) -> list[str]:
    """Return the texts of the head's cells, then that of the section beside it."""
    if head is None:
        return []
    cells = sorted(table.cells, key=lambda cell: (cell.row, cell.col))
    heads = [cell.text for cell in cells if head.row <= cell.row < head.first_value_row and cell.colspan < table.cols]
    sections = [c.text for c in cells if find_label("sections", c.text) == "funds" and c.row <= head.first_value_row]
    return [*heads, *sections]


def _units(texts: Sequence[str], patterns: Iterable[re.Pattern[str]]) -> list[str]:
    found = [match.group(1) for text in texts for pattern in patterns for match in pattern.finditer(text)]
    return list(dict.fromkeys(found))
