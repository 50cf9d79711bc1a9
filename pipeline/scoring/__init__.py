"""Form and profile → scores and findings: what a form's numbers are worth, and where form and rules disagree.

Everything works from the dataset's own rows, so that a dataset can be scored again without reading a document.
`open_case` reads a form once, `rules` says what a profile gives, the `checks_*` modules what the form does not bear
out, `discrepancies` settles how sure that is. Profiles, codes and words are data under `schemas/`.
"""

from __future__ import annotations

from pipeline.scoring.case import FieldKey, ScoringInput, gather_inputs
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
