"""All that is asked of the forms of one department: duplicates, links, and the findings that they give together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.records import FieldKey, FindingRow, LinkRow
from pipeline.scoring.sets.coincidences import COINCIDENCE_CHECKS
from pipeline.scoring.sets.department import DEPARTMENT_CHECKS, compare_with_department
from pipeline.scoring.sets.drafts import SetDraft, publish_draft
from pipeline.scoring.sets.duplicates import Difference, find_duplicates, list_differences
from pipeline.scoring.sets.facts import FormFacts, without
from pipeline.scoring.sets.kinds import compare_kinds
from pipeline.scoring.sets.links import link_rows, match_projects
from pipeline.scoring.sets.years import compare_years

SHOWN = 4
"""Differences between two editions that a message lists."""


@dataclass(frozen=True, slots=True)
class Together:
    """What the forms of a department give together."""

    duplicates: dict[str, str]
    links: tuple[LinkRow, ...]
    findings: tuple[FindingRow, ...]


def compare_department(forms: Iterable[FormFacts]) -> Together:
    """Compare the forms of one department, of all years and kinds; the order in which they come makes no difference."""
    listed = sorted(forms, key=lambda form: (form.file_name, form.form_no, form.form_id))
    duplicates = find_duplicates(listed)
    counted = without(listed, duplicates)
    matches = list(match_projects(counted))
    drafts = [*_editions(listed, duplicates), *_years(counted)]
    for relation, match in matches:
        compare = compare_kinds if relation == "target" else compare_years
        if relation == "target" or match.left.kind != "target":
            drafts += compare(match.right, match.left)
    return Together(
        duplicates,
        tuple(link_rows(matches)),
        tuple(publish_draft(draft) for draft in drafts),
    )


def _years(forms: Sequence[FormFacts]) -> Iterator[SetDraft]:
    """Yield what the forms of one year show beside each other."""
    by_year: defaultdict[int, list[FormFacts]] = defaultdict(list)
    for form in forms:
        if form.year is not None:
            by_year[form.year].append(form)
    for _, members in sorted(by_year.items()):
        for kind in ("project", "transfer"):
            alike = [form for form in members if form.kind == kind]
            for check in (*COINCIDENCE_CHECKS, *DEPARTMENT_CHECKS) if len(alike) > 1 else ():
                yield from check(alike)
        projects = [form for form in members if form.kind == "project"]
        yield from compare_with_department(projects, [form for form in members if form.kind == "department"])


def _editions(forms: Sequence[FormFacts], duplicates: dict[str, str]) -> Iterator[SetDraft]:
    """Yield for each repeated form in what it differs from the one that counts."""
    known = {form.form_id: form for form in forms}
    for form_id, original_id in sorted(duplicates.items()):
        form, original = known[form_id], known[original_id]
        differences = list_differences(original, form)
        if differences:
            first = differences[0]
            listed = "；".join(_say(one) for one in differences[:SHOWN])
            more = f"等 {len(differences)} 处" if len(differences) > SHOWN else ""
            message = f"与{original.label}是同一份表，内容不同：{listed}{more}"
            keys = [_key(one) for one in differences]
            yield SetDraft(form, "editions_differ", message, _key(first), keys, first[4], first[3])


def _key(difference: Difference) -> FieldKey:
    table, row_no, column, _, _ = difference
    return (table, row_no, column)


_COLUMNS = {
    "initial_budget_raw": "年初预算数",
    "annual_budget_raw": "全年预算数",
    "executed_raw": "全年执行数",
    "total_weight_raw": "总分分值",
    "total_score_raw": "总分得分",
    "expected_goal": "预期目标",
    "actual_goal": "实际完成情况",
    "target_raw": "指标值",
    "actual_raw": "实际完成值",
    "weight_raw": "分值",
    "score_raw": "得分",
}


def _say(difference: Difference) -> str:
    table, row_no, column, original, repeated = difference
    row = f"第 {row_no} 行" if table == "indicator" else ""
    return f"{row}{_COLUMNS[column]}“{repeated[:20]}”，彼为“{original[:20]}”"
