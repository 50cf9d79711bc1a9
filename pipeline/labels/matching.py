"""What a recogniser misread in printed labels, put right from the form's vocabulary. Labels only, never values.

A label is matched where a label stands: in a head row, left of the columns that a head announces, or above all heads;
and only against the labels that belong there. The recogniser's own text is kept as an alternative.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache

from pipeline.labels.contrasts import is_contrary
from pipeline.labels.heads import SIMILAR, match_heads, told_by_place
from pipeline.labels.levels import is_torn_label, level_labels
from pipeline.labels.words import (
    find_columns,
    find_label,
    find_labels,
    fold_label,
    form_words,
    head_words,
    is_label,
    section_labels,
)
from pipeline.models import Cell, Table

HEADS = ("fund_columns", "goals", "indicators")
"""Sections whose labels stand side by side in a head row."""

HEAD_LABELS = 3
"""Labels that make a row a head row; two in the head of the goals, whose labels are read exactly or not at all."""

SURE = 0.95
"""Confidence from which a recogniser's text is left as it is, label or not."""


def match_labels(table: Table) -> Table:
    """Return the table with misread labels put right; tables that were not read from a picture unchanged."""
    if table.source != "ocr":
        return table
    table = _with_lost_strokes(table)
    heads = _head_rows(table)
    meant = {row: _meant_heads(table, row, head) for row, head in heads.items()}
    return replace(table, cells=tuple(_matched(cell, heads, meant) for cell in table.cells))


def _with_lost_strokes(table: Table) -> Table:
    """Return the table with 三级指标 where 二级指标 was read twice in a head: thin print loses a stroke.

    No head says one of the words 一级, 二级, 三级 twice; the further one stands for the next where that is missing.
    """
    put_right = {
        (cell.row, cell.col): text
        for row, head in _head_rows(table).items()
        if head.section == "indicators"
        for cell, text in _next_levels(table.beginning()[row])
    }
    if not put_right:
        return table
    cells = (
        replace(cell, text=text, alternatives=(*cell.alternatives, cell.text))
        if (text := put_right.get((cell.row, cell.col)))
        else cell
        for cell in table.cells
    )
    return replace(table, cells=tuple(cells))


def _next_levels(cells: Sequence[Cell]) -> Iterator[tuple[Cell, str]]:
    """Yield the level heads of a row that another one left of them says already, each with the next level's wording."""
    said: set[str] = {fold_label(cell.text) for cell in cells}
    seen: set[str] = set()
    for cell in cells:
        text = fold_label(cell.text)
        if text in seen and (following := _next_level(text)) and following not in said:
            yield cell, following
            said.add(following)
            text = following
        seen.add(text)


@cache
def _next_level(text: str) -> str | None:
    """Return the wording of a level's head for the level below: 三级指标 for 二级指标; None for no such head."""
    own = find_label("indicators", text)
    below = {"level1": "level2", "level2": "level3"}.get(own or "")
    for words in form_words().contrasts if below else ():
        at = next((i for i, word in enumerate(words[:-1]) if word in text), None)
        if at is not None and find_label("indicators", following := text.replace(words[at], words[at + 1])) == below:
            return following
    return None


@dataclass(frozen=True, slots=True)
class _HeadRow:
    """A head row: its section, the first column that it announces, and the row below its labels."""

    section: str
    first_value: int
    end: int


def _head_rows(table: Table) -> dict[int, _HeadRow]:
    """Return the head rows by their row, each of the section that most of its labels belong to."""
    heads: dict[int, _HeadRow] = {}
    for row, cells in enumerate(table.beginning()):
        known = {section: [cell for cell in cells if cell.text and find_label(section, cell.text)] for section in HEADS}
        section = max(HEADS, key=lambda name: len({cell.text for cell in known[name]}))
        if len({cell.text for cell in known[section]}) >= HEAD_LABELS:
            end = max(cell.row + cell.rowspan for cell in known[section])
            heads[row] = _HeadRow(section, _first_value_column(section, known[section]), end)
    return heads


def _first_value_column(section: str, head: Sequence[Cell]) -> int:
    """Return the column where values begin: that of 三级指标, else the first that the head names."""
    fields = match_heads(section, [cell.text for cell in head]).fields
    return next((head[at].col for at, field in fields.items() if field == "level3"), head[0].col)


