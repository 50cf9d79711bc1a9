"""Rules of points that stand in a row of their own form: 每少1场扣1分, in the column of the rules or behind the target.

They beat any profile. Read is a deduction per step, and that a miss earns nothing; a text that says anything else about
taking points is known to be a rule and left to a person.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache

_NUMBER = r"(\d+(?:\.\d+)?)"
_STEP = re.compile(
    rf"每(?:(?:再|比目标|比标准)?(?:少|低于?|减少|降低|超过?|超出|多|高于?|高出|增加|下降|延迟|逾期|偏离|缺|差|出现|发生))?"
    rf"{_NUMBER}?(个百分点|%|[^\d,，;；。、扣减]{{1,6}}?),?(?:的)?,?(?:扣|扣除|扣减|减){_NUMBER}分"
)
_NOTHING = re.compile(
    r"(?:未完成|未达标|未达到[^,，;；。]{0,8}|否则|达不到[^,，;；。]{0,8})(?:的)?,?(?:不得分|得?0分|不计分|扣完)"
)
_TAKES = re.compile(r"扣[^,，;；。]{0,12}分|不得分|得0分|不计分")
_BY_RATIO = re.compile(r"按(?:照)?(?:完成|实际)?[^,，;；。]{0,6}(?:比例|比率|完成率)")


@dataclass(frozen=True, slots=True)
class RowRule:
    """What a row's own rule takes from a missed target: `points` for every `step` of `unit`, or all of them.

    `unit` is 百分点 where the step is one of percent. All three are null where the text could not be read.
    """

    text: str
    step: Decimal | None = None
    unit: str | None = None
    points: Decimal | None = None
    nothing: bool = False

    def taken(self, missed_by: Decimal) -> tuple[Decimal, Decimal] | None:
        """Return the least and the most points that are taken for so many units; a step begun may count or not."""
        if self.points is None or not self.step:
            return None
        steps = missed_by / self.step
        whole = [steps.to_integral_value(rounding) for rounding in (ROUND_FLOOR, ROUND_CEILING)]
        return whole[0] * self.points, whole[1] * self.points


@lru_cache(maxsize=4_096)
def read_row_rule(text: str | None) -> RowRule | None:
    """Return the rule of points that a text prints, or None where it prints none, or the ratio that is usual."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))
    if not _TAKES.search(folded):
        return None
    step = _STEP.search(folded)
    if step and _is_all(folded, step):
        every, unit, points = step.groups()
        unit = "百分点" if unit in {"%", "个百分点"} else unit
        return RowRule(step[0], Decimal(every or 1), unit, Decimal(points))
    nothing = _NOTHING.search(folded)
    return RowRule(nothing[0], nothing=True) if nothing and _is_all(folded, nothing) else RowRule(folded)


def _is_all(text: str, rule: re.Match[str]) -> bool:
    """Tell whether nothing else in a text gives or takes points: no other number, no ratio, no second rule."""
    rest = text[: rule.start()] + "|" + text[rule.end() :]
    return not (re.search(r"\d", rest) or _TAKES.search(rest) or _BY_RATIO.search(rest) or _NOTHING.search(rest))
