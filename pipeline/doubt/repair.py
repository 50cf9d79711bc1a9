"""What the sums of a form say of its readings: which they vouch for, which they accuse, which they mend.

A reading is exchanged only for a text that a reader proposed, only where a constraint fails without it, and only
where that text alone makes enough independent constraints come out right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.doubt.column_kinds import ReviewRules, fits, keeps_marks
from pipeline.doubt.constraints import Constraint, Texts
from pipeline.forms.fields import Fields
from pipeline.models import Reading
from pipeline.records import FieldKey


def texts_of(fields: Fields) -> dict[FieldKey, str]:
    """Return what every field says."""
    return {key: reading.text for key, reading in fields.items()}


def exchange(reading: Reading, text: str, confidence: float) -> Reading:
    """Return the reading with another text; what was read first is kept."""
    first = reading.text if reading.first_text is None else reading.first_text
    return replace(reading, text=text, first_text=first, confidence=confidence)


def is_broken(gap: Decimal | None) -> bool:
    """Tell whether the gap of a constraint says that it fails."""
    return gap is not None and gap < 0


def find_accused(texts: Texts, constraints: Iterable[Constraint]) -> set[FieldKey]:
    """Return the written fields of the constraints that the form, read so, breaks."""
    return {key for c in constraints if is_broken(c.gap(texts)) for key in c.keys if texts.get(key)}


def find_confirmed(texts: Texts, constraints: Iterable[Constraint], rules: ReviewRules) -> set[FieldKey]:
    """Return the numbers that a sum vouches for: it comes out exactly, and would not with another number.

    A zero, a dash and a blank add nothing, so no sum speaks for them; nor for a text that is odd in its column.
    """
    pinned = {key for c in constraints if c.vouches and c.gap(texts) == 0 for key in c.pins if key in texts}
    return {key for key in pinned if _has_value(texts[key]) and fits(rules.kind(key[2]), texts[key])}


def _has_value(text: str) -> bool:
    return any(char in "123456789" for char in text)


def repair_readings(
    fields: Fields, constraints: Sequence[Constraint], agreed: Iterable[FieldKey], rules: ReviewRules
) -> dict[FieldKey, Reading]:
    """Return the fields with every reading exchanged that exactly one proposed alternative mends.

    What the readers agree on is never exchanged, and nothing twice.
    """
    repaired = dict(fields)
    open_keys = {key for key, reading in fields.items() if reading.source == "ocr"} - set(agreed)
    while found := _find_repair(repaired, constraints, open_keys, rules):
        key, text = found
        repaired[key] = exchange(repaired[key], text, float(rules.trust.repaired))
        open_keys.discard(key)
    return repaired


def _find_repair(
    fields: Fields, constraints: Sequence[Constraint], open_keys: set[FieldKey], rules: ReviewRules
) -> tuple[FieldKey, str] | None:
    """Return a field and the only proposed text that mends one of the broken constraints; None without one."""
    texts = texts_of(fields)
    for constraint in constraints:
        if not is_broken(constraint.gap(texts)):
            continue
        keys = [key for key in constraint.keys if key in open_keys]
        mending = [
            (key, text)
            for key in keys
            for text in _proposals(key, fields[key], rules)
            if not is_broken(constraint.gap({**texts, key: text}))
            and _count_witnesses(key, text, texts, constraints) >= rules.constraints.witnesses
        ]
        if len(mending) == 1:
            return mending[0]
    return None


def _proposals(key: FieldKey, reading: Reading, rules: ReviewRules) -> Iterator[str]:
    """Yield the texts that readers proposed for a field and that may stand in its column."""
    kind = rules.kind(key[2])
    for text in dict.fromkeys(reading.alternatives):
        if text != reading.text and fits(kind, text) and keeps_marks(reading.text, text, rules.marks):
            yield text


def fits_sums_as_well(key: FieldKey, text: str, texts: Texts, constraints: Iterable[Constraint]) -> bool:
    """Tell whether a form whose field says `text` keeps every sum that it keeps as it is, and breaks no more."""
    after = {**texts, key: text}
    gaps = ((c.gap(texts), c.gap(after)) for c in constraints if key in c.keys)
    return all(not (is_broken(new) and not is_broken(old)) and not (old == 0 and new != 0) for old, new in gaps)


def _count_witnesses(key: FieldKey, text: str, texts: Texts, constraints: Iterable[Constraint]) -> int:
    """Count the constraints that come out right with a text; 0 where it breaks one that was kept.

    One that was kept before counts only where it fixes the field's value: it would not come out with another text.
    """
    after = {**texts, key: text}
    count = 0
    for constraint in (c for c in constraints if key in c.keys):
        before, gap = constraint.gap(texts), constraint.gap(after)
        if is_broken(gap) and not is_broken(before):
            return 0
        met = gap is not None and gap == 0 and key in constraint.pins
        count += met or (is_broken(before) and gap is not None and gap >= 0)
    return count
