"""The values that pass from stage to stage while one document is read.

Every type here is frozen. Boxes are in PDF points (1/72 inch), x to the right and y downwards, with the origin at
the top left of the page *as the stages see it*; `Page.frame` carries them back to the page as it is shown to a
person. Page numbers are 1-based; rows and columns of a table are 0-based. The rows of the dataset are in
`pipeline.records`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Source = Literal["text", "ocr", "docx"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points; `x0 <= x1`, `y0 <= y1`."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Extent along x, in points."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Extent along y, in points."""
        return self.y1 - self.y0

    @property
    def center(self) -> tuple[float, float]:
        """The middle of the box."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def contains(self, x: float, y: float) -> bool:
        """Tell whether the point lies inside; the left and upper edges belong to the box."""
        return self.x0 <= x < self.x1 and self.y0 <= y < self.y1

    def union(self, other: Box) -> Box:
        """Return the smallest box around both."""
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))


Matrix = tuple[float, float, float, float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Frame:
    """How the coordinates of a straightened page map to the page as it is shown.

    `matrix` is a row-major 3 x 3 homography from working points to shown points. A text page needs none (identity);
    a scan that was deskewed, turned or rectified carries the inverse of what was done to it.
    """

    matrix: Matrix = IDENTITY

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Map one point."""
        a, b, c, d, e, f, g, h, i = self.matrix
        w = g * x + h * y + i
        return (a * x + b * y + c) / w, (d * x + e * y + f) / w

    def box(self, box: Box) -> Box:
        """Map a box and return the upright box around its image."""
        if self.matrix == IDENTITY:
            return box
        corners = [self.point(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
        xs, ys = [p[0] for p in corners], [p[1] for p in corners]
        return Box(min(xs), min(ys), max(xs), max(ys))


@dataclass(frozen=True, slots=True)
class Glyph:
    """A piece of text with one place: a character of a text layer, or a text line recognised in a picture.

    `confidence` is 1.0 for a text layer. `doubt` says in a word why the reading is uncertain (empty where it is
    not), `alternatives` what other readers made of the same ink.
    """

    text: str
    box: Box
    confidence: float = 1.0
    doubt: str = ""
    alternatives: tuple[str, ...] = ()


Origin = Literal["stroke", "fill", "trace", "inferred"]
"""What a ruling was seen as: a drawn line, the edge of a filled area, a line traced in a picture, or none at all."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight line of the page, horizontal (`y0 == y1`) or vertical (`x0 == x1`), thickness apart.

    `strength` says how surely a line is printed there, from 0 to 1: its darkness against the paper beside it and
    against the page's other rulings, times the share of its length that is printed.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    strength: float = 1.0
    origin: Origin = "stroke"

    @property
    def horizontal(self) -> bool:
        """Whether the line runs along x."""
        return self.y0 == self.y1


@dataclass(frozen=True, slots=True)
class PageIssue:
    """Something a stage noticed and could not settle; it ends in the document's row or in `findings`.

    `place` is where on the page it is, where it is about one place.
    """

    code: str
    message: str
    page: int | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page with its text and its rulings, whatever it came from.

    `number` is 1-based. `width` and `height` are the shown page's, in points. `source` tells where the words come
    from and `reader` which program read them; `grid_reader` says what the rulings are, drawn (`rulings`) or inferred
    by a parser. `placed` is false where the document has no geometry of its own
    (.docx): the boxes then only keep the order and are not published.

    `rulings` are lines that are surely drawn; `candidates` are fainter, broken or shorter ones and the edges of fills,
    which part cells only where words and columns say so too. `overlays` is text that a person sees on the page and
    that belongs to no form: watermarks, the writing of seals. `unread` is where the page's own picture shows ink from
    which no character was read. `typed` are those of the glyphs that are values of form fields, laid out by us: no
    picture of the page shows them.
    """

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rulings: tuple[Ruling, ...]
    source: Source
    reader: str
    frame: Frame = Frame()
    placed: bool = True
    grid_reader: str = "rulings"
    issues: tuple[PageIssue, ...] = ()
    candidates: tuple[Ruling, ...] = ()
    overlays: tuple[Glyph, ...] = ()
    unread: tuple[Box, ...] = ()
    typed: tuple[Glyph, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece of text stands on a page as it is shown. The box is None where the document has no geometry."""

    page: int
    box: Box | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell, stored once with its spans; the filled grid is a view of it (`Table.grid`).

    A cell that runs over a page break owns one place per page. `confidence` is that of its weakest glyph.
    `open_above` and `open_below` tell that a page break has cut the ruling on that side away.
    """

    row: int
    col: int
    rowspan: int
    colspan: int
    text: str
    places: tuple[Place, ...]
    confidence: float = 1.0
    doubt: str = ""
    alternatives: tuple[str, ...] = ()
    source: Source = "text"
    open_above: bool = False
    open_below: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of one ruled table, over one or more pages.

    `reader` names what found the grid (`rulings`, `camelot`, …) and goes into the rows' provenance.
    """

    rows: int
    cols: int
    cells: tuple[Cell, ...]
    places: tuple[Place, ...]
    source: Source
    reader: str
    issues: tuple[PageIssue, ...] = ()

    def __hash__(self) -> int:
        """Tell tables apart by their size and first cells: what is remembered of one is looked up many times."""
        return hash((self.rows, self.cols, len(self.cells), self.places, *(cell.text for cell in self.cells[:8])))

    def grid(self) -> list[list[Cell | None]]:
        """Return `rows` x `cols` positions, each with the cell that covers it, or None where none does."""
        grid: list[list[Cell | None]] = [[None] * self.cols for _ in range(self.rows)]
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.rowspan):
                for col in range(cell.col, cell.col + cell.colspan):
                    grid[row][col] = cell
        return grid

    def beginning(self) -> list[list[Cell]]:
        """Return for each row the cells that begin in it, from left to right."""
        rows: list[list[Cell]] = [[] for _ in range(self.rows)]
        for cell in sorted(self.cells, key=lambda c: c.col):
            rows[cell.row].append(cell)
        return rows


@dataclass(frozen=True, slots=True)
class Reading:
    """One field of a form: its text as printed, where it stands, and how far it can be trusted.

    `first_text` is what was read first where another reading has taken its place, else None. `second_readings` are
    what readers independent of the first one made of the same ink, alike or not.
    """

    text: str
    places: tuple[Place, ...] = ()
    source: Source = "text"
    confidence: float = 1.0
    needs_review: bool = False
    review_reason: str = ""
    alternatives: tuple[str, ...] = ()
    first_text: str | None = None
    second_readings: tuple[str, ...] = ()


# A field that the form does not have is absent from the mapping; one that is printed empty has the text "".
Readings = Mapping[str, Reading]


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One printed row of the indicator table. `row_no` counts from 1 in print order."""

    row_no: int
    readings: Readings
    level1_code: str | None = None
    level2_code: str | None = None


@dataclass(frozen=True, slots=True)
class FundLine:
    """A printed fund line beyond the four kinds that every form may have; `row_no` counts from 5 in print order."""

    row_no: int
    fund_type: str
    readings: Readings


@dataclass(frozen=True, slots=True)
class Form:
    """One form as it is printed, before any value is interpreted.

    `form_no` counts from 1 in the document. `readings` has the single fields (`project_name`, `total_score_raw`,
    …), `funds` the four usual fund types by name, `further_funds` the other printed lines, `notes` the 填报注意事项
    that follow the form. `money_unit` is the unit printed at 项目资金 (`万元` where nothing is printed).
    `unlisted_funds` are the labels of fund rows that print an amount and whose kind no template tells. `fund_parts`
    says by row_no whether a line is one of the parts that make the total; a line that is not in it is not known.
    `rate_in_percent` tells that the head of the execution rate prints the sign that its values then lack,
    `execution_points` are those that the heads of the funds print for it (得分（20分*执行率）).
    """

    form_no: int
    page_first: int
    page_last: int
    readings: Readings
    funds: Mapping[str, Readings]
    indicators: tuple[IndicatorLine, ...]
    notes: str
    money_unit: str
    complete: bool
    reader: str
    year: int | None = None
    district_code: str | None = None
    district: str | None = None
    unlisted_funds: tuple[str, ...] = ()
    further_funds: tuple[FundLine, ...] = ()
    fund_parts: Mapping[int, bool] = field(default_factory=dict)
    form_kind: str = "project"
    template: str | None = None
    has_points: bool = True
    rate_in_percent: bool = False
    execution_points: Decimal | None = None
    issues: tuple[PageIssue, ...] = field(default=())
