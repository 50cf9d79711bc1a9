"""A form → its rows of `findings`: all checks run, and the status of each finding settled by how far it can be trusted.

A finding is `extraction_suspect` where a field it rests on was not read for certain, where the form's end is missing
and the finding speaks of what is not there, or where one slip of the recogniser would explain it
(`pipeline.scoring.trust`).
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.records import Coded, FieldKey, FindingRow, FindingStatus, FormRow, Money, ScoreRow
from pipeline.scoring.case import NOWHERE, Case, ScoringInput, is_blank_form, is_scored, open_case, show_evidence
from pipeline.scoring.catalogue import finding_kinds
from pipeline.scoring.checks.actuals import ACTUAL_CHECKS, ACTUAL_FORM_CHECKS
from pipeline.scoring.checks.claims import CLAIM_CHECKS, CLAIM_ROW_CHECKS
from pipeline.scoring.checks.money import COST_ROW_CHECKS, MONEY_CHECKS, check_budget, check_parts
from pipeline.scoring.checks.points import POINT_CHECKS
from pipeline.scoring.checks.scale import SCALE_CHECKS, SCALE_ROW_CHECKS
from pipeline.scoring.checks.setting import SETTING_CHECKS, SETTING_ROW_CHECKS
from pipeline.scoring.checks.sums import SUM_CHECKS
from pipeline.scoring.checks.targets import TARGET_CHECKS, TARGET_FORM_CHECKS, check_names
from pipeline.scoring.drafts import Draft, run_form_checks, run_row_checks
from pipeline.scoring.facts import scoring_facts
from pipeline.scoring.profiles import Profile
from pipeline.scoring.rules import direction_rule
from pipeline.scoring.scores import is_scored_form, refuse_form, score_case
from pipeline.scoring.trust.certainty import rests_on_certain
from pipeline.scoring.trust.readings import rests_on_plain_readings
from pipeline.scoring.trust.slips import explains_by_slip, misread_variants, slip_variants

FORM_CHECKS = (
    *SUM_CHECKS,
    *MONEY_CHECKS,
    *SCALE_CHECKS,
    *TARGET_FORM_CHECKS,
    *ACTUAL_FORM_CHECKS,
    *SETTING_CHECKS,
    *CLAIM_CHECKS,
)
ROW_CHECKS = (
    *POINT_CHECKS,
    *TARGET_CHECKS,
    *ACTUAL_CHECKS,
    *COST_ROW_CHECKS,
    *SCALE_ROW_CHECKS,
    *SETTING_ROW_CHECKS,
    *CLAIM_ROW_CHECKS,
)

VIOLATION_FORM_CHECKS = (*SUM_CHECKS, check_parts, check_budget)
VIOLATION_ROW_CHECKS = (*POINT_CHECKS, check_names)

NEEDS_WHOLE_FORM = frozenset(
    {
        "total_missing",
        "total_not_sum",
        "weights_not_total",
        "no_satisfaction_indicator",
        "no_benefit_indicator",
        "goal_quantity_not_measured",
        "no_cost_indicator",
        "class_points_differ",
    }
)
"""Findings about what is not there; on a form whose end or rows are missing they were perhaps cut off."""


def draft_findings(case: Case) -> tuple[Draft, ...]:
    """Run every check over an opened form: the form's own first, then row by row."""
    drafts = (*run_form_checks(case, FORM_CHECKS), *run_row_checks(case, ROW_CHECKS))
    return _asked_of(drafts, case)


def _asked_of(drafts: Iterable[Draft], case: Case) -> tuple[Draft, ...]:
    """Return the drafts whose code can hold of a form; one that nobody has filled in is asked little."""
    asked = scoring_facts().asked_of_blank if is_blank_form(case) else None
    return tuple(d for d in drafts if applies(d.code, case.form) and (asked is None or d.code in asked))


def applies(code: str, form: FormRow) -> bool:
    """Tell whether a code can hold of a form: one of targets has no actuals, one without points has no scores."""
    facts = scoring_facts().not_asked
    return not (
        (form.form_kind == "target" and code in facts.of_targets)
        or (not form.has_points and code in facts.without_points)
    )


def draft_violations(case: Case) -> tuple[Draft, ...]:
    """Run the checks that can report a violation, and keep what is one."""
    drafts = (*run_form_checks(case, VIOLATION_FORM_CHECKS), *run_row_checks(case, VIOLATION_ROW_CHECKS))
    violations = (draft for draft in drafts if finding_kinds()[draft.code].status == "violation")
    return _asked_of(violations, case)


