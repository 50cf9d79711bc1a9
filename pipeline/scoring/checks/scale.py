"""Checks of the unit of money: amounts in 元 where 万元 is printed, and the reverse, told by the sister amounts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.dataset.fields import AMOUNTS, PrintedColumn
from pipeline.records import FieldKey, FundRow
from pipeline.scoring.case import Case, Item
from pipeline.scoring.drafts import Draft, draft_row
from pipeline.scoring.facts import scoring_facts
from pipeline.units.sums.rates import agrees

UNITS_APART = Decimal(10_000)
"""元 in one 万元."""


def exceeds_by_unit(amount: Decimal | None, bound: Decimal | None) -> bool:
    """Tell whether an amount exceeds one that bounds it so far that only another unit explains it."""
    return amount is not None and bool(bound) and amount >= (bound or 0) * scoring_facts().limits.mixed_factor


def is_units_apart(one: Decimal, other: Decimal) -> bool:
    """Tell whether two amounts that should be about the same are about ten thousand times apart."""
    if not one or not other:
        return False
    times = max(one, other) / min(one, other)
    return UNITS_APART / 2 <= times <= UNITS_APART * 2


def check_scale(case: Case) -> Iterator[Draft]:
    """What was spent is not a thousand times the budget, nor a part a thousand times the whole."""
    total = case.execution.total
    if total is None:
        return
    mixed = [*_in_line(total), *(pair for fund in case.source.funds for pair in _in_column(total, fund))]
    if mixed:
        (_, field, _, text), other = mixed[0]
        message = f"“{text}”与“{other[3]}”相差万倍，疑为元与{case.form.money_unit}混用"
        rate: FieldKey = ("fund", 1, "execution_rate_raw")
        keys = (*dict.fromkeys(_key(one) for pair in mixed for one in pair), rate)
        yield Draft("money_unit_mixed", message, field, None, text, other[3], evidence=keys)


_Amount = tuple[int, str, Decimal | None, str]
"""Row of the fund table, column, amount in 元, text."""


def _key(amount: _Amount) -> FieldKey:
    return ("fund", amount[0], amount[1])


def _amount(fund: FundRow, column: PrintedColumn) -> _Amount:
    return fund.row_no, column.name, getattr(fund, column.typed), (getattr(fund, column.name) or "").strip()


def _in_line(total: FundRow) -> Iterator[tuple[_Amount, _Amount]]:
    """Yield amounts of the total's line of which one is in another unit: budgets 10,000 apart, impossible rates."""
    initial, annual, executed = (_amount(total, column) for column in AMOUNTS)
    if _apart(initial[2], annual[2]) or _apart(annual[2], initial[2]):
        yield initial, annual
    for budget in (annual, initial):
        if exceeds_by_unit(executed[2], budget[2]) or _fits_in_yuan(total, executed[2], budget[2]):
            yield executed, budget
            return


def _fits_in_yuan(total: FundRow, executed: Decimal | None, budget: Decimal | None) -> bool:
    """Tell whether the printed rate is that of a budget in 元 and a sum spent in 万元."""
    if not executed or not budget or executed * scoring_facts().limits.mixed_factor > budget:
        return False
    return bool(agrees(total.execution_rate_raw, executed * UNITS_APART / budget * 100))


def _apart(one: Decimal | None, other: Decimal | None) -> bool:
    return one is not None and bool(other) and one == (other or 0) * UNITS_APART


def _in_column(total: FundRow, fund: FundRow) -> Iterator[tuple[_Amount, _Amount]]:
    """Yield a part against the whole where it is a thousand times larger, or the whole exactly 10,000 times it."""
    for column in AMOUNTS if fund is not total else ():
        part, whole = _amount(fund, column), _amount(total, column)
        if exceeds_by_unit(part[2], whole[2]) or _apart(whole[2], part[2]):
            yield part, whole


def check_magnitude(case: Case, item: Item) -> Iterator[Draft]:
    """Target and actual are of one order of magnitude; where they are not, nothing else is said of them."""
    if item.comparison.reason != "magnitude_doubted":
        return
    actual, target = ((text or "").strip() for text in (item.row.actual_raw, item.row.target_raw))
    message = f"实际完成值“{actual}”与指标值“{target}”相差悬殊，须先核对数量级或单位"
    ratio = item.comparison.ratio
    yield draft_row(
        item,
        "magnitude_doubtful",
        message,
        "actual_raw",
        "target_raw",
        "unit_raw",
        reported=actual,
        expected=target,
        difference=ratio,
    )


SCALE_CHECKS = (check_scale,)
SCALE_ROW_CHECKS = (check_magnitude,)
