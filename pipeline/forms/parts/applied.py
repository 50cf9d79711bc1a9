"""Funds of a form without columns of amounts: each amount beside its label, as forms of targets print them.

What is applied for is neither 年初预算数 nor 全年预算数, so that it is kept as the text of a column that the
dataset does not have (金额：56.8). Amounts of another period stand beside or above those of the year, below a label
of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from pipeline.forms.ledger import Ledger
from pipeline.labels.sections import Grid, row_cells
from pipeline.labels.words import find_fund_word, find_label, form_words
from pipeline.models import Cell, Reading, Table

_AMOUNT = re.compile(r"\s*[\d,，]+(?:\.\d+)?\s*(?:[亿万千百]{0,2}元)?\s*")

AMOUNT_HEAD = "金额"

UNKNOWN = "unlisted"


def read_applied(table: Table, grid: Grid, end: int, ledger: Ledger) -> Iterator[tuple[str, dict[str, Reading]]]:
    """Yield kind and fields of each line above row `end`; nothing where no total is among the labels."""
    pairs = [pair for row in range(end) for pair in _pairs(grid, row)]
    if not any(cell.row < end and cell.text and _is_total(cell.text) for cell in table.cells):
        return
    others = [label for label, _ in pairs if _names_other_period(label.text)]
    for label, amount in pairs:
        period = next((one for one in others if one.col == label.col and one.row <= label.row), None)
        kind = UNKNOWN if period else _kind(label.text)
        read = ledger.read(amount)
        head = f"{AMOUNT_HEAD}（{period.text.rstrip('：:')}）" if period and period is not label else AMOUNT_HEAD
        yield kind, {"label_raw": ledger.read(label), "further_raw": replace(read, text=f"{head}：{read.text.strip()}")}


def _pairs(grid: Grid, row: int) -> Iterator[tuple[Cell, Cell]]:
    """Yield the labels of lines that begin in a row, each with the amount that stands right of it."""
    cells = [cell for cell in row_cells(grid, row) if cell.text and cell.row == row]
    for label, amount in pairwise(cells):
        if _AMOUNT.fullmatch(amount.text) and _is_line(label.text):
            yield label, amount


def _is_line(text: str) -> bool:
    return bool(find_label("fund_rows", text)) or _is_total(text) or find_fund_word(text) is not None


def _is_total(text: str) -> bool:
    return text.rstrip("：: ").endswith(form_words().funds.total_endings)


def _kind(text: str) -> str:
    return find_label("fund_rows", text) or ("total" if _is_total(text) else find_fund_word(text) or UNKNOWN)


def _names_other_period(text: str) -> bool:
    """Tell whether a label is the total of a period that is not the year (中期资金总额)."""
    return _is_total(text) and any(word in text for word in form_words().funds.other_periods)
