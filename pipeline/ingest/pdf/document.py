"""PDF → pages: the text layer where it can be believed, the picture of the page where it cannot.

pdfium reads text pages, tells what of them is seen, and renders. pdfplumber is the second reader: for pages whose text
pdfium gives without usable characters, and for all where it is asked for. Pages in are pages out, always: measured over
3,710 public PDFs, pdfplumber reports 0 pages without an error for 40 of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium_c

from pipeline.errors import CorruptDocument, NoPages, TooLarge
from pipeline.geometry.grid import find_grids
from pipeline.ingest.covered import COVERING
from pipeline.ingest.pdf.annotations import UNCLEAR, Appearances, ShownField, mentions, open_forms, show_annotations
from pipeline.ingest.pdf.drawn.affine import UNMOVED
from pipeline.ingest.pdf.laid_in import set_values
from pipeline.ingest.pdf.layer import SeenLayer, read_layer
from pipeline.ingest.pdf.layers import hide_layers
from pipeline.ingest.pdf.mixed import begin_mixed
from pipeline.ingest.pdf.opening import NO_PAGES, open_pdfium, open_text_layers
from pipeline.ingest.pdf.rendering import render_page, render_region, render_small
from pipeline.ingest.pdf.second import count_doubts, doubt_overwritten, doubt_unshared
from pipeline.ingest.pdf.seen.figures import KnownFonts
from pipeline.ingest.pdf.seen.picture import find_company, find_left_over, question_picture
from pipeline.ingest.pdf.textlayer import read_glyphs, read_rulings
from pipeline.ingest.pdf.trust import ENOUGH, PageFacts, distrust
from pipeline.ingest.pdf.turning import frame_of
from pipeline.ingest.pending import ReadImage, ReadPage
from pipeline.models import Glyph, Page, PageIssue, Ruling
from pipeline.settings import ReadSettings

NO_SIZE = (595.0, 842.0)
"""Width and height in points of a page that cannot be opened: A4, as good as any."""

SECOND_READER = frozenset({"no_unicode_map", "implausible_text", "text_unseen"})
"""Doubts about pdfium's text of a page on which pdfplumber is asked too."""


@dataclass(frozen=True)
class _Source:
    """An open document: its bytes, pdfium's handle, and what it is read with."""

    data: bytes
    document: Any
    settings: ReadSettings
    read_image: ReadImage
    appearances: Appearances
    fonts: KnownFonts = field(default_factory=KnownFonts)

    @cached_property
    def second_pages(self) -> list[Any]:
        """pdfplumber's pages, opened for the first page that it is asked about; none where it sees others."""
        return open_text_layers(self.data, len(self.document))

    def read_second(self, index: int, facts: PageFacts) -> SeenLayer:
        """Return a page's text layer as pdfplumber reads it."""
        if not self.second_pages:
            return SeenLayer(facts=facts, failure="pdfplumber found no such page")
        return _read_text_layer(self.second_pages[index], facts)


