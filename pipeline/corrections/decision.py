"""One decision of a reviewer about one cell: a line of JSON, to be read by people and by `git diff`."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import AwareDatetime, Field, field_serializer, model_validator

from pipeline.dataset.fields import PRINTED_IN, printed_names
from pipeline.records import CellTable
from pipeline.vocabulary import StrictData

Action = Literal["accept", "correct", "unreadable", "absent", "undo"]

FIELDS: dict[CellTable, tuple[str, ...]] = {table: printed_names(table) for table in PRINTED_IN}
"""The fields that can be decided: all that are printed. What is computed from them follows."""

LONGEST = 5_000
"""Characters of a reading."""

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^\S(.*\S)?$")]
Text = Annotated[str, Field(max_length=LONGEST)]
Note = Annotated[str, Field(max_length=500)]
DecisionId = Annotated[str, Field(pattern=r"^[0-9a-z]{4,40}$")]


class Address(NamedTuple):
    """A cell of a document, as the dataset's `cells` names it; `row_no` is None for the form's own fields."""

    form_no: int
    table: CellTable
    row_no: int | None
    field: str

    def __str__(self) -> str:
        """Name the cell for a person."""
        row = "" if self.row_no is None else f" row {self.row_no}"
        return f"form {self.form_no}, {self.table}{row}, {self.field}"


class Decision(StrictData):
    """A reviewer's decision. `old` is what the program read, whatever was decided before; `file` only helps to find it.

    A field that was not found has "" as `old`: `correct` gives it what is printed, "" where its cell is blank, and
    `absent` says that the form does not print it. `replaces` names the decisions about the same cell that this one
    takes the place of. `undo` takes those back, so that what they had replaced stands again.
    """

    id: DecisionId
    document: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    file: str
    form_no: Annotated[int, Field(ge=1)]
    table: CellTable
    row_no: Annotated[int, Field(ge=1)] | None
    field: str
    action: Action
    old: Text
    new: Text | None
    reason: Note = ""
    time: AwareDatetime
    reviewer: Name
    replaces: tuple[DecisionId, ...] = ()

    @model_validator(mode="after")
    def _says_one_thing(self) -> Decision:
        if self.field not in FIELDS[self.table]:
            raise ValueError(f"table {self.table} has no field {self.field!r}; it has {', '.join(FIELDS[self.table])}")
        if (self.row_no is None) != (self.table == "form"):
            raise ValueError("row_no is null for the table form, and a number for the others")
        if self.action == "accept" and self.new != self.old:
            raise ValueError("accept leaves the reading as it is: new must be old")
        if self.action == "correct" and self.new is None:
            raise ValueError("correct needs a new reading")
        if self.action in {"unreadable", "absent", "undo"} and self.new is not None:
            raise ValueError(f"{self.action} has no new reading: new must be null")
        if self.action == "undo" and not self.replaces:
            raise ValueError("undo must name the decision that it takes back, in replaces")
        return self

    @field_serializer("time")
    def _show_time(self, time: datetime) -> str:
        return time.isoformat().replace("+00:00", "Z")

    @property
    def address(self) -> Address:
        """The cell that is decided."""
        return Address(self.form_no, self.table, self.row_no, self.field)

    @property
    def outcome(self) -> tuple[str, str | None]:
        """What the decision makes of the cell: two with the same outcome do not contradict each other.

        To accept a reading and to type it in again is the same.
        """
        return (self.action, None) if self.action in {"unreadable", "absent"} else ("read", self.new)

    def line(self) -> str:
        """Return the decision as a line of its file."""
        return self.model_dump_json(ensure_ascii=False) + "\n"


def new_id() -> str:
    """Return an id that no other decision has."""
    return secrets.token_hex(6)