def _meant_heads(table: Table, row: int, head: _HeadRow) -> dict[int, str]:
    """Return the wordings that the unsure heads of a row stand for, by their column; all heads weighed together."""
    cells = table.beginning()[row]
    unsure = [_is_unsure(cell) for cell in cells]
    match = match_heads(head.section, [cell.text for cell in cells], unsure=unsure)
    meant = {}
    for at, field in match.fields.items():
        if unsure[at] and at not in match.exact and not find_columns(head.section, cells[at].text):
            meant[cells[at].col] = nearest_wording(head.section, field, cells[at].text)
    doubted = {at: cell.text for at, cell in enumerate(cells) if unsure[at] or _is_unread(cell, table)}
    unread = {at: text for at, text in doubted.items() if at in match.unknown or not any(map(str.isalnum, text))}
    for at, field in told_by_place(head.section, match, unread).items():
        meant[cells[at].col] = usual_wording(head.section, field)
    return meant


def _is_unread(cell: Cell, table: Table) -> bool:
    """Tell whether a head is blank, and stands over cells that are written: it was not found in the picture."""
    if cell.text:
        return False
    columns = range(cell.col, cell.col + cell.colspan)
    return sum(bool(below.text) and below.row > cell.row and below.col in columns for below in table.cells) >= WRITTEN


WRITTEN = 3
"""Written cells of a column that has a head."""


def _is_unsure(cell: Cell) -> bool:
    return cell.confidence < SURE or bool(cell.doubt)


def _matched(cell: Cell, heads: Mapping[int, _HeadRow], meant: Mapping[int, Mapping[int, str]]) -> Cell:
    """Return the cell with its label put right, if a label stands there and was not read surely.

    What reaches below the labels of a head row is no head: it names the section beside its rows.
    """
    blank_head = not cell.text and cell.row in heads
    if not (blank_head or _is_unsure(cell)) or is_label(cell.text) or is_torn_label(fold_label(cell.text)):
        return cell
    label: str | None = None
    if not cell.text:
        label = meant.get(cell.row, {}).get(cell.col)
    elif cell.row in heads:
        beside = cell.row + cell.rowspan > heads[cell.row].end
        label = nearest_section(cell.text) if beside else meant[cell.row].get(cell.col)
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
def nearest_wording(section: str, field: str, text: str) -> str:
    """Return the wording of a field that a misread head is most like."""
    wordings = [word for word in section_labels(section) if field in find_labels(section, word)]
    return max(wordings, key=lambda word: _likeness(word, fold_label(text)))


def usual_wording(section: str, field: str) -> str:
    """Return the wording of a head's field that most forms print."""
    words = head_words(section)
    return (words.columns.get(field) or words.further[field])[0]


@cache
def nearest_label(text: str, sections: tuple[str, ...]) -> str | None:
    """Return the one label of the sections that a text is a misreading of; None where it is one already, or is none.

    A misreading has the label's length and differs in one character (in two from eight characters on), and never says
    a word that means something else.
    """
    text = fold_label(text)
    labels = {
        label for section in sections for label in (level_labels() if section == "levels" else section_labels(section))
    }
    if text in labels or any(find_label(section, text) for section in sections if section != "levels"):
        return None
    allowed = 1 if len(text) < 8 else 2
    near = {label: distance for label in labels if (distance := _substitutions(label, text)) <= allowed}
    return _nearest({label: distance for label, distance in near.items() if not is_contrary(text, label)}, allowed)


@cache
def nearest_section(text: str) -> str | None:
    """Return the name of a section that a text beside its rows is a misreading of, if there is one."""
    folded = fold_label(text)
    return _nearest({label: 1 - _likeness(label, folded) for label in section_labels("sections")}, 1 - SIMILAR)


def _likeness(label: str, text: str) -> float:
    return SequenceMatcher(None, label, text).ratio()


def _nearest(distances: Mapping[str, float], allowed: float) -> str | None:
    """Return the label at the least distance within the limit; None where two are equally near."""
    least = min(distances.values(), default=allowed + 1)
    nearest = [label for label, distance in distances.items() if distance == least]
    return nearest[0] if least <= allowed and len(nearest) == 1 else None


def _substitutions(label: str, text: str) -> int:
    """Return in how many places two texts of one length differ; more than any limit where the lengths differ."""
    if len(label) != len(text) or len(text) < 3:
        return len(label) + len(text)
    return sum(a != b for a, b in zip(label, text, strict=True))
