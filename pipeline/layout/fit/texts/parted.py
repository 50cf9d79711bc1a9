"""Texts that a picture's reader took for one and that stand in several columns, parted.

A file that holds its text has the place of each character; of a picture's text there is the box of the line alone. What
is parted is labels, heads or numbers side by side, and lines that the texts above and below them show to be two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.labels.levels import is_level_label
from pipeline.labels.words import find_label
from pipeline.layout.fit.texts.runs import COLUMN_GAP, HEADS, Run, is_head, is_item
from pipeline.layout.fit.texts.specks import STROKES
from pipeline.layout.fit.texts.stacks import begins_word, label_fields, torn_fields


def part_texts(runs: Sequence[Run]) -> list[Run]:
    """Return a picture's runs, those that were read over several columns in pieces."""
    return part_aligned([part for run in runs for text in part_run(run) for part in part_head(text)])


_FIGURE = re.compile(r"\d[\d.,]*%?|[-—]")


def part_run(run: Run) -> list[Run]:
    """Return what a picture's reader took for one text as several, where it is labels or numbers side by side."""
    parts = _between_bars(run.text)
    known = len(parts) > 1
    if not known:
        parts = run.text.split(" ") if " " in run.text else _parted_label(run)
    if len(parts) < 2 or not (known or _are_labels(parts, spaced=_gap(run) > COLUMN_GAP) or _are_figures(parts)):
        return [run]
    return _side_by_side(run, parts)


def _side_by_side(run: Run, parts: Sequence[str]) -> list[Run]:
    """Return a text as parts, each as wide as its characters; the gaps between them share what is left over."""
    box, widths = run.box, [_width(part) for part in parts]
    wide = min(box.height, box.width / (sum(widths) + LEAST_GAP * (len(parts) - 1)))
    gap, x = (box.width - wide * sum(widths)) / (len(parts) - 1), box.x0
    found = []
    for part, width in zip(parts, widths, strict=True):
        found.append(replace(run, text=part, box=replace(box, x0=x, x1=x + wide * width)))
        x += wide * width + gap
    return found


LEAST_GAP = 0.5
"""Characters of the gap between two parts of a text at least."""


def _between_bars(text: str) -> list[str]:
    """Return the parts of a text between lines that were read as characters, where one of them is a label.

    The line before a label may not have been read: the label is then the end of what stands before the next line.
    """
    parts = [part for part in _BAR.split(text) if part]
    if len(parts) > 1:
        parts = [piece for part in parts for piece in _before_label(part)]
    return parts if any(find_label("single", part) or is_head(part) for part in parts) else [text]


def _before_label(text: str) -> tuple[str, ...]:
    """Return a text and the label that it ends with, or the text alone."""
    apart = len(text) > LABEL and not find_label("single", text) and find_label("single", text[-LABEL:])
    return (text[:-LABEL], text[-LABEL:]) if apart else (text,)


LABEL = 4
"""Characters of the labels of a form's first fields."""

_BAR = re.compile(r"\s*[|丨¦]\s*")


def part_head(run: Run) -> list[Run]:
    """Return a picture's text as two where it is a head and, behind a gap, what is the next one, by whatever name.

    So it is where it is the label of a level, and the counted name of an indicator (数量指标 指标1).
    """
    text, box = run.text, run.box
    level = next((at for at in range(4, len(text) - 2) if is_item(text[at:]) and is_level_label(text[:at])), 0)
    if level:
        return _side_by_side(run, [text[:level].rstrip(), text[level:]])
    if box.width < (len(text) + GAP) * box.height or len(text) > LONGEST or begins_word(text):
        return [run]
    ends = range(2, len(text) - SHORTEST_HEAD + 1)
    end = next((at for at in ends if any(find_label(part, text[:at]) for part in HEADS)), 0)
    if not end or begins_word(text[: end + 1]):
        return [run]
    return _side_by_side(run, [text[:end].rstrip(), text[end:]])


GAP, LONGEST, SHORTEST_HEAD = 0.7, 16, 3
"""Heights of a line that a text is wider than its characters where two heads were read as one; characters of both at
most, and of an unknown one at least."""


def part_aligned(runs: Sequence[Run]) -> list[Run]:
    """Return a picture's runs with each in two that was read over two columns, as the texts above and below it tell.

    Some of them begin where it begins and end where its gap begins; others begin, or are centred, where what is behind
    the gap is.
    """
    return [part for run in runs for part in _parted_columns(run, runs)]


def _parted_columns(run: Run, runs: Sequence[Run]) -> list[Run]:
    box, text, reach = run.box, run.text, ALIGNED * run.box.height
    if _gap(run) < COLUMN_GAP or len(text) < SHORTEST:
        return [run]
    beside = [other.box for other in runs if other is not run]
    starting = [other for other in beside if abs(other.x0 - box.x0) < reach]
    places = [at for at, char in enumerate(text) if char == " "] or range(2, len(text))
    for at in places:
        left, right = text[:at], text[at:].strip()
        end, start = box.x0 + _width(left) * box.height, box.x1 - _width(right) * box.height
        above = sum(abs(other.x1 - end) < reach for other in starting)
        behind = any(
            abs(other.x0 - start) < reach or abs(other.center[0] - (start + box.x1) / 2) < 1 for other in beside
        )
        if start - end > COLUMN_GAP * box.height and above >= FEW and behind:
            return _side_by_side(run, [left, right])
    return [run]


SHORTEST, ALIGNED, FEW = 3, 0.25, 2
"""Characters of the shortest text of two columns; heights of a line within which texts begin or end at one place; texts
that do so."""


def _width(text: str) -> float:
    """Return how many characters wide a text is; Latin ones are half as wide."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def _gap(run: Run) -> float:
    """Return the width of the gap in a text, in heights of its line: that of a space, or what is left over."""
    return 1.0 if " " in run.text else run.box.width / max(1.0, run.box.height) - _width(run.text)


def _parted_label(run: Run) -> list[str]:
    """Return the two labels that a text consists of, no space between them, where it is none itself.

    Of a text that is wider than its characters one of the two may be a line of a head that goes on below.
    """
    text = run.text
    if len(text) > LONGEST or label_fields(text):
        return [text]
    pairs = [[text[:at], text[at:]] for at in range(2, len(text) - 1)]
    whole = [pair for pair in pairs if all(map(label_fields, pair))]
    wide = _gap(run) > COLUMN_GAP and not any(char.isascii() for char in text)
    heads = [pair for pair in pairs if wide and any(len(part) >= HEAD and is_head(part) for part in pair)]
    return next(iter([*whole, *heads]), [text])


HEAD = 4
"""Characters from which a head is told in the midst of a text without a space."""


def _are_labels(parts: Sequence[str], spaced: bool) -> bool:
    """Tell whether texts are labels, or lines of some: one is a whole head, or all begin heads."""
    if spaced and any(map(is_head, parts)):
        return True
    if not all(len(part) > 1 and begins_word(part) for part in parts):
        return False
    heads = spaced and all(any(torn_fields(section, part) is not None for section in HEADS) for part in parts)
    return heads or any(map(label_fields, parts))


def _are_figures(parts: Sequence[str]) -> bool:
    """Tell whether all texts are figures; of more than two none may be a piece of a line that was read as 1."""
    return all(map(_FIGURE.fullmatch, parts)) and (len(parts) == 2 or not any(map(STROKES.issuperset, parts)))
