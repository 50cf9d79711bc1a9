"""Tables that run on over a page break, joined with their merged cells.

A break can cut between two rows, with merged cells open across it; it can cut a row itself, so that its text stands
half on each page; it can take the ruling at the cut away; the head may be printed again. The two fragments are laid on
one set of column lines and glued at the seam; cells keep one place per page.

What decides whether a row was cut is what the two halves hold: numbers stand once in a row, so two halves that both
have a number in one column are two rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from pydantic import BaseModel

from pipeline.labels.levels import is_level_label, level_labels
from pipeline.labels.sections import total_row
from pipeline.labels.words import find_label, fold_label, is_label
from pipeline.layout.printed_again import drop_rows
from pipeline.layout.regions import join_lines
from pipeline.models import Cell, PageIssue, Table
from pipeline.vocabulary import load_yaml

TWO_LABELS = "inferred_columns"
"""Why a field is to be reviewed in whose cell the names of two levels met at a page break."""

COLUMN_TOLERANCE = 4.0
"""Distance in points within which column lines of two fragments are the same line."""

HEAD_ROWS = 5
"""Rows in which a repeated head is looked for."""


LAST_ROWS = 3
"""Rows at the end of a form among which its total stands."""


WRAPPED = 4
"""Characters from which a text may be the first line of a longer one."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A table on one page with its column lines, in points."""

    table: Table
    xs: tuple[float, ...]
    open_top: bool = False
    open_bottom: bool = False


_CUT_FIGURE = re.compile(r"[\d.]{0,4}$")
_WORDS = re.compile(r"[^\d.]{2}")


def starts_form(table: Table) -> bool:
    """Tell whether a table begins with the first row of a form."""
    return any(cell.row <= 2 and find_label("single", cell.text) == "project_name" for cell in table.cells)


def ends_form(table: Table) -> bool:
    """Tell whether a table ends with the last row of a form, the total; a signature row may follow."""
    return total_row(table, max(0, table.rows - LAST_ROWS)) is not None


def completes_total(first: Table, second: Table) -> bool:
    """Tell whether a table begins with what a page break has cut off the total: figures without a label.

    The total is the last row of most forms; where conclusions follow it, their rows begin with a label.
    """
    if total_row(first, first.rows - 1) is None:
        return False
    label, *figures = sorted((cell for cell in second.cells if cell.row == 0), key=lambda cell: cell.col)
    if label.text or not any(cell.text for cell in figures):
        return False
    below = {cell.row: cell.text for cell in sorted(second.cells, key=lambda cell: -cell.col) if cell.row}
    return all(_CUT_FIGURE.match(cell.text) for cell in figures) and all(map(_WORDS.match, below.values()))


def join_fragments(first: Fragment, second: Fragment) -> Fragment:
    """Glue two fragments of one table together."""
    mapped = _map_columns(second.xs, first.xs)
    union = _merge_positions((*first.xs, *mapped))
    upper = _without_stub(_on_columns(first.table, first.xs, union))
    lower = _drop_repeated_head(_on_columns(second.table, mapped, union), upper)
    if not lower.cells:
        return Fragment(
            replace(upper, places=(*upper.places, *lower.places)), union, first.open_top, second.open_bottom
        )
    pairs = _seam(upper, lower)
    open_seam = first.open_bottom or second.open_top
    split = completes_total(first.table, second.table) or _row_was_cut(pairs, lower, open_seam)
    merged = _glue(upper, lower, pairs, split)
    if split and not open_seam and _both_prose(pairs):
        page = lower.places[0].page
        issue = PageIssue("row_cut_by_page_break", "a row was put together across the page break", page)
        merged = replace(merged, issues=(*merged.issues, issue))
    return Fragment(merged, union, first.open_top, second.open_bottom)


