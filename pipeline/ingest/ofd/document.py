"""OFD file (GB/T 33190-2016) → pages with characters, rulings and sizes: a zip of XML, read natively.

All documents of the file are read, one after the other, each page with its templates and annotations. Signatures, seals
and actions are not looked at. A page that is a picture, or whose text is drawn as outlines, is read from
its picture, a picture of a table in a text page is laid into it; what has text that cannot be believed and no picture
is a page unread.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from PIL import Image

from pipeline.errors import CorruptDocument, DocumentError, EncryptedDocument, NoPages, TooLarge
from pipeline.geometry.grid import find_grids
from pipeline.ingest.containers.packages import Package, resolve_name
from pipeline.ingest.covered import COVERING
from pipeline.ingest.ofd.annotations import WATERMARK, list_annotations, read_appearances
from pipeline.ingest.ofd.canvas import paint_page
from pipeline.ingest.ofd.marks import Written
from pipeline.ingest.ofd.objects import POINTS, Drawn, Transform, draw_objects, numbers
from pipeline.ingest.ofd.witness import find_regions, hold_against_picture
from pipeline.ingest.pdf.mixed import begin_mixed
from pipeline.ingest.pdf.rendering import SCALE
from pipeline.ingest.pdf.second import doubt_overwritten
from pipeline.ingest.pdf.trust import ENOUGH, PageFacts, distrust
from pipeline.ingest.pending import ReadImage, ReadPage
from pipeline.models import Box, Glyph, Page, PageIssue
from pipeline.settings import ReadSettings

READER = "ofd"

A4 = (0.0, 0.0, 210.0, 297.0)
"""Corner and size of a page that states none, in millimetres."""

LARGEST = 5_080.0
"""Width or height in millimetres that a page may state; PDF has the same limit."""

OUTLINES = "outlines"
"""Why a page without text is read from its picture."""

FORMATS = ("JPEG", "PNG", "TIFF", "BMP")


@dataclass(frozen=True, slots=True)
class _Means:
    """What the pages of a file are read with."""

    settings: ReadSettings
    read_image: ReadImage


@dataclass(slots=True)
class _Document:
    """One document of the file: its pages, templates and resources by id; the first use of a template parses it.

    `annotations` are by the part of the page that they lie on.
    """

    package: Package
    means: _Means
    root: Any
    base: str
    templates: dict[str, str] = field(default_factory=dict)
    units: dict[str, Any] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)
    fonts: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)
    parsed: dict[str, Any] = field(default_factory=dict)

    def parse(self, name: str) -> Any:
        """Return a part, parsed once: many pages share a template."""
        if name not in self.parsed:
            self.parsed[name] = self.package.parse(name)
        return self.parsed[name]


def read_ofd(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Iterator[ReadPage]:
    """Yield the pages of all documents of the file, numbered from 1.

    Raises:
        CorruptDocument: the file is no readable OFD.
        EncryptedDocument: it is encrypted (GM/T 0099).
        NoPages: none of its documents has a page.
        TooLarge: it has more pages, or unpacks to more, than the settings allow.
    """
    places = _list_places(data, _Means(settings, read_image))
    failures = 0
    for number, (document, name) in enumerate(places, 1):
        try:
            yield _read_page(document, name, number)
        except CorruptDocument as error:
            failures += 1
            if failures == len(places):
                raise
            yield _unread(Page(number, A4[2] * POINTS, A4[3] * POINTS, (), (), "text", READER), error.message)


def paint_ofd_page(data: bytes, number: int, settings: ReadSettings, scale: float) -> tuple[Image.Image, float, float]:
    """Return the picture of a page (from 1), `scale` pixels per point, and its width and height in points.

    Raises:
        IndexError: there is no such page.
        NoFont: a character is in no font that could be found.
        DocumentError: as `read_ofd`.
    """
    document, name = _list_places(data, _Means(settings, _ask_nobody))[number - 1]
    drawn, size = _draw_page(document, document.package.parse(name), name)
    scale = min(scale, math.sqrt(settings.max_pixels / max(1.0, size.width * size.height)))
    load_picture, load_font = partial(_try_picture, document), partial(_try_font, document)
    return paint_page(drawn.marks, (size.x1, size.y1), scale, load_picture, load_font), size.x1, size.y1


def _ask_nobody(image: Any, number: int, width: float, height: float) -> Page:
    return Page(number, width, height, (), (), "ocr", "")


def _try_font(document: _Document, resource: str) -> bytes | None:
    try:
        return document.package.read(document.fonts.get(resource, ""))
    except DocumentError:
        return None


def _list_places(data: bytes, means: _Means) -> list[tuple[_Document, str]]:
    """Return the pages of all documents of the file, each with its document and its part."""
    package, settings = Package(data, means.settings.max_unpacked), means.settings
    if any(name.rpartition("/")[2] in {"encryptions.xml", "decryptseed.dat"} for name in package.names()):
        raise EncryptedDocument("the OFD file is encrypted; ask the publisher for an open copy")
    documents = _open_documents(package, means)
    places = [(document, name) for document in documents for name in _list_pages(document)]
    if not places:
        raise NoPages("the OFD file has no page; ask the publisher for a new copy")
    if len(places) > settings.max_pages:
        raise TooLarge(f"the OFD file has {len(places)} pages, more than {settings.max_pages}; raise --max-pages")
    return places


def _open_documents(package: Package, means: _Means) -> Iterator[_Document]:
    for node in package.parse("OFD.xml").iterfind("{*}DocBody/{*}DocRoot"):
        base = resolve_name("", (node.text or "").strip())
        document = _Document(package, means, package.parse(base), base)
        common = document.root.find("{*}CommonData")
        if common is None:
            raise CorruptDocument("the OFD file lacks the description of its pages; ask the publisher for a new copy")
        for template in common.iterfind("{*}TemplatePage"):
            document.templates[template.get("ID", "")] = resolve_name(base, template.get("BaseLoc", ""))
        _read_resources(document, common, base)
        annotated = list_annotations(package, document.root, base)
        for page in document.root.iterfind("{*}Pages/{*}Page"):
            if page.get("ID") in annotated:
                document.annotations[resolve_name(base, page.get("BaseLoc", ""))] = annotated[page.get("ID", "")]
        yield document


def _list_pages(document: _Document) -> list[str]:
    nodes = document.root.iterfind("{*}Pages/{*}Page")
    return [resolve_name(document.base, node.get("BaseLoc", "")) for node in nodes]


def _read_resources(document: _Document, parent: Any, base: str) -> None:
    """Enter the pictures and the composite graphics of the resource files that an element names (7.9)."""
    for node in parent.iterchildren("{*}PublicRes", "{*}DocumentRes", "{*}PageRes"):
        name = resolve_name(base, (node.text or "").strip())
        if name not in document.package:
            continue
        resources = document.parse(name)
        folder = resolve_name(name, resources.get("BaseLoc", "") + "/")
        for media in resources.iterfind("{*}MultiMedias/{*}MultiMedia"):
            file = (media.findtext("{*}MediaFile") or "").strip()
            document.media[media.get("ID", "")] = resolve_name(f"{folder}/", file)
        for font in resources.iterfind("{*}Fonts/{*}Font"):
            file = (font.findtext("{*}FontFile") or "").strip()
            document.fonts[font.get("ID", "")] = resolve_name(f"{folder}/", file) if file else ""
        for unit in resources.iterfind("{*}CompositeGraphicUnits/{*}CompositeGraphicUnit"):
            document.units[unit.get("ID", "")] = unit


def _draw_page(document: _Document, root: Any, name: str) -> tuple[Drawn, Box]:
    """Return what a page draws, and the page in points."""
    _read_resources(document, root, name)
    left, top, width, height = _page_box(root, document.root)
    start: Transform = (POINTS, 0.0, 0.0, POINTS, -left * POINTS, -top * POINTS)
    drawn = Drawn()
    for content in _contents(document, root):
        draw_objects(content, start, document.units.get, drawn)
    for kind, appearance in read_appearances(document.package, document.annotations.get(name, "")):
        over = Drawn(printed=drawn.printed) if kind == WATERMARK else drawn
        draw_objects(appearance, start, document.units.get, over)
        drawn.overlays += over.glyphs if kind == WATERMARK else []
    return drawn, Box(0.0, 0.0, width * POINTS, height * POINTS)


def _read_page(document: _Document, name: str, number: int) -> ReadPage:
    drawn, size = _draw_page(document, document.package.parse(name), name)
    glyphs = tuple(g for g in drawn.glyphs if size.contains(*g.box.center))
    page = Page(number, size.x1, size.y1, glyphs, tuple(drawn.rulings), "text", READER, overlays=tuple(drawn.overlays))
    page = doubt_overwritten(page)
    regions = find_regions(drawn, glyphs, size)
    reason = distrust(glyphs, _measure(drawn, glyphs, size), bool(find_grids(drawn.rulings)))
    if not glyphs and len(regions.outlines) >= ENOUGH:
        reason = OUTLINES
    text = None if reason else hold_against_picture(page, drawn, regions)
    if text is None:
        return _read_picture(document, page, drawn, reason or "picture")
    if not regions:
        return text
    render = partial(_render_region, document, drawn, page)
    return begin_mixed(text, regions, render, document.means.read_image)


def _page_box(page: Any, document: Any) -> tuple[float, float, float, float]:
    """Return corner and size of a page in millimetres: its own, else the document's (7.5)."""
    for path, root in (("{*}Area/{*}PhysicalBox", page), ("{*}CommonData/{*}PageArea/{*}PhysicalBox", document)):
        box = numbers(root.findtext(path))
        if len(box) == 4 and 0 < box[2] <= LARGEST and 0 < box[3] <= LARGEST:
            return box[0], box[1], box[2], box[3]
    return A4


