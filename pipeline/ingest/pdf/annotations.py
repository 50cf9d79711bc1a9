"""What is printed over a page: form fields and annotations become content of the open page, in memory alone.

pdfium's text does not see appearances of annotations; flattened, they are content like any other. Shown is what a
person sees on the screen or on paper: not what is hidden, nor notes and links. Text fields without an appearance, and
all where the file asks for new ones (NeedAppearances), show their value, and texts written on the page (FreeText)
without an appearance show what they say: it is laid out here, roughly, in their box. Appearances that pdfium makes up
itself do not count: they cut off what does not fit, or what would lie under the arrow of a list. A value that one
viewer shows and another does not is laid out too, and doubted. Nothing is executed, filled in or saved.
"""

from __future__ import annotations

import contextlib
import ctypes
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

import pypdfium2.raw as pdfium_c

from pipeline.ingest.pdf.drawn.affine import Affine, map_point
from pipeline.models import Box, Glyph

NEED_APPEARANCES = re.compile(rb"/NeedAppearances\s+true")

UNSHOWN = frozenset({pdfium_c.FPDF_ANNOT_POPUP, pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_TEXT})
"""Kinds of annotations that put nothing on the page: windows, links and the icons of notes."""

HIDDEN, PRINT, NO_VIEW = 2, 4, 32
"""Flags of annotations (ISO 32000-1, 12.5.3)."""

PASSWORD = 1 << 13
"""Flag of a text field that shows no value (12.7.4.3)."""

VALUED = frozenset({pdfium_c.FPDF_FORMFIELD_TEXTFIELD, pdfium_c.FPDF_FORMFIELD_COMBOBOX})
"""Kinds of fields that show a value as text."""

LARGEST, SMALLEST = 12.0, 3.0
"""Sizes in points in which a value is laid out."""

LEADING = 1.15
"""Distance of lines, in sizes."""

_SIZE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s+Tf\b")
"""The size in a default appearance (12.7.4.3)."""

UNCLEAR = "unclear_print"
"""Doubt of characters of which nobody can say that all see them: some viewers show them, or others lie over them."""

_SHOWS = re.compile(r"\b(?:Tj|TJ|Do|f|S|B)\b|['\"]")
"""What an appearance has that puts anything on the page."""

_TAG = re.compile(r"<[^<>]{0,2000}>")

OBJECT_STREAMS = 64
"""Object streams that are unpacked to look for a name, and megabytes of each at most."""


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field that shows a value without a usable appearance; its box is in the page's user space (x0, y0 low)."""

    value: str
    box: tuple[float, float, float, float]
    size: float
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Appearances:
    """What a file says of the appearances of its annotations.

    `renewed` tells that it asks for new ones of its fields. `stored` are those that it holds, by page and place from 0;
    None where pdfium makes none up, so that each annotation tells by itself.
    """

    renewed: bool = False
    stored: frozenset[tuple[int, int]] | None = None

    def holds(self, annotation: Any, page: int, place: int) -> bool:
        """Tell whether the file holds an appearance of an annotation."""
        if self.stored is None:
            return bool(pdfium_c.FPDFAnnot_HasKey(annotation, b"AP"))
        return (page, place) in self.stored


def open_forms(document: Any, data: bytes) -> Appearances:
    """Open the forms of a document, and say what it held before: pdfium makes up what is missing in each open page."""
    stored = None
    if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
        stored = frozenset(_list_stored(document))
        document.init_forms()
    return Appearances(mentions(data, NEED_APPEARANCES), stored)


def _list_stored(document: Any) -> Iterator[tuple[int, int]]:
    for index in range(len(document)):
        page = pdfium_c.FPDF_LoadPage(document, index)
        for place in range(pdfium_c.FPDFPage_GetAnnotCount(page) if page else 0):
            annotation = pdfium_c.FPDFPage_GetAnnot(page, place)
            if annotation and pdfium_c.FPDFAnnot_HasKey(annotation, b"AP"):
                yield index, place
            pdfium_c.FPDFPage_CloseAnnot(annotation)
        pdfium_c.FPDF_ClosePage(page)