def _map_columns(xs: Sequence[float], onto: Sequence[float]) -> tuple[float, ...]:
    """Map column lines so that the outer edges coincide; two scanned pages differ in scale and shift.

    Where more lines stand where they stood than would so, they stay: the last column may have no side on one page.
    """
    scale = (onto[-1] - onto[0]) / (xs[-1] - xs[0])
    mapped = tuple(onto[0] + (x - xs[0]) * scale for x in xs)
    return mapped if _shared_lines(mapped, onto) >= _shared_lines(xs, onto) else tuple(xs)


def _shared_lines(xs: Sequence[float], onto: Sequence[float]) -> int:
    return sum(any(abs(x - line) < COLUMN_TOLERANCE for line in onto) for x in xs)


def _merge_positions(positions: Sequence[float]) -> tuple[float, ...]:
    merged: list[float] = []
    for x in sorted(positions):
        if not merged or x - merged[-1] > COLUMN_TOLERANCE:
            merged.append(x)
    return tuple(merged)


def _on_columns(table: Table, xs: Sequence[float], union: Sequence[float]) -> Table:
    """Renumber a table's columns to the common column lines; a blank column too narrow for two of them is none."""
    at = [min(range(len(union)), key=lambda i: abs(union[i] - x)) for x in xs]
    last = len(union) - 2
    spans = [(cell, at[cell.col], at[cell.col + cell.colspan]) for cell in table.cells]
    cells = tuple(
        replace(cell, col=min(first, last), colspan=max(1, end - first))
        for cell, first, end in spans
        if end > first or cell.text
    )
    return replace(table, cells=cells, cols=len(union) - 1)


def _row_texts(table: Table, row: int) -> list[tuple[int, str]]:
    return [(c.col, c.text) for c in table.cells if c.row == row and c.rowspan == 1 and c.text]


def _without_stub(upper: Table) -> Table:
    """Take away a last row that holds nothing: sides that a page break has cut a little below the last text."""
    last = upper.rows - 1
    ending = [cell for cell in upper.cells if cell.row + cell.rowspan == upper.rows]
    if not last or any(cell.text or not cell.open_below for cell in ending if cell.row == last):
        return upper
    kept = [
        replace(cell, rowspan=cell.rowspan - (cell.row + cell.rowspan == upper.rows))
        for cell in upper.cells
        if cell.row != last
    ]
    return replace(
        upper,
        rows=last,
        cells=tuple(replace(cell, open_below=True) if cell.row + cell.rowspan == last else cell for cell in kept),
    )


def _drop_repeated_head(lower: Table, upper: Table) -> Table:
    """Take away the rows at the top of a fragment that repeat a head printed before."""
    heads = [frozenset(_row_texts(upper, row)) for row in range(upper.rows)]
    count = 0
    while count < min(HEAD_ROWS, lower.rows):
        texts = _row_texts(lower, count)
        repeated = len(texts) > 2 and any(head.issuperset(texts) for head in heads)
        if not repeated or 2 * sum(is_label(text) for _, text in texts) <= len(texts):
            break
        count += 1
    return drop_rows(lower, count) if count else lower


Pair = tuple[Cell, Cell]


def _seam(upper: Table, lower: Table) -> list[Pair]:
    """Pair the cells that meet at the break: the same columns, one above the other."""
    below = {(c.col, c.colspan): c for c in lower.cells if c.row == 0}
    return [
        (cell, below[cell.col, cell.colspan])
        for cell in upper.cells
        if cell.row + cell.rowspan == upper.rows and (cell.col, cell.colspan) in below
    ]


_NUMBER = re.compile(r"^[≥≤＝=<>]?\s*[\d.,]+(?:[%％]|\D{0,3})$|^[—\-/]$")
_NEW_ITEM = re.compile(r"^(?:指标\s*\d+|……|…|\d+[、.．](?!\d))")
_BARE_ITEM = re.compile(r"^(?:指标\s*\d+\s*[：:]?|[…. ]+)$")


class _Named(BaseModel, frozen=True):
    name: str


