"""Checks of what an actual says: a measurement, or a copy, a bound, a word; in the target's unit or in another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator

from pipeline.scoring.case import Case, Item, has_text
from pipeline.scoring.comparison import has_flag
from pipeline.scoring.drafts import Draft, draft_row
from pipeline.scoring.facts import scoring_facts
from pipeline.units import Value

_MEASURED = ("quantitative", "duration", "date")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_BOUNDS = (">=", "<=", ">", "<")


def _flagged(values: Iterable[Value], words: Container[str]) -> bool:
    """Tell whether one of the readings carries one of the flags."""
    return any(value.flags and has_flag(value, words) for value in values)


def check_copies(case: Case, item: Item) -> Iterator[Draft]:
    """An actual is a measurement: neither the target's bound again nor another bound."""
    target, actual = item.target, item.actual
    parts = actual.parts or (actual,)
    bounds = [part for part in parts if part.comparator in _BOUNDS]
    flags = scoring_facts().flags
    if target.kind not in _MEASURED or not bounds or _flagged((actual,), flags.approximate):
        return
    text = (item.row.actual_raw or "").strip()
    if any(_same_bound(target, part) for part in bounds) and not _flagged((actual,), flags.inside_sentence):
        message = f"实际完成值“{text}”照抄指标值，不是实测数"
        yield draft_row(item, "actual_copies_target", message, "actual_raw", "target_raw", reported=text)
    else:
        yield draft_row(item, "actual_is_bound", f"实际完成值“{text}”是界限，不是实测数", "actual_raw", reported=text)


def _same_bound(target: Value, actual: Value) -> bool:
    """Tell whether two bounds set the same limit, whatever their words (≤2小时, 2小时内)."""
    limits = (target.comparator, target.base_value, target.base_unit, target.start, target.end)
    return limits == (actual.comparator, actual.base_value, actual.base_unit, actual.start, actual.end)


def check_text_actual(case: Case, item: Item) -> Iterator[Draft]:
    """A quantity is answered with a quantity."""
    stated = item.comparison.met is not None
    if (
        item.target.kind in _MEASURED
        and item.actual.kind == "qualitative"
        and has_text(item.row.actual_raw)
        and not stated
    ):
        message = f"指标值“{(item.row.target_raw or '').strip()}”为定量，实际完成值为文字“{_clip(item.row.actual_raw)}”"
        yield draft_row(item, "text_for_number", message, "actual_raw", "target_raw")


def _clip(text: str | None, length: int = 30) -> str:
    whole = (text or "").strip()
    return whole if len(whole) <= length else f"{whole[:length]}…"


def check_grade(case: Case, item: Item) -> Iterator[Draft]:
    """A set of grades is answered with one of them, by itself."""
    if item.target.kind != "qualitative":
        return
    flags, values = scoring_facts().flags, (item.target, item.actual)
    actual = _clip(item.row.actual_raw)
    if _flagged(values, flags.grade_not_in_set):
        message = f"指标值为等级“{item.row.target_raw}”，实际完成值“{actual}”未填其中之一"
        yield draft_row(item, "grade_not_in_set", message, "actual_raw", "target_raw")
    if _flagged(values, flags.grade_in_text):
        message = f"等级“{item.actual.grade or ''}”夹在文字“{actual}”中"
        yield draft_row(item, "grade_in_text", message, "actual_raw")
    if _flagged(values, flags.option_set_typo):
        message = f"等级选项“{item.row.target_raw}”有误字，按“{''.join(item.target.options)}”读"
        yield draft_row(item, "option_set_typo", message, "target_raw")


def check_column_shift(case: Case, item: Item) -> Iterator[Draft]:
    """A number that answers a text and equals the weight came from the next column."""
    actual = item.actual
    if item.target.kind != "qualitative" or actual.kind != "quantitative" or actual.unit is not None:
        return
    if item.row.weight is not None and actual.value == item.row.weight:
        message = f"定性指标“{_clip(item.row.target_raw)}”的实际完成值为 {item.row.actual_raw}，与分值相同，疑为错列"
        yield draft_row(item, "actual_equals_weight", message, "actual_raw", "weight_raw")


