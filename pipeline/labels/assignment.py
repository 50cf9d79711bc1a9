"""The assignment problem: rows to columns so that the sum of their affinities is greatest.

The Hungarian method with potentials, one shortest augmenting path per row, as in Jonker and Volgenant, "A shortest
augmenting path algorithm for dense and sparse linear assignment problems" (1987). A form's head has about a dozen
columns and twenty fields.
"""

from __future__ import annotations

from collections.abc import Sequence

FAR = float("inf")


def assign(affinities: Sequence[Sequence[float]]) -> dict[int, int]:
    """Return row → column, each used once, with the greatest sum; pairs without affinity are left out.

    `affinities` has one row per head and one column per field, all of one length, nothing below 0.
    """
    rows, cols = len(affinities), len(affinities[0]) if affinities else 0
    # columns beyond the fields stand for "none of them", at no cost
    search = _Search([[-value for value in row] + [0.0] * rows for row in affinities], cols + rows)
    for row in range(rows):
        search.place(row)
    owners = {row: col for col, row in enumerate(search.owner[:cols]) if row is not None}
    return {row: owners[row] for row in sorted(owners) if affinities[row][owners[row]] > 0}


class _Search:
    """The state of the method: the price of each row and column, and the row that each column is given to."""

    def __init__(self, cost: Sequence[Sequence[float]], cols: int) -> None:
        self.cost = cost
        self.cols = range(cols)
        self.row_price = [0.0] * len(cost)
        self.col_price = [0.0] * cols
        self.owner: list[int | None] = [None] * cols

    def place(self, row: int) -> None:
        """Give a row its column; rows placed before may be given others."""
        distance, before = [FAR] * len(self.cols), [-1] * len(self.cols)
        reached: list[int] = []
        last, at = -1, row
        while True:
            for col in self.cols:
                reduced = self.cost[at][col] - self.row_price[at] - self.col_price[col]
                if col not in reached and reduced < distance[col]:
                    distance[col], before[col] = reduced, last
            nearest = min((col for col in self.cols if col not in reached), key=distance.__getitem__)
            self._pay(row, reached, distance, distance[nearest])
            reached.append(nearest)
            last, owner = nearest, self.owner[nearest]
            if owner is None:
                break
            at = owner
        self._turn(row, last, before)

    def _pay(self, row: int, reached: Sequence[int], distance: list[float], step: float) -> None:
        """Raise the prices so that the nearest column is reached at no further cost."""
        self.row_price[row] += step
        for col in reached:
            owner = self.owner[col]
            assert owner is not None  # noqa: S101 - the search ends at the first column that is free
            self.row_price[owner] += step
            self.col_price[col] -= step
        for col in self.cols:
            if col not in reached:
                distance[col] -= step

    def _turn(self, row: int, last: int, before: Sequence[int]) -> None:
        """Hand the columns on along the path that was found."""
        while before[last] >= 0:
            self.owner[last] = self.owner[before[last]]
            last = before[last]
        self.owner[last] = row
