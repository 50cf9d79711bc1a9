"""A PDF page as pdfium sees it → the glyphs and lines that a person sees on it.

characters and objects in arrays → what is seen → laid level → overlays set apart → glyphs and rulings. Whether the
text can be believed is told by `pipeline.ingest.pdf.trust`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import starmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.pdf.annotations import UNCLEAR, ShownField, lay_out_field
from pipeline.ingest.pdf.drawn.affine import UNMOVED, Affine, compose, page_to_shown
from pipeline.ingest.pdf.drawn.characters import REPLACEMENT, Characters, read_characters
from pipeline.ingest.pdf.drawn.fills import Fill, find_fills
from pipeline.ingest.pdf.drawn.lines import find_lines
from pipeline.ingest.pdf.drawn.objects import Drawing, read_objects
from pipeline.ingest.pdf.mixed import Regions, find_regions
from pipeline.ingest.pdf.seen.anew import find_written_anew
from pipeline.ingest.pdf.seen.overlays import find_overlaid
from pipeline.ingest.pdf.seen.overwritten import find_overwritten
from pipeline.ingest.pdf.seen.visibility import (
    LIGHT,
    Marked,
    find_filled_over,
    find_pictured_over,
    find_runs,
    find_seen,
)
from pipeline.ingest.pdf.textlayer import THIN, overprint_reach, overprinted
from pipeline.ingest.pdf.trust import PageFacts
from pipeline.ingest.pdf.turning import find_turn
from pipeline.models import Box, Glyph, Ruling

PLACES = 1 << 20
"""More squares than a page has along either side, to number them."""


@dataclass(frozen=True, slots=True)
class SeenLayer:
    """What a page shows in characters and lines. `unseen` counts its characters that nobody sees,
    `failure` says why nothing could be read. All is laid level: `turn` maps the page as shown to it.
    `regions` are what of the page is no text, `shapes` the places of its pictures and of drawings that are no lines.
    `owners` tells of each glyph, in order, the text object that draws it; glyphs that are laid out have none. `covered`
    are the places of characters that a picture or a coloured area lies over: a value may be meant there.
    """

    glyphs: tuple[Glyph, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    candidates: tuple[Ruling, ...] = ()
    overlays: tuple[Glyph, ...] = ()
    unseen: int = 0
    facts: PageFacts = field(default_factory=lambda: PageFacts(0, 0.0, 0.0, True))
    failure: str = ""
    turn: Affine = UNMOVED
    regions: Regions = field(default_factory=Regions)
    shapes: tuple[Box, ...] = ()
    owners: tuple[int, ...] = ()
    covered: tuple[Box, ...] = ()

    def with_fields(self, fields: Sequence[ShownField], page: Any) -> SeenLayer:
        """Return the layer with the values of form fields laid out on it."""
        if not fields:
            return self
        level = compose(page_to_shown(page), self.turn)
        laid_out = [glyph for field in fields for glyph in lay_out_field(field, level)]
        return replace(self, glyphs=(*self.glyphs, *laid_out))


def read_layer(document: Any, page: Any) -> SeenLayer:
    """Return what an open page of an open pypdfium2 document shows. Raises nothing: `failure` says what went wrong."""
    try:
        return _read_layer(document, page)
    except (ArithmeticError, LookupError, ValueError, ctypes.ArgumentError) as error:
        return SeenLayer(failure=f"pdfium: {type(error).__name__}")


def _read_layer(document: Any, page: Any) -> SeenLayer:
    width, height = page.get_size()
    to_shown = page_to_shown(page)
    drawing = read_objects(page, to_shown)
    size = Box(0.0, 0.0, width, height)
    if drawing.bare:
        return SeenLayer(facts=_facts(drawing, 0, size), regions=find_regions(drawing, (), (), size))
    chars = read_characters(page, to_shown)
    fills = find_fills(drawing.paths, THIN)
    seen, unsure, hidden = _seen(document, page, chars, (drawing, fills), size)
    covered = tuple(starmap(Box, chars.boxes()[hidden & ~seen].tolist()))
    written = np.array([not text.isspace() for text in chars.texts], bool)
    facts = _facts(drawing, int((written & seen).sum()), size)
    chars = replace(chars, unsure=unsure).take(seen)
    turn = find_turn(chars, width, height)
    if turn != UNMOVED:
        chars, drawing = chars.moved(turn), read_objects(page, compose(to_shown, turn))
        fills = find_fills(drawing.paths, THIN)
    lines = find_lines(drawing, fills)
    over = find_overlaid(chars, find_runs(chars, drawing), lines.rulings)
    printed = print_once(chars.take(~over))
    glyphs, owners = make_glyphs(printed), tuple(printed.owner.tolist())
    return SeenLayer(
        glyphs=glyphs,
        owners=owners,
        covered=covered if turn == UNMOVED else (),
        rulings=lines.rulings,
        candidates=lines.candidates,
        overlays=make_glyphs(print_once(chars.take(over))) if over.any() else (),
        unseen=int((written & ~seen).sum()),
        facts=facts,
        turn=turn,
        regions=find_regions(drawing, glyphs, owners, size) if turn == UNMOVED else Regions(),
        shapes=find_shapes(drawing),
    )


SHAPE = 24.0
"""Points of a drawing's side from which it is a ring, a logo or a chart, and no character drawn as an outline."""


