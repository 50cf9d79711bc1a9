"""One printed value as it is shown: its text, what it was read as, its place on the page and what is in doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.dataset.columns import heading
from pipeline.dataset.fields import PRINTED_IN
from pipeline.export.layout import workbook_layout
from pipeline.records import CellRow, FieldKey
from pipeline.scoring.explain import describe_decision

LOW = 0.9
"""Confidence below which it is shown beside a value that is not in doubt otherwise."""


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """A box on a page as it is shown: points, origin at the top left; pages count from 1."""

    page: int
    box: tuple[float, float, float, float]

    @property
    def data(self) -> str:
        """Return the box as four numbers, for the page's script."""
        return ",".join(f"{edge:.1f}" for edge in self.box)


@dataclass(frozen=True, slots=True)
class PrintedField:
    """One printed value. `reading` is what was made of it, `doubt` says in Chinese why a person should look,
    `decided` what a reviewer made of it, `row` the line of the fund table that it stands in.
    """

    anchor: str
    label: str
    text: str | None
    place: ShownPlace | None = None
    reading: str = ""
    doubt: str = ""
    confidence: float = 1.0
    first: str = ""
    decided: str = ""
    row: str = ""
    key: str = ""

    @property
    def unsure(self) -> bool:
        """Tell whether the confidence is to be shown."""
        return self.confidence < LOW


def make_field(
    known: Mapping[FieldKey, CellRow], key: FieldKey, text: str | None, reading: str = "", row: str = ""
) -> PrintedField:
    """Return a value for its page; `known` are the cells of the form."""
    table, row_no, name = key
    anchor = "-".join(["v", table, *([str(row_no)] if row_no is not None else []), name.removesuffix("_raw")])
    label = heading(PRINTED_IN[table], name)
    cell = known.get(key)
    if cell is None:
        return PrintedField(anchor, label, text, reading=reading, row=row)
    return PrintedField(
        anchor=anchor,
        label=label,
        text=text,
        place=_place(cell),
        reading=reading,
        doubt=_doubt(cell),
        confidence=cell.confidence,
        first=cell.text if text is not None and cell.text != text else "",
        decided=describe_decision(cell),
        row=row,
        key=f"{table}:{row_no or 0}:{name}",
    )


def _doubt(cell: CellRow) -> str:
    if not cell.needs_review:
        return ""
    reason = (cell.review_reason or "").partition(",")[0]
    return workbook_layout().words["review_reason"].get(reason, cell.review_reason or "须核对")


def _place(cell: CellRow) -> ShownPlace | None:
    edges = (cell.x0, cell.y0, cell.x1, cell.y1)
    if cell.page is None or None in edges or cell.source == "docx":
        return None
    return ShownPlace(cell.page, tuple(float(edge or 0.0) for edge in edges))  # type: ignore[arg-type]
