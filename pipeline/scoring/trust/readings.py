"""One rule of readings: a finding by what target and actual say accuses only where both were plain to read.

A reading says itself what it assumed, in its flags. Those of `schemas/scoring.yml` (`flags.plain`) leave no doubt about
the number and what is better; any other, one that is new included, supports a question and no accusation. So does a
part of a compound without a sign of its own, a range without a unit, and a period that begins on another day than the
one that was set.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.records import FieldKey
from pipeline.scoring.case import Case, Item
from pipeline.scoring.facts import scoring_facts
from pipeline.units import Value


def is_plain(value: Value) -> bool:
    """Tell whether a reading assumed nothing that an accusation should not rest on."""
    plain = scoring_facts().flags.plain
    if any(flag.split(":")[0] not in plain for flag in value.flags):
        return False
    return value.value_max is None or value.unit is not None or value.kind == "date"


def _is_moved(item: Item) -> bool:
    """Tell whether target and actual are two periods of which the one does not begin with the other."""
    periods = [value for value in (item.target, item.actual) if value.start and value.end and value.start != value.end]
    spans = [value for value in periods if "range" in value.flags]
    return len(spans) == 2 and spans[0].start != spans[1].start


def is_plainly_read(item: Item) -> bool:
    """Tell whether target and actual of a row are both plain, their parts included."""
    bare = any(part.comparator is None for part in item.target.parts)
    values = (item.target, item.actual, *item.target.parts, *item.actual.parts)
    return not bare and all(is_plain(value) for value in values) and not _is_moved(item)


def rests_on_plain_readings(code: str, evidence: Iterable[FieldKey], case: Case) -> bool:
    """Tell whether every row that a finding holds target and actual of against each other was plain to read."""
    if code not in scoring_facts().rests_on_reading:
        return True
    rows = {row_no for table, row_no, _ in evidence if table == "indicator"}
    return all(is_plainly_read(item) for item in case.items if item.row.row_no in rows)
