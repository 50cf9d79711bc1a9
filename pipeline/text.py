"""The code points of printed text: the same character is always the same code point, and nothing else changes.

Folded are compatibility and radical forms of ideographs (⽬ U+2F6C, ⻔ U+2ED4, U+F9xx), full-width and mathematical
digits and Latin letters, and Latin ligatures; zero-width characters and the byte order mark are removed. Kept as
printed are punctuation of any width (，：（）％), dashes, white space, comparison signs, squared units (㎡) and circled
numbers (①): they are the form's own typography, and the readers of values know them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_FOLDED_BLOCKS = (
    (0x2E80, 0x2EF3),  # CJK radicals supplement
    (0x2F00, 0x2FD5),  # Kangxi radicals
    (0xF900, 0xFAFF),  # CJK compatibility ideographs
    (0x2F800, 0x2FA1F),  # the same, supplement
    (0xFF10, 0xFF19),  # full-width digits
    (0xFF21, 0xFF3A),  # full-width capitals
    (0xFF41, 0xFF5A),  # full-width small letters
    (0xFB00, 0xFB06),  # Latin ligatures
    (0x1D400, 0x1D7FF),  # mathematical letters and digits
)
_REMOVED_BLOCKS = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x200B, 0x200F),  # zero width, direction marks
    (0x202A, 0x202E),  # direction of embedded text
    (0x2060, 0x2064),  # word joiner, invisible operators
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),  # byte order mark
)


def _character_class(blocks: tuple[tuple[int, int], ...]) -> str:
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in blocks)


_AFFECTED = re.compile(f"[{_character_class(_FOLDED_BLOCKS + _REMOVED_BLOCKS)}]")
_REMOVED = re.compile(f"[{_character_class(_REMOVED_BLOCKS)}]")


@cache
def _radicals() -> dict[str, str]:
    from pipeline.dataset.radicals import Radicals
    from pipeline.vocabulary import load_yaml

    return load_yaml("radicals.yml", Radicals).radicals


def normalise_text(text: str) -> str:
    """Return the text with every character at its usual code point; see the module for what is folded and kept."""
    if text.isascii() or not _AFFECTED.search(text):
        return text
    return _AFFECTED.sub(_fold_character, text)


def _fold_character(match: re.Match[str]) -> str:
    character = match.group()
    if _REMOVED.match(character):
        return ""
    return _radicals().get(character) or unicodedata.normalize("NFKC", character)


def printable(text: str) -> str:
    """Return a text from outside without control characters: names and messages must not steer a terminal."""
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)
