"""The fund lines of a form: one per printed line, in print order, by the label beside the amounts.

The table of the funds has lines under heads; some templates print pairs of label and amount in a row instead (预算数：
2.38 执行数：2.38), or have the lines as columns and the amounts as rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pipeline.dataset.fields import AMOUNT_NAMES
from pipeline.forms.fields import doubt_fields
from pipeline.forms.ledger import Ledger
from pipeline.forms.parts.applied import read_applied
from pipeline.forms.parts.fund_lines import TOTALS, Funds, is_unknown_kind, prints_amount
from pipeline.forms.parts.pairs import find_pairs, has_amount, plain_number
from pipeline.forms.parts.sideways import read_sideways
from pipeline.labels.sections import (
    MERGED_COLUMNS,
    Grid,
    Head,
    cell_under,
    crowded_columns,
    find_head,
    find_row_label,
    list_heads,
    row_cells,
    with_unknown_columns,
)
from pipeline.labels.words import field_of_cell, find_fund_word, find_label, form_words
from pipeline.models import Cell, Reading, Readings, Table

FUND_HEADS = 3
"""Fields that make a row the head of the funds."""

PER_CENT = Decimal(100)
RATE_TOLERANCE = Decimal("0.6")
"""How far a printed rate, in per cent, may be from executed ÷ budget: rates are printed with few digits."""

_BLANK = re.compile(r"[\s—\-－–/无]*$")


def read_funds(table: Table, grid: Grid, end: int, ledger: Ledger) -> tuple[Funds, Head | None]:
    """Return the fund lines of a form and the head that they stand under, if they stand under one.

    Lines without a head stand above row `end`, where the indicators begin.
    """
    head, pairs = find_fund_head(table, grid), find_pairs(table, grid)
    if pairs and (head is None or head.row >= pairs.row):
        return _lines_below(table, grid, pairs, ledger, paired=True), pairs
    if head is not None:
        return _lines_below(table, grid, head, ledger), head
    funds = Funds()
    for kind, readings in (*read_sideways(table, grid, ledger), *read_applied(table, grid, end, ledger)):
        funds.add(kind, readings)
    return funds, None


def find_fund_head(table: Table, grid: Grid) -> Head | None:
    """Return the head of the funds: one with three fields, else one with two above the line of a total.

    What the dataset keeps together (到位数, 结余) counts as a field where it stands beside budget and execution.
    """
    if head := find_head(table, "fund_columns", FUND_HEADS):
        return head
    for head in list_heads(table, "fund_columns", FUND_HEADS - 1):
        below = row_cells(grid, head.first_value_row) if head.first_value_row < table.rows else []
        if set(AMOUNT_NAMES[1:]) <= set(head.columns) and {"received", "balance"} & set(head.columns):
            return head
        label = find_row_label(below, "fund_rows")
        if label and label[0] in TOTALS and any(has_amount(cell.text) for cell in below if cell is not label[1]):
            return head
    return None


def _lines_below(table: Table, grid: Grid, head: Head, ledger: Ledger, *, paired: bool = False) -> Funds:
    funds = Funds(unknown=[column.path[-1] for column in head.unknown])
    reader = _LineReader(grid, with_unknown_columns(_with_proven_rate(table, grid, head)), ledger)
    for row in range(head.row if paired else head.first_value_row, _end(table, head)):
        cells = [cell for cell in row_cells(grid, row) if cell.row == row]
        if stated := list(_stated_lines(cells, ledger)):
            for kind, said in stated:
                funds.add(kind, said)
            continue
        label = find_row_label(cells, "fund_rows")
        if label or (paired and row == head.row):
            line = reader.line(row, label[1] if label else None)
            funds.add(label[0] if label else "total", line)
            if label and is_unknown_kind(label[0]) and prints_amount(line):
                funds.unlisted.append(label[1].text)
        elif reader.says_something(row):
            funds.add_foreign(reader.line(row, reader.foreign_label(row)))
    return funds


_STATED = re.compile(r"^\s*(?P<label>.{2,30}?)\s*[：:]\s*(?P<amount>[\d,，.]+\s*(?:[亿万千百]{0,2}元)?)\s*$")


def _stated_lines(cells: Sequence[Cell], ledger: Ledger) -> Iterator[tuple[str, Readings]]:
    """Yield kind and fields of the lines that say label and amount in one cell (项目支出：1200), for no column.

    Of which of the columns above it the amount is the part, such a line does not say.
    """
    for cell in cells:
        match = _STATED.match(cell.text)
        kind = (find_label("fund_rows", match["label"]) or find_fund_word(match["label"])) if match else None
        if match and kind:
            read = ledger.read(cell)
            yield (
                kind,
                {"label_raw": replace(read, text=match["label"]), "further_raw": replace(read, text=match["amount"])},
            )


@dataclass(slots=True)
class _LineReader:
    """Reads the lines below a head; cells that reach over several lines are read once."""

    grid: Grid
    head: Head
    ledger: Ledger
    seen: set[int] = field(default_factory=set)

    def cells(self, row: int) -> dict[str, Cell]:
        """Return the cell of each column in a row."""
        spans = self.head.columns.items()
        return {name: cell for name, span in spans if (cell := cell_under(self.grid, row, span))}

    def says_something(self, row: int) -> bool:
        """Tell whether a row without a known label has an amount or a score of its own, or a mark in place of one."""
        cells = [cell for name, cell in self.cells(row).items() if name in (*AMOUNT_NAMES, "score_raw")]
        own = [cell.text for cell in cells if cell.text and cell.row == row]
        return any(_is_blank(text) or any(char.isdigit() for char in text) for text in own)

    def foreign_label(self, row: int) -> Cell | None:
        """Return the label of a line of unknown kind: the last words before its amounts."""
        first = min(cell.col for name, cell in self.cells(row).items() if name in AMOUNT_NAMES)
        before = [cell for cell in row_cells(self.grid, row) if cell.row == row and cell.text and cell.col < first]
        words = [cell for cell in before if plain_number(cell.text) is None]
        return words[-1] if words else None

    def line(self, row: int, label: Cell | None) -> dict[str, Reading]:
        """Return one line: its label, its fields, and what else stands in its row."""
        read = {"label_raw": self.ledger.read(label)} if label else {}
        known = form_words().funds.columns
        cells = {name: cell for name, cell in self.cells(row).items() if name != "label_head" and cell is not label}
        read |= {name: self.ledger.read(cell) for name, cell in cells.items() if name in known}
        fresh = {name: cell for name, cell in cells.items() if name not in known and id(cell) not in self.seen}
        if said := further_reading(fresh, self.head, self.ledger):
            read["further_raw"] = said
        self.seen |= {id(cell) for cell in fresh.values()}
        drawn = {name for name, reading in read.items() if reading.source == "ocr"}
        return doubt_fields(read, crowded_columns(self.grid, row, self.head.columns) & drawn, MERGED_COLUMNS)


def further_reading(cells: Mapping[str, Cell], head: Head, ledger: Ledger) -> Reading | None:
    """Return the texts of columns that have none in the dataset as one reading, each after its head."""
    said = [(head.texts.get(name, name), ledger.read(cell)) for name, cell in cells.items() if not _is_blank(cell.text)]
    if not said:
        return None
    readings = [reading for _, reading in said]
    return replace(
        readings[0],
        text="；".join(f"{label}：{reading.text}" for label, reading in said),
        places=tuple(place for reading in readings for place in reading.places),
        confidence=min(reading.confidence for reading in readings),
        needs_review=any(reading.needs_review for reading in readings),
        alternatives=(),
    )


def _is_blank(text: str) -> bool:
    return bool(_BLANK.match(text))


def _end(table: Table, head: Head) -> int:
    """Return the row below the fund lines: the head of the goals or of the indicators, else the end of the table."""
    later = [
        other.row
        for section, least in (("goals", 2), ("indicators", 4))
        for other in list_heads(table, section, least)
        if other.row >= head.first_value_row
    ]
    labelled = [
        cell.row
        for cell in table.cells
        if cell.row >= head.first_value_row
        and (find_label("sections", cell.text) in {"goals", "indicators"} or find_label("total", cell.text))
        and not find_label("fund_rows", cell.text)
    ]
    first = [(row, next((cell for cell in cells if cell.text), None)) for row, cells in enumerate(table.beginning())]
    others = [row for row, cell in first if row >= head.first_value_row and cell and _labels_another_part(cell.text)]
    return min([*later, *labelled, *others], default=table.rows)


def _labels_another_part(text: str) -> bool:
    """Tell whether the first text of a row is a label of no part of the funds: of a goal, of a field of the head."""
    if any(find_label(section, text) for section in ("fund_rows", "fund_columns", "sections")):
        return False
    fields = [field_of_cell(section, text) for section in ("goals", "single", "other_labels")]
    return any(field and field != "breakdown" for field in fields)


def _with_proven_rate(table: Table, grid: Grid, head: Head) -> Head:
    """Return the head, with the rate's column where an unknown head stands above what executed ÷ budget gives."""
    if "execution_rate_raw" in head.columns or not {"executed_raw", "annual_budget_raw"} <= set(head.columns):
        return head
    for column in (*head.unknown, *head.blank):
        trial = {**head.columns, "execution_rate_raw": column.span}
        if _is_rate(table, grid, head, trial):
            unknown = tuple(one for one in head.unknown if one is not column)
            return replace(head, columns=trial, unknown=unknown)
    return head


def _is_rate(table: Table, grid: Grid, head: Head, columns: Mapping[str, tuple[int, int]]) -> bool:
    """Tell whether every line that prints a rate below a head prints the one that its amounts give."""
    proofs = 0
    for row in range(head.first_value_row, _end(table, head)):
        cells = {name: cell_under(grid, row, span) for name, span in columns.items()}
        texts = {name: cell.text for name, cell in cells.items() if cell}
        budget, executed, rate = (
            plain_number(texts.get(name, "")) for name in (*AMOUNT_NAMES[1:], "execution_rate_raw")
        )
        if rate is None or not budget or executed is None:
            continue
        if abs(executed / budget * PER_CENT - rate) > RATE_TOLERANCE:
            return False
        proofs += 1
    return proofs > 0
