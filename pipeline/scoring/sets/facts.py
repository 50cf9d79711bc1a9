"""A form reduced to what it is compared by: who, which project, the money, the indicators with their typed numbers.

Facts come from the rows of the dataset and go through JSON unchanged, so that they can be kept beside the results.
Numbers are floats (points, base units, 元); nothing is computed from them but comparisons.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from pipeline.scoring.facts import scoring_facts
from pipeline.scoring.sets.names import fold_department, fold_name, fold_text


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """One indicator row: its canonical class, folded name, typed target and actual, points."""

    row_no: int
    level: str
    name: str
    target_raw: str
    actual_raw: str
    kind: str | None
    comparator: str | None
    target: float | None
    target_unit: str | None
    actual: float | None
    actual_unit: str | None
    actual_exact: bool
    weight: float | None
    score: float | None

    @property
    def direction(self) -> int:
        """1 where more is better, -1 where less is better, 0 where that is not said."""
        if self.kind not in {"quantitative", "duration"}:
            return 0
        return {">=": 1, ">": 1, "<=": -1, "<": -1}.get(self.comparator or "", 0)


@dataclass(frozen=True, slots=True)
class FormFacts:
    """One form. `department` is folded, `trust` grows as its reading is surer, `doubted` has keys of fields."""

    form_id: str
    document_id: str
    file_name: str
    form_no: int
    kind: str
    year: int | None
    district: str
    department: str
    department_printed: str
    unit: str
    project: str
    project_printed: str
    code: str
    expected_goal: str
    actual_goal: str
    total_weight: float | None
    total_score: float | None
    initial: float | None
    annual: float | None
    executed: float | None
    project_spending: float | None
    complete: bool
    trust: int
    profile: str
    doubted: tuple[str, ...]
    indicators: tuple[IndicatorFacts, ...]

    @property
    def label(self) -> str:
        """How messages name the form."""
        return f"{self.file_name} 第 {self.form_no} 表"

    @property
    def group(self) -> str:
        """The department that the form is compared inside of; without one, the project's code or the document."""
        return f"{self.district}|{self.department}" if self.department else f"|{self.code or self.document_id}"


Rows = Sequence[Mapping[str, Any]]
"""Rows of a table of the dataset, as columns by name."""


GATHERED: Mapping[str, Sequence[str]] = {
    "forms": (
        *("form_id", "document_id", "file_name", "form_no", "form_kind", "year", "district_code", "district"),
        *("department", "department_key", "implementing_unit", "project_name", "project_code", "expected_goal"),
        *("actual_goal", "total_weight", "total_score", "complete"),
    ),
    "funds": ("form_id", "fund_type", "label_raw", "initial_budget_yuan", "annual_budget_yuan", "executed_yuan"),
    "indicators": (
        *("form_id", "row_no", "level1_code", "level2_code", "level3", "target_raw", "actual_raw", "weight", "score"),
        *("target_kind", "target_comparator", "target_base_value", "target_base_unit"),
        *("actual_kind", "actual_comparator", "actual_base_value", "actual_base_unit"),
    ),
    "cells": ("form_id", "table", "row_no", "field", "text", "source", "needs_review"),
    "scores": ("form_id", "profile"),
}
"""Columns that facts are gathered from. Of the cells those are enough that ask for review or come from a picture."""


def gather_facts(tables: Mapping[str, Rows]) -> list[FormFacts]:
    """Return the facts of the forms of one document, in their order; `tables` are its rows by table."""
    indicators: defaultdict[str, list[IndicatorFacts]] = defaultdict(list)
    for row in tables["indicators"]:
        if fold_text(row["level3"]) or fold_text(row["target_raw"]):
            indicators[row["form_id"]].append(_indicator(row))
    funds: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in tables["funds"]:
        funds[row["form_id"]].append(row)
    doubted, pictures = _doubts(tables["cells"])
    profiles = {row["form_id"]: row["profile"] for row in tables["scores"]}
    return [
        _form(
            row,
            funds[row["form_id"]],
            tuple(indicators[row["form_id"]]),
            doubted=tuple(sorted(doubted[row["form_id"]])),
            scanned=row["form_id"] in pictures,
            profile=profiles.get(row["form_id"], scoring_facts().default_profile),
        )
        for row in tables["forms"]
    ]


