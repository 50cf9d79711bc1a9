"""A form's rows put together again as the printed table, each value with its place on the page and what is in doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.dataset.columns import heading
from pipeline.export.layout import workbook_layout
from pipeline.records import CellRow, FindingRow, FormRow, FundRow, IndicatorRow, ScoreRow
from pipeline.report.readings import describe_amount, describe_value
from pipeline.scoring.catalogue import finding_kinds
from pipeline.scoring.explain import STATUS_NAMES, VERDICT_NAMES, describe_decision, fund_name
from pipeline.scoring.wording import show_points

CellKey = tuple[str, int | None, str]

LOW = 0.9
"""Confidence below which it is shown beside a value that is not in doubt otherwise."""


@dataclass(frozen=True, slots=True)
class Place:
    """A box on a page as it is shown: points, origin at the top left; pages count from 1."""

    page: int
    box: tuple[float, float, float, float]

    @property
    def data(self) -> str:
        """Return the box as four numbers, for the page's script."""
        return ",".join(f"{edge:.1f}" for edge in self.box)


@dataclass(frozen=True, slots=True)
class Field:
    """One printed value. `reading` is what was made of it, `doubt` says in Chinese why a person should look,
    `decided` what a reviewer made of it.
    """

    anchor: str
    label: str
    text: str | None
    place: Place | None = None
    reading: str = ""
    doubt: str = ""
    confidence: float = 1.0
    first: str = ""
    decided: str = ""

    @property
    def unsure(self) -> bool:
        """Tell whether the confidence is to be shown."""
        return self.confidence < LOW


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding as it is shown."""

    anchor: str
    code: str
    title: str
    status: str
    status_name: str
    severity: str
    severity_name: str
    message: str


@dataclass(frozen=True, slots=True)
class Score:
    """A score recomputed: what the rule allows, the verdict and the sentence that explains it."""

    verdict: str
    verdict_name: str
    expected: str
    reported: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator row: its cells with the number of rows they span (0: part of the cell above)."""

    row_no: int
    cells: tuple[tuple[Field, int], ...]
    score: Score | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """A whole form for its page."""

    form: FormRow
    profile: str
    profile_reason: str
    facts: tuple[Field, ...]
    goals: tuple[Field, ...]
    fund_columns: tuple[str, ...]
    funds: tuple[tuple[str, Field, tuple[Field, ...]], ...]
    execution: Score | None
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    totals: tuple[Field, ...]
    total: Score | None
    below: tuple[Field, ...]
    findings: tuple[Finding, ...]
    doubted: int


FACTS = ("project_name", "project_code", "department", "implementing_unit", "project_leader", "phone")
GOALS = ("initial_goal", "expected_goal", "actual_goal")
OPTIONAL = frozenset({"initial_goal"})
"""Goals that few templates print."""

BELOW = ("conclusion", "problems", "measures", "remarks")
TOTALS = ("total_weight_raw", "total_score_raw")
FUNDS = ("initial_budget_raw", "annual_budget_raw", "executed_raw", "weight_raw", "execution_rate_raw", "score_raw")
INDICATORS = (
    "level1",
    "level2",
    "level3",
    "nature_raw",
    "initial_target_raw",
    "target_raw",
    "unit_raw",
    "actual_raw",
    "weight_raw",
    "score_raw",
    "deviation_raw",
    "further_raw",
)
CARRIED = ("level1", "level2")
"""Columns whose printed cells span rows."""


def print_form(form: FormRow, rows: Mapping[str, Sequence[Any]]) -> PrintedForm:
    """Return one form as it is to be shown, from its rows by the names of the other tables."""
    funds: Sequence[FundRow] = rows["funds"]
    indicators: Sequence[IndicatorRow] = rows["indicators"]
    cells: Sequence[CellRow] = rows["cells"]
    scores: Sequence[ScoreRow] = rows["scores"]
    findings: Sequence[FindingRow] = rows["findings"]
    known: dict[CellKey, CellRow] = {(cell.table, cell.row_no, cell.field): cell for cell in cells}
    shown = _findings(findings)
    columns = tuple(name for name in INDICATORS if any(getattr(row, name) is not None for row in indicators))
    return PrintedForm(
        form=form,
        profile=scores[0].profile if scores else "",
        profile_reason=(scores[0].profile_reason or "") if scores else "",
        facts=tuple(_field(known, "form", None, name, getattr(form, name)) for name in FACTS),
        goals=tuple(
            _field(known, "form", None, name, text)
            for name in GOALS
            if (text := getattr(form, name)) is not None or name not in OPTIONAL
        ),
        fund_columns=tuple(heading("funds", name) for name in FUNDS),
        funds=tuple(_fund(known, fund.row_no, fund) for fund in funds),
        execution=_score(scores, "execution_rate", None),
        columns=columns,
        lines=tuple(_lines(known, columns, indicators, scores, shown)),
        totals=tuple(_field(known, "form", None, name, getattr(form, name)) for name in TOTALS),
        total=_score(scores, "total", None),
        below=tuple(_field(known, "form", None, name, getattr(form, name)) for name in BELOW),
        findings=tuple(shown.get(None, ())),
        doubted=sum(cell.needs_review for cell in cells),
    )


