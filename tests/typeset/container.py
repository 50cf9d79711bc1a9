"""Pictures of pages → files: a PDF of pictures, single picture files, a TIFF of several pages.

The bytes depend only on the pictures. A page of the PDF is as large as its picture at the picture's resolution.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pikepdf
from PIL import Image

from .optics import Picture


@dataclass(frozen=True, slots=True)
class Shot:
    """The picture of one page: pixels, dots per inch, and JPEG quality (None: stored without loss)."""

    picture: Picture
    dpi: float
    quality: int | None = 80
    two_levels: bool = False


def jpeg_bytes(picture: Picture, quality: int) -> bytes:
    """Compress a picture as JPEG."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def image_stream(pdf: pikepdf.Pdf, shot: Shot) -> pikepdf.Stream:
    """Return the picture as a PDF image: one bit a pixel, JPEG, or deflated."""
    height, width = shot.picture.shape[:2]
    if shot.two_levels:
        data = np.packbits(shot.picture > 127, axis=1).tobytes()
    elif shot.quality is None:
        data = shot.picture.tobytes()
    else:
        data = jpeg_bytes(shot.picture, shot.quality)
    extra = {} if shot.two_levels or shot.quality is None else {"Filter": pikepdf.Name.DCTDecode}
    return pikepdf.Stream(
        pdf, data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width, Height=height,
        BitsPerComponent=1 if shot.two_levels else 8,
        ColorSpace=pikepdf.Name.DeviceGray if shot.picture.ndim == 2 else pikepdf.Name.DeviceRGB, **extra,
    )  # fmt: skip


def add_page(pdf: pikepdf.Pdf, shot: Shot) -> pikepdf.Page:
    """Append a page that shows nothing but the picture."""
    width, height = (round(n * 72 / shot.dpi, 2) for n in shot.picture.shape[1::-1])
    page = pdf.add_blank_page(page_size=(width, height))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image_stream(pdf, shot)))
    page.Contents = pdf.make_stream(f"q {width} 0 0 {height} 0 0 cm /Im0 Do Q".encode())
    return page


def save(pdf: pikepdf.Pdf, path: Path) -> None:
    """Write a PDF whose bytes do not depend on the time."""
    pdf.save(path, deterministic_id=True, compress_streams=True)


def write_pdf(shots: Sequence[Shot], path: Path) -> None:
    """Write one page per picture."""
    with pikepdf.new() as pdf:
        for shot in shots:
            add_page(pdf, shot)
        save(pdf, path)


def write_picture(shots: Sequence[Shot], path: Path) -> None:
    """Write the pictures as the file's suffix says: .tiff with all pages, .png, .webp and .jpg with the only one."""
    images = [Image.fromarray(shot.picture) for shot in shots]
    dpi = (shots[0].dpi, shots[0].dpi)
    if path.suffix == ".tiff":
        two_levels = all(shot.two_levels for shot in shots)
        images = [image.convert("1") for image in images] if two_levels else images
        packing = "group4" if two_levels else "tiff_adobe_deflate"
        images[0].save(path, save_all=True, append_images=images[1:], dpi=dpi, compression=packing)
        return
    if len(images) != 1:
        raise ValueError(f"{path.suffix} holds one page, not {len(images)}")
    images[0].save(path, dpi=dpi, quality=shots[0].quality or 85)
