"""What was read in a picture and is no text: pieces of lines, specks, and dirt that runs down the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.layout.fit.lines import Lines
from pipeline.layout.fit.texts.runs import Run, character_height
from pipeline.models import Box

STROKES = frozenset("1lI|丨!-—–−_.,:;'’·iˈ ")
"""What pieces of a dashed or broken ruling are read as."""

FLAT, SHORT = 0.2, 0.6
"""Heights of a line below which ink is no letter or digit, and below which it is no digit or high letter."""

ON_LINE = 2.0
"""Distance in points from a line within which a stroke is a piece of it."""

BESIDE_LINE = 3.0
"""The same for a horizontal, which is bent in a photograph; what is written lies farther from the sides of its cell."""

_DASHED = re.compile(r"(?:[-—–−―_~=]\s*){4,}")
"""What a dashed horizontal is read as; a dash that stands for nothing has two strokes at most."""


def pieces_of_lines(runs: Sequence[Run], lying: Lines, standing: Lines) -> list[Run]:
    """Return the runs of a picture that are no characters but pieces of a dotted, dashed or broken line."""
    em = character_height(runs)
    dashes = {id(run) for run in _dashes_below_each_other(runs, em)}
    return [
        run
        for run in runs
        if id(run) in dashes
        or _DASHED.fullmatch(run.text)
        or _is_row_of_dashes(run, em)
        or _is_row_of_dots(run, FLAT * em)
        or _is_piece_of_vertical(run, standing)
        or _is_piece_of_horizontal(run, lying, em)
    ]


def _is_row_of_dots(run: Run, flat: float) -> bool:
    """Tell whether what was read as letters is as flat as a line: no letter is."""
    return run.box.height < flat < run.box.width and not STROKES.union("…").issuperset(run.text)


def _is_row_of_dashes(run: Run, em: float) -> bool:
    """Tell whether strokes are flat and more than two characters wide: no dash that is written is, dots may be."""
    flat = run.box.height < 2 * FLAT * em and run.box.width > LONG_DASH * em
    return flat and STROKES.issuperset(run.text) and not DOTS.issuperset(run.text)


LONG_DASH, DOTS = 2.3, frozenset(".·…。 ")
"""Heights of a line that the longest dash is wide, and what a row of dots is read as, which may be an ellipsis."""


def _is_piece_of_vertical(run: Run, verticals: Lines) -> bool:
    """Tell whether what was read as a character is a piece of a vertical that goes on above and below it."""
    if not STROKES.issuperset(run.text) or run.box.width > 0.6 * max(run.box.height, 6.0):
        return False
    middle, reach = (run.box.x0 + run.box.x1) / 2, 1.5 * run.box.height
    lines = verticals.near(middle - ON_LINE, middle + ON_LINE)
    return any(line.start < run.box.y0 - reach and line.end > run.box.y1 + reach for line in lines)


def _is_piece_of_horizontal(run: Run, horizontals: Lines, em: float) -> bool:
    """Tell whether strokes lie along a line that goes on at one end at least."""
    box = run.box
    if not STROKES.issuperset(run.text) or box.height > 2 * FLAT * em or box.width < box.height:
        return False
    lines = horizontals.near(run.middle - BESIDE_LINE, run.middle + BESIDE_LINE)
    along = [line for line in lines if line.start < box.x1 and line.end > box.x0]
    return any(line.start < box.x0 - em or line.end > box.x1 + em for line in along)


def _dashes_below_each_other(runs: Sequence[Run], em: float) -> Iterator[Run]:
    """Yield the strokes that are the dashes of one vertical: three and more, too low for digits, at a close pitch."""
    low = [r for r in runs if STROKES.issuperset(r.text) and max(r.box.height, r.box.width) < SHORT * em]
    column: list[Run] = []
    for run in [*sorted(low, key=lambda r: (round(r.box.center[0] / ON_LINE), r.box.y0)), None]:
        if run and column and _follows(column[-1].box, run.box, em):
            column.append(run)
            continue
        if len(column) >= DASHES:
            yield from column
        column = [run] if run else []


def _follows(above: Box, below: Box, em: float) -> bool:
    return abs(above.center[0] - below.center[0]) <= ON_LINE and 0 <= below.y0 - above.y1 < em


DASHES = 3
"""Strokes below each other that make a vertical."""


def is_speck(run: Run, em: float) -> bool:
    """Tell whether a run of a picture is a speck: smaller than any character, or than most and read without being sure.

    It is text of the page until it is looked at, but no evidence of rows and columns. `em` is the height of a line.
    """
    size = max(run.box.width, run.box.height)
    return size < TINY * em or (size < SMALL * em and all(glyph.confidence < UNSURE for glyph in run.glyphs))


TINY, SMALL, UNSURE = 0.4, 0.75, 0.5
"""Heights of a line below which nothing is a character, and below which one is a speck that was read with less
confidence than this: it was guessed."""


def find_dirt(runs: Sequence[Run]) -> list[Run]:
    """Return what dirt that runs down a whole picture was read as: unsure texts below each other, beyond all others.

    It is evidence of no row and no column; it stays text of the page, which its confidence doubts.
    """
    unsure, read = [run for run in runs if not is_read(run)], [run.box for run in runs if is_read(run)]
    if len(unsure) < LEAST_DIRT or not read:
        return []
    few = len(read) // 20  # of the dirt some is read surely
    band = sorted(box.y0 for box in read)[few], sorted(box.y1 for box in read)[-1 - few]
    return [run for run in unsure if _in_stripe(run, unsure, band)]


def is_read(run: Run) -> bool:
    """Tell whether the characters of a run were not merely guessed."""
    return any(glyph.confidence >= UNREAD for glyph in run.glyphs) or not run.glyphs


LEAST_DIRT, UNREAD = 8, 0.6
"""Texts below each other that make a stripe of dirt, and the confidence that none of them is read with."""


def _in_stripe(run: Run, unsure: Sequence[Run], band: tuple[float, float]) -> bool:
    """Tell whether unsure texts stand above and below a run all the way from beyond one end of a band to the other."""
    x = run.box.center[0]
    stripe = [other.box for other in unsure if other.box.x0 <= x <= other.box.x1]
    reaches = min(box.y0 for box in stripe) < band[0] and max(box.y1 for box in stripe) > band[1]
    return len(stripe) >= LEAST_DIRT and reaches
