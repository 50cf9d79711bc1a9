"""The pages of a document, each with the grid that explains its words best: its own, or a fitted one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.geometry.apart import close_boxes
from pipeline.geometry.grid import find_grids
from pipeline.labels.titles import is_title
from pipeline.labels.words import is_label
from pipeline.layout.fit.areas import find_areas
from pipeline.layout.fit.columns import Carried
from pipeline.layout.fit.drawing import FITTED
from pipeline.layout.fit.page import Evidence, gather_evidence, without_pieces, without_strokes
from pipeline.layout.fit.structure import fit_page, frame_areas
from pipeline.layout.fit.texts.runs import Run
from pipeline.layout.fit.whole import Cells, close_cells, count_labels, count_misfits
from pipeline.models import Box, Page

ACROSS = 2.0
"""Points by which a text reaches beyond a line at either side to go across it."""

FEWEST_LABELS = 4
"""Labels that make a page one that a form stands on."""


Reread = Callable[[Page], Page | None]
"""Reads a page that was read from its picture once more, words first; None where that cannot be done."""


@dataclass(frozen=True, slots=True)
class FittedPage:
    """A page with the rulings that explain its words, and the evidence that it was read by."""

    page: Page
    evidence: Evidence


def fit_pages(pages: Iterable[Page], reread: Reread) -> Iterator[FittedPage]:
    """Yield the pages with the rulings that explain their words; most pages as they are."""
    before: _Before | None = None
    for read in map(put_boxes_together, pages):
        evidence = _without_running_head(gather_evidence(read), before)
        page = without_strokes(read, evidence.strokes)
        goes_on = before is not None and before.goes_on
        if not page.placed or not (goes_on or _shows_form(evidence)):
            yield FittedPage(page, evidence)
            before = None if page.glyphs else before
            continue
        yield _best(page, evidence, before, reread)
        before = _Before(page, evidence, before if goes_on else None)


def _without_running_head(evidence: Evidence, before: _Before | None) -> Evidence:
    """Return the evidence without the lines at the page's top that the page before has at the same place too."""
    known = before.top_lines if before else frozenset()
    top = sorted(evidence.runs, key=lambda run: run.middle)
    running = {id(run) for run in itertools.takewhile(lambda run: _place(run) in known, top) if not is_label(run.text)}
    return replace(evidence, runs=[run for run in evidence.runs if id(run) not in running]) if running else evidence


def _place(run: Run) -> tuple[str, int, int]:
    return run.text, round(run.box.x0), round(run.middle)


def put_boxes_together(page: Page) -> Page:
    """Return a page whose cells are boxes of their own with the cells of one table, where they make one."""
    joined = close_boxes(page.rulings)
    if not joined:
        return page
    apart, together = find_grids(page.rulings), find_grids(joined)
    cells = [sum(len(grid.cells) for grid in grids) for grids in (apart, together)]
    one = 2 * len(together) < len(apart) and cells[1] > KEPT * cells[0]
    return replace(page, rulings=joined) if one else page


KEPT = 0.9
"""Share of the boxes of a page that are cells of a table when they are put together: they were its cells."""


class _Before:
    """The page before: whether its last form goes on, and with which columns, found out when they are needed."""

    def __init__(self, page: Page, evidence: Evidence, before: _Before | None) -> None:
        self._page, self._evidence, self._before = page, evidence, before
        areas = find_areas(evidence, before is not None)
        last = areas[-1] if areas else None
        begun = before is not None or any(area.heads for area in areas[-1:])
        self.goes_on = last is not None and begun and not last.ended

    @property
    def top_lines(self) -> frozenset[tuple[str, int, int]]:
        """The texts above the first line of the page, or its title, with their places in whole points."""
        runs, lines = self._evidence.runs, [line.at for line in self._evidence.lying.all]
        titles = [run.box.y0 for run in runs if is_title(run.text)]
        top = min([*lines, *titles], default=0.0)
        return frozenset(_place(run) for run in runs if run.middle < top)

    @cached_property
    def columns(self) -> Carried | None:
        """The columns of the part that goes on."""
        carried = self._before.columns if self._before else None
        return fit_page(self._page, self._evidence, carried)[1]


def _best(page: Page, evidence: Evidence, before: _Before | None, reread: Reread) -> FittedPage:
    """Return the page with the rulings that explain most of it: its own, unless others explain more.

    A reading in which fewer labels are found explains less by as many.
    """
    goes_on = before is not None and before.goes_on
    least, best = count_misfits(page, evidence, goes_on), FittedPage(page, evidence)
    if not least:
        return best
    carried, labels = before.columns if before is not None and goes_on else None, count_labels(evidence)
    for choice, words in _explanations(page, evidence, carried, reread):
        known = count_labels(words)
        misfits = count_misfits(choice, words, goes_on) + max(0, labels - known)
        if misfits < least + max(0, known - labels):
            least, best, labels = misfits, FittedPage(choice, words), max(labels, known)
        if not least:
            break
    found = _read_once_more(best, least, goes_on, carried, reread)
    return replace(found, page=without_pieces(found.page)) if page.source == "ocr" else found


