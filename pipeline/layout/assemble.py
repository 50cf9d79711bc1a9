"""Pages taken apart → the document's text lines and tables in reading order, continued tables joined.

A table goes on over the break when the form it belongs to has no total yet, or only a part of it, and the next table
does not begin another form; the words decide, not the place on the page, because a break may fall anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.labels.matching import match_labels
from pipeline.labels.sections import find_head
from pipeline.labels.titles import is_title
from pipeline.layout.cells import reconstruct_cells
from pipeline.layout.continuation import Fragment, completes_total, ends_form, join_fragments, starts_form
from pipeline.layout.printed_again import without_printed_again
from pipeline.layout.regions import PageLayout, Region, TextLine
from pipeline.models import Table

Block = Table | TextLine


def assemble_document(layouts: Iterable[PageLayout]) -> list[Block]:
    """Return lines and tables in reading order; a table over several pages is one table, at its first place."""
    blocks: list[TextLine | Fragment] = []
    open_at: int | None = None
    titled = False
    for layout in layouts:
        for item in _reading_order(layout):
            if isinstance(item, TextLine):
                blocks.append(item)
                titled = titled or is_title(item.text)
                continue
            fragment = _fragment(item)
            previous = blocks[open_at] if open_at is not None else None
            if isinstance(previous, Fragment):
                fragment = _without_printed_again(fragment, previous)
            if open_at is not None and isinstance(previous, Fragment) and _goes_on(previous, fragment, titled):
                blocks[open_at] = fragment = join_fragments(previous, fragment)
            else:
                open_at = len(blocks)
                blocks.append(fragment)
            if not _may_go_on(fragment.table):
                open_at = None
            titled = False
    return [block.table if isinstance(block, Fragment) else block for block in blocks]


def _reading_order(layout: PageLayout) -> Sequence[TextLine | Region]:
    """Return the lines and regions of a page from top to bottom."""
    placed: list[tuple[float, TextLine | Region]] = [(line.y, line) for line in layout.lines]
    placed += [(region.grid.ys[0], region) for region in layout.regions]
    return [item for _, item in sorted(placed, key=lambda pair: pair[0])]


def _fragment(region: Region) -> Fragment:
    grid = region.grid
    return Fragment(match_labels(reconstruct_cells(region)), grid.xs, grid.open_top, grid.open_bottom)


def _without_printed_again(fragment: Fragment, previous: Fragment) -> Fragment:
    """Return a table without the rows that it prints again of a form that has not ended; any other as it is."""
    pages = fragment.table.places[0].page - previous.table.places[-1].page
    if pages != 1 or not starts_form(fragment.table) or ends_form(previous.table):
        return fragment
    rest = without_printed_again(fragment.table, previous.table)
    return fragment if rest is None else replace(fragment, table=rest)


def _may_go_on(table: Table) -> bool:
    """Tell whether a table is a form's, so that what follows may be the rest of it."""
    return starts_form(table) or _has_indicators(table) or find_head(table, "fund_columns", FUNDS) is not None


FUNDS = 4
"""Columns of funds of a table that is a form's, though its first label was not read."""


def _has_indicators(table: Table) -> bool:
    return find_head(table, "indicators", 4) is not None


def _goes_on(previous: Fragment, fragment: Fragment, titled: bool) -> bool:
    """Tell whether a table is the rest of the one before. A running title does not make it another form."""
    pages = fragment.table.places[0].page - previous.table.places[-1].page
    if pages not in (0, 1) or starts_form(fragment.table):
        return False
    if ends_form(previous.table):
        return completes_total(previous.table, fragment.table)
    if not starts_form(previous.table) and not _has_indicators(previous.table):
        return _has_indicators(fragment.table)
    return not (titled and find_head(fragment.table, "fund_columns", 3))
