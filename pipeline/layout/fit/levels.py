"""Merged cells of the first and second level: which rows a label covers.

Drawn lines in the label's own column decide where there are any; else each label covers the rows around it, its text
standing in their middle or at their top, whichever explains all labels of the column better.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from pipeline.labels.levels import first_level
from pipeline.layout.fit.columns import Carried, Sides, in_column
from pipeline.layout.fit.drawing import Band, Drawing, runs_within
from pipeline.layout.fit.page import Evidence
from pipeline.layout.fit.rows.blocks import LOOSE, lines_of, pile_blocks
from pipeline.layout.fit.texts.runs import Run, is_first_item, is_item
from pipeline.layout.regions import bounding_box

ANCHORS = ("weight_raw", "score_raw")
"""Columns whose numbers never wrap: each is a row."""


class Span(NamedTuple):
    """A row or a label: its top and bottom in points, and the first level that its words belong to, where they tell."""

    top: float
    bottom: float
    kind: str | None = None

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a column beside its labels: the rows at whose top a line is drawn, and a cell beside it begins.

    `goes_on` tells that its first cell may have its label on the page before; `counted` that the starts are the rows
    at which names are numbered from one again; `breaks_off` that its last cell goes on on the next page.
    """

    drawn: frozenset[int] = frozenset()
    starts: frozenset[int] = frozenset()
    goes_on: bool = False
    counted: bool = False
    breaks_off: bool = False


def label_bounds(rows: Sequence[Span], labels: Sequence[Span], seen: Seen) -> set[int]:
    """Return the rows (from 1) at whose top a new cell of the column begins.

    Rows and labels are given from top to bottom. A label rarely cuts a cell of the column beside it in two, and hardly
    ever stands for rows of another level.
    """
    if not labels:
        return set(seen.drawn)
    limits = [0, *sorted(seen.drawn), len(rows)]
    bounds = set(seen.drawn)
    for first, end in itertools.pairwise(limits):
        inside = [label for label in labels if rows[first].top <= label.middle <= rows[end - 1].bottom]
        goes_on = seen.goes_on and not first and not (seen.counted and 0 in seen.starts)
        if len(inside) > 1 or (inside and goes_on):
            starts = Starts(frozenset(start - first for start in seen.starts), COUNTED if seen.counted else CUT)
            whole = not (seen.breaks_off and end == len(rows))
            shares = Shares(rows[first:end], inside, starts, whole, _margin(rows[first:end], inside))
            bounds |= {first + at for at in _shared_out(shares, goes_on)}
    return bounds


@dataclass(frozen=True, slots=True)
class Starts:
    """The rows at which a cell is likely to begin, and what it costs (points) to let one begin elsewhere."""

    rows: frozenset[int]
    cut: float

    def cost(self, row: int) -> float:
        """Return what it costs that a cell begins at a row."""
        return self.cut if row and row not in self.rows and self.rows else 0.0

    def below(self, row: int) -> Starts:
        """Return the starts counted from a row on."""
        return Starts(frozenset(start - row for start in self.rows), self.cut)


CUT, COUNTED = 3.0, 8.0
"""Points that labels must stand better for if they cut a cell of the column beside theirs, or one item from another
that is counted on from it."""


FOREIGN = 12.0
"""Points that a label must stand better for with each row that belongs to another level by its own words."""

BROKEN_OFF = 0.3
"""Weight of the place of the last label where its cell goes on on the next page: it may stand anywhere in its part."""


Place = Literal["middle", "first row", "hanging"]
PLACES: tuple[Place, ...] = ("middle", "first row", "hanging")
"""Labels stand in the middle of their cells, or in the middle of their first row, or hang from the top."""

