"""Tables and text lines of a document → the forms it prints.

A form is found by its own words (`schemas/form.yml`), its columns by their heads. What belongs to no form stays out:
the lines after a form up to the next title are kept with it as its notes, and never become part of a table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.forms.fields import doubt_fields
from pipeline.forms.lost_fields import mark_lost_fields
from pipeline.labels.sections import (
    MERGED_COLUMNS,
    Grid,
    Head,
    cell_under,
    crowded_columns,
    find_head,
    find_row_label,
    is_repeated_head,
    row_cells,
    total_row,
    unknown_labels,
    value_beside,
)
from pipeline.labels.words import find_label, form_words, is_title, level_codes, may_begin_title, read_year
from pipeline.layout.regions import TextLine
from pipeline.models import Cell, Form, IndicatorLine, PageIssue, Place, Reading, Readings, Table
from pipeline.records import FUND_TYPES

FUND_HEADS = 3
GOAL_HEADS = 2
INDICATOR_HEADS = 4
"""How many labels make a row the head of a section."""

Block = Table | TextLine


@dataclass(slots=True)
class _Draft:
    """A form while its blocks are collected: the lines above its table, the table, the lines below."""

    above: list[TextLine]
    table: Table | None = None
    below: list[TextLine] = field(default_factory=list)


def read_forms(blocks: Sequence[Block], page_count: int) -> tuple[list[Form], list[Table]]:
    """Return the forms among a document's tables, and the tables that are no forms."""
    drafts, others = _collect(blocks)
    forms = [mark_lost_fields(read_form(no, draft), draft.table) for no, draft in enumerate(drafts, 1) if draft.table]
    return forms, others


def _collect(blocks: Sequence[Block]) -> tuple[list[_Draft], list[Table]]:
    """Assign every text line to the form it introduces or follows."""
    drafts: list[_Draft] = []
    others: list[Table] = []
    waiting: list[TextLine] = []
    for block in blocks:
        if isinstance(block, TextLine):
            waiting.append(block)
            continue
        if not is_form(block, [line.text for line in waiting]):
            others.append(block)
            continue
        notes, titles = _split_lines(waiting, first=not drafts)
        if drafts:
            drafts[-1].below += notes
        drafts.append(_Draft(above=titles, table=block))
        waiting = []
    if drafts:
        drafts[-1].below += waiting
    return drafts, others


def _split_lines(lines: list[TextLine], first: bool) -> tuple[list[TextLine], list[TextLine]]:
    """Split the lines between two forms into the notes of the one and the title of the other."""
    if first:
        return [], lines
    start = next((i for i in range(len(lines) - 1, -1, -1) if is_title(lines[i].text)), None)
    if start is None:
        return lines, []
    while start > 0 and _ATTACHMENT.match(lines[start - 1].text):
        start -= 1
    return lines[:start], lines[start:]


_ATTACHMENT = re.compile(r"^\s*附(?:件|表)\s*[\d一二三四五六七八九十\-—.：:]*\s*$")
_PAGE_NUMBER = re.compile(r"^[\s\-—–·第共页/\d]+$")


def is_form(table: Table, lines_above: Sequence[str]) -> bool:
    """Tell whether a table is a self-evaluation form: targets with actuals and scores, or the beginning of one."""
    head = find_head(table, "indicators", INDICATOR_HEADS)
    if head and not _missing_heads(head):
        return True
    if not any(find_label("single", cell.text) == "project_name" for cell in table.cells):
        return False
    funds = find_head(table, "fund_columns", FUND_HEADS)
    if funds and {"executed_raw", "score_raw"} <= set(funds.columns):
        return True
    return head is None and any(is_title(text) for text in lines_above)


def _missing_heads(head: Head | None) -> list[str]:
    """Return the columns that an evaluation form cannot do without and that the head does not name."""
    required = form_words().indicators.required
    return list(required) if head is None else [name for name in required if name not in head.columns]


def read_form(form_no: int, draft: _Draft) -> Form:
    """Read one form from its table and the lines around it. Fields that the form does not have are absent."""
    table = draft.table
    assert table is not None  # noqa: S101 - a draft is only read once it has its table
    grid = table.grid()
    head = find_head(table, "indicators", INDICATOR_HEADS)
    total = total_row(table, head.first_value_row if head else 0)
    readings: dict[str, Reading] = {**_read_single(table, grid, head), **_read_goals(table, grid, head)}
    if head and total:
        readings |= _read_total(grid, head, total)
    title = _read_title(table, draft.above)
    readings |= {"title": title} if title else {}
    funds, unlisted, fund_issues = _read_funds(table, grid)
    indicators, row_issues = _read_indicators(table, grid, head, total[0] if total else table.rows)
    pages = [place.page for place in table.places]
    return Form(
        form_no=form_no,
        page_first=min(pages),
        page_last=max(pages),
        readings=readings,
        funds=funds,
        indicators=indicators,
        notes="\n".join(line.text for line in draft.below if not _PAGE_NUMBER.match(line.text)),
        money_unit=_money_unit(table),
        unlisted_funds=unlisted,
        fund_parts={number: number > 1 for number in range(1, len(FUND_TYPES) + 1)},
        complete=total is not None,
        reader=table.reader,
        year=_year(draft.above, table),
        issues=(
            *table.issues,
            *fund_issues,
            *row_issues,
            *_head_issues(head, total is not None, len(indicators), max(pages)),
        ),
    )


