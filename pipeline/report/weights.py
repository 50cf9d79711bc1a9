"""Which forms to look at first: what their findings weigh, the money and the points at stake, and one sentence why.

The rules are data, in `schemas/report.yml`; they say where to begin and nothing about who is right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pydantic import model_validator

from pipeline.dataset.columns import table_columns
from pipeline.export.layout import LeftOut
from pipeline.records import SET_TABLES, TABLES, FindingRow, FundRow, ScoreRow
from pipeline.scoring.case import find_total
from pipeline.vocabulary import StrictData, load_yaml

STATUSES = ("violation", "potential", "unverifiable", "extraction_suspect")
SEVERITIES = ("error", "warning", "info")


class MoneyClass(StrictData):
    """Projects below an amount in 元, and what their findings are multiplied with."""

    factor: int
    below: float | None = None


class Term(StrictData):
    """A word of the report and its meaning, in Chinese."""

    term: str
    meaning: str


class ReportRules(StrictData):
    """The whole of `schemas/report.yml`."""

    weights: dict[str, dict[str, int]]
    most_of_one_kind: int
    money: tuple[MoneyClass, ...]
    explanation: str
    left_out: tuple[LeftOut, ...]
    terms: tuple[Term, ...]

    @model_validator(mode="after")
    def _left_out_columns_are_columns(self) -> ReportRules:
        known = {f"{table}.{column.name}" for table in TABLES | SET_TABLES for column in table_columns(table)}
        unknown = {name for one in self.left_out for name in one.columns} - known
        if unknown:
            raise ValueError(f"left_out names {', '.join(sorted(unknown))}, which no table has")
        return self

    @model_validator(mode="after")
    def _known_words(self) -> ReportRules:
        unknown = set(self.weights) - set(STATUSES)
        unknown |= {severity for one in self.weights.values() for severity in one} - set(SEVERITIES)
        if unknown:
            raise ValueError(f"weights name {', '.join(sorted(unknown))}, which no finding has")
        ends = [one.below for one in self.money]
        if not ends or ends[-1] is not None or sorted(filter(None, ends)) != ends[:-1]:
            raise ValueError("classes of money must rise, and the last must have no upper end")
        return self


@lru_cache(maxsize=1)
def report_rules() -> ReportRules:
    """Read `schemas/report.yml` once per process."""
    return load_yaml("report.yml", ReportRules)


@dataclass(frozen=True, slots=True)
class Weight:
    """What is at stake on a form: its weight, the money that findings name, the points, and why it is to be looked at.

    `executed` is what the project has spent, in 元; `amount` what findings put in question. Both may be unknown.
    """

    weight: int
    executed: Decimal | None
    amount: Decimal | None
    points: Decimal
    why: str


def weigh_form(findings: Sequence[FindingRow], funds: Iterable[FundRow], scores: Iterable[ScoreRow]) -> Weight:
    """Return what is at stake on one form."""
    total = find_total(funds)
    executed = total.executed_yuan if total else None
    money = executed if executed is not None else total.budget_yuan if total else None
    named = [finding.amount_yuan for finding in findings if finding.amount_yuan is not None and _accuses(finding)]
    gravest = min(findings, key=gravity, default=None)
    why = gravest.message if gravest is not None and _accuses(gravest) else ""
    factor = next(one.factor for one in report_rules().money if one.below is None or (money or 0) < one.below)
    return Weight(_sum(findings) * factor, executed, max(named, default=None), _points(findings, scores), why)


def _accuses(finding: FindingRow) -> bool:
    return weigh_finding(finding) > 0


def weigh_finding(finding: FindingRow) -> int:
    """Return the weight of one finding."""
    return report_rules().weights.get(finding.status, {}).get(finding.severity, 0)


def gravity(finding: FindingRow) -> tuple[int, int, float, int]:
    """Return the key by which findings are ordered: those that accuse, the heavier, more money, print order."""
    amount = float(finding.amount_yuan or 0)
    return (STATUSES.index(finding.status), -weigh_finding(finding), -amount, finding.row_no or 0)


def _sum(findings: Iterable[FindingRow]) -> int:
    """Return the weights of findings together: a code once on one row, and its heaviest few rows only.

    Eighteen rows with one and the same fault are one question, and must not bury a form with five.
    """
    rows: dict[str, dict[int | None, int]] = defaultdict(dict)
    for finding in findings:
        known = rows[finding.code].get(finding.row_no, 0)
        rows[finding.code][finding.row_no] = max(known, weigh_finding(finding))
    most = report_rules().most_of_one_kind
    return sum(weight for found in rows.values() for weight in sorted(found.values(), reverse=True)[:most])


def _points(findings: Iterable[FindingRow], scores: Iterable[ScoreRow]) -> Decimal:
    """Return the points that reported scores are off by rule, and those that hang on targets set low."""
    off = [s.difference for s in scores if s.item != "total" and s.verdict in {"over_scored", "under_scored"}]
    low = [finding.difference for finding in findings if finding.code == "low_target"]
    return sum((abs(value) for value in (*off, *low) if value is not None), Decimal(0))
