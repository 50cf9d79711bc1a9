"""The columns of a Word table: from its grid, or from the widths of its cells where rows do not agree about the grid.

A cell says how many columns of the grid it takes (gridSpan). Some programs write rows of different numbers of cells and
leave that out; Word then goes by the widths (ECMA-376 part 1, 17.4.71).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

from docx.oxml.ns import qn

Span = tuple[int, int]
"""The first column of a cell, and how many it takes."""

NEAR = 90
"""Twentieths of a point within which edges of two rows are one."""


def find_spans(rows: Sequence[tuple[Any, Sequence[Any]]]) -> list[list[Span]]:
    """Return the spans of the cells of each row, given w:tr elements with their w:tc elements."""
    by_grid = [_spans_by_grid(row, cells) for row, cells in rows]
    ends = {_end_by_grid(row, spans) for (row, _), spans in zip(rows, by_grid, strict=True)}
    return by_grid if len(ends) <= 1 else _spans_by_width(rows) or by_grid


def _spans_by_grid(row: Any, cells: Sequence[Any]) -> list[Span]:
    starts = accumulate((cell.grid_span for cell in cells), initial=row.grid_before)
    return [(start, cell.grid_span) for start, cell in zip(starts, cells, strict=False)]


def _end_by_grid(row: Any, spans: Sequence[Span]) -> int:
    return int(sum(spans[-1]) if spans else row.grid_before) + int(row.grid_after)


def _spans_by_width(rows: Sequence[tuple[Any, Sequence[Any]]]) -> list[list[Span]]:
    """Return the spans that follow from the cells' widths; nothing where one is not stated, or a cell has none."""
    edges = []
    for row, cells in rows:
        before = _width(row, "w:trPr", "w:wBefore") if row.grid_before else 0
        widths = [_width(cell, "w:tcPr", "w:tcW") for cell in cells]
        if before is None or not all(widths):
            return []
        edges.append(list(accumulate((width or 0 for width in widths), initial=before)))
    starts = _group(sorted(edge for row in edges for edge in row))
    columns = [[bisect_right(starts, edge) - 1 for edge in row] for row in edges]
    if any(left == right for row in columns for left, right in pairwise(row)):
        return []
    return [[(left, right - left) for left, right in pairwise(row)] for row in columns]


def _group(edges: Sequence[int]) -> list[int]:
    """Return where groups of edges begin that lie near each other."""
    return [edge for at, edge in enumerate(edges) if at == 0 or edge - edges[at - 1] > NEAR]


def _width(node: Any, properties: str, name: str) -> int | None:
    """Return a width in twentieths of a point; None where it is not stated so, or nothing."""
    width = node.find(f"{qn(properties)}/{qn(name)}")
    text = width.get(qn("w:w"), "") if width is not None and width.get(qn("w:type"), "dxa") == "dxa" else ""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) > 0 else None
