"""What floats on a sheet of an .xlsx: pictures and text boxes of its drawing, and pictures that WPS sets into cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.errors import DocumentError
from pipeline.ingest.containers.packages import Package
from pipeline.ingest.office.drawings import Artwork, draw_picture, is_hidden_drawing, read_captions
from pipeline.ingest.office.nesting import Lines
from pipeline.ingest.office.ooxml import Relation, choose_alternate, read_relations
from pipeline.ingest.office.pictures import Picture
from pipeline.ingest.office.sheets.spreadsheet import Merge

_IN_CELL = re.compile(r'=?(?:_xlfn\.)?DISPIMG\("([^"]{1,100})"', re.IGNORECASE)
_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d{1,3}|[A-Za-z&])')


@dataclass(frozen=True, slots=True)
class CellPictures:
    """The pictures of a workbook that cells show by their names (WPS: the function DISPIMG)."""

    named: Mapping[str, Picture] = field(default_factory=dict)

    def find(self, text: str) -> Picture | None:
        """Return the picture that a cell of that formula or value shows; None where it shows none."""
        match = _IN_CELL.match(text) if self.named else None
        return self.named.get(match[1]) if match else None


def read_cell_pictures(package: Package, relations: Mapping[str, Relation]) -> CellPictures:
    """Return the pictures in cells of a workbook with those relations."""
    part = next((relation.target for relation in relations.values() if relation.kind == "cellImage"), None)
    if part is None or part not in package:
        return CellPictures()
    artwork = Artwork(package, read_relations(package, part))
    named = {}
    for node in package.parse(part).iter("{*}pic"):
        properties, blip = node.find("{*}nvPicPr/{*}cNvPr"), node.find("{*}blipFill/{*}blip")
        if properties is not None and blip is not None:
            picture = draw_picture(blip, artwork)
            named[properties.get("name", "")] = Picture(picture.data, None, picture.cut, picture.turn)
    return CellPictures(named)


def read_floats(package: Package, sheet: str, root: Any) -> Iterator[tuple[Merge, Lines | Picture]]:
    """Yield what floats on a sheet, each with the cells it lies on; a drawing that is damaged is passed over."""
    for drawing, artwork in _open_drawings(package, sheet, root):
        for anchor in drawing.iterchildren("{*}twoCellAnchor", "{*}oneCellAnchor", "{*}absoluteAnchor"):
            at = _extent(anchor)
            yield from ((at, item) for item in _items(anchor, artwork))


def read_sheet_captions(package: Package, sheet: str, root: Any) -> Iterator[str]:
    """Yield what the charts and diagrams on a sheet say."""
    for drawing, artwork in _open_drawings(package, sheet, root):
        for node in drawing.iter("{*}chart", "{*}relIds"):
            yield from read_captions(node, artwork)


def _open_drawings(package: Package, sheet: str, root: Any) -> Iterator[tuple[Any, Artwork]]:
    if root.find("{*}drawing") is None:
        return
    for relation in read_relations(package, sheet).values():
        if relation.kind != "drawing" or relation.target not in package:
            continue
        try:
            yield package.parse(relation.target), Artwork(package, read_relations(package, relation.target))
        except DocumentError:
            continue


def _extent(anchor: Any) -> Merge:
    """Return the cells that something lies on; what is bound to one cell or none is seen even where that is hidden."""
    top, left, bottom, right = (
        _whole(anchor.findtext(f"{{*}}{corner}/{{*}}{name}")) for corner in ("from", "to") for name in ("row", "col")
    )
    return Merge(top, left, bottom, right) if anchor.find("{*}to") is not None else Merge(top, left, LAST, LAST)


LAST = 1 << 20
"""Beyond the last row and column of any sheet."""


def _items(anchor: Any, artwork: Artwork) -> Iterator[Lines | Picture]:
    stack = [anchor]
    while stack:
        node = stack.pop()
        if not isinstance(node.tag, str) or is_hidden_drawing(node):
            continue
        name = node.tag.rpartition("}")[2]
        if name == "blip":
            yield draw_picture(node, artwork)
        elif name == "txBody":
            lines = ("".join(t.text or "" for t in line.iter("{*}t")) for line in node.iterchildren("{*}p"))
            yield Lines(tuple(lines))
        else:
            stack += reversed(choose_alternate(node))


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def read_margins(root: Any) -> tuple[str, ...]:
    """Return the texts above and below a printed sheet, without their codes (ECMA-376 part 1, 18.3.1.46)."""
    parts = root.find("{*}headerFooter")
    found = (_CODE.sub(" ", part.text or "").strip() for part in parts) if parts is not None else ()
    return tuple(dict.fromkeys(text for text in found if text))
