"""Pages that are text in one place and a picture in another: pictures of tables, and text that is drawn as outlines.

Such a region is read as a picture and laid into the page; the rest stays as it was read. Strips and mosaics of
pictures are one picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from PIL import Image

from pipeline.geometry.grid import find_grids
from pipeline.ingest.image import shows_paper
from pipeline.ingest.pdf.drawn.fills import is_upright_rectangle
from pipeline.ingest.pdf.drawn.objects import Drawing, Picture
from pipeline.ingest.pdf.drawn.paths import DrawnPath
from pipeline.ingest.pdf.drawn.properties import meet
from pipeline.ingest.pdf.laid_in import lay_in, lay_in_outlines, place_reading
from pipeline.ingest.pending import PendingPage, ReadImage, ReadPage
from pipeline.models import Box, Glyph, Page, PageIssue, Ruling

LEAST_SHARE = 0.08
"""Share of the page from which a picture may hold a table."""

LEAST_SIDE = 60.0
"""Points that either side of such a picture has at least."""

TOUCHING = 1.5
"""Points between pictures that are strips of one."""

MOST_PICTURES = 400
"""Pictures on a page beyond which they are not put together."""

WRITTEN_OVER = 10
"""Characters over a picture from which it is a ground for text, not a picture of one."""

OUTLINE_HEIGHT = (3.0, 45.0)
"""Heights in points of characters that are drawn as outlines, or of lines of them."""

OUTLINE_SEGMENTS = {False: 8, True: 18}
"""Segments from which one subpath may be a character's outline: of straight pieces, with curves. Dots and boxes with
round corners have fewer."""

FEWEST_OUTLINES = 3
"""Outlines that make writing."""

COLORED = 60
"""Difference between a colour's strongest and weakest part (of 255) from which an outline is of a seal or a logo."""

MANY_OUTLINES = 20
"""Outlines that may be writing wherever they stand."""

TITLE_OUTLINES = 6
"""Outlines that may be a title, on a page that has a table."""

FULL = 300
"""Letters and figures of a page that is full of text."""

SMALL_WIDTH = 600
"""Pixels of a picture's longer side when lines are looked for in it."""

LYING_LINES, STANDING_LINES = 3, 2
"""Long lines that a picture of a table shows at least."""

HAIR = 0.4
"""Width of a line, in points, that is drawn on a picture."""

MARGIN = 12
"""Pixels of white that are laid around a picture before it is read."""

Render = Callable[[Box], tuple[Any, float]]
"""Box on the page as shown → its picture (H x W x 3 RGB) and pixels per point."""


@dataclass(frozen=True, slots=True)
class Regions:
    """What of a page is to be read as a picture, in points of the page as shown: pictures, and boxes of outlines."""

    pictures: tuple[Box, ...] = ()
    outlines: tuple[Box, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.pictures or self.outlines)


def find_regions(drawing: Drawing, glyphs: Sequence[Glyph], owners: Sequence[int], page: Box) -> Regions:
    """Return what of a page is to be read as a picture.

    `glyphs` are the characters that are seen on it, `owners` the text objects that draw them; a small picture that
    characters are written on is their ground.
    """
    pictures = [picture.box for picture in drawing.pictures]
    bare = [picture.box for picture in drawing.pictures if not _is_written_on(picture, glyphs, owners, drawing)]
    outlines = (*(path.box for path in drawing.paths if _is_outline(path)), *find_written(bare, page))
    clear = find_clear(pictures, glyphs, page)
    return Regions(clear, outlines if len(outlines) >= FEWEST_OUTLINES else ())


def _is_written_on(picture: Picture, glyphs: Sequence[Glyph], owners: Sequence[int], drawing: Drawing) -> bool:
    if picture.box.height > OUTLINE_HEIGHT[1]:
        return False
    inside = (owner for g, owner in zip(glyphs, owners, strict=True) if picture.box.contains(*g.box.center))
    return any(owner in drawing.texts and drawing.texts[owner].order > picture.order for owner in inside)


def find_written(pictures: Iterable[Box], page: Box) -> tuple[Box, ...]:
    """Return the boxes of pictures that may be characters, or lines of them: some printers draw each as a picture.

    Pieces of a large picture are none.
    """
    shown = [meet(box, page) for box in pictures]
    low, high = OUTLINE_HEIGHT
    small = [box for box in shown if low <= box.height <= high and box.width >= low]
    large = [box for box in join_pictures(shown) if _is_large(box, page)] if len(small) >= FEWEST_OUTLINES else []
    return tuple(box for box in small if not any(whole.contains(*box.center) for whole in large))


def find_clear(pictures: Iterable[Box], glyphs: Sequence[Glyph], page: Box) -> tuple[Box, ...]:
    """Return the boxes of pictures that are large enough to hold a table, and over which nothing is written."""
    joined = join_pictures([meet(box, page) for box in pictures])
    return tuple(box for box in joined if _is_large(box, page) and _count_inside(box, glyphs) < WRITTEN_OVER)


def join_pictures(boxes: Sequence[Box]) -> list[Box]:
    """Return the boxes of pictures, those that touch joined: scanners store a page in strips."""
    joined = [box for box in boxes if box.width > 0 and box.height > 0]
    if len(joined) > MOST_PICTURES:
        return joined
    merged = True
    while merged:
        merged = False
        for one, other in combinations(joined, 2):
            if _touch(one, other):
                joined = [box for box in joined if box is not one and box is not other] + [one.union(other)]
                merged = True
                break
    return joined


