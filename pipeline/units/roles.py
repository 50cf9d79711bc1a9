"""What a reading means in its row: a target's comparator, and what an actual is beside its target."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pipeline.records import Comparator
from pipeline.units.fold import fold_value
from pipeline.units.model import Value, ValueContext
from pipeline.units.tails import contradict
from pipeline.units.words import comparators_before, value_words

MEASURED = frozenset({"quantitative", "duration", "date", "compound"})


@dataclass(frozen=True, slots=True)
class Sign:
    """What the 绩效指标性质 column says."""

    comparator: Comparator | None = None
    quality: bool = False


NO_SIGN = Sign()


@lru_cache(maxsize=256)
def read_sign(text: str | None) -> Sign:
    """Read the sign column: a comparator in signs or words, 定性, or nothing."""
    sign = fold_value(text or "").text.strip("()（）")
    words = value_words().comparators
    if sign in words.signs_of_quality:
        return Sign(quality=True)
    comparator = comparators_before().get(sign) or words.signs.get(sign)
    return Sign(comparator) if comparator else NO_SIGN


def answers_words(context: ValueContext) -> bool:
    """Tell whether the row asks for words: marked 定性, or an actual whose target is qualitative."""
    if context.sign and read_sign(context.sign).quality:
        return True
    return context.target is not None and context.target.kind == "qualitative"


def target_comparator(stated: Comparator | None, context: ValueContext) -> tuple[Comparator | None, tuple[str, ...]]:
    """Return a target's comparator: the text's before the sign column's, which must not point elsewhere."""
    sign = read_sign(context.sign).comparator if context.sign else None
    if stated is None or sign is None:
        return stated or sign, ()
    return stated, ("comparator_differs_from_sign_column",) if contradict(stated, sign) else ()


def note_role(value: Value, text: str, context: ValueContext) -> Value:
    """Return the reading with its role's comparator and flags."""
    comparator, flags = value.comparator, value.flags
    if context.role == "target":
        if value.kind in MEASURED:
            comparator, more = target_comparator(comparator, context)
            flags += more
            if comparator is None and "range" not in flags:
                flags += ("comparator_absent_direction_from_indicator_type",)
    elif flags_of_actual := _actual_flags(value, text, context):
        flags += flags_of_actual
    if flags == value.flags and comparator == value.comparator:
        return value
    return value._replace(comparator=comparator, flags=flags)


def _actual_flags(value: Value, text: str, context: ValueContext) -> tuple[str, ...]:
    target = context.target
    flags: tuple[str, ...] = ()
    if value.kind in MEASURED:
        if value.comparator and not any(flag.startswith("approximate") for flag in value.flags):
            flags = ("actual_is_bound_not_measurement",)
            if context.target_raw and fold_value(context.target_raw).text == text:
                flags = (*flags, "actual_copies_target")
        if target is not None and target.kind == "qualitative":
            flags = (*flags, "numeric_actual_for_qualitative_target")
        elif target is not None and target.kind in MEASURED:
            flags += _difference_flags(value, target)
    elif value.kind == "qualitative" and target is not None and target.kind in MEASURED:
        flags = ("text_actual_for_quantitative_target",)
    return flags


def _difference_flags(value: Value, target: Value) -> tuple[str, ...]:
    if value.base_unit == target.base_unit or "compound" in (value.kind, target.kind):
        return ()
    if value.dimension == target.dimension and target.unit and value.base_unit:
        return (f"unit_differs_from_target:{target.unit}",)
    if target.unit and value.unit and value.dimension != target.dimension:
        return ("dimension_differs_from_target",)
    return ()
