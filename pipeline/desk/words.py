"""How the desk speaks of fields, doubts and sums, and which fields come first: `schemas/desk.yml`, validated."""

from __future__ import annotations

from functools import cache, cached_property, lru_cache

from pydantic import model_validator

from pipeline.corrections.decision import FIELDS
from pipeline.dataset.columns import table_columns
from pipeline.dataset.fields import PRINTED_IN
from pipeline.records import CellTable
from pipeline.vocabulary import StrictData, load_yaml

UNREADABLE = "unreadable"


class FieldGroup(StrictData):
    """Fields of like consequence."""

    name: str
    title: str
    fields: tuple[str, ...]


class Consequence(StrictData):
    """What hangs on some fields, named TABLE.FIELD; `unless_blank` leaves out those that read as no number."""

    title: str
    fields: tuple[str, ...]
    unless_blank: bool = False


class Reason(StrictData):
    """A doubt in words, and what a person should look at."""

    title: str
    look: str


class ConstraintWords(StrictData):
    """A constraint in words; `sum` tells that its first number is the sum of the others."""

    title: str
    sum: bool


class DeskWords(StrictData):
    """The whole of `schemas/desk.yml`."""

    groups: tuple[FieldGroup, ...]
    consequences: tuple[Consequence, ...]
    about_reading: frozenset[str]
    readers: dict[str, str]
    reasons: dict[str, Reason]
    constraints: dict[str, ConstraintWords]

    @model_validator(mode="after")
    def _every_field_is_in_one_group(self) -> DeskWords:
        named = sorted(field for group in self.groups for field in group.fields)
        known = sorted({field for fields in FIELDS.values() for field in fields})
        if named != known:
            raise ValueError(f"groups must name every field once: {', '.join(sorted(set(named) ^ set(known)))}")
        if "other" not in self.reasons:
            raise ValueError("there must be a reason 'other'")
        parts = {"form": "form", "total": "fund", "fund": "fund", "indicator": "indicator"}
        for name in (name for one in self.consequences for name in one.fields):
            part, _, field = name.partition(".")
            if part not in parts or field not in FIELDS[parts[part]]:  # type: ignore[index]
                raise ValueError(f"consequences name {name}, which no form has")
        return self

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {field: place for place, group in enumerate(self.groups) for field in group.fields}

    def rank(self, field: str) -> int:
        """Return the place of a field's group, from 0."""
        return self._ranks[field]

    def reason(self, code: str | None) -> Reason:
        """Return the words for a `review_reason`, which may name a reviewer after the first word."""
        word = (code or "").split(",")[0]
        return self.reasons.get(word, self.reasons["other"])


@lru_cache(maxsize=1)
def desk_words() -> DeskWords:
    """Read `schemas/desk.yml` once per process."""
    return load_yaml("desk.yml", DeskWords)


@cache
def field_label(table: CellTable, field: str) -> str:
    """Return the heading of a field on the printed form."""
    labels = {column.name: column.label for column in table_columns(PRINTED_IN[table])}
    return labels[field] or field
