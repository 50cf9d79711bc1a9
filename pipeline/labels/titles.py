"""Titles of forms and of tables like them, the year that a title names, and the line that begins the notes."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.labels.words import BRACKETED, REMEMBERED, form_words, older_forms
from pipeline.records import FormKind

_YEAR_WORD = re.compile(r"20\d{2}年?度?$")
_YEAR = re.compile(
    r"(?<![\d\-—–~至])(20\d{2})\s*年(?!\s*度?\s*\d{1,2}\s*月)|[（(]\s*(20\d{2})\s*[)）]|年度[：:]\s*(20\d{2})(?!\d)"
)
_SPELLED_YEAR = re.compile(r"二[〇○Ｏ0零]([〇○Ｏ0零一二三四五六七八九])([〇○Ｏ0零一二三四五六七八九])\s*年")
_SPELLED_DIGITS = {character: digit for digit, character in enumerate("〇一二三四五六七八九")} | dict.fromkeys(
    "○Ｏ0零", 0
)


def read_year(text: str) -> int | None:
    """Return the year that a title names (`（2024年度）`), or None; a day or a span of years is none."""
    if match := _YEAR.search(text):
        return int(next(group for group in match.groups() if group))
    if match := _SPELLED_YEAR.search(text):
        return 2000 + 10 * _SPELLED_DIGITS[match[1]] + _SPELLED_DIGITS[match[2]]
    return None


_SENTENCE = re.compile(r"[，。；：、,;]")
_ATTACHMENT = re.compile(r"^附(?:件|表)[\d一二三四五六七八九十\-—.]*[：:、]")
_NUMBER_BEHIND = re.compile(r"(?<=表)\d{1,2}$")
LONGEST_TITLE = 40
"""Characters of a title without its brackets; notes that speak of 自评表 are sentences and longer."""


def may_begin_title(text: str) -> bool:
    """Tell whether a line above the title may be its first half, or its year: short, and no sentence."""
    return len(text) <= LONGEST_TITLE and not _SENTENCE.search(text)


def is_title(text: str) -> bool:
    """Tell whether a text line is the title of a form: it ends with the name of the form."""
    words, folded = form_words().title, _fold_title(text)
    return folded.endswith(words.words) and not folded.endswith(words.others)


def is_other_title(text: str) -> bool:
    """Tell whether a text line is the title of a table that is like a form and is none: 绩效运行监控表, 复核表."""
    return _fold_title(text).endswith(form_words().title.others)


def title_kind(title: str) -> FormKind | None:
    """Return the kind of form that a title speaks of; None where it says nothing but 自评表."""
    folded = _fold_title(title)
    kinds = form_words().title.kinds
    return next((kind for kind, words in kinds.items() if any(word in folded for word in words)), None)


@lru_cache(maxsize=REMEMBERED)
def _fold_title(text: str) -> str:
    """Return a title without its year, number and brackets; nothing where a text is too long or a sentence."""
    bare = _ATTACHMENT.sub("", re.sub(r"\s", "", text.translate(older_forms())))
    folded = _NUMBER_BEHIND.sub("", _YEAR_WORD.sub("", BRACKETED.sub("", bare)))
    if len(folded) > LONGEST_TITLE or _SENTENCE.search(folded):
        return ""
    return folded


def starts_notes(text: str) -> bool:
    """Tell whether a text line begins the notes of a form."""
    folded = re.sub(r"\s", "", text)
    return any(folded.startswith((f"{word}：", f"{word}:")) or folded == word for word in form_words().notes)
