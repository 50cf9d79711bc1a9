"""The labels that the runs of a page spell: one run, or several beside and below each other.

A label wraps in a narrow cell (`年度资` over `金总额`), stands one character to a line, or is spaced out (`得   分`).
No grid is needed to find it: runs that follow each other closely are put together as long as they go on spelling
labels.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.labels.levels import is_level_label, level_labels
from pipeline.labels.matching import nearest_label
from pipeline.labels.words import REMEMBERED, SECTIONS, find_label, fold_label, section_labels
from pipeline.layout.fit.lines import Lines
from pipeline.layout.fit.texts.runs import Run
from pipeline.layout.regions import bounding_box
from pipeline.models import Box
from pipeline.text import normalise_text

LONGEST = 10
"""Runs that one label is put together from at most."""

BELOW = 1.3
"""Heights of a line that may lie between two lines of one label."""

STANDING = 2.2
"""Heights of a character that may lie between two of a label that is written downwards."""

BESIDE = 6.0
"""Heights of a line that may lie between the spaced-out pieces of one label."""

SPACED = 3
"""Characters of a piece of a spaced-out label at most."""

CLOSE, TIGHT = 1.0, 0.6
"""Heights of a line that may lie between longer pieces of one label, which a gap between columns elsewhere has cut; and
up to which the piece beside is more of the same line in any case, and not what stands in the next column."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A printed label: its text, its box, its runs, and the field that it stands for in each section."""

    text: str
    box: Box
    runs: tuple[Run, ...]
    fields: tuple[tuple[str, str], ...]

    def field(self, section: str) -> str | None:
        """Return the field that the label stands for in a section."""
        for name, field in self.fields:
            if name == section:
                return field
        return None

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.box.y0 + self.box.y1) / 2


def find_stacks(runs: Sequence[Run], horizontals: Lines, verticals: Lines) -> list[Stack]:
    """Return the labels that the runs spell, from top to bottom, no two of which share a run."""
    pieces = _Pieces(runs, horizontals, verticals)
    found = [stack for run in runs if fold_label(run.text) for stack in _spelled(run, pieces)]
    return sorted(_choose(found), key=lambda s: (s.box.y0, s.box.x0))


def _choose(found: Iterable[Stack]) -> Iterator[Stack]:
    """Yield labels of which no two share a run: the choice that explains most characters by the fewest, closest labels.

    Where 年度 and 实际 stand above 指标值 and 完成值, 年度实际完成值 would be one label, but reaches across a column.
    """
    found = list(found)
    claims = Counter(id(run) for stack in found for run in stack.runs)
    contested = [any(claims[id(run)] > 1 for run in stack.runs) for stack in found]
    yield from (stack for stack, rivalled in zip(found, contested, strict=True) if not rivalled)
    rest = [stack for stack, rivalled in zip(found, contested, strict=True) if rivalled]
    rest.sort(key=lambda s: (not _is_known(s), -len(fold_label(s.text)), -len(s.text)))
    while rest:
        rivals = _rivals_of(rest[0], rest)
        yield from (best := _most_said(rivals))
        settled = {id(stack) for stack in rivals} if len(rivals) <= MOST_RIVALS else set()
        taken = {id(run) for stack in best for run in stack.runs}
        rest = [s for s in rest if id(s) not in settled and taken.isdisjoint(map(id, s.runs))]


MOST_RIVALS = 12
"""Labels that compete for runs of which every choice is weighed; of more the longest are taken."""


def _rivals_of(stack: Stack, others: Sequence[Stack]) -> list[Stack]:
    """Return a label and all that compete with it for a run, or with one of its rivals, in their order."""
    runs, rivals = set(map(id, stack.runs)), [stack]
    while found := [s for s in others if not any(s is r for r in rivals) and not runs.isdisjoint(map(id, s.runs))]:
        rivals += found
        runs.update(id(run) for s in found for run in s.runs)
    return [s for s in others if any(s is r for r in rivals)]


def _most_said(rivals: Sequence[Stack]) -> list[Stack]:
    """Return those of some rivals that can stand together and say most; of many rivals the longest alone."""
    if len(rivals) > MOST_RIVALS or not rivals:
        return list(rivals[:1])
    first, rest = rivals[0], rivals[1:]
    runs = set(map(id, first.runs))
    taken = [first, *_most_said([s for s in rest if runs.isdisjoint(map(id, s.runs))])]
    return max(taken, _most_said(rest), key=_said)


def _said(stacks: Sequence[Stack]) -> tuple[int, int, int, int, float]:
    """Return how much some labels explain, known ones first, how few they are, and how whole and how narrow."""
    known = sum(len(fold_label(stack.text)) for stack in stacks if _is_known(stack))
    said = sum(len(fold_label(stack.text)) for stack in stacks)
    whole = sum(len(stack.text) for stack in stacks)  # with the unit in brackets
    return known, said, -len(stacks), whole, -sum(stack.box.width for stack in stacks)


