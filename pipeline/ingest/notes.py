"""What a person sees on the pages and belongs to no form: watermarks, stamps, the writing of seals, headers, footers.

It was set apart while the pages were read (`Page.overlays`). Here it becomes lines of text, each once: a watermark that
is printed on every page says nothing more the second time.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from pipeline.models import Glyph, Page
from pipeline.text import normalise_text

LONGEST = 2_000
"""Characters that are kept."""

APART = 1.8
"""Distance of two characters' middles, in sides of the larger, from which they are no longer of one line."""


def gather_notes(pages: Iterable[Page]) -> str | None:
    """Return what was set apart on the pages, a line each; None where nothing was."""
    lines = (normalise_text(line) for page in pages for line in _lines(page.overlays))
    text = "\n".join(dict.fromkeys(filter(None, lines)))
    return text[:LONGEST] or None


def _lines(glyphs: Sequence[Glyph]) -> Iterator[str]:
    """Yield the glyphs as they follow each other; a new line begins where one stands far from the one before."""
    line = ""
    before: Glyph | None = None
    for glyph in glyphs:
        if before is not None and _lies_apart(before, glyph):
            yield line
            line = ""
        line += glyph.text
        before = glyph
    yield line


def _lies_apart(one: Glyph, other: Glyph) -> bool:
    side = max(one.box.width, one.box.height, other.box.width, other.box.height)
    return math.dist(one.box.center, other.box.center) > APART * side
