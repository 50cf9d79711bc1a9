"""Names for stored files: what a person would call the document, made safe.

Servers write Chinese names in UTF-8 or GBK, percent-encoded or raw, in Content-Disposition or in the address; addresses
are often mere numbers, and then the text of the link says what the document is. No name reaches out of its folder.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes, urlsplit

SUFFIXES: Mapping[str, str] = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/ofd": ".ofd",
    "application/zip": ".zip",
    "application/rtf": ".rtf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
    "text/html": ".html",
}
"""Suffix by media type, where the name has none."""

LONGEST = 150
"""Bytes of UTF-8 that a name has at most, suffix included; file systems allow 255."""

MEANINGLESS = re.compile(r"^(?:附件|下载|点击下载|点击查看|查看|详情|文件|[\s\d.、:：()（）])*$")
"""Texts of links that do not say what the document is."""

_HAN = re.compile(r"[\u4e00-\u9fff]")
_UNSAFE = frozenset('/\\:*?"<>|')
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def decode_name(raw: bytes) -> str:
    """Return bytes as text: UTF-8 where they are, else GB 18030, which holds GBK and GB 2312."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def name_in_address(address: str) -> str:
    """Return the last part of an address's path, its percent-encoding undone."""
    return decode_name(unquote_to_bytes(urlsplit(address).path.rpartition("/")[2]))


def name_in_header(disposition: str) -> str:
    """Return the file name of a Content-Disposition header (RFC 6266), or nothing.

    HTTP libraries give header bytes as Latin-1 or UTF-8 text; raw GBK bytes are found again.
    """
    extended = re.search(r"filename\*\s*=\s*[\w-]*'[^']*'([^;\s]+)", disposition, re.IGNORECASE)
    if extended:
        return decode_name(unquote_to_bytes(extended[1]))
    plain = re.search(r'filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]+))', disposition, re.IGNORECASE)
    if plain is None:
        return ""
    text = re.sub(r"\\(.)", r"\1", plain[1]) if plain[1] is not None else plain[2].strip()
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        return text
    return decode_name(unquote_to_bytes(raw) if b"%" in raw else raw)


def choose_name(disposition: str, link_text: str, address: str, media_type: str | None) -> str:
    """Return a safe file name for a document, with the suffix that its name or its bytes give it."""
    given = [name_in_header(disposition), name_in_address(address)]
    suffix = next((match[0].lower() for name in given if (match := _SUFFIX.search(name))), "")
    suffix = SUFFIXES.get(media_type or "", "") or suffix
    telling = [_SUFFIX.sub("", name) for name in (given[0], link_text) if name and not MEANINGLESS.match(name)]
    stem = next((name for name in telling if _HAN.search(name)), None) or _SUFFIX.sub("", given[0] or given[1])
    return safe_name(stem, suffix)


def safe_name(stem: str, suffix: str) -> str:
    """Return a name without separators, control and bidirectional characters, neither hidden nor too long."""
    kept = (char if char.isprintable() and char not in _UNSAFE else " " for char in unicodedata.normalize("NFC", stem))
    clean = " ".join("".join(kept).split()).strip(". ")
    room = LONGEST - len(suffix.encode())
    return (clean.encode()[:room].decode("utf-8", "ignore").strip() or "document") + suffix
