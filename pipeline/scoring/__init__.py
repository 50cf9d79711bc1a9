"""Form and profile → scores and findings: what a form's numbers are worth, and where form and rules disagree.

Everything works from the dataset's own rows, so that a dataset can be scored again without reading a document.
`open_case` reads a form once, `rules` says what a profile gives, `checks/` what the form does not bear
out, `discrepancies` settles how sure that is. Profiles, codes and words are data under `schemas/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.machine.deferred import defer_names

if TYPE_CHECKING:
    from pipeline.records import FieldKey
    from pipeline.scoring.case import ScoringInput, gather_inputs
    from pipeline.scoring.catalogue import describe_findings, finding_catalogue, finding_kinds
    from pipeline.scoring.cross_form import compare_forms
    from pipeline.scoring.discrepancies import assess_form, find_discrepancies
    from pipeline.scoring.explain import explain_form
    from pipeline.scoring.profiles import Profile, choose_profile, grade, list_profiles, load_profile
    from pipeline.scoring.scores import score_form

__all__ = [
    "FieldKey",
    "Profile",
    "ScoringInput",
    "assess_form",
    "choose_profile",
    "compare_forms",
    "describe_findings",
    "explain_form",
    "find_discrepancies",
    "finding_catalogue",
    "finding_kinds",
    "gather_inputs",
    "grade",
    "list_profiles",
    "load_profile",
    "score_form",
]

_HOMES = {
    "FieldKey": "unsettled",
    "Profile": "profiles",
    "ScoringInput": "case",
    "assess_form": "discrepancies",
    "choose_profile": "profiles",
    "compare_forms": "cross_form",
    "describe_findings": "catalogue",
    "explain_form": "explain",
    "find_discrepancies": "discrepancies",
    "finding_catalogue": "catalogue",
    "finding_kinds": "catalogue",
    "gather_inputs": "case",
    "grade": "profiles",
    "list_profiles": "profiles",
    "load_profile": "profiles",
    "score_form": "scores",
}
"""The module that each name is in."""

if not TYPE_CHECKING:  # a type checker is to refuse names that are not there
    __getattr__ = defer_names(__name__, _HOMES)
