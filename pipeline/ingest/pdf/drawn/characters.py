"""The characters of a PDF page as pdfium sees them, in arrays; no character is judged here.

Coordinates are points of the page as it is shown, y downwards. pdfium's own additions (spaces and line ends that it
infers) are left out: the layout finds words by itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.pdf.drawn import handles as raw
from pipeline.ingest.pdf.drawn.affine import Affine, linear_part, map_points

Floats = NDArray[np.float64]

DESCENT, ASCENT = -0.12, 0.88
"""Foot and head of an ideograph's square over the baseline, in font sizes. All fonts are given the same: characters on
one baseline stand at one height, whatever their fonts' own metrics say."""

LINE_END_HYPHEN = 0x02
"""What pdfium gives for a hyphen at the end of a line."""

AXIAL = 0.002
"""Sine of the angle up to which writing runs along an axis of the page."""

SPACE = 0x20

REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Characters:
    """The n characters of a page in the order of its content.

    `origin` (n x 2) is where each stands on its baseline, `advance` (n) and `size` (n) its width and height in points
    along and across its own writing; `direction` (n) is the angle of that writing against the page's x axis, in
    radians, clockwise as seen. `owner` (n) is the address of the text object that draws the character. `unsure` (n),
    where it is told, are those of which it cannot be said whether a person sees them.
    """

    texts: Sequence[str]
    origin: Floats
    advance: Floats
    size: Floats
    direction: Floats
    owner: NDArray[np.uint64]
    unsure: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, keep: NDArray[np.bool_]) -> Characters:
        """Return the characters at which the mask is true."""
        if keep.all():
            return self
        texts = [text for text, kept in zip(self.texts, keep, strict=True) if kept]
        return Characters(
            texts,
            self.origin[keep],
            self.advance[keep],
            self.size[keep],
            self.direction[keep],
            self.owner[keep],
            None if self.unsure is None else self.unsure[keep],
        )

    def moved(self, affine: Affine) -> Characters:
        """Return the characters where a rotation takes them, which may enlarge."""
        turn, scale = math.atan2(affine[1], affine[0]), math.hypot(affine[0], affine[1])
        direction = np.angle(np.exp(1j * (self.direction + turn)))
        moved = replace(self, origin=map_points(affine, self.origin), direction=np.asarray(direction, np.float64))
        return replace(moved, advance=self.advance * scale, size=self.size * scale)

    def boxes(self) -> Floats:
        """Return n x 4 upright boxes (x0, y0, x1, y1) around the characters' squares."""
        along = np.stack([np.cos(self.direction), np.sin(self.direction)], axis=1)
        up = np.stack([along[:, 1], -along[:, 0]], axis=1)
        corners = [
            self.origin + along * (self.advance * share)[:, None] + up * (self.size * height)[:, None]
            for share in (0.0, 1.0)
            for height in (DESCENT, ASCENT)
        ]
        stacked = np.stack(corners)
        return np.concatenate([stacked.min(axis=0), stacked.max(axis=0)], axis=1)


def no_characters() -> Characters:
    """Return the characters of an empty page."""
    none = np.empty(0)
    return Characters((), np.empty((0, 2)), none, none, none, np.empty(0, np.uint64))


def read_characters(page: object, to_shown: Affine) -> Characters:
    """Return the characters of an open pypdfium2 page; `to_shown` maps its user space to the page as shown."""
    handle = raw.load_text(raw.address_of(page))
    if not handle:
        return no_characters()
    try:
        return _read_text(handle, to_shown)
    finally:
        raw.close_text(handle)


