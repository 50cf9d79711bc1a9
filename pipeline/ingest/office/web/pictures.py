"""Pictures that a web page carries inside itself, as data URIs or as parts of a web archive; nothing is fetched."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from pipeline.ingest.office.pictures import Picture

_DATA = re.compile(r"data:image/[\w.+-]+(?:;[\w=.-]+)*,[^\"'<>)]*", re.IGNORECASE)
_PLACE = re.compile(r"data-picture:(\d{1,6})")
_GROUND = re.compile(r"background(?:-image)?\s*:[^;]*url\([\"']?data-picture:(\d{1,6})[\"']?\)")
_PIXELS = re.compile(r"\s*(\d{1,5}(?:\.\d{1,4})?)\s*(px|pt|)\s*")

POINTS = {"px": 0.75, "": 0.75, "pt": 1.0}
"""Points of a length in a web page."""

ABSENT = (300.0, 300.0)
"""Width and height in points from which a picture that is not in the file is missed: banners and icons are not."""


@dataclass(slots=True)
class Pictures:
    """The pictures of a page: those cut out of its text, and the parts of its archive by their addresses."""

    cut: list[str] = field(default_factory=list)
    parts: Mapping[str, bytes] = field(default_factory=dict)

    def take_out(self, text: str) -> str:
        """Return a page's text with its data URIs taken out: a parser allows no attribute of ten megabytes."""

        def keep(match: re.Match[str]) -> str:
            """Keep a data URI and leave its number in its place."""
            self.cut.append(match[0])
            return f"data-picture:{len(self.cut) - 1}"

        return _DATA.sub(keep, text)

    def find(self, node: Any) -> Picture | None:
        """Return the picture of an img element, or of an image of a drawing (SVG 2, 12.3).

        None where it is not in the file and not known to be large.
        """
        address = (node.get("src") or node.get("href") or node.get("xlink:href") or "").strip()
        shown = _shown_size(node)
        place = _PLACE.fullmatch(address)
        if place:
            return Picture(_decode(self.cut[int(place[1])]) if int(place[1]) < len(self.cut) else None, shown)
        data = self.parts.get(address.removeprefix("cid:"))
        if data is not None:
            return Picture(data, shown)
        missed = shown is not None and shown[0] >= ABSENT[0] and shown[1] >= ABSENT[1]
        return Picture(None, shown) if missed else None

    def find_ground(self, node: Any) -> Picture | None:
        """Return the picture that an element's own style sets as its ground, where the file holds it."""
        place = _GROUND.search(node.get("style") or "")
        if place is None or int(place[1]) >= len(self.cut):
            return None
        return Picture(_decode(self.cut[int(place[1])]), _shown_size(node))


def _decode(uri: str) -> bytes | None:
    head, _, body = uri.partition(",")
    raw = unquote_to_bytes(body)
    if not head.lower().endswith(";base64"):
        return raw
    try:
        return base64.b64decode(re.sub(rb"\s+", b"", raw) + b"==")
    except binascii.Error:
        return None


def _shown_size(node: Any) -> tuple[float, float] | None:
    """Return width and height in points as attributes or the style give them; None where one is not given."""
    style = dict(part.lower().split(":", 1) for part in (node.get("style") or "").split(";") if ":" in part)
    style = {name.strip(): value for name, value in style.items()}
    sizes = [_PIXELS.fullmatch(style.get(name) or node.get(name) or "-") for name in ("width", "height")]
    if not all(sizes):
        return None
    width, height = (float(size[1]) * POINTS[size[2]] for size in sizes if size)
    return width, height
