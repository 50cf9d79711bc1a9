"""In which tables of a form its reader met something that it did not understand, or had no rulings to go by.

What a reader could not settle is in `findings` already; here it is told how far it reaches. A head or a fund line that
was not understood reaches over its table, a written cell that belongs to no field over the table that it stands in, a
grid that follows from the alignment of the words alone over the whole form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pipeline.records import CellTable, FieldKey, FindingRow
from pipeline.scoring.facts import scoring_facts

FieldPlace = tuple[int | None, float | None, float | None, float | None, float | None]
"""Where a field stands: page from 1 and box in points, null where the document has no pages or no geometry."""

ALL_TABLES: frozenset[CellTable] = frozenset({"form", "fund", "indicator"})

_NUMBER = re.compile(r"“[\d.,%万元分 ]+”")
"""A number that belongs to no field; without geometry nobody can tell whose it is."""


def unsettled_tables(
    noticed: Iterable[FindingRow], places: Mapping[FieldKey, FieldPlace], reader: str | None = None
) -> frozenset[CellTable]:
    """Return the tables whose fields are uncertain, from what the form's reader could not settle.

    `places` are those of the form's fields; `reader` names what found the words and the grid.
    """
    facts = scoring_facts()
    if reader and facts.aligned_grids & set(reader.split("+")):
        return ALL_TABLES
    found: set[CellTable] = set()
    for finding in noticed:
        parts = facts.unsettled.get(finding.code)
        if finding.code in facts.stray_texts:
            found |= _around(finding, places)
        elif parts is not None:
            named = [table for word, tables in parts.items() if word in finding.message for table in tables]
            found.update(named or ALL_TABLES)
    return frozenset(found)


def _around(finding: FindingRow, places: Mapping[FieldKey, FieldPlace]) -> frozenset[CellTable]:
    """Return the tables that a stray text stands in; signatures and remarks stand in none."""
    if finding.y0 is None or finding.y1 is None:
        return ALL_TABLES if _NUMBER.match(finding.message) else frozenset()
    middle = (finding.y0 + finding.y1) / 2
    return frozenset(table for table, (top, bottom) in _extent(places, finding.page).items() if top <= middle <= bottom)


def _extent(places: Mapping[FieldKey, FieldPlace], page: int | None) -> dict[CellTable, tuple[float, float]]:
    """Return from where to where the rows of the fund table and of the indicators reach on a page."""
    extent: dict[CellTable, tuple[float, float]] = {}
    for (table, _, _), (number, _, y0, _, y1) in places.items():
        if table != "form" and number == page and y0 is not None and y1 is not None:
            top, bottom = extent.get(table, (y0, y1))
            extent[table] = (min(top, y0), max(bottom, y1))
    return extent


def joined_fields(noticed: Iterable[FindingRow], places: Mapping[FieldKey, FieldPlace]) -> set[FieldKey]:
    """Return the fields that were put together over a page break: the texts that stand lowest on the page before it.

    Numbers are not joined: of two halves of a row one has them.
    """
    found: set[FieldKey] = set()
    facts = scoring_facts()
    for finding in noticed:
        if finding.code in facts.joined_rows and finding.page is not None:
            boxes = {key: (y0, y1) for key, (page, _, y0, _, y1) in places.items() if page == finding.page - 1}
            edges = {key: (y0, y1) for key, (y0, y1) in boxes.items() if y0 is not None and y1 is not None}
            top = max(edges.values(), key=lambda edge: edge[1], default=(0.0, 0.0))[0]
            found |= {key for key, (_, bottom) in edges.items() if bottom > top + 1 and key[2] in facts.joined_texts}
    return found
