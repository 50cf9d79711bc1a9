"""The fields to be reviewed, the most consequential first, with what has been decided about them so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet as pq

from pipeline.corrections.apply import find_misfit
from pipeline.corrections.book import MISFIT, CellState, DocumentDecisions
from pipeline.corrections.decision import FIELDS, Address
from pipeline.desk.evidence import MERGED, row_name
from pipeline.desk.holdings import Holdings
from pipeline.desk.stakes import NOTHING, Stake, Stakes, read_stakes, weigh_field
from pipeline.desk.words import desk_words, field_label
from pipeline.errors import ConfigurationError
from pipeline.forms.lost_fields import NOT_FOUND

State = Literal["open", "decided", "conflict", "misfit"]

URGENT = frozenset({"sum_fails", "readers_disagree", MISFIT})
"""Reasons that come before others in their group: something speaks against the reading."""


@dataclass(frozen=True, slots=True)
class CellKey:
    """A cell of the dataset."""

    document_id: str
    address: Address

    def __str__(self) -> str:
        """Return the key as it stands in the page's addresses."""
        form_no, table, row_no, field = self.address
        return f"{self.document_id}:{form_no}:{table}:{row_no or 0}:{field}"


def parse_key(text: str) -> CellKey:
    """Return the cell that a key names.

    Raises:
        ConfigurationError: it names none.
    """
    parts = text.split(":")
    if len(parts) == 5 and parts[1].isdecimal() and parts[3].isdecimal():
        document_id, form_no, table, row_no, field = parts
        plain = len(document_id) == 64 and set(document_id) <= set("0123456789abcdef")
        if plain and table in FIELDS and field in FIELDS[table]:
            return CellKey(document_id, Address(int(form_no), table, int(row_no) or None, field))
    raise ConfigurationError("no such cell")


@dataclass(frozen=True, slots=True)
class QueuedField:
    """A field in the queue. `rows` are the rows that one printed cell stands for, the key's own first."""

    key: CellKey
    file_name: str
    project: str
    place: tuple[Any, ...]
    text: str
    reason: str
    confidence: float
    rows: tuple[int, ...] = ()
    state: State = "open"
    outcome: str = ""
    reviewer: str = ""
    stake: Stake = NOTHING
    district: str = ""

    @property
    def rank(self) -> tuple[Any, ...]:
        """Where the field stands in the queue."""
        form_no, table, row_no, _ = self.key.address
        return (
            self.state not in {"conflict", "misfit"},
            self.stake.order,
            desk_words().rank(self.key.address.field),
            self.reason not in URGENT,
            self.confidence,
            self.key.document_id,
            form_no,
            table,
            row_no or 0,
        )

    @property
    def group(self) -> str:
        """The name of the group of fields that it belongs to."""
        words = desk_words()
        return words.groups[words.rank(self.key.address.field)].name

    def place_facts(self) -> dict[str, str]:
        """Return where the field is from: district, file, and form of the file."""
        form = f"{self.file_name} 第 {self.key.address.form_no} 表"
        return {"district": self.district or "（未能判定）", "file": self.file_name, "form": form}

    def facts(self) -> dict[str, Any]:
        """Return what the page shows of the field in its list."""
        words = desk_words()
        return {
            "key": str(self.key),
            "file": self.file_name,
            "project": self.project,
            "form_no": self.key.address.form_no,
            "row": row_name(self.key.address.table, self.key.address.row_no),
            "label": field_label(self.key.address.table, self.key.address.field),
            "group": self.group,
            "text": self.text,
            "lost": self.reason == NOT_FOUND,
            "reason": words.reason(self.reason).title,
            "stake": self.stake.why,
            "confidence": self.confidence,
            "rows": list(self.rows),
            "state": self.state,
            "outcome": self.outcome,
            "reviewer": self.reviewer,
        }


def list_queue(holdings: Holdings) -> list[QueuedField]:
    """Return all doubted and decided fields of the dataset in their order."""
    doubted, documents = _read_doubted(holdings.root(), holdings.snapshot())
    book = holdings.book(documents)
    known = {field.key: field for field in doubted}
    for one in book.documents.values():
        known |= {field.key: field for field in _decided_elsewhere(holdings, one, known.keys())}
    found = [_with_state(field, book.of(field.key.document_id), holdings) for field in join_merged(known.values())]
    return sorted(found, key=lambda field: field.rank)


def find_stake(holdings: Holdings, key: CellKey, text: str) -> str:
    """Say what hangs on a field, in Chinese."""
    form_id = f"{key.document_id}-{key.address.form_no:03d}"
    return weigh_field(form_id, key.address, text, _read_stakes(holdings.root(), holdings.snapshot())).why


@lru_cache(maxsize=2)
def _read_stakes(root: Path, snapshot: str) -> Stakes:
    """Return what can hang on the fields of a snapshot, which does not change."""
    return read_stakes(root)


