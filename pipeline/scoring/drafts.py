"""A finding before its status is settled: what a check reports, and the fields it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from pipeline.records import FieldKey
from pipeline.scoring.case import Case, Item


@dataclass(frozen=True, slots=True)
class Draft:
    """One discrepancy. `row_no` is the indicator's; `evidence` has the fields whose misreading would explain it.

    `amount` is the money at stake in 元. `whole` tells that the finding is about the form and not about one field.
    """

    code: str
    message: str
    field: str
    row_no: int | None = None
    reported: str | None = None
    expected: str | None = None
    difference: Decimal | None = None
    evidence: tuple[FieldKey, ...] = ()
    amount: Decimal | None = None
    whole: bool = False

    @property
    def place(self) -> FieldKey | None:
        """The field that the finding is about: of its row, else the first of its evidence that is of its column."""
        if self.whole:
            return None
        if self.row_no is not None:
            return ("indicator", self.row_no, self.field)
        return next((key for key in self.evidence if key[2] == self.field), None)


FormCheck = Callable[[Case], Iterable[Draft]]
RowCheck = Callable[[Case, Item], Iterable[Draft]]


def draft_row(
    item: Item,
    code: str,
    message: str,
    field: str,
    *others: str,
    reported: str | None = None,
    expected: str | None = None,
    difference: Decimal | None = None,
    amount: Decimal | None = None,
) -> Draft:
    """Report on an indicator row: `field` is what the finding rests on, `others` are further fields it used."""
    evidence = item.keys(field, *others)
    return Draft(code, message, field, item.row.row_no, reported, expected, difference, evidence, amount)


def run_form_checks(case: Case, checks: Iterable[FormCheck]) -> Iterator[Draft]:
    """Run checks of the form as a whole."""
    for check in checks:
        yield from check(case)


def run_row_checks(case: Case, checks: Iterable[RowCheck]) -> Iterator[Draft]:
    """Run checks over all rows, row by row."""
    chosen = tuple(checks)
    for item in case.items:
        for check in chosen:
            yield from check(case, item)
