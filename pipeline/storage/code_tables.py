"""The rows of the code tables, from the vocabularies under `schemas/`: classes of indicators, units, findings, places.

They are published beside the dataset, so that its codes can be joined with their names without this program. They hold
what the publishing version knows, whether or not it occurs in the documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from pipeline.forms.districts import district_names
from pipeline.labels.words import form_words
from pipeline.records import DistrictCodeRow, FindingCodeRow, IndicatorClassRow, UnitCodeRow
from pipeline.scoring.catalogue import finding_catalogue
from pipeline.units.words import unit_words


@cache
def code_rows(table: str) -> Sequence[Any]:
    """Return the rows of a code table in their order."""
    return tuple(_ROWS[table]())


def _indicator_classes() -> Iterator[IndicatorClassRow]:
    words = form_words()
    for level, classes in ((1, words.level1), (2, words.level2)):
        for code, labels in classes.items():
            parent, dot, _ = code.rpartition(".")
            yield IndicatorClassRow(
                code=code, level=level, parent_code=parent if dot else None, name=words.class_names[code], words=labels
            )


def _unit_codes() -> Iterator[UnitCodeRow]:
    words = unit_words()
    for unit in words.units:
        ratio = Fraction(unit.factor)
        yield UnitCodeRow(
            unit=unit.name,
            dimension=unit.dimension,
            base_unit=unit.base or words.dimensions[unit.dimension].base,
            factor=Decimal(ratio.numerator) / Decimal(ratio.denominator),
            spellings=unit.also,
        )
    for counter in words.counters:
        yield UnitCodeRow(unit=counter, dimension="count", base_unit=counter, factor=Decimal(1))


def _finding_codes() -> Iterator[FindingCodeRow]:
    catalogue = finding_catalogue()
    for kind in catalogue.findings:
        yield FindingCodeRow(
            code=kind.code,
            title=kind.title,
            topic=catalogue.groups[kind.group],
            usual_status=kind.status,
            usual_severity=kind.severity,
            description=kind.description,
            meaning=kind.meaning,
        )


def _district_codes() -> Iterator[DistrictCodeRow]:
    names = district_names()
    for code, name in sorted(names.items()):
        above = (f"{code[:4]}00", f"{code[:2]}0000")
        parent = next((place for place in above if place != code and place in names), None)
        yield DistrictCodeRow(code=code, name=name, parent_code=parent)


_ROWS: dict[str, Callable[[], Iterator[Any]]] = {
    "indicator_classes": _indicator_classes,
    "unit_codes": _unit_codes,
    "finding_codes": _finding_codes,
    "district_codes": _district_codes,
}
