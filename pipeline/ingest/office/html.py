"""Web page, or the HTML that programs save under .xls and .doc → its tables, the text between them, its pictures.

Nothing that a page refers to is fetched, no script is run, what is set invisible is not read. Text and tables between
two large pictures are one page; pictures that the file carries inside itself are pages of their own.
"""

from __future__ import annotations

import codecs
import email
import re
from collections.abc import Iterator
from email.message import Message
from typing import Any

from lxml import etree

from pipeline.errors import CorruptDocument, TooLarge, UnsupportedDocument
from pipeline.ingest.office.leaves import Leaves
from pipeline.ingest.office.nesting import Block, lay_out
from pipeline.ingest.office.web.boxes import lay_out_boxes, open_frames
from pipeline.ingest.office.web.flow import Seen, read_blocks
from pipeline.ingest.office.web.pictures import Pictures
from pipeline.ingest.office.web.styles import read_styles
from pipeline.ingest.pending import ReadImage, ReadPage
from pipeline.ingest.sniff import MHTML, media_type
from pipeline.settings import ReadSettings

READER = "html"

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_CHINESE = frozenset({"gb2312", "gbk", "gb_2312-80", "x-gbk", "csgb2312", "cp936", "gb18030"})


def read_html(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Iterator[ReadPage]:
    """Yield a web page as pages without geometry, and as pictures.

    Raises:
        CorruptDocument: there is no element in it.
        UnsupportedDocument: there is no table and no large picture in it.
        TooLarge: a table has more cells than a table may have.
    """
    return _read_page(data, Pictures(), settings, read_image)


def read_mhtml(data: bytes, settings: ReadSettings, read_image: ReadImage) -> Iterator[ReadPage]:
    """Yield the page inside a web archive (.mht), as Word and browsers save it, with the pictures of the archive.

    Raises:
        CorruptDocument: there is none.
        UnsupportedDocument, TooLarge: as `read_html`.
    """
    page, pictures = unwrap_mhtml(data)
    return _read_page(page, pictures, settings, read_image)


def _read_page(data: bytes, pictures: Pictures, settings: ReadSettings, read_image: ReadImage) -> Iterator[ReadPage]:
    root, seen = _open_page(data, pictures)
    leaves = Leaves(READER, "text", settings, read_image)
    for setting in lay_out(read_blocks(root, seen)):
        yield from leaves.set(setting)
    if next(root.iter("table"), None) is None and not leaves.number:
        raise UnsupportedDocument("a web page without a table, such as a site's error page; download the file again")
    if seen.hidden:
        leaves.say("hidden_unread", f"{seen.hidden} rows, cells or texts in cells that nobody sees were not read")
    yield from leaves.end()


def _open_page(data: bytes, pictures: Pictures) -> tuple[Any, Seen]:
    """Return the root of a page with its frames and boxes as they are seen, and what is known of it."""
    root = parse_html(pictures.take_out(decode_html(data)))
    open_frames(root, parse_html)
    styles = read_styles(root)
    lay_out_boxes(root, styles)
    return root, Seen(styles, pictures)


def read_html_blocks(data: bytes) -> Iterator[Block]:
    """Yield the blocks of a web page or web archive that is a part of another document."""
    page, pictures = unwrap_mhtml(data) if media_type(data) == MHTML else (data, Pictures())
    return read_blocks(*_open_page(page, pictures))


def parse_html(text: str) -> Any:
    """Return the root element of a web page.

    Raises:
        CorruptDocument: there is none.
        TooLarge: its elements are nested too deeply.
    """
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CorruptDocument("the web page cannot be parsed; download it again") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise TooLarge("the web page nests its elements too deeply; print it to PDF and supply that")
    if root is None:
        raise CorruptDocument("the web page is empty; download it again")
    return root


def unwrap_mhtml(data: bytes) -> tuple[bytes, Pictures]:
    """Return the page inside a web archive, and the archive's other parts by their addresses.

    Raises:
        CorruptDocument: there is none.
    """
    message: Message = email.message_from_bytes(data)
    page: bytes | None = None
    parts: dict[str, bytes] = {}
    for part in message.walk():
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        if part.get_content_type() == "text/html" and page is None:
            page = content
        elif part.get_content_maintype() == "image":
            for name in ("Content-Location", "Content-ID"):
                parts[str(part.get(name, "")).strip().strip("<>")] = content
    if page is None:
        raise CorruptDocument("the web archive has no page in it; download it again")
    return page, Pictures(parts=parts)


def decode_html(data: bytes) -> str:
    """Return a page's text in the code that its mark or its head names, else UTF-8, else GB 18030.

    GB 2312 and GBK are read as GB 18030, which contains both; a page that is not in the code it names is read in the
    one that fits.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace").replace("\0", "")
    named = _CHARSET.search(data[:4096])
    names = [named[1].decode("ascii").lower()] if named else []
    for name in [*names, "utf-8", "gb18030"]:
        try:
            return data.decode("gb18030" if name in _CHINESE else name).replace("\0", "")
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("gb18030", "replace").replace("\0", "")
