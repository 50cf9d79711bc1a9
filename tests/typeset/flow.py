"""Cells and paragraphs → lines of text and rulings on pages.

Lines are wrapped by the font's own widths; numbers that do not fit a narrow column are torn. A merged cell or, with
the layout's `breaks`, a row may run over a page break: its text lines are then divided between the pages. `word`
closes the table with rulings on both sides of a break, `browser` cuts them away. Coordinates are points from the top
left.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from .fonts import text_width
from .frame import FRAMES, Look, Stroke, looks
from .layout import Layout
from .sheet import Sheet, SheetCell

TOKENS = re.compile(r"[A-Za-z0-9.,%+\-/_]+|\s+|.")
NO_START = frozenset("，。；：、）》”％%)!！?？;:,")
NO_END = frozenset("（《“(")


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text: the page (from 0), left end and baseline; `spread` is added after every character."""

    page: int
    x: float
    y: float
    text: str
    font: str
    size: float
    spread: float = 0.0


@dataclass(frozen=True, slots=True)
class Edge:
    """One side of one cell on one page; horizontal where `y0 == y1`. No stroke means the layout's usual one."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    stroke: Stroke | None = None


@dataclass(frozen=True, slots=True)
class Fill:
    """The ground of a cell on one page, from 0 (black) to 1 (white)."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    grey: float


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a row or cell that lies on one page; `cut_top` and `cut_bottom` tell that a page break ended it."""

    page: int
    top: float
    bottom: float
    cut_top: bool = False
    cut_bottom: bool = False


@dataclass(slots=True)
class Pages:
    """What was placed so far, and the pen: its page (from 0) and its height on it."""

    layout: Layout
    page: int = 0
    y: float = 0.0
    lines: list[TextLine] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.y = self.layout.top_margin

    @property
    def bottom(self) -> float:
        return self.layout.page_size[1] - self.layout.bottom_margin

    @property
    def room(self) -> float:
        return self.bottom - self.y

    def turn(self) -> None:
        """Go on at the top of a new page."""
        self.page, self.y = self.page + 1, self.layout.top_margin


def wrap_line(text: str, width: float, font: str, size: float) -> list[str]:
    """Break one paragraph into lines of at most `width` points; a word longer than that is torn."""
    lines, line = [], ""
    for token in TOKENS.findall(text):
        if text_width(line + token.rstrip(), font, size) <= width:
            line += token
            continue
        if text_width(token, font, size) > width:
            for character in token:
                if line and text_width(line + character, font, size) > width:
                    lines.append(line)
                    line = ""
                line += character
            continue
        if (token in NO_START and len(line) > 1) or (line and line[-1] in NO_END and len(line) > 1):
            lines.append(line[:-1])
            line = line[-1] + token
        else:
            lines.append(line)
            line = token.lstrip()
    return [*lines, line] if line.strip() or not lines else lines


def wrap(text: str, width: float, font: str, size: float) -> list[str]:
    """Break a cell's text into lines, at its forced breaks and where it does not fit; no lines for no text."""
    return [part for line in text.split("\n") for part in wrap_line(line, width, font, size)] if text else []


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet scaled to the page: the measures that placing its rows needs, in points."""

    sheet: Sheet
    layout: Layout
    font: str
    left: float
    width: float
    wrapped: dict[SheetCell, list[str]]
    looks: dict[SheetCell, Look]

    @property
    def step(self) -> float:
        return self.layout.size * self.layout.leading

    def height(self, lines: int) -> float:
        """Height of a cell with that many lines; an empty cell is as high as one line."""
        return max(self.layout.row_height, max(1, lines) * self.step + 2 * self.layout.padding)

    def capacity(self, piece: Piece) -> int:
        """Number of lines that fit into a piece of a cell."""
        return max(0, int((piece.bottom - piece.top - 2 * self.layout.padding + 0.01) / self.step))

    def span(self, cell: SheetCell) -> tuple[float, float]:
        """Left and right end of a cell."""
        return self.left + cell.left * self.width, self.left + cell.right * self.width


def scale_sheet(sheet: Sheet, layout: Layout, font: str) -> Grid:
    """Fit a sheet between the side margins and wrap its texts."""
    width = layout.page_size[0] - 2 * layout.side_margin
    inner = 2 * layout.padding
    wrapped = {
        cell: wrap(cell.text, (cell.right - cell.left) * width - inner, font, layout.size) for cell in sheet.cells
    }
    dressed = looks(FRAMES[layout.frame], sheet) if layout.frame else {}
    return Grid(sheet, layout, font, layout.side_margin, width, wrapped, dressed)


def row_heights(grid: Grid) -> list[float]:
    """Return heights in which every text of a form has room, by a line too many rather than too few."""
    needed = {cell: grid.height(len(lines) + (len(lines) > 1)) for cell, lines in grid.wrapped.items()}
    heights = [
        max(needed[c] for c in grid.sheet.cells if c.row == r and c.rowspan == 1) for r in range(grid.sheet.rows)
    ]
    for cell in (cell for cell in grid.sheet.cells if cell.rowspan > 1):
        last = cell.row + cell.rowspan - 1
        heights[last] += max(0.0, needed[cell] - sum(heights[cell.row : last + 1]))
    return heights


RowPieces = dict[int, list[Piece]]


def cell_pieces(cell: SheetCell, placed: RowPieces) -> list[Piece]:
    """Join the pieces of a cell's rows into one piece per page."""
    joined: list[Piece] = []
    for row in range(cell.row, cell.row + cell.rowspan):
        for piece in placed.get(row, ()):
            if joined and joined[-1].page == piece.page:
                last = joined[-1]
                joined[-1] = Piece(piece.page, last.top, piece.bottom, last.cut_top, piece.cut_bottom)
            else:
                joined.append(piece)
    return [
        Piece(p.page, p.top, p.bottom, p.cut_top or at > 0, p.cut_bottom or at < len(joined) - 1)
        for at, p in enumerate(joined)
    ]