_COLUMNS = [
    "form_id",
    "table",
    "row_no",
    "field",
    "text",
    "page",
    "x0",
    "y0",
    "x1",
    "y1",
    "review_reason",
    "confidence",
]


@lru_cache(maxsize=2)
def _read_doubted(root: Path, snapshot: str) -> tuple[tuple[QueuedField, ...], frozenset[str]]:
    """Return the doubted fields of a snapshot, and all documents in it."""
    names = ["form_id", "document_id", "form_no", "file_name", "project_name", "district"]
    forms = {row["form_id"]: row for row in pq.read_table(root / "forms", columns=names).to_pylist()}
    cells = pq.read_table(root / "cells", columns=_COLUMNS, filters=[("needs_review", "=", True)]).to_pylist()
    stakes = _read_stakes(root, snapshot)
    fields = tuple(_queued(row, forms[row["form_id"]], stakes) for row in cells if row["field"] in FIELDS[row["table"]])
    return fields, frozenset(row["document_id"] for row in forms.values())


def _queued(cell: dict[str, Any], form: dict[str, Any], stakes: Stakes) -> QueuedField:
    address = Address(form["form_no"], cell["table"], cell["row_no"], cell["field"])
    return QueuedField(
        key=CellKey(form["document_id"], address),
        file_name=form["file_name"],
        project=form["project_name"] or "",
        district=form["district"] or "",
        place=(cell["page"], cell["x0"], cell["y0"], cell["x1"], cell["y1"]),
        text=cell["text"],
        reason=cell["review_reason"] or "",
        confidence=cell["confidence"],
        rows=(cell["row_no"],) if cell["row_no"] else (),
        stake=weigh_field(form["form_id"], address, cell["text"], stakes),
    )


def _decided_elsewhere(
    holdings: Holdings, decisions: DocumentDecisions, known: Iterable[CellKey]
) -> Iterator[QueuedField]:
    """Yield the decided fields that the dataset does not doubt any more; one that is not there has no place."""
    missing = [a for a in decisions.in_force if CellKey(decisions.document_id, a) not in known]
    if not missing:
        return
    read = holdings.records(decisions.document_id)
    forms = {form.form_id: form for form in read.forms}
    cells = {(forms[cell.form_id].form_no, cell.table, cell.row_no, cell.field): cell for cell in read.cells}
    for address in missing:
        cell = cells.get(address)
        form = forms[cell.form_id] if cell else None
        yield QueuedField(
            key=CellKey(decisions.document_id, address),
            file_name=read.document.file_name,
            project=(form.project_name if form else None) or "",
            district=(form.district if form else None) or "",
            place=(cell.page, cell.x0, cell.y0, cell.x1, cell.y1) if cell else (),
            text=cell.text if cell else "",
            reason=(cell.review_reason if cell else MISFIT) or "",
            confidence=cell.confidence if cell else 0.0,
            rows=(address.row_no,) if address.row_no else (),
        )


def join_merged(fields: Iterable[QueuedField]) -> list[QueuedField]:
    """Return the fields with those of one printed label cell, which stands for several rows, as one."""
    joined: dict[tuple[Any, ...], QueuedField] = {}
    for field in sorted(fields, key=lambda one: (one.key.document_id, one.key.address.form_no, one.rows)):
        name = field.key.address.field
        placed = name in MERGED and any(field.place)
        form = (field.key.document_id, field.key.address.form_no)
        group = (*form, name, field.place) if placed else (str(field.key),)
        first = joined.get(group)
        joined[group] = replace(first, rows=(*first.rows, *field.rows)) if first else field
    return list(joined.values())


def _with_state(field: QueuedField, decisions: DocumentDecisions, holdings: Holdings) -> QueuedField:
    state = decisions.state(field.key.address)
    if not state.standing:
        return replace(field, reason="" if field.reason == MISFIT else field.reason)
    one = state.decision
    if one is None:
        return replace(field, state="conflict", reason=MISFIT, reviewer="、".join(_reviewers(state)))
    misfit = find_misfit(read_text(holdings, field.key), state)
    outcome = "" if one.new is None else one.new
    return replace(
        field,
        state="misfit" if misfit else "decided",
        reason=MISFIT if misfit else field.reason,
        outcome=_SAID.get(one.action, outcome),
        reviewer=one.reviewer,
    )


_SAID = {"unreadable": "无法辨认", "absent": "未印此栏"}


def _reviewers(state: CellState) -> list[str]:
    return sorted({one.reviewer for one in state.standing})


def read_text(holdings: Holdings, key: CellKey) -> str | None:
    """Return what the program read in a cell, "" where the field was not found; None where there is no such cell."""
    texts = holdings.texts(key.document_id, key.address.form_no)
    return (texts[key.address[1:]] or "") if key.address[1:] in texts else None


def is_found(holdings: Holdings, key: CellKey) -> bool:
    """Tell whether the field was found on the page, blank or not."""
    return holdings.texts(key.document_id, key.address.form_no).get(key.address[1:]) is not None