def _is_known(stack: Stack) -> bool:
    """Tell whether a label is one of the known ones, and not merely called like a level (标产出指标)."""
    return any(section != "levels" or field in level_labels() for section, field in stack.fields)


def _spelled(run: Run, pieces: _Pieces) -> Iterator[Stack]:
    """Yield the labels that begin with a run."""
    chains: list[tuple[Run, ...]] = [(run,)]
    while chains:
        chain = chains.pop()
        text = "".join(piece.text for piece in chain)
        label = text if len(chain) > 1 else _as_label(run)
        if fields := label_fields(label):
            yield Stack(label, bounding_box(run.box for run in chain), chain, fields)
        if len(chain) < LONGEST and begins_label(text):
            chains += [(*chain, piece) for piece in pieces.behind(chain, text)]


def _as_label(run: Run) -> str:
    """Return the label that a run is, as read or as another reader made of it; its own text where it is none.

    A misreading is put right only where the recogniser was unsure and one label alone is near. Other readings of a line
    of which the run is a part are none of the run.
    """
    others = (other for glyph in run.glyphs if normalise_text(glyph.text) == run.text for other in glyph.alternatives)
    for text in (run.text, *others):
        if label_fields(text):
            return text
    unsure = any(glyph.confidence < SURE for glyph in run.glyphs)
    return (nearest_label(run.text, NEARLY) if unsure else None) or run.text


SURE = 0.95
"""Confidence from which a text was read surely."""

NEARLY = ("single", "fund_columns", "goals", "indicators", "sections")
"""Sections whose labels are recognised in a misreading."""


class _Pieces:
    """The runs of a page, by their upper edge, and what may part two of them."""

    def __init__(self, runs: Sequence[Run], horizontals: Lines, verticals: Lines) -> None:
        self._runs = sorted(runs, key=lambda run: run.box.y0)
        self._tops = [run.box.y0 for run in self._runs]
        self._horizontals, self._verticals = horizontals, verticals

    def behind(self, chain: Sequence[Run], text: str) -> list[Run]:
        """Return the runs that may go on with a chain's text where it ends: just below it, or beside its last piece.

        Where the same line goes on close by, the label does not go on in the line below.
        """
        last = chain[-1].box
        box = last if len(chain) == 1 else bounding_box(run.box for run in chain)
        reach = slice(
            bisect_left(self._tops, last.y0 - last.height), bisect_right(self._tops, last.y1 + STANDING * last.height)
        )
        right = max(box.x1, last.x1 + self._reach(chain[-1]))
        near = [run for run in self._runs[reach] if run.box.x0 <= right and run.box.x1 >= box.x0]
        below, beside = list[Run](), list[Run]()
        for run in near:
            if not _goes_on(text, run.text) or any(run is piece for piece in chain):
                continue
            if _is_below(run, box, chain[-1]):
                if not self._ruled_between(last, run.box, _shared(run.box, box)):
                    below.append(run)
            elif not _stands(chain) and self._is_beside(run, chain[-1]):
                beside.append(run)
        if any(run.box.x0 - last.x1 <= TIGHT * last.height for run in beside):
            return beside
        return [*beside, *(run for run in below if not self._skips(chain[-1], run))]

    def _skips(self, last: Run, piece: Run) -> bool:
        """Tell whether another text stands between a piece and one far below it: a label goes on with the next line."""
        if piece.box.y0 - last.box.y1 <= BELOW * last.box.height:
            return False
        between = slice(bisect_left(self._tops, last.box.y1 - 1), bisect_left(self._tops, piece.box.y0))
        return any(run.box.x0 < last.box.x1 and run.box.x1 > last.box.x0 for run in self._runs[between])

    def _is_beside(self, run: Run, last: Run) -> bool:
        beside = _is_beside(run, last) and run.box.x0 - last.box.x1 <= self._reach(last)
        return beside and not self._verticals.between(last.box.x1 - 1, run.box.x0 + 1, run.middle)

    def _reach(self, last: Run) -> float:
        """Return how far behind a piece the next one of its label may stand.

        A character that is spread over its cell with the others of its label (分散对齐) is followed by one at any
        distance, up to the side of the cell: between its sides nothing else stands on the line.
        """
        x, y = last.box.x1, last.middle
        if len(last.text) == 1 and (sides := self._verticals.around(x - 1, y)) and self._spread(sides, last):
            return sides[1] - x
        return BESIDE * last.box.height

    def _spread(self, sides: tuple[float, float], last: Run) -> bool:
        """Tell whether single characters are all that stands on a piece's line between two sides."""
        height = last.box.height
        near = slice(bisect_left(self._tops, last.box.y0 - height), bisect_right(self._tops, last.box.y1))
        line = [run for run in self._runs[near] if abs(run.middle - last.middle) < 0.4 * height]
        return all(len(run.text) == 1 for run in line if sides[0] < run.box.center[0] < sides[1])

    def _ruled_between(self, upper: Box, lower: Box, sides: tuple[float, float]) -> bool:
        """Tell whether a line is drawn between two texts; one that is shorter than they are parts no cells."""
        lines = self._horizontals.near(upper.y1 - 1, lower.y0 + 1)
        drawn = sum(max(0.0, min(line.end, sides[1]) - max(line.start, sides[0])) for line in lines if line.dark)
        return drawn > PARTED * (sides[1] - sides[0])


