"""A page whose drawn grid does not explain its words → the same page with rulings that do.

Each part of a form is divided by itself: rows and columns are fitted to the labels, the alignment of the runs and
whatever is drawn. What comes out are rulings like any others; glyphs that an uncertain edge touches are doubted. The
columns of an indicator table go on to the next page (`Carried`).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from pipeline.layout.fit.areas import Area, find_areas
from pipeline.layout.fit.bands import HeadRow, line_above
from pipeline.layout.fit.columns import Carried
from pipeline.layout.fit.drawing import Band, Drawing
from pipeline.layout.fit.indicators import continue_indicators, divide_indicators
from pipeline.layout.fit.page import Evidence
from pipeline.layout.fit.parts import continue_funds, divide_fields, divide_funds, divide_goals, find_section
from pipeline.models import Box, Page, Ruling


def fit_page(page: Page, evidence: Evidence, carried: Carried | None) -> tuple[Page, Carried | None]:
    """Return the page with fitted rulings in place of its own, and the columns that go on to the next page.

    A page on which no label of a form stands, and on which nothing goes on, is returned as it is.
    """
    drawing = Drawing(evidence)
    areas = _areas(evidence, carried)
    for area in areas:
        carried = _divide_area(area, drawing, carried)
    return (drawing.on(page) if areas else page), carried


def _areas(evidence: Evidence, carried: Carried | None) -> list[Area]:
    """Return the forms of a page, the first as wide as before where it goes on."""
    areas = find_areas(evidence, carried is not None)
    return [as_wide(areas[0], carried), *areas[1:]] if carried and areas else areas


def as_wide(area: Area, carried: Carried) -> Area:
    """Return a table that goes on as wide as it was on the page before, where no frame tells its width.

    A frame that stands at one side where it stood, and not at the other, is a line between columns there; so is one
    that stands where two columns met, and one between whose sides the columns would cut more texts than before.
    """
    box = area.box
    wide = replace(area, box=Box(min(box.x0, carried.left), box.y0, max(box.x1, carried.right), box.y1))
    kept = min(abs(box.x0 - carried.left), abs(box.x1 - carried.right)) < SAME_PLACE
    if area.framed and not kept and not _stands_inside(box, carried):
        return min(area, wide, key=lambda table: _cut_texts(table, carried))
    return wide


def _cut_texts(area: Area, carried: Carried) -> int:
    """Return how many texts of a table the columns of the page before would cut."""
    edges = carried.onto(area).edges
    return sum(run.box.x0 + TOUCH < x < run.box.x1 - TOUCH for x in edges for run in area.runs)


TOUCH = 0.8
"""Points by which an edge may reach into a text that it does not cut."""


def _stands_inside(box: Box, carried: Carried) -> bool:
    """Tell whether a side of a frame stands where two columns of the page before met."""
    inner = [edge for edge in carried.edges if carried.left + NARROWEST < edge < carried.right - NARROWEST]
    return any(abs(side - edge) < SAME_PLACE for side in (box.x0, box.x1) for edge in inner)


def frame_areas(evidence: Evidence, carried: Carried | None) -> list[Ruling]:
    """Return the four outer sides of each form of a page, for a table that is drawn without some of them."""
    drawing = Drawing(evidence)
    for area in _areas(evidence, carried):
        _frame(area, drawing)
    return drawing.rulings


NARROWEST = 12.0
"""Points of the narrowest column at a side of a table."""

SAME_PLACE = 2.0
"""Points by which the side of a table may stand elsewhere on the next page."""


def _frame(area: Area, drawing: Drawing) -> None:
    box = area.box
    for y in (box.y0, box.y1):
        drawing.lie(y, box.x0, box.x1)
    for x in (box.x0, box.x1):
        drawing.stand(x, (box.y0, box.y1))


def _divide_area(area: Area, drawing: Drawing, carried: Carried | None) -> Carried | None:
    """Divide one form into its parts and each part into cells; return the columns that go on, if any do."""
    tops = [_top(head, area, drawing.evidence) for head in area.heads]
    if tops and tops[0] > area.box.y0 and all(run.middle > tops[0] for run in area.runs):  # heads are the first row
        area = replace(area, box=replace(area.box, y0=tops[0]))
    box = area.box
    _frame(area, drawing)
    for top in tops:
        if top > box.y0 + 2:
            drawing.lie(top, box.x0, box.x1)
    bands = list(itertools.pairwise([*tops, box.y1]))
    area = _with_section(area, bands, drawing)
    upper = tops[0] if tops else box.y1
    if upper > box.y0 + 2:
        if carried and not any(stack.field("single") for stack in area.stacks if stack.middle < upper):
            go_on = continue_indicators if carried.part == "indicators" else continue_funds
            go_on(carried, area, drawing, (box.y0, upper))
        else:
            divide_fields(area, drawing, (box.y0, upper))
    for head, band in zip(area.heads, bands, strict=True):
        if head.part == "fund_columns":
            carried = divide_funds(head, area, drawing, band)
        elif head.part == "goals":
            divide_goals(head, area, drawing, band)
            carried = None
        else:
            carried = divide_indicators(head, area, drawing, band, carried)
    return None if area.ended else carried


def _with_section(area: Area, bands: Sequence[Band], drawing: Drawing) -> Area:
    """Return an area with the edge of the column that names its parts, where most of those that show one agree."""
    found = [find_section(head, area, drawing, band) for head, band in zip(area.heads, bands, strict=True)]
    shown = sorted(x for x in found if x > area.box.x0)
    agreed = [x for x in shown if abs(x - shown[(len(shown) - 1) // 2]) < NARROW * drawing.evidence.em]
    return replace(area, section=agreed[0]) if 2 * len(agreed) > len(shown) else area


NARROW = 3.0
"""Heights of a line by which parts show the edge of one narrow column elsewhere, where no line is drawn."""


def _top(head: HeadRow, area: Area, evidence: Evidence) -> float:
    """Return where the part of a head begins. The name of its own section does not count: it stands amid the part."""
    names = [stack for stack in area.stacks if stack.field("sections") and stack.middle > head.box.y0]
    beside = {id(run) for stack in (*names, *head.cells) for run in stack.runs}
    runs = [run for run in area.runs if id(run) not in beside]
    return line_above(Box(area.box.x0, head.box.y0, area.box.x1, head.box.y1), runs, evidence.lying)
