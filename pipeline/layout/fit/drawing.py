"""What has been decided of a page's structure so far: rulings, and the glyphs that an uncertain edge touches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipeline.layout.fit.edges import Edge
from pipeline.layout.fit.page import Evidence
from pipeline.layout.fit.rows.figures import figures_beside
from pipeline.layout.fit.texts.runs import Run
from pipeline.models import Page, Ruling

FITTED = "fitted"
"""The grid reader of a page whose lines were fitted to its words."""

DOUBT = "inferred_columns"
"""Why a field is to be reviewed that stands at an edge for which there is too little evidence."""

Band = tuple[float, float]
"""Top and bottom of a part of a form, or of a row of it, in points."""


@dataclass(slots=True)
class Drawing:
    """The rulings of a page that is being divided by its evidence. Positions are points."""

    evidence: Evidence
    rulings: list[Ruling] = field(default_factory=list)
    _doubted: set[int] = field(default_factory=set)

    def lie(self, y: float, left: float, right: float) -> None:
        """Draw a horizontal."""
        self.rulings.append(Ruling(left, y, right, y, origin="inferred"))

    def stand(self, x: float, band: Band) -> None:
        """Draw a vertical."""
        self.rulings.append(Ruling(x, band[0], x, band[1], origin="inferred"))

    def stand_all(self, edges: Sequence[Edge], band: Band, runs: Iterable[Run]) -> None:
        """Draw the edges of columns; the runs that they cross are doubted, and two numbers that none of them parts."""
        crossing = list(runs)
        for pair in figures_beside(crossing):
            if not any(pair[0].box.center[0] < edge.at < pair[1].box.center[0] for edge in edges):
                self._doubt(pair)
        for edge in edges:
            self.stand(edge.at, band)
            if edge.crossed:
                self._doubt(run for run in crossing if run.box.x0 < edge.at < run.box.x1)

    def doubt_crossed(self, edges: Iterable[Edge], runs: Iterable[Run]) -> None:
        """Doubt the runs that the edges of rows cross."""
        crossing = list(runs)
        for edge in edges:
            if edge.crossed:
                self._doubt(run for run in crossing if run.box.y0 < edge.at < run.box.y1)

    def _doubt(self, runs: Iterable[Run]) -> None:
        self._doubted.update(id(glyph) for run in runs for glyph in run.glyphs)

    def on(self, page: Page) -> Page:
        """Return the page with the drawn rulings in place of its own, and with the doubts."""
        glyphs = tuple(
            replace(glyph, doubt=glyph.doubt or DOUBT) if id(glyph) in self._doubted else glyph for glyph in page.glyphs
        )
        return replace(page, glyphs=glyphs, rulings=tuple(self.rulings), grid_reader=FITTED)


def runs_within(runs: Iterable[Run], band: Band) -> list[Run]:
    """Return the runs whose middle lies in a band."""
    return [run for run in runs if band[0] <= run.middle < band[1]]