class _Units(BaseModel, frozen=True):
    """What is asked of `schemas/units.yml` here: what units and counters are called."""

    units: tuple[_Named, ...]
    counters: tuple[str, ...]


@cache
def _torn_value() -> re.Pattern[str]:
    """Return the pattern of a value that is torn where `|` stands."""
    words = load_yaml("units.yml", _Units)
    names = sorted({*words.counters, *(unit.name for unit in words.units), "％"}, key=len, reverse=True)
    torn = [re.escape(name[:at]) + r"\|" + re.escape(name[at:]) for name in names for at in range(1, len(name))]
    return re.compile(
        r"^[≥≤＝=<>]\|[\d.]"  # ≤ | 25.7万元
        r"|^[≥≤＝=<>]?\s*\d+[.,]\d*\|\d+\D{0,3}$"  # 396.26752 | 9
        r"|^[≥≤＝=<>]?\s*\d+\|\d*[%％]$"  # 10 | 0%
        rf"|^[≥≤＝=<>]?\s*[\d.,]+[万亿千]?\|[万亿千]?(?:{'|'.join(map(re.escape, names))})+$"  # 174.83 | 万元
        rf"|^[≥≤＝=<>]?\s*[\d.,]+[万亿千]?(?:{'|'.join(torn)})$"  # 2小 | 时
        r"|年\|\d+月|月\|\d+日"  # 2024年 | 6月前
    )


def _single(pair: Pair) -> bool:
    return pair[0].rowspan == 1 and pair[1].rowspan == 1


def _row_was_cut(pairs: Sequence[Pair], lower: Table, open_seam: bool) -> bool:
    """Tell whether the rows at the break are the two halves of one row.

    Each column of one row has its text in one half, or torn between both; two rows have a number of their own in one
    and the same column. A half that holds nothing, or nothing but a piece of a label, is a half where the break has
    cut the rulings away or the label.
    """
    singles = [(a.text, b.text) for a, b in pairs if _single((a, b))]
    above = [a for a, b in singles if a and not _torn_label(a, b)]
    below = [b for a, b in singles if b and not _torn_label(a, b)]
    if not above or not below:
        torn = any(_torn_label(a.text, b.text) for a, b in pairs)
        return (open_seam or torn) and bool(above or below) and _has_single(pairs)
    if all(_BARE_ITEM.match(text) for text in above) or _unpaired(lower, pairs):
        return False
    both = [(a, b) for a, b in singles if a and b and not _torn_label(a, b)]
    if sum(is_label(b) for b in below) > 1 and not any(_torn_head(a, b) for a, b in singles):
        return False
    alone = len(both) == len(below)
    if any(_two_labels(a, b) for a, b in both) or sum(_two_numbers(a, b) for a, b in both) >= TWO_COLUMNS:
        return False
    if not open_seam and not alone and any(len(a) < WRAPPED or a == b for a, b in both):
        return False
    return all(_can_be_one(a, b, alone=alone) for a, b in both)


def _two_numbers(above: str, below: str) -> bool:
    """Tell whether two texts are numbers each; 29. over 5 is one number."""
    return bool(_WHOLE_NUMBER.match(above) and _WHOLE_NUMBER.match(below))


_WHOLE_NUMBER = re.compile(r"^\d+(?:\.\d+)?$")
TWO_COLUMNS = 2
"""Columns with two numbers each (points, score) that make two rows; of one row one number at most is torn so."""


def _has_single(pairs: Sequence[Pair]) -> bool:
    return any(_single(pair) for pair in pairs)


def _unpaired(lower: Table, pairs: Sequence[Pair]) -> bool:
    """Tell whether the first row below the break has written cells of other columns, as the total's label has."""
    paired = {id(b) for _, b in pairs}
    return any(c.row == 0 and c.rowspan == 1 and c.text and id(c) not in paired for c in lower.cells)


