"""Scores and findings from a document's own rows: while it is read, or later from the dataset under another profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipeline.dataset.documents import DocumentRecords
from pipeline.models import Form, PageIssue
from pipeline.records import Coded, FindingRow, FormRow, ScoreRow
from pipeline.scoring import (
    Profile,
    ScoringInput,
    assess_form,
    choose_profile,
    compare_forms,
    finding_kinds,
    gather_inputs,
    grade,
)
from pipeline.speech.language import translate
from pipeline.units import RowValues

READING_FINDINGS = frozenset(
    {
        "unknown_label",
        "unassigned_text",
        "money_unit_conflict",
        "template_unclear",
        "text_in_no_cell",
        "irregular_cells",
        "row_cut_by_page_break",
        "form_head_missing",
    }
)
"""What the reader of a form could not settle. These findings follow from the document, not from its rows, and stay."""


def reading_findings(form: Form, form_id: str) -> tuple[FindingRow, ...]:
    """Return what the reader of a form could not settle, as findings that suspect the reading."""
    kinds = finding_kinds()
    return tuple(
        FindingRow(
            form_id=form_id,
            code=Coded(issue.code),
            status="extraction_suspect",
            severity=kinds[issue.code].severity,
            profile=Coded(NO_PROFILE),
            message=translate(issue.message),
            page=issue.page,
            **_edges(issue),
        )
        for issue in form.issues
        if issue.code in READING_FINDINGS
    )


def _edges(issue: PageIssue) -> dict[str, Any]:
    """Return the box of an issue that is about one place."""
    box = issue.place.box if issue.place else None
    if box is None:
        return {}
    return {name: round(getattr(box, name), 2) for name in ("x0", "y0", "x1", "y1")}


NO_PROFILE = "none"
"""In place of a profile's name where no rule of any profile is concerned."""


def score_records(
    records: DocumentRecords,
    profile: str | None = None,
    values: Mapping[str, Mapping[int, RowValues]] | None = None,
) -> DocumentRecords:
    """Return the records with grades, scores and findings as the rules give them.

    `profile` names the rule set for all forms; None chooses one by each form's notes and district.
    `values` are what indicators were read to say, by form and row_no; None reads them from their raw texts.
    """
    noticed = tuple(_weigh(finding) for finding in records.findings if finding.code in READING_FINDINGS)
    sources = gather_inputs(records.forms, records.funds, records.indicators, records.cells, noticed, values=values)
    if not sources:
        return replace(records, scores=(), findings=())
    assessed = [_assess(source, profile) for source in sources]
    common, _ = _choose(sources[0], profile)
    together = compare_forms(sources, common) if len(sources) > 1 else ()
    return replace(
        records,
        forms=tuple(form for form, _, _ in assessed),
        scores=tuple(row for _, rows, _ in assessed for row in rows),
        findings=(*(row for _, _, rows in assessed for row in rows), *together, *noticed),
    )


def _weigh(noticed: FindingRow) -> FindingRow:
    """Return what the reader of a form could not settle, as severe as the catalogue has it now."""
    return replace(noticed, severity=finding_kinds()[noticed.code].severity)


def _choose(source: ScoringInput, requested: str | None) -> tuple[Profile, str]:
    form = source.form
    return choose_profile(form.notes, form.district_code, requested, form.form_kind)


def _assess(
    source: ScoringInput, requested: str | None
) -> tuple[FormRow, tuple[ScoreRow, ...], tuple[FindingRow, ...]]:
    profile, reason = _choose(source, requested)
    scores, findings = assess_form(source, profile, reason)
    return replace(source.form, grade=grade(source.form.total_score, profile)), scores, findings