HANGING = 0.6
"""Heights of the lowest label by which one that hangs may begin below the top of its cell."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Rows that are to be shared out over labels; `whole` tells that the last cell ends with them.

    `margin` is how far (points) below the top of its row a label begins if it hangs from there.
    """

    rows: Sequence[Span]
    labels: Sequence[Span]
    starts: Starts
    whole: bool
    margin: float

    def below(self, row: int) -> Shares:
        """Return the rows from one on, over the same labels."""
        return Shares(self.rows[row:], self.labels, self.starts.below(row), self.whole, self.margin)

    def cost(self, label: int, first: int, end: int, place: Place) -> float:
        """Return how far (points) a label stands from its place in rows `first` to `end`, and what speaks against them.

        `place` is where labels stand in their cells.
        """
        row, bottom, own = self.rows[first], self.rows[end - 1].bottom, self.labels[label]
        if place == "hanging":
            off = abs(own.top - row.top - self.margin)
        else:
            off = abs(own.middle - ((row.top + bottom) / 2 if place == "middle" else row.middle))
        last = label == len(self.labels) - 1
        far = off * (1.0 if self.whole or not last else BROKEN_OFF)
        kind = own.kind
        foreign = sum(kind is not None and row.kind not in {None, kind} for row in self.rows[first:end])
        return far + self.starts.cost(first) + FOREIGN * foreign