def check_units(case: Case, item: Item) -> Iterator[Draft]:
    """Target and actual speak of the same unit, and write it as one."""
    facts = scoring_facts()
    target, actual = (item.row.target_raw or "").strip(), (item.row.actual_raw or "").strip()
    ambiguous = _flagged((item.target, item.actual), facts.flags.month_ambiguous)
    if ambiguous:
        message = f"“{actual}”对“{target}”：月份与月数两种读法都可能"
        yield draft_row(item, "month_ambiguous", message, "actual_raw", "target_raw")
    elif item.comparison.reason == "unit_mismatch" and not _lacks_percent(item):
        message = f"指标值“{target}”与实际完成值“{_clip(actual)}”单位不同"
        yield draft_row(
            item, "unit_mismatch", message, "actual_raw", "target_raw", "unit_raw", reported=actual, expected=target
        )
    if _lacks_percent(item):
        message = f"指标值“{target}”与实际完成值“{actual}”一方缺少百分号"
        yield draft_row(item, "percent_missing", message, "actual_raw", "target_raw")
    unit = item.row.unit_raw or ""
    if facts.malformed_unit.search(unit):
        yield draft_row(item, "unit_malformed", f"计量单位“{unit.strip()}”书写不规范", "unit_raw")
    counted = item.target.dimension == "count" and "unit_from_column" in item.target.flags
    if counted and _flagged((item.target,), facts.flags.unit_is_rate):
        message = f"计量单位“{item.target.unit or unit}”为比率，按计数读作“{item.target.base_unit or ''}”"
        yield draft_row(item, "unit_is_rate", message, "unit_raw", "target_raw")


def _lacks_percent(item: Item) -> bool:
    target, actual = item.target, item.actual
    signs = scoring_facts().percent_signs
    units = {target.base_unit, actual.base_unit}
    if "1" not in units or not units <= {"1", None} or target.kind != "quantitative" or actual.kind != "quantitative":
        return False
    if not (target.value and actual.value):
        return False
    signed = [any(s in (text or "") for s in signs) for text in (item.row.target_raw, item.row.actual_raw)]
    elsewhere = f"{item.row.unit_raw or ''}{''.join(_BRACKETS.findall(item.row.level3 or ''))}"
    return signed[0] != signed[1] and not any(sign in elsewhere for sign in signs)


def check_units_given(case: Case) -> Iterator[Draft]:
    """Quantities have units; reported once for the form, with the rows."""
    flags = scoring_facts().flags.unit_missing
    rows = [item for item in case.items if _lacks_unit(item, flags)]
    if rows:
        numbers = "、".join(str(item.row.row_no) for item in rows)
        keys = tuple(key for item in rows for key in item.keys("target_raw", "actual_raw"))
        yield Draft("unit_missing", f"第 {numbers} 行的数值没有计量单位", "target_raw", evidence=keys)


def _lacks_unit(item: Item, flags: frozenset[str]) -> bool:
    """Tell whether neither the cells nor the name say what is counted.

    An actual has the unit of its target, unless that is in 万 or 亿: 23 for ≤23万 may be either.
    """
    if not _flagged((item.target, item.actual), flags):
        return False
    in_myriads = any(scale in (item.row.target_raw or "") for scale in "万亿")
    given = item.actual if in_myriads or item.target.kind != "quantitative" else item.target
    named = scoring_facts().counted_names.search(item.row.level3 or "")
    return given.kind == "quantitative" and _flagged((given,), flags) and not named and not _lacks_percent(item)


def check_boilerplate(case: Case) -> Iterator[Draft]:
    """Textual actuals of one form do not open with the same words, the grade before them apart."""
    length = scoring_facts().limits.boilerplate_length
    opened: defaultdict[str, list[Item]] = defaultdict(list)
    for item in case.items:
        text = _statement(item)
        if len(text) >= length:
            opened[text[:length]].append(item)
    for opening, items in opened.items():
        if len(items) > 1:
            numbers = "、".join(str(item.row.row_no) for item in items)
            keys = tuple(item.key("actual_raw") for item in items)
            message = f"第 {numbers} 行实际完成值均以“{opening}…”开头"
            yield Draft("boilerplate_actuals", message, "actual_raw", evidence=keys)


def _statement(item: Item) -> str:
    """Return what a textual actual states, without the grade in front and its bracket."""
    if item.actual.kind != "qualitative":
        return ""
    text = "".join((item.row.actual_raw or "").split())
    return text.removeprefix(item.actual.grade or "").lstrip("（(：:，,")


ACTUAL_CHECKS = (check_copies, check_text_actual, check_grade, check_column_shift, check_units)
ACTUAL_FORM_CHECKS = (check_units_given, check_boilerplate)
