"""Word document → pages: its paragraphs and tables on a drawing board of our own, each large picture a page by itself.

A .docx has no pages and no boxes until some program sets it, but its merged cells are explicit (gridSpan, vMerge).
python-docx gives the elements their meaning; it does not open the file itself, because it would parse every part.
Macros, links, embedded objects and settings are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import oxml_parser

from pipeline.errors import CorruptDocument, DocumentError
from pipeline.ingest.containers.packages import Package, parse_xml
from pipeline.ingest.office.drawings import Artwork
from pipeline.ingest.office.leaves import Leaves
from pipeline.ingest.office.nesting import Block, Drawing, Lines, lay_out
from pipeline.ingest.office.ooxml import Relation, find_main_part, read_relations
from pipeline.ingest.office.pictures import Picture
from pipeline.ingest.office.word.numbers import Numbers, read_numbers
from pipeline.ingest.office.word.story import read_blocks
from pipeline.ingest.office.word.styles import Styles, read_styles
from pipeline.ingest.office.word.text import Story
from pipeline.ingest.pending import ReadImage, ReadPage
from pipeline.ingest.sniff import DOCM, DOCX, HTML, MHTML, media_type
from pipeline.settings import ReadSettings

READER = "docx"

_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": nsmap["w"].encode(),
    b"http://purl.oclc.org/ooxml/drawingml/": b"http://schemas.openxmlformats.org/drawingml/2006/",
    b"http://purl.oclc.org/ooxml/officeDocument/": b"http://schemas.openxmlformats.org/officeDocument/2006/",
}
"""Names that the strict form of the format has for what is usual (ECMA-376 part 1, annex A)."""

_PAGE_MARGINS = ("header", "footer")

_MARGINS = ("header", "footer", "footnotes", "endnotes")
"""Parts whose text is seen on the pages and belongs to no form."""


def read_docx(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Iterator[ReadPage]:
    """Yield what is in the document's body: text and tables between two pictures as one page, pictures as pages.

    Raises:
        CorruptDocument: the file is no readable .docx.
        EncryptedDocument, TooLarge, UnsupportedDocument: as `pipeline.ingest.containers.packages` says.
    """
    package = Package(data, settings.max_unpacked)
    main = find_main_part(package)
    body = _parse(package, main).find(qn("w:body"))
    if body is None:
        raise CorruptDocument("the Word file has no text body; open and save it in Word, then try again")
    relations = read_relations(package, main)
    story = _open_story(package, relations)
    story.read_chunk = partial(_read_chunk, limit=settings.max_unpacked, depth=1)
    leaves = Leaves(READER, "docx", settings, read_image)
    try:
        bare = True
        for setting in lay_out(read_blocks(body, story)):
            bare = bare and not isinstance(setting, Drawing | Picture)
            yield from leaves.set(setting)
        for setting in lay_out(_read_page_margins(story, package, relations)) if bare else ():
            yield from leaves.set(setting)
    except ValueError as error:  # of python-docx, for a number or a word that the standard does not have
        raise CorruptDocument(f"the Word file's table is damaged ({error}); open and save it in Word") from error
    if story.hidden:
        leaves.say("hidden_unread", f"hidden text in {story.hidden} places (hidden, or white on white) was not read")
    yield from leaves.end([*story.notes, *_read_margins(package, relations)])


def _read_page_margins(story: Story, package: Package, relations: dict[str, Relation]) -> Iterator[Block]:
    """Yield the tables and pictures of headers and footers, where a letterhead may hold the whole page."""
    for part in sorted({relation.target for relation in relations.values() if relation.kind in _PAGE_MARGINS}):
        try:
            root, own = _parse(package, part), read_relations(package, part)
        except DocumentError:
            continue
        within = Story(story.styles, story.numbers, Artwork(package, own))
        yield from (block for block in read_blocks(root, within) if not isinstance(block, Lines))


MOST_CHUNKS = 3
"""Documents inside each other as parts (w:altChunk)."""


def _read_chunk(data: bytes, limit: int, depth: int) -> Iterator[Block]:
    """Yield the blocks of a document that is a part of another one, as programs that write Word from HTML make it.

    One that cannot be read, or lies too deep, gives a picture that cannot be read: it is said.
    """
    kind = media_type(data)
    try:
        if kind in {HTML, MHTML}:
            from pipeline.ingest.office.html import read_html_blocks

            yield from read_html_blocks(data)
            return
        if kind in {DOCX, DOCM} and depth < MOST_CHUNKS:
            package = Package(data, limit)
            main = find_main_part(package)
            inner = _open_story(package, read_relations(package, main))
            inner.read_chunk = partial(_read_chunk, limit=limit, depth=depth + 1)
            yield from read_blocks(_parse(package, main), inner)
            return
    except DocumentError:
        pass
    yield Picture(None)


def _parse(package: Package, part: str) -> Any:
    content = package.read(part)
    for strict, usual in _STRICT.items():
        content = content.replace(strict, usual)
    return parse_xml(content, oxml_parser)


def _open_story(package: Package, relations: dict[str, Relation]) -> Story:
    names = {relation.kind: relation.target for relation in relations.values()}
    styles, numbers = names.get("styles"), names.get("numbering")
    known = read_styles(_parse(package, styles)) if styles and styles in package else Styles()
    counted = read_numbers(_parse(package, numbers), known) if numbers and numbers in package else Numbers(known)
    return Story(known, counted, Artwork(package, relations))


def _read_margins(package: Package, relations: dict[str, Relation]) -> Iterator[str]:
    """Yield the lines of headers, footers and footnotes; one of them that is damaged leaves the document whole."""
    for part in sorted({relation.target for relation in relations.values() if relation.kind in _MARGINS}):
        try:
            root = _parse(package, part)
        except DocumentError:
            continue
        margin = Story()
        for paragraph in root.iter(qn("w:p")):
            yield from ("".join(t.text or "" for t in paragraph.iter(qn("w:t"))).strip(),)
        yield from margin.notes
        yield from (node.get("string", "") for node in root.iter("{urn:schemas-microsoft-com:vml}textpath"))
