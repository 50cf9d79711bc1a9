"""Pictures in Word and Excel files, as DrawingML and VML place them: which file, how large, cut and turned how."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.errors import DocumentError
from pipeline.ingest.containers.packages import Package, parse_xml
from pipeline.ingest.office.ooxml import Relation
from pipeline.ingest.office.pictures import Picture

EMU = 12_700.0
"""English metric units in a point (ECMA-376 part 1, 20.1.2.1)."""

WHOLE = 100_000.0
"""A share of one, as DrawingML writes it (20.1.10.40)."""

TURN = 60_000.0
"""A degree, as DrawingML writes it (20.1.10.3)."""

FRACTION = 65_536.0
"""A share of one, as VML writes it with an `f` behind it (part 4, 19.1.2.11)."""

_UNITS = {"pt": 1.0, "in": 72.0, "cm": 72.0 / 2.54, "mm": 72.0 / 25.4, "px": 0.75, "": 0.75}
_LENGTH = re.compile(r"(\d{1,7}(?:\.\d{1,9})?|\.\d{1,9})(pt|in|cm|mm|px|)")
_PROPERTIES = ("{*}docPr", "{*}cNvPr", "{*}nvSpPr/{*}cNvPr", "{*}nvPicPr/{*}cNvPr", "{*}nvGrpSpPr/{*}cNvPr")
_EDGES = ("l", "t", "r", "b")
_CROPS = ("cropleft", "croptop", "cropright", "cropbottom")


@dataclass(frozen=True, slots=True)
class Artwork:
    """The pictures of a part: its package, and its references to other parts."""

    package: Package | None = None
    relations: Mapping[str, Relation] = field(default_factory=dict)

    def find(self, reference: str | None) -> bytes | None:
        """Return the bytes of a picture by the id of its reference; None where it is not in the package, or damaged."""
        relation = self.relations.get(reference or "")
        if relation is None or self.package is None or relation.target not in self.package:
            return None
        try:
            return self.package.read(relation.target)
        except DocumentError:
            return None


def draw_picture(node: Any, artwork: Artwork) -> Picture:
    """Return the picture of an a:blip or a v:imagedata as it is shown."""
    reference = _named(node, "embed") or _named(node, "id") or _named(node, "pict")
    data = artwork.find(reference)
    if node.tag.endswith("}blip"):
        turn, mirrored = _placing(node)
        return Picture(data, _drawn_size(node), _source_cut(node), turn, mirrored)
    return Picture(data, _shape_size(node), _shape_cut(node))


def read_captions(node: Any, artwork: Artwork) -> list[str]:
    """Return what a chart or a diagram says that a c:chart or a dgm:relIds refers to (21.2.2.27, 21.4.2.22).

    It is seen on the page and belongs to no form. A part that is damaged says nothing.
    """
    data = artwork.find(_named(node, "id" if node.tag.endswith("}chart") else "dm"))
    try:
        root = parse_xml(data) if data else None
    except DocumentError:
        root = None
    if root is None:
        return []
    lines = ("".join(t.text or "" for t in line.iter("{*}t")) for line in root.iter("{*}p"))
    values = (value.text or "" for value in root.iterfind(".//{*}strCache/{*}pt/{*}v"))
    return list(dict.fromkeys(filter(None, (*lines, *values))))


def refers_to_picture(fill: Any) -> bool:
    """Tell whether a v:fill fills its shape with a picture."""
    return _named(fill, "id") is not None and fill.get("type", "") in {"frame", "tile", "pattern", "picture"}


def is_hidden_drawing(node: Any) -> bool:
    """Tell whether a drawing or a shape is set invisible."""
    name = node.tag.rpartition("}")[2]
    if name in {"inline", "anchor", "sp", "pic", "grpSp", "wsp"}:
        properties = next((node.find(path) for path in _PROPERTIES if node.find(path) is not None), None)
        return properties is not None and properties.get("hidden") in {"1", "true"}
    style = node.get("style")
    return bool(style) and name in {"shape", "rect", "group"} and "visibility:hidden" in style.replace(" ", "").lower()


def _named(node: Any, name: str) -> str | None:
    """Return an attribute of the relationships' namespace, the usual or the strict one."""
    return next(
        (str(value) for key, value in node.attrib.items() if key.endswith(f"/relationships}}{name}")),
        None,
    )


def _above(node: Any, *names: str) -> Iterator[Any]:
    return (found for found in node.iterancestors() if str(found.tag).rpartition("}")[2] in names)


def _drawn_size(blip: Any) -> tuple[float, float] | None:
    """Return the size of the picture itself, else of the frame it stands in, in points."""
    for shape in _above(blip, "pic", "inline", "anchor"):
        extent = next((shape.iterfind("{*}spPr/{*}xfrm/{*}ext")), None)
        extent = shape.find("{*}extent") if extent is None else extent
        if extent is not None:
            return _emu(extent.get("cx")), _emu(extent.get("cy"))
    return None


def _emu(text: str | None) -> float:
    return _whole(text) / EMU


def _whole(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,12}", text) else 0


def _source_cut(blip: Any) -> tuple[float, float, float, float]:
    fill = blip.getparent()
    cut = fill.find("{*}srcRect") if fill is not None else None
    left, top, right, bottom = (_whole(cut.get(edge)) / WHOLE if cut is not None else 0.0 for edge in _EDGES)
    return left, top, right, bottom


def _placing(blip: Any) -> tuple[float, bool]:
    """Return by how many degrees a picture is turned, clockwise, and whether it is mirrored."""
    turn, mirrored = 0.0, False
    for shape in _above(blip, "pic", "grpSp", "wgp"):
        frame = next(shape.iterfind("{*}spPr/{*}xfrm"), None)
        frame = next(shape.iterfind("{*}grpSpPr/{*}xfrm"), None) if frame is None else frame
        if frame is not None:
            turn += _whole(frame.get("rot")) / TURN
            across, over = (frame.get(name) in {"1", "true"} for name in ("flipH", "flipV"))
            turn += 180.0 if over else 0.0
            mirrored ^= across != over
    return turn, mirrored


def _shape_size(imagedata: Any) -> tuple[float, float] | None:
    """Return the size that the style of the picture's shape gives, in points; a shape in a group has other units."""
    shape = imagedata.getparent()
    if shape is None or next(_above(shape, "group"), None) is not None:
        return None
    style = dict(_declarations(shape.get("style", "")))
    sizes = [_LENGTH.fullmatch(style.get(name, "-")) for name in ("width", "height")]
    if not all(sizes):
        return None
    width, height = (float(size[1]) * _UNITS[size[2]] for size in sizes if size)
    return width, height


def _declarations(style: str) -> Iterator[tuple[str, str]]:
    for part in style.split(";"):
        name, _, value = part.partition(":")
        yield name.strip().lower(), value.strip().lower()


def _shape_cut(imagedata: Any) -> tuple[float, float, float, float]:
    left, top, right, bottom = (_share(imagedata.get(name, "")) for name in _CROPS)
    return left, top, right, bottom


def _share(text: str) -> float:
    if text.endswith("f"):
        return _whole(text[:-1]) / FRACTION
    return float(text) if re.fullmatch(r"0?\.\d{1,9}", text) else 0.0
