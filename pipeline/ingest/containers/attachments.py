"""Files inside a PDF: attachments, files that belong to a page or a note, and the members of a portfolio.

They are listed by qpdf (pikepdf) without being unpacked; names are made safe to print by whoever asks. A file that is
named in several places (ISO 32000-2: the name tree 7.7.4, associated files 14.13, notes 12.5.6.15) is one file.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.errors import CorruptDocument, UnsupportedDocument
from pipeline.ingest.containers.packages import refuse_bomb

MOST_NODES = 20_000
"""Nodes of the name tree, and notes of the pages, that are looked at; a circle in the tree ends there too."""

CHUNK = 1 << 18
"""Bytes that are unpacked at a time."""

_SIGNS = (b"/EF", b"EmbeddedFile", b"/ObjStm")
"""One of these stands in every PDF that holds a file: the reference to it, or a packed object that may have it."""

_NAMES = ("/UF", "/F", "/Unix", "/DOS", "/Mac")

PDF_WITHIN = 1024
"""Bytes in which `%PDF-` must occur."""


def is_pdf(data: bytes) -> bool:
    """Tell whether bytes are a PDF, as far as their beginning tells."""
    return b"%PDF-" in data[:PDF_WITHIN]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a PDF, packed as it is; the open document lives as long as its stream is held."""

    pdf: Any
    stream: Any


def find_attachments(data: bytes) -> list[tuple[str, Attachment]]:
    """Return the files in a PDF with their names, in order; none where qpdf cannot open it."""
    if not any(sign in data for sign in _SIGNS):
        return []
    import pikepdf

    try:
        pdf = pikepdf.open(io.BytesIO(data))
        return [(name, Attachment(pdf, stream)) for name, stream in _list_files(pdf)]
    except Exception:  # noqa: BLE001 - qpdf's bindings raise many kinds; a PDF that is damaged has no files to be had
        return []


def _list_files(pdf: Any) -> Iterator[tuple[str, Any]]:
    seen: set[tuple[int, int]] = set()
    for specification in _specifications(pdf):
        name, stream = _read_specification(specification)
        if stream is None or stream.objgen in seen:
            continue
        seen.add(stream.objgen)
        yield name, stream


def _specifications(pdf: Any) -> Iterator[Any]:
    """Yield the file specifications of the document, of its pages and of their notes."""
    import pikepdf

    tree = pdf.Root.get("/Names", pikepdf.Dictionary()).get("/EmbeddedFiles")
    yield from _walk_tree(tree)
    yield from _entries(pdf.Root.get("/AF"))
    left = MOST_NODES
    for page in pdf.pages:
        yield from _entries(page.obj.get("/AF"))
        for note in _entries(page.obj.get("/Annots")):
            left -= 1
            if left < 0:
                return
            if isinstance(note, pikepdf.Dictionary):
                if note.get("/Subtype") == "/FileAttachment":
                    yield note.get("/FS")
                yield from _entries(note.get("/AF"))


def _walk_tree(root: Any) -> Iterator[Any]:
    """Yield the values of a name tree (7.9.6), each node once."""
    import pikepdf

    stack, seen = [root], 0
    visited: set[tuple[int, int]] = set()
    while stack and seen < MOST_NODES:
        node = stack.pop()
        seen += 1
        if not isinstance(node, pikepdf.Dictionary) or (node.is_indirect and node.objgen in visited):
            continue
        visited.add(node.objgen)
        pairs = _entries(node.get("/Names"))
        yield from pairs[1::2]
        stack += reversed(_entries(node.get("/Kids")))


def _entries(array: Any) -> list[Any]:
    import pikepdf

    return list(array)[:MOST_NODES] if isinstance(array, pikepdf.Array) else []


def _read_specification(specification: Any) -> tuple[str, Any]:
    """Return the name of a file and its stream; None where it lies outside of the PDF (7.11.3)."""
    import pikepdf

    if not isinstance(specification, pikepdf.Dictionary):
        return "", None
    held = specification.get("/EF")
    if not isinstance(held, pikepdf.Dictionary):
        return "", None
    stream = next((held.get(key) for key in _NAMES if isinstance(held.get(key), pikepdf.Stream)), None)
    names = (_decode(specification.get(key)) for key in _NAMES)
    return next((name for name in names if name.strip()), "attachment"), stream


def _decode(text: Any) -> str:
    """Return a name: Unicode where its mark says so, else UTF-8, else GB 18030 as programs on Chinese Windows write."""
    import pikepdf

    if not isinstance(text, pikepdf.String):
        return ""
    raw = bytes(text)
    if raw.startswith((b"\xfe\xff", b"\xff\xfe")):
        return raw.decode("utf-16", "replace")
    for code in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(code)
        except UnicodeDecodeError:
            continue
    return str(text)


def unpack_attachment(attachment: Attachment, limit: int) -> bytes:
    """Return the bytes of a file in a PDF, counted while they are unpacked.

    Raises:
        TooLarge: there are more than `limit`, or it grows as bombs do.
        UnsupportedDocument: it is packed otherwise than by Flate.
        CorruptDocument: it is damaged.
    """
    stream = attachment.stream
    packing = stream.get("/Filter")
    filters = [str(name) for name in packing] if packing is not None and _is_array(packing) else [str(packing)]
    if filters not in ([], ["None"], ["/FlateDecode"], ["/Fl"]) or stream.get("/DecodeParms") is not None:
        raise UnsupportedDocument("packed in the PDF by a method that is not known here; take it out by hand")
    try:
        raw = bytes(stream.read_raw_bytes())
    except Exception as error:  # qpdf's bindings raise many kinds; each means "damaged"
        raise CorruptDocument("a file in the PDF is damaged; download it again") from error
    if filters in ([], ["None"]):
        refuse_bomb(len(raw), len(raw), limit)
        return raw
    return _inflate(raw, limit)


def _is_array(value: Any) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Array)


def _inflate(raw: bytes, limit: int) -> bytes:
    unpacker, parts, count, rest = zlib.decompressobj(), [], 0, raw
    try:
        while not unpacker.eof:
            part = unpacker.decompress(rest, CHUNK)
            rest = unpacker.unconsumed_tail
            if not part:
                break
            count += len(part)
            refuse_bomb(count, len(raw), limit)
            parts.append(part)
    except zlib.error as error:
        raise CorruptDocument("a file in the PDF is damaged; download it again") from error
    if not unpacker.eof:
        raise CorruptDocument("a file in the PDF is cut off; download it again")
    return b"".join(parts)