PARTED = 0.7
"""Share of the width of two texts that is ruled between them where they stand in two cells."""


def _stands(chain: Sequence[Run]) -> bool:
    """Tell whether the pieces of a label are written downwards, one character to a line."""
    return all(len(piece.text) == 1 and piece.box.y0 > above.middle for above, piece in itertools.pairwise(chain)) and (
        len(chain) > 1 and len(chain[0].text) == 1
    )


def _shared(a: Box, b: Box) -> tuple[float, float]:
    return max(a.x0, b.x0), min(a.x1, b.x1)


def _is_below(run: Run, above: Box, last: Run) -> bool:
    box, height = run.box, min(run.box.height, last.box.height)
    overlap = min(box.x1, above.x1) - max(box.x0, above.x0)
    far = STANDING if len(run.text) == len(last.text) == 1 else BELOW
    return -0.5 * height <= box.y0 - last.box.y1 <= far * height and overlap > 0.4 * min(box.width, above.width)


def _is_beside(run: Run, last: Run) -> bool:
    gap, height = run.box.x0 - last.box.x1, min(run.box.height, last.box.height)
    if label_fields(run.text) and label_fields(last.text):
        return False  # two labels side by side, though both together may be a third
    short = len(run.text) <= SPACED and len(last.text) <= SPACED and (last.text + run.text).isalpha()
    return abs(run.middle - last.middle) < 0.4 * height and gap >= 0 and (short or gap <= CLOSE * height)


@lru_cache(maxsize=REMEMBERED)
def _goes_on(text: str, piece: str) -> bool:
    """Tell whether a piece may continue a label: as more of its words, or as a remark in brackets behind it."""
    remark = _OPEN.search(text)
    if remark:
        return len(remark.group()) + len(piece) <= REMARK and not BRACKETS.intersection(piece)
    if piece[0] in BRACKETS:
        return True
    return bool(fold_label(piece)) and (not fold_label(text) or begins_word(text + piece))


INCLUDED = "其中"
"""What stands before the name of a fund line that is part of the one above it."""

BRACKETS = frozenset("（([【〔")
_OPEN = re.compile(r"[（(][^（()）]*$")
REMARK = 12
"""Characters of a remark in brackets, at most, that is set in several pieces."""


@lru_cache(maxsize=REMEMBERED)
def label_fields(text: str) -> tuple[tuple[str, str], ...]:
    """Return the sections in which a text is a label, each with the field that it stands for."""
    found = [(section, field) for section in SECTIONS if (field := find_label(section, text))]
    if is_level_label(text) and fold_label(text).count("指标") == 1:
        found.append(("levels", fold_label(text)))
    return tuple(found)


@cache
def _beginnings() -> frozenset[str]:
    words = _words()
    return frozenset(word[:length] for word in words for length in range(1, len(word)))


def _words() -> Iterable[str]:
    return [word for section in SECTIONS for word in section_labels(section)] + list(level_labels())


@cache
def torn_fields(section: str, text: str) -> tuple[tuple[str, str], ...] | None:
    """Return the field of a section whose labels begin with a text, none of several; None where no label does."""
    beginning = fold_label(text)
    begun = [label for label in section_labels(section) if label.startswith(beginning)] if beginning else []
    fields = {field for label in begun if (field := find_label(section, label))}
    return tuple((section, field) for field in fields if len(fields) == 1) if begun else None


@lru_cache(maxsize=REMEMBERED)
def begins_word(text: str) -> bool:
    """Tell whether a text is a label or the beginning of one."""
    folded = fold_label(text).removeprefix(INCLUDED)
    return not folded or folded in _beginnings() or bool(label_fields(text))


def begins_label(text: str) -> bool:
    """Tell whether a text is the beginning of a label, or a whole one behind which its unit or points may follow."""
    return not fold_label(text) or begins_word(text)
