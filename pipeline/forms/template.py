"""Which template a form is printed on: the one whose words explain most of what the form prints.

A template explains a label that it lists, and half a label that stands for a field which it calls otherwise. Of two
that explain as much the one that has fewer fields beside what the form prints is nearer; where that leaves several, the
title decides, and where that leaves several still, none is taken and the form says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache

from pipeline.labels.heads import match_heads
from pipeline.labels.sections import Head, list_heads
from pipeline.labels.templates import Template, load_templates
from pipeline.labels.words import find_label, fold_label
from pipeline.models import Cell, PageIssue, Table
from pipeline.records import FormKind

LEAST_EXPLAINED = 0.6
"""Share of a form's labels that its template must list."""

HEADS = (("fund_columns", 3, "funds"), ("goals", 2, "goals"), ("indicators", 4, "indicators"))
"""Sections with heads, the fields that make a head, and the part of a template that lists them."""

ABOVE = (("single", "head"), ("other_labels", "head"), ("fund_rows", "fund_lines"))
BELOW = (("after", "after"), ("total", "after"), ("other_labels", "after"))
"""Sections whose labels stand beside their texts, above the indicators and below their head, with the part they are."""

LABELS = (*ABOVE, *BELOW)


@dataclass(frozen=True, slots=True)
class Label:
    """A label that a form prints: its text, the part of the form, the field it stands for (None: not understood)."""

    text: str
    part: str
    field: str | None


@dataclass(frozen=True, slots=True)
class Match:
    """A template and how far it explains a form: the share of the form's labels, and what it lists beside them."""

    template: Template
    explained: float
    beside: int


def printed_labels(table: Table) -> list[Label]:
    """Return the labels of a form's table in print order: heads of columns, labels of lines, names of fields."""
    found = {(cell.row, cell.col): label for head in _heads(table) for cell, label in head}
    rows = {row for row, _ in found}
    below = max((head.first_value_row for head in list_heads(table, "indicators", 4)[:1]), default=table.rows)
    for cell in table.cells:
        if cell.text and (cell.row, cell.col) not in found and cell.row not in rows:
            label = _line_label(cell, BELOW if cell.row >= below else ABOVE)
            if label:
                found[cell.row, cell.col] = label
    return [found[place] for place in sorted(found)]


def _heads(table: Table) -> Iterator[list[tuple[Cell, Label]]]:
    for section, least, part in HEADS:
        for head in list_heads(table, section, least)[:1]:
            yield list(_head_labels(table, head, part))


def _head_labels(table: Table, head: Head, part: str) -> Iterator[tuple[Cell, Label]]:
    fields = {fold_label(text): field for field, text in head.texts.items()}
    rows = range(head.row, head.first_value_row)
    cells = sorted((c for c in table.cells if c.row in rows and fold_label(c.text)), key=lambda c: (c.row, c.col))
    labels = [Label(cell.text, part, _head_field(cell, fields)) for cell in cells]
    paired = len(rows) == 1 and _are_pairs([label.field for label in labels])
    yield from ((cell, label) for cell, label in zip(cells, labels, strict=True) if label.field or not paired)


def _head_field(cell: Cell, fields: Mapping[str, str]) -> str | None:
    section = find_label("sections", cell.text)
    return fields.get(fold_label(cell.text)) or (f"section:{section}" if section else None)


def _are_pairs(fields: Sequence[str | None]) -> bool:
    """Tell whether a row that looks like a head is one of labels, each with its text beside it."""
    at = [place for place, field in enumerate(fields) if field and not field.startswith("section:")]
    beside = [fields[place + 1 : place + 2] == [None] for place in at]
    return len(at) > 1 and all(beside)


def _line_label(cell: Cell, sections: Sequence[tuple[str, str]]) -> Label | None:
    for section, part in sections:
        field = find_label(section, cell.text)
        if field:
            return Label(cell.text, part, field)
    return None


WORDED, OTHERWISE = 1.0, 0.5
"""What a label counts that a template lists, and one whose field it calls otherwise."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """What a template prints: its wordings by part, and the fields that they stand for, those it always has apart."""

    wordings: frozenset[tuple[str, str]]
    fields: frozenset[tuple[str, str]]
    always: frozenset[tuple[str, str]]


@cache
def _listed(name: str) -> _Listed:
    template = next(one for one in load_templates() if one.name == name)
    optional = {fold_label(text) for text in template.prints.optional}
    labels = [(part, text, field) for part in PARTS for text, field in _fields_of(template, part)]
    return _Listed(
        wordings=frozenset((part, fold_label(text)) for part, text, _ in labels),
        fields=frozenset((part, field) for part, _, field in labels if field),
        always=frozenset((part, field) for part, text, field in labels if field and fold_label(text) not in optional),
    )


PARTS = ("head", "funds", "fund_lines", "goals", "indicators", "after")


def _fields_of(template: Template, part: str) -> Iterator[tuple[str, str | None]]:
    """Yield the labels that a template lists for a part of the form, each with its field."""
    texts: tuple[str, ...] = getattr(template.prints, part)
    section = next((section for section, _, of in HEADS if of == part), None)
    if section:
        match = match_heads(section, texts)
        yield from ((text, match.fields.get(at)) for at, text in enumerate(texts))
        return
    sections = [section for section, of in LABELS if of == part]
    for text in texts:
        yield text, next((field for section in sections if (field := find_label(section, text))), None)


def rank_templates(labels: Sequence[Label], kind: FormKind) -> list[Match]:
    """Return the templates of a kind of forms by how far they explain a form, the nearest first."""
    printed = [label for label in labels if not (label.field or "").startswith("section:")]
    fields = {(label.part, label.field) for label in printed}
    matches = [_match(template, printed, fields) for template in load_templates() if template.kind == kind]
    return sorted(matches, key=lambda match: (-match.explained, match.beside))


def _match(template: Template, printed: Sequence[Label], fields: Set[tuple[str, str | None]]) -> Match:
    listed = _listed(template.name)
    points = sum(
        WORDED
        if (label.part, fold_label(label.text)) in listed.wordings
        else OTHERWISE * ((label.part, label.field) in listed.fields)
        for label in printed
    )
    return Match(template, points / max(1, len(printed)), len(listed.always - fields))


def choose_template(table: Table, title: str, kind: FormKind) -> tuple[Template | None, tuple[PageIssue, ...]]:
    """Return the template of a form, or none with an issue where several explain it alike."""
    ranked = [match for match in rank_templates(printed_labels(table), kind) if match.explained >= LEAST_EXPLAINED]
    if not ranked:
        return None, ()
    best = ranked[0]
    alike = [match.template for match in ranked if (match.explained, match.beside) == (best.explained, best.beside)]
    if len(alike) > 1:
        alike = [one for one in alike if any(word in title for word in one.titles)] or alike
    if len(alike) == 1:
        return alike[0], ()
    names = "、".join(template.name for template in alike)
    return None, (PageIssue("template_unclear", f"几种模板同样符合：{names}", table.places[0].page),)
