"""The Chinese sentences of `scores` and `findings`: what a rule gave, with the numbers that it was given.

Points are shown with two decimals at most, half-up; amounts as printed where both sides use one unit, else in the base
unit. Rounding is for reading only: the columns keep the exact numbers.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from pipeline.scoring.case import Item
from pipeline.scoring.rules import Outcome
from pipeline.units import Value
from pipeline.units.sums.cutting import cut_number


def show_number(number: Decimal) -> str:
    """Return a number without trailing zeros and without an exponent."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def show_points(points: Decimal | None, decimals: int = 2) -> str:
    """Return points with two decimals at most, unless told otherwise; 未填 where there are none."""
    return "未填" if points is None else show_number(cut_number(points, decimals, ROUND_HALF_UP))


def show_percent(share: Decimal, decimals: int = 2) -> str:
    """Return a share as a percentage, rounded half-up."""
    return f"{show_points(share * 100, decimals)}%"


def show_amount(amount: Decimal) -> str:
    """Return an amount of 元 as the form would print it: in 万元 from one 万 on."""
    return f"{show_number(amount / 10000)} 万元" if abs(amount) >= 10000 else f"{show_number(amount)} 元"


def _show_quantity(number: Decimal, unit: str | None) -> str:
    if unit == "1":
        return show_percent(number, 4)
    if unit == "元":
        return show_amount(number)
    return f"{show_number(number)} {unit}" if unit else show_number(number)


def show_pair(item: Item) -> tuple[str, str]:
    """Return actual and target as they were compared, in the printed unit where both share it."""
    comparison, target, actual = item.comparison, item.target, item.actual
    if comparison.target is None or comparison.actual is None:
        return (item.row.actual_raw or "").strip(), (item.row.target_raw or "").strip()
    unit = target.base_unit or actual.base_unit
    if actual.kind != "compound" and target.unit == actual.unit and target.unit and unit != "1":
        return _show_printed(actual, comparison.actual), _show_printed(target, comparison.target)
    return _show_quantity(comparison.actual, unit), _show_quantity(comparison.target, unit)


def _show_printed(value: Value, compared: Decimal) -> str:
    printed = value.value if compared == value.base_value else value.value_max
    return f"{show_number(printed)} {value.unit}" if printed is not None else show_number(compared)


NOT_SCORABLE = {
    "form_without_points": "表上不印分值和得分",
    "form_of_targets": "绩效目标表没有完成值",
    "no_weight": "未填分值",
    "negative_weight": "分值为负",
    "no_actual": "未填实际完成值",
    "no_target": "未填指标值",
    "no_score": "未填得分",
    "no_rate": "缺少预算数或执行数，无法计算执行率",
    "no_number": "指标值或实际完成值中没有可比的数字",
    "text_actual": "定量指标以文字作答，无法核算",
    "text_needs_judgement": "定性指标的完成情况须由人判断",
    "grade_without_points": "所列等级没有对应的分数",
    "number_for_text": "定性指标以数字作答，无法核算",
    "unit_mismatch": "指标值与实际完成值单位不同，无法比较",
    "calendar_unit": "天数与月数不能换算，无法比较",
    "percent_suspected": "一方疑缺百分号，无法比较",
    "magnitude_doubted": "实际完成值与指标值相差悬殊，疑单位不同，无法比较",
    "same_text": "实际完成值与指标值文字相同，未按数字比较",
    "other_period": "指标值与实际完成值按不同的周期计数，无法比较",
    "compound": "指标值或实际完成值含多个数量，无法按单一比例核算",
    "late_date": "逾期完成，规则没有给出日期的扣分比例",
    "date_incomplete": "日期不完整，无法比较",
    "date_not_deadline": "日期指标不是期限，无法核算",
    "direction_unknown": "指标方向不明，无法核算",
    "zero_target": "指标值为 0，比例没有意义",
    "equal_exceeded": "等于型指标被超过，规则没有规定得分",
    "equal_cost_below": "等于型成本指标有节约，规则没有规定得分",
    "actual_is_bound": "实际完成值只是界限，没有实测数",
    "rule_of_the_row_unread": "行内另有评分规则，须由人核算",
    "satisfaction_out_of_range": "满意度不在 0 到 100% 之间",
}
"""Why an item cannot be scored, by the reason that stands as its rule."""


