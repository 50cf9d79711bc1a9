"""The labelled fields of a form: the name, the department, the unit, the people, and a total printed in the head."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.forms.ledger import Ledger
from pipeline.labels.sections import Grid, value_beside
from pipeline.labels.words import find_label, form_words, split_labelled
from pipeline.models import Cell, Reading, Table

_CONTACT = re.compile(r"^(?P<name>[^\d]*?)[\s,，、/：:（(]*(?P<phone>[\d\-—\s]{7,})[)）]?$")
_COLON = re.compile(r"^[：:]\s*")
"""The end of a label that stands in the cell of its value."""

_CODE = re.compile(r"^\s*(?P<code>\d{5,6}\d{2}[A-Z]\d{6,}|\d{12,})(?=\s*[\-—－]|$)")
"""A project's code: division, year, a letter for the kind of project, a number (51092324T000010263357)."""


def read_single(table: Table, grid: Grid, end: int, ledger: Ledger) -> dict[str, Reading]:
    """Return the labelled fields above row `end`, each from beside its label."""
    readings: dict[str, Reading] = {}
    for cell, name in _labels(table, end):
        value = value_beside(grid, cell)
        if name in readings and value is not None and value.text:
            continue  # a second text of the field has no place in the dataset: it is left over, and reported
        found = ledger.read(value) if value else Reading("", cell.places, cell.source, cell.confidence)
        found = replace(found, text=_COLON.sub("", found.text))
        if name == "leader_and_phone":
            readings = {**_contact(found), **readings}
        else:
            readings.setdefault(name, found)
    for cell, name, text in _labelled_cells(table, end):
        if name in readings:
            continue
        found = replace(ledger.read(cell), text=text)
        readings = {**(_contact(found) if name == "leader_and_phone" else {name: found}), **readings}
    return _with_code(_with_department(readings))


def _labels(table: Table, end: int) -> Iterator[tuple[Cell, str]]:
    for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
        if cell.row >= end or not cell.text:
            continue
        name = find_label("single", cell.text)
        if name is None and find_label("other_labels", cell.text) == "leader_and_phone":
            name = "leader_and_phone"
        if name:
            yield cell, name


def _labelled_cells(table: Table, end: int) -> Iterator[tuple[Cell, str, str]]:
    """Yield the cells above row `end` in which a label and its text stand together, the field, and the text."""
    for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
        if cell.row >= end or not cell.text or find_label("single", cell.text):
            continue
        split = split_labelled("single", cell.text) or split_labelled("other_labels", cell.text)
        if split and (split[0] == "leader_and_phone" or split[0] in form_words().single):
            yield cell, *split


def read_head_total(table: Table, grid: Grid, end: int, ledger: Ledger) -> Reading | None:
    """Return the total score that a form prints above its indicators: beside its label, or below it."""
    for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
        if cell.row < end and find_label("other_labels", cell.text) == "head_total":
            value = value_beside(grid, cell)
            if value is None or not value.text:
                below = cell.row + cell.rowspan
                value = grid[below][cell.col] if below < end else None
            if value is not None and _is_number(value.text):
                return ledger.read(value)
        split = split_labelled("other_labels", cell.text) if cell.row < end and cell.text else None
        if split and split[0] == "head_total" and _is_number(split[1]):
            return replace(ledger.read(cell), text=split[1])
    return None


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"\s*\d+(?:\.\d+)?\s*分?\s*", text))


def _contact(found: Reading) -> dict[str, Reading]:
    """Return the leader and the phone that stand in one cell."""
    match = _CONTACT.match(found.text.strip())
    if match is None:
        return {"project_leader": found}
    return {
        "project_leader": replace(found, text=match["name"].strip()),
        "phone": replace(found, text=match["phone"].strip()),
    }


def _with_department(readings: dict[str, Reading]) -> dict[str, Reading]:
    """Return the fields with the name of a whole department as the department, where none is named otherwise."""
    name = readings.pop("department_name", None)
    if name is not None and "department" not in readings:
        readings["department"] = name
    return readings


def _with_code(readings: dict[str, Reading]) -> dict[str, Reading]:
    """Return the fields with the code that stands before the project's name; the name stays as it is printed."""
    name = readings.get("project_name")
    match = _CODE.match(name.text) if name else None
    if name and match and "project_code" not in readings:
        readings["project_code"] = replace(name, text=match["code"])
    return readings
