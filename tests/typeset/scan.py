"""Conditions: what becomes of a text PDF on its way through printer, scanner, stamp, fold or telephone.

`degrade` renders the pages and applies one of `CONDITIONS`; the same file, condition and seed give the same bytes.
The facts that the form states do not change, only how they must be read.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pikepdf
import pypdfium2
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from . import optics, wear
from .container import Shot, add_page, jpeg_bytes, save, write_pdf, write_picture
from .fonts import register
from .hidden import misread_lines
from .optics import Noise, Picture
from .pdf import rewrite_unicode, to_private_use
from .records import Source, Truth

Effect = Callable[[Picture, Noise], Picture]
Ordering = Callable[[int, int], bool]


def render(path: Path, dpi: float, *, grey: bool = True) -> list[Picture]:
    """Render the pages of a PDF."""
    document = pypdfium2.PdfDocument(str(path))
    try:
        return [np.array(page.render(scale=dpi / 72, grayscale=grey).to_numpy()).squeeze() for page in document]
    finally:
        document.close()


def generator(condition: str, seed: int, page: int) -> Noise:
    """Return the random source of one page of one condition."""
    return np.random.default_rng([seed, page, *condition.encode()])


def feed(picture: Picture, rng: Noise, skew: float = 1.0) -> Picture:
    """Put a page through a scanner: a little skew, softness and grain."""
    return optics.grain(optics.soften(optics.rotate(picture, rng.uniform(-skew, skew)), 0.5), rng, 4)


def skew(picture: Picture, rng: Noise) -> Picture:
    """Feed the page askew by one to two degrees."""
    turned = optics.rotate(picture, rng.uniform(1, 2) * rng.choice((-1, 1)))
    return optics.grain(optics.soften(turned, 0.5), rng, 5)


def perspective(picture: Picture, rng: Noise) -> Picture:
    """Scan paper that does not lie flat at its corners."""
    return feed(optics.tilt(picture, rng, 0.02), rng, 0.8)


def warp(picture: Picture, rng: Noise) -> Picture:
    """Scan a bent page."""
    return feed(optics.bend(picture, rng, 7 * picture.shape[1] / 1654), rng, 0.8)


def shading(picture: Picture, rng: Noise) -> Picture:
    """Scan with the lid open."""
    return optics.shade(feed(picture, rng), rng, 0.4)


def everything(picture: Picture, rng: Noise) -> Picture:
    """Skew, perspective, warp and shading together."""
    bent = optics.bend(optics.tilt(picture, rng, 0.012), rng, 4)
    return optics.shade(skew(bent, rng), rng, 0.25)


def fax(picture: Picture, rng: Noise) -> Picture:
    """Reduce to two levels with speckle."""
    return optics.to_two_levels(optics.rotate(picture, rng.uniform(-0.8, 0.8)), rng, 0.0008)


def turn(quarters: int) -> Effect:
    """Turn the scanned page by quarters, counter-clockwise."""
    return lambda picture, rng: np.ascontiguousarray(np.rot90(feed(picture, rng), quarters))


def seal(picture: Picture, rng: Noise) -> Picture:
    """Stamp a round red seal over the figures, then scan in colour."""
    h, w = picture.shape[:2]
    dark_rows = np.flatnonzero((picture < 128).sum(axis=1) > w // 4)
    low = int(dark_rows[-1]) if len(dark_rows) else h // 2
    center = int(w * rng.uniform(0.45, 0.85)), int(rng.uniform(max(h * 0.1, low * 0.55), low))
    stamped = optics.stamp(picture, rng, center, int(w * rng.uniform(0.085, 0.11)))
    return feed(stamped, rng)


def faint_rulings(picture: Picture, rng: Noise) -> Picture:
    """Print the rulings pale."""
    return feed(optics.lift_rulings(picture, int(rng.integers(165, 195))), rng)


def broken_rulings(picture: Picture, rng: Noise) -> Picture:
    """Print the rulings with gaps."""
    return feed(optics.break_rulings(picture, rng, 8, 0.08), rng)


def doubled_rulings(picture: Picture, rng: Noise) -> Picture:
    """Print every ruling twice."""
    return feed(optics.double_rulings(picture, int(rng.integers(3, 6))), rng)


def erased_ruling(picture: Picture, rng: Noise) -> Picture:
    """Fold the page so that stretches of rulings are gone."""
    return feed(optics.erase_ruling(picture, rng, 0.35), rng)


def thin_rulings(picture: Picture, rng: Noise) -> Picture:
    """Print the rulings thin and grey."""
    return feed(optics.thin_rulings(picture, int(rng.integers(140, 175))), rng)


def uneven_feed(picture: Picture, rng: Noise) -> Picture:
    """Give each page a skew and a scale of its own."""
    return optics.grain(optics.rotate(picture, rng.uniform(-2, 2), rng.uniform(0.9, 1.02)), rng, 4)


Container = Literal["pdf", "jpg", "png", "webp", "tiff", "scan-in-text", "searchable", "no-unicode"]
PICTURES = frozenset({"jpg", "png", "webp", "tiff"})


@dataclass(frozen=True, slots=True)
class Condition:
    """One way to spoil a document: effect per page, resolution, storage, and how its pages must be read.

    `pages` tells which pages (from 0, of how many) the effect turns; the others are only fed through the scanner.
    """

    effect: Effect = feed
    dpi: int = 200
    quality: int | None = 80
    container: Container = "pdf"
    two_levels: bool = False
    pages: Ordering = lambda page, count: True
    source: Source = "scan"

    @property
    def suffix(self) -> str:
        return f".{self.container}" if self.container in PICTURES else ".pdf"


CONDITIONS: dict[str, Condition] = {
    "grey_200": Condition(),
    "skew": Condition(skew),
    "perspective": Condition(perspective),
    "warp": Condition(warp),
    "shading": Condition(shading),
    "jpeg_50": Condition(quality=50),
    "everything_jpeg_50": Condition(everything, quality=50),
    "grey_150": Condition(dpi=150),
    "fax_300": Condition(fax, dpi=300, quality=None, two_levels=True),
    "turned_90": Condition(turn(3)),
    "turned_180": Condition(turn(2)),
    "turned_270": Condition(turn(1)),
    "turned_some": Condition(turn(1), pages=lambda page, count: page % 2 == 1),
    "seal": Condition(seal),
    "faint_rulings": Condition(faint_rulings),
    "broken_rulings": Condition(broken_rulings),
    "doubled_rulings": Condition(doubled_rulings),
    "erased_ruling": Condition(erased_ruling),
    "thin_grey_rulings": Condition(thin_rulings),
    "uneven_feed": Condition(uneven_feed),
    "scan_in_text": Condition(container="scan-in-text", pages=lambda page, count: page == count - 1),
    "searchable": Condition(container="searchable"),
    "no_unicode_map": Condition(container="no-unicode"),
    "phone_photo": Condition(optics.photograph, quality=75),
    "jpeg_file": Condition(container="jpg"),
    "png_file": Condition(container="png", quality=None),
    "tiff_file": Condition(container="tiff", quality=None),
}
"""All conditions by name. `jpeg_file` and `png_file` take documents of one page."""


def worn(*effects: Effect, skew: float = 0.6) -> Effect:
    """Wear a page and put it through a scanner."""

    def effect(picture: Picture, rng: Noise) -> Picture:
        for change in effects:
            picture = change(picture, rng)
        return feed(picture, rng, skew)

    return effect


def then(effect: Effect, last: Effect) -> Effect:
    """Do one thing after the other."""
    return lambda picture, rng: last(effect(picture, rng), rng)


WORN: dict[str, Condition] = {
    "folded": Condition(worn(wear.fold)),
    "stained": Condition(worn(wear.stain)),
    "bleed_through": Condition(worn(wear.bleed_through)),
    "dirty_drum": Condition(worn(wear.dirty_drum)),
    "dirty_rollers": Condition(worn(wear.dirty_rollers)),
    "streaks": Condition(worn(wear.streaks)),
    "worn_rulings": Condition(worn(wear.wear_rulings)),
    "moire": Condition(worn(wear.moire)),
    "shadow_and_border": Condition(worn(wear.cast_shadow)),
    "ink_bleed": Condition(worn(wear.bleed_ink)),
    "low_ink": Condition(worn(wear.starve)),
    "coarse_paper": Condition(worn(wear.roughen)),
    "scrawl": Condition(worn(wear.scrawl)),
    "punched": Condition(worn(wear.punch)),
    "two_levels_200": Condition(then(worn(skew=0.4), wear.threshold), quality=None, two_levels=True),
    "two_levels_dither": Condition(then(worn(skew=0.4), wear.dither), quality=None, two_levels=True),
    "grey_100": Condition(dpi=100),
    "webp_file": Condition(container="webp"),
    "tiff_g4": Condition(then(worn(skew=0.4), wear.threshold), container="tiff", quality=None, two_levels=True),
    "mix_copy": Condition(worn(wear.starve, wear.dirty_rollers, wear.streaks), dpi=150, quality=60),
    "mix_archive": Condition(worn(wear.fold, wear.roughen, wear.punch), quality=70),
    "mix_fax": Condition(then(worn(wear.bleed_ink, wear.dirty_drum), wear.threshold), quality=None, two_levels=True),
    "mix_phone": Condition(then(worn(wear.fold, wear.cast_shadow), optics.photograph), quality=60),
}
"""What wears pages out, and more kinds of files, by name; `degrade` knows these too."""


def known(name: str) -> Condition:
    """Return a condition by its name; KeyError for an unknown one."""
    return (CONDITIONS | WORN)[name]


def shoot(path: Path, name: str, seed: int) -> list[Shot]:
    """Take the picture of every page under a condition."""
    condition = known(name)
    clean = render(path, condition.dpi)
    shots = []
    for page, picture in enumerate(clean):
        rng = generator(name, seed, page)
        effect = condition.effect if condition.pages(page, len(clean)) else feed
        shots.append(Shot(effect(picture, rng), condition.dpi, condition.quality, condition.two_levels))
    return shots


def replace_last_page(path: Path, shots: Sequence[Shot], out: Path) -> None:
    """Put the picture of the last page in its place; the pages before stay text."""
    with pikepdf.open(path) as pdf:
        del pdf.pages[-1]
        add_page(pdf, shots[-1])
        save(pdf, out)


def lay_wrong_text_under(path: Path, shots: Sequence[Shot], out: Path) -> None:
    """Show the pictures and set a bad, invisible text layer with them: other digits, lost and confused characters."""
    document = pypdfium2.PdfDocument(str(path))
    canvas = Canvas(str(out), invariant=1)
    for page, shot in zip(document, shots, strict=True):
        width, height = (n * 72 / shot.dpi for n in shot.picture.shape[1::-1])
        canvas.setPageSize((width, height))
        picture = ImageReader(io.BytesIO(jpeg_bytes(shot.picture, shot.quality or 80)))
        canvas.drawImage(picture, 0, 0, width, height)
        for line in misread_lines(page):
            text = canvas.beginText(line.x, line.y)
            text.setTextRenderMode(3)
            text.setFont(register("zenhei"), line.size)
            text.textOut(line.text)
            canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    document.close()


def hide_unicode(path: Path, seed: int, out: Path) -> None:
    """Copy a text PDF and take its fonts' Unicode maps away, or make them give private-use characters."""
    shutil.copyfile(path, out)
    rewrite_unicode(out, to_private_use if seed % 2 else lambda cmap: None)


def degrade(pdf_path: Path, condition: str, seed: int, out_path: Path, truth: Truth) -> Truth:
    """Write the document as it is after a condition and return its truth. KeyError for an unknown condition.

    `out_path` needs the condition's suffix.
    """
    chosen = known(condition)
    if out_path.suffix != chosen.suffix:
        raise ValueError(f"{condition} writes {chosen.suffix}, not {out_path.suffix}")
    if chosen.container == "no-unicode":
        hide_unicode(pdf_path, seed, out_path)
        return truth.renamed(out_path.name, "scan")
    shots = shoot(pdf_path, condition, seed)
    if chosen.container == "scan-in-text":
        replace_last_page(pdf_path, shots, out_path)
    elif chosen.container == "searchable":
        lay_wrong_text_under(pdf_path, shots, out_path)
    elif chosen.container == "pdf":
        write_pdf(shots, out_path)
    else:
        write_picture(shots, out_path)
    return truth.renamed(out_path.name, chosen.source)
