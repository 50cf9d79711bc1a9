"""Level columns that share one head: 指标类型 above a first and a second level, 绩效指标 above all three."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.labels.levels import level_codes
from pipeline.labels.sections import Grid, Head, row_cells

LEVELS = ("level1", "level2", "level3")

LEAST_SHARE = 0.5
"""Share of the rows below a head in which it must stand above several written cells."""

Span = tuple[int, int]


def with_level_columns(grid: Grid, head: Head, end: int) -> Head:
    """Return the head with a column for each level, where one level's head stands above several columns of texts.

    The levels that the head does not name are given to the columns in their order, the indicator's own the last.
    """
    for name in reversed(LEVELS):
        if name not in head.columns:
            continue
        parts = _parts(grid, head, head.columns[name], end)
        levels = _levels_of(grid, head, name, parts, end) if len(parts) > 1 else ()
        if levels:
            columns: Mapping[str, Span] = {key: span for key, span in head.columns.items() if key != name}
            texts = {**head.texts, **dict.fromkeys(levels, head.texts[name])}
            return replace(head, columns={**columns, **dict(zip(levels, parts, strict=True))}, texts=texts)
    return head


def _parts(grid: Grid, head: Head, span: Span, end: int) -> list[Span]:
    """Return the columns into which most rows divide the space below a head."""
    first, last = span
    starts: Counter[tuple[int, ...]] = Counter()
    for row in range(head.first_value_row, end):
        inside = [cell for cell in row_cells(grid, row) if first <= cell.col and cell.col + cell.colspan <= last]
        if inside and all(cell.text for cell in inside):
            starts[tuple(cell.col for cell in inside)] += 1
    if not starts:
        return []
    usual, rows = starts.most_common(1)[0]
    if rows <= LEAST_SHARE * (end - head.first_value_row) or usual[0] != first:
        return []
    return list(zip(usual, (*usual[1:], last), strict=True))


def _levels_of(grid: Grid, head: Head, name: str, parts: Sequence[Span], end: int) -> tuple[str, ...]:
    """Return the level of each part, or nothing where they are more than the levels that have no head of their own."""
    free = [level for level in LEVELS if level == name or level not in head.columns]
    if len(parts) > len(free):
        return ()
    if len(parts) < len(free) and _are_classes(grid, parts[0], range(head.first_value_row, end)):
        return (free[0], *free[len(free) - len(parts) + 1 :])
    return tuple(free[len(free) - len(parts) :]) if name == free[-1] else tuple(free[: len(parts)])


def _are_classes(grid: Grid, span: Span, rows: range) -> bool:
    """Tell whether most texts of a column name a first level (产出指标) and no second one."""
    cells = {id(cell): cell for row in rows if (cell := grid[row][span[0]]) and cell.text}
    told = [level_codes(cell.text, "") for cell in cells.values() if level_codes("", cell.text)[1] is None]
    return sum(first is not None for first, _ in told) > LEAST_SHARE * len(cells)