def _margin(rows: Sequence[Span], labels: Sequence[Span]) -> float:
    """Return how far below the tops of rows most labels begin; not more than a text that hangs from there may."""
    tops = sorted(label.top - row.top for label in labels for row in rows if row.top <= label.top + 1 < row.bottom)
    least = min(label.bottom - label.top for label in labels)
    return max(0.0, min(tops[len(tops) // 2], HANGING * least)) if tops else 0.0


def _shared_out(shares: Shares, goes_on: bool) -> set[int]:
    """Share rows out over labels, each of which gets at least one; the first rows may be those of a label before."""
    rows, labels = len(shares.rows), len(shares.labels)
    if labels >= rows:
        return set(range(1, rows))
    options = [_best_share(shares, place) for place in PLACES]
    for before in range(1, rows - labels + 1) if goes_on else ():
        for place in PLACES:
            cost, bounds = _best_share(shares.below(before), place)
            cost += UNLABELLED + shares.starts.cost(before)
            options.append((cost, {before, *(before + at for at in bounds)}))
    return min(options, key=lambda option: option[0])[1]


UNLABELLED = 6.0
"""Points that labels must stand better for if the first rows are taken to have theirs on the page before."""


def _best_share(shares: Shares, place: Place) -> tuple[float, set[int]]:
    """Return the least cost and the bounds, `place` being where labels stand in their cells."""
    rows, labels = len(shares.rows), len(shares.labels)

    @cache
    def best(label: int, first: int) -> tuple[float, tuple[int, ...]]:
        """The least cost of sharing the rows from `first` out over the labels from `label`, and the bounds."""
        if label == labels - 1:
            return shares.cost(label, first, rows, place), ()
        options = []
        for end in range(first + 1, rows - (labels - label - 2)):
            rest, bounds = best(label + 1, end)
            options.append((shares.cost(label, first, end, place) + rest, (end, *bounds)))
        return min(options)

    total, bounds = best(0, 0)
    return total, set(bounds)


@dataclass(frozen=True, slots=True)
class Breaks:
    """Whether a page break goes through a table: before its rows on a page, and behind them."""

    before: bool
    behind: bool


def divide_levels(
    columns: Carried, rows: Sequence[Band], body: Sequence[Run], drawing: Drawing, breaks: Breaks
) -> None:
    """Draw the edges of the merged cells of both levels, the second first: the first rarely cuts it."""
    starts = _numbered_anew(columns, rows, body)
    counted = bool(starts)
    names, evidence = columns.named, drawing.evidence
    numbered = _all_numbered(columns, rows, body)
    remnant = breaks.before and not numbered and len(rows) > 1 and not _has_figure(columns, rows[0], body)
    spans = [Span(*row) for row in rows]
    for name in ("level2", "level1"):
        if name not in names:
            continue
        left, right = names[name]
        drawn = frozenset(
            i for i, (top, _) in enumerate(rows) if i and evidence.lying.support(top, left + 1, right - 1) > 0.5
        )
        known, others = _labels_in((left, right), body, evidence)
        rests = [other for other in others if remnant and known and other.middle < rows[0][1]]
        drawn |= {1} if rests else frozenset()
        labels = sorted((*known, *(other for other in others if other not in rests)), key=lambda label: label.middle)
        if name == "level2":
            sure = _are_named(starts, rows, labels, breaks)
            numbered, drawn = numbered and sure, drawn | (starts - {0}) if sure else drawn
        if numbered:
            labels = _one_to_a_part(labels, others, rows, drawn if name == "level2" else starts)
        seen = Seen(drawn, starts, breaks.before, counted or numbered, breaks.behind)
        starts = frozenset(label_bounds(spans, labels, seen))
        counted = False
        spans = _of_kinds(spans, starts, labels)
        for i in starts:
            drawing.lie(rows[i][0], left, right)


def _of_kinds(rows: Sequence[Span], starts: Collection[int], labels: Sequence[Span]) -> list[Span]:
    """Return the rows with the first level that the labels of their cells belong to, where these tell."""
    found: list[Span] = []
    for first, end in itertools.pairwise([0, *sorted(starts), len(rows)]):
        kinds = {label.kind for label in labels if rows[first].top <= label.middle < rows[end - 1].bottom}
        kind = kinds.pop() if len(kinds) == 1 else None
        found += [row._replace(kind=kind) for row in rows[first:end]]
    return found


def _all_numbered(columns: Carried, rows: Sequence[Band], body: Sequence[Run]) -> bool:
    """Tell whether the name of every row is numbered (指标1：, 指标2：, ……), and not all from 1."""
    third = in_column(body, columns.named["level3"]) if "level3" in columns.named else []
    later = any(is_item(run.text) and not is_first_item(run.text) for run in third)
    return later and all(any(is_item(run.text) for run in runs_within(third, row)) for row in rows)


def _one_to_a_part(
    labels: Sequence[Span], pieces: Collection[Span], rows: Sequence[Band], starts: Iterable[int]
) -> list[Span]:
    """Return the labels of a column with those as one that stand in one part of the rows, which begin at `starts`.

    `pieces` are those of them that are no known labels: two known ones in a part stand each beside its own row.
    """
    found: list[Span] = []
    for part in _parts(rows, starts):
        inside = [label for label in labels if part[0] <= label.middle < part[1]]
        if sum(label not in pieces for label in inside) > 1:
            found += inside
        elif inside:
            kinds = {label.kind for label in inside}
            kind = kinds.pop() if len(kinds) == 1 else None
            found.append(Span(min(label.top for label in inside), max(label.bottom for label in inside), kind))
    return found


def _are_named(starts: Iterable[int], rows: Sequence[Band], labels: Sequence[Span], breaks: Breaks) -> bool:
    """Tell whether each part of the rows has a label; the first may have it on the page before."""
    held = [any(top <= label.middle < bottom for label in labels) for top, bottom in _parts(rows, starts)]
    return all(held[1:] if breaks.before else held)


def _parts(rows: Sequence[Band], starts: Iterable[int]) -> list[Band]:
    """Return the top and bottom of each part of the rows; `starts` are the rows at which another begins."""
    bounds = sorted({0, *starts, len(rows)})
    return [(rows[first][0], rows[end - 1][1]) for first, end in itertools.pairwise(bounds)]


def _numbered_anew(columns: Carried, rows: Sequence[Band], body: Sequence[Run]) -> frozenset[int]:
    """Return the rows at which names are counted from one again (指标1：): there a second level begins."""
    third = lines_of(in_column(body, columns.named["level3"])) if "level3" in columns.named else []
    firsts = [run.middle for run in third if is_first_item(run.text)]
    counted = any(is_item(run.text) and not is_first_item(run.text) for run in third)
    at = (i for i, (top, bottom) in enumerate(rows) if any(top <= y < bottom for y in firsts))
    return frozenset(at) if counted else frozenset()


def _has_figure(columns: Carried, row: Band, body: Sequence[Run]) -> bool:
    """Tell whether a row has points; what the page break has left of one has none."""
    figures = [columns.named[name] for name in ANCHORS if name in columns.named]
    return any(in_column(runs_within(body, row), sides) for sides in figures)


def _labels_in(sides: Sides, body: Sequence[Run], evidence: Evidence) -> tuple[list[Span], list[Span]]:
    """Return the labels of a level's column: the known ones, and blocks of other text."""
    mine = {id(run): run for run in in_column(body, sides)}
    known = [s for s in evidence.stacks if s.field("levels") and all(id(run) in mine for run in s.runs)]
    used = {id(run) for stack in known for run in stack.runs}
    blocks = pile_blocks([run for key, run in mine.items() if key not in used], LOOSE * evidence.em)
    others = [bounding_box(run.box for run in block) for block in blocks]
    labels = [Span(stack.box.y0, stack.box.y1, first_level(stack.text)) for stack in known]
    return labels, [Span(box.y0, box.y1) for box in others]
