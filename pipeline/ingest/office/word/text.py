"""A paragraph of a Word document → the text that it shows, and what floats beside it: text boxes and pictures.

Deleted and moved text is not shown where it was; inserted text is, and moved text where it is now. Hidden text, the
instructions of fields and the pronunciation over a word are not shown. Elements that are not known here are looked
into: a program may wrap text in anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from pipeline.ingest.office.drawings import Artwork, draw_picture, is_hidden_drawing, read_captions, refers_to_picture
from pipeline.ingest.office.nesting import Block
from pipeline.ingest.office.ooxml import choose_alternate
from pipeline.ingest.office.pictures import Picture
from pipeline.ingest.office.word.numbers import Numbers, join_label
from pipeline.ingest.office.word.styles import Styles
from pipeline.ingest.office.word.symbols import show_symbol

_VML = "{urn:schemas-microsoft-com:vml}"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"

_CAPTIONED = frozenset(
    f"{{http://schemas.openxmlformats.org/drawingml/2006/{name}" for name in ("chart}chart", "diagram}relIds")
)

TEXT_BOX = qn("w:txbxContent")

_UNSHOWN = frozenset(
    map(qn, ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:sdtPr", "w:sdtEndPr", "w:rt", "w:rubyPr", "w:instrText",
             "w:delText", "w:delInstrText", "w:fldData", "w:customXmlPr", "w:smartTagPr"))
)  # fmt: skip

_SIGNS = {
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:tab"): " ",
    qn("w:ptab"): " ",
    qn("w:noBreakHyphen"): "-",
}

Float = Picture | Any
"""A picture, or the content of a text box (w:txbxContent)."""


@dataclass(slots=True)
class Story:
    """What is known while a document is read from its beginning to its end.

    `read_chunk` reads a document that is a part of this one (w:altChunk), given its bytes.
    `hidden` counts the runs with text that were not read because they are hidden. `notes` are texts that are seen on
    the pages and belong to no form: footnotes, watermarks, headers and footers.
    """

    styles: Styles = field(default_factory=Styles)
    numbers: Numbers = field(default_factory=Numbers)
    artwork: Artwork = field(default_factory=Artwork)
    read_chunk: Callable[[bytes], Iterable[Block]] = lambda _: ()
    hidden: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The lines of a paragraph, and what floats beside it in order."""

    lines: tuple[str, ...]
    floats: tuple[Float, ...]


@dataclass(slots=True)
class _Reading:
    """A paragraph while it is read. `fields` tells for each open field whether its instruction is being passed."""

    parts: list[str] = field(default_factory=list)
    floats: list[Float] = field(default_factory=list)
    fields: list[bool] = field(default_factory=list)


def read_paragraph(paragraph: Any, story: Story, table_style: str | None = None) -> Paragraph:
    """Return what a w:p shows, its automatic number included."""
    reading = _Reading()
    styles = (paragraph_style(paragraph), table_style)
    stack = list(reversed(paragraph))
    while stack:
        node = stack.pop()
        if not isinstance(node.tag, str) or node.tag in _UNSHOWN:
            continue
        if node.tag == qn("w:r") and (story.styles.hides(node, *styles) or story.styles.whitens(node, *styles)):
            story.hidden += any((t.text or "").strip() for t in node.iter(qn("w:t")))
            continue
        if not _take(node, reading, story):
            stack += reversed(choose_alternate(node))
    text = "".join(reading.parts)
    label = story.numbers.next_label(paragraph)
    return Paragraph(tuple(join_label(label, text).split("\n")), tuple(reading.floats))


def paragraph_style(paragraph: Any) -> str | None:
    """Return the id of the style that a w:p names."""
    node = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return node.get(qn("w:val")) if node is not None else None


def _take(node: Any, reading: _Reading, story: Story) -> bool:
    """Take in an element that shows something by itself; tell whether nothing more is to be sought in it."""
    tag = node.tag
    passing = any(reading.fields)
    if tag in {qn("w:t"), _MATHS, f"{_DRAWN}t"}:
        if not passing:
            reading.parts.append(node.text or "")
    elif tag in _SIGNS:
        reading.parts.append(_SIGNS[tag] if not passing and node.getparent().tag == qn("w:r") else "")
    elif tag == qn("w:sym"):
        reading.parts.append(_read_symbol(node))
    elif tag == qn("w:fldChar"):
        _follow_field(node, reading)
    elif tag == TEXT_BOX:
        reading.floats.append(node)
    elif tag in {f"{_DRAWN}blip", f"{_VML}imagedata"} or (tag == f"{_VML}fill" and refers_to_picture(node)):
        reading.floats.append(draw_picture(node, story.artwork))
    elif tag in _CAPTIONED:
        story.notes += read_captions(node, story.artwork)
    elif tag == f"{_VML}textpath":
        story.notes.append(node.get("string", ""))
    else:
        return is_hidden_drawing(node)
    return True


def _read_symbol(node: Any) -> str:
    code = node.get(qn("w:char"), "")
    try:
        return show_symbol(chr(int(code, 16)), font=node.get(qn("w:font"), ""))
    except (ValueError, OverflowError):
        return "\ufffd"


def _follow_field(node: Any, reading: _Reading) -> None:
    """Follow a field's marks (17.16.18): what stands before `separate` is its instruction, what follows its result."""
    match node.get(qn("w:fldCharType")):
        case "begin":
            reading.fields.append(True)
            reading.parts += _read_form_field(node)
        case "separate" if reading.fields:
            reading.fields[-1] = False
        case "end" if reading.fields:
            reading.fields.pop()


def _read_form_field(node: Any) -> Iterator[str]:
    """Yield what an old form field shows that keeps no result in the text: a ticked box, an entry of a list."""
    data = node.find(qn("w:ffData"))
    if data is None:
        return
    box, choice = data.find(qn("w:checkBox")), data.find(qn("w:ddList"))
    if box is not None:
        states = [box.find(qn(name)) for name in ("w:checked", "w:default")]
        state = next((found for found in states if found is not None), None)
        ticked = state is not None and state.get(qn("w:val"), "1") not in {"0", "false", "off"}
        yield "☑" if ticked else "☐"
    if choice is not None:
        entries = [entry.get(qn("w:val"), "") for entry in choice.iterfind(qn("w:listEntry"))]
        result = choice.find(qn("w:result"))
        at = result.get(qn("w:val"), "0") if result is not None else "0"
        yield from entries[int(at) : int(at) + 1] if at.isdecimal() and len(at) < 7 else ()