def _can_be_one(above: str, below: str, alone: bool) -> bool:
    """Tell whether two texts of one column can be the two pieces of one text.

    `alone` says that the lower half holds nothing but pieces; a number below words is then the end of a sentence.
    """
    if _torn_label(above, below):
        return True
    if is_label(above) or _NEW_ITEM.match(below):
        return False
    if _NUMBER.match(above) or _NUMBER.match(below):
        return bool(_torn_value().search(f"{above}|{below}")) or (alone and not _NUMBER.match(above))
    return True


def _both_prose(pairs: Sequence[Pair]) -> bool:
    return sum(bool(a.text and b.text) for a, b in pairs if _single((a, b))) > 0


def _glue(upper: Table, lower: Table, pairs: Sequence[Pair], split: bool) -> Table:
    """Stack the fragments; at the seam merge the cells that are open across it, and the cut row's halves."""
    merged = {id(a): b for a, b in pairs if _is_one_cell(a, b, split)}
    gone = {id(b) for b in merged.values()}
    shift = upper.rows - (1 if split else 0)
    cells = [_merge(cell, merged[id(cell)], split) if id(cell) in merged else cell for cell in upper.cells]
    ending = {id(a) for a, b in pairs if split and id(a) not in merged}
    cells = [replace(cell, rowspan=cell.rowspan - 1) if id(cell) in ending else cell for cell in cells]
    cells += [replace(cell, row=cell.row + shift) for cell in lower.cells if id(cell) not in gone]
    return replace(
        upper,
        rows=shift + lower.rows,
        cells=tuple(sorted(cells, key=lambda c: (c.row, c.col))),
        places=(*upper.places, *lower.places),
        issues=(*upper.issues, *lower.issues),
    )


def _is_one_cell(above: Cell, below: Cell, split: bool) -> bool:
    """Tell whether two cells that meet at the break are one merged cell: only printed labels span rows.

    The label may stand on either page. Between two cells of one row each, a blank label is part of the other only
    where the break has cut the ruling between them away.
    """
    if split:
        return not (above.rowspan > 1 and _two_labels(above.text, below.text))
    if above.text and below.text:
        return _torn_label(above.text, below.text)
    text = above.text or below.text
    if above.rowspan == 1 and below.rowspan == 1:
        return (above.open_below or below.open_above) and is_level_label(text)
    return not text or is_label(text) or is_level_label(text)


def _two_labels(above: str, below: str) -> bool:
    """Tell whether two texts are two labels: the merged cell of the one ends above a row that the break has cut."""
    return is_level_label(above) and is_level_label(below) and not _torn_label(above, below)


@cache
def _label_chain() -> re.Pattern[str]:
    """Return the pattern of one or more usual level labels; pasted blocks fuse several in one cell."""
    longest_first = sorted(level_labels(), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, longest_first))})+")


def _torn_head(above: str, below: str) -> bool:
    return bool(above and below) and is_label(above + below)


def _torn_label(above: str, below: str) -> bool:
    """Tell whether two texts are the pieces of one printed label, its bracketed points (`（45分）`) included."""
    whole = above + below
    if not (above and below and is_level_label(whole)):
        return _torn_head(above, below)
    if _label_chain().fullmatch(fold_label(whole)) and not _label_chain().fullmatch(fold_label(above)):
        return True
    in_brackets = not fold_label(below) or above.count("（") + above.count("(") > above.count("）") + above.count(")")
    return in_brackets or not (is_level_label(above) or is_level_label(below))


def _merge(above: Cell, below: Cell, split: bool) -> Cell:
    return replace(
        above,
        rowspan=above.rowspan + below.rowspan - (1 if split else 0),
        text=join_lines((above.text, below.text)),
        places=(*above.places, *below.places),
        confidence=min(above.confidence, below.confidence),
        doubt=above.doubt or below.doubt or (TWO_LABELS if _two_labels(above.text, below.text) else ""),
        alternatives=(),
    )
