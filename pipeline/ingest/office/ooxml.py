"""Parts of an Office Open XML package and how they refer to each other (ECMA-376 part 2, 9.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.errors import CorruptDocument
from pipeline.ingest.containers.packages import Package, resolve_name

_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_CHOICE, _FALLBACK, _ALTERNATES = (f"{_COMPATIBLE}{name}" for name in ("Choice", "Fallback", "AlternateContent"))


@dataclass(frozen=True, slots=True)
class Relation:
    """A reference from one part to another: the last word of its type, and the name of the part."""

    kind: str
    target: str


def read_relations(package: Package, part: str) -> dict[str, Relation]:
    """Return the references of a part by their ids; those that lead out of the package are left out.

    `part` "" is the package itself.
    """
    folder, _, name = part.rpartition("/")
    listing = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    if listing not in package:
        return {}
    return {
        node.get("Id", ""): Relation(
            node.get("Type", "").rpartition("/")[2], resolve_name(part, node.get("Target", ""))
        )
        for node in package.parse(listing).iter("{*}Relationship")
        if node.get("TargetMode") != "External"
    }


def find_main_part(package: Package) -> str:
    """Return the name of the part that is the document.

    Raises:
        CorruptDocument: the package names none.
    """
    for relation in read_relations(package, "").values():
        if relation.kind == "officeDocument":
            return relation.target
    raise CorruptDocument("the file does not say which part is the document; open and save it again in its program")


def attribute(node: Any, name: str) -> str | None:
    """Return an attribute by its name, whatever its namespace; the strict and the usual form of the format differ."""
    for key, value in node.attrib.items():
        if key == name or key.endswith("}" + name):
            return str(value)
    return None


def choose_alternate(node: Any) -> list[Any]:
    """Return the children of an element; of alternates for old and new programs one, the other repeats it."""
    if node.tag != _ALTERNATES:
        return list(node)
    choices = [child for child in node if child.tag in {_CHOICE, _FALLBACK}]
    return next(([choice] for choice in choices if _shows_something(choice)), choices[:1])


def _shows_something(node: Any) -> bool:
    return next(node.iter("{*}txbxContent", "{*}t", "{*}blip", "{*}imagedata"), None) is not None
