"""Facts of forms made by hand, for the tests of sets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.scoring.sets.facts import FormFacts, IndicatorFacts
from pipeline.scoring.sets.names import fold_name

PLAIN_ROW = IndicatorFacts(
    row_no=1,
    level="output.quantity",
    name="",
    target_raw="",
    actual_raw="",
    kind="quantitative",
    comparator=">=",
    target=None,
    target_unit="个",
    actual=None,
    actual_unit="个",
    actual_exact=True,
    weight=10.0,
    score=10.0,
)

PLAIN_FORM = FormFacts(
    form_id="",
    document_id="",
    file_name="f.pdf",
    form_no=1,
    kind="project",
    year=2024,
    district="110112",
    department="某局",
    department_printed="某局",
    unit="某单位",
    project="",
    project_printed="",
    code="",
    expected_goal="",
    actual_goal="",
    total_weight=100.0,
    total_score=98.0,
    initial=None,
    annual=None,
    executed=None,
    project_spending=None,
    complete=True,
    trust=1000,
    profile="beijing-2024",
    doubted=(),
    indicators=(),
)


def indicator_facts(row_no: int, name: str, target: float | None = None, **changes: Any) -> IndicatorFacts:
    """Return an indicator with a target (≥ unless told otherwise) and an actual just as high."""
    shown = "" if target is None else f"≥{target:g}个"
    own: dict[str, Any] = {"target": target, "target_raw": shown, "actual": target, "actual_raw": shown[1:]}
    return replace(PLAIN_ROW, row_no=row_no, name=fold_name(name), **own | changes)


def form_facts(form_id: str, *, project: str = "", **changes: Any) -> FormFacts:
    """Return a form of a document of its own."""
    own: dict[str, Any] = {"document_id": form_id.rpartition("-")[0]}
    names = {"project": fold_name(project), "project_printed": project}
    return replace(PLAIN_FORM, form_id=form_id, **own | names | changes)
