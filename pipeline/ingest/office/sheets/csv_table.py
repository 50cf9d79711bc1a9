"""Table as text with separators (CSV) → one page.

Merged cells are lost in such a file, what they covered is empty. Fields that are empty at the beginning of a row are
taken for covered by the last text above them, as levels of indicators are; what is empty elsewhere stays so.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import CorruptDocument, TooLarge
from pipeline.ingest.office.board import MAX_CELLS
from pipeline.ingest.office.sheets.spreadsheet import Merge, SheetCell, SheetFacts, draw_sheets
from pipeline.ingest.pending import ReadImage, ReadPage
from pipeline.ingest.separated import decode_text, parse_rows
from pipeline.settings import ReadSettings

READER = "csv"


def read_csv(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Iterator[ReadPage]:
    """Yield the table as a page.

    Raises:
        CorruptDocument: the text is in no code that is known here, or has no rows.
        TooLarge: it has more fields than a table may have cells.
    """
    rows = parse_rows(decode_text(data) or "")
    if not rows:
        raise CorruptDocument("the text has no rows with separators; save the table anew as .xlsx")
    if sum(map(len, rows)) > MAX_CELLS:
        raise TooLarge(f"a table has more than {MAX_CELLS} cells; split the file")
    cells = {
        (row_no, col): SheetCell(text.strip().replace("\r\n", "\n").replace("\r", "\n"))
        for row_no, row in enumerate(rows)
        for col, text in enumerate(row)
    }
    merges = tuple(find_covered(rows))
    yield from draw_sheets([SheetFacts("", cells, merges)], READER, settings, read_image)


def find_covered(rows: list[list[str]]) -> Iterator[Merge]:
    """Yield the merged cells of a table's first columns; above the first row with two texts nothing is a table."""
    begun: dict[int, int] = {}
    reached: dict[int, int] = {}
    for row_no, row in enumerate(rows):
        first = next((col for col, text in enumerate(row) if text.strip()), None)
        if first is None or (not begun and sum(bool(text.strip()) for text in row) < 2):
            continue
        for col in range(len(row)):
            if col < first and reached.get(col) == row_no - 1:
                reached[col] = row_no
            elif row[col].strip():
                if col in begun and reached[col] > begun[col]:
                    yield Merge(begun[col], col, reached[col], col)
                begun[col] = reached[col] = row_no
    yield from (Merge(begun[col], col, reached[col], col) for col in begun if reached[col] > begun[col])
