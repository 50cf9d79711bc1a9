"""What was read from the pictures on a page, laid into the page in their places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from pipeline.ingest.pending import PendingPage, ReadPage
from pipeline.models import Box, Frame, Glyph, Page, Ruling


def place_reading(page: Page, x: float, y: float) -> Page:
    """Return what was read from a picture in points of the page on which the picture's corner lies at (x, y)."""

    def moved(box: Box) -> Box:
        """Return where a box lies on the whole page."""
        shown = page.frame.box(box)
        return Box(shown.x0 + x, shown.y0 + y, shown.x1 + x, shown.y1 + y)

    def ruled(rulings: Iterable[Ruling]) -> tuple[Ruling, ...]:
        """Return where rulings lie on the whole page."""
        return tuple(_level(ruling, moved(Box(ruling.x0, ruling.y0, ruling.x1, ruling.y1))) for ruling in rulings)

    glyphs = tuple(replace(glyph, box=moved(glyph.box)) for glyph in page.glyphs)
    return replace(page, glyphs=glyphs, rulings=ruled(page.rulings), candidates=ruled(page.candidates))


def _level(ruling: Ruling, box: Box) -> Ruling:
    """Return a ruling along the longer side of a box, at its middle."""
    if box.width >= box.height:
        middle = (box.y0 + box.y1) / 2
        return replace(ruling, x0=box.x0, y0=middle, x1=box.x1, y1=middle)
    middle = (box.x0 + box.x1) / 2
    return replace(ruling, x0=middle, y0=box.y0, x1=middle, y1=box.y1)


def lay_in(page: Page, read: Page, box: Box) -> Page:
    """Return a page with a picture's reading in its place; what the page itself rules there is the picture's frame."""
    if not read.glyphs:
        return page

    def beside(rulings: Iterable[Ruling]) -> tuple[Ruling, ...]:
        """Return the rulings that do not lie in the picture."""
        return tuple(r for r in rulings if not box.contains((r.x0 + r.x1) / 2, (r.y0 + r.y1) / 2))

    return replace(
        page,
        glyphs=(*page.glyphs, *read.glyphs),
        rulings=(*beside(page.rulings), *read.rulings),
        candidates=(*beside(page.candidates), *read.candidates),
        source="ocr",
        reader=f"{page.reader}+{read.reader}" if page.glyphs else read.reader,
        grid_reader=page.grid_reader if page.rulings else read.grid_reader,
    )


SIGNS = frozenset("%％‰℃≥≤＞＜")
"""Signs that say something by themselves."""


def _is_part(glyph: Glyph, line: Glyph) -> bool:
    """Tell whether a character is in a line that was read; the ink of a point does not reach the middle of its box."""
    reach = 0.0 if glyph.text[:1].isalnum() else 0.6 * line.box.height
    x, y = glyph.box.center
    return line.box.y0 <= y < line.box.y1 and line.box.x0 - reach <= x < line.box.x1 + reach


def lay_in_outlines(page: Page, read: Page, outlines: Sequence[Box]) -> Page:
    """Return a page with the lines that were read where outlines are; its own rulings stay.

    Where a line is characters in part, it stands for them: a number is not to be put together from both.
    """
    taken = tuple(
        glyph
        for glyph in read.glyphs
        if any(glyph.box.contains(*box.center) or box.contains(*glyph.box.center) for box in outlines)
        and any(sign.isalnum() or sign in SIGNS for sign in glyph.text)
    )
    if not taken:
        return page
    kept = (glyph for glyph in page.glyphs if not any(_is_part(glyph, line) for line in taken))
    return replace(page, glyphs=(*kept, *taken), source="ocr", reader=f"{page.reader}+{read.reader}")


def set_values(read: ReadPage, values: tuple[Glyph, ...]) -> ReadPage:
    """Return a page that is read from its picture with the values of form fields, which are in no picture of ours.

    Their places are those on the page as shown.
    """
    if isinstance(read, PendingPage):
        return replace(read, finish=lambda: _with_values(read.finish(), values))
    return _with_values(read, values)


def _with_values(page: Page, values: tuple[Glyph, ...]) -> Page:
    back = Frame(tuple(np.linalg.inv(np.array(page.frame.matrix).reshape(3, 3)).ravel().tolist()))
    typed = tuple(replace(glyph, box=back.box(glyph.box)) for glyph in _lines_of(values))
    return replace(page, glyphs=(*page.glyphs, *typed), typed=typed)


def _lines_of(values: Iterable[Glyph]) -> list[Glyph]:
    """Return values as lines of text, as recognisers give them: characters that stand beside each other are one."""
    lines: list[Glyph] = []
    for glyph in values:
        before = lines[-1] if lines else None
        if before and abs(before.box.x1 - glyph.box.x0) < 0.5 and abs(before.box.y0 - glyph.box.y0) < 0.5:
            lines[-1] = replace(before, text=before.text + glyph.text, box=before.box.union(glyph.box))
        else:
            lines.append(glyph)
    return lines
