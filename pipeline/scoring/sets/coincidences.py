"""What forms of one department and year have in common that each should have of its own: texts, a name, the points.

Nothing here breaks a rule; every finding asks a person to look. From where a coincidence counts is data (`limits` in
`schemas/scoring.yml`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.scoring.facts import scoring_facts
from pipeline.scoring.sets.drafts import SetDraft, form_key, indicator_key
from pipeline.scoring.sets.facts import FormFacts
from pipeline.scoring.sets.wording import show_points

_NAMED = 3
"""Other forms with the same text that a message names."""


def _statements(form: FormFacts) -> Iterator[tuple[str, int | None, str]]:
    """Yield the long texts that say what was done: text, indicator row, column."""
    length = scoring_facts().limits.reused_length
    texts: list[tuple[str, int | None, str]] = [(form.actual_goal, None, "actual_goal")]
    texts += [(row.actual_raw, row.row_no, "actual_raw") for row in form.indicators]
    yield from (entry for entry in texts if len(entry[0]) >= length)


def find_reused_texts(forms: Sequence[FormFacts]) -> Iterator[SetDraft]:
    """The same words as 实际完成情况, or as an actual, in several forms."""
    used: defaultdict[str, list[tuple[FormFacts, int | None, str]]] = defaultdict(list)
    for form in forms:
        for text, row_no, field in _statements(form):
            used[text].append((form, row_no, field))
    for text, places in used.items():
        labels = list(dict.fromkeys(form.label for form, _, _ in places))
        if len(labels) < scoring_facts().limits.reused_forms:
            continue
        for form, row_no, field in places:
            others = [label for label in labels[: _NAMED + 1] if label != form.label][:_NAMED]
            message = f"“{text[:20]}…”在 {len(labels)} 个表中相同，另见{'、'.join(others)}"
            place = form_key(field) if row_no is None else indicator_key(row_no, field)
            yield SetDraft(form, "actual_reused", message, place)


def find_repeated_projects(forms: Sequence[FormFacts]) -> Iterator[SetDraft]:
    """One project filed twice; of two units that have a project of one name each has its own."""
    named: defaultdict[str, list[FormFacts]] = defaultdict(list)
    for form in forms:
        if form.project:
            named[form.project].append(form)
    for same in named.values():
        for number, form in enumerate(same):
            first = next((one for one in same[:number] if not (one.unit and form.unit and one.unit != form.unit)), None)
            if first is not None:
                message = f"项目“{form.project_printed}”与{first.label}相同"
                yield SetDraft(form, "project_repeated", message, form_key("project_name"))


def class_weights(form: FormFacts) -> tuple[tuple[str, float], ...]:
    """Return the points of each first-level class; rows without a class are under an empty name."""
    points: defaultdict[str, float] = defaultdict(float)
    for row in form.indicators:
        points[row.level.partition(".")[0]] += row.weight or 0.0
    return tuple(sorted((name, round(number, 6)) for name, number in points.items()))


def find_uniform_weights(forms: Sequence[FormFacts]) -> Iterator[SetDraft]:
    """Forms that all weigh their classes alike; reported once, on the first."""
    whole = [form for form in forms if form.complete and form.department]
    patterns = {class_weights(form) for form in whole}
    if len(whole) >= scoring_facts().limits.uniform_forms and len(patterns) == 1:
        shares = "/".join(show_points(points) for _, points in patterns.pop())
        message = f"{whole[0].department_printed} {len(whole)} 个表各类指标分值完全相同（{shares}）"
        yield SetDraft(whole[0], "weights_uniform", message, None)


COINCIDENCE_CHECKS = (find_reused_texts, find_repeated_projects, find_uniform_weights)
