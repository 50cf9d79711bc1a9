"""Ink of a page that no line of its reading accounts for: lines taken for dust, and two lines read as one.

What is paler than all print and does not read as text is dust, or the faint full stop of a sentence. Right beside a
text nobody can say which, so that text is doubted. A picture that is much higher than its characters are wide holds
two lines, of which a recogniser reads one. Boxes may be in any one unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.models import Box, Glyph

PASSED_OVER = "unread_ink"
"""The doubt of a text beside or in which there is ink that nothing was read from."""

BESIDE = 0.7
"""Heights of a text within which ink beside it may be its own."""

ON_LINE = 0.5
"""Share of the height of such ink at least that lies on the line of the text."""

FEWEST = 5
"""Characters that tell how wide they are set."""

HIGH = 1.7
"""Height of a line in widths of its characters from which it is of two lines; the ink of one is 1.3 at most."""

NARROW = 0.5
"""Width of a character that is none of Chinese, in that of one."""


def doubt_beside(glyphs: Iterable[Glyph], dropped: Sequence[Box]) -> list[Glyph]:
    """Return the glyphs with those doubted that stand right beside ink that was dropped, or hold two lines."""
    return [
        replace(glyph, doubt=PASSED_OVER)
        if glyph.text and not glyph.doubt and (_holds_two_lines(glyph) or any(_beside(glyph.box, b) for b in dropped))
        else glyph
        for glyph in glyphs
    ]


def _beside(text: Box, ink: Box) -> bool:
    on_line = min(text.y1, ink.y1) - max(text.y0, ink.y0)
    gap = max(text.x0, ink.x0) - min(text.x1, ink.x1)
    return on_line >= ON_LINE * ink.height and gap <= BESIDE * text.height


def _holds_two_lines(glyph: Glyph) -> bool:
    chars = [char for char in glyph.text if not char.isspace()]
    if len(chars) < FEWEST:
        return False
    widths = sum(NARROW if char.isascii() else 1.0 for char in chars)
    return glyph.box.height > HIGH * glyph.box.width / widths
