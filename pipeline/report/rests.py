"""What a finding rests on: the cells that bear it out, by table, row and field."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.records import CellTable, FieldKey, FindingRow


def list_rests(finding: FindingRow) -> tuple[FieldKey, ...]:
    """Return the cells that a finding rests on, its own field first, each once."""
    return tuple(dict.fromkeys([*_own(finding), *_named(finding)]))


def _own(finding: FindingRow) -> Iterator[FieldKey]:
    if finding.field and finding.table:
        yield (finding.table, finding.row_no, finding.field)


def _named(finding: FindingRow) -> Iterator[FieldKey]:
    """Yield the cells of `evidence`, each written as table:row_no:field; what is not written so is left out."""
    for text in finding.evidence:
        table, _, rest = text.partition(":")
        row, _, field = rest.partition(":")
        tables: tuple[CellTable, ...] = ("form", "fund", "indicator")
        if table in tables and field:
            yield (table, int(row) if row.isdecimal() else None, field)
