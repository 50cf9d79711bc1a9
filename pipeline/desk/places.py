"""Where a field stands on its page; for one that was not found, where it ought to: beside the rest of its row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.corrections.decision import Address
from pipeline.dataset.documents import DocumentRecords
from pipeline.desk.evidence import MERGED, find_cell, find_form
from pipeline.models import Box
from pipeline.records import CellRow, FormRow


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a page, in points; `expected` tells that the field itself was not found there."""

    page: int
    box: Box | None
    expected: bool = False


def find_spot(records: DocumentRecords, address: Address) -> Spot | None:
    """Return where to look for a field; None where the document has no pages or no such form."""
    form, cell = find_form(records, address.form_no), find_cell(records, address)
    if cell is not None and cell.page is not None:
        return Spot(cell.page, cell_box(cell))
    return _expected_spot(records, form, address) if form is not None else None


def _expected_spot(records: DocumentRecords, form: FormRow, address: Address) -> Spot | None:
    """Return the stripe of the page that the rest of the field's row takes; else the page where the form's part is."""
    own = [cell for cell in records.cells if cell.form_id == form.form_id and cell.page is not None]
    if not own or own[0].source == "docx":
        return None
    row = [cell for cell in own if (cell.table, cell.row_no) == (address.table, address.row_no)]
    row = [cell for cell in row if cell.field not in MERGED] or row
    if address.table != "form" and row:
        page = min(cell.page or 0 for cell in row)
        return Spot(page, _around(cell for cell in row if cell.page == page), expected=True)
    page = form.page_last if address.field.startswith("total_") else _first_page(own, address, form)
    return Spot(page, None, expected=True)


def _first_page(cells: Iterable[CellRow], address: Address, form: FormRow) -> int:
    """Return the page of the row before the field's, or of the first of its part, or the form's first page."""
    part = [cell for cell in cells if cell.table == address.table]
    before = [cell for cell in part if (cell.row_no or 0) <= (address.row_no or 0)]
    found = max(before, key=lambda cell: cell.row_no or 0, default=None) or next(iter(part), None)
    return found.page or form.page_first if found else form.page_first


def cell_box(cell: CellRow) -> Box | None:
    """Return the box of a cell, where it has one."""
    if cell.x0 is None or cell.y0 is None or cell.x1 is None or cell.y1 is None:
        return None
    return Box(cell.x0, cell.y0, cell.x1, cell.y1)


def _around(cells: Iterable[CellRow]) -> Box | None:
    boxes = [box for cell in cells if (box := cell_box(cell)) is not None]
    found = boxes[0] if boxes else None
    for box in boxes[1:]:
        found = found.union(box) if found else box
    return found
