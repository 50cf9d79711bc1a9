"""The evidence of a page: its runs, the labels that they spell, its head rows, and its lines, each found once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.layout.fit.bands import HeadRow, find_heads
from pipeline.layout.fit.hidden import with_hidden
from pipeline.layout.fit.lines import Lines, page_lines
from pipeline.layout.fit.texts.parted import part_texts
from pipeline.layout.fit.texts.runs import (
    Run,
    character_height,
    find_runs,
    without_page_number,
)
from pipeline.layout.fit.texts.specks import find_dirt, is_speck, pieces_of_lines
from pipeline.layout.fit.texts.stacks import Stack, find_stacks
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


def gather_evidence(page: Page, lines: tuple[Lines, Lines] | None = None) -> Evidence:
    """Return the evidence of a page; `lines`, lying and standing, where they are not those of the page."""
    lying, standing = lines or page_lines(page)
    runs, strokes = without_page_number(find_runs(page, standing), page.height), frozenset[int]()
    if page.source == "ocr":
        drawn, _ = page_lines(replace(page, candidates=()))
        pieces = pieces_of_lines(runs, drawn, standing)
        strokes = frozenset(id(glyph) for run in pieces for glyph in run.glyphs)
        em = character_height(runs)
        runs = [run for run in runs if id(run.glyphs[0]) not in strokes and not is_speck(run, em)]
        dirt = {id(run) for run in find_dirt(runs)}
        runs = part_texts([run for run in runs if id(run) not in dirt])
    stacks = find_stacks(runs, lying, standing)
    heads, em = find_heads(stacks, runs), character_height(runs)
    if page.source == "ocr":
        heads = [with_hidden(head, runs, _end_of(head, heads, stacks), em) for head in heads]
    return Evidence(runs, stacks, heads, lying, standing, em, page.source != "ocr", strokes)


def _end_of(head: HeadRow, heads: Sequence[HeadRow], stacks: Sequence[Stack]) -> float:
    """Return where the rows below a head end: at a total, or the next head."""
    ends = [*(stack.box.y0 for stack in stacks if stack.field("total")), *(other.box.y0 for other in heads)]
    return min((y for y in ends if y > head.box.y1), default=float("inf"))
