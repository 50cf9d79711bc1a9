"""The evidence of a page: its runs, the labels that they spell, its head rows, and its lines, each found once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.layout.fit.bands import HeadRow, find_heads
from pipeline.layout.fit.lines import Lines, page_lines
from pipeline.layout.fit.runs import Run, character_height, find_runs, is_speck, pieces_of_lines, without_page_number
from pipeline.layout.fit.stacks import Stack, find_stacks
from pipeline.models import Page


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page says of its own structure; `em` is the usual height of its lines of text, in points.

    `exact` tells that lines and characters are the file's own, not traced and recognised in a picture; `strokes` are
    the glyphs (by `id`) of a picture that turned out to be pieces of lines.
    """

    runs: Sequence[Run]
    stacks: Sequence[Stack]
    heads: Sequence[HeadRow]
    lying: Lines
    standing: Lines
    em: float
    exact: bool
    strokes: frozenset[int] = frozenset()


def without_strokes(page: Page, strokes: frozenset[int]) -> Page:
    """Return a page without the glyphs (by `id`) that turned out to be pieces of lines: they are no characters."""
    if not strokes:
        return page
    return replace(page, glyphs=tuple(glyph for glyph in page.glyphs if id(glyph) not in strokes))


def without_pieces(page: Page) -> Page:
    """Return a picture's page without what was read along the rulings that it has now: pieces of those."""
    lying, standing = page_lines(replace(page, candidates=()))
    pieces = pieces_of_lines(find_runs(page, standing), lying, standing)
    return without_strokes(page, frozenset(id(glyph) for run in pieces for glyph in run.glyphs))


def gather_evidence(page: Page) -> Evidence:
    """Return the evidence of a page."""
    lying, standing = page_lines(page)
    runs, strokes = without_page_number(find_runs(page, standing), page.height), frozenset[int]()
    if page.source == "ocr":
        drawn, _ = page_lines(replace(page, candidates=()))
        pieces = pieces_of_lines(runs, drawn, standing)
        strokes = frozenset(id(glyph) for run in pieces for glyph in run.glyphs)
        em = character_height(runs)
        runs = [run for run in runs if id(run.glyphs[0]) not in strokes and not is_speck(run, em)]
    stacks = find_stacks(runs, lying, standing)
    heads, em = find_heads(stacks, runs), character_height(runs)
    return Evidence(runs, stacks, heads, lying, standing, em, page.source != "ocr", strokes)