def find_shapes(drawing: Drawing) -> tuple[Box, ...]:
    """Return the places of pictures, and of drawings with curves or slants, that are larger than any character."""
    boxes = [*(picture.box for picture in drawing.pictures), *(path.box for path in drawing.paths if path.curved)]
    return tuple(box for box in boxes if min(box.width, box.height) >= SHAPE)


def _seen(
    document: Any, page: Any, chars: Characters, drawn: tuple[Drawing, Sequence[Fill]], size: Box
) -> tuple[Marked, Marked, Marked]:
    """Return which characters are seen, which of them are unsure, and over which something else than paper lies."""
    drawing, fills = drawn
    if not len(chars):
        return np.zeros(0, bool), np.zeros(0, bool), np.zeros(0, bool)
    runs = find_runs(chars, drawing)
    cover = find_filled_over(chars, runs, fills)
    pictured = find_pictured_over(document, page, chars, runs, drawing.pictures) if drawing.pictures else cover * 0
    colored = find_filled_over(chars, runs, [fill for fill in fills if fill.light < LIGHT])
    hidden = np.maximum(pictured, colored) > 0
    cover = np.maximum(cover, pictured)
    anew, unsure = find_written_anew(chars, runs, cover)
    shown = find_seen(chars, runs, fills, size)
    return shown & ((cover == 0) | anew), unsure, shown & hidden


def _facts(drawing: Drawing, characters: int, size: Box) -> PageFacts:
    """Return what tells whether the text can be believed; scanners may store a page in strips."""
    area = max(1.0, size.width * size.height)
    covered = sum(_shared_area(picture.box, size) for picture in drawing.pictures) / area
    hidden = sum(run.mode == 3 for run in drawing.texts.values())
    return PageFacts(characters, min(1.0, covered), hidden / max(1, len(drawing.texts)), drawing.bare)


def _shared_area(box: Box, other: Box) -> float:
    width = min(box.x1, other.x1) - max(box.x0, other.x0)
    height = min(box.y1, other.y1) - max(box.y0, other.y0)
    return max(0.0, width) * max(0.0, height)


def print_once(chars: Characters) -> Characters:
    """Return the characters without those that were printed a second time for boldness."""
    if not len(chars):
        return chars
    boxes = chars.boxes()
    reach = overprint_reach(float(np.median(chars.size)))
    if not _may_be_overprinted(chars, boxes, reach):
        return chars
    placed: dict[tuple[str, int, int], tuple[float, float]] = {}
    corners = zip(chars.texts, boxes[:, :2].tolist(), strict=True)
    return chars.take(~np.array([overprinted(placed, text, x, y, reach) for text, (x, y) in corners]))


def make_glyphs(chars: Characters) -> tuple[Glyph, ...]:
    """Return a glyph for each character.

    Doubted are characters that their fonts do not name, those that are written over each other, and the unsure ones.
    """
    boxes = chars.boxes()
    glyphs: Iterable[Glyph] = map(Glyph, chars.texts, starmap(Box, boxes.tolist()))
    if REPLACEMENT in chars.texts:
        glyphs = [replace(g, confidence=0.0, doubt="unread") if g.text == REPLACEMENT else g for g in glyphs]
    mixed = find_overwritten(chars.texts, boxes) | (False if chars.unsure is None else chars.unsure)
    if mixed.any():
        glyphs = [replace(g, doubt=g.doubt or UNCLEAR) if over else g for g, over in zip(glyphs, mixed, strict=True)]
    return tuple(glyphs)


def _may_be_overprinted(chars: Characters, boxes: NDArray[np.float64], reach: float) -> bool:
    """Tell whether two equal characters share a square twice as wide as the distance that counts."""
    codes = np.fromiter((ord(text[0]) for text in chars.texts), np.int64, len(chars))
    width = 2 * reach
    for shift in ((0.0, 0.0), (reach, 0.0), (0.0, reach), (reach, reach)):
        col, row = ((boxes[:, 0:2] + shift) // width).astype(np.int64).T
        places = (codes * PLACES + col % PLACES) * PLACES + row % PLACES
        if len(np.unique(places)) < len(places):
            return True
    return False
