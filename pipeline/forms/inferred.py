"""Forms whose columns and rows were fitted to their words, held against what every form is like.

A drawn table says where its cells are; a fitted one is the likeliest explanation, and a wrong one reads smoothly. What
then does not add up marks the fields that hang on it: points that are not their total, two names of levels in one
cell, two items in one name, a form without an end or without heads, a fund table or goals with nothing in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.forms.fields import doubt_fields
from pipeline.labels.words import level_labels
from pipeline.layout.fit.drawing import DOUBT, FITTED
from pipeline.models import Form, IndicatorLine, Reading, Readings

POINTS = {"weight_raw": "total_weight_raw", "score_raw": "total_score_raw"}
"""Columns of points, each with the field of its sum."""

FULL_MARKS = Decimal(100)
"""What the weights of a whole form add up to, the one of the execution rate included."""

AMOUNTS = ("initial_budget_raw", "annual_budget_raw", "executed_raw")

LEVELS = ("level1", "level2")

TEXTS = ("level3", "nature_raw", "target_raw", "unit_raw", "actual_raw", "deviation_raw")
"""Columns of a row that may be of several lines."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?$")
_ITEM = re.compile(r"\s*(?:指标\s*\d|[….．]|\d+\s*[、.．])")
_SECOND_ITEM = re.compile(r"[^….．\s]\s*(?:指标\s*[2-9]|指标\s*1\d|…|[.．]{4})")


def is_inferred(reader: str) -> bool:
    """Tell whether what found a table's grid fitted it to the words."""
    return FITTED in reader.split("+")


def doubt_inferred(form: Form) -> Form:
    """Return a form of fitted columns with what does not add up marked; any other form as it is."""
    if not is_inferred(form.reader):
        return form
    headless = any(issue.code == "form_head_missing" for issue in form.issues)
    if headless or (not form.complete and _added(form, "weight_raw") != FULL_MARKS):
        return _doubted(form, set)
    wrong = set(_wrong_sums(form))
    form = _doubted(form, lambda names: wrong & set(names)) if wrong else form
    if not any(_written(form.funds.get("total", {}), name) for name in AMOUNTS):
        form = replace(form, funds={kind: _all(row) for kind, row in form.funds.items()})
    return replace(form, indicators=tuple(map(_doubt_line, _doubt_fragments(form.indicators))))


def _doubt_fragments(lines: Sequence[IndicatorLine]) -> list[IndicatorLine]:
    """Mark the texts of rows that are the rest of another one, and those of their neighbours in the same columns.

    A row without points between rows that have them may be the last line of the name above, or the first of the next.
    """
    if 2 * sum(map(_has_points, lines)) < len(lines):
        return list(lines)
    rests = {at: _texts(line) for at, line in enumerate(lines) if _is_fragment(line)}
    near = [set().union(*(rests.get(at + by, ()) for by in (-1, 0, 1))) for at in range(len(lines))]
    return [
        replace(line, readings=doubt_fields(line.readings, names, DOUBT)) if names else line
        for line, names in zip(lines, near, strict=True)
    ]


def _has_points(line: IndicatorLine) -> bool:
    return any(_written(line.readings, name) for name in POINTS)


def _is_fragment(line: IndicatorLine) -> bool:
    """Tell whether a row has texts and no points, and its name begins no item; an empty item has its number or dots."""
    name = line.readings.get("level3")
    return not _has_points(line) and bool(_texts(line)) and not (name and _ITEM.match(name.text))


def _texts(line: IndicatorLine) -> set[str]:
    return {name for name in TEXTS if _written(line.readings, name)}


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


def _doubt_line(line: IndicatorLine) -> IndicatorLine:
    """Mark levels in whose cell two names stand, and a whole row in whose name a second item begins."""
    name = line.readings.get("level3")
    if name and _SECOND_ITEM.search(name.text):
        return replace(line, readings=_all(line.readings))
    crowded = {level for level in LEVELS if level in line.readings and _holds_two(line.readings[level].text)}
    return replace(line, readings=doubt_fields(line.readings, crowded, DOUBT)) if crowded else line


def _holds_two(text: str) -> bool:
    """Tell whether a text is not one name of a level, but holds one and more."""
    inside = [label for label in level_labels() if label in text]
    return len({max(inside, key=len), *_apart(inside)}) > 1 if inside else False


def _apart(labels: list[str]) -> list[str]:
    """Return the labels that are no part of another one."""
    return [label for label in labels if not any(label != other and label in other for other in labels)]
