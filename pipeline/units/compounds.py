"""Which numbers of a sentence are its value, and when several are: `首款支付27.08万元，2024年支付尾款6.77万元`.

In a target a number is the value where it is compared, is the only percentage, or is all that the sentence says; in an
actual where it is of the target's kind. Numbers told in passing (83个项目完成立项) are ignored and flagged.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from pipeline.units.model import Value, ValueContext
from pipeline.units.quantities import DURATIONS
from pipeline.units.roles import MEASURED, answers_words
from pipeline.units.rows import is_counting_row
from pipeline.units.sentences import Found, find_quantities, find_spelled_answer
from pipeline.units.words import alternatives, comparators_before, value_words

_SHORT_TAIL = 8
_CHANGE = re.compile(r"[由从].*(?:至|到|为|扩展|增)")
_SHIFT_WORD = re.compile("提前|延期|推迟|延后|逾期|延长|缩短|超期|滞后")
_SHIFT = re.compile(rf"(?:{_SHIFT_WORD.pattern})了?\Z")
_GROWTH_WORD = re.compile("提高|提升|增长|增加|增幅|上升|下降|降低|降幅|减少|节约|节省|压减|改善|变化")
_GROWTH = re.compile(rf"(?:{_GROWTH_WORD.pattern})了?\Z")
_LOWER, _UPPER = frozenset({">", ">="}), frozenset({"<", "<="})
_UNCOUNTED = frozenset({"count", "unknown", "unspecified"})


def read_sentence(text: str, context: ValueContext) -> Value | None:
    """Return the value that a sentence states in numbers, None where its numbers are told in passing."""
    if answers_words(context):
        return None
    found = _with_leading_sign(_without_changes(find_quantities(text, context), context), text)
    target = context.target
    if not found:
        spelled = find_spelled_answer(text, context)
        return _single(spelled, [spelled]) if spelled else None
    if not any(one.compared for one in found) and not any(map(str.isalpha, text)):
        return None
    if bounds := _bounds_value(found):
        return bounds
    if context.role == "actual" and target is not None and target.kind in MEASURED:
        return _answer(found, target, text)
    return _statement(found, text, context)


@cache
def _leading_sign() -> re.Pattern[str]:
    """Return the expression for a sign, or 不低于 and the like, that stands before a noun."""
    signs = [word for word in comparators_before() if not "一" <= word[0] <= "鿿" or word.startswith("不")]
    return re.compile(rf"(?P<sign>{alternatives(signs)})[一-鿿A-Z]{{1,8}}(?=[0-9])")


def _with_leading_sign(found: list[Found], text: str) -> list[Found]:
    """Give the first number the sign that stands before its noun (≤人均500元)."""
    match = _leading_sign().match(text)
    if match is None or not found or found[0].compared or found[0].label != text[: match.end()]:
        return found
    first, label = found[0], text[match.end("sign") : match.end()]
    value = first.value._replace(comparator=comparators_before()[match["sign"]], label=label)
    return [first._replace(value=value, label=label), *found[1:]]


def _without_changes(found: list[Found], context: ValueContext) -> list[Found]:
    """Leave out of an actual what is the change of a thing and not its measure (提前10天, 较上年提高10%).

    Where the row itself asks for a change, or counts things, the number stays.
    """
    asked = f"{context.target_raw or ''}{context.indicator}{context.labels}"
    if context.role == "target" or not found:
        return found
    return [one for one in found if not _is_other_change(one, asked)]


def _is_other_change(one: Found, asked: str) -> bool:
    shift, growth = _SHIFT.search(one.label), _GROWTH.search(one.label)
    if shift and one.value.dimension in DURATIONS:
        return not _SHIFT_WORD.search(asked)
    return bool(growth) and one.value.base_unit == "1" and not _GROWTH_WORD.search(asked)


def _bounds_value(found: list[Found]) -> Value | None:
    """Return the range of a lower and an upper bound on the same thing (≥90%且≤95%)."""
    if len(found) != 2:
        return None
    low, high = found[0].value, found[1].value
    if low.comparator not in _LOWER or high.comparator not in _UPPER or low.base_unit != high.base_unit:
        return None
    if found[1].label and found[1].clause != found[0].clause:
        return None
    return low._replace(
        comparator=None, value_max=high.value, base_value_max=high.base_value, flags=(*low.flags, "range")
    )


def _answer(found: list[Found], target: Value, text: str) -> Value | None:
    """Choose the numbers that answer the target."""
    fitting = [one for one in found if fits(one.value, target)]
    if not fitting and len(found) == 1 and found[0].clauses == 1 and not found[0].tail:
        fitting = [one for one in found if one.value.dimension == target.dimension == "count"]
    if rounds := _rounds(fitting, found):
        return rounds
    fitting = _done(fitting)
    if len(fitting) > 2 and _is_sum_of_the_others(fitting):
        return _single(fitting[-1], found)
    if len(fitting) > 1 and _make_a_whole(fitting):
        return _sum(fitting)
    if len(fitting) == 1 or (fitting and len({one.value.base_value for one in fitting}) == 1):
        return _single(fitting[0], found)
    return _compound(fitting, text) if len(fitting) > 1 else None


_EACH = re.compile(r"每(期|场次|场|次|批|轮|班|届)[^，,；;]{0,4}\Z")


def _rounds(fitting: list[Found], found: list[Found]) -> Value | None:
    """Return a number of rounds times what each had (共3期，每期40人), None where a text has no such two."""
    each = _EACH.search(fitting[0].label) if len(fitting) == 1 else None
    times = [one.value.value for one in found if each and one.value.unit == each[1] and one is not fitting[0]]
    value = fitting[0].value if fitting else None
    if len(times) != 1 or times[0] is None or value is None or value.value is None or value.base_value is None:
        return None
    flags = (*value.flags, "product_of_factors")
    whole, base = value.value * times[0], value.base_value * times[0]
    return value._replace(value=whole, base_value=base, flags=flags, label=None)


def _is_sum_of_the_others(found: list[Found]) -> bool:
    """Tell whether the last number is the sum of those before it, all of one unit (男12人，女15人，共27人)."""
    *parts, last = [one.value.base_value for one in found]
    if None in parts or len({one.value.base_unit for one in found}) > 1:
        return False
    return last == sum((part for part in parts if part is not None), Decimal(0))


def _done(found: list[Found]) -> list[Found]:
    """Leave out what was planned where it stands beside what was done (计划100人，实际80人)."""
    rows = value_words().rows
    if len(found) < 2 or not any(one.label.startswith(rows.done) for one in found):
        return found
    return [one for one in found if not one.label.startswith(rows.planned)] or found


_ORDINAL = re.compile(r"第?[一二三四五六七八九十0-9]+(?:期|批|季度|次|轮|场|阶段)")


def _make_a_whole(found: list[Found]) -> bool:
    """Tell whether the numbers are parts of one whole: of one unit, each called by another word for a part of it."""
    units = {one.value.base_unit for one in found}
    labels = [one.label for one in found]
    if len(units) > 1 or any(one.compared or one.tail for one in found) or len(set(labels)) < len(labels):
        return False
    if all(_ORDINAL.search(label) for label in labels):
        return True
    return any(_each_once(labels, words) for words in value_words().rows.complements)


def _each_once(labels: list[str], words: tuple[str, ...]) -> bool:
    said = [[word for word in words if word in label] for label in labels]
    return all(len(hits) == 1 for hits in said) and len({hits[0] for hits in said}) == len(said)


def _sum(found: list[Found]) -> Value:
    """Return the parts of a whole as one number, in the base unit where they are printed in several."""
    first = found[0].value
    base = sum((one.value.base_value or Decimal(0) for one in found), Decimal(0))
    same = {one.value.unit for one in found} == {first.unit}
    printed = sum((one.value.value or Decimal(0) for one in found), Decimal(0)) if same else base
    unit = first.unit if same else first.base_unit
    flags = tuple(dict.fromkeys((*(flag for one in found for flag in one.value.flags), "parts_summed")))
    return first._replace(value=printed, base_value=base, unit=unit, flags=flags, label=None)


def fits(value: Value, target: Value) -> bool:
    """Tell whether a number is of the kind that the target asks for: same dimension, and same counter for counts."""
    if target.kind == "compound":
        return any(fits(value, part) for part in target.parts)
    if "date" in (target.kind, value.kind):
        return target.kind == value.kind
    if target.dimension in DURATIONS:
        return value.dimension in DURATIONS
    if target.base_unit is None:
        return value.dimension in _UNCOUNTED
    return value.base_unit == target.base_unit


def _statement(found: list[Found], text: str, context: ValueContext) -> Value | None:
    """Read a sentence that answers no target: a target itself, or an actual beside a blank one."""
    found = [one for one in found if one.value.kind != "date"] or found
    clauses = found[0].clauses
    if len(found) == 1:
        one = found[0]
        counted = not one.tail or (not one.label and len(one.tail) <= _SHORT_TAIL) or is_counting_row(context)
        whole = clauses == 1 and counted
        return _single(one, found) if one.compared or one.value.unit == "%" or whole else None
    if any(one.compared for one in found) or clauses <= len({one.clause for one in found}):
        return _compound(found, text)
    return None


def _single(one: Found, found: list[Found]) -> Value:
    """Return one number of the sentence, saying what else stands there."""
    flags = one.value.flags
    if one.tail or one.clauses > 1:
        flags = (*flags, "number_inside_sentence")
    if len(found) > 1:
        flags = (*flags, "incidental_numbers_ignored")
    return one.value._replace(flags=flags)


def _compound(found: list[Found], text: str) -> Value | None:
    """Return several numbers as parts, each alone in its clause; None for a change (由2家扩展至8家) or for prose."""
    clauses = [one.clause for one in found]
    prose = any(len(one.tail) > _SHORT_TAIL and not one.compared for one in found)
    if prose or len(set(clauses)) < len(clauses) or _CHANGE.search(text):
        return None
    first = found[0].value
    flags = tuple(dict.fromkeys(flag for one in found for flag in one.value.flags))
    return first._replace(kind="compound", parts=tuple(one.value for one in found), flags=flags, label=None)