def _contents(document: _Document, root: Any) -> Iterator[Any]:
    """Yield the content of the templates that a page lies on, then its own (7.7)."""
    for node in root.iterfind("{*}Template"):
        name = document.templates.get(node.get("TemplateID", ""))
        if name is None or name not in document.package:
            raise CorruptDocument("a page refers to a template that the OFD file does not have; download it again")
        template = document.parse(name)
        _read_resources(document, template, name)
        yield from template.iterchildren("{*}Content")
    yield from root.iterchildren("{*}Content")


def _measure(drawn: Drawn, glyphs: tuple[Glyph, ...], size: Box) -> PageFacts:
    covered = sum(_share(picture.box, size) for picture in drawn.pictures)
    hidden = len(drawn.hidden) / max(1, len(drawn.hidden) + len(glyphs))
    return PageFacts(len(drawn.hidden) + len(glyphs), min(1.0, covered), hidden)


def _share(box: Box, page: Box) -> float:
    """Return the share of the page that a box covers."""
    width = min(box.x1, page.x1) - max(box.x0, 0.0)
    height = min(box.y1, page.y1) - max(box.y0, 0.0)
    return max(0.0, width) * max(0.0, height) / (page.width * page.height)


def _read_picture(document: _Document, page: Page, drawn: Drawn, reason: str) -> ReadPage:
    """Read a page whose text cannot be believed from the picture that covers it, or from its outlines.

    Without either it is a page unread.
    """
    size = Box(0.0, 0.0, page.width, page.height)
    largest = max(drawn.pictures, key=lambda picture: _share(picture.box, size), default=None)
    if largest is None or _share(largest.box, size) < COVERING:
        if reason != OUTLINES:
            return _unread(page, f"text not used ({reason}), and no picture of the page")
        picture, _ = _render_region(document, drawn, page, size)
        return document.means.read_image(picture, page.number, page.width, page.height)
    try:
        image = _load_picture(document, largest.resource)
    except DocumentError as error:
        return _unread(page, error.message)
    picture = np.asarray(_lay_on_page(image, largest.box, size))
    return document.means.read_image(picture, page.number, page.width, page.height)