def mentions(data: bytes, pattern: re.Pattern[bytes]) -> bool:
    """Tell whether a PDF's objects match a pattern, plain ones and those in object streams (7.5.7)."""
    return bool(pattern.search(data)) or any(pattern.search(objects) for objects in _object_streams(data))


def _object_streams(data: bytes) -> Iterator[bytes]:
    at = 0
    for _ in range(OBJECT_STREAMS):
        at = data.find(b"/ObjStm", at + 1)
        begin = data.find(b"stream", at)
        if at < 0 or begin < 0:
            return
        begin += len(b"stream")
        begin += 2 if data[begin : begin + 2] == b"\r\n" else 1
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj().decompress(data[begin:], 1 << 20)


def show_annotations(document: Any, page: Any, index: int, known: Appearances) -> tuple[Any, list[ShownField]]:
    """Make what is printed over an open page its content; return the page, opened anew, and fields to be laid out."""
    count = pdfium_c.FPDFPage_GetAnnotCount(page)
    fields: list[ShownField] = []
    shown = 0
    for i in range(count):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, i)
        if annotation:
            try:
                field = _prepare(document, annotation, known.holds(annotation, index, i), known.renewed)
            finally:
                pdfium_c.FPDFPage_CloseAnnot(annotation)
            fields += [field] if isinstance(field, ShownField) else []
            shown += field is True
    if not shown or pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_PRINT) != pdfium_c.FLATTEN_SUCCESS:
        return page, fields
    page.close()
    return document[index], fields


def _prepare(document: Any, annotation: Any, stored: bool, renew: bool) -> ShownField | bool:
    """Set an annotation's flags so that it is flattened where a person sees it; return whether it is, or its field."""
    kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
    flags = pdfium_c.FPDFAnnot_GetFlags(annotation)
    seen = kind not in UNSHOWN and not flags & HIDDEN and (not flags & NO_VIEW or bool(flags & PRINT))
    field = _valued(document, annotation, kind) if seen else None
    if field is not None and field.value.strip():
        empty = stored and not _SHOWS.search(_appearance(annotation))
        renewed = renew and kind == pdfium_c.FPDF_ANNOT_WIDGET
        if renewed or not stored or empty:
            pdfium_c.FPDFAnnot_SetFlags(annotation, flags | HIDDEN)
            return replace(field, doubt=UNCLEAR) if empty and not renewed else field
    elif field is not None and (renew or not stored):
        pdfium_c.FPDFAnnot_SetFlags(annotation, flags | HIDDEN)
        return False
    pdfium_c.FPDFAnnot_SetFlags(annotation, flags | PRINT if seen else flags | HIDDEN)
    return seen and bool(pdfium_c.FPDFAnnot_HasKey(annotation, b"AP"))


def _valued(document: Any, annotation: Any, kind: int) -> ShownField | None:
    """Return what an annotation says that may be laid out; None for other kinds."""
    if kind == pdfium_c.FPDF_ANNOT_FREETEXT:
        return _note(annotation)
    return _field(document, annotation) if kind == pdfium_c.FPDF_ANNOT_WIDGET else None


def _field(document: Any, annotation: Any) -> ShownField | None:
    """Return what a text field or a choice shows; None for other fields."""
    form = document.formenv
    if form is None:  # no form of the document lists the field: some viewers show it, others do not
        value = _string(annotation, b"V") if _string(annotation, b"FT") in {"Tx", "Ch"} else ""
        return ShownField(value, _place(annotation), 0.0, UNCLEAR) if value else None
    if pdfium_c.FPDFAnnot_GetFormFieldType(form, annotation) not in VALUED:
        return None
    if pdfium_c.FPDFAnnot_GetFormFieldFlags(form, annotation) & PASSWORD:
        return None
    size = ctypes.c_float()
    pdfium_c.FPDFAnnot_GetFontSize(form, annotation, size)
    return ShownField(_value(form, annotation), _place(annotation), size.value)


