"""The form's own arithmetic, as witnesses of what was read: each constraint says how far the form is from keeping it.

Sources: Σ 分值 is the printed total and 100, 总分 is the execution score plus the indicators' scores, 执行率 is
全年执行数 over 全年预算数 (年初预算数 where that is blank) truncated or rounded at its printed decimals, the parts of
the funds add up to 年度资金总额, and no 得分 exceeds its 分值 (the notes printed with the forms). A form may break any
of them: that is a finding about the form, as long as its text was read as it is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from pipeline.dataset.fields import AMOUNT_NAMES
from pipeline.doubt.column_kinds import ConstraintLimits
from pipeline.records import FieldKey
from pipeline.units import parse_amount, parse_number
from pipeline.units.sums.rates import agrees

Texts = Mapping[FieldKey, str]
"""What every field of a form says."""

MET, ROOM, BROKEN = Decimal(0), Decimal(1), Decimal(-1)
USUAL_TOTAL = 1
"""The row of 年度资金总额; a form of a whole department has its total in a later row."""

PART_FUNDS = (2, 3, 4)


@dataclass(frozen=True, slots=True)
class Constraint:
    """One thing that the numbers of a form should satisfy together.

    `gap` gives 0 where it is met exactly, a negative number where it is broken, a positive one where there is room,
    None where the form does not say enough. `pins` are the fields whose value the others fix when the gap is 0.
    `vouches` tells that an exact match is no accident and speaks for the fields it pins.
    """

    name: str
    keys: tuple[FieldKey, ...]
    gap: Callable[[Texts], Decimal | None]
    pins: frozenset[FieldKey] = field(default=frozenset())
    vouches: bool = True


def list_constraints(
    texts: Texts, money_unit: str, limits: ConstraintLimits, parts: Sequence[int] = PART_FUNDS
) -> list[Constraint]:
    """Return the constraints that a form with these fields is under.

    `parts` are the rows of the funds that make the total; none where that is not known of every printed line.
    """
    total = _total_row(texts)
    numbers = sorted({key[1] for key in texts if key[0] == "fund" and key[1] is not None} | {total, *parts})
    return [
        *_sums(texts, total, limits),
        *_bounds(texts, total),
        *(_rate(number, money_unit) for number in numbers),
        *(_parts(column, total, parts, money_unit) for column in AMOUNT_NAMES if parts),
    ]


def _total_row(texts: Texts) -> int:
    """Return the row of the funds that has the points: the usual one, else the first with a number for its weight."""
    numbers = [key[1] for key in texts if key[0] == "fund" and key[1] is not None]
    weighed = [n for n in numbers if parse_number(texts.get(("fund", n, "weight_raw"))) is not None]
    return USUAL_TOTAL if USUAL_TOTAL in numbers else min(weighed, default=USUAL_TOTAL)


def _sums(texts: Texts, total_row: int, limits: ConstraintLimits) -> Iterator[Constraint]:
    """Yield: weights and scores add up to their totals, and the total weight is the full marks."""
    for column, tolerance in (("weight_raw", Decimal(0)), ("score_raw", limits.points_tolerance)):
        whole: FieldKey = ("form", None, f"total_{column}")
        parts = tuple(key for key in texts if key[2] == column and (key[0] == "indicator" or key[1] == total_row))
        keys = (whole, *parts)
        yield Constraint(f"{column}_sum", keys, partial(_sum_gap, whole, parts, tolerance), frozenset(keys))
    total: FieldKey = ("form", None, "total_weight_raw")
    yield Constraint("full_marks", (total,), partial(_full_marks_gap, total, limits.full_marks), frozenset((total,)))


def _sum_gap(whole: FieldKey, parts: tuple[FieldKey, ...], tolerance: Decimal, texts: Texts) -> Decimal | None:
    total = parse_number(texts.get(whole))
    if total is None or not parts:
        return None
    added = sum((parse_number(texts[key]) or Decimal(0) for key in parts), Decimal(0))
    gap = abs(total - added)
    return MET if gap == 0 else ROOM if gap <= tolerance else BROKEN


def _full_marks_gap(key: FieldKey, full: Decimal, texts: Texts) -> Decimal | None:
    total = parse_number(texts.get(key))
    return None if total is None else MET if total == full else BROKEN


def _bounds(texts: Texts, total_row: int) -> Iterator[Constraint]:
    """Yield: no score exceeds its weight. Full marks are common, so that equality speaks for neither alone."""
    for table, row_no, column in texts:
        if column == "score_raw" and (table == "indicator" or row_no == total_row):
            score: FieldKey = (table, row_no, "score_raw")
            weight: FieldKey = (table, row_no, "weight_raw")
            pair, gap = (score, weight), partial(_bound_gap, score, weight)
            yield Constraint("score_within_weight", pair, gap, frozenset(pair), vouches=False)


def _bound_gap(score_key: FieldKey, weight_key: FieldKey, texts: Texts) -> Decimal | None:
    score, weight = parse_number(texts.get(score_key)), parse_number(texts.get(weight_key))
    return None if score is None or weight is None else weight - score


def _rate(number: int, money_unit: str) -> Constraint:
    """Return: the rate is executed over budget. A rate of few digits follows from the amounts, not they from it."""
    keys: tuple[FieldKey, ...] = tuple(("fund", number, name) for name in ("execution_rate_raw", *AMOUNT_NAMES))
    return Constraint("execution_rate", keys, partial(_rate_gap, keys, money_unit), frozenset(keys[:1]))


def _rate_gap(keys: tuple[FieldKey, ...], money_unit: str, texts: Texts) -> Decimal | None:
    initial, annual, executed = (parse_amount(texts.get(key), money_unit) for key in keys[1:])
    budget = initial if annual is None else annual
    agreed = agrees(texts.get(keys[0]), executed / budget * 100) if executed is not None and budget else None
    return None if agreed is None else MET if agreed else BROKEN


def _parts(column: str, total: int, numbers: Sequence[int], money_unit: str) -> Constraint:
    """Return: the parts of the funds add up to their total; a blank part counts 0."""
    whole: FieldKey = ("fund", total, column)
    parts: tuple[FieldKey, ...] = tuple(("fund", number, column) for number in numbers)
    keys = (whole, *parts)
    return Constraint(f"{column}_parts", keys, partial(_parts_gap, whole, parts, money_unit), frozenset(keys))


def _parts_gap(whole: FieldKey, parts: tuple[FieldKey, ...], money_unit: str, texts: Texts) -> Decimal | None:
    total = parse_amount(texts.get(whole), money_unit)
    printed = [amount for key in parts if (amount := parse_amount(texts.get(key), money_unit)) is not None]
    if total is None or not printed:
        return None
    return MET if sum(printed, Decimal(0)) == total else BROKEN
