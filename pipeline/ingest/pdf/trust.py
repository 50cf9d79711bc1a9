"""Whether a page's text layer says what the page shows.

Three lies are told apart: a picture of the whole page under invisible text (a "searchable" scan), glyphs without a
usable Unicode map, and text that one reader sees and the other does not (measured on 20 of 3,710 public PDFs).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.ingest.covered import COVERING
from pipeline.models import Glyph

GARBLED = 0.05
"""Share of unmapped characters (cid codes, private use, replacement marks) from which a text layer is not believed."""

COMMON = 0.5
"""Least share of the ideographs that must be in GB 2312 level 1, the 3,755 characters that make up 99 % of running
text; a font whose map is scrambled falls far below."""

ENOUGH = 20
"""Characters from which shares mean something."""


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What pdfium says about a page: characters with ink or without, and the share of it that pictures cover.

    `bare` is a page that has pictures and nothing else.
    """

    characters: int
    picture_share: float
    invisible_share: float
    bare: bool = False

    @property
    def plainly_scanned(self) -> bool:
        """Whether there is nothing that a text layer could say: a picture covers the page and is all of it."""
        return self.bare and self.picture_share >= COVERING


def distrust(glyphs: Sequence[Glyph], facts: PageFacts, ruled: bool) -> str | None:
    """Return why the text layer is not to be used, or None where it is.

    `ruled` tells whether the page draws a table with lines of its own; a scan does not.
    """
    written = [g for g in glyphs if not g.text.isspace()]
    if facts.picture_share >= COVERING and (facts.invisible_share > 0.5 or not ruled):
        return "searchable_scan" if written or facts.invisible_share else "scan"
    if not written:
        return "text_unseen" if facts.characters > ENOUGH else None
    if _garbled_share(written) > GARBLED:
        return "no_unicode_map"
    if not _plausible(written):
        return "implausible_text"
    return None


def _garbled_share(glyphs: Sequence[Glyph]) -> float:
    return sum(map(_unmapped, glyphs)) / len(glyphs)


def _unmapped(glyph: Glyph) -> bool:
    text = glyph.text
    if text.startswith("(cid:"):
        return True
    return any(c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or c < " " for c in text)


def _plausible(glyphs: Sequence[Glyph]) -> bool:
    ideographs = [g.text for g in glyphs if len(g.text) == 1 and "\u4e00" <= g.text <= "\u9fff"]
    if len(ideographs) < ENOUGH:
        return True
    return sum(map(_level_one, ideographs)) >= COMMON * len(ideographs)


def _level_one(char: str) -> bool:
    """Tell whether a character is in level 1 of GB 2312 (rows 16 to 55)."""
    try:
        lead = char.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return 0xB0 <= lead <= 0xD7
