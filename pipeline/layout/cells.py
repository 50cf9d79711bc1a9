"""Table region → table: every character in exactly one cell, wrapped text joined in reading order.

A glyph goes to the cell that its own centre lies in, never by its text line: a text line often crosses a ruling.
What cannot be placed is reported as an issue of the table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.geometry.grid import GridCell
from pipeline.layout.regions import UNREAD_INK, Region, group_lines, join_glyphs, join_lines
from pipeline.layout.ruleless import PROPOSED
from pipeline.models import Box, Cell, Glyph, Page, PageIssue, Place, Table
from pipeline.text import normalise_text


def reconstruct_cells(region: Region) -> Table:
    """Return the region's cells with their texts, spans and places."""
    homes, homeless = assign_glyphs(region)
    stains = [glyph.box for glyph in region.page.glyphs if glyph.doubt and not glyph.text.strip()]
    cells = tuple(_cell(region.page, cell, homes[i], stains) for i, cell in enumerate(region.grid.cells))
    issues = [_unplaced(region, homeless)] if homeless else []
    if region.grid.irregular:
        message = f"{region.grid.irregular} cells are not rectangular; a ruling is missing"
        issues.append(PageIssue("irregular_cells", message, region.page.number))
    return Table(
        rows=len(region.grid.ys) - 1,
        cols=len(region.grid.xs) - 1,
        cells=cells,
        places=(_place(region.page, region.grid.box),),
        source=region.page.source,
        reader=f"{region.page.reader}+{region.page.grid_reader}",
        issues=tuple(issues),
    )


def assign_glyphs(region: Region) -> tuple[list[list[Glyph]], list[Glyph]]:
    """Return the glyphs of each cell, in the cells' order, and those that lie in no cell."""
    at = {
        (r, c): i
        for i, cell in enumerate(region.grid.cells)
        for r in range(cell.row, cell.row + cell.rowspan)
        for c in range(cell.col, cell.col + cell.colspan)
    }
    homes: list[list[Glyph]] = [[] for _ in region.grid.cells]
    homeless: list[Glyph] = []
    home, before = None, None
    for glyph in region.glyphs:
        position = region.grid.locate(*glyph.box.center)
        if before is None or home is None or not _hangs_on(glyph, before):
            home = at.get(position) if position else None
        before = glyph
        if home is not None:
            homes[home].append(glyph)
        elif not glyph.text.isspace():
            homeless.append(glyph)
    return homes, homeless


HANGING = frozenset("，。、；：！？）》”’")
"""Marks that close a line and may hang over the side of its cell."""


def _hangs_on(mark: Glyph, before: Glyph) -> bool:
    """Tell whether a glyph is a mark set close behind another one, in whose cell it is then."""
    if mark.text not in HANGING:
        return False
    height = before.box.height
    level = abs(mark.box.y1 - before.box.y1) < 0.6 * height
    return level and -0.3 * height < mark.box.x0 - before.box.x1 < 0.3 * height


def _unplaced(region: Region, glyphs: Sequence[Glyph]) -> PageIssue:
    text = "".join(g.text for g in glyphs)[:40]
    return PageIssue("text_in_no_cell", f"{len(glyphs)} characters lie in no cell: {text}", region.page.number)


UNREAD = "unread"
"""Doubt of a cell of a picture with ink that no text was made of."""

TWO_NUMBERS = "odd_shape"
"""Doubt of a cell in which two numbers stand below each other: a line between two rows was not found. Also of one in
which a stroke has a line to itself, beside lines of words: it is a scratch."""

STROKES = frozenset("1lI|丨!-—'’·")

INSIDE = 3.0
"""Points from its sides at which ink in a cell is the cell's and not a ruling's."""


def _doubt(page: Page, cell: GridCell, stains: Sequence[Box]) -> str:
    """Return why a cell is doubted whatever its characters are.

    `stains` is where ink lies that no text was made of: what stands in a cell under one is in it, unread.
    """
    if page.grid_reader == PROPOSED:
        return "inferred_columns"
    box = Box(cell.box.x0 + INSIDE, cell.box.y0 + INSIDE, cell.box.x1 - INSIDE, cell.box.y1 - INSIDE)
    if any(box.contains(*ink.center) for ink in page.unread):
        return UNREAD_INK
    middle = cell.box.center
    return UNREAD if page.source == "ocr" and any(stain.contains(*middle) for stain in stains) else ""


NUMBER = re.compile(r"[\d,，]+(?:\.\d+)?")

PADDING = 12.0
"""Points of a cell's width that are no room for text: 5.4 on either side in Word, and some for what was measured."""


def _holds_two_numbers(cell: GridCell, lines: Sequence[Sequence[Glyph]]) -> bool:
    """Tell whether each line of a cell is a number, and two of them had room side by side: none is the other's rest."""
    if len(lines) < 2 or not all(NUMBER.fullmatch(join_glyphs(line).strip()) for line in lines):
        return False
    widths = [line[-1].box.x1 - line[0].box.x0 for line in lines]
    room = cell.box.width - PADDING
    return any(one + other <= room for one, other in pairwise(widths))


def _holds_stroke(lines: Sequence[Sequence[Glyph]]) -> bool:
    """Tell whether one of several lines, others of which are words, is a single stroke."""
    texts = [join_glyphs(line).strip() for line in lines]
    worded = any(len(text) > 1 and any(char.isalpha() and not char.isascii() for char in text) for text in texts)
    return worded and any(text in STROKES for text in texts)


def _place(page: Page, box: Box) -> Place:
    return Place(page.number, page.frame.box(box) if page.placed else None)


def _cell(page: Page, cell: GridCell, glyphs: Sequence[Glyph], stains: Sequence[Box]) -> Cell:
    lines = group_lines(glyphs)
    text = normalise_text(join_lines(join_glyphs(line) for line in lines))
    crowded = TWO_NUMBERS if _holds_two_numbers(cell, lines) or (page.source == "ocr" and _holds_stroke(lines)) else ""
    written = [g for g in glyphs if not g.text.isspace()]
    return Cell(
        row=cell.row,
        col=cell.col,
        rowspan=cell.rowspan,
        colspan=cell.colspan,
        text=text,
        places=(_place(page, cell.box),),
        confidence=min((g.confidence for g in written), default=1.0),
        doubt=next((g.doubt for g in written if g.doubt), "") or crowded or _doubt(page, cell, stains),
        alternatives=written[0].alternatives if len(written) == 1 else (),
        source=page.source,
        open_above=cell.open_above,
        open_below=cell.open_below,
    )