def _head_issues(head: Head | None, complete: bool, rows: int, page: int) -> list[PageIssue]:
    """Report an indicator head that was not, or not wholly, understood; an unfinished form may end before it."""
    missing = _missing_heads(head)
    if head and complete and not rows:
        return [PageIssue("form_head_missing", "indicator table: no row between its head and the total", page)]
    if not missing or (head is None and not complete):
        return []
    return [PageIssue("form_head_missing", f"indicator table: no head for {', '.join(missing)}", page)]


def _doubt_columns(readings: Readings, grid: Grid, row: int, head: Head) -> dict[str, Reading]:
    """Mark what was read from a picture in columns whose head covers two of them."""
    crowded = crowded_columns(grid, row, head.columns)
    drawn = {name for name, reading in readings.items() if reading.source == "ocr"}
    return doubt_fields(readings, crowded & drawn, MERGED_COLUMNS)


def read_cell(cell: Cell) -> Reading:
    """Return a cell as a field's reading. A doubt of the reader becomes a request for review."""
    return Reading(
        text=cell.text,
        places=cell.places,
        source=cell.source,
        confidence=cell.confidence,
        needs_review=bool(cell.doubt),
        review_reason=cell.doubt,
        alternatives=cell.alternatives,
    )


def _read_single(table: Table, grid: Grid, head: Head | None) -> dict[str, Reading]:
    """Read the labelled fields above the indicators: the name, the department, the unit, the people."""
    end = head.row if head else table.rows
    readings: dict[str, Reading] = {}
    for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
        name = find_label("single", cell.text) if cell.row < end else None
        if name and name not in readings:
            value = value_beside(grid, cell)
            readings[name] = read_cell(value) if value else Reading("", cell.places, cell.source, cell.confidence)
    return readings


def _read_goals(table: Table, grid: Grid, indicators: Head | None) -> dict[str, Reading]:
    """Read the goals: the cells below their heads, down to the indicators."""
    head = find_head(table, "goals", GOAL_HEADS)
    if head is None:
        return {}
    readings: dict[str, Reading] = {}
    end = _goals_end(table, grid, head, indicators)
    for name, columns in head.columns.items():
        cells: list[Cell] = []
        for row in range(head.first_value_row, end):
            cell = cell_under(grid, row, columns)
            if cell and cell not in cells and cell.row >= head.first_value_row:
                cells.append(cell)
        if cells:
            readings[name] = _join_cells(cells)
    return readings


def _goals_end(table: Table, grid: Grid, head: Head, indicators: Head | None) -> int:
    """Return the row below the goals: the next head, or the first row that has no cell of its own for each goal."""
    funds = find_head(table, "fund_columns", FUND_HEADS)
    heads = [found.row for found in (indicators, funds) if found and found.row > head.row]
    end = min(heads, default=table.rows)
    for row in range(head.first_value_row, end):
        cells = [cell for columns in head.columns.values() if (cell := cell_under(grid, row, columns))]
        if len({id(cell) for cell in cells}) < len(cells):
            return row
    return end


def _join_cells(cells: Sequence[Cell]) -> Reading:
    first = read_cell(cells[0])
    if len(cells) == 1:
        return first
    return replace(
        first,
        text="".join(cell.text for cell in cells),
        places=tuple(place for cell in cells for place in cell.places),
        confidence=min(cell.confidence for cell in cells),
        needs_review=any(cell.doubt for cell in cells),
    )


_MONEY_UNIT = re.compile(r"[（(]?\s*(?:单位)?[:：]?\s*(亿元|万元|千元|元)\s*[）)]?")


def _read_funds(table: Table, grid: Grid) -> tuple[dict[str, Readings], tuple[str, ...], list[PageIssue]]:
    """Read the four fund rows, and the labels of rows of other kinds that print an amount."""
    head = find_head(table, "fund_columns", FUND_HEADS)
    if head is None:
        return {}, (), []
    funds: dict[str, Readings] = {}
    unlisted: list[str] = []
    unknown = unknown_labels(table, head, "fund_columns")
    for row in range(head.first_value_row, table.rows):
        cells = row_cells(grid, row)
        if find_row_label(cells, "goals") or find_row_label(cells, "indicators"):
            break
        values = {name: cell for name, span in head.columns.items() if (cell := cell_under(grid, row, span))}
        label = find_row_label(cells, "fund_rows")
        if label and label[0] not in funds and label[1].row == row:
            read = {"label_raw": read_cell(label[1])} | {name: read_cell(cell) for name, cell in values.items()}
            funds[label[0]] = _doubt_columns(read, grid, row, head)
        elif other := find_row_label(cells, "unlisted_funds"):
            if any(has_amount(values[name].text) for name in FUND_AMOUNTS if name in values):
                unlisted.append(other[1].text)
                unknown.append(other[1].text)
        elif not label and any(cell.text for cell in values.values()):
            unknown.append("".join(c.text for c in cells if c not in values.values())[-20:])
    issues = [PageIssue("unknown_label", f"fund table: unknown label {text}") for text in unknown]
    return funds, tuple(unlisted), issues


