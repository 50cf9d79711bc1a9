"""A web page as its elements are shown: pages that frames hold themselves, and boxes that are laid out as tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline.errors import DocumentError
from pipeline.ingest.office.web.styles import Styles

MOST_FRAMES, DEEPEST = 50, 3
"""Frames of a page that are opened, and frames in each other."""

_LAID_OUT = {
    "table": "table",
    "inline-table": "table",
    "table-row-group": "tbody",
    "table-header-group": "thead",
    "table-footer-group": "tfoot",
    "table-row": "tr",
    "table-cell": "td",
    "table-caption": "caption",
}
"""Elements of tables by the value of `display` that lays a box out as one (CSS 2.2, 17.2)."""

_OF_TABLES = frozenset({*_LAID_OUT.values(), "th"})


def open_frames(root: Any, parse: Callable[[str], Any]) -> None:
    """Put the pages that frames hold themselves (HTML, 4.8.5: srcdoc) in their places; what they refer to stays away.

    A page that cannot be parsed leaves its frame as it is.
    """
    for _ in range(DEEPEST):
        frames = [frame for frame in root.iter("iframe") if frame.get("srcdoc")]
        for frame in frames[:MOST_FRAMES]:
            held = frame.attrib.pop("srcdoc")
            try:
                page = parse(held)
            except DocumentError:
                continue
            frame.tag, frame.text = "div", None
            frame[:] = list(page)


def lay_out_boxes(root: Any, styles: Styles) -> None:
    """Name the boxes that are laid out as tables, rows and cells as what they are seen as."""
    named = [(node, _LAID_OUT.get(styles.display(node))) for node in root.iter() if isinstance(node.tag, str)]
    for node, name in named:
        if name and node.tag not in _OF_TABLES:
            node.tag = name
