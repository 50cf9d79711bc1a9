"""A finding about forms beside each other, before it becomes a row of `findings`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.records import CellTable, Coded, FieldKey, FindingRow, Money
from pipeline.scoring.case import show_key
from pipeline.scoring.catalogue import finding_kinds
from pipeline.scoring.sets.facts import FormFacts

STORED = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class SetDraft:
    """One finding: the form that it is reported on, the field that it is about (None for a whole form or set)."""

    form: FormFacts
    code: str
    message: str
    place: FieldKey | None = None
    evidence: Sequence[FieldKey] = ()
    reported: str | None = None
    expected: str | None = None
    difference: float | None = None
    amount: float | None = None


def publish_draft(draft: SetDraft) -> FindingRow:
    """Return a draft as a row of `findings`; page and box are found when it is written."""
    kind = finding_kinds()[draft.code]
    table: CellTable | None
    table, row_no, field = draft.place or (None, None, None)
    evidence = tuple(show_key(key) for key in dict.fromkeys(draft.evidence or ((draft.place,) if draft.place else ())))
    return FindingRow(
        form_id=draft.form.form_id,
        table=table,
        row_no=row_no,
        code=Coded(draft.code),
        status=kind.status if not set(evidence) & set(draft.form.doubted) else "extraction_suspect",
        severity=kind.severity,
        profile=Coded(draft.form.profile),
        field=field,
        reported=draft.reported,
        expected=draft.expected,
        difference=None if draft.difference is None else Decimal(repr(draft.difference)),
        amount_yuan=None if draft.amount is None else Money(Decimal(repr(draft.amount)).quantize(STORED)),
        message=draft.message,
        evidence=evidence,
    )


def indicator_key(row_no: int, field: str) -> FieldKey:
    """Name a field of an indicator row as `cells` does."""
    return ("indicator", row_no, field)


def form_key(field: str) -> FieldKey:
    """Name a field of the form itself."""
    return ("form", None, field)


def fund_key(field: str) -> FieldKey:
    """Name a field of the total's line of the fund table."""
    return ("fund", 1, field)
