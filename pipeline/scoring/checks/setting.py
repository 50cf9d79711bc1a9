"""Checks of how the indicators were set: classes, shares, dates, points, repetitions, and what a template left behind.

All of them ask a person to look. Words and limits are data (`schemas/scoring.yml`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from pipeline.records import FieldKey
from pipeline.scoring.case import Case, Item, belongs_to, has_text, is_blank_form, is_satisfaction
from pipeline.scoring.direction import name_direction
from pipeline.scoring.drafts import Draft, draft_row
from pipeline.scoring.facts import scoring_facts
from pipeline.scoring.wording import show_percent, show_points
from pipeline.units import Value

_ZERO = Decimal(0)
_PROMPT_SIGNS = frozenset("字请填×＊*Xx")
"""One of these is in every prompt of a template."""

_CLASSES = ("output", "cost", "benefit", "satisfaction")


def fold(text: str | None) -> str:
    """Return a text without white space."""
    return "".join((text or "").split())


def check_cost_asked(case: Case) -> Iterator[Draft]:
    """From the year on in which the profile's rules ask for a cost indicator, there is one."""
    facts = scoring_facts()
    asked = case.profile.name in facts.cost_asked.profiles and (case.form.year or 0) >= facts.cost_asked.from_year
    named = [item for item in case.items if item.named]
    if asked and named and not any(belongs_to(item.row, facts.cost_classes, facts.cost_label) for item in named):
        keys = tuple(key for item in case.items for key in item.keys("level1", "level2"))
        message = f"没有成本指标，财预〔2021〕101号自 {facts.cost_asked.from_year} 年起要求设置"
        yield Draft("no_cost_indicator", message, "level1", evidence=keys, whole=True)


def check_repeated_indicators(case: Case) -> Iterator[Draft]:
    """No indicator is there twice: the same name with the same target under the same class."""
    seen: dict[tuple[str, ...], Item] = {}
    for item in filter(lambda one: one.named and has_text(one.row.target_raw), case.items):
        row = item.row
        key = (row.level1_code or "", row.level2_code or fold(row.level2), fold(row.level3), fold(row.target_raw))
        first = seen.setdefault(key, item)
        if first is not item:
            message = f"指标“{fold(row.level3)}”（指标值“{fold(row.target_raw)}”）与第 {first.row.row_no} 行相同"
            draft = draft_row(item, "indicator_repeated", message, "level3", "target_raw", "level1", "level2")
            yield draft


def class_points(case: Case) -> dict[str, Decimal] | None:
    """Return the points of the first-level classes; None where a row with points belongs to none of them."""
    points = dict.fromkeys(_CLASSES, _ZERO)
    for item in case.items:
        if item.row.weight:
            if item.row.level1_code not in points:
                return None
            points[item.row.level1_code] += item.row.weight
    return points


def check_class_points(case: Case) -> Iterator[Draft]:
    """The points of the classes are those of the profile, which sets them in principle; 成本 may stand under 产出."""
    points, wanted = class_points(case), case.profile.weights.classes
    if points is None or sum(points.values()) + case.profile.weights.execution != case.profile.weights.total:
        return
    own = (points["output"] + points["cost"], points["benefit"], points["satisfaction"])
    rule = (
        wanted.get("output", _ZERO) + wanted.get("cost", _ZERO),
        wanted.get("benefit", _ZERO),
        wanted.get("satisfaction", _ZERO),
    )
    without = (rule[0], rule[1] + rule[2], _ZERO)
    cost = points["cost"] > 0 and own in scoring_facts().splits_with_cost
    if any(rule) and own not in (rule, without) and not cost:
        shown = ["/".join(show_points(part) for part in parts) for parts in (own, rule)]
        message = f"产出（含成本）、效益、满意度分值为 {shown[0]}，{case.profile.name} 原则上为 {shown[1]}"
        keys = tuple(key for item in case.items if item.row.weight for key in item.keys("weight_raw", "level1"))
        yield Draft("class_points_differ", message, "weight_raw", None, shown[0], shown[1], evidence=keys, whole=True)


def check_prompts(case: Case) -> Iterator[Draft]:
    """No prompt of the blank template stands where something was to be filled in."""
    texts: list[tuple[FieldKey, str | None]] = [
        (("form", None, name), getattr(case.form, name))
        for name in ("project_name", "department", "implementing_unit", "expected_goal", "actual_goal")
    ]
    texts += [
        (item.key(name), getattr(item.row, name))
        for item in case.items
        for name in ("level3", "target_raw", "actual_raw", "deviation_raw")
    ]
    prompts = scoring_facts().prompts
    if _PROMPT_SIGNS.isdisjoint("".join(text for _, text in texts if text)):
        return
    left = [(key, match.group()) for key, text in texts if text and (match := prompts.search(text))]
    if left:
        listed = "、".join(dict.fromkeys(f"“{prompt}”" for _, prompt in left))
        message = f"表中留有模板的填写提示{listed}，疑为未填写的空表"
        yield Draft("template_prompts_left", message, left[0][0][2], evidence=tuple(key for key, _ in left))


