"""What hangs on a doubted field: a finding that rests on it, the total it decides, a sum it enters, or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.corrections.decision import Address
from pipeline.desk.words import desk_words
from pipeline.normalise import NO_NUMBER
from pipeline.scoring.case import show_key
from pipeline.scoring.catalogue import finding_kinds

FindingKey = tuple[str, str]
"""form_id, and a field as the column `evidence` of `findings` names it."""

FACTS = ("form_id", "code", "status", "severity", "amount_yuan", "evidence")
"""Columns of `findings` that are read, where the version that wrote them has them."""

TOTAL_LINE = 1
"""The row of the fund table that has 年度资金总额."""


@dataclass(frozen=True, slots=True)
class Stake:
    """Why a field stands where it stands. `rank` is the place of its consequence, 0 first; `amount` is in 元."""

    rank: int
    why: str
    amount: float = 0.0
    own_rank: int = 0
    """The place of what the field itself decides, whatever was found."""

    @property
    def order(self) -> tuple[int, int, float]:
        """The sort key: the consequence, what the field decides, then the larger amount."""
        return (self.rank, self.own_rank, -self.amount)


NOTHING = Stake(0, "")
"""What hangs on a field that the dataset does not doubt."""


@dataclass(frozen=True, slots=True)
class Stakes:
    """The findings of a snapshot that accuse or might, by the field that they rest on; what each form has spent."""

    contested: Mapping[FindingKey, Sequence[dict[str, Any]]]
    executed: Mapping[str, float]


def read_stakes(root: Path) -> Stakes:
    """Return what can hang on the fields of a snapshot; findings about the reading itself are left out."""
    known = pq.read_schema(next((root / "findings").glob("*.parquet"))).names
    names = [name for name in FACTS if name in known]
    contested: dict[FindingKey, list[dict[str, Any]]] = defaultdict(list)
    for row in pq.read_table(root / "findings", columns=names).to_pylist():
        if row["severity"] != "info" and row["status"] != "unverifiable" and not _about_reading(row):
            for key in row.get("evidence", ()):
                contested[row["form_id"], key].append(row)
    totals = pq.read_table(
        root / "funds", columns=["form_id", "executed_yuan"], filters=[("fund_type", "=", "total")]
    ).to_pylist()
    return Stakes(contested, {row["form_id"]: float(row["executed_yuan"] or 0) for row in totals})


def _about_reading(finding: Mapping[str, Any]) -> bool:
    return finding["code"] in desk_words().about_reading


def weigh_field(form_id: str, address: Address, text: str, stakes: Stakes) -> Stake:
    """Return what hangs on a field that reads `text`, by `consequences` of `schemas/desk.yml`."""
    findings = stakes.contested.get((form_id, show_key((address.table, address.row_no, address.field))), ())
    own = _own_rank(address, text)
    spent, words = stakes.executed.get(form_id, 0.0), desk_words().consequences
    if not findings:
        return Stake(own, words[own].title, spent, own)
    titles = dict.fromkeys(_title(one["code"]) for one in findings)
    amount = max(float(one.get("amount_yuan") or 0.0) for one in findings)
    return Stake(0, f"{words[0].title}：{'、'.join(titles)}", amount or spent, own)


def _own_rank(address: Address, text: str) -> int:
    """Return the place of the consequence that the field has by itself."""
    words, blank = desk_words().consequences, text.strip() in NO_NUMBER
    name = f"{_part(address)}.{address.field}"
    fits = (rank for rank, one in enumerate(words) if name in one.fields and not (blank and one.unless_blank))
    return next(fits, len(words) - 1)


def _part(address: Address) -> str:
    return "total" if address.table == "fund" and address.row_no == TOTAL_LINE else address.table


def _title(code: str) -> str:
    kinds = finding_kinds()
    return kinds[code].title if code in kinds else code
