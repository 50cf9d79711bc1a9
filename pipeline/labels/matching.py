"""What a recogniser misread in printed labels, put right from the form's vocabulary. Labels only, never values.

A label is matched where a label stands: in a head row, left of the columns that a head announces, or above all heads;
and only against the labels that belong there. The recogniser's own text is kept as an alternative.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache

from pipeline.labels.words import find_label, fold_label, is_label, is_torn_label, level_labels, section_labels
from pipeline.models import Cell, Table

HEADS = ("fund_columns", "goals", "indicators")
"""Sections whose labels stand side by side in a head row."""

HEAD_LABELS = 3
"""Labels that make a row a head row; two in the head of the goals, whose labels are read exactly or not at all."""

SIMILAR = 0.7
"""Similarity (difflib's ratio) from which a text of a head row is the label."""


def match_labels(table: Table) -> Table:
    """Return the table with misread labels put right; tables that were not read from a picture unchanged."""
    if table.source != "ocr":
        return table
    heads = _head_rows(table)
    return replace(table, cells=tuple(_matched(cell, heads) for cell in table.cells))


@dataclass(frozen=True, slots=True)
class _HeadRow:
    """A head row: its section, the first column that it announces, and the row below its labels."""

    section: str
    first_value: int
    end: int


def _head_rows(table: Table) -> dict[int, _HeadRow]:
    """Return the head rows by their row."""
    heads: dict[int, _HeadRow] = {}
    for row, cells in enumerate(table.beginning()):
        for section in HEADS:
            known = [cell for cell in cells if cell.text and find_label(section, cell.text)]
            if len({cell.text for cell in known}) >= HEAD_LABELS:
                end = max(cell.row + cell.rowspan for cell in known)
                heads[row] = _HeadRow(section, _first_value_column(section, known), end)
                break
    return heads


def _first_value_column(section: str, head: Iterable[Cell]) -> int:
    """Return the column where values begin: that of 三级指标, else the first that the head names."""
    cells = sorted(head, key=lambda cell: cell.col)
    third = next((cell.col for cell in cells if find_label(section, cell.text) == "level3"), None)
    return cells[0].col if third is None else third


def _matched(cell: Cell, heads: Mapping[int, _HeadRow]) -> Cell:
    """Return the cell with its label put right, if a label stands there.

    What reaches below the labels of a head row is no head: it names the section beside its rows.
    """
    if not cell.text or is_label(cell.text) or is_torn_label(fold_label(cell.text)):
        return cell
    label: str | None = None
    if cell.row in heads:
        head = heads[cell.row]
        beside = cell.row + cell.rowspan > head.end
        label = nearest_label(cell.text, ("sections" if beside else head.section,), in_head=True)
    else:
        above = [row for row in heads if row < cell.row]
        if not above:
            label = nearest_label(cell.text, ("single",))
        else:
            head = heads[max(above)]
            if cell.col < head.first_value:
                labels = ("levels", "total") if head.section == "indicators" else ("fund_rows",)
                label = nearest_label(cell.text, labels)
    return replace(cell, text=label, alternatives=(*cell.alternatives, cell.text)) if label else cell


@cache
def nearest_label(text: str, sections: tuple[str, ...], in_head: bool = False) -> str | None:
    """Return the one label of the sections that a text is a misreading of; None where it is one already, or is none.

    A misreading has the label's length and differs in one character (in two from eight characters on); in a head row
    a missing or an added character is forgiven too.
    """
    text = fold_label(text)
    labels = {
        label for section in sections for label in (level_labels() if section == "levels" else section_labels(section))
    }
    if text in labels or any(find_label(section, text) for section in sections if section != "levels"):
        return None
    allowed = 1 if len(text) < 8 else 2
    found = _nearest({label: _substitutions(label, text) for label in labels}, allowed)
    if found is None and in_head:
        found = _nearest({label: 1 - SequenceMatcher(None, label, text).ratio() for label in labels}, 1 - SIMILAR)
    return found


def _nearest(distances: Mapping[str, float], allowed: float) -> str | None:
    """Return the label at the least distance within the limit; None where two are equally near."""
    least = min(distances.values())
    nearest = [label for label, distance in distances.items() if distance == least]
    return nearest[0] if least <= allowed and len(nearest) == 1 else None


def _substitutions(label: str, text: str) -> int:
    """Return in how many places two texts of one length differ; more than any limit where the lengths differ."""
    if len(label) != len(text) or len(text) < 3:
        return len(label) + len(text)
    return sum(a != b for a, b in zip(label, text, strict=True))
