"""Picture files given directly (JPEG, PNG, TIFF, WebP, GIF, BMP, JPEG 2000, AVIF) → pages read from their pictures.

A TIFF file is a document of many pages. The further frames of every other kind are no pages: they are the steps of an
animation (GIF, WebP, PNG), or a telephone's small preview and light map behind the photograph (JPEG). The first one is
read; of an animation it is said that the others were not.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from pipeline.errors import CorruptDocument, TooLarge
from pipeline.ingest.pending import ReadImage, ReadPage
from pipeline.models import PageIssue
from pipeline.settings import ReadSettings

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP", "JPEG2000", "AVIF")
"""What Pillow may open a file as; nothing that runs another program (EPS) or reads other files."""

PAPER, BRIGHT, COLOURED = 0.35, 0.6, 0.35
"""Share of a picture that is paper where one is shown; share of the brightest light that paper has at least, in the
shadow too; and the largest difference of its colours as a share of that light, as under a lamp."""

ASSUMED_DPI = 200.0
"""Resolution of a picture that states none, or states one that no scanner has."""

PLAUSIBLE_DPI = (90.0, 1300.0)

_ANIMATED = frozenset({"GIF", "WEBP", "PNG", "AVIF"})

_REDUCED = 254, 0x1
"""The tag NewSubfileType of a TIFF picture, and the bit that makes it a small copy of another one (TIFF 6.0, 36)."""

_DEEP = frozenset({"I", "F", "I;16", "I;16B", "I;16L", "I;16N"})
"""Modes of Pillow with more than eight bits a pixel; `convert` would cut them off instead of scaling them."""

UNDECODABLE = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, OverflowError, MemoryError)
"""What Pillow raises on damaged pictures; it takes memory only for what the header says, after the limit is checked."""


def read_images(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Iterator[ReadPage]:
    """Yield one page per picture of the file.

    Raises:
        CorruptDocument: a picture cannot be decoded.
        TooLarge: it has more pixels, or the file more pictures, than the settings allow.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            warnings.filterwarnings("ignore", category=UserWarning, module="PIL")  # what is corrupt raises, too
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
            for number, frame in enumerate(page_frames(picture), 1):
                if number > settings.max_pages:
                    raise TooLarge(f"the file has more than {settings.max_pages} pictures; raise --max-pages")
                yield _say_unread_frames(picture, _read_frame(frame, number, settings, read_image))
    except UNDECODABLE as error:
        raise CorruptDocument("the picture cannot be decoded; download it again") from error
    except Image.DecompressionBombError as error:
        raise TooLarge("the picture has too many pixels") from error


def page_frames(picture: Any) -> Iterator[Any]:
    """Yield the pictures of an opened file that are pages of it; small copies of others are left out."""
    if picture.format != "TIFF":
        yield picture
        return
    for index, frame in enumerate(ImageSequence.Iterator(picture)):
        if index == 0 or not _is_reduced(frame):
            yield frame


def _is_reduced(frame: Any) -> bool:
    tag, bit = _REDUCED
    kind = frame.tag_v2.get(tag, 0)
    return isinstance(kind, int) and bool(kind & bit)


def _say_unread_frames(picture: Any, page: ReadPage) -> ReadPage:
    frames = getattr(picture, "n_frames", 1) if picture.format in _ANIMATED else 1
    if frames == 1:
        return page
    message = f"an animation of {frames} pictures: only the first was read"
    return replace(page, issues=(*page.issues, PageIssue("page_unread", message, page.number)))


def _read_frame(frame: Any, number: int, settings: ReadSettings, read_image: ReadImage) -> ReadPage:
    if frame.width * frame.height > settings.max_pixels:
        raise TooLarge(f"picture {number} has {frame.width} x {frame.height} pixels; raise --max-pixels")
    dpi = picture_resolution(frame)
    upright = paint_upright(frame)
    return read_image(np.asarray(upright), number, upright.width / dpi * 72.0, upright.height / dpi * 72.0)


def picture_resolution(frame: Any) -> float:
    """Return the dots per inch of a picture, by which its size in points is told."""
    stated = frame.info.get("dpi", (ASSUMED_DPI,))
    dpi = float(stated[0]) if stated else ASSUMED_DPI
    return dpi if PLAUSIBLE_DPI[0] <= dpi <= PLAUSIBLE_DPI[1] else ASSUMED_DPI


def paint_upright(frame: Any) -> Any:
    """Return a picture as a person sees it on white paper: turned as its camera says, eight bits a colour, opaque."""
    upright = ImageOps.exif_transpose(frame)
    if upright.mode in _DEEP:
        return Image.fromarray(_scale_depth(np.asarray(upright))).convert("RGB")
    if upright.has_transparency_data:
        seen = upright.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(paper, seen).convert("RGB")
    return upright.convert("RGB")


def _scale_depth(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Return grey values of any depth as eight bits: of 16 bits the upper half, of others between their extremes."""
    if values.dtype.kind in "iu" and values.size and values.min() >= 0 and values.max() <= 0xFFFF:
        return (values >> 8 if values.max() > 0xFF else values).astype(np.uint8)
    known = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0)
    low, high = known.min(initial=0.0), known.max(initial=0.0)
    scaled = (known - low) * (255.0 / (high - low)) if high > low else known * 0.0
    return scaled.astype(np.uint8)


def shows_paper(painted: Any) -> bool:
    """Tell whether enough of a picture is as bright as paper, against its own brightest parts, and hardly coloured."""
    small = np.asarray(painted.resize((96, 96), Image.Resampling.BOX), dtype=np.float32)
    light, dark = small.max(axis=2), small.min(axis=2)
    bright = light >= BRIGHT * np.percentile(light, 98)
    plain = light - dark <= COLOURED * light + 10
    return bool((bright & plain).mean() >= PAPER)
