"""A person's answer at the desk → decisions in the folder of corrections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from pipeline.corrections.book import DocumentDecisions
from pipeline.corrections.decision import LONGEST, Action, Address, Decision, Name, Note, new_id
from pipeline.corrections.journal import append_decisions
from pipeline.desk.evidence import MERGED, find_cell
from pipeline.desk.holdings import Holdings
from pipeline.desk.queue import CellKey, is_found, read_text
from pipeline.records import CellRow
from pipeline.text import normalise_text
from pipeline.vocabulary import StrictData


class SubmittedDecision(StrictData):
    """What the page sends. `seen` has, for each row that the cell stands for, the decisions that the person saw,
    `saw` the reading in the dataset.
    """

    key: str
    action: Action
    new: Annotated[str, Field(max_length=LONGEST)] | None = None
    reason: Note = ""
    reviewer: Name
    seen: Mapping[int, tuple[str, ...]] = {}
    saw: Annotated[str, Field(max_length=LONGEST)] | None = None


class ReadAnew(Exception):
    """The document was read again since the person looked, and the cell reads otherwise now."""


class NothingToDecide(Exception):
    """The answer fits no cell; the message says why, in Chinese."""


def clean_reading(text: str) -> str:
    """Return a typed-in reading as the program would have read it: one line, every character at its usual place."""
    one_line = " ".join(text.split())
    return normalise_text("".join(char for char in one_line if char.isprintable())).strip()


def list_rows(holdings: Holdings, key: CellKey) -> list[Address]:
    """Return the addresses that one printed cell stands for: several where a label is merged over rows."""
    records = holdings.records(key.document_id)
    own = find_cell(records, key.address)
    if own is None or own.field not in MERGED or own.x0 is None:
        return [key.address]
    same = [cell for cell in records.cells if _printed_at(cell) == _printed_at(own)]
    return [key.address._replace(row_no=cell.row_no) for cell in same]


def _printed_at(cell: CellRow) -> tuple[object, ...]:
    return (cell.form_id, cell.table, cell.field, cell.text, cell.page, cell.x0, cell.y0, cell.x1, cell.y1)


def draft_decisions(holdings: Holdings, key: CellKey, answer: SubmittedDecision) -> list[Decision]:
    """Return the decisions that an answer comes to, one per row; nothing is written.

    Raises:
        NothingToDecide: the cell is not there, or there is nothing to undo.
        ReadAnew: the person saw another reading than there is now.
    """
    now, file = datetime.now(UTC).replace(microsecond=0), holdings.given(key.document_id)
    return [
        _draft(holdings, CellKey(key.document_id, address), answer, now, file) for address in list_rows(holdings, key)
    ]


def _draft(holdings: Holdings, key: CellKey, answer: SubmittedDecision, now: datetime, file: str) -> Decision:
    old, found = read_text(holdings, key), is_found(holdings, key)
    seen = answer.seen.get(key.address.row_no or 0, ())
    if answer.action == "undo":
        state = holdings.decisions(key.document_id).state(key.address)
        if not state.standing and not seen:
            raise NothingToDecide("这一格没有可撤销的决定")
        old = state.heads[0].old if old is None and state.heads else old
    elif old is not None and old != (answer.saw or ""):
        raise ReadAnew
    if old is None:
        raise NothingToDecide("文件中没有这一格")
    if answer.action == "accept" and not found:
        raise NothingToDecide("这一栏没有找到，没有读法可认可：请录入所印内容，或选“空白”“未印此栏”")
    new = clean_reading(answer.new or "") if answer.action == "correct" else None
    return Decision(
        id=new_id(),
        document=key.document_id,
        file=file,
        **key.address._asdict(),
        action=answer.action,
        old=old,
        new=old if answer.action == "accept" else new,
        reason=clean_reading(answer.reason),
        time=now,
        reviewer=answer.reviewer,
        replaces=tuple(seen),
    )


def decide(holdings: Holdings, key: CellKey, answer: SubmittedDecision) -> DocumentDecisions:
    """Write down what a person decided and return all decisions about the document.

    Raises:
        NothingToDecide, ReadAnew: see `draft_decisions`.
        Superseded: someone else has decided since the person looked.
        AccessError: the folder cannot be written.
    """
    return append_decisions(holdings.corrections, draft_decisions(holdings, key, answer))
