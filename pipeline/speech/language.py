"""What the program says, in the language of who reads it: English as written, Chinese by `schemas/messages.yml`.

Messages are looked up when they are shown, part by part; the dataset keeps them in English, so that it does not depend
on who ran it. A part that has no translation is shown in English.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pipeline.speech.messages import Messages

Language = Literal["zh", "en"]

PART = "; "
"""What stands between the parts of a message."""


@lru_cache(maxsize=1)
def messages() -> Messages:
    """Read `schemas/messages.yml` once per process, when something is first said in Chinese."""
    from pipeline.speech.messages import Messages
    from pipeline.vocabulary import load_yaml

    return load_yaml("messages.yml", Messages)


def choose_language(wanted: str | None, environment: Mapping[str, str] = os.environ) -> Language:
    """Return the language that was asked for, else that of the locale: Chinese where it names one, else English."""
    if wanted in {"zh", "en"}:
        return "zh" if wanted == "zh" else "en"
    names = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, names), "").lower().startswith("zh") else "en"


_chosen: list[Language] = []


def speak(wanted: str | None) -> None:
    """Speak a language from now on, in this process; None is that of the locale."""
    _chosen[:] = [choose_language(wanted)]


def shown(text: str) -> str:
    """Return a message in the language that is spoken."""
    return translate(text) if _speaks_chinese() else text


def shown_word(word: str) -> str:
    """Return a word of what `jixiao status` says in the language that is spoken; names are nobody's words."""
    return messages().words.get(word, word) if _speaks_chinese() else word


def _speaks_chinese() -> bool:
    return (_chosen[0] if _chosen else choose_language(None)) == "zh"


def translate(text: str) -> str:
    """Return a message in Chinese, as far as its parts are known."""
    parts = [(_translate_part(part), part) for part in text.split(PART)]
    if all(chinese is None for chinese, _ in parts):
        return text
    return "；".join(part if chinese is None else chinese for chinese, part in parts)


def _translate_part(text: str) -> str | None:
    for pattern, chinese in messages().patterns:
        found = pattern.fullmatch(text)
        if found:
            return chinese.format(**found.groupdict())
    head, colon, tail = text.partition(": ")
    if not colon:
        return None
    where, said = _translate_part(head), _translate_part(tail)
    return f"{where or head}：{said or tail}" if where or said else None


def describe_problem(code: str | None, error: str | None) -> str:
    """Say in Chinese what went wrong with a document and what to do, with the message itself where it says more."""
    words = messages().codes.get(code or "")
    if words is None:
        return translate(error or "")
    said = translate(error or "")
    return f"{words.means}。{words.do}。{f'（{said}）' if said else ''}"
