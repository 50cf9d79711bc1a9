"""Lines of one direction as evidence: how far a place is ruled, by whatever was drawn or seen there.

Positions and lengths are points. A line's strength is that of its ruling (`pipeline.models.Ruling`); pieces that meet
are one line, for browsers draw the border of each cell by itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.models import Page, Ruling

NEAR = 1.6
"""Distance within which lines rule one place."""

MEET = 4.0
"""Gap up to which two pieces are one line."""


@dataclass(frozen=True, slots=True)
class Line:
    """A ruling by its position across and its extent along."""

    at: float
    start: float
    end: float
    strength: float

    @property
    def dark(self) -> bool:
        """Whether it divides text by itself."""
        return self.strength >= STRONG


class Lines:
    """Lines of one direction, found by where they stand."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.all = _joined(lines)
        self._places = [line.at for line in self.all]

    def near(self, low: float, high: float) -> Sequence[Line]:
        """Return the lines that stand between two positions, both included."""
        return self.all[bisect_left(self._places, low) : bisect_right(self._places, high)]

    def support(self, at: float, start: float, end: float) -> float:
        """Return how far the stretch from start to end is ruled at a position: 1 is drawn dark from end to end."""
        if end <= start:
            return 0.0
        share = sum(
            line.strength * max(0.0, min(line.end, end) - max(line.start, start))
            for line in self.near(at - NEAR, at + NEAR)
        )
        return min(1.0, share / (end - start))

    def covered(self, at: float, start: float, end: float) -> float:
        """Return the share of the stretch from start to end along which lines stand at a position, however pale."""
        pieces = sorted((max(line.start, start), min(line.end, end)) for line in self.near(at - NEAR, at + NEAR))
        reached, length = start, 0.0
        for low, high in pieces:
            length += max(0.0, high - max(low, reached))
            reached = max(reached, high)
        return length / (end - start) if end > start else 0.0

    def between(self, low: float, high: float, across: float) -> bool:
        """Tell whether a strong line stands between two positions at a height that it covers."""
        return any(_covers(line, across) for line in self.near(low, high))

    def around(self, at: float, across: float) -> tuple[float, float] | None:
        """Return where the strong lines before and behind a position stand that cover a height; None without both."""
        place = bisect_left(self._places, at)
        behind = next((line.at for line in self.all[place:] if _covers(line, across)), None)
        before = next((line.at for line in reversed(self.all[:place]) if _covers(line, across)), None)
        return None if before is None or behind is None else (before, behind)


def _covers(line: Line, across: float) -> bool:
    return line.dark and line.start <= across <= line.end


STRONG = 0.5
"""Strength from which a line divides text by itself."""


def _joined(lines: Iterable[Line]) -> list[Line]:
    """Join pieces that stand at one position and meet; the weaker piece does not weaken the stronger."""
    found: list[Line] = []
    for line in sorted(lines, key=lambda piece: (round(piece.at), piece.start)):
        last = found[-1] if found else None
        if last and abs(last.at - line.at) <= NEAR and line.start - last.end <= MEET and line.strength == last.strength:
            found[-1] = Line(last.at, last.start, max(last.end, line.end), last.strength)
        else:
            found.append(line)
    return sorted(found, key=lambda line: line.at)


EXACT = 0.7
"""Strength of the edge of a filled area in a file that says itself what is drawn: it is there, however pale."""


def page_lines(page: Page) -> tuple[Lines, Lines]:
    """Return a page's horizontal and vertical lines, the drawn ones and the candidates.

    What a text document draws is drawn, whatever its colour; in a picture a pale line is less sure than a dark one.
    """
    by_picture = page.source == "ocr"
    lying: list[Line] = []
    standing: list[Line] = []
    for rulings, sure in ((page.rulings, 1.0), (page.candidates, EXACT)):
        for ruling in rulings:
            lines = lying if ruling.horizontal else standing
            lines.append(_as_line(ruling, ruling.strength if by_picture else sure))
    level = Lines(lying)
    return level, Lines(standing if by_picture else [*standing, *implied_verticals(level)])


IMPLIED = 0.6
"""Strength of a vertical that is not drawn, but at which horizontals end."""

TALLEST = 120.0
"""Points of a row, at most, beside which a side is implied: lines farther apart say nothing of what is between them."""

LONG = 20.0
"""Points from which a horizontal is one between rows, and no stroke under a word."""


def implied_verticals(lying: Lines) -> Iterator[Line]:
    """Yield the verticals at which horizontals begin or end that lie beside a merged cell.

    In a table with horizontals alone the lines between the rows beside a merged cell begin at its side; each tells of
    the side between the lines above and below it that go on there. The edge of a fill ends where
    the other side of it is filled too, and tells of none.
    """
    lines = [line for line in lying.all if line.end - line.start > LONG and line.strength > EXACT]
    left, right = min((line.start for line in lines), default=0.0), max((line.end for line in lines), default=0.0)
    for line in lines:
        for x in (line.start, line.end):
            if left + MEET < x < right - MEET:
                others = [other.at for other in lines if other.start - NEAR <= x <= other.end + NEAR]
                above = [y for y in others if line.at - TALLEST < y < line.at - NEAR]
                below = [y for y in others if line.at + NEAR < y < line.at + TALLEST]
                if above or below:
                    yield Line(x, above[-1] if above else line.at, below[0] if below else line.at, IMPLIED)


def _as_line(ruling: Ruling, strength: float) -> Line:
    if ruling.horizontal:
        return Line(ruling.y0, min(ruling.x0, ruling.x1), max(ruling.x0, ruling.x1), strength)
    return Line(ruling.x0, min(ruling.y0, ruling.y1), max(ruling.y0, ruling.y1), strength)
