"""Rows of a form that are the rest of another row: a line between rows was invented, or a page break tore one.

Such a row has texts and no points among rows that have them, or one value and no name. Where the columns were fitted
to the words its name may be the last line of the name above or the first of the next; where the grid is drawn on a
picture it has no name at all. A value beside an empty item belongs to the row above or below where that one lacks it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.forms.fields import doubt_fields
from pipeline.forms.inferred import is_inferred
from pipeline.models import Form, IndicatorLine

TORN = "odd_shape"
"""Review reason of texts that may have their rest in the row beside."""

POINTS = {"weight_raw": "total_weight_raw", "score_raw": "total_score_raw"}
"""Columns of points, each with the field of its sum, which stands below them."""

TEXTS = ("level3", "nature_raw", "target_raw", "unit_raw", "actual_raw", "deviation_raw")
"""Columns of a row that may be of several lines."""

VALUES = ("nature_raw", "target_raw", "unit_raw", "actual_raw", "weight_raw", "score_raw")
"""Columns in which a row that somebody filled in has texts."""

FEW, WHOLE = 2, 3
"""Values of a row up to which they may be another row's, and from which the row is one of its own."""

EMPTY = re.compile(r"\s*(?:指标\s*\d+\s*[:：;；]?|[….．]+|\d+\s*[、.．]?|)\s*")
"""The name of an item that nobody filled in."""


def doubt_rests(form: Form) -> Form:
    """Return the form with the texts of such rows marked, and those of their neighbours in the same columns."""
    lines = form.indicators
    drawn = not is_inferred(form.reader)
    whole = [line for line in lines if len(_written(line, VALUES)) >= FEW]
    if not whole or 2 * sum(map(_has_points, whole)) < len(whole):
        return form
    torn: list[set[str]] = [set() for _ in lines]
    for at, line in enumerate(lines):
        if _is_rest(line, drawn=drawn):
            _mark(torn, _texts(line), at - 1, at, at + 1)
        for beside in (at - 1, at + 1):
            if 0 <= beside < len(lines):
                _mark(torn, _strayed(line, lines[beside]), at, beside)
    piece = _written(lines[-1], VALUES) if lines and _is_piece(lines[-1]) else set()
    _mark(torn, piece, len(lines) - 1)
    sums = {total for column, total in POINTS.items() if column in piece}
    if not any(torn):
        return form
    return replace(
        form,
        readings=doubt_fields(form.readings, sums, TORN) if sums else form.readings,
        indicators=tuple(map(_doubted, lines, torn)),
    )


def _mark(torn: Sequence[set[str]], names: set[str], *rows: int) -> None:
    for at in rows:
        if 0 <= at < len(torn):
            torn[at].update(names)


def _strayed(line: IndicatorLine, beside: IndicatorLine) -> set[str]:
    """Return the columns whose values a row without a name of its own may have from the row beside it.

    They are few, and lacking there among others; or the row has all values, and the one beside nothing but its name.
    """
    if not _is_unnamed(line) or not _is_read(line):
        return set()
    values, others = _written(line, VALUES), _written(beside, VALUES)
    if 0 < len(values) <= FEW and len(others) >= WHOLE:
        return values - others
    if len(values) >= WHOLE and not others and not _is_unnamed(beside) and not _name(line):
        return {*TEXTS, *POINTS}
    return set()


def _is_piece(line: IndicatorLine) -> bool:
    """Tell whether a row is nothing but one value without a name."""
    return not _name(line) and len(_written(line, VALUES)) == 1 and _is_read(line)


def _is_unnamed(line: IndicatorLine) -> bool:
    return EMPTY.fullmatch(_name(line)) is not None


def _name(line: IndicatorLine) -> str:
    return line.readings["level3"].text.strip() if "level3" in line.readings else ""


def _is_read(line: IndicatorLine) -> bool:
    """Tell whether the values of a row were read from a picture."""
    return all(line.readings[name].source == "ocr" for name in _written(line, VALUES))


def _doubted(line: IndicatorLine, names: set[str]) -> IndicatorLine:
    return replace(line, readings=doubt_fields(line.readings, names, TORN)) if names else line


def _is_rest(line: IndicatorLine, *, drawn: bool) -> bool:
    texts = _texts(line)
    if _has_points(line) or not texts:
        return False
    if drawn:
        return "level3" not in texts and all(line.readings[name].source == "ocr" for name in texts)
    return "level3" not in texts or not _is_unnamed(line)


def _has_points(line: IndicatorLine) -> bool:
    return any(any(char.isdigit() for char in line.readings[name].text) for name in _written(line, POINTS))


def _texts(line: IndicatorLine) -> set[str]:
    return _written(line, TEXTS)


def _written(line: IndicatorLine, names: Sequence[str] | Mapping[str, str]) -> set[str]:
    return {name for name in names if name in line.readings and line.readings[name].text.strip()}