def _touch(one: Box, other: Box) -> bool:
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    along = min(one.y1, other.y1) - max(one.y0, other.y0)
    return across >= -TOUCHING and along >= -TOUCHING


def _is_large(box: Box, page: Box) -> bool:
    share = box.width * box.height / max(1.0, page.width * page.height)
    return share >= LEAST_SHARE and min(box.width, box.height) >= LEAST_SIDE


def _count_inside(box: Box, glyphs: Iterable[Glyph]) -> int:
    return sum(box.contains(*glyph.box.center) for glyph in glyphs if glyph.text.strip())


def _is_outline(path: DrawnPath) -> bool:
    """Tell whether a path may be a character, or several, drawn as outlines; those of seals and logos are coloured."""
    low, high = OUTLINE_HEIGHT
    grey = max(path.fill[:3]) - min(path.fill[:3]) < COLORED
    if not (path.filled and path.fill[3] and grey and low <= path.box.height <= high and path.box.width >= low):
        return False
    if path.segments >= OUTLINE_SEGMENTS[path.curved] and len(path.parts) < 2:
        return True
    return len(path.parts) > 1 and not all(is_upright_rectangle(part.points) for part in path.parts)


def begin_mixed(text: Page, regions: Regions, render: Render, read_image: ReadImage) -> PendingPage:
    """Begin to read the regions of a page that are no text; they are laid into it when the page is finished.

    Photographs without a sheet of paper in them are left, and the page says so. On a page full of text, pictures that
    show no lines are its figures, and a few outlines outside of its tables are ornaments.
    """
    full = sum(map(str.isalnum, (glyph.text[0] for glyph in text.glyphs))) >= FULL
    painted = [(box, *render(box)) for box in regions.pictures]
    papers = [(box, picture, scale) for box, picture, scale in painted if shows_paper(Image.fromarray(picture))]
    sheets = [paper for paper in papers if not full or shows_lines(paper[1])]
    begun = [(box, *_begin(text.number, box, (picture, scale), read_image)) for box, picture, scale in sheets]
    whole = Box(0.0, 0.0, text.width, text.height)
    if regions.outlines and is_writing(regions.outlines, text):
        begun.append((whole, *_begin(text.number, whole, _ruled(*render(whole), text.rulings), read_image)))

    def finish() -> Page:
        """Return the text page with what its pictures say in their places."""
        page = text
        for box, shift, reading in begun:
            read = reading.finish() if isinstance(reading, PendingPage) else reading
            placed = place_reading(read, *shift)
            page = lay_in(page, placed, box) if box is not whole else lay_in_outlines(page, placed, regions.outlines)
        return page

    return PendingPage(text.number, finish, _tell_photographs(text.number, len(painted) - len(papers)))


def _ruled(picture: Any, scale: float, rulings: Iterable[Ruling]) -> tuple[Any, float]:
    """Return a page's picture with its rulings where pictures lie over them: two values are not one line."""
    import cv2

    drawn = np.ascontiguousarray(picture)
    for ruling in rulings:
        ends = [(round(x * scale), round(y * scale)) for x, y in ((ruling.x0, ruling.y0), (ruling.x1, ruling.y1))]
        cv2.line(drawn, ends[0], ends[1], (0, 0, 0), max(1, round(HAIR * scale)))
    return drawn, scale


def is_writing(outlines: Sequence[Box], page: Page) -> bool:
    """Tell whether outlines may be writing: many, some in a table of the page, or a title's on a page with a table."""
    tables = [grid.box for grid in find_grids(page.rulings)]
    if len(outlines) >= (TITLE_OUTLINES if tables else MANY_OUTLINES):
        return True
    return sum(any(table.contains(*box.center) for table in tables) for box in outlines) >= FEWEST_OUTLINES


def shows_lines(picture: Any) -> bool:
    """Tell whether a picture (H x W x 3 RGB) shows enough long lines, lying and standing, for a table."""
    import cv2

    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    scale = SMALL_WIDTH / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    ink = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 8)
    ink = cv2.dilate(ink, np.ones((3, 3), np.uint8))  # a line that is a little askew stays in one piece
    lying = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, max(9, small.shape[1] // 6)), np.uint8))
    standing = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((max(9, small.shape[0] // 12), 1), np.uint8))
    return cv2.connectedComponents(lying)[0] > LYING_LINES and cv2.connectedComponents(standing)[0] > STANDING_LINES


def _tell_photographs(number: int, count: int) -> tuple[PageIssue, ...]:
    if not count:
        return ()
    message = f"page {number}: {count} photographs without a sheet of paper in them were not read"
    return (PageIssue("picture_unread", message, number),)


def _begin(
    number: int, box: Box, painted: tuple[Any, float], read_image: ReadImage
) -> tuple[tuple[float, float], ReadPage]:
    """Begin a region with a margin of white around it; return where its picture's corner lies on the page."""
    picture, scale = painted
    padded = np.pad(picture, ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0)), constant_values=255)
    height, width = padded.shape[:2]
    margin = MARGIN / scale
    return (box.x0 - margin, box.y0 - margin), read_image(padded, number, width / scale, height / scale)
