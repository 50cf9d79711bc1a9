"""Checks of what was set: names, targets and weights of the rows, the goal, the head of the form, unread numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pipeline.dataset.fields import printed_columns
from pipeline.records import FieldKey
from pipeline.scoring.case import Case, Item, has_text
from pipeline.scoring.drafts import Draft, draft_row
from pipeline.scoring.facts import scoring_facts
from pipeline.scoring.wording import show_number
from pipeline.units import ValueContext, parse_value


@dataclass(frozen=True, slots=True)
class Mention:
    """A quantity in running text, with the words around it in its clause."""

    text: str
    value: Decimal
    unit: str
    around: str


@lru_cache(maxsize=4_096)
def find_mentions(text: str) -> tuple[Mention, ...]:
    """Return the counted quantities of a text; years, dates, money and numbers of things in a name are none."""
    facts = scoring_facts()
    found = []
    for match in facts.quantity.finditer(text):
        value = parse_value(f"{match[1]}{match[2]}{match[3]}", ValueContext(role="target"))
        if value.base_value is None:
            continue
        before = facts.clause_break.split(text[: match.start()])[-1]
        after = facts.clause_break.split(text[match.end() :])[0]
        found.append(Mention(match.group(), value.base_value, value.base_unit or match[3], f"{before}|{after}"))
    return tuple(found)


def share_words(one: str, other: str) -> bool:
    """Tell whether two texts share a word: as many characters in a row as name a thing."""
    length = scoring_facts().limits.noun_length
    words = {one[i : i + length] for i in range(len(one) - length + 1)}
    return any(word in other for word in words if not any(mark in word for mark in "|指标"))


def check_names(case: Case, item: Item) -> Iterator[Draft]:
    """A weight has an indicator, an indicator has a target and a weight, and a target says something.

    What is judged of decisions and management (决策, 管理) has no target in some templates.
    """
    row = item.row
    if row.weight is not None and not item.named:
        message = f"分值 {row.weight_raw} 没有对应的三级指标名称"
        yield draft_row(item, "weight_without_indicator", message, "level3", "weight_raw")
    unweighted = row.weight_raw is not None and not has_text(row.weight_raw)
    part = scoring_facts().breakdown_name.match(row.level3 or "")
    if item.named and has_text(row.target_raw) and unweighted and not part:
        message = f"指标“{row.level3}”有指标值“{row.target_raw}”而没有分值"
        yield draft_row(item, "indicator_without_weight", message, "weight_raw", "level3", "target_raw")
    asked = row.target_raw is not None and (row.level1_code is not None or not has_text(row.level1))
    if item.named and row.weight and asked and not has_text(row.target_raw):
        yield draft_row(item, "target_missing", f"指标“{row.level3}”没有指标值", "target_raw", "level3")
    if (row.target_raw or "").strip() in scoring_facts().type_markers:
        message = f"指标值仅写“{(row.target_raw or '').strip()}”，没有说明要达到什么"
        yield draft_row(item, "target_is_marker", message, "target_raw")


def check_name_quantity(case: Case, item: Item) -> Iterator[Draft]:
    """A quantity in the name is the target's; where no target is given, the actual's."""
    name = scoring_facts().name_prefix.sub("", item.row.level3 or "")
    given = item.actual if item.target.kind == "placeholder" else item.target
    if given.kind != "quantitative" or given.base_value is None:
        return
    units = {given.base_unit, given.unit} - {None} if given is item.target else {given.base_unit}
    mentions = [m for m in find_mentions(name) if m.unit in units or (given is item.actual and None in units)]
    if mentions and all(mention.value != given.base_value for mention in mentions):
        field = "target_raw" if given is item.target else "actual_raw"
        shown = (getattr(item.row, field) or "").strip()
        label = "指标值" if given is item.target else "实际完成值"
        message = f"指标名称中为“{mentions[0].text}”，{label}为“{shown}”"
        yield draft_row(
            item, "name_quantity_differs", message, field, "level3", reported=shown, expected=mentions[0].text
        )


def _carries(item: Item, mention: Mention) -> bool:
    """Tell whether a row measures a quantity of the goal: the same number, of the same thing."""
    name = item.row.level3 or ""
    measured = mention.value in (item.target.base_value, item.actual.base_value)
    stated = measured or any(mention.value == own.value for own in find_mentions(name))
    return stated and (mention.unit == "1" or share_words(mention.around, name))


def check_goal(case: Case) -> Iterator[Draft]:
    """Every quantity of the goal is measured by an indicator; a single thing (1 份) is a name, not a quantity."""
    mentions = find_mentions(case.form.expected_goal or "")
    several = [mention for mention in mentions if mention.unit == "1" or mention.value > 1]
    missing = [mention for mention in several if not any(_carries(item, mention) for item in case.items)]
    if missing:
        listed = "、".join(f"“{mention.text}”" for mention in missing)
        message = f"年度总体目标中的 {listed} 没有指标衡量"
        yield Draft("goal_quantity_not_measured", message, "expected_goal", evidence=(("form", None, "expected_goal"),))


def check_counts(case: Case) -> Iterator[Draft]:
    """A sentence does not count what an indicator measures with other numbers."""
    measured = [i for i in case.items if i.actual.kind == "quantitative" and i.actual.dimension == "count"]
    for item in case.items:
        if item.actual.kind != "qualitative" or not measured:
            continue
        for mention in find_mentions(item.row.actual_raw or ""):
            yield from _contradictions(item, mention, measured)


def _contradictions(item: Item, mention: Mention, measured: list[Item]) -> Iterator[Draft]:
    for other in measured:
        actual, noun = other.actual, mention.around.split("|")[1]
        same_thing = actual.base_unit == mention.unit and share_words(noun, other.row.level3 or "")
        if same_thing and actual.base_value is not None and actual.base_value != mention.value:
            message = (
                f"此处为“{mention.text}{noun[:8]}”，第 {other.row.row_no} 行“{other.row.level3}”为"
                f"“{(other.row.actual_raw or '').strip()}”，口径须核对"
            )
            yield draft_row(item, "counts_disagree", message, "actual_raw", expected=show_number(actual.base_value))
            return


HEAD = {
    "project_name": "项目名称",
    "department": "主管部门",
    "implementing_unit": "实施单位",
    "expected_goal": "预期目标",
    "actual_goal": "实际完成情况",
}


def check_head(case: Case) -> Iterator[Draft]:
    """The head and the goals are filled in; the form is whole and its district and year can be told."""
    form = case.form
    blank = [field for field in HEAD if getattr(form, field) == ""]
    if blank:
        message = f"{'、'.join(HEAD[field] for field in blank)}未填"
        yield Draft("header_blank", message, blank[0], evidence=tuple(("form", None, field) for field in blank))
    if not form.complete:
        yield Draft("form_incomplete", "表格不完整：文件中没有总分一行", "total_score_raw")
    if form.district_code is None and form.district is None:
        yield Draft("district_unresolved", "无法判断所属区划", "district")
    if form.year is None:
        yield Draft("year_unresolved", "无法判断年度", "year")


def _numeric_cells(case: Case) -> Iterator[tuple[FieldKey, str | None, Decimal | None]]:
    """Yield every cell that is to hold a number: its field, its text, and the number read."""
    form, total = case.form, case.execution.total
    yield ("form", None, "total_weight_raw"), form.total_weight_raw, form.total_weight
    yield ("form", None, "total_score_raw"), form.total_score_raw, form.total_score
    if total:
        for column in printed_columns("fund"):
            if column.reads in {"amount", "points"}:
                key: FieldKey = ("fund", case.execution.number, column.name)
                yield key, getattr(total, column.name), getattr(total, column.typed)
    for item in case.items:
        yield item.key("weight_raw"), item.row.weight_raw, item.row.weight
        yield item.key("score_raw"), item.row.score_raw, item.row.score


def check_numbers(case: Case) -> Iterator[Draft]:
    """Every filled cell of a numeric column holds a number."""
    for key, raw, number in _numeric_cells(case):
        if number is None and has_text(raw):
            message = f"“{(raw or '').strip()}”不是数字，合计时按 0 计"
            row_no = key[1] if key[0] == "indicator" else None
            yield Draft("number_unreadable", message, key[2], row_no, raw, evidence=(key,))


TARGET_CHECKS = (check_names, check_name_quantity)
TARGET_FORM_CHECKS = (check_goal, check_counts, check_head, check_numbers)
