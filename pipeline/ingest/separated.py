"""Text with separators (CSV, TSV): which code and which separator it is in, told from the bytes, and its rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter

from pipeline.vocabulary import StrictData, load_yaml

SEPARATORS = (",", ";", "\t", "|")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

LONGEST_FIELD = 131_072
"""Characters of one field; Excel keeps 32,767."""

FEWEST_ROWS, FEWEST_FIELDS = 4, 3
"""Rows and fields a row that make a table."""

STEADY = 0.8
"""Share of the rows that have the same number of fields."""


def decode_text(data: bytes) -> str | None:
    """Return the text of a file in the code that its mark names, else UTF-8, else GB 18030; None where none fits."""
    for mark, code in _MARKS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], code)
    found = (_decode(data, code) for code in ("utf-8", "gb18030"))
    return next((text for text in found if text is not None), None)


def _decode(data: bytes, code: str) -> str | None:
    try:
        text = data.decode(code)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def parse_rows(text: str) -> list[list[str]]:
    """Return the rows of a text by the separator that gives a table; none where no separator does."""
    for separator in SEPARATORS:
        rows = _split(text, separator)
        if rows and is_steady(rows):
            return rows
    return []


def _split(text: str, separator: str) -> list[list[str]]:
    csv.field_size_limit(LONGEST_FIELD)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return []


def is_steady(rows: list[list[str]]) -> bool:
    """Tell whether most rows have the same number of fields, and enough of them."""
    written = [row for row in rows if row]
    if len(written) < FEWEST_ROWS:
        return False
    (width, count), *_ = Counter(map(len, written)).most_common(1)
    return width >= FEWEST_FIELDS and count >= STEADY * len(written)


class _Signs(StrictData):
    """Words by which a table is known to be of the kind that is read here, and how many different ones it takes."""

    signs: tuple[str, ...]
    fewest: int


def is_form_table(data: bytes) -> bool:
    """Tell whether a file's bytes are a text with separators, steady in its rows, that has words of a form."""
    text = decode_text(data)
    if text is None:
        return False
    known = load_yaml("text_tables.yml", _Signs)
    if sum(sign in text for sign in known.signs) < known.fewest:
        return False
    fields = {re.sub(r"\s", "", field) for row in parse_rows(text) for field in row}
    shown = {sign for sign in known.signs for field in fields if field.startswith(sign) or field.endswith(sign)}
    return len(shown) >= known.fewest
