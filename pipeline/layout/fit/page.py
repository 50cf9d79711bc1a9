"""The evidence of a page: its runs, the labels that they spell, its head rows, and its lines, each found once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.labels.words import find_label
from pipeline.layout.fit.bands import HeadRow, find_heads, part_head
from pipeline.layout.fit.hidden import with_hidden
from pipeline.layout.fit.lines import Lines, page_lines
from pipeline.layout.fit.runs import (
    COLUMN_GAP,
    HEADS,
    STROKES,
    Run,
    character_height,
    find_dirt,
    find_runs,
    is_head,
    is_speck,
    pieces_of_lines,
    without_page_number,
)
from pipeline.layout.fit.stacks import Stack, begins_word, find_stacks, label_fields, torn_fields
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


_FIGURE = re.compile(r"\d[\d.,]*%?|[-—]")


def part_run(run: Run) -> list[Run]:
    """Return what a picture's reader took for one text as several, where it is labels or numbers side by side.

    Each part is as wide as its characters; the gaps between them share what is left over.
    """
    parts = _between_bars(run.text)
    known = len(parts) > 1
    if not known:
        parts = run.text.split(" ") if " " in run.text else _parted_label(run)
    if len(parts) < 2 or not (known or _are_labels(parts, spaced=_gap(run) > COLUMN_GAP) or _are_figures(parts)):
        return [run]
    box, widths = run.box, [_width(part) for part in parts]
    wide = min(box.height, box.width / (sum(widths) + 0.5 * (len(parts) - 1)))
    gap, x = (box.width - wide * sum(widths)) / (len(parts) - 1), box.x0
    found = []
    for part, width in zip(parts, widths, strict=True):
        found.append(replace(run, text=part, box=replace(box, x0=x, x1=x + wide * width)))
        x += wide * width + gap
    return found


def _between_bars(text: str) -> list[str]:
    """Return the parts of a text between lines that were read as characters, where one of them is a label.

    The line before a label may not have been read: the label is then the end of what stands before the next line.
    """
    parts = [part for part in _BAR.split(text) if part]
    if len(parts) > 1:
        parts = [piece for part in parts for piece in _before_label(part)]
    return parts if any(find_label("single", part) or is_head(part) for part in parts) else [text]


def _before_label(text: str) -> tuple[str, ...]:
    """Return a text and the label that it ends with, or the text alone."""
    apart = len(text) > LABEL and not find_label("single", text) and find_label("single", text[-LABEL:])
    return (text[:-LABEL], text[-LABEL:]) if apart else (text,)


LABEL = 4
"""Characters of the labels of a form's first fields."""

_BAR = re.compile(r"\s*[|丨¦]\s*")


def part_aligned(runs: Sequence[Run]) -> list[Run]:
    """Return a picture's runs with each in two that was read over two columns, as the texts above and below it tell.

    Some of them begin where it begins and end where its gap begins; others begin, or are centred, where what is behind
    the gap is.
    """
    return [part for run in runs for part in _parted_columns(run, runs)]


def _parted_columns(run: Run, runs: Sequence[Run]) -> list[Run]:
    box, text, reach = run.box, run.text, ALIGNED * run.box.height
    if _gap(run) < COLUMN_GAP or len(text) < SHORTEST:
        return [run]
    beside = [other.box for other in runs if other is not run]
    starting = [other for other in beside if abs(other.x0 - box.x0) < reach]
    places = [at for at, char in enumerate(text) if char == " "] or range(2, len(text))
    for at in places:
        left, right = text[:at], text[at:].strip()
        end, start = box.x0 + _width(left) * box.height, box.x1 - _width(right) * box.height
        above = sum(abs(other.x1 - end) < reach for other in starting)
        behind = any(
            abs(other.x0 - start) < reach or abs(other.center[0] - (start + box.x1) / 2) < 1 for other in beside
        )
        if start - end > COLUMN_GAP * box.height and above >= FEW and behind:
            return [
                replace(run, text=left, box=replace(box, x1=end)),
                replace(run, text=right, box=replace(box, x0=start)),
            ]
    return [run]


SHORTEST, ALIGNED, FEW = 3, 0.25, 2
"""Characters of the shortest text of two columns; heights of a line within which texts begin or end at one place; texts
that do so."""


def _width(text: str) -> float:
    """Return how many characters wide a text is; Latin ones are half as wide."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def _gap(run: Run) -> float:
    """Return the width of the gap in a text, in heights of its line: that of a space, or what is left over."""
    return 1.0 if " " in run.text else run.box.width / max(1.0, run.box.height) - _width(run.text)


def _parted_label(run: Run) -> list[str]:
    """Return the two labels that a text consists of, no space between them, where it is none itself.

    Of a text that is wider than its characters one of the two may be a line of a head that goes on below.
    """
    text = run.text
    if len(text) > LONGEST_LABELS or label_fields(text):
        return [text]
    pairs = [[text[:at], text[at:]] for at in range(2, len(text) - 1)]
    whole = [pair for pair in pairs if all(map(label_fields, pair))]
    wide = _gap(run) > COLUMN_GAP and not any(char.isascii() for char in text)
    heads = [pair for pair in pairs if wide and any(len(part) >= HEAD and is_head(part) for part in pair)]
    return next(iter([*whole, *heads]), [text])


HEAD = 4
"""Characters from which a head is told in the midst of a text without a space."""


LONGEST_LABELS = 16
"""Characters of the longest two labels that are read as one."""


def _are_labels(parts: Sequence[str], spaced: bool) -> bool:
    """Tell whether texts are labels, or lines of some: one is a whole head, or all begin heads."""
    if spaced and any(map(is_head, parts)):
        return True
    if not all(len(part) > 1 and begins_word(part) for part in parts):
        return False
    heads = spaced and all(any(torn_fields(section, part) is not None for section in HEADS) for part in parts)
    return heads or any(map(label_fields, parts))


def _are_figures(parts: Sequence[str]) -> bool:
    """Tell whether all texts are figures; of more than two none may be a piece of a line that was read as 1."""
    return all(map(_FIGURE.fullmatch, parts)) and (len(parts) == 2 or not any(map(STROKES.issuperset, parts)))


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
        runs = [part for run in runs if id(run) not in dirt for text in part_run(run) for part in part_head(text)]
        runs = part_aligned(runs)
    stacks = find_stacks(runs, lying, standing)
    heads, em = find_heads(stacks, runs), character_height(runs)
    if page.source == "ocr":
        heads = [with_hidden(head, runs, _end_of(head, heads, stacks), em) for head in heads]
    return Evidence(runs, stacks, heads, lying, standing, em, page.source != "ocr", strokes)


def _end_of(head: HeadRow, heads: Sequence[HeadRow], stacks: Sequence[Stack]) -> float:
    """Return where the rows below a head end: at a total, or the next head."""
    ends = [*(stack.box.y0 for stack in stacks if stack.field("total")), *(other.box.y0 for other in heads)]
    return min((y for y in ends if y > head.box.y1), default=float("inf"))
