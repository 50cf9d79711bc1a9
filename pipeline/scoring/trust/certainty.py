"""One rule of certainty: whether every field that a finding rests on was read so that somebody may be accused by it.

A field is certain that stands in the text of the document, or in a picture without doubt. It is not where it awaits
review (a doubted character, a remainder, columns that only alignment tells), where it is blank on a picture (what is
not seen may not have been found), nor anywhere in a table of which a head, a line or a cell was not understood. A
finding that rests on one field that is not certain suspects the reading, whatever its code is worth otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.records import FieldKey
from pipeline.scoring.case import ScoringInput, read_text


def is_certain(key: FieldKey, source: ScoringInput) -> bool:
    """Tell whether a field was read for certain; one whose column the form does not print is no reading at all."""
    if key in source.doubted or key[0] in source.unsettled:
        return False
    blank = not str(read_text(source, key) or "").strip()
    return not (blank and source.recognised and _is_printed(key, source))


def _is_printed(key: FieldKey, source: ScoringInput) -> bool:
    """Tell whether the form has a column, or a field of its own, of which this might be a cell."""
    if not source.places or key[0] == "form" or key in source.places:
        return True
    return any(table == key[0] and field == key[2] for table, _, field in source.places)


def rests_on_certain(evidence: Iterable[FieldKey], source: ScoringInput) -> bool:
    """Tell whether every field of some evidence was read for certain."""
    if not (source.doubted or source.unsettled or source.recognised):
        return True
    return all(is_certain(key, source) for key in evidence)
