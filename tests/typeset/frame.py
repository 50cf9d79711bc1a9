"""Frames: which sides of a form's cells are ruled, how, and which cells are filled.

A `Frame` knows no page and no program: `looks` turns it into the five facts of every cell that each typesetter can
draw: its four sides and its ground. Lengths are points, greys run from 0 (black) to 1 (white).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .liberties import PUNCTUATED, SPACED, SYNONYMS
from .sheet import FUND_HEADERS, HEADERS, Sheet, SheetCell

Style = Literal["solid", "dotted", "dashed", "double", "thick-thin"]
Uprights = Literal["all", "heads", "none"]

USUAL = (
    *filter(None, FUND_HEADERS), *HEADERS.values(), "项目名称", "主管部门", "实施单位", "项目负责人", "联系电话",
    "年度总体目标", "年度总目标", "预期目标", "实际完成情况", "年度总目标完成情况综述", "绩效指标", "年度资金总额",
    "其中：当年财政拨款", "其中:当年财政拨款", "其中：本年财政拨款", "其中：财政拨款", "上年结转资金", "其他资金",
    "总分", "偏差原因分析及改进", "未完成原因分析", "指标值",
)  # fmt: skip
LABELS = frozenset("".join(text.split()) for words in (SPACED, PUNCTUATED, SYNONYMS) for text in words.values()) | {
    *USUAL
}
"""What a form prints beside and above its values, white space apart, in the common wordings and with liberties."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """How one side is drawn. A `double` ruling is two lines, a `thick-thin` one a thick and a thin line."""

    style: Style = "solid"
    width: float = 0.5
    grey: float = 0.0


@dataclass(frozen=True, slots=True)
class Look:
    """The sides of one cell, None where nothing is drawn, and its ground."""

    left: Stroke | None = None
    top: Stroke | None = None
    right: Stroke | None = None
    bottom: Stroke | None = None
    fill: float | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """A kind of ruling.

    `inner` and `outer` are the strokes between the cells and around the table, `flats` and `uprights` tell which of
    the inner ones there are. `open_sides` leaves the frame's left and right out, `total_outside` rules nothing around
    the last row. `gap` is the distance between neighbouring cells that are drawn one by one. `label_fill`, `fill` and
    `band_fill` are the grounds of labels, of the other cells and of every second indicator row.
    """

    inner: Stroke | None = Stroke()
    outer: Stroke | None = Stroke()
    flats: bool = True
    uprights: Uprights = "all"
    open_sides: bool = False
    total_outside: bool = False
    gap: float = 0.0
    label_fill: float | None = None
    fill: float | None = None
    band_fill: float | None = None


WHITE = Stroke("solid", 1.0, 1.0)
PALE = Stroke("solid", 0.4, 0.8)
FRAMES: Mapping[str, Frame] = {
    "solid": Frame(),
    "pale": Frame(PALE, PALE),
    "hairline": Frame(Stroke("solid", 0.15), Stroke("solid", 0.15)),
    "dotted": Frame(Stroke("dotted", 0.5), Stroke("dotted", 0.5)),
    "dashed": Frame(Stroke("dashed", 0.5), Stroke("dashed", 0.5)),
    "double": Frame(Stroke("solid", 0.5), Stroke("double", 0.5)),
    "thick-thin": Frame(Stroke("solid", 0.3), Stroke("thick-thin", 0.5)),
    "thin-in-thick": Frame(Stroke("solid", 0.2, 0.3), Stroke("solid", 1.8)),
    "white-on-fills": Frame(WHITE, WHITE, label_fill=0.8, fill=0.93),
    "fills-only": Frame(None, None, label_fill=0.87),
    "bands": Frame(None, Stroke("solid", 0.75), label_fill=0.85, band_fill=0.94),
    "horizontals": Frame(uprights="none", open_sides=True),
    "head-verticals": Frame(uprights="heads", open_sides=True),
    "outer-frame": Frame(inner=None),
    "no-outer-frame": Frame(outer=None),
    "total-outside": Frame(total_outside=True),
    "cell-by-cell": Frame(gap=1.2),
    "none": Frame(None, None),
}  # fmt: skip
"""All kinds of ruling by name."""


def is_label(cell: SheetCell) -> bool:
    """Tell whether a cell prints one of the form's own words; white space and the money unit do not matter."""
    text = "".join(cell.text.split())
    return text in LABELS or text.startswith("项目资金")


def head_rows(sheet: Sheet) -> frozenset[int]:
    """Return the rows that hold nothing but labels beside the label column."""
    inside = [cell for cell in sheet.cells if cell.left > 0 and cell.rowspan == 1 and cell.text]
    heads = {cell.row for cell in inside if is_label(cell)}
    return frozenset(heads - {cell.row for cell in inside if not is_label(cell)})


def ground(frame: Frame, sheet: Sheet, cell: SheetCell) -> float | None:
    """Return the fill of a cell."""
    if frame.label_fill is not None and is_label(cell):
        return frame.label_fill
    if frame.band_fill is not None and cell.row > sheet.header_row and (cell.row - sheet.header_row) % 2 == 0:
        return frame.band_fill if cell.rowspan == 1 else frame.fill
    return frame.fill


def cell_look(frame: Frame, sheet: Sheet, cell: SheetCell, heads: frozenset[int]) -> Look:
    """Return the look of one cell; `heads` are the sheet's head rows."""
    last = sheet.rows - frame.total_outside
    if cell.row >= last:
        return Look(fill=frame.fill)
    upright = frame.uprights == "all" or (frame.uprights == "heads" and cell.row in heads and cell.rowspan == 1)
    beside, across = frame.inner if upright else None, frame.inner if frame.flats else None
    sides = None if frame.open_sides else frame.outer
    return Look(
        left=sides if cell.left == 0 else beside,
        top=frame.outer if cell.row == 0 else across,
        right=sides if cell.right == 1 else beside,
        bottom=frame.outer if cell.row + cell.rowspan == last else across,
        fill=ground(frame, sheet, cell),
    )


def looks(frame: Frame, sheet: Sheet) -> dict[SheetCell, Look]:
    """Return the look of every cell of a form."""
    heads = head_rows(sheet)
    return {cell: cell_look(frame, sheet, cell, heads) for cell in sheet.cells}
