"""What floats on the sheets of an .xls: pictures and text boxes, which xlrd leaves out (MS-XLS 2.4, MS-ODRAW 2.2).

The workbook's stream is a row of records. Those of drawings hold trees of records of their own: one tree for the
workbook with the pictures' bytes, one for each sheet with the shapes that show them. What is not understood is passed.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.ingest.office.nesting import Lines
from pipeline.ingest.office.pictures import Picture
from pipeline.ingest.office.sheets.spreadsheet import Merge

Floats = list[tuple[Merge, Lines | Picture]]

_BOF, _EOF, _BOUNDSHEET, _CONTINUE, _OBJECT, _TEXT = 0x809, 0x0A, 0x85, 0x3C, 0x5D, 0x1B6
_DRAWING_GROUP, _DRAWING, _CONDITIONS = 0xEB, 0xEC, 0x1B0
_NOTE = 0x19
"""The type of an object that is a comment, which is not seen until it is asked for."""

_STORE_ENTRY, _SHAPE, _OPTIONS, _ANCHOR, _CONTAINER = 0xF007, 0xF004, 0xF00B, 0xF010, 0xF
_BITMAPS = {0xF01D: "", 0xF01E: "", 0xF02A: "", 0xF029: "", 0xF01F: "dib"}
_METAFILES = frozenset({0xF01A, 0xF01B, 0xF01C})
_BLIP, _TURN, _CUT, _SHOWN = 0x104, 0x004, (0x102, 0x100, 0x103, 0x101), 0x3BF
_HIDDEN_BITS = 0x0002_0002
"""The bits of the group of properties 0x3BF that say, and mean, that a shape is hidden."""

FIXED = 65_536.0
"""One, as fixed-point numbers write it."""

DEEPEST = 16
"""Containers inside each other that are looked into; a group of shapes adds one."""


@dataclass(slots=True)
class _Sheet:
    """A sheet while its records are passed; `kind` is the type of the object whose text comes next."""

    tree: bytearray = field(default_factory=bytearray)
    texts: list[tuple[Merge, Lines]] = field(default_factory=list)
    kind: int = 0
    seen: int = 0


def read_floats(data: bytes) -> Mapping[str, Floats]:
    """Return what floats on each sheet of a workbook, by the sheet's name; nothing where the file has another form."""
    try:
        return read_stream(_open_stream(data))
    except Exception:  # noqa: BLE001 - olefile and struct raise many kinds on damaged files; cells are read without it
        return {}


def colours_by_condition(data: bytes) -> bool:
    """Tell whether a workbook has conditions that may colour its cells (2.4.56); a file of another form has none."""
    try:
        return any(kind == _CONDITIONS for kind, _ in _records(_open_stream(data), 0))
    except Exception:  # noqa: BLE001 - as above
        return False


def _open_stream(data: bytes) -> bytes:
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as opened:
        name = next(name for name in ("Workbook", "Book") if opened.exists(name))
        return bytes(opened.openstream(name).read())


def read_stream(stream: bytes) -> dict[str, Floats]:
    """Return what floats on each sheet, given the workbook's stream (MS-XLS 2.1.7.20)."""
    sheets = dict(_list_sheets(stream))
    group = _join_group(stream)
    pictures = [_read_entry(body) for kind, _, body in _walk(bytes(group), 0) if kind == _STORE_ENTRY]
    found: dict[str, Floats] = {}
    for name, at in sheets.items():
        sheet = _read_sheet(stream, at)
        floats: Floats = list(sheet.texts)
        floats += [(at, item) for at, shape in _shapes(bytes(sheet.tree)) for item in _show(shape, pictures)]
        if floats:
            found[name] = floats
    return found


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _list_sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    """Yield the names of the sheets and where their records begin (2.4.28)."""
    for kind, body in _records(stream, 0):
        if kind == _EOF:
            return
        if kind == _BOUNDSHEET and len(body) >= 8:
            wide, length = body[7] & 1, body[6]
            raw = body[8 : 8 + length * (2 if wide else 1)]
            yield raw.decode("utf-16-le" if wide else "latin-1", "replace"), struct.unpack_from("<L", body)[0]


def _join_group(stream: bytes) -> bytearray:
    """Return the tree of the workbook, which is cut into records of at most 8224 bytes."""
    joined, inside = bytearray(), False
    for kind, body in _records(stream, 0):
        if kind == _EOF:
            break
        inside = kind == _DRAWING_GROUP or (inside and kind == _CONTINUE)
        if inside:
            joined += body
    return joined


