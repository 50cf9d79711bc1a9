"""A page's text as runs: pieces of a line that no wide gap and no drawn vertical divides.

Lengths are points. A run keeps the positions of its glyphs in `Page.glyphs`, so that a doubt about it can be put on
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.labels.words import is_level_label
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
    """Return the page's runs of text; a glyph that was read from a picture is a run of its own."""
    written = [g for g in page.glyphs if g.text.strip()]
    if page.source == "ocr":
        return [Run(normalise_text(g.text), g.box, (g,)) for g in written]
    return [_run(piece) for line in group_lines(written) for piece in _pieces(line, verticals)]


STROKES = frozenset("1lI|丨!-—一_.,:;'’·")
"""What a piece of a dashed or broken ruling is read as."""


def pieces_of_lines(runs: Sequence[Run], verticals: Lines) -> list[Run]:
    """Return the runs of a picture that are no characters but pieces of a dashed or broken line."""
    return [run for run in runs if _DASHED.fullmatch(run.text) or _is_piece_of_line(run, verticals)]


_DASHED = re.compile(r"(?:[-—–_~=]\s*){4,}")
"""What a dashed horizontal is read as; a dash that stands for nothing has two strokes at most."""


def _is_piece_of_line(run: Run, verticals: Lines) -> bool:
    """Tell whether what was read as a character is a piece of a vertical that goes on above and below it."""
    if not STROKES.issuperset(run.text) or run.box.width > 0.6 * max(run.box.height, 6.0):
        return False
    middle, reach = (run.box.x0 + run.box.x1) / 2, 1.5 * run.box.height
    lines = verticals.near(middle - ON_LINE, middle + ON_LINE)
    return any(line.start < run.box.y0 - reach and line.end > run.box.y1 + reach for line in lines)


ON_LINE = 2.0
"""Distance in points from a line within which a stroke is a piece of it."""


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
    box = Box(boxes[0].x0, min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))
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