def rest_of(grid: Grid, cell: SheetCell, placed: RowPieces, page: int, y: float) -> float:
    """Height that a cell still needs from `y` downwards on a page, given where its earlier rows are."""
    left, start = len(grid.wrapped[cell]), y
    for piece in cell_pieces(cell, placed):
        if piece.page == page:
            start = piece.top
        else:
            left -= grid.capacity(piece)
    return grid.height(left) - (y - start) if left > 0 else 0.0


def row_height(grid: Grid, row: int, placed: RowPieces, page: int, y: float) -> float:
    """Height of a row: its own cells, and the merged cells that end in it."""
    ending = [c for c in grid.sheet.cells if c.row + c.rowspan - 1 == row]
    needed = [rest_of(grid, cell, placed, page, y) for cell in ending]
    return max([grid.height(1), *needed])


def split_row(grid: Grid, row: int, placed: RowPieces, pages: Pages) -> list[Piece]:
    """Divide a row between the rest of this page and the next ones."""
    pieces: list[Piece] = []
    height = row_height(grid, row, placed, pages.page, pages.y)
    while height > pages.room:
        whole = grid.height(int((pages.room - 2 * grid.layout.padding) / grid.step))
        bottom = pages.bottom if grid.layout.breaks == "browser" else pages.y + whole
        pieces.append(Piece(pages.page, pages.y, bottom, cut_top=bool(pieces), cut_bottom=True))
        pages.turn()
        height = row_height(grid, row, placed | {row: pieces}, pages.page, pages.y)
    return [*pieces, Piece(pages.page, pages.y, pages.y + height, cut_top=True)]


def may_split(grid: Grid, row: int, pages: Pages) -> bool:
    """Tell whether a row is split here: the layout wants it or no page holds it, and only a part of its lines fit."""
    lines = max(len(grid.wrapped[c]) for c in grid.sheet.cells if c.row == row and c.rowspan == 1)
    fit = int((pages.room - 2 * grid.layout.padding) / grid.step)
    never_fits = grid.height(lines) > pages.bottom - grid.layout.top_margin
    return (never_fits or grid.layout.breaks != "between-rows") and 1 <= fit < lines


def repeat_header(grid: Grid, row: int, pages: Pages) -> None:
    """Draw the indicator header again at the top of a page, where the layout repeats it, beside an empty label."""
    head = [c for c in grid.sheet.cells if c.row == grid.sheet.header_row and c.rowspan == 1]
    if not grid.layout.repeat_header or not grid.sheet.header_row < row < grid.sheet.header_row + head_span(grid):
        return
    piece = Piece(pages.page, pages.y, pages.y + grid.height(max(len(grid.wrapped[c]) for c in head)))
    for cell in head:
        draw_cell(grid, cell, [piece], pages)
    draw_edges(grid, SheetCell(row, 1, 0, head[0].left), piece, pages)
    pages.y = piece.bottom