def _read_sheet(stream: bytes, at: int) -> _Sheet:
    """Pass the records of a sheet; those of charts on it lie between a beginning and an end of their own."""
    sheet, depth, before = _Sheet(), 0, 0
    for kind, body in _records(stream, at):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif depth == 1:
            _take(sheet, kind, before, body)
            before = before if kind == _CONTINUE else kind
    return sheet


def _take(sheet: _Sheet, kind: int, before: int, body: bytes) -> None:
    if kind == _DRAWING or (kind == _CONTINUE and before == _DRAWING):
        sheet.tree += body
    elif kind == _OBJECT and len(body) >= 6:
        sheet.kind = struct.unpack_from("<H", body, 4)[0]
    elif kind == _TEXT:
        sheet.seen = struct.unpack_from("<H", body, 10)[0] if len(body) >= 12 else 0
    elif kind == _CONTINUE and before == _TEXT and sheet.seen and body:
        text = body[1:].decode("utf-16-le" if body[0] & 1 else "latin-1", "replace")[: sheet.seen]
        sheet.seen = 0
        if sheet.kind != _NOTE and text.strip():
            anchors = [anchor for anchor, _ in _shapes(bytes(sheet.tree))]
            lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            sheet.texts.append((anchors[-1] if anchors else Merge(0, 0, 0, 0), Lines(tuple(lines))))


def _walk(tree: bytes, depth: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield the records of a tree, containers before what is in them: type, instance and body."""
    at = 0
    while at + 8 <= len(tree):
        head, kind, size = struct.unpack_from("<HHL", tree, at)
        body = tree[at + 8 : at + 8 + size]
        yield kind, head >> 4, body
        if head & 0xF == _CONTAINER and kind != _SHAPE and depth < DEEPEST:
            yield from _walk(body, depth + 1)
        at += 8 + size


def _shapes(tree: bytes) -> list[tuple[Merge, Mapping[int, int]]]:
    """Return the shapes of a sheet in order: the cells each lies on, and its properties."""
    found: list[tuple[Merge, Mapping[int, int]]] = []
    for kind, _, body in _walk(tree, 0):
        if kind != _SHAPE:
            continue
        at, options = Merge(0, 0, 0, 0), {}
        for part, count, content in _walk(body, DEEPEST):
            if part == _ANCHOR and len(content) >= 18:
                _, left, _, top, _, right, _, bottom, _ = struct.unpack_from("<9H", content)
                at = Merge(top, left, bottom, right)
            elif part == _OPTIONS:
                options = dict(_options(content, count))
        found.append((at, options))
    return found


def _options(content: bytes, count: int) -> Iterator[tuple[int, int]]:
    for at in range(0, min(count * 6, len(content) - 5), 6):
        name, value = struct.unpack_from("<HL", content, at)
        yield name & 0x3FFF, value


def _show(shape: Mapping[int, int], pictures: list[bytes]) -> Iterator[Picture]:
    index = shape.get(_BLIP, 0)
    if not 0 < index <= len(pictures) or shape.get(_SHOWN, 0) & _HIDDEN_BITS == _HIDDEN_BITS:
        return
    left, top, right, bottom = (_signed(shape.get(edge, 0)) / FIXED for edge in _CUT)
    turn = _signed(shape.get(_TURN, 0)) / FIXED
    yield Picture(pictures[index - 1], None, (left, top, right, bottom), turn)


def _signed(value: int) -> int:
    return value - (1 << 32) if value >= 1 << 31 else value


def _read_entry(body: bytes) -> bytes:
    """Return the picture file of an entry of the store; a metafile comes as it is and cannot be decoded."""
    start = 36 + (body[33] if len(body) > 33 else 0)
    for kind, instance, content in _walk(body[start:], DEEPEST):
        if kind in _BITMAPS:
            picture = content[(33 if instance & 1 else 17) :]
            return _complete_bitmap(picture) if _BITMAPS[kind] else picture
        if kind in _METAFILES:
            return content
    return b""


def _complete_bitmap(picture: bytes) -> bytes:
    """Set the head of a file before a bitmap, which only the store leaves out."""
    size, _, _, _, bits = struct.unpack_from("<LllHH", picture)
    colours = struct.unpack_from("<L", picture, 32)[0] if size >= 36 else 0
    palette = 4 * (colours or (1 << bits if bits <= 8 else 0))
    return b"BM" + struct.pack("<LHHL", 14 + len(picture), 0, 0, 14 + size + palette) + picture