def _read_text(text: int, to_shown: Affine) -> Characters:
    count = max(0, raw.count_chars(text))
    owners = np.fromiter((o or 0 for o in map(raw.char_object, repeat(text), range(count))), np.uint64, count)
    codes = np.fromiter(map(raw.char_code, repeat(text), range(count)), np.int64, count)
    spaces = np.flatnonzero((owners > 0) & (codes == SPACE))
    generated = np.fromiter(map(raw.char_generated, repeat(text), spaces.tolist()), np.int64, len(spaces))
    owners[spaces[generated == 1]] = 0
    indices = np.flatnonzero(owners).tolist()
    if not indices:
        return no_characters()
    owner = owners[indices]
    origin = np.empty((len(indices), 2))
    raw.call_each(raw.char_origin, repeat(text), indices, *raw.columns_of(origin))
    loose = np.empty((len(indices), 4), np.float32)  # left, top, right, bottom (FS_RECTF)
    raw.call_each(raw.char_loose_box, repeat(text), indices, raw.columns_of(loose)[0])
    direction, size = _writing(text, np.asarray(indices), owner, to_shown)
    shown = map_points(to_shown, origin)
    advance = _advances(_shown_boxes(loose, to_shown), shown, direction, size)
    return Characters(_texts(text, indices, codes[indices].tolist()), shown, advance, size, direction, owner)


def _writing(
    text: int, indices: NDArray[np.int64], owner: NDArray[np.uint64], to_shown: Affine
) -> tuple[Floats, Floats]:
    """Return each character's direction of writing and size, asked of the first character of each text object."""
    _, first, of_object = np.unique(owner, return_index=True, return_inverse=True)
    firsts = indices[first].tolist()
    matrices = np.empty((len(firsts), 6), np.float32)
    raw.call_each(raw.char_matrix, repeat(text), firsts, raw.columns_of(matrices)[0])
    sizes = np.fromiter(map(raw.char_size, repeat(text), firsts), float, len(firsts))
    linear = linear_part(to_shown)
    along, up = matrices[:, 0:2] @ linear, matrices[:, 2:4] @ linear
    along = np.where((sizes < 0)[:, None], -along, along)
    direction = np.arctan2(along[:, 1], along[:, 0])
    size = np.abs(sizes) * np.hypot(up[:, 0], up[:, 1])
    return direction[of_object], size[of_object]


def _shown_boxes(loose: NDArray[np.float32], to_shown: Affine) -> Floats:
    """Return (left, top, right, bottom) of user space as (x0, y0, x1, y1) of the page as shown."""
    ends = np.stack([map_points(to_shown, loose[:, 0:2]), map_points(to_shown, loose[:, 2:4])])
    return np.concatenate([ends.min(axis=0), ends.max(axis=0)], axis=1)


def _advances(boxes: Floats, origin: Floats, direction: Floats, size: Floats) -> Floats:
    """Return how far each character reaches along its writing.

    pdfium gives the upright box around the character's square. Along an axis its far side is looked up; otherwise its
    sides W and H are solved for the square's: W = w cos + h sin, H = w sin + h cos.
    """
    cos, sin = np.cos(direction), np.sin(direction)
    reach_x = np.where(cos > 0, boxes[:, 2] - origin[:, 0], origin[:, 0] - boxes[:, 0])
    reach_y = np.where(sin > 0, boxes[:, 3] - origin[:, 1], origin[:, 1] - boxes[:, 1])
    flat, steep = np.abs(sin) < AXIAL, np.abs(cos) < AXIAL
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    spread = cos * cos - sin * sin
    solved = (np.abs(cos) * width - np.abs(sin) * height) / np.where(np.abs(spread) < 0.2, np.inf, spread)
    slanted = np.where((solved > 0) & (solved < 2 * size), solved, size)
    return np.maximum(np.where(flat, reach_x, np.where(steep, reach_y, slanted)), 0.0)


def _texts(text: int, indices: Sequence[int], codes: Sequence[int]) -> list[str]:
    unmapped = map(raw.char_unmapped, repeat(text), indices)
    return [REPLACEMENT if bad == 1 else _character(code) for code, bad in zip(codes, unmapped, strict=True)]


def _character(code: int) -> str:
    if code == LINE_END_HYPHEN:
        return "-"
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else REPLACEMENT
