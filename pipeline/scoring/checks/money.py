"""Checks of the money: budget against execution, parts against their total, cost rows against what was spent."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.dataset.fields import AMOUNT_NAMES, AMOUNTS
from pipeline.records import FieldKey, FundRow
from pipeline.scoring.case import Case, Item, belongs_to, has_text, is_cost
from pipeline.scoring.checks.rounding import adds_up_when_rounded
from pipeline.scoring.checks.scale import exceeds_by_unit, is_units_apart
from pipeline.scoring.drafts import Draft, draft_row
from pipeline.scoring.facts import scoring_facts
from pipeline.scoring.wording import show_amount, show_percent
from pipeline.units import Value, parse_amount, parse_number
from pipeline.units.sums.cutting import decimals_of
from pipeline.units.sums.rates import agrees_when_cut

_ZERO = Decimal(0)


def _parts(case: Case) -> list[FundRow] | None:
    """Return the lines that make the total; None where that is not known of every printed line."""
    if case.form.unlisted_funds:
        return None
    lines = [fund for fund in case.source.funds if fund.fund_type != "total"]
    printed = (fund for fund in lines if any(has_text(getattr(fund, raw)) for raw in AMOUNT_NAMES))
    if any(fund.adds_to_total is None for fund in printed):
        return None
    return [fund for fund in lines if fund.adds_to_total]


def _is_rounded(total: FundRow, rows: list[FundRow], raw: str, typed: str) -> bool:
    """Tell whether only rounding parts the total of a column from its parts, all being printed in one unit."""
    cells = [(parse_number(getattr(row, raw)), getattr(row, typed)) for row in (total, *rows)]
    amounts = [(number, yuan) for number, yuan in cells if yuan is not None]
    if cells[0][1] is None or any(number is None for number, _ in amounts):
        return False
    units = {yuan / number for number, yuan in amounts if number}
    whole, *parts = (number for number, _ in amounts if number is not None)
    return len(units) == 1 and adds_up_when_rounded(whole, parts)


def _is_beyond(executed: Decimal, budget: Decimal, total: FundRow, budget_field: str) -> bool:
    """Tell whether more was spent than budgeted, by more than the rounding of the two explains."""
    spent, given = parse_number(total.executed_raw), parse_number(getattr(total, budget_field))
    rounded = bool(spent and given) and adds_up_when_rounded(given or _ZERO, [spent or _ZERO])
    return executed > budget and not rounded


def check_parts(case: Case) -> Iterator[Draft]:
    """In a column where a part is printed, the parts add up to the total; a blank part counts 0.

    Nothing can be said where the form prints a line of which no template tells whether it is such a part.
    """
    total, rows = case.funds.get("total"), _parts(case)
    if total is None or rows is None:
        return
    any_part = False
    for raw, typed, label in ((one.name, one.typed, one.label) for one in AMOUNTS):
        printed = [part for row in rows if (part := getattr(row, typed)) is not None]
        whole, added = getattr(total, typed), sum(printed, Decimal(0))
        any_part = any_part or bool(printed)
        if not printed or whole is None or whole == added or _is_rounded(total, rows, raw, typed):
            continue
        yield Draft(
            "fund_parts_not_total",
            f"{label}：分项合计 {show_amount(added)} 与年度资金总额 {show_amount(whole)} 不符",
            raw,
            reported=show_amount(whole),
            expected=show_amount(added),
            difference=whole - added,
            amount=abs(whole - added),
            evidence=tuple(("fund", row.row_no, raw) for row in (total, *rows)),
        )
    has_parts = any(getattr(row, raw) is not None for row in rows for raw in AMOUNT_NAMES)
    if has_parts and not any_part and any(getattr(total, one.typed) is not None for one in AMOUNTS):
        keys: tuple[FieldKey, ...] = tuple(("fund", row.row_no, raw) for row in (total, *rows) for raw in AMOUNT_NAMES)
        message = "年度资金总额已填，财政拨款、结转、其他资金均未填"
        yield Draft("fund_parts_blank", message, "annual_budget_raw", evidence=keys)


def _amount_keys(case: Case, *fields: str) -> tuple[FieldKey, ...]:
    return tuple(("fund", case.execution.number, field) for field in fields)


def check_budget(case: Case) -> Iterator[Draft]:
    """No more than the budget was spent, and the budget was neither cut to what was spent nor raised by far."""
    execution, total = case.execution, case.execution.total
    if total is None:
        return
    executed, budget = execution.executed, execution.budget
    initial, annual = total.initial_budget_yuan, total.annual_budget_yuan
    keys = _amount_keys(case, "initial_budget_raw", "annual_budget_raw", "executed_raw")
    field = execution.budget_field
    beyond = executed is not None and budget is not None and _is_beyond(executed, budget, total, field)
    if beyond and executed is not None and budget is not None and not exceeds_by_unit(executed, budget):
        message = f"全年执行数 {show_amount(executed)} 超过预算数 {show_amount(budget)}"
        over = executed - budget
        yield Draft(
            "executed_exceeds_budget",
            message,
            "executed_raw",
            None,
            show_amount(executed),
            show_amount(budget),
            over,
            keys,
            over,
        )
    if initial is None or annual is None:
        return
    if annual == executed and annual < initial:
        message = (
            f"预算由年初 {show_amount(initial)} 调减至与执行数相同的 {show_amount(annual)}，"
            f"按年初预算计执行率为 {show_percent(annual / initial)}"
        )
        yield Draft(
            "budget_cut_to_executed",
            message,
            "annual_budget_raw",
            difference=annual - initial,
            evidence=keys,
            amount=initial - annual,
        )
    if initial > 0 and annual > initial * (1 + scoring_facts().limits.budget_rise):
        message = (
            f"预算由年初 {show_amount(initial)} 调增至 {show_amount(annual)}，增幅 {show_percent(annual / initial - 1)}"
        )
        rise = annual - initial
        yield Draft("budget_raised", message, "annual_budget_raw", difference=rise, evidence=keys, amount=rise)


def _names_amount(text: str, amount: Decimal | None) -> bool:
    """Tell whether a text states an amount of 元, in whatever unit."""
    stated = {parse_amount(number, unit) for number, unit in scoring_facts().money.findall("".join(text.split()))}
    return amount is not None and amount in stated


def explains_payment(item: Item, executed: Decimal | None) -> bool:
    """Tell whether a row's own text explains a difference.

    It does where it speaks of a part payment, or where the reason names the year's payment beside the whole.
    """
    row = item.row
    text = "".join(cell or "" for cell in (row.level3, row.target_raw, row.actual_raw, row.deviation_raw))
    spoken = any(word in text for word in scoring_facts().payment_words)
    return spoken or _names_amount(row.deviation_raw or "", executed)


def is_unit_cost(item: Item) -> bool:
    """Tell whether a cost row measures the cost of one thing (人均, 单价, 元/件) and not a sum that was spent."""
    facts = scoring_facts()
    units = (item.row.unit_raw, item.target.unit, item.actual.unit)
    return bool(facts.unit_cost.search(item.row.level3 or "")) or any(
        facts.unit_cost_units.search(unit) for unit in units if unit
    )


def _is_money(value: Value) -> bool:
    """Tell whether a value is an amount in 元; rates such as 元/人 are none."""
    return value.base_unit == "元" and value.base_value is not None and "/" not in (value.unit or "")


def _money_parts(value: Value) -> list[Decimal]:
    """Return the amounts in 元 that a value states; bounds state none."""
    stated = [part for part in value.parts or (value,) if _is_money(part) and not part.comparator]
    return [part.base_value for part in stated if part.base_value is not None]


def is_spending(item: Item) -> bool:
    """Tell whether a row says what was spent: a cost, and neither that of one thing nor one that others bear."""
    borne = (item.row.level2_code or "").startswith(("cost.social", "cost.ecological"))
    return is_cost(item.row) and not borne and not is_unit_cost(item)


def _is_spent(item: Item, parts: list[Decimal], executed: Decimal) -> bool:
    """Tell whether a row states what was spent, whole, rounded to the decimals it is printed with, or in parts."""
    if executed in (*parts, sum(parts, _ZERO)) or _names_amount(item.row.actual_raw or "", executed):
        return True
    printed, amount = item.actual.value, item.actual.base_value
    if not printed or not amount or len(parts) > 1:
        return False
    in_its_unit = executed * printed / amount
    return any(agrees_when_cut(in_its_unit, printed, decimals_of(printed)))


def check_costs(case: Case) -> Iterator[Draft]:
    """The actual of a cost row is what was spent, unless the row explains itself or several rows share the sum."""
    executed = case.execution.executed
    if executed is None:
        return
    rows = [(item, _money_parts(item.actual)) for item in case.items if is_spending(item)]
    stated = [(item, parts) for item, parts in rows if parts]
    if sum((parts[0] for _, parts in stated), _ZERO) == executed:
        return
    whole = any(_is_spent(item, parts, executed) for item, parts in stated)
    for item, parts in stated:
        share = whole and parts[0] < executed
        if share or _is_spent(item, parts, executed) or explains_payment(item, executed):
            continue
        if is_units_apart(parts[0], executed):
            yield _mixed_with_cost(case, item, executed)
            continue
        yield draft_row(
            item,
            "cost_differs_from_executed",
            f"成本指标实际 {show_amount(parts[0])} 与全年执行数 {show_amount(executed)} 不符，表中未说明原因",
            "actual_raw",
            reported=show_amount(parts[0]),
            expected=show_amount(executed),
            difference=parts[0] - executed,
            amount=abs(parts[0] - executed),
        )


def _mixed_with_cost(case: Case, item: Item, executed: Decimal) -> Draft:
    """Say that the sum spent, in the unit that it was read in, is ten thousand times a cost or a part of it."""
    total, cost = case.execution.total, (item.row.actual_raw or "").strip()
    spent = (total.executed_raw or "").strip() if total else ""
    message = (
        f"全年执行数“{spent}”按{case.form.money_unit}读为 {show_amount(executed)}，成本指标为“{cost}”，"
        f"相差约万倍，疑金额单位不是{case.form.money_unit}"
    )
    keys: tuple[FieldKey, ...] = (("fund", case.execution.number, "executed_raw"), item.key("actual_raw"))
    return Draft("money_unit_mixed", message, "executed_raw", None, spent, cost, evidence=keys)


def check_cost_target(case: Case, item: Item) -> Iterator[Draft]:
    """A cost target can be missed: it is not above the budget, and it is about cost."""
    if not is_cost(item.row):
        return
    if item.target.kind in ("duration", "date"):
        message = f"成本指标的指标值“{item.row.target_raw}”衡量的是时间，不是成本"
        yield draft_row(item, "cost_row_not_cost", message, "target_raw", "level1", "level2")
    total, limit = case.execution.total, item.target.base_value_max or item.target.base_value
    budgets = [b for b in (total.initial_budget_yuan, total.annual_budget_yuan) if b is not None] if total else []
    if (
        item.target.base_unit != "元"
        or item.target.parts
        or limit is None
        or not budgets
        or item.direction != "reverse"
        or is_unit_cost(item)
    ):
        return
    if limit > max(budgets) and not explains_payment(item, case.execution.executed):
        message = f"成本指标值 {show_amount(limit)} 高于预算数 {show_amount(max(budgets))}，难以超出"
        over = limit - max(budgets)
        yield draft_row(item, "cost_target_above_budget", message, "target_raw", difference=over, amount=over)


def check_cost_targets(case: Case) -> Iterator[Draft]:
    """Several money targets of cost rows add up to a budget or to what was spent."""
    facts, total = scoring_facts(), case.execution.total
    rows = [
        item
        for item in case.items
        if belongs_to(item.row, facts.cost_classes, facts.cost_label)
        and _is_money(item.target)
        and not is_unit_cost(item)
    ]
    if len(rows) < 2 or total is None or any(explains_payment(item, case.execution.executed) for item in rows):
        return
    known = {total.initial_budget_yuan, total.annual_budget_yuan, total.executed_yuan} - {None}
    amounts = [item.target.base_value or Decimal(0) for item in rows]
    if known and not known & {sum(amounts, Decimal(0)), *amounts}:
        listed = "、".join(show_amount(amount) for amount in amounts)
        yield Draft(
            "cost_targets_not_budget",
            f"成本指标值 {listed} 合计 {show_amount(sum(amounts, Decimal(0)))}，与预算数、执行数均不符",
            "target_raw",
            evidence=tuple(item.key("target_raw") for item in rows),
        )


MONEY_CHECKS = (check_parts, check_budget, check_costs, check_cost_targets)
COST_ROW_CHECKS = (check_cost_target,)
