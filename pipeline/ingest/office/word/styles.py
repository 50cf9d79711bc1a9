"""Styles of a Word document, as far as they decide what is seen: hidden text, and paragraphs that are numbered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

_OFF = frozenset({"0", "false", "off"})
_WHITE = "FFFFFF"
_AS_WHITE = re.compile("(?:F[A-F]){3}")
"""Colours that nobody can tell from white paper."""

SPECK = 4
"""Size of writing, in half points, that nobody sees."""

_PROPERTIES = {qn(f"w:{name}"): qn(f"w:{name}Pr") for name in ("p", "tc", "tbl")}


@dataclass(frozen=True, slots=True)
class ListPlace:
    """The list and the level (from 0) that numbers a paragraph; None where not said. List "0" is none."""

    list_id: str | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class _Style:
    """`hidden` is None where the style does not say. `shaded` tells that it fills anything with a colour."""

    parent: str | None
    hidden: bool | None
    shaded: bool
    place: ListPlace


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles of a document by their ids, and which of them count where none is named."""

    named: dict[str, _Style] = field(default_factory=dict)
    paragraph: str | None = None
    character: str | None = None
    hidden: bool = False
    _known: dict[str | None, bool] = field(default_factory=dict)

    def hides(self, run: Any, paragraph: str | None, table: str | None) -> bool:
        """Tell whether a w:r is hidden, or no more than a row of specks, in a paragraph and a table of these styles
        (ECMA-376 part 1, 17.3.2.41).

        What the run says counts. Else hiding is toggled (17.7.3): it holds where an odd number of styles, each with
        what it is based on, say so, or where the document's defaults do.
        """
        properties = run.find(qn("w:rPr"))
        own = _switch(properties, "w:vanish")
        if own is not None:
            return own
        size = _value(properties, "w:sz") or ""
        if size.isdecimal() and int(size) <= SPECK:
            return True
        style = _value(properties, "w:rStyle") or self.character
        return self.hidden or bool(sum(self._hidden(name) for name in (table, paragraph or self.paragraph, style)) % 2)

    def _hidden(self, name: str | None) -> bool:
        if name not in self._known:
            said = (style.hidden for style in self._chain(name) if style.hidden is not None)
            self._known[name] = next(said, False)
        return self._known[name]

    def whitens(self, run: Any, paragraph: str | None, table: str | None) -> bool:
        """Tell whether a w:r is white on white: nothing around it, no style of it and no shape has a colour."""
        properties = run.find(qn("w:rPr"))
        if (
            not _AS_WHITE.fullmatch((_value(properties, "w:color") or "").upper())
            or properties.find(qn("w:highlight")) is not None
        ):
            return False
        styles = (table, paragraph or self.paragraph, _value(properties, "w:rStyle"))
        if any(style.shaded for name in styles for style in self._chain(name)):
            return False
        around = [properties, *(node.find(_PROPERTIES[node.tag]) for node in run.iterancestors(*_PROPERTIES))]
        return next(run.iterancestors(qn("w:txbxContent")), None) is None and not any(map(_is_shaded, around))

    def place(self, name: str | None) -> tuple[ListPlace, str | None]:
        """Return how a paragraph style numbers its paragraphs, and the id of the style that says so."""
        seen = name or self.paragraph
        for key, style in self._named_chain(seen):
            if style.place != ListPlace():
                return style.place, key
        return ListPlace(), None

    def _chain(self, name: str | None) -> Iterator[_Style]:
        return (style for _, style in self._named_chain(name))

    def _named_chain(self, name: str | None) -> Iterator[tuple[str, _Style]]:
        """Yield a style and those that it is based on; a circle ends where it closes."""
        seen: set[str] = set()
        while name and name not in seen and name in self.named:
            seen.add(name)
            yield name, self.named[name]
            name = self.named[name].parent


def read_styles(root: Any) -> Styles:
    """Return the styles of a w:styles element."""
    named, defaults = {}, {}
    for node in root.iterfind(qn("w:style")):
        key, kind = node.get(qn("w:styleId"), ""), node.get(qn("w:type"), "paragraph")
        named[key] = _Style(
            parent=_value(node, "w:basedOn"),
            hidden=_switch(node.find(qn("w:rPr")), "w:vanish"),
            shaded=any(_is_filled(shading) for shading in node.iter(qn("w:shd"))),
            place=read_place(node.find(qn("w:pPr"))),
        )
        if node.get(qn("w:default"), "0") not in _OFF:
            defaults[kind] = key
    initial = root.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    return Styles(named, defaults.get("paragraph"), defaults.get("character"), bool(_switch(initial, "w:vanish")))


def read_place(properties: Any) -> ListPlace:
    """Return what paragraph properties (w:pPr) say of the list that numbers the paragraph."""
    node = properties.find(qn("w:numPr")) if properties is not None else None
    if node is None:
        return ListPlace()
    level = _value(node, "w:ilvl") or ""
    return ListPlace(_value(node, "w:numId"), int(level) if level.isdecimal() and len(level) == 1 else None)


def _switch(properties: Any, name: str) -> bool | None:
    """Return whether a property that is on or off is on (17.17.4); None where it is not there."""
    node = properties.find(qn(name)) if properties is not None else None
    return None if node is None else node.get(qn("w:val"), "1") not in _OFF


def _is_shaded(properties: Any) -> bool:
    shading = properties.find(qn("w:shd")) if properties is not None else None
    return shading is not None and _is_filled(shading)


def _is_filled(shading: Any) -> bool:
    """Tell whether a w:shd fills with another colour than white: by its fill or, over it, by its pattern."""
    fill, pattern = shading.get(qn("w:fill"), "auto"), shading.get(qn("w:val"), "clear")
    return fill.upper() not in {"AUTO", _WHITE} or pattern not in {"clear", "nil"}


def _value(node: Any, name: str) -> str | None:
    child = node.find(qn(name)) if node is not None else None
    return child.get(qn("w:val")) if child is not None else None
