"""A page's text as runs: pieces of a line that no wide gap and no drawn vertical divides.

Lengths are points. A run keeps the positions of its glyphs in `Page.glyphs`, so that a doubt about it can be put on
them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.labels.levels import is_level_label
from pipeline.labels.words import REMEMBERED, SECTIONS, find_label
from pipeline.layout.fit.lines import Lines
from pipeline.layout.regions import group_lines, join_glyphs
from pipeline.models import Box, Glyph, Page
from pipeline.text import normalise_text

RUN_GAP = 0.6
"""Share of the glyph height up to which a gap belongs to one run of text."""

LEAST_GAP = 0.1
"""Share of the glyph height that a line needs between two characters to part them."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text on one line with its box."""

    text: str
    box: Box
    glyphs: tuple[Glyph, ...] = ()

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.box.y0 + self.box.y1) / 2


def find_runs(page: Page, verticals: Lines) -> list[Run]:
    """Return the page's runs of text; a glyph that was read from a picture is a run of its own.

    On a page that is text in part, as the names of its two readers tell, single characters are of the text.
    """
    written = [g for g in page.glyphs if g.text.strip()]
    read: list[Run] = []
    if page.source == "ocr":
        lines = [g for g in written if len(g.text) > 1 or "+" not in page.reader]
        read = [Run(normalise_text(g.text), g.box, (g,)) for g in lines]
        written = [g for g in written if len(g.text) == 1] if len(lines) < len(written) else []
    pieces = [piece for line in group_lines(written) for piece in _pieces(line, verticals)]
    return read + [_run(part) for piece in _columns_apart(pieces) for part in _heads_apart(piece)]


def _columns_apart(pieces: Sequence[list[Glyph]]) -> Iterator[list[Glyph]]:
    """Yield the pieces, parted at a small gap where other texts end before it and others begin behind it.

    Texts of two narrow columns may stand closer than words do; that of one column begin, or end, below each other.
    """
    starts = Counter(round(piece[0].box.x0 / ALIGNED) for piece in pieces)
    ends = Counter(round(piece[-1].box.x1 / ALIGNED) for piece in pieces)
    for piece in pieces:
        begun = 0
        for at in range(1, len(piece)):
            left, right = piece[at - 1].box, piece[at].box
            if right.x0 <= left.x1:
                continue
            apart = right.x0 - left.x1 > COLUMN_GAP * min(left.height, right.height) and piece[at - 1].text not in SIGNS
            aligned = apart and _near(starts, right.x0) >= FEW and _near(ends, left.x1) >= FEW
            if aligned or (apart and is_head("".join(glyph.text for glyph in piece[at:]))):
                yield piece[begun:at]
                begun = at
        yield piece[begun:]


def is_head(text: str) -> bool:
    """Tell whether a text is a head by itself: what stands before it is the rest of another (度量 实际完成值)."""
    return len(text) > 2 and any(find_label(section, text) for section in HEADS)


def _near(places: Counter[int], at: float) -> int:
    """Return how many places lie within `ALIGNED` of one, those beside it included."""
    return sum(places[round(at / ALIGNED) + step] for step in (-1, 0, 1))


SIGNS = frozenset("≥≤＞＜><=＝≧≦±")
"""Signs before a number, with a space between them or none."""

COLUMN_GAP, ALIGNED, FEW = 0.35, 1.0, 2
"""Share of the glyph height that may part two columns; points within which texts begin or end at one place; texts that
do so beside a gap which parts columns."""


def _heads_apart(piece: list[Glyph]) -> list[list[Glyph]]:
    """Return the characters of two heads that stand close beside each other (分值（A）得分（分）) each by itself."""
    end = second_head("".join(glyph.text for glyph in piece)) if len(piece) < LONG else 0
    return [piece[:end], piece[end:]] if end else [piece]


LONG = 24
"""Characters from which a text is not two heads beside each other."""

