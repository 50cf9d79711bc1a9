"""A cell's text as the grammar reads it: one spelling of signs and digits, no white space, and what had to be mended.

This folding is for reading only; the `*_raw` columns keep the print. Punctuation that separates clauses stays.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.text import normalise_text

MAX_LENGTH = 400
"""Longer cells are narratives, not values (characters)."""

_ODD = re.compile(
    "[\\s$\\\\\u00a0\u0660-\u1fff\u2010-\u2013\u2212\u223c\u301c\u3000\ua4d0-\uabff\ufe62-\ufe6a"
    "\uff05\uff0a\uff0b\uff0d-\uff0f\uff1c-\uff1e\uff5e\U00010000-\U0001ffff]"
)
_SIGNS = str.maketrans("％﹪＊＋﹢－﹣−‐‑‒–．／＜﹤＝﹦＞﹥～∼〜", "%%*++------../<<==>>~~~")
_TEX = (
    (re.compile(r"\\(?:geqslant|geq|ge)(?![a-z])"), "≥"),
    (re.compile(r"\\(?:leqslant|leq|le)(?![a-z])"), "≤"),
    (re.compile(r"\\(?:sim)(?![a-z])"), "~"),
    (re.compile(r"\\%"), "%"),
    (re.compile(r"\$"), ""),
)
_TORN_NUMBER = re.compile(r"(?<=[0-9])\s+(?=[0-9.])|(?<=[0-9]\.)\s+(?=[0-9])")
_MARKS = re.compile("[¥￥·]|RMB|CNY")
_YUAN_SIGN = re.compile(r"(?:[￥¥]|RMB|CNY)(?=[0-9])")
_MONEY_WRITTEN = re.compile(r"[0-9]\s*(?:[万亿]|元)")
_POINT_IN_COUNTER = re.compile(r"(?<=[人家户车班场件台])·(?=次)")
_WIDE_THOUSANDS = re.compile(r"[^0-9]{0,6}[0-9]{1,3}(?:，[0-9]{3})+(?:\.[0-9]+)?[^0-9，]{0,4}\Z")


class Folded(NamedTuple):
    """Text to read and the flags of what was mended. `foreign` is set where digits of another script stand in it."""

    text: str
    flags: tuple[str, ...] = ()
    foreign: bool = False


def fold_value(text: str) -> Folded:
    """Return the text as the grammar reads it."""
    text = normalise_text(text)
    if _MARKS.search(text):
        text = _fold_marks(text)
    if _ODD.search(text):
        return _fold_odd(text)
    if "，" in text and _WIDE_THOUSANDS.match(text):
        return Folded(text.replace("，", ""), ("thousands_separator_fullwidth",))
    return Folded(text)


def _fold_marks(text: str) -> str:
    """Close 人·次, and leave the sign of the yuan out where the unit is written too; alone it stays unread."""
    text = _POINT_IN_COUNTER.sub("", text)
    return _YUAN_SIGN.sub("", text) if _MONEY_WRITTEN.search(text) else text


def _fold_odd(text: str) -> Folded:
    for pattern, sign in _TEX if "$" in text or "\\" in text else ():
        text = pattern.sub(sign, text)
    text, torn = _TORN_NUMBER.subn("", text.strip().translate(_SIGNS))
    text = "".join(text.split())
    flags = ("number_split_by_line_wrap",) if torn else ()
    foreign = any(character.isdigit() and character.isdecimal() and not character.isascii() for character in text)
    if "，" in text and _WIDE_THOUSANDS.match(text):
        return Folded(text.replace("，", ""), (*flags, "thousands_separator_fullwidth"), foreign)
    return Folded(text, flags, foreign)
