"""A small form as it comes from a picture."""

from __future__ import annotations

import itertools
from dataclasses import replace

from pipeline.forms.fields import list_fields, with_fields
from pipeline.models import Box, Form, IndicatorLine, Place, Reading

_NUMBERS = itertools.count()

FUND = {
    "initial_budget_raw": "20",
    "annual_budget_raw": "25.5",
    "executed_raw": "24.99",
    "weight_raw": "10",
    "execution_rate_raw": "98%",
    "score_raw": "9.8",
}
PART = {"initial_budget_raw": "20", "annual_budget_raw": "25.5", "executed_raw": "24.99", "weight_raw": "—"}
BLANK = {"initial_budget_raw": "", "annual_budget_raw": "0", "executed_raw": "0", "weight_raw": "—"}


def reading(text, confidence=0.999, source="ocr", **given):
    """Return a reading with a place of its own."""
    x = 10.0 * next(_NUMBERS)
    return Reading(text, (Place(1, Box(x, 10, x + 9, 20)),), source, confidence, **given)


def row(number, weight, score, **texts):
    said = {"level3": "培训场次", "nature_raw": "≥", "target_raw": "3", "actual_raw": "3", **texts}
    return IndicatorLine(
        number, {name: reading(text) for name, text in {**said, "weight_raw": weight, "score_raw": score}.items()}
    )


def scanned_form(source="ocr"):
    """Return a form whose every sum comes out: weights 10 + 50 + 40, scores 9.8 + 50 + 38, rate 24.99 / 25.5."""
    form = Form(
        form_no=1,
        page_first=1,
        page_last=1,
        readings={name: reading(text) for name, text in {"total_weight_raw": "100", "total_score_raw": "97.8"}.items()},
        funds={
            kind: {name: reading(text) for name, text in texts.items()}
            for kind, texts in {"total": FUND, "fiscal": PART, "carryover": BLANK, "other": BLANK}.items()
        },
        indicators=(row(1, "50", "50"), row(2, "40", "38")),
        notes="",
        money_unit="万元",
        complete=True,
        fund_parts={1: False, 2: True, 3: True, 4: True},
        reader="rapidocr+rulings",
    )
    return with_fields(form, {key: replace(read, source=source) for key, read in list_fields(form).items()})


def change(form, key, text=None, **given):
    """Return the form with one field read otherwise."""
    fields = list_fields(form)
    said = fields[key].text if text is None else text
    return with_fields(form, {**fields, key: replace(fields[key], text=said, **given)})
