"""Tables drawn with horizontal rulings only: the column lines inferred from the text, with camelot's hybrid parser.

camelot proposes the columns of the area that the horizontal rulings span; a column line is then drawn through each
row only where no run of text crosses it, so that merged cells stay merged. What comes out are rulings like any
others; the page says that they were inferred (`grid_reader`), and every cell between them asks for review.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pipeline.geometry.grid import find_grids
from pipeline.labels.titles import is_title
from pipeline.labels.words import is_label
from pipeline.layout.regions import group_lines, join_glyphs
from pipeline.models import Box, Glyph, Page, PageIssue, Ruling

FEWEST_LINES = 4
"""Horizontal rulings that make a table."""

FEWEST_COLUMNS = 6
"""Column lines, outer edges included, below which nothing of a form can be told apart."""

RUN_GAP = 0.6
"""Share of the glyph height up to which a gap belongs to one run of text."""

PROPOSED = "camelot-hybrid"
"""The grid reader of a page whose columns camelot proposed: every cell of it is doubted."""

PDF_READERS = ("pdfium", "pdfplumber")
"""Readers of the text pages that camelot can read too."""

ALIGNED = 8.0
"""Distance in points within which rulings end at the same margin."""


def infer_columns(page: Page, data: bytes) -> Page:
    """Return the page with column lines where it has labelled tables without them; any other page unchanged.

    `data` are the bytes of the document, for camelot; only text pages of PDF files without any vertical are looked at.
    """
    of_pdf = page.source == "text" and page.reader in PDF_READERS
    if not of_pdf or any(not ruling.horizontal for ruling in page.rulings):
        return page
    issues, verticals = list(page.issues), []
    areas = unruled_areas(page)
    tables = _propose_tables(data, page) if areas else []
    for area in areas:
        columns = _columns_in(area, tables)
        if len(columns) < FEWEST_COLUMNS:
            message = f"page {page.number}: a table without column lines could not be read"
            issues.append(PageIssue("page_unread", message, page.number))
            continue
        verticals += draw_columns(page, area, columns)
    grid_reader = PROPOSED if verticals else page.grid_reader
    return replace(page, rulings=(*page.rulings, *verticals), grid_reader=grid_reader, issues=tuple(issues))


def unruled_areas(page: Page) -> list[Box]:
    """Return the areas of horizontal rulings that no column line divides and that hold labels of a form."""
    lines = sorted((r for r in page.rulings if r.horizontal and r.x1 - r.x0 > page.width / 4), key=lambda r: r.y0)
    if len(lines) < FEWEST_LINES or find_grids(page.rulings):
        return []
    titles = [line[0].box.center[1] for line in group_lines(page.glyphs) if is_title(join_glyphs(line))]
    groups: list[list[Ruling]] = [[lines[0]]]
    for before, line in itertools.pairwise(lines):
        if any(before.y0 < y < line.y0 for y in titles):
            groups.append([])
        groups[-1].append(line)
    areas = [_area(group) for group in groups if len(group) >= FEWEST_LINES]
    return [area for area in areas if _count_labels(page, area) >= FEWEST_LINES]


def _area(lines: Sequence[Ruling]) -> Box:
    return Box(min(r.x0 for r in lines), lines[0].y0, max(r.x1 for r in lines), lines[-1].y0)


def _count_labels(page: Page, area: Box) -> int:
    inside = [g for g in page.glyphs if area.contains(*g.box.center)]
    return sum(is_label(join_glyphs(run)) for line in group_lines(inside) for run in _runs(line))


def _propose_tables(data: bytes, page: Page) -> list[Any]:
    """Return the tables that camelot's hybrid parser sees on the page."""
    import camelot

    try:
        return list(camelot.read_pdf(data, pages=str(page.number), flavor="hybrid", suppress_stdout=True))
    except Exception:  # noqa: BLE001 - 15 exception classes measured on odd files; each means "no proposal"
        return []


def _columns_in(area: Box, tables: Sequence[Any]) -> tuple[float, ...]:
    """Return the column lines of the proposal with most columns inside the area, the area's own edges included."""
    fitting = [t for t in tables if t.cols[0][0] >= area.x0 - ALIGNED and t.cols[-1][1] <= area.x1 + ALIGNED]
    best = max(fitting, key=lambda table: len(table.cols), default=None)
    inner = [right for _, right in best.cols[:-1]] if best else []
    return (area.x0, *(x for x in inner if area.x0 + ALIGNED < x < area.x1 - ALIGNED), area.x1)


def _runs(line: Sequence[Glyph]) -> list[list[Glyph]]:
    """Cut a text line where the gap is wide."""
    runs: list[list[Glyph]] = []
    for glyph in line:
        if glyph.text.isspace():
            continue
        if runs and glyph.box.x0 - runs[-1][-1].box.x1 <= RUN_GAP * glyph.box.height:
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    return runs


def draw_columns(page: Page, area: Box, columns: Sequence[float]) -> list[Ruling]:
    """Draw each column line through the rows in which no run of text crosses it."""
    rows = sorted({r.y0 for r in page.rulings if r.horizontal and area.y0 <= r.y0 <= area.y1})
    inside = [g for g in page.glyphs if area.contains(*g.box.center)]
    runs = [
        (run[0].box.x0, run[-1].box.x1, run[0].box.center[1]) for line in group_lines(inside) for run in _runs(line)
    ]
    drawn = []
    for top, bottom in itertools.pairwise(rows):  # every horizontal, also those that only rule some columns
        crossing = [(x0, x1) for x0, x1, y in runs if top <= y < bottom]
        for x in columns:
            outer = x in (columns[0], columns[-1])
            if outer or not any(x0 + 1 < x < x1 - 1 for x0, x1 in crossing):
                drawn.append(Ruling(x, top, x, bottom))
    return drawn
