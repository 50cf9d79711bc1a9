"""The sheets as CSV files in UTF-8 with a byte order mark, by which spreadsheets tell the encoding.

Numbers stand with all their digits and without separators. A text that could start a formula gets an apostrophe before
it: a CSV file cannot say that a cell is a text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import access_error
from pipeline.export.formula import starts_formula
from pipeline.export.layout import WRITTEN, SheetColumn, workbook_layout
from pipeline.export.sheets import Value, sheet_rows
from pipeline.storage.atomic import write_file
from pipeline.storage.load import published_root


def export_csv(out: Path, folder: Path) -> list[Path]:
    """Write one file per sheet into a folder and return their paths.

    Raises:
        AccessError: nothing is published in `out`, or the folder cannot be written.
    """
    root, written = published_root(out), []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for sheet in workbook_layout().sheets:
            shown = [
                index
                for index, column in enumerate(sheet.columns)
                if column.kind != "link" and column.kind not in WRITTEN
            ]
            rows = ([row.values[index] for index in shown] for row in sheet_rows(root, sheet))
            content = _write_rows([sheet.columns[index] for index in shown], rows)
            write_file(folder / f"{sheet.name}.csv", content)
            written.append(folder / f"{sheet.name}.csv")
    except OSError as error:
        raise access_error(error, f"{folder} cannot be written") from error
    return written


def _write_rows(columns: Iterable[SheetColumn], rows: Iterable[Iterable[Value]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.heading for column in columns])
    writer.writerows([guard(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def guard(value: Value) -> Value:
    """Return a value as it can stand in a CSV file that a spreadsheet opens."""
    return f"'{value}" if isinstance(value, str) and starts_formula(value) else value
