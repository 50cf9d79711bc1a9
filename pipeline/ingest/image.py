"""JPEG, PNG and (multi-page) TIFF files given directly → pages read from their pictures."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from pipeline.errors import CorruptDocument, TooLarge
from pipeline.ingest.pending import ReadImage, ReadPage
from pipeline.settings import ReadSettings

FORMATS = ("JPEG", "PNG", "TIFF")

ASSUMED_DPI = 200.0
"""Resolution of a picture that states none, or states one that no scanner has."""

PLAUSIBLE_DPI = (90.0, 1300.0)


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
            for index, frame in enumerate(ImageSequence.Iterator(picture)):
                if index >= settings.max_pages:
                    raise TooLarge(f"the file has more than {settings.max_pages} pictures; raise --max-pages")
                yield _read_frame(frame, index + 1, settings, read_image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise CorruptDocument("the picture cannot be decoded; download it again") from error
    except Image.DecompressionBombError as error:
        raise TooLarge("the picture has too many pixels") from error


def _read_frame(frame: Any, number: int, settings: ReadSettings, read_image: ReadImage) -> ReadPage:
    if frame.width * frame.height > settings.max_pixels:
        raise TooLarge(f"picture {number} has {frame.width} x {frame.height} pixels; raise --max-pixels")
    dpi = picture_resolution(frame)
    upright = ImageOps.exif_transpose(frame).convert("RGB")
    return read_image(np.asarray(upright), number, upright.width / dpi * 72.0, upright.height / dpi * 72.0)


def picture_resolution(frame: Any) -> float:
    """Return the dots per inch of a picture, by which its size in points is told."""
    stated = frame.info.get("dpi", (ASSUMED_DPI,))
    dpi = float(stated[0]) if stated else ASSUMED_DPI
    return dpi if PLAUSIBLE_DPI[0] <= dpi <= PLAUSIBLE_DPI[1] else ASSUMED_DPI
