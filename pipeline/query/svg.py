"""The few SVG elements that charts are made of; lengths are SVG pixels."""

from __future__ import annotations

from xml.etree import ElementTree as ET

Element = ET.Element


def begin_svg(width: float, height: float, **attributes: str) -> Element:
    """Return the root of a picture of `width` x `height`, which a web page may stretch."""
    return ET.Element("svg", {"viewBox": f"0 0 {width:g} {height:g}"} | attributes)


def begin_svg_file(width: float, height: float) -> Element:
    """Return the root of a picture that is a file of its own, shown at its size."""
    root = begin_svg(width, height, xmlns="http://www.w3.org/2000/svg")
    root.attrib |= {"width": f"{width:g}", "height": f"{height:g}"}
    return root


def add_text(parent: Element, x: float, y: float, text: str, **attributes: str) -> None:
    """Write a text with its base line at `y`; characters that cannot be shown become spaces."""
    place = {"x": f"{x:g}", "y": f"{y:g}"} | {name.replace("_", "-"): value for name, value in attributes.items()}
    ET.SubElement(parent, "text", place).text = "".join(char if char.isprintable() else " " for char in text)


def add_box(parent: Element, x: float, y: float, width: float, height: float, **attributes: str) -> None:
    """Draw a rectangle; `class_` gives its class."""
    size = {"x": f"{x:g}", "y": f"{y:g}", "width": f"{width:g}", "height": f"{height:g}"}
    ET.SubElement(parent, "rect", size | {name.rstrip("_"): value for name, value in attributes.items()})


def add_group(parent: Element, tag: str = "g", **attributes: str) -> Element:
    """Return a new element, a group where no `tag` is named; `_` in the name of an attribute stands for `-`."""
    return ET.SubElement(parent, tag, {name.replace("_", "-"): value for name, value in attributes.items()})


def to_text(root: Element) -> str:
    """Return a picture as SVG."""
    return ET.tostring(root, encoding="unicode", xml_declaration=False)
