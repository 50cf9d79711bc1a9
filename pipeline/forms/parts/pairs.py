"""Funds that stand side by side in one row, each amount right of its label (预算数：2.38 执行数：2.38)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from pipeline.dataset.fields import AMOUNT_NAMES
from pipeline.labels.sections import Grid, Head
from pipeline.labels.words import find_label, find_labels
from pipeline.models import Cell, Table

_AMOUNT = re.compile(r"[1-9]")


def find_pairs(table: Table, grid: Grid) -> Head | None:
    """Return the head that pairs of label and amount in one row make: each amount stands right of its label."""
    rows = table.beginning()
    for row, cells in enumerate(rows):
        columns: dict[str, tuple[int, int]] = {}
        texts: dict[str, str] = {}
        for at, cell in enumerate(cells[:-1]):
            fields = _fields(cell.text)
            value = cells[at + 1]
            if fields and fields[0] in (*PAIRED, *BESIDE) and _PRINTED_AMOUNT.fullmatch(value.text.strip()):
                columns[fields[0]] = (value.col, value.col + value.colspan)
                texts[fields[0]] = cell.text
        if set(AMOUNT_NAMES[1:]) <= set(columns):
            above = _columns_above(grid, row, cells)
            return Head(row, row + 1, {**above, **columns}, texts)
    return None


def _fields(text: str) -> tuple[str, ...]:
    """Return the fields that a label of a pair may stand for; the label of a total names the budget."""
    if not text:
        return ()
    total = find_label("fund_rows", text) == "total"
    return find_labels("fund_columns", text) or (("annual_budget_raw",) if total else ())


PAIRED = (*AMOUNT_NAMES, "execution_rate_raw")
"""Fields that may stand beside their label in one row."""

BESIDE = ("received", "balance", "last_executed")
"""Amounts without a column of their own that may stand among them."""


def _columns_above(grid: Grid, row: int, cells: Sequence[Cell]) -> dict[str, tuple[int, int]]:
    """Return the columns of a row of pairs whose label stands above their value instead (a rate below its head)."""
    if not row:
        return {}
    beside = {id(after) for before, after in pairwise(cells) if find_labels("fund_columns", before.text)}
    found: dict[str, tuple[int, int]] = {}
    for cell in cells:
        above = grid[row - 1][cell.col]
        fields = find_labels("fund_columns", above.text) if above and above.text else ()
        if fields[:1] == ("execution_rate_raw",) and id(cell) not in beside and plain_number(cell.text) is not None:
            found[fields[0]] = (cell.col, cell.col + cell.colspan)
    return found


_PRINTED_AMOUNT = re.compile(r"(?=.*[1-9])[\d,，.]+\s*(?:[%％]|[亿万千百]{0,2}元?)")
_PLAIN_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]?$")


def plain_number(text: str) -> Decimal | None:
    """Return the number that is all a cell says, its per cent sign apart."""
    match = _PLAIN_NUMBER.match(text.replace(",", "").strip())
    return Decimal(match.group(1)) if match else None


def has_amount(text: str) -> bool:
    """Tell whether a cell of the fund table prints an amount other than zero."""
    return bool(_AMOUNT.search(text))
