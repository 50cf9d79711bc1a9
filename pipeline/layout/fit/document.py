"""The pages of a document, each with the grid that explains its words best: its own, or a fitted one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pipeline.layout.fit.indicators import Carried
from pipeline.layout.fit.page import Evidence, gather_evidence
from pipeline.layout.fit.structure import fit_page
from pipeline.layout.fit.whole import count_misfits
from pipeline.models import Page

FEWEST_LABELS = 4
"""Labels that make a page one that a form stands on."""


Reread = Callable[[Page], Page | None]
"""Reads a page that was read from its picture once more, words first; None where that cannot be done."""


def fit_pages(pages: Iterable[Page], reread: Reread) -> Iterator[Page]:
    """Yield the pages with the rulings that explain their words; most pages as they are."""
    carried: Carried | None = None
    for page in pages:
        fitted, carried = _fit(page, carried, reread)
        yield fitted


def _fit(page: Page, carried: Carried | None, reread: Reread) -> tuple[Page, Carried | None]:
    if not page.placed or not page.glyphs:
        return page, carried
    evidence = gather_evidence(page)
    if not carried and not _shows_form(evidence):
        return page, None
    misfits = count_misfits(page, evidence, carried is not None)
    if not misfits:
        return page, None
    choices = [
        (count_misfits(found, words, carried is not None), found, goes_on)
        for found, words, goes_on in _fitted(page, evidence, carried, reread)
    ]
    least, found, goes_on = min(choices, key=lambda choice: choice[0])
    return (found, goes_on) if least < misfits else (page, None)


def _fitted(
    page: Page, evidence: Evidence, carried: Carried | None, reread: Reread
) -> Iterator[tuple[Page, Evidence, Carried | None]]:
    """Yield the page fitted to its words; where a grid had cut them, to the words as they stand without it first."""
    if page.source == "ocr" and page.grid_reader != "words" and (words := reread(page)):
        free = gather_evidence(words)
        fitted, goes_on = fit_page(words, free, carried)
        yield fitted, free, goes_on
    fitted, goes_on = fit_page(page, evidence, carried)
    yield fitted, evidence, goes_on


def _shows_form(evidence: Evidence) -> bool:
    return bool(evidence.heads) or len(evidence.stacks) >= FEWEST_LABELS
