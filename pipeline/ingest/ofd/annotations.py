"""Annotations of an OFD file: what is set over its pages after they were made (GB/T 33190-2016, clause 15).

Notes, stamps and drawings over a page are content of it, painted last; a watermark is seen and belongs to no form.
Marked passages and links leave the text as it is. Seals are not annotations: their pictures lie in signatures, and
nothing is taken from them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.errors import DocumentError
from pipeline.ingest.containers.packages import Package, resolve_name

WATERMARK = "Watermark"
"""The kind of annotation that lies over a page as a whole."""

MARKINGS = frozenset({"Highlight", "Link"})
"""Kinds that mark what is there already."""


def list_annotations(package: Package, root: Any, base: str) -> dict[str, str]:
    """Return the part that holds the annotations of each page, by the page's id; none where they are damaged."""
    name = resolve_name(base, (root.findtext("{*}Annotations") or "").strip())
    if name not in package:
        return {}
    try:
        listed = package.parse(name)
    except DocumentError:
        return {}
    pages = (
        (node.get("PageID", ""), (node.findtext("{*}FileLoc") or "").strip()) for node in listed.iterfind("{*}Page")
    )
    return {page: resolve_name(name, place) for page, place in pages if place}


def read_appearances(package: Package, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the kind and the appearance of the annotations in a part that are seen."""
    try:
        root = package.parse(name)
    except DocumentError:
        return
    for annotation in root.iterfind("{*}Annot"):
        kind = annotation.get("Type", "")
        if annotation.get("Visible") != "false" and kind not in MARKINGS:
            yield from ((kind, appearance) for appearance in annotation.iterfind("{*}Appearance"))
