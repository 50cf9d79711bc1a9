"""The picture of an OFD page, painted from its objects: no library at hand draws OFD.

Filled and stroked paths, pictures and characters are painted in their order, upright. Two things are asked of it. The
witness wants to know where a page has ink: it gets a small grey picture in which every character is a cross in its
place. People and recognisers get the page itself, its characters in the fonts of the file or of this machine; where
neither has a character there is no picture, because one without it would be wrong.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path as File
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.ingest.ofd.marks import Mark, Path, Picture, Written
from pipeline.ingest.pdf.rendering import SMALL
from pipeline.models import Box

FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip
"""Where systems keep their fonts."""

FACES = (
    "simsun",
    "simhei",
    "msyh",
    "notosanscjk",
    "notoserifcjk",
    "songti",
    "pingfang",
    "wqy",
    "uming",
    "droidsansfallback",
)
"""Beginnings of the names of files with Chinese characters, the likeliest first."""

LoadPicture = Callable[[str], Image.Image | None]
"""Id of a resource → its picture, None where it cannot be had."""

LoadFont = Callable[[str], bytes | None]
"""Id of a font → the bytes of its file, None where the document does not carry it."""


class NoFont(LookupError):
    """A character of the page is in no font that could be found."""


def sketch_page(marks: Iterable[Mark], width: float, height: float) -> NDArray[np.uint8]:
    """Return a small grey picture (H x W) of where a page of that size in points has ink; pictures are left white."""
    sheet = Image.new("L", (max(1, round(width * SMALL)), max(1, round(height * SMALL))), 255)
    pen = ImageDraw.Draw(sheet)
    for mark in marks:
        if isinstance(mark, Path):
            _paint_path(pen, mark, SMALL, grey=True)
        elif isinstance(mark, Written):
            x0, y0, x1, y1 = (value * SMALL for value in _corners(mark.glyph.box))
            light = _grey(mark.color)
            pen.line((x0, y0, x1, y1), fill=light)
            pen.line((x0, y1, x1, y0), fill=light)
    return np.asarray(sheet)


def paint_page(
    marks: Sequence[Mark], size: tuple[float, float], scale: float, load_picture: LoadPicture, load_font: LoadFont
) -> Image.Image:
    """Return the picture of a page of a size in points, `scale` pixels per point.

    Raises:
        NoFont: a character is in none of the fonts.
    """
    sheet = Image.new("RGB", (max(1, round(size[0] * scale)), max(1, round(size[1] * scale))), "white")
    pen, fonts = ImageDraw.Draw(sheet), _Fonts(load_font)
    for mark in marks:
        match mark:
            case Path():
                _paint_path(pen, mark, scale, grey=False)
            case Picture():
                _paint_picture(sheet, mark, scale, load_picture(mark.resource))
            case Written():
                _paint_character(pen, mark, scale, fonts)
    return sheet


def _corners(box: Box) -> tuple[float, float, float, float]:
    return box.x0, box.y0, box.x1, box.y1


def _grey(color: tuple[int, int, int]) -> int:
    red, green, blue = color
    return round(0.299 * red + 0.587 * green + 0.114 * blue)


def _paint_path(pen: Any, path: Path, scale: float, *, grey: bool) -> None:
    for figure in path.figures:
        points = [(x * scale, y * scale) for x, y in figure]
        if path.fill is not None and len(points) > 2:
            pen.polygon(points, fill=_grey(path.fill) if grey else path.fill)
        if path.stroke is not None and len(points) > 1:
            width = max(1, round(path.width * scale))
            pen.line(points, fill=_grey(path.stroke) if grey else path.stroke, width=width)


def _paint_picture(sheet: Image.Image, mark: Picture, scale: float, picture: Image.Image | None) -> None:
    if picture is None:
        return
    size = (max(1, round(mark.box.width * scale)), max(1, round(mark.box.height * scale)))
    shown = picture.convert("RGBA").resize(size)
    sheet.paste(shown, (round(mark.box.x0 * scale), round(mark.box.y0 * scale)), shown)


def _paint_character(pen: Any, mark: Written, scale: float, fonts: _Fonts) -> None:
    if mark.glyph.text.isspace():
        return
    box = mark.glyph.box
    font = fonts.find(mark.font, mark.glyph.text, max(1, round(box.height * scale)))
    pen.text(
        (box.x0 * scale, (box.y0 + 0.86 * box.height) * scale), mark.glyph.text, font=font, fill=mark.color, anchor="ls"
    )


class _Fonts:
    """The fonts of a file and, behind them, one of this machine."""

    def __init__(self, load: LoadFont) -> None:
        self._load = cache(load)
        self._open = cache(self._open_font)

    def find(self, name: str, char: str, size: int) -> Any:
        """Return a font in a size in pixels that has a character.

        Raises:
            NoFont: none has it.
        """
        for data in filter(None, (self._load(name), _find_face())):
            font = self._open(data, size)
            if font is not None and _has(font, char):
                return font
        raise NoFont(char)

    @staticmethod
    def _open_font(data: bytes | str, size: int) -> Any:
        try:
            return ImageFont.truetype(data if isinstance(data, str) else io.BytesIO(data), size)
        except (OSError, ValueError):
            return None


def _has(font: Any, char: str) -> bool:
    """Tell whether a font draws a character unlike one that it does not know."""
    drawn = font.getmask(char)
    return bool(drawn.getbbox()) and bytes(drawn) != bytes(font.getmask("\U0010ffff"))


@cache
def _find_face() -> str | None:
    """Return the path of a font of this machine that has Chinese characters."""
    files = [
        file
        for folder in map(File, FOLDERS)
        if folder.is_dir()
        for file in folder.rglob("*")
        if file.suffix.lower() in {".ttf", ".ttc", ".otf"}
    ]
    for face in FACES:
        for file in sorted(files):
            if file.name.lower().startswith(face):
                return str(file)
    return None
