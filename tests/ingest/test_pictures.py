"""Picture files: the kinds that are read, and that a picture is read as a person sees it on white paper."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import UnsupportedDocument
from pipeline.ingest import media_type, read_pages
from pipeline.ingest.image import paint_upright
from pipeline.ingest.readers import begin_pages
from pipeline.models import Page
from pipeline.settings import ReadSettings


def encode(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def read(data: bytes) -> tuple[list[Any], list[Page]]:
    """Return the pictures that a file's pages are read from, and the pages."""
    pictures = []

    def keep(image: Any, number: int, width: float, height: float) -> Page:
        pictures.append(image)
        return Page(number, width, height, (), (), "ocr", "")

    pages = list(begin_pages(data, ReadSettings(), keep))
    return pictures, pages  # type: ignore[return-value]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP", "JPEG2000", "AVIF"])
def test_a_picture_of_every_kind_is_a_page(kind: str) -> None:
    data = encode(Image.new("RGB", (60, 40), (250, 10, 10)), kind)
    (picture,), _ = read(data)
    assert (media_type(data) or "").startswith("image/")
    assert picture.shape == (40, 60, 3)
    assert np.allclose(picture[20, 30], (250, 10, 10), atol=25)


@pytest.mark.parametrize(
    "data", [b"BM is no picture by itself", b"RIFF0000WAVEfmt ", b"\0\0\0\x18ftypmp42rest", b"\0\0\0\x18ftypheicrest"]
)
def test_what_only_begins_like_a_picture_is_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedDocument):
        list(read_pages(data, ReadSettings()))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_picture_is_read_and_the_others_are_said(kind: str) -> None:
    frames = [Image.new("RGB", (60, 40), color) for color in ("white", "black", "red")]
    pictures, (page,) = read(encode(frames[0], kind, save_all=True, append_images=frames[1:]))
    assert len(pictures) == 1
    assert pictures[0].min() > 240
    assert [issue.code for issue in page.issues] == ["page_unread"]


def test_every_page_of_a_tiff_is_read_but_not_its_small_copies() -> None:
    pages = [Image.new("L", (60 + i, 40), 255) for i in range(3)]
    pages[1].encoderinfo = {"tiffinfo": {254: 1}}  # type: ignore[attr-defined]
    pictures, _ = read(encode(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    assert [picture.shape[1] for picture in pictures] == [60, 62]


def test_what_is_transparent_is_white_paper() -> None:
    ink = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    ink.putpixel((1, 1), (0, 0, 0, 255))
    palette = Image.new("P", (4, 4), 0)
    palette.putpalette([0, 0, 0, 10, 10, 10])
    palette.info["transparency"] = 0
    for picture in (ink, palette, Image.new("LA", (4, 4), (0, 0))):
        assert np.asarray(paint_upright(picture))[3, 3].tolist() == [255, 255, 255]
    assert np.asarray(paint_upright(ink))[1, 1].tolist() == [0, 0, 0]


def test_sixteen_bits_a_pixel_are_scaled_and_not_cut_off() -> None:
    deep = np.full((40, 60), 65_535, np.uint16)
    deep[:20] = 20_000
    (picture,), _ = read(encode(Image.fromarray(deep), "PNG"))
    assert picture[0, 0].tolist() == [78, 78, 78]
    assert picture[39, 0].tolist() == [255, 255, 255]


def test_a_photograph_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (picture,), _ = read(encode(Image.new("RGB", (60, 40), "white"), "JPEG", exif=exif))
    assert picture.shape[:2] == (60, 40)


def test_colours_for_print_are_seen_as_colours() -> None:
    (picture,), _ = read(encode(Image.new("CMYK", (60, 40), (0, 0, 0, 0)), "JPEG"))
    assert picture.min() > 240
