"""Words that differ by a character or two and mean different things: no misreading leads from the one to the other."""

from __future__ import annotations

from functools import cache

from pipeline.labels.words import form_words, missing_marks


@cache
def is_contrary(text: str, label: str) -> bool:
    """Tell whether a text says one word of a contrast of `schemas/form.yml` where the label says another of it.

    Both are folded. 上年完成值 is contrary to 全年完成值; —级指标 is contrary to nothing.
    """
    if missing_marks(text, label):
        return True
    for words in form_words().contrasts:
        said = {word for word in words if word in text}
        meant = {word for word in words if word in label}
        if said and meant and not said & meant:
            return True
    return False
