"""The list of findings of one form, which is printed on one page of A4 and written on.

Room is given out in millimetres, by the gravity of what is listed: as many pictures of the page as find room, large
ones where they are few; what finds none even as a line is named below, so that nothing is missing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.report.cards import FindingCard

ROOM = 204.0
"""Height for the lines of findings: A4 without margins, title, head, head of the table and room to sign."""

LINE, EDGES = 4.4, 2.2
"""Height of a line of text, and what a row takes beside its lines."""

CHARACTERS, WIDE_CHARACTERS = 30, 57
"""Chinese characters in one line of the column, and of the page."""

PICTURES = (("tall", 12.9), ("low", 8.4))
"""Sizes of the pictures, by the name that the style knows, and what they add to a row."""

MOST_ROWS = 12
"""Rows of a form that a printed list names for findings of one kind."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Findings of one kind on one form, as a printed list shows them: the first, how many, and on which rows."""

    first: FindingCard
    count: int
    rows: tuple[int, ...]

    @property
    def where(self) -> str:
        """Say on which rows they are, in Chinese; nothing where they are about the form."""
        if not self.rows:
            return ""
        shown = "、".join(map(str, self.rows[:MOST_ROWS]))
        return f"第 {shown} 行{f' 等 {self.count} 处' if self.count > MOST_ROWS else ''}"

    @property
    def named(self) -> str:
        """The kind and where it is, for a sentence."""
        return f"{self.first.title}（{self.where}）" if self.rows else self.first.title


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """One line of the list; `picture` is the size of the picture of the page below it, empty for none."""

    pack: Bundle
    picture: str


@dataclass(frozen=True, slots=True)
class DoubtSheet:
    """What stands on the page: lines to be written beside, and the kinds that are only named below."""

    rows: tuple[DoubtLine, ...]
    left: tuple[Bundle, ...]
    minor: tuple[Bundle, ...]


def bundle(findings: Iterable[FindingCard]) -> tuple[Bundle, ...]:
    """Return the findings that weigh something, those of one kind and status together, in their order."""
    return _bundle(finding for finding in findings if finding.weight)


def _bundle(findings: Iterable[FindingCard]) -> tuple[Bundle, ...]:
    kinds: dict[tuple[str, str], list[FindingCard]] = {}
    for finding in findings:
        kinds.setdefault((finding.code, finding.status), []).append(finding)
    return tuple(
        Bundle(alike[0], len(alike), tuple(sorted({one.row_no for one in alike if one.row_no})))
        for alike in kinds.values()
    )


def plan_sheet(findings: Sequence[FindingCard], drawn: bool) -> DoubtSheet:
    """Return the page of a form from its findings, the gravest first; `drawn`: there are pictures of its pages."""
    packs, minor = bundle(findings), _bundle(finding for finding in findings if not finding.weight)
    room = ROOM - _below(minor)
    heights = [_height(pack) for pack in packs]
    if sum(heights) > room:
        room -= _below(packs)
    kept = sum(total <= room for total in accumulate(heights))
    spare = room - sum(heights[:kept])
    pictured = [bool(drawn and pack.first.first) for pack in packs[:kept]]
    rows = (DoubtLine(pack, size) for pack, size in zip(packs, _sizes(pictured, spare), strict=False))
    return DoubtSheet(tuple(rows), packs[kept:], minor)


def _sizes(pictured: Sequence[bool], spare: float) -> Iterator[str]:
    """Yield for each row the size of its picture: the largest that all can have, else small ones while they fit."""
    name, height = next((size for size in PICTURES if size[1] * sum(pictured) <= spare), PICTURES[-1])
    for has_one in pictured:
        fits = has_one and height <= spare
        spare -= height if fits else 0
        yield name if fits else ""


def _height(pack: Bundle) -> float:
    one = pack.first
    amount = f"，涉及 {one.amount}" if one.amount else ""
    head = f"{one.title}（{one.status_name}，{pack.where}{amount}）"
    return EDGES + LINE * (_lines(head, CHARACTERS) + _lines(f"如：{one.message}", CHARACTERS))


def _below(packs: Sequence[Bundle]) -> float:
    """Return the height of a sentence that names kinds."""
    said = "；".join(pack.named for pack in packs)
    return EDGES * 2 + LINE * _lines(f"另有  项提示：{said}", WIDE_CHARACTERS) if packs else 0.0


def _lines(text: str, width: int) -> int:
    length = sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.6 for char in text)
    return 1 + int(length / width)
