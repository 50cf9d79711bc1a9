"""The same form in two files: which one counts, and in what the others differ.

Forms are the same that agree in kind, department, year and project (its code, else its folded name) and in the
amounts; where an amount differs they are editions of one form if most of their rows are the same. The edition that
says it is a correction counts, else the one that was read more surely, else the first by name and id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.dataset.fields import AMOUNT_NAMES
from pipeline.records import CellTable
from pipeline.scoring.sets.facts import FormFacts, IndicatorFacts, amounts_of
from pipeline.scoring.sets.rules import set_rules


def find_duplicates(forms: Iterable[FormFacts]) -> dict[str, str]:
    """Return by form_id the form_id of the form that it repeats; forms of one document never repeat each other."""
    counts: dict[str, FormFacts] = {}
    for candidates in _same_project(forms):
        kept: list[FormFacts] = []
        for form in sorted(candidates, key=_rank):
            original = next((one for one in kept if is_same_form(one, form)), None)
            if original is None:
                kept.append(form)
            elif form.form_id not in counts:
                counts[form.form_id] = original
    return {form_id: _follow(counts, original).form_id for form_id, original in counts.items()}


def _follow(counts: Mapping[str, FormFacts], form: FormFacts) -> FormFacts:
    """Return the form that counts for one that may itself repeat another."""
    seen = {form.form_id}
    while (above := counts.get(form.form_id)) is not None and above.form_id not in seen:
        form = above
        seen.add(form.form_id)
    return form


def _same_project(forms: Iterable[FormFacts]) -> Iterator[Sequence[FormFacts]]:
    """Yield the forms of one kind, year and project; those without a code are looked for by name among all."""
    named: defaultdict[tuple[str, int | None, str], list[FormFacts]] = defaultdict(list)
    for form in forms:
        if form.project:
            named[form.kind, form.year, form.project].append(form)
    coded: defaultdict[tuple[str, int | None, str], list[FormFacts]] = defaultdict(list)
    for form in forms:
        if form.code:
            coded[form.kind, form.year, form.code].append(form)
    yield from (group for group in named.values() if len(group) > 1)
    yield from (group for group in coded.values() if len(group) > 1 and len({form.project for form in group}) > 1)


def _rank(form: FormFacts) -> tuple[bool, int, str, str]:
    """Return the key by which the form that counts comes first."""
    return not set_rules().edition_words.search(form.file_name), -form.trust, form.file_name, form.form_id


def is_same_form(one: FormFacts, other: FormFacts) -> bool:
    """Tell whether two forms of one kind, year and project are the same form in two files."""
    if one.document_id == other.document_id or _contradict(one.code, other.code) or _contradict(one.unit, other.unit):
        return False
    if _rows_alike(one, other) >= set_rules().matching.same_edition:
        return True
    amounts = zip(amounts_of(one), amounts_of(other), strict=True)
    both = [(a, b) for a, b in amounts if a is not None and b is not None]
    strangers = bool(one.indicators and other.indicators) and _rows_alike(one, other) == 0
    return bool(both) and all(a == b for a, b in both) and not strangers


def _contradict(one: str, other: str) -> bool:
    return bool(one and other) and one != other


def _rows_alike(one: FormFacts, other: FormFacts) -> float:
    """Return the share of indicator rows that both forms have, names and targets the same."""
    first, second = ({(row.name, row.target_raw) for row in form.indicators} for form in (one, other))
    return len(first & second) / max(1, len(first), len(second))


Difference = tuple[CellTable, int | None, str, str, str]
"""Table, row and column of the repeated form, and what the form that counts and the repeated one say."""


def list_differences(original: FormFacts, repeated: FormFacts) -> list[Difference]:
    """Return in what two editions of a form differ; what one of them does not say is no difference."""
    amounts = zip(AMOUNT_NAMES, amounts_of(original), amounts_of(repeated), strict=True)
    found = [one for column, a, b in amounts for one in _differ("fund", 1, column, a, b)]
    found += _differ("form", None, "total_weight_raw", original.total_weight, repeated.total_weight)
    found += _differ("form", None, "total_score_raw", original.total_score, repeated.total_score)
    found += _differ("form", None, "expected_goal", original.expected_goal, repeated.expected_goal)
    found += _differ("form", None, "actual_goal", original.actual_goal, repeated.actual_goal)
    known = _by_name(original)
    for name, rows in _by_name(repeated).items():
        same = known.get(name, [])
        if len(same) == len(rows):
            found += [one for pair in zip(same, rows, strict=True) for one in _differ_in_row(*pair)]
    return found


def _by_name(form: FormFacts) -> dict[str, list[IndicatorFacts]]:
    """Return the rows of a form by name; several of one name are told apart by their order."""
    rows: defaultdict[str, list[IndicatorFacts]] = defaultdict(list)
    for row in form.indicators:
        if row.name:
            rows[row.name].append(row)
    return rows


def _differ_in_row(same: IndicatorFacts, row: IndicatorFacts) -> list[Difference]:
    values: tuple[tuple[str, object, object], ...] = (
        ("target_raw", same.target_raw, row.target_raw),
        ("actual_raw", same.actual_raw, row.actual_raw),
        ("weight_raw", same.weight, row.weight),
        ("score_raw", same.score, row.score),
    )
    return [one for column, a, b in values for one in _differ("indicator", row.row_no, column, a, b)]


def _differ(table: CellTable, row_no: int | None, column: str, one: object, other: object) -> list[Difference]:
    same = one == other or one in (None, "") or other in (None, "")
    return [] if same else [(table, row_no, column, _show(one), _show(other))]


def _show(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)