def _note(annotation: Any) -> ShownField:
    """Return the text of a FreeText annotation that viewers lay out themselves, in its size (12.5.6.6)."""
    said = _SIZE.search(_string(annotation, b"DA"))
    rich = unescape(_TAG.sub("", _string(annotation, b"RC")))
    return ShownField(
        _string(annotation, b"Contents") or rich.strip(), _place(annotation), float(said[1]) if said else LARGEST
    )


def _appearance(annotation: Any) -> str:
    """Return the content of an annotation's usual appearance."""
    return _ask(pdfium_c.FPDFAnnot_GetAP, annotation, pdfium_c.FPDF_ANNOT_APPEARANCEMODE_NORMAL)


def _place(annotation: Any) -> tuple[float, float, float, float]:
    rect = pdfium_c.FS_RECTF()
    pdfium_c.FPDFAnnot_GetRect(annotation, rect)
    left, right = sorted((rect.left, rect.right))
    low, high = sorted((rect.bottom, rect.top))
    return left, low, right, high


def _string(annotation: Any, key: bytes) -> str:
    return _ask(pdfium_c.FPDFAnnot_GetStringValue, annotation, key)


def _value(form: Any, annotation: Any) -> str:
    """Return what a field shows: the words of the option that is chosen, which need not be its value, or the value."""
    for option in range(max(0, pdfium_c.FPDFAnnot_GetOptionCount(form, annotation))):
        if pdfium_c.FPDFAnnot_IsOptionSelected(form, annotation, option):
            return _ask(pdfium_c.FPDFAnnot_GetOptionLabel, form, annotation, option)
    return _ask(pdfium_c.FPDFAnnot_GetFormFieldValue, form, annotation)


def _ask(say: Any, *about: Any) -> str:
    """Return a text that pdfium gives by its length in bytes and its characters in UTF-16."""
    length = say(*about, None, 0)
    buffer = ctypes.create_string_buffer(length)
    say(*about, ctypes.cast(buffer, ctypes.POINTER(pdfium_c.FPDF_WCHAR)), length)
    return buffer.raw[: max(0, length - 2)].decode("utf-16-le", "replace")


def lay_out_field(field: ShownField, to_shown: Affine) -> list[Glyph]:
    """Return a field's value as glyphs in its box on the page as shown, wrapped and as small as it must be."""
    x0, y0, x1, y1 = field.box
    corners = [map_point(to_shown, x, y) for x in (x0, x1) for y in (y0, y1)]
    xs, ys = [p[0] for p in corners], [p[1] for p in corners]
    box = Box(min(xs), min(ys), max(xs), max(ys))
    size = min(field.size or LARGEST, LARGEST, max(SMALLEST, box.height / LEADING))
    lines = _wrap(field.value, box.width / size)
    while len(lines) * size * LEADING > box.height and size > SMALLEST:
        size *= 0.9
        lines = _wrap(field.value, box.width / size)
    pitch = min(size * LEADING, box.height / len(lines))
    glyphs = []
    for row, line in enumerate(lines):
        x, y = box.x0, box.y0 + (row + 0.5) * pitch
        for char in line:
            width = _em(char) * size
            glyphs.append(Glyph(char, Box(x, y - size / 2, x + width, y + size / 2), doubt=field.doubt))
            x += width
    return glyphs


def _wrap(text: str, width: float) -> list[str]:
    """Return text in lines of at most `width` ems, cut between any two characters."""
    lines: list[str] = []
    for piece in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        lines.append("")
        used = 0.0
        for char in piece:
            if lines[-1] and used + _em(char) > width:
                lines.append("")
                used = 0.0
            lines[-1] += char
            used += _em(char)
    return lines


def _em(char: str) -> float:
    return 0.5 if char.isascii() else 1.0
