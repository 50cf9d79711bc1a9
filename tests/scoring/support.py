"""Rows of the dataset made by hand for the scoring tests: small forms, and the forms of the corpus, where it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.dataset.fields import printed_names
from pipeline.forms.districts import find_districts
from pipeline.labels.levels import level_codes
from pipeline.records import FUND_TYPES, CellRow, FormRow, FundRow, IndicatorRow
from pipeline.scoring import ScoringInput, gather_inputs
from pipeline.units import parse_amount, parse_number, parse_rate
from tests.places import SHARED

FUND_LABELS = ("年度资金总额", "其中：当年财政拨款", "上年结转资金", "其他资金")


def shared_file(path: str) -> Any:
    """Read a JSON file of ../shared, or skip the test where it is absent."""
    file = SHARED / path
    if not file.exists():
        pytest.skip(f"{path} is not beside the repository (../shared)")
    return json.loads(file.read_text(encoding="utf-8"))


def fund_row(kind: Any, cells: dict[str, str | None], unit: str = "万元", form_id: str = "f-001") -> FundRow:
    return FundRow(
        form_id=form_id,
        row_no=FUND_TYPES.index(kind) + 1,
        fund_type=kind,
        adds_to_total=kind != "total",
        initial_budget_raw=cells.get("initial"),
        annual_budget_raw=cells.get("full_year"),
        executed_raw=cells.get("executed"),
        weight_raw=cells.get("weight"),
        execution_rate_raw=cells.get("rate"),
        score_raw=cells.get("score"),
        initial_budget_yuan=parse_amount(cells.get("initial"), unit),
        annual_budget_yuan=parse_amount(cells.get("full_year"), unit),
        executed_yuan=parse_amount(cells.get("executed"), unit),
        weight=parse_number(cells.get("weight")),
        execution_rate=parse_rate(cells.get("rate")),
        score=parse_number(cells.get("score")),
    )


def indicator_row(row_no: int, cells: dict[str, str | None], form_id: str = "f-001") -> IndicatorRow:
    level1, level2 = cells.get("level1") or "", cells.get("level2") or ""
    code1, code2 = level_codes(level1, level2)
    return IndicatorRow(
        form_id=form_id,
        row_no=row_no,
        level1=level1,
        level2=level2,
        level3=cells.get("level3"),
        nature_raw=cells.get("nature"),
        target_raw=cells.get("target"),
        unit_raw=cells.get("unit"),
        actual_raw=cells.get("actual"),
        weight_raw=cells.get("weight"),
        score_raw=cells.get("score"),
        deviation_raw=cells.get("deviation"),
        weight=parse_number(cells.get("weight")),
        score=parse_number(cells.get("score")),
        level1_code=code1,
        level2_code=code2,
    )


def truth_input(facts: dict[str, Any], file: str, form_no: int, *, recognised: bool = False) -> ScoringInput:
    """Build the rows of a form from what the corpus says is printed."""
    form_id = f"{file}-{form_no:03d}"
    form = FormRow(
        form_id=form_id,
        document_id=file,
        file_name=file,
        form_no=form_no,
        page_first=1,
        page_last=1,
        year=facts["year"],
        district=facts["district"],
        district_code=next(iter(find_districts(f"北京市{facts['district']}")), None),
        department=facts["department"],
        implementing_unit=facts["unit"],
        project_name=facts["project_name"],
        expected_goal=facts["goal_expected"],
        actual_goal=facts["goal_actual"],
        total_weight_raw=facts["total_weight"],
        total_score_raw=facts["total_score"],
        total_weight=parse_number(facts["total_weight"]),
        total_score=parse_number(facts["total_score"]),
        complete=bool(facts["total_weight"]),
        has_deviation_column=facts["has_deviation"],
        notes="\n".join(facts["notes"]) or None,
    )
    funds = tuple(
        fund_row(kind, facts["funds"].get(label, {}), form_id=form_id)
        for kind, label in zip(FUND_TYPES, FUND_LABELS, strict=True)
    )
    rows = tuple(indicator_row(no, cells, form_id) for no, cells in enumerate(facts["indicators"], 1))
    return ScoringInput(form, funds, rows, recognised=recognised)


def corpus_inputs() -> list[ScoringInput]:
    """Return every form of the development corpus, or skip where it is absent."""
    return [
        truth_input(facts, document["file"], number, recognised=document["source"] == "scan")
        for document in shared_file("corpus/dev/truth.json")
        for number, facts in enumerate(document["forms"], 1)
    ]


def row(
    target: str | None, actual: str | None, weight: str = "10", score: str = "10", **cells: str | None
) -> dict[str, Any]:
    """Describe one indicator row; a 数量指标 unless levels are given."""
    base = {"level1": "产出指标", "level2": "数量指标", "level3": "服务企业数量", "deviation": ""}
    return base | {"target": target, "actual": actual, "weight": weight, "score": score} | cells


QUIET_ROWS = (
    row("≥90%", "95%", "10", "10", level1="满意度指标", level2="服务对象满意度指标", level3="用户满意度"),
    row("定期公开", "按时公开了全部信息", "30", "30", level1="效益指标", level2="社会效益指标", level3="信息公开"),
)


def small_form(
    *rows: dict[str, Any], total: str | None = None, fund: dict[str, Any] | None = None, **changes: Any
) -> Any:
    """Build a form around some indicator rows; the rest of it is sound and the weights add up to 100."""
    own = [indicator_row(number, cells) for number, cells in enumerate(rows, 1)]
    used = sum(float(r.weight or 0) for r in own) + 40
    filler = row("≥1份", "1份", f"{max(0.0, 90 - used):g}", f"{max(0.0, 90 - used):g}", level3="工作报告")
    rest = [indicator_row(number, cells) for number, cells in enumerate((*QUIET_ROWS, filler), len(own) + 1)]
    amounts = {"initial": "30", "full_year": "30", "executed": "30", "weight": "10", "rate": "100%", "score": "10"}
    funds = [fund_row("total", amounts | (fund or {}))]
    funds += [fund_row("fiscal", amounts | (fund or {}) | {"weight": "—", "score": "—"})]
    funds += [fund_row(kind, {"weight": "—", "score": "—"}) for kind in FUND_TYPES[2:]]
    points = sum(float(r.score or 0) for r in (*own, *rest)) + float(funds[0].score or 0)
    printed = f"{points:g}" if total is None else total
    fields: dict[str, Any] = {
        "form_id": "f-001",
        "document_id": "f",
        "file_name": "f.pdf",
        "form_no": 1,
        "page_first": 1,
        "page_last": 1,
        "year": 2024,
        "district": "通州区",
        "department": "某局",
        "implementing_unit": "某单位",
        "project_name": "某项目",
        "expected_goal": "完成全年工作",
        "actual_goal": "完成了全年工作",
        "total_weight_raw": "100",
        "total_score_raw": printed,
        "complete": True,
    }
    fields |= changes
    fields["total_weight"] = parse_number(fields["total_weight_raw"])
    fields["total_score"] = parse_number(fields["total_score_raw"])
    extra = {name: fields.pop(name) for name in ("doubted", "recognised") if name in fields}
    return ScoringInput(FormRow(**fields), tuple(funds), (*own, *rest), **extra)


def cells_of(source: ScoringInput, **changes: Any) -> list[CellRow]:
    """Return the cells of a form, one under the other on page 2, all read for certain; absent columns have none."""
    texts: list[tuple[Any, int | None, str, str | None]] = [
        *(("form", None, name, getattr(source.form, name)) for name in printed_names("form")),
        *(
            ("fund", number, name, getattr(fund, name))
            for number, fund in enumerate(source.funds, 1)
            for name in printed_names("fund")
        ),
        *(
            ("indicator", row.row_no, name, getattr(row, name))
            for row in source.indicators
            for name in printed_names("indicator")
        ),
    ]
    facts: dict[str, Any] = {"source": "text", "confidence": 1.0, "needs_review": False} | changes
    return [
        CellRow(
            form_id=source.form.form_id,
            table=table,
            row_no=row_no,
            field=name,
            text=text,
            page=2,
            x0=50.0,
            y0=10.0 * place,
            x1=90.0,
            y1=10.0 * place + 8,
            **facts,
        )
        for place, (table, row_no, name, text) in enumerate(texts)
        if text is not None
    ]


def from_cells(source: ScoringInput, cells: list[CellRow]) -> ScoringInput:
    """Return the form as it is opened from the rows of a dataset."""
    (gathered,) = gather_inputs([source.form], source.funds, source.indicators, cells)
    return gathered
