"""Styles of the cells of an .xlsx, as far as they decide what a person sees (ECMA-376 part 1, 18.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.ingest.office.sheets.number_formats import BUILT_IN, GENERAL


@dataclass(frozen=True, slots=True)
class CellStyle:
    """A style: its number format, whether it has an upright border, and whether it writes white on white."""

    code: str = GENERAL
    ruled: bool = False
    white: bool = False


def read_cell_styles(root: Any) -> tuple[CellStyle, ...]:
    """Return the styles of a styleSheet element in the order in which cells name them."""
    codes = dict(BUILT_IN)
    for node in root.iterfind("{*}numFmts/{*}numFmt"):
        codes[whole_number(node, "numFmtId")] = node.get("formatCode", GENERAL)
    borders = [_is_upright(node) for node in root.iterfind("{*}borders/{*}border")]
    fonts = [_is_white(node.find("{*}color")) for node in root.iterfind("{*}fonts/{*}font")]
    fills = [_is_paper(node) for node in root.iterfind("{*}fills/{*}fill")]

    def read(node: Any) -> CellStyle:
        """What one cell format says of a cell."""
        number = whole_number(node, "numFmtId")
        white = _pick(fonts, node, "fontId", other=False) and _pick(fills, node, "fillId", other=True)
        ruled = _pick(borders, node, "borderId", other=False)
        return CellStyle(codes.get(number, f"[format {number}]"), ruled, white)

    return tuple(read(node) for node in root.iterfind("{*}cellXfs/{*}xf"))


def _pick(known: Sequence[bool], node: Any, name: str, *, other: bool) -> bool:
    at = whole_number(node, name)
    return known[at] if at < len(known) else other


def _is_upright(border: Any) -> bool:
    """Tell whether a border has a line at the left or right."""
    sides = (border.find(f"{{*}}{name}") for name in ("left", "right", "start", "end"))
    return any(side is not None and side.get("style", "none") != "none" for side in sides)


def _is_white(color: Any) -> bool:
    """Tell whether a colour is white: by its value, by the old palette, or as the paper of the theme."""
    if color is None:
        return False
    by_value = color.get("rgb", "").upper().endswith("FFFFFF") or color.get("indexed") in {"1", "9"}
    return by_value or (color.get("theme") == "0" and color.get("tint") is None)


def _is_paper(fill: Any) -> bool:
    """Tell whether nothing but white is filled in."""
    pattern = fill.find("{*}patternFill")
    if pattern is None:
        return fill.find("{*}gradientFill") is None
    kind = pattern.get("patternType", "none")
    return kind == "none" or (kind == "solid" and _is_white(pattern.find("{*}fgColor")))


def whole_number(node: Any, name: str) -> int:
    """Return an attribute that is a number; 0 where it is none."""
    value = node.get(name, "0")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