FUND_AMOUNTS = ("initial_budget_raw", "annual_budget_raw", "executed_raw")
_AMOUNT = re.compile(r"[1-9]")


def has_amount(text: str) -> bool:
    """Tell whether a cell of the fund table prints an amount other than zero."""
    return bool(_AMOUNT.search(text))


def _money_unit(table: Table) -> str:
    """Return the unit printed with the fund section or its heads; 万元 where none is printed (财预〔2020〕10号)."""
    head = find_head(table, "fund_columns", FUND_HEADS)
    if head is None:
        return "万元"
    for cell in table.cells:
        section = find_label("sections", cell.text) == "funds" and cell.row <= head.first_value_row
        if section or cell.row == head.row:
            match = _MONEY_UNIT.search(cell.text)
            if match:
                return match.group(1)
    return "万元"


def _read_total(grid: Grid, head: Head, total: tuple[int, Cell]) -> dict[str, Reading]:
    """Read the total's weight and score from below the indicators' weight and score."""
    row, label = total
    readings: dict[str, Reading] = {}
    for name in ("weight_raw", "score_raw"):
        cell = cell_under(grid, row, head.columns[name]) if name in head.columns else None
        if cell and cell is not label:
            readings[f"total_{name}"] = read_cell(cell)
    return readings


LEVELS = ("level1", "level2", "level3")


def _read_indicators(
    table: Table, grid: Grid, head: Head | None, end: int
) -> tuple[tuple[IndicatorLine, ...], list[PageIssue]]:
    """Read the rows between the head and the total, levels carried down their merged cells."""
    if head is None:
        return (), []
    issues = [
        PageIssue("unknown_label", f"indicator table: unknown head {text}")
        for text in unknown_labels(table, head, "indicators")
    ]
    lines: list[IndicatorLine] = []
    above: dict[str, Cell] = {}
    used: set[tuple[str, int]] = set()
    for row in range(head.first_value_row, end):
        cells = {name: cell for name, columns in head.columns.items() if (cell := cell_under(grid, row, columns))}
        if not cells or is_repeated_head(row_cells(grid, row), "indicators", INDICATOR_HEADS):
            continue
        if all((name, id(cell)) in used for name, cell in cells.items()):
            continue
        cells = _carry_levels(cells, above)
        above = {name: cells[name] for name in LEVELS if name in cells}
        line = _indicator_line(len(lines) + 1, cells, used)
        lines.append(replace(line, readings=_doubt_columns(line.readings, grid, row, head)))
        used |= {(name, id(cell)) for name, cell in cells.items()}
    return tuple(lines), issues


def _carry_levels(cells: Mapping[str, Cell], above: Mapping[str, Cell]) -> dict[str, Cell]:
    """Carry first- and second-level labels into blank cells that a page break made of one merged cell."""
    carried = dict(cells)
    for name in ("level1", "level2"):
        cell, before = cells.get(name), above.get(name)
        if cell and before and not cell.text and before.text and cell.places[0].page != before.places[0].page:
            carried[name] = before
    return carried


def _indicator_line(row_no: int, cells: Mapping[str, Cell], used: set[tuple[str, int]]) -> IndicatorLine:
    """Make one line. A value cell merged over several rows is the value of the first of them only."""
    readings: dict[str, Reading] = {}
    for name, cell in cells.items():
        if name in LEVELS or (name, id(cell)) not in used:
            readings[name] = read_cell(cell)
        else:
            readings[name] = replace(read_cell(cell), text="", needs_review=True, review_reason="merged_value")
    blank = Reading("")
    code1, code2 = level_codes(readings.get("level1", blank).text, readings.get("level2", blank).text)
    return IndicatorLine(row_no, readings, code1, code2)


def _read_title(table: Table, lines: Sequence[TextLine]) -> Reading | None:
    """Return the title: the nearest line above the table, else a first row across the whole table."""
    for line in reversed(lines):
        if is_title(line.text):
            return Reading(line.text, (line.place,), line.source, line.confidence, bool(line.doubt), line.doubt)
    for cell in table.cells:
        if cell.row <= 1 and is_title(cell.text):
            return read_cell(cell)
    return None


def _year(lines: Sequence[TextLine], table: Table) -> int | None:
    """Return the year of the form: from the title and the lines under it, else the line above, else rows of the table.

    Rows of the table count above the project's name only.
    """
    start = next((i for i in range(len(lines) - 1, -1, -1) if is_title(lines[i].text)), 0)
    texts = [line.text for line in lines[start:]]
    texts += [line.text for line in lines[max(0, start - 1) : start] if may_begin_title(line.text)]
    for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
        if find_label("single", cell.text):
            break
        texts.append(cell.text)
    return next((year for text in texts if (year := read_year(text))), None)


def first_place(reading: Reading) -> Place | None:
    """Return where a reading begins."""
    return reading.places[0] if reading.places else None