def read_pdf(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Iterator[ReadPage]:
    """Yield the pages of a PDF in order.

    Raises:
        EncryptedDocument: a password is needed.
        CorruptDocument: neither pdfium nor a file re-saved by qpdf can be opened, or none of its pages.
        NoPages: the document has no page.
        TooLarge: it has more pages than the settings allow.
    """
    document, data = open_pdfium(hide_layers(data))
    try:
        if len(document) == 0:
            raise NoPages(NO_PAGES)
        if len(document) > settings.max_pages:
            raise TooLarge(f"the PDF has {len(document)} pages, more than {settings.max_pages}; raise --max-pages")
        source, opened = _Source(data, document, settings, read_image, open_forms(document, data)), 0
        for index in range(len(document)):
            try:
                page = document[index]
            except pypdfium2.PdfiumError:
                yield _unopened(index + 1)
                continue
            opened += 1
            read = _read_page(source, page, index)
            yield _say_program(read, data) if opened == 1 else read
        if not opened:
            raise CorruptDocument("no page of the PDF can be opened; download it again")
    finally:
        document.close()


LARGEST = 20_000_000.0
"""Square points of a page up to which it is held against its picture; A0 has eight million."""

COVERED = "seal"
"""Doubt of characters that something lies over, as under the seal of a scan."""

NEEDS_RENDERING = re.compile(rb"/NeedsRendering\s+true")

FALSE_FIGURES = "false_figures"
"""Why the text layer of a page is not used whose fonts draw other figures than it says."""

CONTRADICTED = "picture"
"""Why the text layer of a page is not used that its own picture contradicts."""


def _unopened(number: int) -> Page:
    """Return what stands for a page that is damaged: pages in are pages out."""
    issue = PageIssue("page_unread", f"page {number}: it is damaged and could not be opened", number)
    return Page(number, *NO_SIZE, (), (), "text", "pdfium", issues=(issue,))


def _say_program(page: ReadPage, data: bytes) -> ReadPage:
    """Say where a file's pages are drawn by a program in it: what is stored asks to wait (XFA, 12.7.8)."""
    if not mentions(data, NEEDS_RENDERING):
        return page
    message = "what a person sees is drawn by a program in the file (XFA); print it to PDF and read that"
    issue = PageIssue("page_unread", f"page {page.number}: {message}", page.number)
    return replace(page, issues=(*page.issues, issue))


def _read_page(source: _Source, page: Any, index: int) -> ReadPage:
    fields: list[ShownField] = []
    if pdfium_c.FPDFPage_GetAnnotCount(page):
        page, fields = show_annotations(source.document, page, index, source.appearances)
    try:
        layer, reader, reason = _believed_layer(source, page, index)
        drawn = len(layer.glyphs)
        layer = layer.with_fields(fields, page)
        width, height = page.get_size()
        text = None if reason else _witnessed(_text_page(layer, reader, index + 1, width, height), layer, page, drawn)
        if text:
            text = _better_read(source, text, layer, page) if reader == "pdfium" and not fields else text
            if not layer.regions:
                return text
            render = partial(render_region, page, source.settings.max_pixels)
            return begin_mixed(text, layer.regions, render, source.read_image)
        if _blank(layer):
            return Page(index + 1, width, height, (), (), "text", "pdfium")
        picture = render_page(page, source.settings.max_pixels)
        read = _explain(source.read_image(picture, index + 1, width, height), reason or CONTRADICTED)
        return set_values(read, layer.glyphs[drawn:]) if fields else read
    finally:
        page.close()


def _witnessed(text: Page, layer: SeenLayer, page: Any, drawn: int) -> Page | None:
    """Return a text page without what its own picture does not show; None where the picture says otherwise altogether.

    Only the first `drawn` glyphs are asked about: the values of form fields that a viewer lays out are in no picture
    of ours. A page that was laid level is not asked: its characters do not stand where they are seen; nor is
    one without extent or larger than any sheet.
    """
    drawable = min(text.width, text.height) >= 1.0 and text.width * text.height <= LARGEST
    if layer.turn != UNMOVED or not drawable:
        return text
    known = (*layer.shapes, *layer.regions.pictures, *layer.regions.outlines, *(glyph.box for glyph in text.overlays))
    seen = question_picture(render_small(page), text.glyphs, (*text.rulings, *text.candidates), known)
    if seen.contradicts:
        return None
    issues = text.issues
    covered = seen.covered | {i for i in seen.invisible if _is_covered(text.glyphs[i], text.overlays)}
    invisible = {i for i in seen.invisible - covered if i < drawn}
    invisible |= find_left_over(invisible, text.glyphs)
    if invisible:
        message = f"page {text.number}: {len(invisible)} characters without ink on the page were not read"
        issues = (*issues, PageIssue("invisible_text", message, text.number))
    doubts = dict.fromkeys(find_company(invisible, text.glyphs, layer.owners), UNCLEAR) | dict.fromkeys(
        covered, COVERED
    )
    doubted = (replace(glyph, doubt=doubts[i]) if i in doubts else glyph for i, glyph in enumerate(text.glyphs))
    glyphs = tuple(glyph for i, glyph in enumerate(doubted) if i not in invisible)
    return replace(text, glyphs=glyphs, unread=(*text.unread, *seen.unread), issues=issues)


def _better_read(source: _Source, text: Page, layer: SeenLayer, page: Any) -> Page:
    """Return a text page that is in doubt as pdfplumber reads it, where that leaves less in doubt; else as it is."""
    doubts = count_doubts(text, len(layer.glyphs) - len(text.glyphs)) - len(layer.covered)
    if not doubts or layer.turn != UNMOVED:
        return text
    second = source.read_second(text.number - 1, layer.facts)
    if second.failure or _doubt(second):
        return text
    second = replace(second, regions=layer.regions, shapes=layer.shapes, covered=layer.covered)
    read = doubt_overwritten(_text_page(second, "pdfplumber", text.number, text.width, text.height))
    read = replace(read, rulings=_fuller(text.rulings, read.rulings), candidates=text.candidates)
    other = _witnessed(read, second, page, len(second.glyphs))
    if other is None:
        return text
    unclear = sum(glyph.doubt == UNCLEAR for glyph in other.glyphs)
    if count_doubts(other, len(second.glyphs) - len(other.glyphs)) - len(layer.covered) + unclear >= doubts:
        return text
    return doubt_unshared(replace(other, overlays=text.overlays), text)


def _fuller(first: tuple[Ruling, ...], second: tuple[Ruling, ...]) -> tuple[Ruling, ...]:
    """Return those of two readers' rulings that make more cells, the first reader's where both make as many."""
    return max(first, second, key=lambda rulings: sum(len(grid.cells) for grid in find_grids(rulings)))


def _is_covered(glyph: Glyph, overlays: Sequence[Glyph]) -> bool:
    """Tell whether the strokes of a stamp or a watermark may hide a character: it is there, and nobody can read it."""
    return any(over.box.contains(*glyph.box.center) for over in overlays)


def _believed_layer(source: _Source, page: Any, index: int) -> tuple[SeenLayer, str, str | None]:
    """Return a page's text layer, who read it, and why it is not to be used, or None where it is."""
    layer = read_layer(source.document, page)
    reason = _doubt(layer)
    if not reason and source.fonts.lie(layer.glyphs, layer.owners):
        return layer, "pdfium", FALSE_FIGURES
    asked = source.settings.text_reader == "pdfplumber" and not layer.facts.plainly_scanned
    if not asked and reason not in SECOND_READER and not layer.failure:
        return layer, "pdfium", reason
    second = source.read_second(index, layer.facts)
    other = _doubt(second)
    return (second, "pdfplumber", other) if asked or not other else (layer, "pdfium", reason)


def _doubt(layer: SeenLayer) -> str | None:
    if not layer.glyphs and len(layer.regions.outlines) >= ENOUGH:
        return "outlines"
    if layer.failure:
        return layer.failure
    ruled = layer.facts.picture_share < COVERING or bool(find_grids(layer.rulings))  # only then does it matter
    return distrust(layer.glyphs, layer.facts, ruled)


def _text_page(layer: SeenLayer, reader: str, number: int, width: float, height: float) -> Page:
    issues = []
    if layer.unseen:
        message = f"page {number}: {layer.unseen} characters that nobody sees were not read"
        issues.append(PageIssue("invisible_text", message, number))
    return Page(
        number,
        width,
        height,
        layer.glyphs,
        layer.rulings,
        "text",
        reader,
        frame_of(layer.turn),
        issues=tuple(issues),
        candidates=layer.candidates,
        overlays=layer.overlays,
        unread=layer.covered,
    )


def _blank(layer: SeenLayer) -> bool:
    return not layer.glyphs and not layer.facts.characters and not layer.facts.picture_share and not layer.rulings


def _explain(page: ReadPage, reason: str) -> ReadPage:
    if reason == "scan":
        return page
    issue = PageIssue("text_layer_distrusted", f"page {page.number}: text layer not used ({reason})", page.number)
    return replace(page, issues=(*page.issues, issue))


def _read_text_layer(page: Any, facts: PageFacts) -> SeenLayer:
    """Read and close a pdfplumber page; its cache would keep every character of the document."""
    try:
        return SeenLayer(read_glyphs(page), read_rulings(page), facts=facts)
    except Exception as error:  # noqa: BLE001 - pdfminer raises anything on a broken page; the picture is read instead
        return SeenLayer(facts=facts, failure=f"pdfplumber: {type(error).__name__}")
    finally:
        page.close()
