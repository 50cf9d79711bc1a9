"""The fields of a form by their address, and the form with some of them changed.

An address is (table, row, column) as in the dataset's `cells`: fund rows count from 1 in the order of the fund types
and further lines from 5, indicator rows from 1 in print order, the form's own fields have no row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from pipeline.models import Form, Reading, Readings
from pipeline.records import FUND_TYPES, CellTable, FieldKey

Fields = Mapping[FieldKey, Reading]


def list_fields(form: Form) -> dict[FieldKey, Reading]:
    """Return every field that the form has."""
    fields: dict[FieldKey, Reading] = {("form", None, name): reading for name, reading in form.readings.items()}
    for number, kind in enumerate(FUND_TYPES, 1):
        fields |= {("fund", number, name): reading for name, reading in form.funds.get(kind, {}).items()}
    for fund in form.further_funds:
        fields |= {("fund", fund.row_no, name): reading for name, reading in fund.readings.items()}
    for line in form.indicators:
        fields |= {("indicator", line.row_no, name): reading for name, reading in line.readings.items()}
    return fields


def with_fields(form: Form, fields: Fields) -> Form:
    """Return the form with its readings taken from `fields`, which has all of them."""
    return replace(
        form,
        readings=_row(form.readings, "form", None, fields),
        funds={
            kind: _row(form.funds[kind], "fund", number, fields)
            for number, kind in enumerate(FUND_TYPES, 1)
            if kind in form.funds
        },
        further_funds=tuple(
            replace(fund, readings=_row(fund.readings, "fund", fund.row_no, fields)) for fund in form.further_funds
        ),
        indicators=tuple(
            replace(line, readings=_row(line.readings, "indicator", line.row_no, fields)) for line in form.indicators
        ),
    )


def _row(readings: Readings, table: CellTable, row_no: int | None, fields: Fields) -> dict[str, Reading]:
    return {name: fields[table, row_no, name] for name in readings}


def doubt_fields(readings: Readings, names: Collection[str], reason: str) -> dict[str, Reading]:
    """Return readings of which those of that name are marked for review, for that reason."""
    return {
        name: replace(reading, needs_review=True, review_reason=reason) if name in names else reading
        for name, reading in readings.items()
    }
