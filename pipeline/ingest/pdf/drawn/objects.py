"""What a PDF page draws, object by object in the order of painting: texts, paths and pictures, also those in forms.

Coordinates are points of the page as it is shown, y downwards. Form XObjects are entered with their matrices and
clips. Shadings are passed over. What is seen of an object is judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import repeat

import numpy as np
import pypdfium2.raw as pdfium_c

from pipeline.ingest.pdf.drawn import handles as raw
from pipeline.ingest.pdf.drawn.affine import Affine, compose, map_points, page_corners
from pipeline.ingest.pdf.drawn.paths import DrawnPath, read_paths
from pipeline.ingest.pdf.drawn.properties import Color, Level, Met, around, colors_of, matrix_of, meet, points_of, widen
from pipeline.models import Box

BLEED = 2.0
"""Points beyond the page's box in which a line still counts: a table's frame may lie on the edge."""

DEEPEST = 6
"""Forms within forms that are entered; cyclic ones are cut by pdfium itself."""


@dataclass(frozen=True, slots=True)
class TextRun:
    """A text object: when it is painted, how (rendering mode, ISO 32000-1, 9.3.6), in what colour, within what clip."""

    address: int
    order: int
    mode: int
    color: Color
    transparent: bool
    clip: Box


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's place on the page, clipped, and the handle of its object."""

    address: int
    order: int
    box: Box
    transparent: bool


@dataclass(slots=True)
class Drawing:
    """All objects of a page; `texts` by their address."""

    texts: dict[int, TextRun] = field(default_factory=dict)
    paths: list[DrawnPath] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    others: int = 0

    @property
    def bare(self) -> bool:
        """Whether there are pictures and nothing else."""
        return not self.texts and not self.paths and not self.others


@dataclass(slots=True)
class _Walk:
    """The objects that have been met, by kind, and how many."""

    texts: list[Met] = field(default_factory=list)
    paths: list[Met] = field(default_factory=list)
    pictures: list[Met] = field(default_factory=list)
    others: int = 0
    order: int = 0


def read_objects(page: object, to_shown: Affine) -> Drawing:
    """Return what an open pypdfium2 page draws; `to_shown` maps its user space to the page as shown.

    What reaches over the page's box ends there: nobody sees the sheet that a publisher has cut off. The
    objects are met first, then asked all at once for each property: most of the time is a call's own.
    """
    handle = raw.address_of(page)
    walk = _Walk()
    sheet = widen(around(map_points(to_shown, page_corners(page))), BLEED)
    _enter(walk, _list_objects(raw.get_object, handle, raw.count_objects(handle)), Level(to_shown, sheet))
    pictures = [
        Picture(item, order, _picture_box(item, level), level.transparent) for item, order, level in walk.pictures
    ]
    return Drawing(_read_texts(walk.texts), read_paths(walk.paths), pictures, walk.others)


def _list_objects(get: Callable[..., int | None], holder: int, count: int) -> list[int]:
    return [item for item in map(get, repeat(holder), range(max(0, count))) if item]


def _enter(walk: _Walk, items: Sequence[int], level: Level) -> None:
    kinds = map(raw.object_type, items)
    clips = list(map(raw.object_clip, items))
    counts = map(raw.count_clips, clips)
    clear = map(raw.object_transparent, items)
    for item, kind, clip, count, pale in zip(items, kinds, clips, counts, clear, strict=True):
        walk.order += 1
        within = level
        if (count > 0 and clip) or (pale == 1 and not level.transparent):
            box = _clip_box(clip, count, level) if clip else level.clip
            within = Level(level.affine, box, level.transparent or pale == 1, level.depth)
        _enter_object(walk, item, kind, within)


def _enter_object(walk: _Walk, item: int, kind: int, level: Level) -> None:
    if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
        walk.texts.append((item, walk.order, level))
    elif kind == pdfium_c.FPDF_PAGEOBJ_PATH:
        walk.paths.append((item, walk.order, level))
    elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
        walk.pictures.append((item, walk.order, level))
    elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and level.depth < DEEPEST:
        inner = _list_objects(raw.get_form_object, item, raw.count_form_objects(item))
        affine = compose(matrix_of(item), level.affine)
        _enter(walk, inner, Level(affine, level.clip, level.transparent, level.depth + 1))
    else:
        walk.others += 1


def _clip_box(path: int, count: int, level: Level) -> Box:
    """Return the upright box that an object is clipped to: its clip paths' boxes within the clip it lies in."""
    clip = level.clip
    for i in range(count):
        segments = list(map(raw.clip_segment, repeat(path), repeat(i), range(raw.count_clip_segments(path, i))))
        if segments:
            clip = meet(around(map_points(level.affine, points_of(segments))), clip)
    return clip


def _read_texts(met: Sequence[Met]) -> dict[int, TextRun]:
    items = [item for item, _, _ in met]
    _drop_spoken_text(items)
    modes = map(raw.text_mode, items)
    return {
        item: TextRun(item, order, mode, color, level.transparent, level.clip)
        for (item, order, level), mode, color in zip(met, modes, colors_of(raw.object_fill, items), strict=True)
    }


def _drop_spoken_text(items: Sequence[int]) -> None:
    """Take the text that is to be spoken instead of text objects (14.9.4) away from them, in the open page alone.

    pdfium would give it in place of the characters that are drawn, and at a place that ignores forms.
    """
    for item, marks in zip(items, map(raw.count_marks, items), strict=True):
        for i in range(marks):
            raw.remove_mark_value(item, raw.get_mark(item, i), b"ActualText")


def _picture_box(item: int, level: Level) -> Box:
    """Return the upright box around the unit square's image, which is where a picture lies (8.9.5), clipped."""
    square = np.array(((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)))
    return meet(around(map_points(compose(matrix_of(item), level.affine), square)), level.clip)
