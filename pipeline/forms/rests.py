"""Rows of a form that are the rest of another row: a line between rows was invented, or a page break tore one.

Such a row has texts and no points among rows that have them. Where the columns were fitted to the words its name may be
the last line of the name above or the first of the next; where the grid is drawn on a picture it has no name at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.forms.fields import doubt_fields
from pipeline.forms.inferred import is_inferred
from pipeline.models import Form, IndicatorLine

TORN = "odd_shape"
"""Review reason of texts that may have their rest in the row beside."""

POINTS = ("weight_raw", "score_raw")

TEXTS = ("level3", "nature_raw", "target_raw", "unit_raw", "actual_raw", "deviation_raw")
"""Columns of a row that may be of several lines."""

_EMPTY = re.compile(r"\s*(?:指标\s*\d+\s*[:：;；]?|[….．]+|\d+\s*[、.．]?)\s*")
"""The name of an item that nobody filled in."""


def doubt_rests(form: Form) -> Form:
    """Return the form with the texts of such rows marked, and those of their neighbours in the same columns."""
    lines = form.indicators
    drawn = not is_inferred(form.reader)
    if 2 * sum(map(_has_points, lines)) < len(lines):
        return form
    rests = {at: _texts(line) for at, line in enumerate(lines) if _is_rest(line, drawn=drawn)}
    near = [set[str]().union(*(rests.get(at + by, ()) for by in (-1, 0, 1))) for at in range(len(lines))]
    return replace(form, indicators=tuple(map(_doubted, lines, near))) if rests else form


def _doubted(line: IndicatorLine, names: set[str]) -> IndicatorLine:
    return replace(line, readings=doubt_fields(line.readings, names, TORN)) if names else line


def _is_rest(line: IndicatorLine, *, drawn: bool) -> bool:
    texts = _texts(line)
    if _has_points(line) or not texts:
        return False
    if drawn:
        return "level3" not in texts and all(line.readings[name].source == "ocr" for name in texts)
    return "level3" not in texts or not _EMPTY.fullmatch(line.readings["level3"].text)


def _has_points(line: IndicatorLine) -> bool:
    return bool(_written(line, POINTS))


def _texts(line: IndicatorLine) -> set[str]:
    return _written(line, TEXTS)


def _written(line: IndicatorLine, names: Sequence[str]) -> set[str]:
    return {name for name in names if name in line.readings and line.readings[name].text.strip()}