def _read_once_more(
    fitted: FittedPage, misfits: int, goes_on: bool, carried: Carried | None, reread: Reread
) -> FittedPage:
    """Return a fitted page of a picture with its words read between the fitted lines, where some went across them.

    So it is where a column has a head that was not read.

    What was read across a line may have hidden a label: the page is divided by the new words too, and the lines that
    fewer of them go across are taken.
    """
    page = fitted.page
    unread = any(not cell.runs for head in fitted.evidence.heads for cell in head.cells)
    if page.source != "ocr" or page.grid_reader != FITTED or not (unread or _count_crossing(page)):
        return fitted
    words = reread(page)
    if words is None:
        return fitted
    again = replace(page, glyphs=words.glyphs)
    evidence = gather_evidence(again, (fitted.evidence.lying, fitted.evidence.standing))
    again = without_strokes(again, evidence.strokes)
    fewer = max(0, count_labels(fitted.evidence) - count_labels(evidence))

    def unexplained(choice: Page) -> tuple[int, int]:
        return count_misfits(choice, evidence, goes_on) + fewer, _count_crossing(choice)

    found = min(fit_page(again, evidence, carried)[0], again, key=unexplained)
    return FittedPage(found, evidence) if unexplained(found)[0] <= misfits else fitted


def _stands_outside(page: Page, fitted: Page, evidence: Evidence) -> bool:
    """Tell whether text of a fitted table stands outside all grids of a picture.

    It was looked for as lines of a page there, not as what cells hold: lines of two cells may be read as one, and a
    dash alone is not found.
    """
    if not fitted.rulings:
        return False
    top, bottom = min(ruling.y0 for ruling in fitted.rulings), max(ruling.y1 for ruling in fitted.rulings)
    cells = Cells(page)
    return any(top < run.middle < bottom and not cells.surround(run) for run in evidence.runs)


def _count_crossing(page: Page) -> int:
    """Count the texts that go across a vertical of the page."""
    verticals = [ruling for ruling in page.rulings if not ruling.horizontal]
    return sum(
        any(
            glyph.box.x0 + ACROSS < ruling.x0 < glyph.box.x1 - ACROSS and ruling.y0 < glyph.box.center[1] < ruling.y1
            for ruling in verticals
        )
        for glyph in page.glyphs
        if len(glyph.text) > 1
    )


def _explanations(
    page: Page, evidence: Evidence, carried: Carried | None, reread: Reread
) -> Iterator[tuple[Page, Evidence]]:
    """Yield the page with other rulings than its own, the nearest to what is drawn first.

    With the sides of cells that are drawn beside them; with its frame closed; with all that may be a line; with what
    its grids leave out divided by its words; all divided by its words. Where a grid had cut the words of a picture, or
    had left them to the detector, they are read again first.
    """
    if closed := close_cells(page, evidence):
        page = replace(page, rulings=(*page.rulings, *closed))
        yield page, evidence
    for rulings in (page.rulings, (*page.rulings, *page.candidates)):
        if rulings:
            yield replace(page, rulings=(*rulings, *frame_areas(evidence, carried))), evidence
    fitted = fit_page(page, evidence, carried)[0]
    again = page.source == "ocr" and page.grid_reader != "words"
    outside = again and _stands_outside(page, fitted, evidence)
    if outside:
        yield from _read_again(page, carried, reread)
    if page.rulings:
        yield _beside_grids(page, fitted), evidence
    if again and not outside:
        yield from _read_again(page, carried, reread)
    yield fitted, evidence


def _read_again(page: Page, carried: Carried | None, reread: Reread) -> Iterator[tuple[Page, Evidence]]:
    """Yield the page divided by its words as they are read where no grid has cut them."""
    if words := reread(page):
        free = gather_evidence(words)
        yield fit_page(without_strokes(words, free.strokes), free, carried)[0], free


def _beside_grids(page: Page, fitted: Page) -> Page:
    """Return a page with its own rulings, and those that were fitted outside the grids that these make."""
    boxes = [grid.box for grid in find_grids(page.rulings)]
    outside = [
        ruling
        for ruling in fitted.rulings
        if not any(_holds(box, (ruling.x0 + ruling.x1) / 2, (ruling.y0 + ruling.y1) / 2) for box in boxes)
    ]
    return replace(fitted, rulings=(*page.rulings, *outside))


def _holds(box: Box, x: float, y: float) -> bool:
    return box.x0 - ACROSS < x < box.x1 + ACROSS and box.y0 - ACROSS < y < box.y1 + ACROSS


def _shows_form(evidence: Evidence) -> bool:
    return bool(evidence.heads) or len(evidence.stacks) >= FEWEST_LABELS
