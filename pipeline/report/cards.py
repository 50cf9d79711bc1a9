"""Findings as they are shown: in words, with a chip for every printed field that they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.export.layout import workbook_layout
from pipeline.records import FieldKey, FindingRow
from pipeline.report.fields import PrintedField
from pipeline.report.readings import group_digits
from pipeline.report.rests import list_rests
from pipeline.report.weights import gravity, weigh_finding
from pipeline.scoring.catalogue import finding_kinds
from pipeline.scoring.explain import STATUS_NAMES


@dataclass(frozen=True, slots=True)
class Chip:
    """A link to one printed value: which row and column, what stands there, and whether its place is known."""

    anchor: str
    label: str
    text: str
    placed: bool


@dataclass(frozen=True, slots=True)
class FindingCard:
    """A finding as it is shown; `amount` is in 元, `points` in 分, `first` the first field that it rests on."""

    anchor: str
    code: str
    title: str
    status: str
    status_name: str
    severity: str
    severity_name: str
    message: str
    row_no: int | None
    reported: str
    expected: str
    amount: str
    weight: int
    chips: tuple[Chip, ...]
    first: PrintedField | None


def make_cards(findings: Sequence[FindingRow], fields: Mapping[FieldKey, PrintedField]) -> tuple[FindingCard, ...]:
    """Return the findings, the gravest first; each link is made of row and code, and a number where that repeats."""
    anchors = _anchors(findings)
    ranked = sorted(zip(findings, anchors, strict=True), key=lambda pair: gravity(pair[0]))
    return tuple(_card(finding, anchor, fields) for finding, anchor in ranked)


def by_row(cards: Iterable[FindingCard]) -> dict[int | None, list[FindingCard]]:
    """Return the findings by the indicator that they are about, None for those about the form."""
    rows: dict[int | None, list[FindingCard]] = {}
    for card in cards:
        rows.setdefault(card.row_no, []).append(card)
    return rows


def _anchors(findings: Iterable[FindingRow]) -> list[str]:
    seen: dict[str, int] = {}
    anchors = []
    for finding in findings:
        row_no = finding.indicator_no
        stem = f"f-{'form' if row_no is None else row_no}-{finding.code}"
        seen[stem] = seen.get(stem, 0) + 1
        anchors.append(stem if seen[stem] == 1 else f"{stem}-{seen[stem]}")
    return anchors


def _card(finding: FindingRow, anchor: str, fields: Mapping[FieldKey, PrintedField]) -> FindingCard:
    kinds, severities = finding_kinds(), workbook_layout().words["severity"]
    rests = [(key, fields[key]) for key in list_rests(finding) if key in fields]
    return FindingCard(
        anchor=anchor,
        code=finding.code,
        title=kinds[finding.code].title if finding.code in kinds else finding.code,
        status=finding.status,
        status_name=STATUS_NAMES[finding.status],
        severity=finding.severity,
        severity_name=severities[finding.severity],
        message=finding.message,
        row_no=finding.indicator_no,
        reported=finding.reported or "",
        expected=finding.expected or "",
        amount="" if finding.amount_yuan is None else show_money(finding.amount_yuan),
        weight=weigh_finding(finding),
        chips=tuple(_chip(key, field) for key, field in rests),
        first=next((field for _, field in rests if field.place), None),
    )


def _chip(key: FieldKey, field: PrintedField) -> Chip:
    table, row_no, _ = key
    row = f"第 {row_no} 行 " if table == "indicator" else f"{field.row} " if field.row else ""
    return Chip(field.anchor, f"{row}{field.label}", field.text or "（空）", field.place is not None)


def show_money(amount: Decimal) -> str:
    """Return an amount in 万元, which auditors compare in; below 100 元 in 元."""
    if abs(amount) < 100:
        return f"{group_digits(amount)} 元"
    return f"{group_digits((amount / 10_000).quantize(Decimal('1.00')))} 万元"