def _doubts(cells: Rows) -> tuple[defaultdict[str, set[str]], set[str]]:
    """Return by form the fields that were not read for certain, and the forms read from pictures."""
    doubted: defaultdict[str, set[str]] = defaultdict(set)
    pictures: set[str] = set()
    for cell in cells:
        scanned = cell["source"] == "ocr"
        if scanned:
            pictures.add(cell["form_id"])
        if cell["needs_review"] or (scanned and not cell["text"].strip()):
            row_no = "" if cell["row_no"] is None else cell["row_no"]
            doubted[cell["form_id"]].add(f"{cell['table']}:{row_no}:{cell['field']}")
    return doubted, pictures


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _indicator(row: Mapping[str, Any]) -> IndicatorFacts:
    return IndicatorFacts(
        row_no=row["row_no"],
        level=row["level2_code"] or row["level1_code"] or "",
        name=fold_name(row["level3"]),
        target_raw=fold_text(row["target_raw"]),
        actual_raw=fold_text(row["actual_raw"]),
        kind=row["target_kind"],
        comparator=row["target_comparator"],
        target=_number(row["target_base_value"]),
        target_unit=row["target_base_unit"],
        actual=_number(row["actual_base_value"]),
        actual_unit=row["actual_base_unit"],
        actual_exact=row["actual_kind"] in {"quantitative", "duration"} and row["actual_comparator"] in {None, "="},
        weight=_number(row["weight"]),
        score=_number(row["score"]),
    )


def _form(
    row: Mapping[str, Any],
    funds: Rows,
    indicators: tuple[IndicatorFacts, ...],
    *,
    doubted: tuple[str, ...],
    scanned: bool,
    profile: str,
) -> FormFacts:
    totals = [fund for fund in funds if fund["fund_type"] == "total"]
    total = next((fund for fund in totals if fund.get("label_raw")), totals[0] if totals else {})
    spending = [_number(f["executed_yuan"]) for f in funds if f["fund_type"] == "project_spending"]
    return FormFacts(
        form_id=row["form_id"],
        document_id=row["document_id"],
        file_name=row["file_name"],
        form_no=row["form_no"],
        kind=row.get("form_kind") or "project",
        year=row["year"],
        district=row["district_code"] or row["district"] or "",
        department=row.get("department_key") or fold_department(row["department"]),
        department_printed=(row["department"] or "").strip(),
        unit=fold_department(row["implementing_unit"]),
        project=fold_name(row["project_name"]),
        project_printed=(row["project_name"] or "").strip(),
        code=(row.get("project_code") or "").strip().upper(),
        expected_goal=fold_text(row["expected_goal"]),
        actual_goal=fold_text(row["actual_goal"]),
        total_weight=_number(row["total_weight"]),
        total_score=_number(row["total_score"]),
        initial=_number(total.get("initial_budget_yuan")),
        annual=_number(total.get("annual_budget_yuan")),
        executed=_number(total.get("executed_yuan")),
        project_spending=next((amount for amount in spending if amount is not None), None),
        complete=row["complete"],
        trust=(0 if scanned else 1000) - len(doubted) + (1 if row["complete"] else -500),
        profile=profile,
        doubted=doubted,
        indicators=indicators,
    )


_FORM_FIELDS = tuple(field.name for field in fields(FormFacts))
_INDICATOR_FIELDS = tuple(field.name for field in fields(IndicatorFacts))


def encode_facts(form: FormFacts) -> str:
    """Return the facts of a form as JSON; the file's name may change and is not part of it."""
    rows = [[getattr(row, name) for name in _INDICATOR_FIELDS] for row in form.indicators]
    return json.dumps([*(getattr(form, name) for name in _FORM_FIELDS[:-1]), rows], ensure_ascii=False)


def decode_facts(text: str, file_name: str | None = None) -> FormFacts:
    """Return the facts that `encode_facts` wrote, under the name that the file has now."""
    *values, rows = json.loads(text)
    found = dict(zip(_FORM_FIELDS, values, strict=False))
    found["doubted"] = tuple(found["doubted"])
    form = FormFacts(**found, indicators=tuple(IndicatorFacts(*row) for row in rows))
    return form if file_name is None else replace(form, file_name=file_name)


def amounts_of(form: FormFacts) -> tuple[float | None, float | None, float | None]:
    """Return the amounts of the form's total: 年初预算数, 全年预算数, 全年执行数."""
    return form.initial, form.annual, form.executed


def without(forms: Iterable[FormFacts], left_out: Mapping[str, str]) -> list[FormFacts]:
    """Return the forms that are no duplicates of others."""
    return [form for form in forms if form.form_id not in left_out]