def check_filled(case: Case) -> Iterator[Draft]:
    """Somebody has filled the form in."""
    if is_blank_form(case):
        rows = tuple(key for item in case.items for key in item.keys("actual_raw", "score_raw"))
        keys = (*rows, ("form", None, "total_score_raw"))
        message = "实际完成值、得分和执行数均未填写，疑为空表"
        yield Draft("form_blank", message, "actual_raw", evidence=keys, whole=True)


def check_points_given(case: Case, item: Item) -> Iterator[Draft]:
    """An indicator is worth something."""
    if item.named and item.row.weight == 0 and has_text(item.row.target_raw):
        message = f"指标“{fold(item.row.level3)}”分值为 0，完成与否不影响得分"
        yield draft_row(item, "indicator_without_points", message, "weight_raw", "level3", "target_raw")


def _years(value: Value) -> set[int]:
    """Return the years that a date names; a range that begins in one and ends in another covers those between."""
    days = [day.year for day in (value.start, value.end) if day is not None]
    return set(range(min(days), max(days) + 1)) if days else set()


def check_dates(case: Case, item: Item) -> Iterator[Draft]:
    """Targets and actuals are dated inside the form's year."""
    for value, field, label in ((item.target, "target_raw", "指标值"), (item.actual, "actual_raw", "实际完成值")):
        if value.kind != "date":
            continue
        years, text = _years(value), (getattr(item.row, field) or "").strip()
        if years and case.form.year is not None and case.form.year not in years:
            message = f"{label}“{text}”不在 {case.form.year} 年度之内"
            yield draft_row(item, "date_outside_year", message, field, reported=text, expected=str(case.form.year))


def _is_above_whole(value: Value) -> bool:
    """Tell whether a value is a share above 100 %."""
    return (
        value.base_unit == "1"
        and value.kind == "quantitative"
        and value.base_value is not None
        and value.base_value > 1
    )


def check_shares(case: Case, item: Item) -> Iterator[Draft]:
    """Satisfaction, and any other share of a whole, is not above 100 %."""
    if not any(_is_above_whole(value) for value in (item.target, item.actual)):
        return
    if not is_satisfaction(item.row) and not scoring_facts().share_names.search(item.row.level3 or ""):
        return
    for value, field, label in ((item.target, "target_raw", "指标值"), (item.actual, "actual_raw", "实际完成值")):
        if _is_above_whole(value):
            message = f"“{fold(item.row.level3)}”的{label}为 {show_percent(value.base_value or _ZERO)}，不可能超过 100%"
            yield draft_row(item, "share_above_whole", message, field, "level3", "unit_raw", expected="≤100%")


def check_vague_target(case: Case, item: Item) -> Iterator[Draft]:
    """The target of a quantity is a number."""
    text = fold(item.row.target_raw)
    if item.row.level2_code == "output.quantity" and scoring_facts().vague_targets.match(text):
        message = f"数量指标“{fold(item.row.level3)}”的指标值为“{text}”，没有数量"
        yield draft_row(item, "target_vague", message, "target_raw", "level2")


def check_class_fits(case: Case, item: Item) -> Iterator[Draft]:
    """An indicator stands under the class that its name tells."""
    code, name = item.row.level2_code or item.row.level1_code, fold(item.row.level3)
    label = find_other_class(name, code) if code else None
    if label:
        message = f"指标“{name}”衡量的是{label}，列在“{fold(item.row.level2) or fold(item.row.level1)}”之下"
        yield draft_row(item, "indicator_misclassed", message, "level3", "level2", "level1")


@lru_cache(maxsize=8_192)
def find_other_class(name: str, code: str) -> str | None:
    """Return the class that an indicator's name tells, in Chinese, where the one it stands under cannot be it.

    The number of what nobody wants (差错次数) may measure anything.
    """
    if name_direction(name) == "reverse":
        return None
    rules = (rule for rule in scoring_facts().misclassed if any(_is_below(code, above) for above in rule.under))
    return next((rule.label for rule in rules if rule.name.search(name)), None)


def _is_below(code: str, above: str) -> bool:
    return code == above or code.startswith(f"{above}.")


def check_reasons(case: Case) -> Iterator[Draft]:
    """Rows that fall short have reasons of their own."""
    limits = scoring_facts().limits
    given: defaultdict[str, list[Item]] = defaultdict(list)
    for item in case.items:
        text = fold(item.row.deviation_raw)
        if len(text) >= limits.reason_length:
            given[text].append(item)
    for text, items in given.items():
        boxes = Counter(case.source.places.get(item.key("deviation_raw")) for item in items)
        printed_once = case.source.places and len(boxes) == 1 and None not in boxes and _has_box(case, items[0])
        if len(items) >= limits.reason_rows and not printed_once:
            numbers = "、".join(str(item.row.row_no) for item in items)
            message = f"第 {numbers} 行的偏差原因同为“{text[:20]}”"
            keys = tuple(item.key("deviation_raw") for item in items)
            yield Draft("reasons_repeated", message, "deviation_raw", evidence=keys)


def _has_box(case: Case, item: Item) -> bool:
    place = case.source.places.get(item.key("deviation_raw"))
    return place is not None and place[1] is not None


SETTING_ROW_CHECKS = (check_points_given, check_dates, check_shares, check_vague_target, check_class_fits)
SETTING_CHECKS = (
    check_filled,
    check_cost_asked,
    check_repeated_indicators,
    check_class_points,
    check_prompts,
    check_reasons,
)
