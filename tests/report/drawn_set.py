"""A set as an auditor is given it: 142 forms of many departments in 36 files, most of them sound, some with one fault.

One form has five faults and the more money: it is the one that must be asked about first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from tests.typeset import draw_pdf
from tests.typeset.generate import random_document
from tests.typeset.layout import random_layout
from tests.typeset.plant import PLANTS
from tests.typeset.records import FormFacts

FILES, IN_A_FILE, FORMS = 36, 4, 142
WORST_FILE = 17
MANY = (
    "fund_parts_not_total",
    "scored_without_actual",
    "execution_rate_wrong",
    "score_exceeds_weight",
    "total_missing",
)
PROJECT = "全区老旧小区上下水改造项目"


def draw_set(folder: Path) -> None:
    """Draw the files of the set into `folder`."""
    left = FORMS
    for number in range(FILES):
        forms = random_document(number, min(IN_A_FILE, left - (FILES - number - 1)), has_nature=number % 2 == 0)
        left -= len(forms)
        layout = random_layout(number, paper="portrait", size=9.0, padding=1.5)
        draw_pdf(list(_fault(number, forms)), layout, folder / f"{number:02d}-绩效自评表.pdf")


def _fault(number: int, forms: tuple[FormFacts, ...]) -> Iterator[FormFacts]:
    """Put one fault into the second form of every third file, and many into the first of one."""
    codes = sorted(PLANTS)
    for place, form in enumerate(forms):
        if number == WORST_FILE and place == 0:
            yield _worst(form)
        elif number % 3 == 0 and place == 1:
            yield PLANTS[codes[number // 3 % len(codes)]](form)
        else:
            yield form


def _worst(form: FormFacts) -> FormFacts:
    """Return the form with a thousand times its money, and all of MANY planted."""
    funds = [
        replace(fund, **{name: _larger(getattr(fund, name)) for name in ("initial", "full_year", "executed")})
        for fund in form.funds
    ]
    form = replace(form, funds=tuple(funds), project_name=PROJECT)
    for code in MANY:
        form = PLANTS[code](form)
    return form


def _larger(amount: str) -> str:
    try:
        return f"{(Decimal(amount) * 1000).normalize():f}"
    except ArithmeticError:
        return amount