def _relate(reported: Decimal, outcome: Outcome) -> str:
    """Say how a score stands to what the rule allows."""
    low, high = outcome.minimum or Decimal(0), outcome.maximum or Decimal(0)
    expected = show_points(low) if low == high else f"{show_points(low)}—{show_points(high)}"
    shown = show_points(reported)
    if reported in outcome.others:
        return f"得分 {shown} 与另一种通行算法所得一致（按本规则应得 {expected}）"
    if low != high:
        word = "高于" if reported > high else "低于" if reported < low else "在"
        return f"得分 {shown} {word}按规则应得的 {expected} {'之内' if word == '在' else ''}".rstrip()
    if shown == expected:
        return f"得分 {shown} 与按公式应得 {expected} 一致"
    return f"得分 {shown} {'高于' if reported > high else '低于'}按公式应得 {expected}"


RULE_NOTES = {
    "actual_over_target": "（按实际 ÷ 目标 × 分值 {weight} 计）",
    "target_over_actual": "（反向指标，按目标 ÷ 实际 × 分值 {weight} 计）",
    "linear_overrun": "（反向指标，按超出比例从分值 {weight} 中扣减）",
}

OTHER_RULES = {
    "satisfaction_step": "满意度 {actual}，按分档赋分",
    "rule_of_the_row": "实际 {actual}，目标 {target}，按行内所印规则计",
    "equal_zero": "目标为 0，实际 {actual}",
    "qualitative_band": "定性指标“{target}”，实际“{actual}”",
}


def explain_indicator(item: Item, outcome: Outcome) -> str:
    """Return the sentence for one indicator row."""
    if not outcome.scorable:
        return f"{NOT_SCORABLE[outcome.rule]}，不作评分"
    actual, target = show_pair(item)
    weight = show_points(item.row.weight)
    lead = "未填得分" if item.row.score is None else _relate(item.row.score, outcome)
    if outcome.rule in RULE_NOTES:
        return f"{lead}：实际 {actual} ÷ 目标 {target}{RULE_NOTES[outcome.rule].format(weight=weight)}"
    if outcome.rule == "over_target_band":
        return f"{lead}：{describe_over_target(item, outcome)}"
    if outcome.rule in OTHER_RULES:
        return f"{lead}：{OTHER_RULES[outcome.rule].format(actual=actual, target=target)}（分值 {weight}）"
    verb = "未超过目标" if item.direction == "reverse" else "达到目标"
    return f"{lead}：实际 {actual} {verb} {target}（分值 {weight}）"


def describe_over_target(item: Item, outcome: Outcome) -> str:
    """Return the clause on a target that was beaten by far: by how much, and what the band would take."""
    actual, target = show_pair(item)
    over, deduction = outcome.over_target or Decimal(0), outcome.deduction or Decimal(0)
    weight = item.row.weight or Decimal(1)
    least = "至少 " if item.comparison.bounded else ""
    return (
        f"实际 {actual} 超出目标 {target} {least}{show_percent(over)}，若目标设定明显偏低，"
        f"应扣该指标分值的 {show_percent(deduction / weight)}（{show_points(deduction)} 分）"
    )


def explain_execution(executed: Decimal, budget: Decimal, reported: Decimal | None, outcome: Outcome) -> str:
    """Return the sentence for the execution row."""
    lead = "未填得分" if reported is None else _relate(reported, outcome)
    rate = show_percent(outcome.achievement or Decimal(0))
    return f"{lead}：执行数 {show_amount(executed)} ÷ 预算数 {show_amount(budget)} = {rate}"


def explain_total(reported: Decimal | None, execution: Decimal, indicators: Decimal) -> str:
    """Return the sentence for the total; it says where the total leaves the execution score out."""
    total = execution + indicators
    parts = f"预算执行 {show_points(execution)} + 指标 {show_points(indicators)} = {show_points(total)}"
    if reported is None:
        return f"总分未填，各项得分合计：{parts}"
    if reported == total:
        return f"总分 {show_points(reported)} 等于各项得分之和：{parts}"
    left_out = "，与不含预算执行得分的合计一致" if execution and reported == indicators else ""
    return f"总分 {show_points(reported)} 不等于各项得分之和：{parts}{left_out}"