def _render_region(document: _Document, drawn: Drawn, page: Page, box: Box) -> tuple[Any, float]:
    """Paint a part of a page without its characters, for recognition; return its picture and pixels per point."""
    scale = min(SCALE, math.sqrt(document.means.settings.max_pixels / max(1.0, page.width * page.height)))
    marks = [mark for mark in drawn.marks if not isinstance(mark, Written)]
    sheet = paint_page(marks, (page.width, page.height), scale, partial(_try_picture, document), lambda _: None)
    part = sheet.crop((round(box.x0 * scale), round(box.y0 * scale), round(box.x1 * scale), round(box.y1 * scale)))
    return np.asarray(part), scale


def _try_picture(document: _Document, resource: str) -> Image.Image | None:
    try:
        return _load_picture(document, resource)
    except DocumentError:
        return None


def _unread(page: Page, why: str) -> Page:
    issue = PageIssue("page_unread", f"page {page.number}: {why}; print it to PDF and read that", page.number)
    return Page(page.number, page.width, page.height, (), (), "text", READER, issues=(issue,))


def _load_picture(document: _Document, resource: str) -> Image.Image:
    """Return a picture of the file.

    Raises:
        CorruptDocument: it is not there or cannot be decoded.
        TooLarge: it has more pixels than the settings allow.
    """
    data = document.package.read(document.media.get(resource, ""))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            if image.width * image.height > document.means.settings.max_pixels:
                raise TooLarge(f"a picture has {image.width} x {image.height} pixels; raise --max-pixels")
            return image.convert("RGBA" if image.has_transparency_data else "RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise CorruptDocument("a picture in the file cannot be decoded") from error


def _lay_on_page(image: Image.Image, box: Box, page: Box) -> Image.Image:
    """Return the page with the picture in its place, at the picture's own resolution."""
    scale_x, scale_y = image.width / max(box.width, 1.0), image.height / max(box.height, 1.0)
    sheet = Image.new("RGB", (max(1, round(page.width * scale_x)), max(1, round(page.height * scale_y))), "white")
    if sheet.width * sheet.height > 2 * image.width * image.height + 1:
        return image.convert("RGB")
    sheet.paste(image.convert("RGB"), (round(box.x0 * scale_x), round(box.y0 * scale_y)))
    return sheet
