"""Which tables are forms, and of which kind: told by their titles, their labels and the heads of their columns."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.forms.split import INDICATOR_HEADS
from pipeline.labels.sections import Head, find_head
from pipeline.labels.titles import is_other_title, is_title, title_kind
from pipeline.labels.words import field_of_cell, find_label, form_words
from pipeline.models import Table
from pipeline.records import FormKind

FUND_HEADS = 3
"""Fields that make a row the head of the funds."""

TRANSFER_LABELS = frozenset({"central_department"})
DEPARTMENT_LINES = frozenset({"basic", "project_spending"})


def is_form(table: Table, lines_above: Sequence[str]) -> bool:
    """Tell whether a table is a form: targets with actuals, targets alone, or the beginning of one of these.

    A monitoring table or a review table has nearly the same shape; its title, or a head that only it has, keeps it out.
    """
    titles = [*_inner_titles(table), *reversed(lines_above)]
    nearest = next((text for text in titles if is_title(text) or is_other_title(text)), "")
    if is_other_title(nearest):
        return False
    head = find_head(table, "indicators", INDICATOR_HEADS)
    if head and _is_foreign(table, head):
        return False
    if head:
        return not missing_heads(head) or (has_name(table) and bool({"target_raw", "actual_raw"} & set(head.columns)))
    if not has_name(table):
        return False
    funds = find_head(table, "fund_columns", FUND_HEADS)
    if funds and {"executed_raw", "score_raw"} <= set(funds.columns):
        return True
    return is_title(nearest)


def has_name(table: Table) -> bool:
    """Tell whether a table names a project or, for a form of a whole department, the department."""
    return any(field_of_cell("single", cell.text) in {"project_name", "department_name"} for cell in table.cells)


def _inner_titles(table: Table) -> list[str]:
    rows = [[cell for cell in row if cell.text] for row in table.beginning()[:2]]
    return [row[0].text for row in rows if len(row) == 1]


def _is_foreign(table: Table, head: Head) -> bool:
    """Tell whether a head has a column that only tables of another kind have (完成可能性)."""
    rows = range(head.row, head.first_value_row)
    texts = [cell.text for cell in table.cells if cell.row in rows]
    return any(word in text for text in texts for word in form_words().foreign_heads)


def missing_heads(head: Head | None) -> list[str]:
    """Return the columns that an evaluation cannot do without and that the head does not name.

    A template may have no third level: the lowest level that it has then names the indicator. One that prints points by
    standards (评分标准) has neither targets nor actuals.
    """
    columns = set(head.columns) if head else set()
    named = columns & {"level3", "level2"}
    required = [name for name in form_words().indicators.required if name not in columns]
    if {"weight_raw", "score_raw", "scoring_method"} <= columns and not {"target_raw", "actual_raw"} & columns:
        required = [name for name in required if name == "level3"]
    return [name for name in required if not (name == "level3" and named)]


def tell_kind(title: str, table: Table, head: Head | None) -> FormKind:
    """Return what a form speaks of: the title's word, else what only forms of one kind print."""
    if head and "actual_raw" not in head.columns and "score_raw" not in head.columns:
        return "target"
    told = title_kind(title)
    if told and (told != "target" or head is None):
        return told
    labels = {field_of_cell("other_labels", cell.text) for cell in table.cells}
    if labels & TRANSFER_LABELS:
        return "transfer"
    names = {field_of_cell("single", cell.text) for cell in table.cells}
    lines = {find_label("fund_rows", cell.text) for cell in table.cells}
    if "project_name" not in names and ("department_name" in names or lines & DEPARTMENT_LINES):
        return "department"
    return "project"
