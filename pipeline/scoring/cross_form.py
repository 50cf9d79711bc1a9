"""The forms of one document beside each other; what those of a department show together is in `sets`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from pipeline.records import FieldKey, FindingRow
from pipeline.scoring.case import ScoringInput
from pipeline.scoring.discrepancies import publish
from pipeline.scoring.drafts import Draft
from pipeline.scoring.profiles import Profile
from pipeline.scoring.trust.certainty import rests_on_certain

YEAR: FieldKey = ("form", None, "year")


def find_odd_years(inputs: Iterable[ScoringInput]) -> Iterator[tuple[ScoringInput, Draft]]:
    """A form of another year than most forms of its document."""
    documents: defaultdict[str, list[ScoringInput]] = defaultdict(list)
    for source in inputs:
        if source.form.year is not None:
            documents[source.form.document_id].append(source)
    for sources in documents.values():
        usual, count = Counter(source.form.year for source in sources).most_common(1)[0]
        for source in sources:
            if source.form.year != usual and count > 1:
                message = f"年度 {source.form.year} 与同文件其他表的 {usual} 不同"
                yield source, Draft("year_differs", message, "year", evidence=(YEAR,))


def compare_forms(inputs: Iterable[ScoringInput], profile: Profile) -> tuple[FindingRow, ...]:
    """Return the findings that the forms of a document give together; `profile` only names the rule set in the rows."""
    return tuple(
        publish(draft, source, profile, None if rests_on_certain(draft.evidence, source) else "extraction_suspect")
        for source, draft in find_odd_years(inputs)
    )