def head_span(grid: Grid) -> int:
    """Number of rows of the indicator table, its header included."""
    return next(c.rowspan for c in grid.sheet.cells if c.row == grid.sheet.header_row and c.left == 0)


def place_rows(grid: Grid, pages: Pages) -> RowPieces:
    """Give every row its place, turning pages on the way."""
    placed: RowPieces = {}
    for row in range(grid.sheet.rows):
        height = row_height(grid, row, placed, pages.page, pages.y)
        if height <= pages.room:
            placed[row] = [Piece(pages.page, pages.y, pages.y + height)]
        elif may_split(grid, row, pages):
            placed[row] = split_row(grid, row, placed, pages)
        else:
            pages.turn()
            repeat_header(grid, row, pages)
            height = row_height(grid, row, placed, pages.page, pages.y)
            placed[row] = [Piece(pages.page, pages.y, pages.y + height)]
        pages.y = placed[row][-1].bottom
    return placed


def divide_lines(grid: Grid, lines: Sequence[str], pieces: Sequence[Piece]) -> list[tuple[Piece, Sequence[str]]]:
    """Divide a cell's lines between its pieces: a browser keeps them together where they fit, else they run on."""
    largest = max(pieces, key=lambda p: p.bottom - p.top)
    if grid.layout.breaks == "browser" and grid.capacity(largest) >= len(lines):
        return [(largest, lines)]
    divided, at = [], 0
    for piece in pieces:
        take = grid.capacity(piece)
        divided.append((piece, lines[at : at + take]))
        at += take
    if at < len(lines):
        raise ValueError(f"{len(lines) - at} lines of {''.join(lines)!r} have no place")
    return divided


def draw_lines(grid: Grid, cell: SheetCell, piece: Piece, lines: Sequence[str], pages: Pages, *, top: bool) -> None:
    """Set the lines of one piece, centred or from the top."""
    left, right = grid.span(cell)
    size, pad = grid.layout.size, grid.layout.padding
    free = piece.bottom - piece.top - len(lines) * grid.step
    y = piece.top + (pad if top else free / 2) + (grid.step - size) / 2 + size * 0.86
    for line in lines:
        text = line.strip()
        slack = right - left - text_width(text, grid.font, size)
        x = left + (pad if cell.left_aligned else slack / 2)
        whole = grid.layout.justified and cell.left_aligned and line is not grid.wrapped[cell][-1]
        spread = min(size / 4, max(0.0, slack - 2 * pad) / max(1, len(text) - 1)) if whole else 0.0
        pages.lines.append(TextLine(piece.page, x, y, text, grid.font, size, spread))
        y += grid.step


def draw_edges(grid: Grid, cell: SheetCell, piece: Piece, pages: Pages) -> None:
    """Draw the sides of one piece and its ground; a browser leaves the sides out that a page break made."""
    frame = FRAMES[grid.layout.frame] if grid.layout.frame else None
    inset = frame.gap / 2 if frame else 0.0
    (left, right), top, bottom = grid.span(cell), piece.top + inset, piece.bottom - inset
    left, right = left + inset, right - inset
    sides = {
        "left": Edge(piece.page, left, top, left, bottom),
        "right": Edge(piece.page, right, top, right, bottom),
        "top": Edge(piece.page, left, top, right, top),
        "bottom": Edge(piece.page, left, bottom, right, bottom),
    }
    if grid.layout.breaks == "browser":
        cut = {"top": piece.cut_top, "bottom": piece.cut_bottom}
        sides = {side: edge for side, edge in sides.items() if not cut.get(side)}
    if frame is None:
        pages.edges += sides.values()
        return
    look = grid.looks.get(cell, Look())
    if look.fill is not None:
        pages.fills.append(Fill(piece.page, left, top, right, bottom, look.fill))
    strokes = {"left": look.left, "right": look.right, "top": look.top, "bottom": look.bottom}
    strokes |= {side: frame.outer for side, cut in (("top", piece.cut_top), ("bottom", piece.cut_bottom)) if cut}
    pages.edges += [replace(edge, stroke=strokes[side]) for side, edge in sides.items() if strokes[side]]