HEADS = ("fund_columns", "goals", "indicators")
"""Sections whose labels stand side by side."""


@lru_cache(maxsize=REMEMBERED)
def second_head(text: str) -> int:
    """Return where the second of two heads begins that a text is made of; 0 where it is none, or one label."""
    if any(find_label(section, text) for section in SECTIONS):
        return 0
    for end in range(2, len(text) - 1):
        if text[end] in "（(" or find_label("sections", text[:end]):
            continue
        for section in HEADS:
            first, second = find_label(section, text[:end]), find_label(section, text[end:])
            if first and second and first != second:
                return end
    return 0


_ITEM = re.compile(r"指标\s*\d|[…．.]{2}")
_FIRST_ITEM = re.compile(r"指标\s*1(?!\d)")


def is_item(text: str) -> bool:
    """Tell whether a name begins as that of another item does (指标2：, ……): it is no further line of the one above."""
    return bool(_ITEM.match(text))


def is_first_item(text: str) -> bool:
    """Tell whether a name is counted as the first of several."""
    return bool(_FIRST_ITEM.match(text))


def _pieces(line: Sequence[Glyph], verticals: Lines) -> Iterable[list[Glyph]]:
    piece: list[Glyph] = []
    for glyph in line:
        if piece and (_parted(piece[-1].box, glyph.box, verticals) or _behind_level(piece, glyph.box)):
            yield piece
            piece = []
        piece.append(glyph)
    if piece:
        yield piece


def _behind_level(piece: Sequence[Glyph], box: Box) -> bool:
    """Tell whether a glyph stands a little apart behind the name of a level: the name of an indicator begins there."""
    gap = box.x0 - piece[-1].box.x1
    return gap > LEVEL_GAP * box.height and is_level_label("".join(glyph.text for glyph in piece))


LEVEL_GAP = 0.15
"""Share of the glyph height that parts the name of a level from what is printed in the next column."""


def _parted(left: Box, right: Box, verticals: Lines) -> bool:
    gap = right.x0 - left.x1
    if gap < 0:
        return False
    height = min(left.height, right.height)
    if gap < LEAST_GAP * height:
        return False
    return gap > RUN_GAP * height or verticals.between(left.center[0], right.center[0], left.center[1])


def _run(glyphs: Sequence[Glyph]) -> Run:
    boxes = [glyph.box for glyph in glyphs]
    box = Box(boxes[0].x0, min([b.y0 for b in boxes]), max([b.x1 for b in boxes]), max([b.y1 for b in boxes]))
    return Run(normalise_text(join_glyphs(glyphs)), box, tuple(glyphs))


_PAGE_NUMBER = re.compile(r"^[\-—–·]?(?:第?\d+页?[,，/]?(?:共?\d+页)?)[\-—–·]?$")
FOOT = 0.85
"""Share of the page's height below which a page number stands."""


def without_page_number(runs: Sequence[Run], height: float) -> list[Run]:
    """Return the runs of a page without its number, where that is all that the lowest line holds."""
    if not runs:
        return []
    lowest = max(runs, key=lambda run: run.middle)
    line = sorted((run for run in runs if run.box.y1 > lowest.box.y0), key=lambda run: run.box.x0)
    text = "".join(run.text for run in line).replace(" ", "")
    above = max((run.box.y1 for run in runs if run not in line), default=0.0)
    alone = len(line) == 1 or "页" in text
    if (
        alone
        and lowest.box.y0 > FOOT * height
        and lowest.box.y0 - above > 0.5 * lowest.box.height
        and _PAGE_NUMBER.match(text)
    ):
        return [run for run in runs if all(run is not other for other in line)]
    return list(runs)


def character_height(runs: Sequence[Run]) -> float:
    """Return the usual height of a line of text, in points; 10 where there is none."""
    heights = sorted(run.box.height for run in runs)
    return heights[len(heights) // 2] if heights else 10.0
