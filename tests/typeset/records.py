"""The facts of a form before it is drawn, and the truth that a reader of the drawing is compared with.

Strings are what is printed, character by character; None means that the form has no such cell. Nothing here knows
about pages. The keys of the truth are those of one form in a published `truth.json`, so that the evaluator that reads
those files reads ours too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

Source = Literal["text", "scan", "docx"]

FUND_LABELS = ("年度资金总额", "其中：当年财政拨款", "上年结转资金", "其他资金")
"""The four fund rows in print order; the keys of `funds` in the truth, whatever the form prints beside them."""


@dataclass(frozen=True, slots=True)
class FundFacts:
    """One row of the fund table as printed; amounts in the form's money unit."""

    initial: str = ""
    full_year: str = ""
    executed: str = ""
    weight: str = "—"
    rate: str = ""
    score: str = "—"


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """One 三级指标 row as printed. `level1` and `level2` are given on every row; equal neighbours are drawn merged."""

    level1: str
    level2: str
    level3: str = ""
    nature: str | None = None
    target: str = ""
    unit: str | None = None
    actual: str = ""
    weight: str = ""
    score: str = ""
    deviation: str | None = ""


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    """A discrepancy planted in a form: the finding's code, and the row (from 1) where it belongs to one."""

    code: str
    row_no: int | None = None


@dataclass(frozen=True, slots=True)
class FormFacts:
    """Everything that one 项目支出绩效自评表 says.

    `has_nature` adds the columns 绩效指标性质 and 绩效度量单位, `has_deviation` the column 偏差原因分析及改进措施.
    Where `complete` is false the drawing stops after the last indicator: no 总分 row, and no total in the truth.
    """

    district: str
    title: str
    year: int
    project_name: str
    department: str
    unit: str
    leader: str | None
    phone: str | None
    funds: tuple[FundFacts, FundFacts, FundFacts, FundFacts]
    goal_expected: str
    goal_actual: str
    indicators: tuple[IndicatorFacts, ...]
    total_weight: str
    total_score: str
    has_deviation: bool = True
    has_nature: bool = False
    notes: tuple[str, ...] = ()
    id: str = ""
    complete: bool = True
    findings: tuple[ExpectedFinding, ...] = field(default=())

    def truth(self) -> dict[str, Any]:
        """Return the form as the evaluator reads it."""
        record = asdict(self)
        del record["findings"]
        record["funds"] = dict(zip(FUND_LABELS, record["funds"], strict=True))
        if not self.complete:
            record["total_weight"] = record["total_score"] = None
        return record


@dataclass(frozen=True, slots=True)
class Truth:
    """What one drawn document says: its forms in print order, and how it has to be read."""

    file: str
    source: Source
    forms: tuple[FormFacts, ...]
    pages: int

    def renamed(self, file: str, source: Source | None = None, pages: int | None = None) -> Truth:
        """Return the truth of the same forms in another file."""
        return Truth(file, source or self.source, self.forms, pages or self.pages)


def write_truth(path: Path, documents: Iterable[Truth]) -> None:
    """Write the truth of some documents, as `evaluate.py --truth` reads it."""
    records = [
        {"file": d.file, "source": d.source, "pages": d.pages, "forms": [f.truth() for f in d.forms]} for d in documents
    ]
    path.write_text(json.dumps(records, ensure_ascii=False, indent=1), encoding="utf-8")


def write_findings(path: Path, documents: Sequence[Truth]) -> None:
    """Write the findings that were planted, as `evaluate.py --findings` reads them."""
    records = [
        {"file": d.file, "form_no": no, "project": form.project_name, **asdict(finding)}
        for d in documents
        for no, form in enumerate(d.forms, start=1)
        for finding in form.findings
    ]
    path.write_text(json.dumps(records, ensure_ascii=False, indent=1), encoding="utf-8")
