"""Forms of one department and year beside each other: all at 100, copied, contradicting one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.scoring.sets.drafts import SetDraft, form_key, indicator_key
from pipeline.scoring.sets.facts import FormFacts, IndicatorFacts
from pipeline.scoring.sets.rules import set_rules
from pipeline.scoring.sets.wording import show_money, show_share, show_value

FULL_MARKS = 100.0


def find_full_totals(forms: Sequence[FormFacts]) -> Iterator[SetDraft]:
    """All totals of a department are 100; reported once, on its first form."""
    scored = [form for form in forms if form.total_score is not None and form.department]
    if len(scored) >= set_rules().limits.full_forms and all(form.total_score == FULL_MARKS for form in scored):
        message = f"{scored[0].department_printed} {scored[0].year} 年度 {len(scored)} 个表的总分全部为 100"
        yield SetDraft(scored[0], "totals_all_full", message, form_key("total_score_raw"), reported="100")


def find_copied_forms(forms: Sequence[FormFacts]) -> Iterator[SetDraft]:
    """A form repeats most indicators of another project with their targets; reported with the one it is most alike."""
    limits = set_rules().limits
    seen: dict[str, frozenset[tuple[str, str]]] = {}
    holders: defaultdict[tuple[str, str], list[FormFacts]] = defaultdict(list)
    for form in forms:
        own = frozenset((row.name, row.target_raw) for row in form.indicators if row.name and row.target_raw)
        shared: defaultdict[str, int] = defaultdict(int)
        earlier: dict[str, FormFacts] = {}
        for item in own:
            for other in holders[item]:
                shared[other.form_id] += 1
                earlier[other.form_id] = other
            holders[item].append(form)
        seen[form.form_id] = own
        alike = {key: count / max(len(own), len(seen[key])) for key, count in shared.items()}
        best = max(alike, key=lambda key: (alike[key], key), default=None)
        if best is None or len(own) < limits.copied_rows or alike[best] < limits.copied_share:
            continue
        if earlier[best].project == form.project:
            continue
        source = f"“{earlier[best].project_printed}”（{earlier[best].label}）"
        message = f"与{source}的指标和指标值有 {show_share(alike[best])} 相同"
        rows = [row for row in form.indicators if (row.name, row.target_raw) in seen[best]]
        keys = [indicator_key(row.row_no, "target_raw") for row in rows]
        yield SetDraft(form, "form_copied", message, None, keys, difference=round(alike[best], 4))


def find_contradictions(forms: Sequence[FormFacts]) -> Iterator[SetDraft]:
    """One counted thing, named alike and with the same target in two forms, was reached to different numbers."""
    seen: dict[tuple[str, str, str, float | None], tuple[FormFacts, IndicatorFacts]] = {}
    for form in forms:
        for row in form.indicators:
            if not _is_count(row):
                continue
            key = (row.level, row.name, row.target_raw, row.target)
            other, same = seen.setdefault(key, (form, row))
            if (
                other is not form
                and other.project != form.project
                and same.actual_unit == row.actual_unit
                and same.actual != row.actual
            ):
                message = (
                    f"“{row.name}”实际为 {show_value(row.actual, row.actual_unit)}，"
                    f"而“{other.project_printed}”（{other.label}）为 {show_value(same.actual, same.actual_unit)}，"
                    f"指标值相同"
                )
                place = indicator_key(row.row_no, "actual_raw")
                yield SetDraft(
                    form, "indicator_contradicts", message, place, reported=row.actual_raw, expected=same.actual_raw
                )


def _is_count(row: IndicatorFacts) -> bool:
    """Tell whether a row counts a thing with a name of its own; shares and satisfaction are each project's own."""
    own = row.actual_exact and row.actual_unit not in {None, "1", "元"} and row.kind == "quantitative"
    return own and len(row.name) >= set_rules().limits.name_length


def compare_with_department(forms: Sequence[FormFacts], whole: Sequence[FormFacts]) -> Iterator[SetDraft]:
    """What the projects spent is what the department's own form says of 项目支出."""
    spent = [form.executed for form in forms if form.executed is not None]
    for form in whole:
        said = form.project_spending
        if said is None or len(spent) != len(forms) or not spent:
            continue
        added = sum(spent)
        if abs(added - said) > said * set_rules().limits.sum_tolerance:
            message = (
                f"部门整体支出表的项目支出执行数为 {show_money(said)}，"
                f"{len(forms)} 个项目自评表合计 {show_money(added)}，相差 {show_money(abs(added - said))}"
            )
            yield SetDraft(
                form,
                "projects_differ_from_department",
                message,
                None,
                difference=said - added,
                amount=abs(said - added),
            )


DEPARTMENT_CHECKS = (find_full_totals, find_copied_forms, find_contradictions)