def settle_status(draft: Draft, case: Case) -> FindingStatus:
    """Return the status of the draft's code, lowered to extraction_suspect where the reading may be at fault."""
    status = finding_kinds()[draft.code].status
    doubted = not rests_on_certain(draft.evidence, case.source)
    cut_off = draft.code in NEEDS_WHOLE_FORM and not (case.form.complete and case.items)
    if doubted or cut_off:
        return "extraction_suspect"
    if draft.code == "total_missing" and not is_scored(case):
        return "potential"
    sure = rests_on_sure_rule(draft, case) and rests_on_plain_readings(draft.code, draft.evidence, case)
    if status == "violation" and not sure:
        return "potential"
    return "extraction_suspect" if case.source.recognised and _may_be_slip(draft, case, status) else status


def rests_on_sure_rule(draft: Draft, case: Case) -> bool:
    """Tell whether a finding accuses by arithmetic alone, or by a rule that was read in the original."""
    if draft.code not in scoring_facts().rests_on_rule:
        return True
    if not case.profile.verified:
        return False
    if draft.code == "execution_score_wrong":
        return case.profile.execution.verified
    item = next((item for item in case.items if item.row.row_no == draft.row_no), None)
    if draft.code != "score_not_by_formula" or item is None or item.direction is None:
        return True
    return direction_rule(case.profile, item.direction).verified


def _may_be_slip(draft: Draft, case: Case, status: FindingStatus) -> bool:
    """Ask whether a slip of the recogniser would explain a finding on a form that was read from a picture.

    Where a department is accused, and where sums can contradict, a lost or added character counts as well; a matter
    of judgement on a single row is only doubted for a character that looks like another.
    """
    if status == "violation":
        return explains_by_slip(draft, case, draft_violations)
    return explains_by_slip(draft, case, draft_findings, slip_variants if draft.row_no is None else misread_variants)


def report_case(case: Case) -> tuple[FindingRow, ...]:
    """Return the findings of an opened form."""
    settled = [(draft, settle_status(draft, case)) for draft in draft_findings(case)]
    return tuple(publish(draft, case.source, case.profile, status) for draft, status in settled)


def publish(draft: Draft, source: ScoringInput, profile: Profile, status: FindingStatus | None = None) -> FindingRow:
    """Turn a draft into a row of `findings`; a code without an entry in the catalogue is a KeyError."""
    kind = finding_kinds()[draft.code]
    key = locate(draft, source)
    table, row_no, field = key or (None, None, draft.field)
    page, x0, y0, x1, y1 = source.places.get(key, NOWHERE) if key else NOWHERE
    return FindingRow(
        form_id=source.form.form_id,
        table=table,
        row_no=row_no,
        code=Coded(draft.code),
        status=status or kind.status,
        severity=kind.severity,
        profile=Coded(profile.name),
        field=field,
        reported=draft.reported,
        expected=draft.expected,
        difference=draft.difference,
        amount_yuan=None if draft.amount is None else Money(draft.amount),
        message=draft.message,
        evidence=show_evidence(draft.evidence, source),
        page=page,
        x0=x0,
        y0=y0,
        x1=x1,
        y1=y1,
    )


def locate(draft: Draft, source: ScoringInput) -> FieldKey | None:
    """Return the field of `cells` that a finding leads to; None where it is about the form as a whole.

    Where the form does not have the field itself, as a column that is not printed, it is another that the finding
    rests on, of the same row where there is one.
    """
    wanted = draft.place
    if wanted is None or not source.places or wanted in source.places:
        return wanted
    known = [key for key in draft.evidence if key in source.places]
    return next((key for key in known if key[:2] == wanted[:2]), known[0] if known else None)


def find_discrepancies(
    source: ScoringInput, profile: Profile, scores: Iterable[ScoreRow] = ()
) -> tuple[FindingRow, ...]:
    """Return the findings of one form from its rows alone.

    `scores` is not read: a finding follows from the rows and the profile, so that it is the same whether or not the
    scores are at hand. Use `assess_form` for both at the cost of one reading.
    """
    return report_case(open_case(source, profile))


def assess_form(
    source: ScoringInput, profile: Profile, reason: str
) -> tuple[tuple[ScoreRow, ...], tuple[FindingRow, ...]]:
    """Score a form and report its findings, reading its values once."""
    case = open_case(source, profile, reason)
    return score_case(case) if is_scored_form(case) else refuse_form(case), report_case(case)
