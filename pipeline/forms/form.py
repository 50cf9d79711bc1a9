"""Tables and text lines of a document → the forms it prints.

A form is found by its own words (`schemas/form.yml`, `schemas/templates/`), its columns by their heads. What belongs
to no form stays out: the lines after a form up to the next title are kept with it as its notes, and never become part
of a table. What belongs to a form and to none of its fields is reported with its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.forms.blanks import doubt_blanks
from pipeline.forms.inferred import doubt_inferred
from pipeline.forms.kinds import is_form, missing_heads, tell_kind
from pipeline.forms.ledger import Ledger, read_cell, unassigned_issues
from pipeline.forms.lost_fields import mark_lost_fields
from pipeline.forms.parts.after import read_after
from pipeline.forms.parts.funds import read_funds
from pipeline.forms.parts.goals import read_goals
from pipeline.forms.parts.levels import with_level_columns
from pipeline.forms.parts.money import execution_points, prints_percent, tell_unit
from pipeline.forms.parts.rows import Rows, of_the_year, read_rows, unknown_heads, with_points_column
from pipeline.forms.parts.single import read_head_total, read_single
from pipeline.forms.rests import doubt_rests
from pipeline.forms.split import INDICATOR_HEADS, has_title, is_title_row, split_forms
from pipeline.forms.template import choose_template
from pipeline.labels.sections import Grid, Head, cell_under, find_head, group_heads, total_row, value_beside
from pipeline.labels.titles import is_title, may_begin_title, read_year, starts_notes
from pipeline.labels.words import find_label
from pipeline.layout.regions import TextLine
from pipeline.models import Cell, Form, PageIssue, Reading, Table

Block = Table | TextLine


@dataclass(slots=True)
class _Draft:
    """A form while its blocks are collected: the lines above its table, the table, the lines below.

    `around` are the lines above the whole table, and `first` its first form, where the form is one of several in it.
    """

    above: list[TextLine]
    table: Table | None = None
    around: list[TextLine] = field(default_factory=list)
    first: Table | None = None
    below: list[TextLine] = field(default_factory=list)


def read_forms(blocks: Sequence[Block], page_count: int) -> tuple[list[Form], list[Table]]:
    """Return the forms among a document's tables, and the tables that are no forms."""
    pairs, others = pair_forms(blocks)
    return [form for form, _ in pairs], others


def pair_forms(blocks: Sequence[Block]) -> tuple[list[tuple[Form, Table]], list[Table]]:
    """Return the forms among a document's tables, each with its table, and the tables that are no forms."""
    drafts, others = _collect(blocks)
    tables = [(draft, draft.table) for draft in drafts if draft.table]
    return [
        (doubt_rests(doubt_inferred(doubt_blanks(mark_lost_fields(read_form(no, draft), table)))), table)
        for no, (draft, table) in enumerate(tables, 1)
    ], others


def _collect(blocks: Sequence[Block]) -> tuple[list[_Draft], list[Table]]:
    """Assign every text line to the form it introduces or follows; forms below one title share it."""
    drafts: list[_Draft] = []
    others: list[Table] = []
    waiting: list[TextLine] = []
    for block in blocks:
        if isinstance(block, TextLine):
            waiting.append(block)
            continue
        notes, titles = _split_lines(waiting, first=not drafts)
        parts = split_forms(block)
        found = [table for table in parts if is_form(table, [line.text for line in waiting])]
        others += [table for table in parts if table not in found]
        if not found:
            continue
        if drafts:
            drafts[-1].below += notes
            titles = titles or ([] if has_title(found[0]) else drafts[-1].above)
        drafts += [
            _Draft([] if at and has_title(table) else titles, table, titles, found[0]) for at, table in enumerate(found)
        ]
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


