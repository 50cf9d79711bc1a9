"""Forms beside each other: what only shows when several forms of a document or a department are laid side by side.

Nothing here breaks a rule; every finding asks a person to look. Numbers of forms and lengths of texts from which a
coincidence counts are data (`limits` in `schemas/scoring.yml`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from pipeline.records import FieldKey, FindingRow
from pipeline.scoring.case import ScoringInput, has_text
from pipeline.scoring.discrepancies import publish
from pipeline.scoring.drafts import Draft
from pipeline.scoring.facts import scoring_facts
from pipeline.scoring.profiles import Profile
from pipeline.scoring.trust.certainty import rests_on_certain
from pipeline.scoring.wording import show_points

Placed = tuple[ScoringInput, Draft]


def _fold(text: str | None) -> str:
    return "".join((text or "").split())


def _name(source: ScoringInput) -> str:
    return f"{source.form.file_name} 第 {source.form.form_no} 表"


def _statements(source: ScoringInput) -> Iterator[tuple[str, int | None, str]]:
    """Yield the long texts that say what was done: text, indicator row, column."""
    length = scoring_facts().limits.reused_length
    texts: list[tuple[str, int | None, str]] = [(_fold(source.form.actual_goal), None, "actual_goal")]
    texts += [(_fold(row.actual_raw), row.row_no, "actual_raw") for row in source.indicators]
    yield from (entry for entry in texts if len(entry[0]) >= length)


def find_reused_texts(inputs: Sequence[ScoringInput]) -> Iterator[Placed]:
    """The same words as 实际完成情况 in several forms."""
    used: defaultdict[str, list[tuple[ScoringInput, int | None, str]]] = defaultdict(list)
    for source in inputs:
        for text, row_no, field in _statements(source):
            used[text].append((source, row_no, field))
    for text, places in used.items():
        forms = list(dict.fromkeys(_name(source) for source, _, _ in places))
        if len(forms) < scoring_facts().limits.reused_forms:
            continue
        for source, row_no, field in places:
            others = [name for name in forms if name != _name(source)]
            message = f"“{text[:20]}…”在 {len(forms)} 个表中相同，另见{'、'.join(others[:3])}"
            yield source, Draft("actual_reused", message, field, row_no, evidence=(_key(row_no, field),))


def _key(row_no: int | None, field: str) -> FieldKey:
    return ("form", None, field) if row_no is None else ("indicator", row_no, field)


def find_repeated_projects(inputs: Sequence[ScoringInput]) -> Iterator[Placed]:
    """One project filed twice for the same department and year."""
    named: defaultdict[tuple[str, str, int | None], list[ScoringInput]] = defaultdict(list)
    for source in inputs:
        if has_text(source.form.project_name):
            key = (_fold(source.form.project_name), _fold(source.form.department), source.form.year)
            named[key].append(source)
    for sources in named.values():
        for source in sources[1:]:
            message = f"项目“{source.form.project_name}”与{_name(sources[0])}相同"
            yield source, Draft("project_repeated", message, "project_name", evidence=(_key(None, "project_name"),))


def class_weights(source: ScoringInput) -> tuple[tuple[str, Decimal], ...]:
    """Return the points of each first-level class; rows without a class are under an empty name."""
    weights: Counter[str] = Counter()
    points: dict[str, Decimal] = {}
    for row in source.indicators:
        name = row.level1_code or ""
        weights[name] += 1
        points[name] = points.get(name, Decimal(0)) + (row.weight or Decimal(0))
    return tuple(sorted(points.items()))


def find_uniform_weights(inputs: Sequence[ScoringInput]) -> Iterator[Placed]:
    """A department whose forms all weigh their classes alike; reported once, on its first form."""
    departments: defaultdict[str, list[ScoringInput]] = defaultdict(list)
    for source in inputs:
        if has_text(source.form.department) and source.form.complete:
            departments[_fold(source.form.department)].append(source)
    for sources in departments.values():
        patterns = {class_weights(source) for source in sources}
        if len(sources) >= scoring_facts().limits.uniform_forms and len(patterns) == 1:
            shares = "/".join(show_points(points) for _, points in patterns.pop())
            message = f"{sources[0].form.department} {len(sources)} 个表各类指标分值完全相同（{shares}）"
            yield sources[0], Draft("weights_uniform", message, "weight_raw")


def find_odd_years(inputs: Sequence[ScoringInput]) -> Iterator[Placed]:
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
                yield source, Draft("year_differs", message, "year", evidence=(_key(None, "year"),))


SET_CHECKS = (find_reused_texts, find_repeated_projects, find_uniform_weights, find_odd_years)


def compare_forms(inputs: Iterable[ScoringInput], profile: Profile) -> tuple[FindingRow, ...]:
    """Return the findings that forms give together: over one document, one department, or a whole dataset.

    Departments and documents are told apart inside; `profile` only names the rule set in the rows.
    """
    sources = tuple(inputs)
    placed = [entry for check in SET_CHECKS for entry in check(sources)]
    return tuple(_publish_placed(source, draft, profile) for source, draft in placed)


def _publish_placed(source: ScoringInput, draft: Draft, profile: Profile) -> FindingRow:
    suspect = not rests_on_certain(draft.evidence, source)
    return publish(draft, source, profile, "extraction_suspect" if suspect else None)