def _field(
    known: Mapping[CellKey, CellRow], table: str, row_no: int | None, name: str, text: str | None, *, reading: str = ""
) -> Field:
    anchor = "-".join(["v", table, *([str(row_no)] if row_no is not None else []), name.removesuffix("_raw")])
    label = heading({"form": "forms", "fund": "funds", "indicator": "indicators"}[table], name)
    cell = known.get((table, row_no, name))
    if cell is None:
        return Field(anchor, label, text, reading=reading)
    reasons = workbook_layout().words["review_reason"]
    reason = (cell.review_reason or "").partition(",")[0]
    doubt = reasons.get(reason, cell.review_reason or "须核对") if cell.needs_review else ""
    first = cell.text if text is not None and cell.text != text else ""
    decided = describe_decision(cell)
    return Field(anchor, label, text, _place(cell), reading, doubt, cell.confidence, first, decided)


def _place(cell: CellRow) -> Place | None:
    edges = (cell.x0, cell.y0, cell.x1, cell.y1)
    if cell.page is None or None in edges or cell.source == "docx":
        return None
    return Place(cell.page, tuple(float(edge or 0.0) for edge in edges))  # type: ignore[arg-type]


def _fund(known: Mapping[CellKey, CellRow], number: int, fund: FundRow) -> tuple[str, Field, tuple[Field, ...]]:
    fields = (
        _field(known, "fund", number, name, getattr(fund, name), reading=describe_amount(fund, name))
        if name not in {"weight_raw", "score_raw"}
        else _field(known, "fund", number, name, getattr(fund, name))
        for name in FUNDS
    )
    return fund_name(fund), _field(known, "fund", number, "label_raw", fund.label_raw), tuple(fields)


def _lines(
    known: Mapping[CellKey, CellRow],
    columns: Sequence[str],
    rows: Sequence[IndicatorRow],
    scores: Sequence[ScoreRow],
    findings: Mapping[int | None, Sequence[Finding]],
) -> list[Line]:
    spans = {name: _spans(known, name, rows) for name in CARRIED}
    lines = []
    for index, row in enumerate(rows):
        cells = []
        for name in columns:
            reading = {"target_raw": "target", "actual_raw": "actual"}.get(name)
            said = describe_value(row, reading) if reading else ""  # type: ignore[arg-type]
            field = _field(known, "indicator", row.row_no, name, getattr(row, name), reading=said)
            cells.append((field, spans[name][index] if name in spans else 1))
        own = tuple(findings.get(row.row_no, ()))
        lines.append(Line(row.row_no, tuple(cells), _score(scores, "indicator", row.row_no), own))
    return lines


def _spans(known: Mapping[CellKey, CellRow], name: str, rows: Sequence[IndicatorRow]) -> list[int]:
    """Return for each row how many rows its cell spans, 0 where the cell above goes on: both have one box then."""
    spans: list[int] = []
    start = 0
    for index, row in enumerate(rows):
        here, above = (known.get(("indicator", one.row_no, name)) for one in (row, rows[index - 1]))
        same = index > 0 and here is not None and above is not None and _box(here) == _box(above)
        if same and getattr(row, name) == getattr(rows[index - 1], name):
            spans.append(0)
            spans[start] += 1
        else:
            start = index
            spans.append(1)
    return spans


def _box(cell: CellRow) -> tuple[object, ...]:
    return (cell.page, cell.x0, cell.y0, cell.x1, cell.y1)


def _score(scores: Sequence[ScoreRow], item: str, row_no: int | None) -> Score | None:
    found = next((score for score in scores if score.item == item and row_no in (None, score.row_no)), None)
    if found is None:
        return None
    low, high = found.expected_min, found.expected_max
    both = "—" if low is None or high is None else show_points(high)
    expected = both if low == high or low is None or high is None else f"{show_points(low)}—{show_points(high)}"
    reported = "—" if found.reported_score is None else show_points(found.reported_score)
    return Score(found.verdict, VERDICT_NAMES[found.verdict], expected, reported, found.explanation)


def _findings(findings: Sequence[FindingRow]) -> dict[int | None, list[Finding]]:
    """Return the findings by row; the link to each is made of its row and code, and a number where that repeats."""
    shown: dict[int | None, list[Finding]] = {}
    kinds, severities = finding_kinds(), workbook_layout().words["severity"]
    for finding in findings:
        row_no = finding.indicator_no
        row = shown.setdefault(row_no, [])
        stem = f"f-{'form' if row_no is None else row_no}-{finding.code}"
        repeated = sum(one.code == finding.code for one in row)
        row.append(
            Finding(
                anchor=f"{stem}-{repeated + 1}" if repeated else stem,
                code=finding.code,
                title=kinds[finding.code].title if finding.code in kinds else finding.code,
                status=finding.status,
                status_name=STATUS_NAMES[finding.status],
                severity=finding.severity,
                severity_name=severities[finding.severity],
                message=finding.message,
            )
        )
    return shown