def read_form(form_no: int, draft: _Draft) -> Form:
    """Read one form from its table and the lines around it. Fields that the form does not have are absent."""
    table = draft.table
    assert table is not None  # noqa: S101 - a draft is only read once it has its table
    grid, ledger = table.grid(), Ledger()
    head = find_head(table, "indicators", INDICATOR_HEADS)
    head = of_the_year(table, head) if head else None
    total = total_row(table, head.first_value_row if head else 0)
    end = total[0] if total else table.rows
    if head and total and _stands_on_top(grid, head, end):
        head = replace(head, first_value_row=end + 1)
        second = total_row(table, end + 1)
        end = second[0] if second else table.rows
    head = with_level_columns(grid, with_points_column(grid, head, end), end) if head else None
    top = head.row if head else table.rows
    readings = {**read_single(table, grid, top, ledger), **read_goals(table, grid, top, ledger)}
    title = _read_title(table, draft.above)
    readings |= {"title": title} if title else {}
    funds, fund_head = read_funds(table, grid, top, ledger)
    rows = read_rows(grid, head, end, ledger) if head else Rows((), end)
    funds.complete_total(rows.execution)
    for one in (head, fund_head):
        if one:
            unknown = [column.path[-1] for column in one.unknown]
            ledger.mark_texts(table, [*one.texts.values(), *unknown], range(one.row, one.first_value_row))
            ledger.mark(*group_heads(grid, one))
    readings |= _read_total(grid, head, total, ledger) if head and total else {}
    below, notes = read_after(table, grid, rows.end, ledger) if head else ({}, [])
    readings |= below
    head_total = read_head_total(table, grid, top, ledger)
    if head_total and "total_score_raw" not in readings:
        readings["total_score_raw"] = head_total
    unit, unit_issues = tell_unit(table, fund_head, [line.text for line in draft.above])
    kind = tell_kind(title.text if title else "", table, head)
    template, unclear = choose_template(table, title.text if title else "", kind)
    has_points = head is None or "score_raw" in head.columns
    complete = total is not None or head_total is not None or (head is not None and not has_points)
    pages = [place.page for place in table.places]
    year = _year(draft.above, table, ledger)
    year = year or (_year(draft.around, draft.first, ledger) if draft.first else None)
    return Form(
        form_no=form_no,
        page_first=min(pages),
        page_last=max(pages),
        readings=readings,
        funds=funds.usual,
        indicators=rows.lines,
        notes=_notes(draft, notes),
        money_unit=unit,
        unlisted_funds=tuple(funds.unlisted),
        further_funds=tuple(funds.further),
        fund_parts=funds.parts(template.parts if template else None),
        form_kind=kind,
        template=template.name if template else None,
        has_points=has_points,
        rate_in_percent=prints_percent(fund_head),
        execution_points=execution_points(table, fund_head),
        complete=complete,
        reader=table.reader,
        year=year,
        issues=(
            *table.issues,
            *funds.issues,
            *unknown_heads(head.unknown if head else ()),
            *unit_issues,
            *unclear,
            *_head_issues(head, complete, len(rows.lines), max(pages)),
            *unassigned_issues(ledger.left_over(table)),
        ),
    )


def _stands_on_top(grid: Grid, head: Head, row: int) -> bool:
    """Tell whether the total stands between the head of the indicators and their first row."""
    if row != head.first_value_row or row + 1 >= len(grid):
        return False
    name, target = (
        cell_under(grid, row + 1, head.columns[field]) if field in head.columns else None
        for field in ("level3", "target_raw")
    )
    return bool(name and target and name.text and target.text and name is not target)


def _notes(draft: _Draft, inside: Sequence[str]) -> str:
    """Return the rules printed with a form: below it, in the last rows of its table, or above it."""
    above = [line.text for line in draft.above]
    start = next((at for at, text in enumerate(above) if starts_notes(text)), len(above))
    lines = [*inside, *(line.text for line in draft.below), *(t for t in above[start:] if not is_title(t))]
    return "\n".join(text for text in lines if not _PAGE_NUMBER.match(text))


def _head_issues(head: Head | None, complete: bool, rows: int, page: int) -> list[PageIssue]:
    """Report an indicator head that was not, or not wholly, understood; an unfinished form may end before it."""
    missing = missing_heads(head)
    if head and not {"actual_raw", "score_raw"} & set(head.columns):
        missing = [name for name in missing if name != "actual_raw"]
    if head and complete and not rows:
        return [PageIssue("form_head_missing", "indicator table: no row between its head and the total", page)]
    if not missing or (head is None and not complete):
        return []
    return [PageIssue("form_head_missing", f"indicator table: no head for {', '.join(missing)}", page)]


def _read_total(grid: Grid, head: Head, total: tuple[int, Cell], ledger: Ledger) -> dict[str, Reading]:
    """Read the total's weight and score from below the indicators' weight and score."""
    row, label = total
    readings: dict[str, Reading] = {}
    for name in ("weight_raw", "score_raw"):
        cell = cell_under(grid, row, head.columns[name]) if name in head.columns else None
        if cell and cell is not label:
            readings[f"total_{name}"] = ledger.read(cell)
    return readings


def _read_title(table: Table, lines: Sequence[TextLine]) -> Reading | None:
    """Return the title: the nearest line above the table, else a first row across the whole table."""
    for line in reversed(lines):
        if is_title(line.text):
            return Reading(line.text, (line.place,), line.source, line.confidence, bool(line.doubt), line.doubt)
    for row in table.beginning()[:2]:
        if is_title_row(row):
            return next(read_cell(cell) for cell in row if cell.text)
    return None


def _year(lines: Sequence[TextLine], table: Table, ledger: Ledger) -> int | None:
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
    told = next((year for text in texts if (year := read_year(text))), None)
    return told or _labelled_year(table, ledger)


def _labelled_year(table: Table, ledger: Ledger) -> int | None:
    """Return the year that stands beside its label in the table (预算年度, 2023)."""
    grid = table.grid()
    for cell in table.cells:
        if cell.text and find_label("other_labels", cell.text) == "year":
            value = value_beside(grid, cell)
            match = _LONE_YEAR.fullmatch(value.text.strip()) if value else None
            if value and match:
                ledger.mark(value)
                return int(match[1])
    return None


_LONE_YEAR = re.compile(r"(20\d{2})\s*年?度?")