def draw_cell(grid: Grid, cell: SheetCell, pieces: Sequence[Piece], pages: Pages) -> None:
    """Draw a cell with its text."""
    lines = grid.wrapped[cell]
    for piece in pieces:
        draw_edges(grid, cell, piece, pages)
    if len(pieces) == 1:
        draw_lines(grid, cell, pieces[0], lines, pages, top=grid.layout.top_aligned)
        return
    for piece, part in divide_lines(grid, lines, pieces):
        together = len(part) == len(lines)
        draw_lines(grid, cell, piece, part, pages, top=grid.layout.top_aligned or not together)


def flow_table(sheet: Sheet, font: str, pages: Pages) -> None:
    """Draw the table of one form."""
    grid = scale_sheet(sheet, pages.layout, font)
    placed = place_rows(grid, pages)
    for cell in sheet.cells:
        draw_cell(grid, cell, cell_pieces(cell, placed), pages)


def flow_title(sheet: Sheet, pages: Pages, attachment: str) -> None:
    """Set the lines above a table: 附件 at the left, the title and the year in the middle."""
    layout = pages.layout
    page_width = layout.page_size[0]
    if attachment:
        pages.lines.append(
            TextLine(pages.page, layout.side_margin, pages.y + layout.size, attachment, layout.font, layout.size)
        )
        pages.y += layout.size * 2
    for at, text in enumerate(sheet.title):
        size = layout.title_size if at == 0 else layout.size + 1
        x = (page_width - text_width(text, layout.title_font, size)) / 2
        pages.lines.append(TextLine(pages.page, x, pages.y + size, text, layout.title_font, size))
        pages.y += size * 1.5


def flow_notes(notes: Iterable[str], font: str, pages: Pages) -> None:
    """Set the paragraphs below a table over the full width."""
    layout = pages.layout
    width = layout.page_size[0] - 2 * layout.side_margin
    for line in (part for note in notes for part in wrap_line(note, width, font, layout.size)):
        if pages.room < layout.size * 1.5:
            pages.turn()
        pages.lines.append(TextLine(pages.page, layout.side_margin, pages.y + layout.size, line, font, layout.size))
        pages.y += layout.size * 1.5


def flow_document(sheets: Sequence[Sheet], layout: Layout) -> Pages:
    """Set all forms of a document one after the other."""
    pages = Pages(layout)
    for at, sheet in enumerate(sheets):
        keep = layout.title_size * 3 + layout.size * 6
        if at and (layout.new_page or pages.room < keep):
            pages.turn()
        elif at:
            pages.y += layout.size * 2
        font = layout.second_font if layout.second_font and at % 2 else layout.font
        flow_title(sheet, pages, layout.attachment if at == 0 else "")
        flow_table(sheet, font, pages)
        pages.y += layout.size * 0.6
        if layout.notes_after_each or at == len(sheets) - 1:
            flow_notes(sheet.notes, font, pages)
    flow_margins(pages)
    return pages


def flow_margins(pages: Pages) -> None:
    """Print what the layout wants at the top and at the foot of every page."""
    layout = pages.layout
    width, height = layout.page_size
    size = min(9.0, layout.size)
    for page in range(pages.page + 1):
        if layout.running_head:
            pages.lines.append(TextLine(page, layout.side_margin, 28, layout.running_head, layout.font, size))
        if layout.page_number:
            text = layout.page_number.format(page=page + 1, pages=pages.page + 1)
            x = (width - text_width(text, layout.font, size)) / 2
            pages.lines.append(TextLine(page, x, height - 24, text, layout.font, size))


def merge_edges(edges: Iterable[Edge]) -> list[Edge]:
    """Join the sides of neighbouring cells into long rulings, each drawn once."""
    tracks: dict[tuple[int, bool, float, Stroke | None], list[tuple[float, float]]] = defaultdict(list)
    for e in edges:
        flat = e.y0 == e.y1
        key = (e.page, flat, round(e.y0 if flat else e.x0, 2), e.stroke)
        tracks[key].append((e.x0, e.x1) if flat else (e.y0, e.y1))
    merged = []
    for (page, flat, at, stroke), spans in tracks.items():
        for start, end in join_spans(spans):
            ends = (start, at, end, at) if flat else (at, start, at, end)
            merged.append(Edge(page, *ends, stroke))
    return merged


def join_spans(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Join intervals that touch."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1] + 0.05:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
