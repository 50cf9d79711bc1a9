"""The links of a listing page, with the text that a person sees."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin

from lxml import etree, html

from pipeline.text import normalise_text

ATTRIBUTES = {"a": "href", "area": "href", "iframe": "src", "frame": "src", "embed": "src", "object": "data"}
"""Where an element keeps the address of what it leads to."""

GBK = frozenset({"gb2312", "gbk", "gb_2312-80", "x-gbk", "cp936"})
"""Names of encodings that are parts of GB 18030 and read as it: pages often hold more than they declare."""


@dataclass(frozen=True, slots=True)
class Link:
    """An absolute address without its fragment, the text of the link (or its title, or the picture's), and its page."""

    address: str
    text: str
    page: str


def read_links(body: bytes, charset: str | None, page: str) -> list[Link]:
    """Return the links of the HTML at the address `page` in their order, each once. What is no HTML has none."""
    parser = html.HTMLParser(encoding=page_encoding(body, charset))
    try:
        tree = html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    found: dict[str, Link] = {}
    for link in _links(tree, page):
        found.setdefault(link.address, link)
    return list(found.values())


def page_encoding(body: bytes, charset: str | None) -> str:
    """Return the encoding of a page: what its header or its first 2,048 bytes declare, else UTF-8 or GB 18030."""
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", body[:2048], re.IGNORECASE)
    name = (charset or (declared[1].decode("ascii") if declared else "")).lower()
    if name in GBK:
        return "gb18030"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "utf-8" if _is_utf8(body) else "gb18030"


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _base(tree: html.HtmlElement, address: str) -> str:
    declared = tree.find(".//base[@href]")
    return urljoin(address, declared.get("href", "").strip()) if declared is not None else address


def _links(tree: html.HtmlElement, page: str) -> Iterator[Link]:
    base = _base(tree, page)
    for element in tree.iter(*ATTRIBUTES):
        target = re.sub(r"[\t\r\n]", "", element.get(ATTRIBUTES[element.tag], "").strip())
        try:
            address = urldefrag(urljoin(base, target)).url
        except ValueError:
            continue
        if target and address.partition(":")[0].lower() in {"http", "https"}:
            yield Link(address, _text(element), page)


def _text(element: html.HtmlElement) -> str:
    shown = " ".join(element.text_content().split())
    return normalise_text(shown or element.get("title", "") or "".join(element.xpath(".//img/@alt")[:1]))
