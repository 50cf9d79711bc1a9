"""Forms whose columns and rows were fitted to their words, held against what every form is like.

A drawn table says where its cells are; a fitted one is the likeliest explanation, and a wrong one reads smoothly. What
then does not add up marks the fields that hang on it: points that are not their total, two names of levels in one
cell, none in a row beside rows that have one, two items in one name, a form without an end or without heads, a fund
table or goals with nothing in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from decimal import Decimal

from pipeline.forms.fields import doubt_fields
from pipeline.labels.levels import level_labels
from pipeline.layout.fit.drawing import DOUBT, FITTED
from pipeline.models import Form, IndicatorLine, Reading, Readings

POINTS = {"weight_raw": "total_weight_raw", "score_raw": "total_score_raw"}
"""Columns of points, each with the field of its sum."""

FULL_MARKS = Decimal(100)
"""What the weights of a whole form add up to, the one of the execution rate included."""

AMOUNTS = ("initial_budget_raw", "annual_budget_raw", "executed_raw")

LEVELS = ("level1", "level2")

GOALS = ("expected_goal", "actual_goal")

_GAP = re.compile(r"[\u4e00-\u9fff，。、；）》]\s+[\u4e00-\u9fff（《]")
"""White space between two characters of Chinese, which are set without."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?$")
_SIGNED = re.compile(r"\s*(?P<sign>[≥≤><＞＜=＝])\s*(?P<rest>\d.*)", re.DOTALL)
_SECOND_ITEM = re.compile(r"[^….．\s]\s*(?:指标\s*[2-9]|指标\s*1\d|…|[.．]{4})")


def is_inferred(reader: str) -> bool:
    """Tell whether what found a table's grid fitted it to the words."""
    return FITTED in reader.split("+")


def doubt_inferred(form: Form) -> Form:
    """Return a form of fitted columns with what does not add up marked; any other form as it is."""
    if not is_inferred(form.reader):
        return form
    if any(_written(line.readings, "nature_raw") for line in form.indicators):
        form = replace(form, indicators=tuple(map(_with_own_sign, form.indicators)))
    headless = any(issue.code == "form_head_missing" for issue in form.issues)
    if headless or (not form.complete and _added(form, "weight_raw") != FULL_MARKS):
        return _doubted(form, set)
    form = replace(form, readings=_with_gaps_doubted(form.readings))
    wrong = set(_wrong_sums(form))
    form = _doubted(form, lambda names: wrong & set(names)) if wrong else form
    if not any(_written(form.funds.get("total", {}), name) for name in AMOUNTS):
        form = replace(form, funds={kind: _all(row) for kind, row in form.funds.items()})
    levels = {level for level in LEVELS for line in form.indicators if _written(line.readings, level)}
    return replace(form, indicators=tuple(_doubt_line(line, levels) for line in form.indicators))


def _with_own_sign(line: IndicatorLine) -> IndicatorLine:
    """Return a row with the sign before its target in the column of signs, where that was lost or left blank.

    The two share a cell then, for which both go to a person.
    """
    sign, target = line.readings.get("nature_raw"), line.readings.get("target_raw")
    found = _SIGNED.fullmatch(target.text) if target else None
    if sign is None or sign.text.strip() or target is None or found is None:
        return line
    parts = {
        "nature_raw": replace(target, text=found["sign"], alternatives=()),
        "target_raw": replace(target, text=found["rest"], alternatives=()),
    }
    return replace(line, readings=doubt_fields({**line.readings, **parts}, parts, DOUBT))


def _with_gaps_doubted(readings: Readings) -> Readings:
    """Mark the goals where a picture shows a gap within one: the other's text may have run into it."""
    own = {name: readings[name] for name in GOALS if name in readings}
    gapped = any(reading.source == "ocr" and _GAP.search(reading.text) for reading in own.values())
    return doubt_fields(readings, own, DOUBT) if gapped else readings


def _doubted(form: Form, choose: Callable[[Readings], set[str]]) -> Form:
    """Return a form with the chosen fields of each of its parts marked."""
    return replace(
        form,
        readings=doubt_fields(form.readings, choose(form.readings), DOUBT),
        funds={kind: doubt_fields(row, choose(row), DOUBT) for kind, row in form.funds.items()},
        indicators=tuple(
            replace(line, readings=doubt_fields(line.readings, choose(line.readings), DOUBT))
            for line in form.indicators
        ),
    )


def _all(row: Readings) -> dict[str, Reading]:
    return doubt_fields(row, set(row), DOUBT)


def _wrong_sums(form: Form) -> Iterator[str]:
    """Yield the sums that the numbers of their columns do not make, and both columns where neither makes its own.

    Some forms add up wrongly; a row that was not found is missing in both columns.
    """
    wrong = {}
    for column, total in POINTS.items():
        printed = _number(form.readings.get(total))
        if printed is None or _added(form, column) != printed:
            wrong[column] = total
    yield from wrong.values()
    if len(wrong) == len(POINTS):
        yield from wrong


def _added(form: Form, column: str) -> Decimal:
    """Return the sum of a column of points over the execution rate and all rows."""
    rows = [form.funds.get("total", {}), *(line.readings for line in form.indicators)]
    return sum((number for row in rows if (number := _number(row.get(column))) is not None), Decimal(0))


def _number(reading: Reading | None) -> Decimal | None:
    text = reading.text.strip() if reading else ""
    return Decimal(text) if _NUMBER.match(text) else None


def _written(row: Readings, name: str) -> bool:
    return name in row and bool(row[name].text.strip())


def _doubt_line(line: IndicatorLine, levels: Collection[str]) -> IndicatorLine:
    """Mark levels in whose cell two names stand or none, and a whole row in whose name a second item begins.

    `levels` are those that other rows have a name of: a merged cell may have been divided, or cover too few rows.
    """
    name = line.readings.get("level3")
    if name and _SECOND_ITEM.search(name.text):
        return replace(line, readings=_all(line.readings))
    written = any(_written(line.readings, name) for name in ("level3", *POINTS))
    wrong = {level for level in levels if written and level in line.readings and not _written(line.readings, level)}
    wrong |= {level for level in LEVELS if level in line.readings and _holds_two(line.readings[level].text)}
    return replace(line, readings=doubt_fields(line.readings, wrong, DOUBT)) if wrong else line


def _holds_two(text: str) -> bool:
    """Tell whether a text is not one name of a level, but holds one and more."""
    inside = [label for label in level_labels() if label in text]
    return len({max(inside, key=len), *_apart(inside)}) > 1 if inside else False


def _apart(labels: list[str]) -> list[str]:
    """Return the labels that are no part of another one."""
    return [label for label in labels if not any(label != other and label in other for other in labels)]
